//! With `out`, an einsum of one step allocates nothing; and intermediates are let go when they are used.
#![allow(missing_docs, clippy::float_cmp, reason = "a test crate; its numbers are small and whole")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use einsum::{einsum, einsum_fn, einsum_vjp, einsum_vjp_add};
use einsum_engine::machine::caches;
use ndarray::{Array2, Array3};

struct Counting;

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);
static LARGEST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is passed on to the system's allocator, which keeps the contract.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        let bytes = BYTES.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(bytes, Relaxed);
        LARGEST.fetch_max(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Packing buffers are kept by their thread: the first products that are as large make them.
fn in_steady_state(mut run: impl FnMut()) -> usize {
    (0..20).for_each(|_| run());
    let before = ALLOCATIONS.load(Relaxed);
    run();
    ALLOCATIONS.load(Relaxed) - before
}

#[test]
fn out_needs_no_memory() {
    let (x, w) = (Array3::<f32>::ones((3, 4, 5)), Array2::<f32>::ones((5, 6)));
    let (mut y, mut diagonal) = (Array3::zeros((3, 4, 6)), Array2::zeros((4, 4)));
    // (The first that asks for the caches of the machine needs memory for the answer.)
    let allocations = in_steady_state(|| {
        einsum!("bik,kj->bij", x, w, out = &mut y);
        einsum!("bik,kj->bij", x, w, out = y.view_mut(), alpha = 0.5, beta = 2.0);
        einsum!("bij,bij->ii", y, y, out = &mut diagonal);
    });
    assert_eq!(allocations, 0);
    let before = ALLOCATIONS.load(Relaxed);
    let _ = einsum!("bik,kj->bij", x, w);
    assert_eq!(ALLOCATIONS.load(Relaxed) - before, 1, "the result, and nothing else");
    drop((x, w, y, diagonal));
    large_products_need_no_memory_either();
    arrays_of_fixed_size_need_no_memory();
    formulas_of_fixed_size_need_no_memory();
    intermediates_are_let_go();
    no_intermediate_is_above_a_limit();
    no_derivative_is_above_a_limit();
    shared_work_needs_no_memory();
    no_operand_is_converted_as_a_whole();
    attention_has_no_matrix_of_all_pairs();
}

einsum_fn! {
    fn fixed_chain(x: [[f64; 3]; 2], w: [[f64; 5]; 3], v: [f64; 5]) = "ij,jk,k->i";
    fn fixed_product<T, const N: usize>(x: [[T; N]; N], w: [[T; N]; N]) = "ij,jk->ik";
}

fn arrays_of_fixed_size_need_no_memory() {
    let (x, w, v) = ([[1.0_f64, 2.0, 3.0]; 2], [[0.5; 5]; 3], [1.0, -1.0, 2.0, 0.0, 3.0]);
    let large = [[1.0_f32; 16]; 16];
    let allocations = in_steady_state(|| {
        let y: [f64; 2] = einsum!("ij,jk,k->i", x, w, v);
        assert_eq!(y, [15.0; 2]);
        let (_, pullback) = einsum_vjp!("ij,jk,k->i", x, w, v);
        let (dx, dw, dv) = pullback(&y);
        assert_eq!((dx[1][2], dw[2][4], dv[3]), (37.5, 270.0, 90.0));
        let trace: f64 = einsum!("ij,ji->", x, [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]);
        assert_eq!(trace, 3.0);
        assert_eq!(einsum!("ij,jk->ik", large, large), [[16.0; 16]; 16]);
        assert_eq!(fixed_chain(&x, &w, &v), y);
        assert_eq!(fixed_chain::backward(&x, &w, &v, &y), (dx, dw, dv));
        let (mut gx, mut gw, mut gv) = (dx, dw, dv);
        fixed_chain::backward_add(&x, &w, &v, &y, (&mut gx, &mut gw, &mut gv));
        assert_eq!((gx[1][2], gw[2][4], gv[3]), (75.0, 540.0, 180.0));
        assert_eq!(fixed_chain::jvp((&x, &x), (&w, &w), (&v, &v)), (y, [45.0; 2]));
        let (_, _, _, ddy) = fixed_chain::double_backward(&x, &w, &v, &y, &x, &w, &v);
        assert_eq!(ddy, [45.0; 2]);
        assert_eq!(fixed_product(&large, &large), [[16.0; 16]; 16]);
        assert_eq!(fixed_product::backward_x(&large, &large, &large), [[16.0; 16]; 16]);
    });
    assert_eq!(allocations, 0, "of arrays of fixed size");
}

einsum_fn! {
    fn fixed_layer<T, const B: usize, const I: usize, const J: usize>(
        x: [[T; I]; B], w: [[T; J]; I], bias: [T; J]
    ) -> [b, j] {
        relu(sum[i](x[b, i] * w[i, j]) + bias[j])
    }

    fn fixed_convolution(x: [f64; 7], w: [f64; 3]; i = 7) -> [i] { tanh(sum[p](zero(x)[i + p - 1] * w[p])) }

    fn fixed_attention<const N: usize>(q: [[f64; 3]; N], k: [[f64; 3]; N], v: [[f64; 2]; N]) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }
}

