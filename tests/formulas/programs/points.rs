//! Points and distances, and forms of them.

use einsum::einsum_fn;

use crate::programs::reference::{number, operand};

einsum_fn! {
    fn distances(x, z) -> [i, j] { sum[k](powi(x[i, k] - z[j, k], 2)) }

    fn rbf(x, z, s) -> [i, j] { exp(-(s * sum[k](powi(x[i, k] - z[j, k], 2)))) }

    fn min_plus(x, z) -> [i, j] { min[k](x[i, k] + z[k, j]) }

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
    let (x, z) = (operand(0, (3, 2)), operand(1, (5, 2)));
    check!("distances", distances(&x, &z) -> [dx: "0", dz: "1"]);
    check_second!(distances(x, z) -> [dx, dz]);
}

#[test]
fn a_kernel_matrix() {
    let (x, z, s) = (&operand(0, (3, 2)), &operand(1, (5, 2)), number(2));
    check!("rbf", rbf(x, z, s) -> [dx: "0", dz: "1", ds: "2"]);
}

#[test]
fn shortest_paths_of_two_steps() {
    let (x, z) = (&operand(0, (3, 7)), &operand(1, (7, 5)));
    check!("min_plus", min_plus(x, z) -> [dx: "0", dz: "1"]);
}

#[test]
fn quadratic_forms() {
    let (x, a) = (operand(0, (3, 5)), operand(1, (5, 5)));
    check!("quadratic", quadratic(&x, &a) -> [dx: "0", da: "1"]);
    check_second!(quadratic(x, a) -> [dx, da]);
    let (x, m, p) = (&operand(0, (3, 5)), &operand(1, 5), &operand(2, (5, 2)));
    check!("mahalanobis", mahalanobis(x, m, p) -> [dx: "0", dm: "1", dp: "2"]);
}

#[test]
fn energy_and_forces() {
    let x = &operand(0, (5, 3));
    check!("lennard_jones", lennard_jones(x) -> [dx: "0"]);
}
