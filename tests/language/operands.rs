//! What may be passed as an operand or a cotangent, what comes back, and when it is evaluated.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum::{Differentiable, EinsumError, Element, einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{
    Array, Array0, Array1, Array2, Array3, ArrayBase, ArrayD, ArrayRef, ArrayView2, ArrayViewMut2, CowArray, Data, Ix2,
    IxDyn, arr0, array, s,
};
use num_complex::{Complex32, Complex64};

fn x() -> Array2<f64> {
    array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
}

fn w() -> Array2<f64> {
    array![[1.0, -1.0], [2.0, 0.0], [0.0, 3.0]]
}

/// The product of `x` and `w`.
fn y() -> Array2<f64> {
    array![[5.0, 8.0], [14.0, 14.0]]
}

fn dy() -> Array2<f64> {
    array![[1.0, -2.0], [0.0, 3.0]]
}

type Matrices = (Array2<f64>, Array2<f64>);

/// The cotangents of `x` and `w` for that of their product, `dy`.
fn dx_and_dw() -> Matrices {
    (dy().dot(&w().t()), x().t().dot(&dy()))
}

mod storage {
    use super::*;

    #[test]
    fn types_may_be_known_later_than_the_operands() {
        let x = array![[2.0_f32, 3.0], [5.0, 7.0]];
        let square = |x| einsum!("ij,jk->ik", x, x);
        assert_eq!(square(&x), array![[19.0, 27.0], [45.0, 64.0]]);
        let zeros = Array2::zeros((2, 2));
        assert_eq!(einsum!("ij,ij->j", x, zeros), array![0.0, 0.0]);
        assert_eq!(einsum!("ij,->ij", array![[2.0, 3.0]], 2.0), array![[4.0, 6.0]]);
    }

    /// What messages say to write for vectors and slices.
    #[allow(clippy::useless_vec, reason = "vectors are what users have")]
    #[test]
    fn memory_of_others() {
        let x = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        let rows = vec![vec![1.0, 2.0, 3.0], vec![4.0, 5.0, 6.0]];
        assert_eq!(einsum!("ij,ij->", x, Array2::from_shape_vec((2, 3), rows.concat()).unwrap()), 91.0);
        let slices: &[&[f64]] = &[&rows[0], &rows[1]];
        assert_eq!(einsum!("ij,ij->", x, Array2::from_shape_vec((2, 3), slices.concat()).unwrap()), 91.0);
        let points = vec![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
        assert_eq!(einsum!("ij,ij->", x, ndarray::aview2(&points)), 91.0);
        let boxed: Box<[f64]> = vec![1.0, 0.0, 2.0].into();
        let mut y = vec![0.0; 2];
        einsum!(
            "ij,j->i",
            x,
            ndarray::aview1(&boxed),
            out = &mut ndarray::ArrayViewMut::from_shape(2, &mut y[..]).unwrap()
        );
        assert_eq!(y, [7.0, 16.0]);
        let columns =
            ndarray::ArrayView::from_shape(ndarray::ShapeBuilder::f((2, 3)), &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]).unwrap();
        assert_eq!(einsum!("bij->ij", ndarray::stack(ndarray::Axis(0), &[x.view(), columns]).unwrap()), 2.0 * &x);
    }

    #[test]
    fn owned_arrays_are_only_borrowed() {
        let (x, w) = (x(), w());
        let product = einsum!("ij,jk->ik", x, w);
        assert_eq!(product, y());
        assert_eq!(x.dot(&w), product);
    }

    #[test]
    fn references() {
        let (x, w) = (x(), w());
        let reference = &x;
        assert_eq!(einsum!("ij,jk->ik", &x, &w), y());
        assert_eq!(einsum!("ij,jk->ik", reference, &&w), y());
        assert_eq!(einsum!("ij,jk->ik", *reference, &reference.t()), x.dot(&x.t()));
    }

    #[test]
    fn mutable_references_stay_usable() {
        let (mut x, mut w) = (x(), w());
        let borrowed = &mut x;
        assert_eq!(einsum!("ij,jk->ik", borrowed, &mut w), y());
        borrowed.fill(0.0);
        assert_eq!(einsum!("ij,jk->ik", *borrowed, w), Array2::<f64>::zeros((2, 2)));
    }

