//! What the language has beyond labels on axes: broadcasting, the ellipsis, repeated and given
//! output labels, parentheses, `conj`, and the arguments `out`, `alpha` and `beta`.

use einsum::{EinsumError, einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{
    Array, Array1, Array2, Array3, Array4, Array6, ArrayRef, Axis, Dimension, IntoDimension, Ix3, Ix4, arr1, array, s,
};
use num_complex::{Complex64, c64};

fn ramp<D: Dimension, S: IntoDimension<Dim = D>>(shape: S) -> Array<f64, D> {
    let mut next = 0.0;
    Array::from_shape_simple_fn(shape.into_dimension(), || {
        next += 1.0;
        next
    })
}

fn square() -> Array2<f64> {
    array![[1.0, 2.0], [3.0, 4.0]]
}

mod broadcasting {
    use super::*;

    #[test]
    fn of_labels() {
        let (x, row) = (ramp((2, 3)), array![[10.0, 20.0, 30.0]]);
        assert_eq!(einsum!("ij,ij->j", x, row), array![50.0, 140.0, 270.0]);
        let (y, pullback) = einsum_vjp!("ij,ij->ij", x, row);
        assert_eq!(y, &x * &row);
        let (dx, drow) = pullback(&Array2::ones((2, 3)));
        assert_eq!((dx, drow), (row.broadcast((2, 3)).unwrap().to_owned(), array![[5.0, 7.0, 9.0]]));
    }

    #[test]
    fn of_a_diagonal_as_a_whole() {
        let v = array![1.0, 2.0];
        assert_eq!(einsum!("ii,i->i", array![[3.0]], v), array![3.0, 6.0]);
        let (_, pullback) = einsum_vjp!("ii,i->", array![[3.0]], v);
        assert_eq!(pullback(&1.0), (array![[3.0]], array![3.0, 3.0]));
    }

    #[test]
    fn to_an_extent_of_zero() {
        assert_eq!(einsum!("i,i->i", array![1.0], Array1::<f64>::zeros(0)).len(), 0);
        let (_, pullback) = einsum_vjp!("i,i->", array![1.0], Array1::<f64>::zeros(0));
        assert_eq!(pullback(&1.0).0, array![0.0]);
    }
}

mod without_broadcasting {
    use super::*;

    einsum_fn! {
        broadcast = false;

        fn product(x, w) = "ij,jk->ik";
        fn inner(x, w) -> [] { x[..] * w[..] }
        fn lenient(x, w) = "ij,jk->ik", broadcast = true;
        fn lenient_inner(x, w) -> [] { x[..] * w[..], broadcast = true }
    }

    const WHY: &str = "and `broadcast = false` lets nothing be repeated";
    /// In index notation, where it may be because of other indices as well.
    const WHY_BESIDE_INDICES: &str = "whose indices are all labels, and without `broadcast = false`";

    fn panic_message<Y>(function: impl FnOnce() -> Y) -> String {
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(function())));
        *panicked.unwrap_err().downcast::<String>().unwrap()
    }

    #[test]
    fn an_extent_of_one_fits_no_other() {
        let (column, w) = (ramp((2, 1)), ramp((3, 5)));
        let error = try_einsum!("ij,jk->ik", column, w, broadcast = false).unwrap_err();
        assert!(matches!(error, EinsumError::Extents { label: "j", first: ("column", 1), second: ("w", 3), .. }));
        let expected = format!("einsum `ij,jk->ik`: label `j` has extent 1 in `column` but 3 in `w`, {WHY}");
        assert_eq!(error.to_string(), expected);
        assert_eq!(panic_message(|| einsum!("ij,jk->ik", column, w, broadcast = false)), expected);
        assert_eq!(panic_message(|| einsum_vjp!("ij,jk->ik", column, w, broadcast = false).0), expected);
        assert_eq!(panic_message(|| einsum::einsum_vjp_add!("ij,jk->ik", column, w, broadcast = false).0), expected);
        let tangent = (column.clone(), column.clone());
        assert!(
            panic_message(|| einsum::einsum_jvp!("ij,jk->ik", (tangent.0, tangent.1), w, broadcast = false))
                .ends_with(WHY)
        );
        assert!(
            try_einsum!([i, k] = column[i, j] * w[j, k], broadcast = false)
                .unwrap_err()
                .to_string()
                .ends_with(WHY_BESIDE_INDICES)
        );
        // In both orders, among three, and of the diagonal of an operand.
        let error = try_einsum!("ij,jk,jk->ik", ramp((2, 3)), w, w.slice(s![..1, ..]), broadcast = false).unwrap_err();
        assert!(error.to_string().contains("extent 3 in `ramp((2, 3))` but 1 in `w.slice(s![..1, ..])`"), "{error}");
        assert!(try_einsum!("ii,i->i", array![[3.0]], array![1.0, 2.0], broadcast = false).is_err());
        // Without it, or with what is equal, all is as ever.
        assert_eq!(einsum!("ij,jk->ik", column, w, broadcast = true), einsum!("ij,jk->ik", column, w));
        assert_eq!(einsum!("ij,jk->ik", w.t(), w, broadcast = false), w.t().dot(&w));
        assert_eq!(einsum!("ij,jk->ik", ramp((2, 1)), ramp((1, 3)), broadcast = false).dim(), (2, 3));
    }

    #[test]
    fn ellipses_stand_for_equal_extents() {
        let (x, row) = (ramp((2, 3)), ramp((1, 3)));
        let error = try_einsum!("...,...->...", x, row, broadcast = false).unwrap_err();
        let axes = "in the ellipsis axis 0 of `x` has extent 2, but axis 0 of `row` has 1";
        assert_eq!(error.to_string(), format!("einsum `...,...->...`: {axes}, {WHY}"));
        let error = try_einsum!("i...,...->...i", x, ramp((2, 3)), broadcast = false).unwrap_err();
        let axes = "the ellipsis stands for 1 axis in `x` but 2 in `ramp((2, 3))`";
        assert_eq!(error.to_string(), format!("einsum `i...,...->...i`: {axes}, {WHY}"));
        assert!(matches!(error, EinsumError::EllipsisRank { positions: (0, 1), .. }));
        assert!(try_einsum!("...,...->...", x, 2.0, broadcast = false).is_err());
        // What has no ellipsis is no part of it.
        assert_eq!(einsum!("...i,i->...", x, array![1.0, 0.0, 0.0], broadcast = false), x.column(0));
        assert_eq!(einsum!("...,->...", x, 2.0, broadcast = false), &x * 2.0);
    }

    #[test]
    fn functions_have_a_default() {
        let (x, column, w) = (ramp((2, 3)), ramp((2, 1)), ramp((3, 5)));
        assert_eq!(product(&x, &w), x.dot(&w));
        assert_eq!(product::backward(&x, &w, &x.dot(&w)), lenient::backward(&x, &w, &x.dot(&w)));
        assert!(panic_message(|| product(&column, &w)).ends_with(WHY));
        assert!(panic_message(|| product::backward(&column, &w, &ramp((2, 5)))).ends_with(WHY));
        assert!(panic_message(|| product::jvp((&column, &column), (&w, &w))).ends_with(WHY));
        assert_eq!(lenient(&column, &w).dim(), (2, 5));
        assert_eq!(inner(&x, &x), 91.0);
        assert!(panic_message(|| inner(&x, &column)).ends_with(WHY_BESIDE_INDICES));
        assert_eq!(lenient_inner(&x, &column), 36.0);
    }

    #[test]
    fn an_explanation_takes_it() {
        let explanation = einsum::explain!("ij,jk->ik", i = 2, broadcast = false);
        assert_eq!(explanation.as_str(), einsum::explain!("ij,jk->ik", i = 2).as_str());
    }
}

