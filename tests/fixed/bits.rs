//! Bits of results: those of the loops that are emitted, for arrays of fixed size, and those of the engine, for views of them.

use einsum::einsum;
use ndarray::{aview1, aview2};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use crate::oracle::Flat;

/// Numbers of many digits, and zeros of both signs.
trait Any: Copy {
    fn any(random: &mut ChaCha8Rng) -> Self;
    fn bits(self) -> u64;
}

macro_rules! any {
    ($($T:ty)*) => { $(
        impl Any for $T {
            fn any(random: &mut ChaCha8Rng) -> $T {
                match random.random_range(0..9) {
                    0 => 0.0,
                    1 => -0.0,
                    _ => random.random_range(-1.0..1.0),
                }
            }
            fn bits(self) -> u64 {
                self.to_bits().into()
            }
        }
    )* };
}
any!(f32 f64);

fn array<T: Any, const N: usize>(random: &mut ChaCha8Rng) -> [T; N] {
    std::array::from_fn(|_| T::any(random))
}

fn matrix<T: Any, const N: usize, const M: usize>(random: &mut ChaCha8Rng) -> [[T; M]; N] {
    std::array::from_fn(|_| array(random))
}

fn bits<A: Flat<Elem: Any>>(array: &A) -> Vec<u64> {
    array.flat().into_iter().map(Any::bits).collect()
}

macro_rules! same {
    ($y:expr, $of_views:expr) => {
        let (y, of_views) = ($y, $of_views);
        let of_views: Vec<u64> = of_views.iter().map(|y| y.bits()).collect();
        assert_eq!(bits(&y), of_views, "{}", stringify!($y));
    };
}

macro_rules! without_sums {
    ($T:ty, $N:literal, $M:literal, $random:expr) => {{
        let (x, w): ([[$T; $M]; $N], [[$T; $M]; $N]) = (matrix($random), matrix($random));
        let (row, column, square): ([$T; $M], [$T; $N], [[$T; $N]; $N]) =
            (array($random), array($random), matrix($random));
        let (vx, vw, vrow, vcolumn, vsquare) =
            (aview2(&x), aview2(&w), aview1(&row), aview1(&column), aview2(&square));
        same!(einsum!("ij->ji", x), einsum!("ij->ji", vx));
        same!(einsum!("ii->i", square), einsum!("ii->i", vsquare));
        same!(einsum!("i->ii", column), einsum!("i->ii", vcolumn));
        same!(einsum!("ij,ij->ij", x, w), einsum!("ij,ij->ij", vx, vw));
        same!(einsum!("ij,ij->ji", x, w), einsum!("ij,ij->ji", vx, vw));
        same!(einsum!("ij,j->ij", x, row), einsum!("ij,j->ij", vx, vrow));
        same!(einsum!("i,ij->ij", column, x), einsum!("i,ij->ij", vcolumn, vx));
        same!(einsum!("i,j->ij", column, row), einsum!("i,j->ij", vcolumn, vrow));
        same!(einsum!("i,j->ji", column, row), einsum!("i,j->ji", vcolumn, vrow));
        same!(einsum!([i, j] = relu(x[i, j]) - row[j]), einsum!([i, j] = relu(vx[i, j]) - vrow[j]));
        same!(einsum!([i, j] = tanh(x[i, j] * row[j])), einsum!([i, j] = tanh(vx[i, j] * vrow[j])));
        same!(einsum!([i] = max[j](x[i, j] * w[i, j])), einsum!([i] = max[j](vx[i, j] * vw[i, j])));
        same!(einsum!([i] = sum[j](exp(x[i, j]))), einsum!([i] = sum[j](exp(vx[i, j]))));
    }};
}

/// Of results that are no sums each is rounded once. (Sums are added up in another order: docs/engine.md. Maps are computed by the same loops.)
#[test]
fn results_without_sums_are_the_same() {
    let random = &mut ChaCha8Rng::seed_from_u64(7);
    for _ in 0..20 {
        without_sums!(f32, 1, 1, random);
        without_sums!(f32, 3, 5, random);
        without_sums!(f64, 7, 2, random);
        without_sums!(f32, 4, 4, random);
        without_sums!(f64, 8, 16, random);
        without_sums!(f32, 17, 13, random);
        without_sums!(f64, 31, 1, random);
    }
}
