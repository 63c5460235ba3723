//! Element types, those of the crate and those of a user, and the exactness of their values.

use einsum::{Copied, Differentiable, Element, Storage, einsum, einsum_fn, einsum_vjp};
use ndarray::{Array1, Array2, Array3, array};
use num_complex::{Complex32, Complex64, c32, c64};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

macro_rules! integer_tests {
    ($($t:ident)+) => {
        $(
            mod $t {
                use super::*;

                #[test]
                fn contracts() {
                    let x: Array2<$t> = array![[1, 2, 3], [4, 5, 6]];
                    let w: Array2<$t> = array![[1, 2], [0, 1], [2, 3]];
                    assert_eq!(einsum!("ij,jk->ik", x, w), array![[7, 13], [16, 31]]);
                    assert_eq!(einsum!("ij,->ji", x, 2), array![[2, 8], [4, 10], [6, 12]]);
                    assert_eq!(einsum!("ij,ji,i->i", x, w, array![1, 3]), array![7, 93]);
                }

                #[test]
                fn wraps() {
                    let x: Array1<$t> = array![$t::MAX, 1, $t::MAX];
                    assert_eq!(einsum!("i->", x), $t::MAX.wrapping_mul(2).wrapping_add(1));
                    assert_eq!(einsum!("i,i->", x, x), 3);
                    assert_eq!(einsum!("i,->i", x, 2), x.mapv(|element| element.wrapping_mul(2)));
                }
            }
        )+
    };
}

integer_tests! { i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize }

macro_rules! float_tests {
    ($($name:ident: $t:ty = $from:expr;)+) => {
        $(
            #[test]
            fn $name() {
                let from: fn(i16) -> $t = $from;
                let x = array![[1, -2, 3], [4, 5, -6]].mapv(from);
                let w = array![[1, 2], [0, 1], [2, -3]].mapv(from);
                let y = einsum!("ij,jk->ik", x, w);
                assert_eq!(y, array![[7, -9], [-8, 31]].mapv(from));
                let (value, pullback) = einsum_vjp!("ij,jk->ik", x, w);
                let (dx, dw) = pullback(&y);
                assert_eq!(value, y);
                assert_eq!(dx, array![[-11, -9, 41], [54, 31, -109]].mapv(from));
                assert_eq!(dw, array![[-25, 115], [-54, 173], [69, -213]].mapv(from));
            }
        )+
    };
}

float_tests! {
    f32_contracts: f32 = f32::from;
    f64_contracts: f64 = f64::from;
    complex32_contracts: Complex32 = |re| c32(re.into(), 0.0);
    complex64_contracts: Complex64 = |re| c64(re.into(), 0.0);
}

#[test]
fn complex_products_are_not_conjugated_but_cotangents_are() {
    let x = array![c32(1.0, 2.0), c32(0.0, -1.0)];
    let w = array![c32(3.0, -1.0), c32(2.0, 5.0)];
    let (y, pullback) = einsum_vjp!("i,i->", x, w);
    assert_eq!(y, c32(10.0, 3.0));
    let (dx, dw) = pullback(&c32(0.0, 1.0));
    assert_eq!(dx, array![c32(-1.0, 3.0), c32(5.0, 2.0)]);
    assert_eq!(dw, array![c32(2.0, 1.0), c32(-1.0, 0.0)]);
}

/// Path lengths, of which the sum is the shortest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shortest(f64);

impl Element for Shortest {
    const ZERO: Self = Shortest(f64::INFINITY);
    const ONE: Self = Shortest(0.0);

    fn plus(self, other: Self) -> Self {
        Shortest(self.0.min(other.0))
    }

    fn times(self, other: Self) -> Self {
        Shortest(self.0 + other.0)
    }

    fn conjugate(self) -> Self {
        self
    }
}

/// Path lengths, of which the sum is the longest.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Longest(f64);

impl Element for Longest {
    const ZERO: Self = Longest(f64::NEG_INFINITY);
    const ONE: Self = Longest(0.0);

    fn plus(self, other: Self) -> Self {
        Longest(self.0.max(other.0))
    }

    fn times(self, other: Self) -> Self {
        Longest(self.0 + other.0)
    }

    fn conjugate(self) -> Self {
        self
    }
}

const NODES: usize = 13;

/// Random lengths of the edges of a sparse graph, infinite where there is no edge.
fn edges(is_edge: impl Fn(usize, usize) -> bool) -> Array2<f64> {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    Array2::from_shape_fn((NODES, NODES), |(from, to)| {
        let present = is_edge(from, to) && rng.random_range(0..4) == 0;
        let length = f64::from(rng.random_range(1_u8..20));
        if from == to {
            0.0
        } else if present {
            length
        } else {
            f64::INFINITY
        }
    })
}