mod ellipsis {
    use super::*;

    einsum_fn! {
        /// Product of matrices.
        pub(super) fn matmul(x, w) = "...ij,...jk->...ik";
        fn scale(x, a) = "...,...";
    }

    fn operands() -> (Array3<f64>, Array4<f64>) {
        (ramp((2, 3, 4)), ramp((5, 1, 4, 3)))
    }

    fn product() -> Array4<f64> {
        let (x, w) = operands();
        Array::from_shape_fn((5, 2, 3, 3), |(a, b, i, k)| {
            x.slice(s![b, i, ..]).dot(&w.index_axis(Axis(0), a).slice(s![0, .., k]))
        })
    }

    #[test]
    fn broadcasts_and_keeps_ranks_static() {
        let (x, w) = operands();
        let y: Array4<f64> = einsum!("...ij,...jk->...ik", x, w);
        assert_eq!(y, product());
        assert_eq!(einsum!("...ij,...jk->...ik", x.view().into_dyn(), w), product().into_dyn());
        assert_eq!(matmul(&x, &w), product());
        let transform: fn(&ArrayRef<f64, Ix3>, &ArrayRef<f64, Ix4>) -> _ = matmul;
        assert_eq!(transform(&x, &w), product());
    }

    #[test]
    fn has_gradients_summed_over_what_was_broadcast() {
        let (x, w) = operands();
        let (y, pullback) = einsum_vjp!("...ij,...jk->...ik", x, w);
        let (dx, dw) = pullback(&y);
        assert_eq!(dx, einsum!("xbik,xojk->bij", y, w));
        assert_eq!(dw, einsum!("xbik,bij->xjk", y, x).insert_axis(Axis(1)));
        assert_eq!(matmul::backward(&x, &w, &y), (dx.clone(), dw.clone()));
        assert_eq!((matmul::backward_x(&x, &w, &y), matmul::backward_w(&x, &w, &y)), (dx, dw));
    }

