//! What long sums lose to rounding: of equal numbers, which are all rounded the same way. The bounds are those of docs/engine.md.
//!
//! A sum in one go of as many loses a hundred times as much; that of the logarithm of the length is left.

use super::{Sample, Strides, forced, with_every_isa};
use crate::Step;
use einsum_engine::testing::row_major;
use num_complex::{Complex32, Complex64};

/// An element all of whose parts are a tenth, and how much of a sum of products of it may be lost.
trait Tenth: Sample {
    const TENTH: Self;
    const BOUND: f64;
    /// The number that is added up: the real part, or what is no difference of a product, and how many of these a term has.
    fn parts(self, is_product: bool) -> (f64, f64);
}

macro_rules! tenth {
    ($($T:ty, $tenth:expr, $bound:expr, |$number:ident, $is_product:ident| $parts:expr;)*) => { $(
        impl Tenth for $T {
            const TENTH: Self = $tenth;
            const BOUND: f64 = $bound;
            fn parts(self, $is_product: bool) -> (f64, f64) {
                let $number = self;
                $parts
            }
        }
    )* };
}

/// 170 roundings of `f32`.
const OF_F32: f64 = 2e-5;
/// As many of `f64`.
const OF_F64: f64 = 4e-14;

tenth! {
    f32, 0.1, OF_F32, |number, _is_product| (number.into(), 1.0);
    f64, 0.1, OF_F64, |number, _is_product| (number, 1.0);
    Complex32, Complex32::new(0.1, 0.1), OF_F32, |number, is_product|
        if is_product { (number.im.into(), 2.0) } else { (number.re.into(), 1.0) };
    Complex64, Complex64::new(0.1, 0.1), OF_F64, |number, is_product|
        if is_product { (number.im, 2.0) } else { (number.re, 1.0) };
}

/// How far the result of subscripts is from what it is, as a fraction of that.
fn error<T: Tenth>(subscripts: &str, extents: &[(char, usize)]) -> f64 {
    let (factors, out) = subscripts.split_once("->").unwrap();
    let (lhs, rhs) = factors.split_once(',').map_or((factors, None), |(lhs, rhs)| (lhs, Some(rhs)));
    let tensor = |subscript: &str| {
        let (strides, len) = row_major(subscript, extents);
        (vec![T::TENTH; len], strides)
    };
    let (lhs, rhs, (mut sums, strides)) = (tensor(lhs), rhs.map(tensor), tensor(out));
    let at = |strides| Strides { start: 0, strides };
    let lens: Vec<_> = extents.iter().map(|&(_, extent)| extent).collect();
    let contracted: Vec<_> = extents.iter().map(|&(label, _)| !out.contains(label)).collect();
    let second = rhs.as_ref().map(|rhs| (&rhs.0[..], at(&rhs.1), false));
    Step::new((&lens, &contracted), (&mut sums, at(&strides)), (&lhs.0, at(&lhs.1), false), second, (None, None)).run();
    let terms: f64 =
        lens.iter().zip(&contracted).filter(|(_, contracted)| **contracted).map(|(&len, _)| len as f64).product();
    let (tenth, _) = T::TENTH.parts(false);
    let (_, times) = T::TENTH.parts(rhs.is_some());
    let exact = terms * if rhs.is_some() { times * tenth * tenth } else { tenth };
    sums.iter().map(|sum| (sum.parts(rhs.is_some()).0 / exact - 1.0).abs()).fold(0.0, f64::max)
}

/// Each kind of sum, with contracted extents that are multiples of nothing.
const SUMS: &[(&str, &[(char, usize)])] = &[
    // Along memory; along columns, of few rows and in a buffer; with a second contracted label.
    ("i->", &[('i', 5_000_011)]),
    ("ji->i", &[('j', 3_000_017), ('i', 2)]),
    ("ji->i", &[('j', 100_003), ('i', 37)]),
    ("ji->i", &[('j', 40_009), ('i', 300)]),
    ("ij->i", &[('i', 3), ('j', 1_000_003)]),
    ("ijk->j", &[('i', 30_011), ('j', 3), ('k', 37)]),
    ("ijk->ik", &[('i', 5), ('j', 300_007), ('k', 3)]),
    // Products.
    ("i,i->", &[('i', 3_000_017)]),
    ("ji,j->i", &[('j', 1_000_003), ('i', 2)]),
    ("ij,j->i", &[('i', 2), ('j', 1_000_003)]),
    ("ij,ji->", &[('i', 2003), ('j', 1009)]),
    // GEMMs: straight on the operands, few long rows, dots, packed, side by side.
    ("ki,kj->ij", &[('k', 1_000_003), ('i', 3), ('j', 2)]),
    ("ki,kj->ij", &[('k', 20_011), ('i', 41), ('j', 37)]),
    ("ki,kj->ij", &[('k', 5003), ('i', 2053), ('j', 3)]),
    ("ik,jk->ij", &[('i', 5), ('k', 500_009), ('j', 3)]),
    ("bki,bkj->bij", &[('b', 3), ('k', 300_007), ('i', 3), ('j', 2)]),
    ("kib,kjb->ijb", &[('k', 100_003), ('i', 2), ('j', 3), ('b', 4)]),
    ("kib,kjb->ijb", &[('k', 3001), ('i', 3), ('j', 4), ('b', 700)]),
];

#[test]
fn errors_of_long_sums_do_not_grow_with_their_length() {
    fn check<T: Tenth>() {
        for (subscripts, extents) in SUMS {
            let error = error::<T>(subscripts, extents);
            assert!(error < T::BOUND, "{subscripts} {extents:?} of {}: off by {error:e}", std::any::type_name::<T>());
        }
    }
    let _guard = forced();
    check::<f32>();
    check::<f64>();
    check::<Complex32>();
    check::<Complex64>();
}

#[test]
fn long_sums_are_accurate_on_every_instruction_set() {
    with_every_isa(None, || {
        for (subscripts, extents) in SUMS.iter().filter(|(_, extents)| extents[0].1 < 1 << 20) {
            for error in [error::<f32>(subscripts, extents), error::<Complex32>(subscripts, extents)] {
                assert!(error < OF_F32, "{subscripts} {extents:?}: off by {error:e}");
            }
        }
    });
}