    #[test]
    fn views() {
        let (x, w) = (x(), w());
        let view: ArrayView2<f64> = x.view();
        assert_eq!(einsum!("ij,jk->ik", view, w.view()), y());
        assert_eq!(einsum!("ij,jk->ik", &view, &w.view()), y());
    }

    #[test]
    fn mutable_views_stay_usable() {
        let (mut x, mut w) = (x(), w());
        let mut view: ArrayViewMut2<f64> = x.view_mut();
        assert_eq!(einsum!("ij,jk->ik", view, w.view_mut()), y());
        assert_eq!(einsum!("ij,jk->ik", &view, &mut w), y());
        view.fill(1.0);
        assert_eq!(einsum!("ij->", x).to_bits(), 6.0_f64.to_bits());
    }

    #[test]
    fn shared_and_copy_on_write_arrays() {
        let (shared, w) = (x().into_shared(), w());
        let borrowed = CowArray::from(w.view());
        let owned: CowArray<f64, Ix2> = CowArray::from(w.clone());
        assert_eq!(einsum!("ij,jk->ik", shared, borrowed), y());
        assert_eq!(einsum!("ij,jk->ik", &shared, &owned), y());
        assert_eq!(einsum!("ij,jk->ik", shared.clone(), w), y());
    }

    #[test]
    fn array_refs() {
        fn product(x: &ArrayRef<f64, Ix2>, w: &mut ArrayRef<f64, Ix2>) -> [Array2<f64>; 2] {
            [einsum!("ij,jk->ik", x, w), einsum!("ij,jk->ik", *x, *w)]
        }
        assert_eq!(product(&x(), &mut w().view_mut()), [y(), y()]);
    }

    #[test]
    fn smart_pointers_by_dereference() {
        let (boxed, counted) = (Box::new(x()), std::rc::Rc::new(w()));
        assert_eq!(einsum!("ij,jk->ik", *boxed, *counted), y());
        assert_eq!(einsum!("ij,jk->ik", &*boxed, counted.view()), y());
    }

    #[test]
    fn generic_storage() {
        fn product<S: Data<Elem = f64>>(x: &ArrayBase<S, Ix2>, w: ArrayBase<S, Ix2>) -> Array2<f64> {
            let product = einsum!("ij,jk->ik", x, w);
            drop(w);
            product
        }
        assert_eq!(product(&x(), w()), y());
        assert_eq!(product(&x().view(), w().view()), y());
    }

    #[test]
    fn generic_element() {
        fn product<T: Element>(x: &Array2<T>, w: &ArrayView2<T>, scale: T) -> Array2<T> {
            einsum!("ij,jk,->ik", x, w, scale)
        }
        fn gradient<T: Differentiable>(x: &Array2<T>, w: &Array2<T>, dy: &Array2<T>) -> Array2<T> {
            let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
            pullback(dy).1
        }
        assert_eq!(product(&x(), &w().view(), 2.0), 2.0 * y());
        assert_eq!(product(&array![[3_u8]], &array![[5]].view(), 7), array![[105]]);
        assert_eq!(gradient(&x(), &w(), &dy()), dx_and_dw().1);
    }
}

mod rank {
    use super::*;

    #[test]
    fn dynamic() {
        let (x, w) = (x().into_dyn(), w().into_dyn());
        let product: Array2<f64> = einsum!("ij,jk->ik", x, w);
        assert_eq!(product, y());
        let view: Array2<f64> = einsum!("ij,jk->ik", x.view(), &w);
        assert_eq!(view, y());
    }

    #[test]
    fn mixed_static_and_dynamic() {
        let (x, w) = (x().into_dyn(), w());
        assert_eq!(einsum!("ij,jk->ik", x, w), y());
        assert_eq!(einsum!("ji,kj->ik", w, &x), y().t());
    }

    #[test]
    fn dynamic_rank_zero() {
        let scale: ArrayD<f64> = arr0(2.0).into_dyn();
        assert_eq!(einsum!(",ij->ij", scale, x()), 2.0 * x());
        assert_eq!(einsum!("->", scale).to_bits(), 2.0_f64.to_bits());
    }

