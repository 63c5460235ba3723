//! `max_intermediate`: which orders a limit leaves, what is computed in them, and what is said where it
//! leaves none.

use einsum::{EinsumError, einsum, einsum_fn, einsum_jvp, einsum_vjp, einsum_vjp_add, explain, try_einsum};
use ndarray::{Array, Array1, Array2, Array3, Dimension, IntoDimension, array};

/// Whole numbers, small enough that products and sums are exact.
fn ramp<D: Dimension, S: IntoDimension<Dim = D>>(shape: S) -> Array<f64, D> {
    let mut next = 0_u32;
    Array::from_shape_simple_fn(shape.into_dimension(), || {
        next = (next * 7 + 3) % 11;
        f64::from(next) - 5.0
    })
}

/// `(2, 9)`, `(9, 3)`, `(3, 8)`: the product of the first two has 6 elements, that of the others 72; and
/// other extents, where it is the other way round.
fn chains() -> [[Array2<f64>; 3]; 3] {
    [[2, 9, 3, 8], [8, 3, 9, 2], [3, 5, 5, 3]].map(|[i, j, k, l]| [ramp((i, j)), ramp((j, k)), ramp((k, l))])
}

/// What an error says, and what it is made of.
fn refused<Y>(result: Result<Y, EinsumError>) -> (String, usize, usize) {
    match result.err().unwrap() {
        error @ EinsumError::MaxIntermediate { limit, smallest, .. } => (error.to_string(), limit, smallest),
        error => panic!("{error}"),
    }
}

/// Where no order is within the limit, slices are: `tests/slices/main.rs` says of what numbers.
#[test]
fn any_extents_are_within_it() {
    for [a, b, c] in chains() {
        let expected = a.dot(&b).dot(&c);
        for limit in 1..20 {
            assert_eq!(try_einsum!("ij,jk,kl->il", a, b, c, max_intermediate = limit).unwrap(), expected);
        }
        let error = refused(try_einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 0));
        assert_eq!((error.1, error.2), (0, 1));
        let expected = "einsum `ij,jk,kl->il`: every order has an intermediate of more than 0 elements, however it is \
                        sliced; the smallest possible is 1";
        assert_eq!(error.0, expected);
    }
}

/// `abc,ai,bj,ck->ijk`: nothing is smaller than to shrink the core one axis after the other, and the
/// cheapest order here is to grow it first.
#[test]
fn more_flops_for_fewer_elements() {
    let core: Array3<f64> = ramp((2, 2, 2));
    let (x, y, z) = (ramp((2, 3)), ramp((2, 4)), ramp((2, 5)));
    let expected = einsum!("((abc,ai),bj),ck->ijk", core, x, y, z);
    for limit in (1..60).step_by(7) {
        assert_eq!(einsum!("abc,ai,bj,ck->ijk", core, x, y, z, max_intermediate = limit), expected);
    }
}

#[test]
fn what_is_an_intermediate() {
    let (a, b, c) = (ramp((2, 3)), ramp((3, 4)), ramp((4, 5)));
    // A single step has none.
    assert_eq!(einsum!("ij,jk->ik", a, b, max_intermediate = 0), a.dot(&b));
    assert_eq!(einsum!("ij->ji", a, max_intermediate = 0), a.t());
    // The sum of a lone label is one.
    assert_eq!(refused(try_einsum!("ij,jk->i", a, b, max_intermediate = 0)).2, 1);
    for limit in 1..4 {
        assert_eq!(einsum!("ij,jk->i", a, b, max_intermediate = limit), a.dot(&b).sum_axis(ndarray::Axis(1)));
    }
    // What is broadcast is one before.
    assert_eq!(refused(try_einsum!("ij,jk->ikn", a, b, max_intermediate = 0; n = 2)).2, 1);
    assert_eq!(einsum!("ij,jk->ikn", a, b, max_intermediate = 7; n = 2).dim(), (2, 4, 2));
    // Parentheses fix the order.
    assert_eq!(refused(try_einsum!("ij,(jk,kl)->il", a, b, c, max_intermediate = 0)).2, 1);
    assert_eq!(einsum!("ij,(jk,kl)->il", a, b, c, max_intermediate = 14), a.dot(&b.dot(&c)));
}

/// Several groups, of which each is chosen in, and what they have in common.
#[test]
fn groups_are_all_within_it() {
    let (a, b, c, d) = (ramp((2, 9)), ramp((9, 3)), ramp((3, 8)), ramp((8, 2)));
    let expected = a.dot(&b).dot(&c).dot(&d);
    for limit in 1..17 {
        assert_eq!(einsum!("(ij,jk,kl),lm->im", a, b, c, d, max_intermediate = limit), expected);
    }
    assert_eq!(refused(try_einsum!("(ij,jk,kl),lm->im", a, b, c, d, max_intermediate = 0)).2, 1);
}