fn formulas_of_fixed_size_need_no_memory() {
    let (x, w, bias) = ([[1.0_f64, 2.0, 3.0]; 2], [[0.5; 5]; 3], [1.0, -1.0, 2.0, 0.0, 3.0]);
    let (t, tokens) = ([1_usize, 0, 1, 1], [[1_u8, 0], [0, 1], [1, 1]]);
    let none = |what: &str, run: &mut dyn FnMut()| assert_eq!(in_steady_state(run), 0, "{what}");
    none("a layer", &mut || {
        let y: [[f64; 5]; 2] = einsum!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]));
        assert_eq!(y[1], [4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(fixed_layer(&x, &w, &bias), y);
    });
    none("gradients of a layer", &mut || {
        let (y, pullback) = einsum_vjp!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]));
        let (dx, dw, dbias) = pullback(&y);
        assert_eq!((dx[0], dw[0][0], dbias), ([10.0; 3], 8.0, y[0].map(|y| 2.0 * y)));
        assert_eq!(fixed_layer::backward(&x, &w, &bias, &y), (dx, dw, dbias));
        let (mut gx, mut gw, mut gbias) = (dx, dw, dbias);
        let (_, pullback) = einsum_vjp_add!([b, j] = relu(sum[i](x[b, i] * w[i, j]) + bias[j]));
        pullback(&y, (&mut gx, &mut gw, &mut gbias));
        assert_eq!((gx[0], gw[0][0]), ([20.0; 3], 16.0));
        fixed_layer::backward_add(&x, &w, &bias, &y, (&mut gx, &mut gw, &mut gbias));
        assert_eq!((gx[0], gw[0][0]), ([30.0; 3], 24.0));
        let (y, dy) = fixed_layer::jvp((&x, &x), (&w, &w), (&bias, &bias));
        assert_eq!((y[0][0], dy[0][0]), (4.0, 7.0));
        let (_, _, _, ddy) = fixed_layer::double_backward(&x, &w, &bias, &y, &x, &w, &bias);
        assert_eq!(ddy, dy);
    });
    none("linear, and a bias", &mut || {
        let y = einsum!([b, j] = x[b, i] * w[i, j] + bias[j]);
        assert_eq!(y[1], [4.0, 2.0, 5.0, 3.0, 6.0]);
        let (_, pullback) = einsum_vjp!([b, j] = x[b, i] * w[i, j] + bias[j]);
        assert_eq!(pullback(&y).2, y[0].map(|y| 2.0 * y));
    });
    none("a softmax", &mut || {
        let y = einsum!([i, j] = exp(x[i, j] - logsumexp[j](x[i, j])));
        assert!((y[0].iter().sum::<f64>() - 1.0).abs() < 1e-14);
        let (_, pullback) = einsum_vjp!([i, j] = exp(x[i, j] - logsumexp[j](x[i, j])));
        assert!(pullback(&[[1.0; 3]; 2]).0[1].iter().all(|dx| dx.abs() < 1e-14));
        let y = einsum!({
            let e[i, j] = exp(x[i, j] - max[j](x[i, j]));
            [i, j] = e[i, j] / sum[j](e[i, j])
        });
        assert!((y[0].iter().sum::<f64>() - 1.0).abs() < 1e-14);
    });
    none("attention", &mut || {
        let y = fixed_attention(&[[0.0; 3]; 4], &[[1.0; 3]; 4], &[[1.0, 2.0]; 4]);
        assert_eq!(y, [[1.0, 2.0]; 4]);
        let (dq, _, dv) = fixed_attention::backward(&[[0.0; 3]; 4], &[[1.0; 3]; 4], &[[1.0, 2.0]; 4], &y);
        assert_eq!((dq, dv), ([[0.0; 3]; 4], y));
    });
    none("numbers", &mut || {
        assert_eq!(einsum!([] = sqrt(sum[i, j](x[i, j] * x[i, j]))), 28.0_f64.sqrt());
        assert_eq!(einsum!([] = exp(max[i](bias[i]) - 3.0)), 1.0);
    });
    none("indices", &mut || {
        assert_eq!(einsum!([i] = argmax[j](x[i, j])), [2, 2]);
        assert_eq!(einsum!([l, d] = 2.0 * x[t[l], d])[3], [2.0, 4.0, 6.0]);
        assert_eq!(einsum!([l] = sqrt(x[t[l], t[l]] + 2.0)), [2.0, 3.0_f64.sqrt(), 2.0, 2.0]);
        assert_eq!(einsum!([i, l] = x[tokens[i, l], i] * 0.5).len(), 3);
    });
    none("what is outside", &mut || {
        assert_eq!(einsum!([i] = relu(zero(bias)[i - 1]); i = 3), [0.0, 1.0, 0.0]);
        assert_eq!(einsum!([i] = wrap(bias)[i - 1] - bias[i]; i = 3), [2.0, 2.0, -3.0]);
        assert_eq!(fixed_convolution(&[1.0; 7], &[0.0; 3]), [0.0; 7]);
    });
}

