use einsum::{einsum, try_einsum};
use ndarray::{Array1, Array2, ArrayBase, Data, Ix2, LinalgScalar};

fn product<T>(x: &Array2<T>, w: &Array2<T>) -> Array2<T> {
    einsum!("ij,jk->ik", x, w)
}

fn chain<T: LinalgScalar>(x: &Array2<T>, w: &Array2<T>) -> Option<Array2<T>> {
    try_einsum!("ij,jk,kl->il", x, w, x.view()).ok()
}

fn scaled<T: Copy>(x: &Array2<T>, y: &mut Array2<T>, a: T) {
    einsum!("ij->ji", x, out = y, alpha = a, beta = a);
}

fn ellipsis<T: Copy>(x: &Array2<T>, w: &Array1<T>) -> Array1<T> {
    einsum!("...j,j->...", x, w)
}

fn numbers<T: Copy>(a: T, x: &Array2<T>, b: T) -> Array2<T> {
    einsum!([i, j] = a * x[i, j] * b)
}

fn any_storage<S: Data>(x: &ArrayBase<S, Ix2>) -> Array2<S::Elem> {
    einsum!("ij,jk->ik", x, x)
}

fn main() {}