    #[test]
    fn more_than_six_axes() {
        let extents = [1, 2, 1, 3, 1, 2, 1];
        let x = Array::from_iter((0..12).map(f64::from)).into_shape_with_order(extents.as_slice());
        let x: ArrayD<f64> = x.unwrap();
        let reversed: ArrayD<f64> = einsum!("abcdefg->gfedcba", x);
        assert_eq!(reversed, x.t());
        let few: Array2<f64> = einsum!("abcdefg->db", x);
        assert_eq!(few, array![[1.0, 13.0], [5.0, 17.0], [9.0, 21.0]]);
        let outer: ArrayD<f64> = einsum!("ab,cdef,g->abcdefg", few, Array::<f64, _>::ones((1, 2, 1, 2)), array![1.0]);
        assert_eq!(outer.shape(), [3, 2, 1, 2, 1, 2, 1]);
        assert_eq!(outer.sum().to_bits(), 264.0_f64.to_bits());
    }

    #[test]
    fn cotangents_of_more_than_six_axes() {
        let x = ArrayD::from_elem([2, 1, 1, 3, 1, 1, 1].as_slice(), 1.0);
        let (y, pullback) = einsum_vjp!("abcdefg->gfedcba", x);
        let (dx,): (ArrayD<f64>,) = pullback(&(&y * 2.0));
        assert_eq!(dx, 2.0 * x);
    }
}

mod scalars {
    use super::*;

    #[test]
    fn by_value_and_by_reference() {
        let alpha = 2.0;
        assert_eq!(einsum!(",ij->ij", alpha, x()), 2.0 * x());
        assert_eq!(einsum!(",ij->ij", &alpha, x()), 2.0 * x());
        assert_eq!(einsum!("ij,->ij", x(), -alpha * 0.5), -x());
    }

    #[test]
    fn literals_take_the_type_of_the_arrays() {
        let x: Array1<f32> = array![1.0, 2.0];
        assert_eq!(einsum!("i,->i", x, 2.0), array![2.0_f32, 4.0]);
        assert_eq!(einsum!(",i->i", 2.0, x), array![2.0_f32, 4.0]);
        assert_eq!(einsum!(",i->i", -3, array![1_i16, 2]), array![-3_i16, -6]);
    }

    #[test]
    fn arrays_of_rank_zero() {
        let alpha: Array0<f64> = arr0(2.0);
        assert_eq!(einsum!(",ij->ij", alpha, x()), 2.0 * x());
        assert_eq!(einsum!(",ij->ij", &alpha.view(), x()), 2.0 * x());
    }

    #[test]
    fn only_scalars() {
        let (alpha, beta) = (2.0_f32, arr0(3.0_f32));
        let product: f32 = einsum!(",->", alpha, beta);
        assert_eq!(product.to_bits(), 6.0_f32.to_bits());
        let product: f64 = einsum!(",,", 2.0, 3.0, 7.0);
        assert_eq!(product.to_bits(), 42.0_f64.to_bits());
    }

    #[test]
    fn results_of_rank_zero_are_numbers() {
        let total: f64 = einsum!("ij->", x());
        assert_eq!(total.to_bits(), 21.0_f64.to_bits());
        let total: Result<f64, EinsumError> = try_einsum!("ij->", x());
        assert_eq!(total.unwrap().to_bits(), 21.0_f64.to_bits());
    }
}

mod expressions {
    use super::*;

    struct Layer {
        w: Array2<f64>,
        scales: [f64; 2],
    }

    impl Layer {
        fn forward(&self, x: &Array2<f64>) -> Array2<f64> {
            einsum!("ij,jk,->ik", x, self.w, self.scales[1])
        }

        fn weight(&self) -> &Array2<f64> {
            &self.w
        }
    }

    #[test]
    fn fields_and_elements() {
        let layers = [Layer { w: w(), scales: [0.0, 2.0] }];
        assert_eq!(layers[0].forward(&x()), 2.0 * y());
        assert_eq!(einsum!("ij,jk->ik", x(), layers[0].w), y());
        let pair = (x(), w());
        assert_eq!(einsum!("ij,jk->ik", pair.0, pair.1), y());
    }