#[test]
fn nothing_is_written_and_the_limit_is_evaluated_once() {
    let [a, b, c] = &chains()[0];
    let mut out = Array2::from_elem((2, 8), 7.0);
    let mut times = 0;
    let result = try_einsum!(
        "ij,jk,kl->il",
        a,
        b,
        c,
        out = &mut out,
        beta = 1.0,
        max_intermediate = {
            times += 1;
            0
        }
    );
    assert!(result.is_err() && out.iter().all(|element| *element == 7.0));
    assert_eq!(times, 1);
    einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 6, out = &mut out);
    assert_eq!(out, a.dot(b).dot(c));
}

#[test]
#[should_panic(expected = "the smallest possible is 1")]
fn a_panic_that_says_the_smallest() {
    let [a, b, c] = &chains()[0];
    einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 0);
}

#[test]
fn index_notation() {
    let [a, b, c] = &chains()[0];
    let y = einsum!([row, column] = a[row, j] * b[j, k] * c[k, column], max_intermediate = 6);
    assert_eq!(y, a.dot(b).dot(c));
    let error = try_einsum!([row, column] = a[row, j] * b[j, k] * c[k, column], max_intermediate = 0; j = 9);
    let message = "einsum `[row, column] = a[row, j] * b[j, k] * c[k, column]`: every order has an intermediate of \
                   more than 0 elements, however it is sliced; the smallest possible is 1";
    assert_eq!(refused(error).0, message);
    // A label may be called so.
    assert_eq!(
        einsum!([max_intermediate] = a[max_intermediate, j]; max_intermediate = 2),
        a.sum_axis(ndarray::Axis(1))
    );
}

#[test]
fn gradients_keep_it() {
    for [a, b, c] in chains() {
        let smallest = (a.nrows() * b.ncols()).min(b.nrows() * c.ncols());
        let (y, pullback) = einsum_vjp!("ij,jk,kl->il", a, b, c, max_intermediate = smallest);
        let (da, db, dc) = pullback(&y);
        assert_eq!(da, y.dot(&b.dot(&c).t()));
        assert_eq!((&db, &dc), (&a.t().dot(&y).dot(&c.t()), &a.dot(&b).t().dot(&y)));

        let (mut ga, mut gb, mut gc) = (Array2::zeros(a.dim()), Array2::zeros(b.dim()), Array2::zeros(c.dim()));
        let (y, pullback) = einsum_vjp_add!("ij,jk,kl->il", a, b, c, max_intermediate = smallest);
        pullback(&y, (&mut ga, &mut gb, &mut gc));
        assert_eq!((ga, gb, gc), (da, db, dc));

        let (_, dy) = einsum_jvp!("ij,jk,kl->il", (a, a), b, c, max_intermediate = smallest);
        assert_eq!(dy, y);
    }
}

#[test]
#[should_panic(expected = "the smallest possible is 1")]
fn a_forward_with_gradients_refuses() {
    let [a, b, c] = &chains()[0];
    let _ = einsum_vjp!("ij,jk,kl->il", a, b, c, max_intermediate = 0);
}

const LIMIT: usize = 6;

einsum_fn! {
    fn product(a, b, c) = "ij,jk,kl->il", max_intermediate = crate::limit::LIMIT;
    fn narrow(a, b, c) = "ij,jk,kl->il", wrt = [a], max_intermediate = 0;
    fn words(a, b, c) -> [i, l] { a[i, j] * b[j, k] * c[k, l], max_intermediate = 6, wrt = [c] }
}

#[test]
fn functions() {
    let [a, b, c] = &chains()[0];
    let y = product(a, b, c);
    assert_eq!((&y, &words(a, b, c)), (&a.dot(b).dot(c), &y));
    let (da, _, dc) = product::backward(a, b, c, &y);
    assert_eq!(da, y.dot(&b.dot(c).t()));
    assert_eq!(words::backward(a, b, c, &y), (dc,));
    assert_eq!(product::jvp((a, a), (b, &Array2::zeros(b.dim())), (c, &Array2::zeros(c.dim()))).1, y);
}

#[test]
#[should_panic(expected = "einsum `ij,jk,kl->il`: every order has an intermediate of more than 0 elements")]
fn functions_refuse() {
    let [a, b, c] = &chains()[0];
    let _ = narrow(a, b, c);
}