/// Shortest paths by Floyd and Warshall.
fn floyd_warshall(mut distances: Array2<f64>) -> Array2<f64> {
    for via in 0..NODES {
        for from in 0..NODES {
            for to in 0..NODES {
                let detour = distances[[from, via]] + distances[[via, to]];
                distances[[from, to]] = distances[[from, to]].min(detour);
            }
        }
    }
    distances
}

#[test]
fn shortest_paths_by_repeated_squares() {
    let edges = edges(|_, _| true);
    let expected = floyd_warshall(edges.clone());
    let mut distances = edges.mapv(Shortest);
    for _ in 0..4 {
        distances = einsum!("ij,jk->ik", distances, distances);
    }
    assert_eq!(distances, expected.mapv(Shortest));
    assert_ne!(expected, edges);
    let eccentricities = einsum!("ij->i", distances.mapv(|path| Longest(path.0)));
    let farthest = expected.map_axis(ndarray::Axis(1), |row| row.fold(0.0, |m: f64, &d| m.max(d)));
    assert_eq!(eccentricities, farthest.mapv(Longest));
}

#[test]
fn shortest_paths_of_three_edges() {
    let edges = edges(|_, _| true).mapv(Shortest);
    let paths = einsum!("ij,jk,kl->il", edges, edges, edges);
    let expected = Array2::from_shape_fn((NODES, NODES), |(from, to)| {
        let via = (0..NODES).flat_map(|j| (0..NODES).map(move |k| (j, k)));
        let lengths = via.map(|(j, k)| edges[[from, j]].0 + edges[[j, k]].0 + edges[[k, to]].0);
        Shortest(lengths.fold(f64::INFINITY, f64::min))
    });
    assert_eq!(paths, expected);
}

#[test]
fn longest_paths_of_an_acyclic_graph() {
    let edges = edges(|from, to| from < to);
    // The longest path is the shortest one of negated lengths, since there are no cycles.
    let negated = edges.mapv(|length| if length.is_finite() { -length } else { length });
    let expected = floyd_warshall(negated);
    let mut lengths = edges.mapv(|length| if length.is_finite() { Longest(length) } else { Longest::ZERO });
    for _ in 0..4 {
        lengths = einsum!("ij,jk->ik", lengths, lengths);
    }
    assert_eq!(lengths, expected.mapv(|length| Longest(-length)));
}

#[test]
fn a_contracted_extent_of_zero_gives_the_zero_of_a_user_type() {
    let (x, w) = (Array2::from_elem((2, 0), Shortest(0.0)), Array2::from_elem((0, 3), Shortest(0.0)));
    assert_eq!(einsum!("ij,jk->ik", x, w), Array2::from_elem((2, 3), Shortest::ZERO));
    assert_eq!(einsum!("ij->", x), Shortest::ZERO);
}

#[test]
fn permutations_preserve_bits() {
    let x = array![[-0.0, 0.0, f64::MIN_POSITIVE / 2.0], [f64::NEG_INFINITY, f64::MAX, -0.0]];
    assert_eq!(einsum!("ij->ji", x).mapv(f64::to_bits), x.t().mapv(f64::to_bits));
    assert_eq!(einsum!("ij", x).mapv(f64::to_bits), x.mapv(f64::to_bits));
    let cube = Array3::from_elem((2, 3, 5), -0.0_f32);
    assert!(einsum!("ijk->kij", cube).iter().all(|element| element.is_sign_negative()));
    let square = Array2::from_elem((3, 3), -0.0_f64);
    assert!(einsum!("ii->i", square).iter().all(|element| element.is_sign_negative()));
    assert!(einsum!("->", -0.0_f64).is_sign_negative());
}

#[test]
fn products_without_a_sum_preserve_signed_zeros() {
    let x = array![-0.0, 0.0, 2.0];
    let y = einsum!("i,j->ij", x, array![1.0, -1.0]);
    let expected = array![[-0.0, 0.0], [0.0, -0.0], [2.0, -2.0]];
    assert_eq!(y.mapv(f64::to_bits), expected.mapv(f64::to_bits));
}

#[test]
fn not_a_number_propagates_through_zeros() {
    let (zeros, x) = (array![0.0, 0.0], array![1.0, f64::NAN]);
    assert!(einsum!("i,i->", zeros, x).is_nan());
    assert!(einsum!("i,i->", x, zeros).is_nan());
    assert!(einsum!("i,j->ij", zeros, x).column(1).iter().all(|element| element.is_nan()));
    let y = einsum!("ij,jk->ik", Array2::<f64>::zeros((3, 2)), array![[1.0, 2.0], [3.0, f64::NAN]]);
    assert!(y.column(1).iter().all(|element| element.is_nan()));
    assert_eq!(y.column(0), Array1::zeros(3));
}

