//! Mistakes in the types of parameters, and in generics.
use einsum::einsum_fn;

einsum_fn! {
    fn extents(x: [[f32; 4]; 3], w: [[f32; 5]; 2]) = "ij,jk->ik";
    fn diagonal(x: [[f32; 4]; 3]) -> [i] { x[i, i] }
    fn given(x: [f32; 4]; i = 3) = "i->i";
    fn no_broadcast(x: [[f32; 4]; 1], w: [[f32; 4]; 3]) = "ij,ij->ij";
    fn with_ndarray(x: [[f32; 4]; 2], w: [[f32; 4]; 3], v) = "ij,ij,j->ij";
    fn axes(x: [[f32; 4]; 3], w: &[f32; 4]) = "i,jk->ijk";
    fn ellipsis(x: [[f32; 4]; 3]) = "...i->...";
    fn elements(x: [f32; 4], w: [f64; 4]) = "i,i->";
    fn read(x as f64: [f32; 4], w: [f32; 4]) = "i,i->";
    fn alias(x: &Matrix) = "ij->ji";
    fn array(x: &Array2<f32>) = "ij->ji";
    fn slice(x: &[f32]) = "i->";
    fn number(x: [f32; 4], a: f32) = "i,->i";
    fn mutable(x: &mut [f32; 4]) = "i->i";
    fn element<T>(x: [f32; 4]) = "i->i";
    fn lifetime<'a>(x: [f32; 4]) = "i->i";
    fn bounds<T>(x: [T; 4]) where T: Copy = "i->i";
    fn formula_axes(x: [[f32; 4]; 3]) -> [i] { exp(x[i]) }
    fn formula_extents(x: [f32; 4], w: [f32; 5]) -> [i] { exp(x[i] + w[i]) }
    fn formula_diagonal(x: [[f32; 4]; 3]) -> [i] { exp(x[i, i]) }
    fn formula_elements(x: [f32; 4], w: [f64; 4], t: [u8; 3]) -> [i] { exp(x[t[i]] + w[t[i]]) }
    fn path(x: [f32; super::FOUR]) = "i->i";
    fn without_types<T: Copy>(x, w) = "ij,jk->ik";
}

fn main() {}