    #[test]
    fn method_calls() {
        let layer = Layer { w: w(), scales: [1.0; 2] };
        let x = x();
        assert_eq!(einsum!("ij,jk->ik", x, layer.weight()), y());
        assert_eq!(einsum!("ji,jk->ik", x.t(), layer.weight().clone()), y());
        let first = einsum!("ij,jk->ik", x.slice(s![..1, ..]), w().slice(s![.., 1..]));
        assert_eq!(first, array![[8.0]]);
    }

    #[test]
    fn operators_blocks_and_nested_einsums() {
        let (x, w) = (x(), w());
        assert_eq!(einsum!("ij,jk->ik", &x + &x, w), 2.0 * y());
        assert_eq!(einsum!("ij,jk->ik", if x.is_empty() { &w } else { &x }, { &w }), y());
        let nested = einsum!("ij,j->i", x, einsum!("jk->j", w));
        assert_eq!(nested, einsum!("ij,jk->i", x, w));
    }

    #[test]
    fn a_question_mark_leaves_the_function() {
        fn dot(operand: Result<Array1<f64>, String>) -> Result<f64, String> {
            Ok(einsum!("i,i->", array![1.0, 2.0], operand?))
        }
        assert_eq!(dot(Ok(array![3.0, 4.0])), Ok(11.0));
        assert_eq!(dot(Err("absent".to_owned())), Err("absent".to_owned()));
    }

    #[test]
    fn fragments_of_other_macros() {
        macro_rules! product {
            ($subscripts:expr, $($operand:expr),+) => { einsum!($subscripts, $($operand),+) };
        }
        macro_rules! pullback {
            ($subscripts:literal, $($operand:expr),+) => { einsum_vjp!($subscripts, $($operand),+).1 };
        }
        let (x, w) = (x(), w());
        assert_eq!(product!("ij,jk->ik", &x + &x, -&w), -2.0 * y());
        assert_eq!(product!("ij,jk->ik", if true { &x } else { &w }, w), y());
        let pullback = pullback!("ij,jk->ik", x, &w + 0.0);
        assert_eq!(pullback(&dy()), dx_and_dw());
        assert_eq!(x.dot(&w), y());
    }

    #[test]
    fn subscripts_in_any_string_literal() {
        let x = x();
        assert_eq!(einsum!(r"ij->ji", x), x.t());
        assert_eq!(einsum!(r#"ij->j"#, x), array![5.0, 7.0, 9.0]);
        assert_eq!(einsum!("\u{3b1}β\t->\x20β\u{3b1}", x), x.t());
    }

    #[test]
    fn a_trailing_comma_is_allowed() {
        assert_eq!(einsum!("ij,jk->ik", x(), w(),), y());
    }

    #[test]
    fn names_at_the_call_site_are_not_captured() {
        mod ndarray {}
        mod einsum_runtime {}
        mod core {}
        #[allow(dead_code, reason = "must not be what the expansion calls a Vec")]
        struct Vec;
        let (i, j, k, out, y0, dy) = (x(), w(), 0, 1, 2, 3);
        assert_eq!(einsum!("ij,jk->ik", i, j), y());
        let (out_, pullback) = einsum_vjp!("ij,jk->ik", i, j);
        assert_eq!((out_, pullback(&super::dy())), (y(), dx_and_dw()));
        assert_eq!(k + out + y0 + dy, 6);
    }
}

mod evaluation {
    use super::*;

    /// Evaluates to its operand, and remembers its name.
    #[derive(Default)]
    struct Log(RefCell<Vec<&'static str>>);

    impl Log {
        fn pass<T>(&self, name: &'static str, operand: T) -> T {
            self.0.borrow_mut().push(name);
            operand
        }

        fn take(&self) -> Vec<&'static str> {
            self.0.take()
        }
    }

    #[test]
    fn once_and_left_to_right() {
        let log = Log::default();
        // The product of the last two is the cheapest to compute first.
        let result = einsum!(
            "ij,jk,kl,->il",
            log.pass("x", x()),
            { log.pass("w", w()) },
            &log.pass("ones", Array2::<f64>::ones((2, 1))),
            log.pass("scale", 2.0),
        );
        assert_eq!(log.take(), ["x", "w", "ones", "scale"]);
        assert_eq!(result, array![[26.0], [56.0]]);
    }

    #[test]
    fn once_by_einsum_vjp_and_never_by_its_pullback() {
        let log = Log::default();
        let w = &w();
        let (value, pullback) = einsum_vjp!("ij,jk->ik", log.pass("x", x()), log.pass("w", w));
        assert_eq!(log.take(), ["x", "w"]);
        assert_eq!((value, pullback(&dy())), (y(), dx_and_dw()));
        assert_eq!(log.take(), [""; 0]);
    }

    #[test]
    fn all_before_extents_are_checked() {
        let log = Log::default();
        let result = try_einsum!("ij,jk->ik", log.pass("x", x()), log.pass("v", x()));
        assert!(result.is_err());
        assert_eq!(log.take(), ["x", "v"]);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            einsum!("ij,jk,kl->il", log.pass("x", x()), log.pass("v", x()), log.pass("w", w()))
        }));
        assert!(panicked.is_err());
        assert_eq!(log.take(), ["x", "v", "w"]);
        let panicked =
            catch_unwind(AssertUnwindSafe(|| einsum_vjp!("ij,jk->ik", log.pass("x", x()), log.pass("v", x())).0));
        assert!(panicked.is_err());
        assert_eq!(log.take(), ["x", "v"]);
    }
}