#[test]
fn infinity_times_zero_and_minus_infinity_are_not_numbers() {
    let infinities = array![f64::INFINITY, f64::NEG_INFINITY];
    assert!(einsum!("i->", infinities).is_nan());
    assert!(einsum!("i,i->i", infinities, array![0.0, 0.0]).iter().all(|element| element.is_nan()));
    assert!(einsum!("i,->", infinities, 0.0).is_nan());
    assert_eq!(einsum!("i,i->", infinities, array![1.0, -1.0]).to_bits(), f64::INFINITY.to_bits());
}

#[test]
fn a_contracted_extent_of_zero_gives_exact_zeros() {
    let (x, w) = (Array2::<f64>::ones((2, 0)), Array2::<f64>::ones((0, 3)));
    let positive_zero = |element: &f64| element.to_bits() == 0;
    let y = einsum!("ij,jk->ik", x, w);
    assert_eq!(y.dim(), (2, 3));
    assert!(y.iter().all(positive_zero));
    assert!(einsum!("ij->i", x).iter().all(positive_zero));
    assert!(positive_zero(&einsum!("ij,jk->", x, w)));
}

/// The empty sum is exactly zero; what the next step makes of it follows IEEE 754, as in torch.
#[test]
fn a_lone_label_of_extent_zero_is_summed_to_zero_before_it_is_multiplied() {
    let x = Array2::<f64>::ones((2, 0));
    let y = einsum!("ij,i->i", x, array![f64::NAN, -1.0]);
    assert!(y[0].is_nan());
    assert_eq!(y[1].to_bits(), (-0.0_f64).to_bits());
}

#[test]
fn cotangents_of_a_contracted_extent_of_zero_are_exact_zeros() {
    let (x, w) = (Array2::<f64>::ones((2, 0)), Array2::<f64>::ones((0, 3)));
    let (_, pullback) = einsum_vjp!("ij,jk,k->ik", x, w, array![1.0, 2.0, 3.0]);
    let (dx, dw, dv) = pullback(&Array2::ones((2, 3)));
    assert_eq!((dx.dim(), dw.dim()), ((2, 0), (0, 3)));
    assert_eq!(dv.mapv(f64::to_bits), array![0, 0, 0]);
    let (_, pullback) = einsum_vjp!("ij,k->k", x, array![1.0, 2.0, 3.0]);
    let (_, dv) = pullback(&array![1.0, 2.0, 3.0]);
    assert_eq!(dv.mapv(f64::to_bits), array![0, 0, 0]);
}

#[test]
fn booleans_have_or_for_a_sum_and_and_for_a_product() {
    let edges = array![[false, true, false], [false, false, true], [false, false, false]];
    assert_eq!(einsum!("ij,jk->ik", edges, edges), array![[false, false, true], [false; 3], [false; 3]]);
    assert_eq!(einsum!("ij->i", edges), array![true, true, false]);
    assert!(einsum!("ij->", edges) && !einsum!("ii->", edges));
}

/// A number of eight bits that is computed with as an `f32`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Sixteenths(i8);

impl Storage for Sixteenths {
    type Compute = f32;
    type Loading = Copied;

    fn load(self) -> f32 {
        f32::from(self.0) / 16.0
    }

    #[allow(clippy::cast_possible_truncation, reason = "numbers that are too large become the largest")]
    fn store(computed: f32) -> Self {
        Sixteenths((computed * 16.0).round() as i8)
    }
}

impl Differentiable for Sixteenths {}

einsum_fn! {
    fn product(x, w) = "i,i->";
}

#[test]
fn a_storage_of_the_users_is_computed_with_as_it_says() {
    let (x, w) = (array![3, 3, 3].mapv(Sixteenths), array![1, 2, 2].mapv(Sixteenths));
    assert_eq!(einsum!("i,i->", x, w), Sixteenths(1), "15/256, rounded once");
    assert_eq!(product(&x, &w), Sixteenths(1));
    assert_eq!(product::backward(&x, &w, Sixteenths(16)), (w.clone(), x.clone()));
    let (y, pullback) = einsum_vjp!("i,i,->i", x, w, Sixteenths(127));
    assert_eq!(y, array![1, 3, 3].mapv(Sixteenths));
    assert_eq!(pullback(&array![16, 0, 0].mapv(Sixteenths)).1, array![24, 0, 0].mapv(Sixteenths));
    let mut sum = array![8, 8, 8].mapv(Sixteenths);
    einsum!("i->i", x, out = sum.slice_mut(ndarray::s![..;-1]), beta = Sixteenths(8));
    assert_eq!(sum, array![7, 7, 7].mapv(Sixteenths));
}
