//! Small systems of linear equations.

use ndarray::Array2;

/// The factor `x` of `x g = m`, for a symmetric positive `g`: by Cholesky's factor of `g`, twice by substitution.
pub(crate) fn least_squares(m: &Array2<f64>, g: &Array2<f64>) -> Array2<f64> {
    let Some(lower) = cholesky(g) else { return m.clone() };
    let mut x = m.clone();
    for mut row in x.rows_mut() {
        let rank = row.len();
        for r in 0..rank {
            let known: f64 = (0..r).map(|s| lower[[r, s]] * row[s]).sum();
            row[r] = (row[r] - known) / lower[[r, r]];
        }
        for r in (0..rank).rev() {
            let known: f64 = (r + 1..rank).map(|s| lower[[s, r]] * row[s]).sum();
            row[r] = (row[r] - known) / lower[[r, r]];
        }
    }
    x
}

/// The lower triangle `l` with `l lᵀ = g`, if `g` is positive once its diagonal is raised a little.
fn cholesky(g: &Array2<f64>) -> Option<Array2<f64>> {
    const RIDGE: f64 = 1e-12;
    let mut lower = Array2::zeros(g.dim());
    for r in 0..g.nrows() {
        for s in 0..=r {
            let known: f64 = (0..s).map(|q| lower[[r, q]] * lower[[s, q]]).sum();
            let rest = g[[r, s]] - known;
            lower[[r, s]] = if r > s { rest / lower[[s, s]] } else { (rest + RIDGE).sqrt() };
        }
        if !lower[[r, r]].is_normal() {
            return None;
        }
    }
    Some(lower)
}