/// The most bytes that there are while something runs, above those before.
fn peak<Y>(mut run: impl FnMut() -> Y) -> usize {
    drop(run());
    let before = BYTES.load(Relaxed);
    PEAK.store(before, Relaxed);
    drop(run());
    PEAK.load(Relaxed) - before
}

/// The bytes of the largest allocation, when packing buffers are there.
fn largest<Y>(mut run: impl FnMut() -> Y) -> usize {
    (0..5).for_each(|_| drop(run()));
    LARGEST.store(0, Relaxed);
    drop(run());
    LARGEST.load(Relaxed)
}

/// Any order has an intermediate of 3000 elements or more; the result has 100.
fn no_intermediate_is_above_a_limit() {
    let (a, c) = (Array2::<f64>::ones((20, 30)), Array2::<f64>::ones((20, 40)));
    let b = Array3::<f64>::ones((5, 30, 40));
    let mut y = Array2::<f64>::zeros((20, 5));
    let (mut da, mut db, mut dc) = (a.clone(), b.clone(), c.clone());
    for limit in [100, 333, 1000, 2999] {
        let most = limit * size_of::<f64>();
        let value = largest(|| einsum!("ab,cbe,ae->ac", a, b, c, out = &mut y, max_intermediate = limit));
        assert!((most / 3..=most).contains(&value), "a value within {limit}: {value} bytes");
        let gradients = largest(|| {
            let (y, pullback) = einsum_vjp_add!("ab,cbe,ae->ac", a, b, c, max_intermediate = limit);
            pullback(&y, (&mut da, &mut db, &mut dc));
        });
        assert!(gradients <= most, "gradients within {limit}: {gradients} bytes");
        let known = largest(|| {
            einsum!(
                "ab,cbe,ae->ac", a, b, c, out = &mut y, max_intermediate = 100; a = 20, b = 30, c = 5, e = 40
            );
        });
        assert!(known <= 100 * size_of::<f64>(), "decided while compiling: {known} bytes");
    }
    let whole = largest(|| einsum!("ab,cbe,ae->ac", a, b, c, out = &mut y, max_intermediate = 3000));
    assert_eq!(whole, 3000 * size_of::<f64>(), "one block");
}

