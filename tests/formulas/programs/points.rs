//! Points and distances, and forms of them.

use einsum::{einsum, einsum_fn};

use super::{A1, A2, N, T1};
use crate::programs::reference::{Elements as _, LAYOUTS, Tensor as _, cases};

pub(super) const ALL: &[fn()] = &[
    pairwise_distances,
    a_kernel_matrix,
    shortest_paths_of_two_steps,
    quadratic_forms,
    energy_and_forces,
    a_histogram_with_weights,
];

einsum_fn! {
    fn distances(x, z) -> [i, j] { sum[k](powi(x[i, k] - z[j, k], 2)) }

    fn rbf(x, z, s) -> [i, j] { exp(-(s * sum[k](powi(x[i, k] - z[j, k], 2)))) }

    fn min_plus(x, z) -> [i, j] { min[k](x[i, k] + z[k, j]) }

    fn nearest(x, z) -> [i] { argmin[j](sum[k](powi(x[i, k] - z[j, k], 2))) }

    /// The elements of bins, of which the gradient is a histogram.
    fn of_bins(h, t) -> [i] { h[t[i]] }

    fn quadratic(x, a) -> [b] { sum[i, j](x[b, i] * a[i, j] * x[b, j]) }

    /// With the precision `p p^T`.
    fn mahalanobis(x, m, p) -> [b] {
        let c[b, k] = (x[b, i] - m[i]) * p[i, k];
        sqrt(sum[k](c[b, k] * c[b, k]) + 0.5)
    }

    /// The energy of points; its negative gradient is the forces.
    fn lennard_jones(x) -> [] {
        let r[i, j] = sum[k](powi(3.0 * x[i, k] - 3.0 * x[j, k], 2));
        sum[i, j](select(j < i, 4.0 * (powi(r[i, j], -6) - powi(r[i, j], -3)), 0.0))
    }
}

#[test]
fn pairwise_distances() {
    check!("7 pairs", "distances", distances(x: A2, z: A2) -> [x: dx, z: dz]);
    for (case, layout) in cases("nearest").iter().flat_map(|case| (0..LAYOUTS).map(move |layout| (case, layout))) {
        let found = nearest(&A2::operand(case, 0, layout), &A2::operand(case, 1, layout + 1));
        case.compare("y", &found.elements(), 1e-12);
    }
}

#[test]
fn a_kernel_matrix() {
    check!("7 pairs", "rbf", rbf(x: A2, z: A2, s: N) -> [x: dx, z: dz, s: ds]);
}

#[test]
fn shortest_paths_of_two_steps() {
    check!("7 pairs", "min_plus", min_plus(x: A2, z: A2) -> [x: dx, z: dz]);
}

#[test]
fn quadratic_forms() {
    check!("8 forms", "quadratic", quadratic(x: A2, a: A2) -> [x: dx, a: da]);
    check!("8 forms", "mahalanobis", mahalanobis(x: A2, m: A1, p: A2) -> [x: dx, m: dm, p: dp]);
}

#[test]
fn energy_and_forces() {
    check!("11 energies", "lennard_jones", lennard_jones(x: A2) -> [x: dx]);
}

#[test]
fn a_histogram_with_weights() {
    let case = &cases("histogram")[0];
    for layout in 0..LAYOUTS {
        let (w, t) = (A1::operand(case, 0, layout), T1::operand(case, 1, layout + 1));
        let mut y = A1::zeros(5);
        einsum!(y[t[i]] += w[i]);
        case.compare("y", &y.elements(), 1e-12);
        let (scattered,) = of_bins::backward(&y, &t, &w);
        case.compare("y", &scattered.elements(), 1e-12);
        case.compare("d0", &of_bins(&y.like(100), &t).elements(), 1e-12);
    }
}
