//! Operations of elements that panic: in the middle of a result, on any thread. Nothing that was not written is read or
//! dropped, nobody waits for ever, and the next call is right.
#![allow(missing_docs, reason = "a test crate")]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use einsum::{Differentiable, Element, einsum, einsum_vjp};
use ndarray::{Array2, array};

/// How many operations are left before one panics.
static LEFT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// Tests share the counter.
static ALONE: Mutex<()> = Mutex::new(());

/// An integer modulo 2^32 whose operations count, and panic when told to. Its other half is a copy, to find what is none.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Counted(u32, u32);

impl Counted {
    const fn new(value: u32) -> Self {
        Self(value, !value)
    }

    fn value(self) -> u32 {
        assert_eq!(self.0, !self.1, "memory that nobody wrote was read");
        if LEFT.load(Relaxed) != usize::MAX && LEFT.fetch_sub(1, Relaxed) == 1 {
            LEFT.store(usize::MAX, Relaxed);
            panic!("told to");
        }
        self.0
    }
}

impl Element for Counted {
    const ZERO: Self = Self::new(0);
    const ONE: Self = Self::new(1);

    fn plus(self, other: Self) -> Self {
        Self::new(self.value().wrapping_add(other.value()))
    }

    fn times(self, other: Self) -> Self {
        Self::new(self.value().wrapping_mul(other.value()))
    }

    fn conjugate(self) -> Self {
        Self::new(self.value())
    }
}

impl std::ops::Neg for Counted {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(self.value().wrapping_neg())
    }
}

impl Differentiable for Counted {}

fn operand(rows: usize, columns: usize) -> Array2<Counted> {
    let number = |(i, j)| u32::try_from(7 * i + 3 * j).expect("small");
    Array2::from_shape_fn((rows, columns), |index| Counted::new(number(index)))
}

/// Calls `work` with every number of operations before a panic: all small ones, and some up to `most`.
fn with_panics(most: usize, mut work: impl FnMut()) {
    let counts = (1..12).chain((12..most).step_by(most / 8));
    let mut panics = 0;
    for count in counts {
        LEFT.store(count, Relaxed);
        panics += usize::from(catch_unwind(AssertUnwindSafe(&mut work)).is_err());
        LEFT.store(usize::MAX, Relaxed);
    }
    assert!(panics > 10, "operations panicked only {panics} times");
}

/// From a thread of no pool, and in pools. (Operands have as many elements as it takes for threads to share the work, and no more: what
/// these tests compute is not optimised.)
fn in_pools(work: impl Fn() + Send + Sync) {
    let _alone = ALONE.lock();
    work();
    for threads in [2, 3] {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("there are threads").install(&work);
    }
}

#[test]
fn the_next_product_is_right() {
    let (x, w) = (operand(37, 31), operand(31, 43));
    let plain =
        |i: usize, k: usize| (0..31).fold(0_u32, |sum, j| sum.wrapping_add(x[[i, j]].0.wrapping_mul(w[[j, k]].0)));
    let expected = Array2::from_shape_fn((37, 43), |(i, k)| Counted::new(plain(i, k)));
    in_pools(|| {
        with_panics(60_000, || drop(einsum!("ij,jk->ik", x, w)));
        assert_eq!(einsum!("ij,jk->ik", x, w), expected);
        let mut y = Array2::from_elem((37, 43), Counted::new(9));
        with_panics(60_000, || einsum!("ij,jk->ik", x, w, out = &mut y));
        assert!(y.iter().all(|y| y.0 == !y.1), "what was there, or a result");
        einsum!("ij,jk->ik", x, w, out = &mut y);
        assert_eq!(y, expected);
    });
}

#[test]
fn sums_copies_and_diagonals_are_right_afterwards() {
    let x = operand(311, 173);
    let total = x.iter().fold(0_u32, |sum, x| sum.wrapping_add(x.0));
    in_pools(|| {
        with_panics(60_000, || {
            let _ = einsum!("ij->", x);
        });
        assert_eq!(einsum!("ij->", x).0, total);
        with_panics(60_000, || drop(einsum!("ij->jji", conj(x))));
        let diagonal = einsum!("ij->jji", conj(x));
        assert!((0..173).all(|j| diagonal[[j, j, 5]] == x[[5, j]] && diagonal[[j, (j + 1) % 173, 5]] == Counted::ZERO));
    });
}

#[test]
fn gradients_are_right_afterwards() {
    let (x, w, dy) = (operand(29, 31), operand(31, 23), operand(29, 23));
    in_pools(|| {
        let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
        let expected = pullback(&dy);
        with_panics(80_000, || drop(pullback(&dy)));
        with_panics(80_000, || drop(einsum_vjp!("ij,jk->ik", x, w).1(&dy)));
        assert_eq!(pullback(&dy), expected);
        assert_eq!(expected.0, einsum!("ik,jk->ij", dy, w));
    });
}

#[test]
fn kernels_of_other_elements_have_their_buffers_still() {
    let (x, w) = (operand(37, 31), operand(31, 43));
    let ones = Array2::<f32>::ones((300, 300));
    in_pools(|| {
        with_panics(50_000, || {
            drop(einsum!("ij,jk->ik", ones, ones));
            drop(einsum!("ij,jk->ik", x, w));
        });
        assert!(einsum!("ij,jk->ik", ones, ones).iter().all(|&y| (y - 300.0).abs() < 1e-3));
        assert_eq!(einsum!("ij,j->i", array![[1.0, 2.0]], array![3.0, 4.0]), array![11.0]);
    });
}