mod pullbacks {
    use super::*;

    #[test]
    fn of_borrowed_places_can_be_called_twice() {
        let (x, w) = (x(), w());
        let (value, pullback) = einsum_vjp!("ij,jk->ik", x, w);
        assert_eq!(value, y());
        assert_eq!(pullback(&dy()), dx_and_dw());
        let (dx, dw) = pullback(&(2.0 * dy()));
        assert_eq!((dx / 2.0, dw / 2.0), dx_and_dw());
        assert_eq!(x.dot(&w), value);
    }

    #[test]
    fn take_cotangents_of_any_storage() {
        let (_, pullback) = einsum_vjp!("ij,jk->ik", x(), w());
        let mut dy = dy();
        assert_eq!(pullback(&dy.view()), dx_and_dw());
        assert_eq!(pullback(&dy.to_shared()), dx_and_dw());
        assert_eq!(pullback(&CowArray::from(dy.view())), dx_and_dw());
        assert_eq!(pullback(&dy.t().to_owned().reversed_axes()), dx_and_dw());
        assert_eq!(pullback(&dy.view_mut()), dx_and_dw());
        let reference: &ArrayRef<f64, Ix2> = &dy;
        assert_eq!(pullback(reference), dx_and_dw());
    }

    #[test]
    fn own_what_is_moved_in() {
        fn of_arrays() -> (Array2<f64>, impl Fn(&ArrayRef<f64, Ix2>) -> Matrices) {
            let w = w();
            einsum_vjp!("ij,jk->ik", x(), { w })
        }
        let (value, pullback) = of_arrays();
        assert_eq!((value, pullback(&dy())), (y(), dx_and_dw()));
    }