    #[test]
    fn stands_for_any_number_of_axes_in_any_order() {
        let m = square();
        assert_eq!(einsum!("...", m.t()), m.t());
        assert_eq!(einsum!("...,...", m.t(), 2.0), &m.t() * 2.0);
        assert_eq!(einsum!("i...,...i", m, m.t()), array![10.0, 20.0]);
        assert_eq!(einsum!("ij->...ij", m), m);
        assert_eq!(einsum!("...i->i...", ramp((2, 3))), ramp((2, 3)).t());
        let cube = ramp((2, 3, 4));
        let turned = cube.view().permuted_axes([2, 0, 1]);
        assert_eq!(einsum!("...,...", turned, turned.slice(s![.., ..1, ..])), &turned * &turned.slice(s![.., ..1, ..]));
        assert_eq!(scale(&turned, &Array::from_elem((), 3.0)), &turned * 3.0);
    }

    #[test]
    fn of_no_axis_gives_a_number() {
        let product: f64 = einsum!("...,...->...", 3.0, 2.0);
        assert_eq!(product, 6.0);
        let (sum, pullback) = einsum_vjp!("i...->...", array![1.0, 2.0]);
        assert_eq!((sum, pullback(&7.0)), (3.0, (array![7.0, 7.0],)));
    }

    #[test]
    fn of_many_axes_gives_a_dynamic_rank() {
        let y = einsum!("...a,b->...ab", Array6::<f32>::ones((1, 2, 1, 2, 1, 3)), arr1(&[1.0, 2.0]));
        assert_eq!(y.shape(), [1, 2, 1, 2, 1, 3, 2]);
    }

    #[test]
    fn is_summed_where_the_output_leaves_it_out() {
        let x = ramp((2, 3, 4));
        let inner: f64 = einsum!("...,...->", x, x);
        assert_eq!(inner, x.iter().map(|x| x * x).sum::<f64>());
        let last: Array1<f64> = einsum!("...i->i", x);
        assert_eq!(last, x.sum_axis(Axis(0)).sum_axis(Axis(0)));
        let (sum, pullback) = einsum_vjp!("...->", x);
        assert_eq!((sum, pullback(&2.0).0), (x.sum(), Array::from_elem((2, 3, 4), 2.0)));
        // What is broadcast counts as often as it repeats, and its gradient is added up.
        assert_eq!(einsum!("...,...->", x, 2.0), 2.0 * x.sum());
        let (_, pullback) = einsum_vjp!([] = x[..] * (array![[1.0], [2.0], [3.0]])[..]);
        assert_eq!(pullback(&1.0).1, x.sum_axis(Axis(0)).sum_axis(Axis(1)).insert_axis(Axis(1)));
        // Without an arrow it stays.
        assert_eq!(einsum!("...,...", x, x), &x * &x);
    }

    #[test]
    fn with_a_repeated_label_is_written_to_what_the_user_has() {
        let mut y = Array3::from_elem((2, 2, 2), 9.0);
        einsum!("...i->...ii", array![[1.0, 0.0], [0.0, 2.0]], out = &mut y);
        assert_eq!(y, array![[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 2.0]]]);
        einsum!("...i->...ii", ramp((2, 2)), out = &mut y, beta = -1.0);
        assert_eq!(y, array![[[0.0, 0.0], [0.0, 2.0]], [[3.0, 0.0], [0.0, 2.0]]]);
    }

    #[test]
    fn is_checked() {
        let error = try_einsum!("...i,...i->...", square(), ramp((2, 3, 2))).unwrap_err();
        assert!(matches!(error, EinsumError::Ellipsis { first: (_, 0, 2), second: (_, 1, 3), positions: (0, 1), .. }));
        let axes = "in the ellipsis axis 0 of `square()` has extent 2, but axis 1 of `ramp((2, 3, 2))` has 3";
        assert_eq!(error.to_string(), format!("einsum `...i,...i->...`: {axes}"));
        let x = ramp((3, 2));
        let error = try_einsum!("i...,...j->...ij", x, x).unwrap_err();
        let axes =
            "in the ellipsis axis 1 of the first operand, `x`, has extent 2, but axis 0 of the second, `x`, has 3";
        assert_eq!(error.to_string(), format!("einsum `i...,...j->...ij`: {axes}"));
        let error = try_einsum!("...ij->...", ramp(2).into_dyn()).unwrap_err();
        assert!(error.to_string().ends_with("needs at least 2"), "{error}");
    }
}