// The parentheses ask for 10 000 elements; operands, gradients and the result have 100 at most.
einsum_fn! {
    fn pairs(a, b, c, d) = "(ia,jb),(ja,ib)->", max_intermediate = 100;
}

/// All derivatives are within it as well, also those of second order.
fn no_derivative_is_above_a_limit() {
    let [a, b, c, d] = [1.0, 2.0, 3.0, 4.0].map(|element| Array2::<f64>::from_elem((10, 10), element));
    let most = 100 * size_of::<f64>();
    let found = [
        largest(|| pairs(&a, &b, &c, &d)),
        largest(|| pairs::backward(&a, &b, &c, &d, 1.0)),
        largest(|| pairs::backward_b(&a, &b, &c, &d, 1.0)),
        largest(|| pairs::jvp((&a, &b), (&b, &c), (&c, &d), (&d, &a))),
        largest(|| pairs::double_backward(&a, &b, &c, &d, 1.0, (&b, &c, &d, &a))),
    ];
    assert_eq!(found, [most; 5]);
    let known = largest(|| {
        let (y, pullback) = einsum_vjp!(
            "(ia,jb),(ja,ib)->", a, b, c, d, max_intermediate = 100; i = 10, a = 10, j = 10, b = 10
        );
        pullback(&y)
    });
    assert_eq!(known, most, "decided while compiling");
}

fn intermediates_are_let_go() {
    const MATRIX: usize = 24 * 24 * size_of::<f32>();
    let x = Array2::<f32>::ones((24, 24));
    // An intermediate is read while the next is written; then it is gone, whoever chose the order.
    let chain = peak(|| einsum!("((((((ab,bc),cd),de),ef),fg),gh),hi->ai", x, x, x, x, x, x, x, x));
    assert_eq!(chain, 2 * MATRIX, "a chain in the order that is written");
    let chosen = peak(|| einsum!("ab,bc,cd,de,ef,fg->ag", x, x, x, x, x, x));
    assert!((2 * MATRIX..=3 * MATRIX).contains(&chosen), "a chain in an order that is chosen: {chosen} bytes");
    // A pullback has what the backward reads: for the gradient of the second, the first of five intermediates.
    let before = BYTES.load(Relaxed);
    let last = einsum_vjp!("((((ab,bc),cd),de),ef),fg->ag", x, x, x, x, x, x, wrt = [5]);
    assert_eq!(BYTES.load(Relaxed) - before, 2 * MATRIX, "the result, and the product of all but the last");
    let all = einsum_vjp!("((((ab,bc),cd),de),ef),fg->ag", x, x, x, x, x, x);
    assert_eq!(BYTES.load(Relaxed) - before, 7 * MATRIX, "the results, and five intermediates in all");
    assert_eq!(last.1(&last.0).0, all.1(&all.0).5);
    // A backward lets cotangents go: beside the gradients there are two of them at a time.
    let most = peak(|| all.1(&all.0));
    assert!(most <= 8 * MATRIX, "six gradients and two cotangents: {most} bytes");
}

/// (Not a test of its own: allocations are counted for all threads.)
fn large_products_need_no_memory_either() {
    let (x, w) = (Array2::<f32>::ones((150, 170)), Array2::<f32>::ones((170, 130)));
    let mut y = Array2::zeros((150, 130));
    assert_eq!(in_steady_state(|| einsum!("ik,kj->ij", x, w, out = &mut y)), 0, "a blocked product");
    let mut transposed = Array2::zeros((170, 150));
    assert_eq!(in_steady_state(|| einsum!("ik->ki", x, out = &mut transposed)), 0, "a transpose");
    let mut sum = 0.0;
    assert_eq!(in_steady_state(|| einsum!("ik,ik->", x, x, out = &mut sum)), 0, "an inner product");
    let (mut gx, mut gw) = (Array2::zeros((150, 170)), Array2::zeros((170, 130)));
    let (_, pullback) = einsum_vjp_add!("ik,kj->ij", x, w);
    assert_eq!(in_steady_state(|| pullback(&y, (&mut gx, &mut gw))), 0, "gradients that are added");
}