    /// A variable that holds a reference is a place: the pullback has the reference, not a
    /// reference to the variable.
    #[test]
    fn outlive_variables_that_hold_references() {
        fn of_variables<'a>(
            x: &'a Array2<f64>,
            w: &'a mut Array2<f64>,
        ) -> impl Fn(&ArrayRef<f64, Ix2>) -> Matrices + 'a {
            let w = &*w;
            einsum_vjp!("ij,jk->ik", x, w).1
        }
        assert_eq!(of_variables(&x(), &mut w())(&dy()), dx_and_dw());
    }

    #[test]
    fn can_be_returned_with_what_they_borrow() {
        fn of_references<'a>(
            x: &'a Array2<f64>,
            w: &'a Array2<f64>,
        ) -> (Array2<f64>, impl Fn(&ArrayRef<f64, Ix2>) -> Matrices + 'a) {
            einsum_vjp!("ij,jk->ik", *x, w.view())
        }
        let (x, w) = (x(), w());
        let (value, pullback) = of_references(&x, &w);
        assert_eq!((value, pullback(&dy())), (y(), dx_and_dw()));
    }

    #[test]
    fn are_send_and_sync() {
        fn shared<F: Fn() -> f64 + Send + Sync>(function: F) -> f64 {
            std::thread::scope(|scope| scope.spawn(&function).join().unwrap() + function())
        }
        let x = x();
        let (_, pullback) = einsum_vjp!("ij,jk->", x, w());
        assert_eq!(shared(|| pullback(&1.0).1.sum()).to_bits(), (2.0 * 42.0_f64).to_bits());
    }

    #[test]
    fn are_boxed_as_a_tape() {
        type Pullback = Box<dyn Fn(&ArrayRef<f64, Ix2>) -> Array2<f64>>;
        let layers = [array![[1.0, 2.0], [0.0, 1.0]], array![[3.0, 0.0], [1.0, 1.0]]];
        let mut tape: Vec<Pullback> = Vec::new();
        let mut value = x().slice(s![.., ..2]).to_owned();
        for layer in layers.clone() {
            let (next, pullback) = einsum_vjp!("ij,jk->ik", { value }, { layer });
            tape.push(Box::new(move |dy| pullback(dy).0));
            value = next;
        }
        let gradient = tape.iter().rev().fold(dy(), |dy, pullback| pullback(&dy));
        assert_eq!(gradient, dy().dot(&layers[1].t()).dot(&layers[0].t()));
    }
}

mod cotangents {
    use super::*;

    #[test]
    fn have_the_rank_of_their_operands() {
        let (_, pullback) = einsum_vjp!("ij,jk->ik", x().into_dyn(), w());
        let (dx, dw): (ArrayD<f64>, Array2<f64>) = pullback(&dy());
        assert_eq!((dx, dw), (dx_and_dw().0.into_dyn(), dx_and_dw().1));
    }

    #[test]
    fn of_any_storage_are_owned() {
        let (x, w) = (x().into_shared(), w());
        let (_, pullback) = einsum_vjp!("ij,jk->ik", x, CowArray::from(w.view()));
        let cotangents: (Array2<f64>, Array2<f64>) = pullback(&dy());
        assert_eq!(cotangents, dx_and_dw());
    }

    #[test]
    fn of_numbers_are_numbers() {
        let alpha = 3.0;
        let (_, pullback) = einsum_vjp!(",ij->ij", alpha, x());
        let (d_alpha, dx): (f64, Array2<f64>) = pullback(&x());
        assert_eq!((d_alpha, dx), (91.0, 3.0 * x()));
        let (_, pullback) = einsum_vjp!(",ij->ij", &alpha, x());
        let (d_alpha, _): (f64, Array2<f64>) = pullback(&x());
        assert_eq!(d_alpha.to_bits(), 91.0_f64.to_bits());
        let (_, pullback) = einsum_vjp!("i,->i", array![1.0_f32], 2.0);
        let cotangents: (Array1<f32>, f32) = pullback(&array![3.0]);
        assert_eq!(cotangents, (array![6.0], 3.0));
    }

    #[test]
    fn of_arrays_of_rank_zero_are_arrays() {
        let alpha: Array0<f64> = arr0(3.0);
        let (_, pullback) = einsum_vjp!(",,ij->ij", alpha, arr0(1.0).into_dyn(), x());
        let (d_alpha, d_one, dx): (Array0<f64>, ArrayD<f64>, Array2<f64>) = pullback(&x());
        assert_eq!(d_alpha, arr0(91.0));
        assert_eq!(d_one, arr0(273.0).into_dyn());
        assert_eq!(dx, 3.0 * x());
    }

    #[test]
    fn of_results_of_rank_zero_are_passed_as_numbers() {
        let (value, pullback) = einsum_vjp!("ij->", x());
        let value: f64 = value;
        let (dx,): (Array2<f64>,) = pullback(&2.0);
        assert_eq!((value, dx), (21.0, Array2::from_elem((2, 3), 2.0)));
    }