mod outputs {
    use super::*;

    #[test]
    fn repeat_labels() {
        let v = array![1.0, 2.0];
        assert_eq!(einsum!("i->ii", v), array![[1.0, 0.0], [0.0, 2.0]]);
        let (y, pullback) = einsum_vjp!("i,j->ii", v, array![1.0, 10.0]);
        assert_eq!(y, array![[11.0, 0.0], [0.0, 22.0]]);
        let (dv, _) = pullback(&array![[1.0, f64::NAN], [f64::INFINITY, 3.0]]);
        assert_eq!(dv, array![11.0, 33.0]);
        assert_eq!(einsum!("ij->ijij", square()).sum(), 10.0);
    }

    #[test]
    fn have_labels_of_given_extents() {
        let v = array![1.0, 2.0];
        assert_eq!(einsum!("->ii", 2.0; i = 3), Array2::eye(3) * 2.0);
        assert_eq!(einsum!("i->ij", v; j = v.len() + 1, i = 2).dim(), (2, 3));
        let (y, pullback) = einsum_vjp!("i,i->j", v, v; j = 3);
        assert_eq!(y, array![5.0, 5.0, 5.0]);
        assert_eq!(pullback(&array![1.0, 2.0, 3.0]).0, array![6.0, 12.0]);
        let (x, dy) = (ramp((2, 3, 4)), ramp((2, 3, 5)));
        let dw = einsum!("bik,bij->jkl", x, dy; l = 7);
        assert_eq!(dw.sum_axis(Axis(2)), einsum!("bik,bij->jk", x, dy) * 7.0);
    }
}

#[test]
fn parentheses_fix_the_order() {
    let (x, v) = (square(), array![1.0, -1.0]);
    assert_eq!(einsum!("(ij,jk),k->i", x, x, v), x.dot(&x).dot(&v));
    assert_eq!(einsum!("ij,(jk,k)->i", x, x, v), x.dot(&x.dot(&v)));
    assert_eq!(einsum!("((i,(ij)),j)->", v, x, v), v.dot(&x.dot(&v)));
    let (_, pullback) = einsum_vjp!("i,(ij,j)->", v, x, v);
    assert_eq!(pullback(&1.0), (x.dot(&v), einsum!("i,j->ij", v, v), x.t().dot(&v)));
}

/// As for numpy: also where words are on two operands, and a letter is twice in one.
#[test]
fn white_space_has_no_meaning() {
    let (a, b) = (ramp((2, 2, 3, 4)), ramp((2, 2, 3)));
    assert_eq!(einsum!("iij k, iij->k", a, b), einsum!("iijk,iij->k", a, b));
    assert_eq!(einsum!(" i i j k ,\ti ij -> k ", a, b), einsum!("iijk,iij->k", a, b));
    let (x, w) = (ramp([1, 2, 3, 2, 2, 2]), ramp([2, 2, 2]));
    assert_eq!(einsum!("row col, col -> r w", x, w), einsum!("rowcol,col->rw", x, w));
}

#[test]
fn conj_is_read_and_differentiated_through() {
    let (a, b) = (array![c64(0.0, 1.0), c64(2.0, -3.0)], array![c64(2.0, 1.0), c64(1.0, 1.0)]);
    let conjugated = a.mapv(|a| a.conj());
    assert_eq!(einsum!("i,i->", conj(a), b), einsum!("i,i->", conjugated, b));
    assert_eq!(einsum!("i->i", conj(conj(a))), a);
    let (y, pullback) = einsum_vjp!("i,i->", conj(a), b);
    let (_, of_conjugated) = einsum_vjp!("i,i->", conjugated, b);
    let dy = c64(1.0, 1.0);
    let (da, db) = of_conjugated(&dy);
    assert_eq!((y, pullback(&dy)), (einsum!("i,i->", conjugated, b), (da.mapv(|da: Complex64| da.conj()), db)));
    assert_eq!(einsum!("ij->ji", conj(square())), square().t());
}

