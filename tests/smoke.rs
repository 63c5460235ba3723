use einsum::{einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array, Array2, Array3, ArrayRef, Ix2};

einsum_fn! {
    /// Linear layer.
    pub fn linear(x, w) = "bik,jkl->bij";
    fn scale(a, x) = ",i->i";
}

fn ramp<D: ndarray::Dimension, S: ndarray::IntoDimension<Dim = D>>(shape: S) -> Array<f64, D> {
    let mut n = 0.0;
    Array::from_shape_simple_fn(shape.into_dimension(), || {
        n += 1.0;
        n
    })
}

#[test]
fn smoke() {
    let x = ramp((2, 3, 5));
    let w = ramp((7, 5, 11));
    let y: Array3<f64> = einsum!("bik,jkl->bij", x, w);
    let mut expected = Array3::zeros((2, 3, 7));
    for b in 0..2 {
        for i in 0..3 {
            for j in 0..7 {
                for k in 0..5 {
                    for l in 0..11 {
                        expected[[b, i, j]] += x[[b, i, k]] * w[[j, k, l]];
                    }
                }
            }
        }
    }
    assert_eq!(y, expected);
    assert_eq!(linear(&x, &w), expected);
    let (y, pullback) = einsum_vjp!("bik,jkl->bij", x, w);
    let dy = y.mapv(|v| v / 100.0);
    let (dx, dw) = pullback(&dy);
    let (dx2, dw2) = linear::backward(&x, &w, &dy);
    assert_eq!(dx, dx2);
    assert_eq!(dw, dw2);
    assert_eq!(dx, linear::backward_x(&x, &w, &dy));
    assert_eq!(dw.dim(), (7, 5, 11));
    let s: f64 = einsum!("ii", ramp((3, 3)));
    assert_eq!(s, 15.0);
    let m: Array2<f32> = Array2::ones((2, 2));
    let r = einsum!(",ij->ji", 2.0, m);
    assert_eq!(r[[0, 0]], 2.0);
    let (y, p) = einsum_vjp!("ii->i", &m);
    let (dm,) = p(&y);
    assert_eq!(dm[[0, 1]], 0.0);
    let (y, p) = einsum_vjp!("ij,ij->", m.clone(), m.view());
    let (_, _) = p(&y);
    let err = try_einsum!("bik,jkl->bij", x, w.slice(ndarray::s![.., 1.., ..])).unwrap_err();
    assert_eq!(
        err.to_string(),
        "einsum `bik,jkl->bij`: label `k` has extent 5 in `x` but 4 in `w.slice(ndarray::s![.., 1.., ..])`"
    );
    let _ = scale(2.0, &y_of(&m));
    let _ = scale::backward(2.0, &y_of(&m), &y_of(&m));
    fn y_of(m: &ArrayRef<f32, Ix2>) -> ndarray::Array1<f32> {
        einsum!("ij->i", m)
    }
}