    #[test]
    fn of_dynamic_results_have_dynamic_rank() {
        let x = array![2.0, 3.0];
        let (value, pullback) = einsum_vjp!("a,b,c,d,e,f,g->abcdefg", x, x, x, x, x, x, x);
        let dy: ArrayD<f64> = ArrayD::ones(value.shape());
        let dy: &ArrayRef<f64, IxDyn> = &dy;
        let cotangents = pullback(dy);
        assert_eq!(cotangents.6, array![15_625.0, 15_625.0]);
    }
}

einsum_fn! {
    /// A linear layer.
    pub fn linear(x, w) = "bik,jkl->bij";

    /// A product of matrices.
    pub(crate) fn product(x, w) = "ij,jk->ik";

    fn trace(x) = "ii->";
}

mod named {
    use super::*;

    mod layers {
        einsum::einsum_fn! {
            pub(super) fn dense(x, w) = "bi,oi->bo";
        }
    }

    #[test]
    fn functions_have_a_backward() {
        assert_eq!(product(&x(), &w()), y());
        assert_eq!(product::backward(&x(), &w(), &dy()), dx_and_dw());
        assert_eq!(product::backward_x(&x(), &w(), &dy()), dx_and_dw().0);
        assert_eq!(product::backward_w(&x(), &w(), &dy()), dx_and_dw().1);
    }

    #[test]
    fn backward_broadcasts_along_lone_labels() {
        let x = Array3::from_shape_fn((2, 3, 2), |(b, i, k)| f64::from(u8::try_from(b + 2 * i + k).unwrap()));
        let w = Array3::from_shape_fn((5, 2, 7), |(j, k, l)| f64::from(u8::try_from(j * k + l).unwrap()));
        let value = linear(&x, &w);
        assert_eq!(value, einsum!("bik,jkl->bij", x, w));
        let (_, pullback) = einsum_vjp!("bik,jkl->bij", x, w);
        let (dx, dw) = linear::backward(&x, &w, &value);
        assert_eq!((&dx, &dw), (&pullback(&value).0, &pullback(&value).1));
        assert_eq!(linear::backward_x(&x, &w, &value), dx);
        assert_eq!(linear::backward_w(&x, &w, &value), dw);
        assert!(dw.lanes(ndarray::Axis(2)).into_iter().all(|lane| lane.iter().all(|e| e.total_cmp(&lane[0]).is_eq())));
    }

    #[test]
    fn functions_take_all_storage() {
        let (mut x, w) = (x(), w().into_shared());
        assert_eq!(product(&x.view(), &w), y());
        assert_eq!(product(&x.view_mut(), &CowArray::from(w.view())), y());
        assert_eq!(product::backward(&x.view(), &w, &dy().view()), dx_and_dw());
    }

    #[test]
    fn functions_are_values() {
        type Matrix = ArrayRef<f32, Ix2>;
        let function: fn(&Matrix, &Matrix) -> Array2<f32> = product;
        let (x, w) = (array![[1.0, 2.0], [3.0, 4.0]], array![[5.0], [7.0]]);
        assert_eq!(function(&x, &w), array![[19.0], [43.0]]);
    }

    #[test]
    fn functions_are_generic_over_elements() {
        assert_eq!(product(&array![[2_u8]], &array![[3_u8]]), array![[6]]);
        assert_eq!(trace(&array![[2_i64, 3], [5, 7]]), 9);
        let (dx,) = trace::backward(&array![[2.0, 3.0], [5.0, 7.0]], 1.0);
        assert_eq!(dx, Array2::eye(2));
        assert_eq!(trace::backward_x(&array![[2.0, 3.0], [5.0, 7.0]], 1.0), dx);
    }

    #[test]
    fn cotangents_that_are_numbers_are_values_or_references() {
        let x = array![[2.0_f32, 3.0], [5.0, 7.0]];
        let (_, pullback) = einsum_vjp!("ii->", x);
        let dy = 3.0;
        assert_eq!(trace::backward(&x, dy), pullback(&dy));
        assert_eq!(trace::backward(&x, &dy), pullback(&dy));
        assert_eq!(trace::backward_x(&x, &3.0), pullback(&3.0).0);
        let mut gx = Array2::zeros((2, 2));
        trace::backward_add(&x, &dy, (&mut gx,));
        assert_eq!(gx, pullback(&dy).0);
        assert_eq!(trace::double_backward(&x, &dy, &gx), trace::double_backward(&x, dy, &gx));
    }