mod out {
    use super::*;

    #[test]
    fn is_overwritten_whatever_it_holds() {
        let (x, mut y) = (square(), Array2::from_elem((2, 2), f64::NAN));
        einsum!("ij,jk->ik", x, x, out = &mut y);
        assert_eq!(y, x.dot(&x));
        y.fill(f64::INFINITY);
        einsum!("ij->ji", x, out = &mut y, alpha = 3.0, beta = 0.0);
        assert_eq!(y, &x.t() * 3.0);
        y.fill(f64::NAN);
        einsum!("i->ii", x.row(0), out = y);
        assert_eq!(y, array![[1.0, 0.0], [0.0, 2.0]]);
    }

    #[test]
    fn is_added_to() {
        let x = square();
        let mut y = x.clone();
        einsum!("ij,jk->ik", x, x, alpha = 2.0, beta = 3.0, out = &mut y);
        assert_eq!(y, x.dot(&x) * 2.0 + &x * 3.0);
        let mut y = x.clone();
        einsum!("ij,ij->ij", x, x, out = &mut y, alpha = 2.0, beta = 1.0);
        assert_eq!(y, &x * &x * 2.0 + &x);
        let mut diagonal = Array2::ones((2, 2));
        einsum!("i->ii", x.row(0), out = &mut diagonal, beta = 2.0);
        assert_eq!(diagonal, array![[3.0, 2.0], [2.0, 4.0]]);
        let mut sum = 1.0;
        einsum!("ij->", x, out = &mut sum, beta = 1.0);
        assert_eq!(sum, 11.0);
    }

    #[test]
    fn is_a_view_of_any_strides() {
        let mut y = Array2::from_elem((4, 4), -1.0);
        einsum!("ij,jk->ik", square(), square(), out = y.slice_mut(s![..;2, ..;-2]));
        let expected = array![[-1.0, 10.0, -1.0, 7.0], [-1.0; 4], [-1.0, 22.0, -1.0, 15.0], [-1.0; 4]];
        assert_eq!(y, expected);
    }

    #[test]
    fn gives_extents_and_must_have_those_of_the_result() {
        let mut y = Array1::zeros(3);
        einsum!("->i", 2.0, out = &mut y);
        einsum!("->i", 2.0, out = &mut y, beta = 2.0, alpha = 0.5);
        assert_eq!(y, array![5.0, 5.0, 5.0]);
        let error = try_einsum!("ij->i", square(), out = &mut y).unwrap_err();
        assert_eq!(error.to_string(), "einsum `ij->i`: `&mut y` has extents [3], but the result has [2]");
        assert_eq!(y, array![5.0, 5.0, 5.0]);
        assert!(try_einsum!("ij,ij->i", square(), ramp((3, 2)), out = &mut y).is_err());
        assert_eq!(y, array![5.0, 5.0, 5.0]);
    }

    #[test]
    fn is_a_place_behind_a_guard() {
        let y = std::sync::Mutex::new(Array2::zeros((2, 2)));
        einsum!("ij->ji", square(), out = *y.lock().unwrap());
        einsum!((*y.lock().unwrap())[i, j] += square()[j, i]);
        assert_eq!(*y.lock().unwrap(), &square().t() * 2.0);
    }

    #[test]
    fn takes_an_ellipsis() {
        let (x, mut y) = (square(), Array2::<f64>::ones((2, 2)).into_dyn());
        einsum!("...i->...i", x, out = &mut y, alpha = 2.0);
        einsum!("...i->...i", x, out = &mut y, beta = 2.0);
        assert_eq!(y, (&x * 5.0).into_dyn());
        assert!(try_einsum!("...i->...i", x, out = &mut Array1::zeros(2)).is_err());
    }

    #[test]
    fn alpha_needs_no_out() {
        let x = square();
        assert_eq!(einsum!("ij,j->i", x, x.row(1), alpha = 10.0), x.dot(&x.row(1)) * 10.0);
        assert_eq!(einsum!("bi,bi->bi", x, x, alpha = 10.0), &x * &x * 10.0);
        assert_eq!(einsum!("ij->", x, alpha = -1.0), -10.0);
        assert_eq!(einsum!("->i", 2.0, alpha = 2.0; i = 2), array![4.0, 4.0]);
    }
}