#[test]
#[should_panic(expected = "more than 0 elements, however it is sliced; the smallest possible is 1")]
fn derivatives_refuse() {
    let [a, b, c] = &chains()[0];
    let _ = narrow::backward_a(a, b, c, &a.dot(b).dot(c));
}

#[test]
fn many_operands() {
    let extents = [2, 9, 3, 8, 2, 7, 3, 9, 2, 5];
    let x: Vec<Array2<f64>> = extents.windows(2).map(|pair| ramp((pair[0], pair[1]))).collect();
    let expected = x[1..].iter().fold(x[0].clone(), |product, matrix| product.dot(matrix));
    let within = |limit: usize| {
        try_einsum!(
            "ab,bc,cd,de,ef,fg,gh,hi,ij->aj",
            x[0],
            x[1],
            x[2],
            x[3],
            x[4],
            x[5],
            x[6],
            x[7],
            x[8],
            max_intermediate = limit
        )
    };
    for limit in [2, 5, 15, 20, 40] {
        assert_eq!(within(limit).unwrap(), expected, "{limit}");
    }
    let message = refused(within(0)).0;
    assert!(message.ends_with("the smallest possible is 1"), "{message}");
}

/// With all extents given: chosen while compiling if the limit is a literal, and otherwise among the
/// orders that are best within some limit.
#[test]
fn given_extents() {
    let [a, b, c] = &chains()[0];
    let expected = a.dot(b).dot(c);
    assert_eq!(einsum!("ij,jk,kl->il", a, b, c, max_intermediate = 6; i = 2, j = 9, k = 3, l = 8), expected);
    let within =
        |limit: usize| try_einsum!("ij,jk,kl->il", a, b, c, max_intermediate = limit; i = 2, j = 9, k = 3, l = 8);
    assert_eq!(within(6).unwrap(), expected);
    assert_eq!(within(5).unwrap(), expected);
    assert_eq!(refused(within(0)).2, 1);
}

#[test]
fn an_ellipsis_counts_all_its_axes() {
    let (a, b, c) = (ramp((2, 3, 4)), ramp((4, 4)), ramp((4, 4)));
    let expected = einsum!("(...i,ij),jk->...k", a, b, c);
    assert_eq!(einsum!("...i,ij,jk->...k", a, b, c, max_intermediate = 16), expected);
    // Its axes are not sliced. Where it is on no intermediate there is nothing that it needs.
    assert_eq!(einsum!("...i,ij,jk->...k", a, b, c, max_intermediate = 15), expected);
    assert_eq!(einsum!("...i,ij,jk->...k", a, b, c, max_intermediate = 1), expected);
    assert_eq!(einsum!("(...i,ij),jk->...k", a, b, c, max_intermediate = 6), expected);
    assert_eq!(refused(try_einsum!("(...i,ij),jk->...k", a, b, c, max_intermediate = 5)).2, 6);
}

#[test]
fn extents_of_0_count_as_1() {
    let (a, b, c) = (Array2::<f64>::zeros((0, 3)), Array2::zeros((3, 4)), Array1::zeros(4));
    assert_eq!(einsum!("ij,jk,k->i", a, b, c, max_intermediate = 3).len(), 0);
    assert_eq!(einsum!("ij,jk,k->i", a, b, c, max_intermediate = 2).len(), 0);
    assert_eq!(refused(try_einsum!("ij,jk,k->i", a, b, c, max_intermediate = 0)).2, 1);
}

#[test]
fn explained() {
    let text = explain!("ij,jk,kl->il", i = 2, j = 9, k = 3, l = 8, max_intermediate = 10).to_string();
    assert!(text.contains("largest intermediate  6"), "{text}");
    assert!(text.contains("max intermediate      10"), "{text}");
    assert!(!text.contains("tree 1") && !text.contains("slices"), "{text}");
    // The decision of an expansion with these extents: flops of a step that lacks a sliced label count for each block.
    let text = explain!("ij,jk,kl->il", i = 20, j = 90, k = 3, l = 8, max_intermediate = 10).to_string();
    assert!(text.contains("slices                i in 7 blocks of 3"), "{text}");
    assert!(text.contains("largest intermediate  9") && text.contains("loops, for each block"), "{text}");
    let text = explain!("ij,jk,kl->il", max_intermediate = 10).to_string();
    assert!(text.contains("slices            the extents decide, at run time, if no tree is within that"), "{text}");
    let text = explain!([i, l] = a[i, j] * b[j, k] * c[k, l], max_intermediate = 10; j = 9).to_string();
    assert!(text.contains("max intermediate  10"), "{text}");
    assert_eq!(array![1], einsum!("i->i", array![1], max_intermediate = 0));
}