/// Only what the pool keeps of work that it is told of.
fn shared_work_needs_no_memory() {
    const TOLD: usize = 4096;
    let (x, mut y) = (Array2::<f32>::ones((300, 300)), Array2::zeros((300, 300)));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().expect("two threads can be started");
    let mut product = || einsum!("ik,kj->ij", x, x, out = &mut y);
    pool.install(|| in_steady_state(&mut product));
    assert!(pool.install(|| peak(&mut product)) <= TOLD, "a product, within the pool");
    in_steady_state(&mut product);
    assert!(peak(&mut product) <= TOLD, "a product, from without");
    let mut transposition = || einsum!("ij->ji", x, out = &mut y);
    assert!(pool.install(|| peak(&mut transposition)) <= TOLD, "a transposition, within the pool");
    assert!(peak(&mut transposition) <= TOLD, "a transposition, from without");
}

/// An operand that is read as another type is converted a block at a time.
fn no_operand_is_converted_as_a_whole() {
    const ROWS: usize = 1200;
    const WHOLE: usize = ROWS * ROWS * size_of::<f64>();
    let (x, w) = (Array2::<f32>::ones((ROWS, ROWS)), Array2::<f64>::ones((ROWS, 3)));
    let n = Array2::<i8>::ones((ROWS, ROWS));
    let (mut y, mut t, mut sum, mut count) = (Array2::zeros((ROWS, 3)), Array2::zeros((ROWS, ROWS)), 0.0, 0);
    LARGEST.store(0, Relaxed);
    einsum!("ij,jk->ik", x as f64, w, out = &mut y);
    einsum!("ij->ji", x as f64, out = &mut t);
    einsum!("ij,ij->", x as f64, x as f64, out = &mut sum);
    einsum!("ij->", n as i64, out = &mut count);
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x as f64, w, wrt = [1]);
    drop(pullback(&y));
    let largest = LARGEST.load(Relaxed);
    assert!(largest <= WHOLE / 2, "{largest} bytes at once, where all are {WHOLE}");
    assert_eq!((sum, count), (f64::from(1200 * 1200), 1200 * 1200));
}

einsum_fn! {
    fn attention(q, k, v) -> [i, d] {
        let s[i, j] = q[i, e] * k[j, e];
        let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
        p[i, j] * v[j, d] / sum[j](p[i, j])
    }
}

/// Attention and its gradients need memory for a few times as much as there is of tokens, not for each pair of them.
fn attention_has_no_matrix_of_all_pairs() {
    const FEATURES: usize = 8;
    caches::force(Some("32K,64K".parse().expect("sizes of caches")));
    for tokens in [512, 1024] {
        let operand = tokens * FEATURES * size_of::<f32>();
        let (q, dy) = (Array2::<f32>::ones((tokens, FEATURES)), Array2::ones((tokens, FEATURES)));
        drop(attention::backward(&q, &q, &q, &dy));
        let forward = peak(|| drop(attention(&q, &q, &q)));
        assert!(forward <= 16 * operand, "{forward} bytes forward, {operand} of an operand");
        let backward = peak(|| drop(attention::backward(&q, &q, &q, &dy)));
        assert!(backward <= 32 * operand, "{backward} bytes backward, {operand} of an operand");
        let with_pullback = peak(|| {
            let (_, pullback) = einsum_vjp!({
                let s[i, j] = q[i, e] * q[j, e];
                let p[i, j] = exp(s[i, j] - max[j](s[i, j]));
                [i, d] = p[i, j] * q[j, d] / sum[j](p[i, j])
            });
            drop(pullback(&dy));
        });
        assert!(with_pullback <= 32 * operand, "{with_pullback} bytes of a pullback, {operand} of an operand");
    }
    caches::force(None);
}