    einsum_fn! {
        fn scale(a, v) = ",i->i";
        fn times(a, b) = ",->";
    }

    #[test]
    fn parameters_that_are_numbers_are_values_or_references() {
        fn any<T: Element>(a: T, v: &Array1<T>) -> Array1<T> {
            scale(a, &scale(&a, v))
        }
        let (a, v) = (3.0, array![2.0, 5.0]);
        assert_eq!(scale(a, &v), array![6.0, 15.0]);
        assert_eq!(scale(&a, &v), array![6.0, 15.0]);
        assert_eq!(scale(2.0, &v.view()), array![4.0, 10.0]);
        assert_eq!(any(3, &array![2, 5]), array![18, 45]);
        assert_eq!([2.0_f32, 3.0].iter().map(|a| times(a, 5.0)).collect::<Vec<_>>(), [10.0, 15.0]);
        assert_eq!([2_u8, 3].iter().map(|a| times(a, a)).collect::<Vec<_>>(), [4, 9]);
        assert_eq!((times(2, 3), times(2.0, 3.0)), (6, 6.0));
        let function: fn(f64, &ArrayRef<f64, ndarray::Ix1>) -> Array1<f64> = scale;
        assert_eq!(function(a, &v), array![6.0, 15.0]);
        let dy = array![1.0, 10.0];
        assert_eq!(scale::backward(&a, &v, &dy), (52.0, array![3.0, 30.0]));
        assert_eq!(scale::backward(&a, &v, &dy), scale::backward(a, &v, &dy));
        assert_eq!(scale::jvp((&a, &1.0), (&v, &dy)), scale::jvp((a, 1.0), (&v, &dy)));
        assert_eq!(scale::double_backward(&a, &v, &dy, &1.0, &v), scale::double_backward(a, &v, &dy, 1.0, &v));
        let (mut da, mut dv) = (0.0, Array1::zeros(2));
        scale::backward_add(&a, &v, &dy, (&mut da, &mut dv));
        assert_eq!((da, dv), scale::backward(a, &v, &dy));
    }

    #[test]
    fn numbers_with_a_point_are_of_the_elements() {
        let z = array![Complex64::new(3.0, 1.0), Complex64::new(-2.0, 5.0)];
        let z32 = array![Complex32::new(3.0, 1.0), Complex32::new(-2.0, 5.0)];
        assert_eq!(einsum!([i] = 0.1 * z[i]), z.mapv(|z| z * 0.1));
        assert_eq!(einsum!([i] = z32[i] * -0.1), z32.mapv(|z| z * -0.1));
        assert_eq!(einsum!("i,->i", z, 0.1), z.mapv(|z| z * 0.1));
        assert_eq!(einsum!([] = (0.5) * z[i] * conj(z[i])), Complex64::new(19.5, 0.0));
        assert_eq!(einsum!([i] = 0.1 * array![3.0_f32][i]), array![3.0 * 0.1_f32]);
        assert_eq!(einsum!([i] = 0.1 * [3.0, 7.0][i]), [3.0 * 0.1, 7.0 * 0.1]);
        let mut out = z.clone();
        einsum!(out[i] = 0.1 * z[i]);
        assert_eq!(out, z.mapv(|z| z * 0.1));
        let (_, pullback) = einsum_vjp!([] = 0.5 * z[i] * z[i]);
        let half = z.mapv(|z| z.conj() * 0.5);
        assert_eq!(pullback(&Complex64::new(1.0, 0.0)), (half.clone(), half));
    }

    #[test]
    fn functions_live_in_modules_and_bodies() {
        einsum_fn! {
            /// Local to this test.
            fn outer(left, right) = "i,j->ij";
        }
        assert_eq!(layers::dense(&x(), &w().t()), y());
        assert_eq!(layers::dense::backward_x(&x(), &w().t(), &dy()), dx_and_dw().0);
        assert_eq!(outer(&array![1, 2], &array![3, 5]), array![[3, 5], [6, 10]]);
        let d_left = outer::backward_left(&array![1.0, 2.0], &array![3.0, 5.0], &array![[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(d_left, array![3.0, 5.0]);
    }
}
