//! Nothing around a call changes what an expansion means, and an expansion changes nothing around it.
#![allow(clippy::unwrap_used, missing_docs, reason = "a test may panic, and needs no documentation")]
#![allow(clippy::float_cmp, reason = "the numbers are small integers")]

use einsum::{Element, einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, ArrayView2, array};

extern crate einsum as tensor_sums;

const FIXED: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];

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

fn dx() -> Array2<f64> {
    dy().dot(&w().t())
}

fn dw() -> Array2<f64> {
    x().t().dot(&dy())
}

mod names_of_the_expansion {
    use super::*;

    /// Every local variable of an expansion, as an operand.
    macro_rules! as_operands {
        ($($name:ident)*) => { $(
            let $name = x();
            assert_eq!(einsum!("ij,jk->ik", $name, w()), y());
            assert_eq!(try_einsum!("ij,jk->ik", x(), w().view()).unwrap(), y());
            let (product, pullback) = einsum_vjp!("ij,jk->ik", $name, w());
            assert_eq!((product, pullback(&dy())), (y(), (dx(), dw())));
            assert_eq!($name, x());
        )* };
    }

    /// A variable of a macro is another than that of the same name which it is given.
    #[test]
    fn a_fragment_and_a_variable_of_one_name() {
        macro_rules! sum {
        ($x:expr, $n:expr) => {{
            let (x, n) = (array![10.0, 20.0, 30.0], 2);
            let unused = n;
            (einsum!([i] = x[i] + $x[i]; i = 2), einsum!([i] = x[i + (n)] * $x[i + ($n)]), unused)
        }};
    }
        let (x, n) = (array![1.0, 2.0], 1);
        assert_eq!(sum!(x, n), (array![11.0, 22.0], array![60.0], 2));
        assert_eq!(x.len(), n + 1);
    }

    #[test]
    fn as_operands() {
        as_operands! {
            source_0 source_1 operand_0 operand_1 view_0 view_1 element result out lhs rhs t0 t1 dt0 cotangent
            gradient_0 gradient_1 like_0 like_1 index_i index_j index_k extent_i extent_j extent_k runtime dy_
            source_0_ source_1_ operand_0_ operand_1_ element_ result_ out_ lhs_ rhs_ t0_ t1_ dt0_ cotangent_
            gradient_0_ gradient_1_ like_0_ like_1_ index_i_ index_j_ index_k_ extent_i_ extent_j_ extent_k_
        }
    }

    #[test]
    #[allow(non_snake_case, reason = "the expansion has constants and types, too")]
    fn as_operands_in_upper_case() {
        as_operands! { SITE Axes0 Axes1 D D0 D1 T M O }
    }

    #[test]
    fn written_out() {
        let (operand_1, source_1) = (x(), w());
        let dy = dy();
        assert_eq!(einsum!("ij,jk->ik", operand_1, source_1), y());
        assert_eq!(einsum!("ij,jk,kl->il", operand_1, source_1, dy), y().dot(&dy));
        let (result, cotangent) = einsum_vjp!("ij,jk->ik", operand_1, source_1);
        assert_eq!(result, y());
        let (gradient_1, gradient_0) = cotangent(&dy);
        assert_eq!((gradient_1, gradient_0), (dx(), dw()));
        let out = x();
        let out = einsum!("ij,jk->ik", out, {
            let result = source_1;
            result * 1.0
        });
        assert_eq!(out, y());
    }

    #[test]
    fn stay_unknown_to_operands() {
        let index_i = 1;
        let extent_j = 3;
        let element = |n: f64| n;
        let picked = einsum!("j,->j", x().row(index_i), element(f64::from(extent_j)));
        assert_eq!(picked, array![12.0, 15.0, 18.0]);
    }

    mod functions {
        use super::*;

        macro_rules! functions {
            ($($name:ident)*) => { $( fn $name() -> f64 { 2.0 } )* };
        }
        functions! {
            source_0 source_1 operand_0 operand_1 view_0 view_1 element result out lhs rhs t0 dt0 cotangent
            gradient_0 gradient_1 like_0 like_1 index_i index_j index_k extent_i extent_j extent_k runtime dy
        }

        einsum_fn! {
            fn matmul(x, w) = "ij,jk->ik";
            fn fixed(x: [[f64; 2]; 2], w: [[f64; 2]; 2]) = "ij,jk->ik";
            fn generic<T0, const D0: usize, const N1: usize>(x: [[T0; D0]; N1], a) = "ij,->ji";
        }

        #[test]
        fn of_the_same_names() {
            let unused = [dt0, gradient_0, gradient_1, like_0, like_1, lhs, rhs, out, t0, dy, cotangent];
            assert_eq!(unused.map(|name| name()), [2.0; 11]);
            let unused = [source_1, operand_1, view_0, view_1, element, index_i, index_j, index_k];
            assert_eq!(unused.map(|name| name()), [2.0; 8]);
            let unused = [extent_i, extent_j, extent_k, runtime];
            assert_eq!(unused.map(|name| name()), [2.0; 4]);
            assert_eq!(einsum!(",,ij->", operand_0(), source_0(), x()), 84.0);
            assert_eq!(einsum!("ij,jk->ik", x(), w()), y());
            let (product, pullback) = einsum_vjp!(",ij,jk->ik", result(), x(), w());
            assert_eq!(product, y() * 2.0);
            assert_eq!(pullback(&super::dy()), (einsum!("ij,ij->", y(), super::dy()), dx() * 2.0, dw() * 2.0));
            assert_eq!(matmul(&x(), &w()), y());
            assert_eq!(matmul::backward(&x(), &w(), &super::dy()), (dx(), dw()));
            assert_eq!(fixed(&FIXED, &FIXED), [[7.0, 10.0], [15.0, 22.0]]);
            assert_eq!(fixed::backward_x(&FIXED, &FIXED, &[[1.0, 0.0], [0.0, 1.0]]), [[1.0, 3.0], [2.0, 4.0]]);
            assert_eq!(generic(&FIXED, 2.0), [[2.0, 6.0], [4.0, 8.0]]);
        }
    }

    #[allow(dead_code, non_camel_case_types, reason = "only there to be in the way")]
    mod types {
        use super::*;

        trait Axes0 {}
        trait Axes1 {}
        struct D;
        struct D0;
        struct D1;
        struct T;
        struct M;
        struct O {}
        enum runtime {}
        const SITE: usize = 2;

        einsum_fn! {
            fn matmul(x, w) = "ij,jk->ik";
            fn fixed(x: [[f64; 2]; 2], w: [[f64; 2]; 2]) = "ij,jk->ik";
            fn generic<T0, const D0: usize, const N1: usize>(x: [[T0; D0]; N1], a) = "ij,->ji";
        }

        #[test]
        fn of_the_same_names() {
            assert_eq!(einsum!("ij,jk->ik", x(), w()), y());
            assert_eq!(einsum!("i->", x().index_axis(ndarray::Axis(1), SITE)), 9.0);
            let (product, pullback) = einsum_vjp!("ij,jk->ik", x(), w());
            assert_eq!((product, pullback(&dy())), (y(), (dx(), dw())));
            assert_eq!(matmul::backward(&x(), &w(), &dy()), (dx(), dw()));
            assert_eq!(fixed(&FIXED, &FIXED), [[7.0, 10.0], [15.0, 22.0]]);
            assert_eq!(fixed::backward_x(&FIXED, &FIXED, &[[1.0, 0.0], [0.0, 1.0]]), [[1.0, 3.0], [2.0, 4.0]]);
            assert_eq!(generic::backward(&FIXED, 2.0, &FIXED), ([[2.0, 6.0], [4.0, 8.0]], 29.0));
        }
    }

    /// A pattern of one name is taken for a constant of that name.
    mod constants {
        #[allow(non_upper_case_globals, reason = "the names of variables")]
        mod lower_case {
            macro_rules! constants {
                ($($name:ident)*) => { $( pub(super) const $name: u8 = 1; )* };
            }
            constants! { i j k x y e c t0 t1 dt0 element result out lhs rhs index_i extent_i operand_0 source_0 }
            pub(super) static cotangent: u8 = 2;
        }
        use super::super as outside;
        use lower_case::*;

        #[test]
        fn of_the_same_names() {
            assert_eq!([i, j, k, x, y, e, c, t0, t1, dt0, element, result, out, lhs, rhs], [1; 15]);
            assert_eq!([index_i, extent_i, operand_0, source_0, cotangent], [1, 1, 1, 1, 2]);
            let (product, pullback) = super::einsum_vjp!("ij,jk->ik", outside::x(), outside::w());
            assert_eq!((product, pullback(&outside::dy())), (outside::y(), (outside::dx(), outside::dw())));
        }
    }

    mod parameters {
        use super::*;

        einsum_fn! {
            fn one(operand_1, operand_0) = "ij,jk->ik";
            fn two(dy, cotangent) = "ij,jk->ik";
            fn three(result, element) = "ij,jk->ik";
            fn four(runtime, view_0) = "ij,jk->ik";
            fn five(gradient_1, gradient_0) = "ij,jk->ik";
            fn six(r#type, r#match) = "ij,jk->ik";
            fn r#mod(lhs, rhs) = "ij,jk->ik";
            fn backward(x, backward) = "ij,jk->ik";
        }

        #[allow(non_snake_case, reason = "the names of constants and types")]
        mod upper_case {
            einsum::einsum_fn! {
                pub(super) fn generic(T, D0) = "ij,jk->ik";
                pub(super) fn site(SITE, D) = "ij,jk->ik";
            }
        }
        use upper_case::{generic, site};

        #[test]
        fn of_the_same_names() {
            macro_rules! check {
                ($($name:ident)*) => { $(
                    assert_eq!($name(&x(), &w()), y());
                    assert_eq!($name::backward(&x(), &w(), &dy()), (dx(), dw()));
                )* };
            }
            check! { one two three four five six generic site r#mod backward }
            assert_eq!(six::backward_type(&x(), &w(), &dy()), dx());
            assert_eq!(six::backward_match(&x(), &w(), &dy()), dw());
            assert_eq!(r#mod::backward_rhs(&x(), &w(), &dy()), dw());
            assert_eq!(two::backward_dy(&x(), &w(), &dy()), dx());
            assert_eq!(backward::backward_backward(&x(), &w(), &dy()), dw());
        }
    }
}

/// What an expansion may need of the standard library, of its own crates and of attributes.
#[allow(dead_code, unused_imports, unused_macros, reason = "only there to be in the way")]
mod other_meanings {
    mod diagnostic {}
    mod ndarray {}
    mod core {}
    mod std {}
    mod alloc {}
    mod einsum {}
    mod einsum_runtime {}
    mod einsum_macros {}
    mod einsum_codegen {}
    mod runtime {}
    mod __private {}

    struct Ok;
    struct Err;
    struct Some;
    struct None;
    struct Vec;
    type Result = ();
    type Option = ();
    type Box = ();
    type String = ();
    #[allow(non_camel_case_types, reason = "the name of a primitive type")]
    struct usize;
    #[allow(non_camel_case_types, reason = "the name of a primitive type")]
    struct str;
    trait Copy {}
    trait Clone {}
    trait Sized {}
    trait Fn {}
    trait FnMut {}
    trait FnOnce {}
    trait Iterator {}
    trait IntoIterator {}
    trait From {}
    trait Into {}
    trait Element {}
    trait Operand {}
    trait HasAxes {}
    trait Differentiable {}
    trait Dimension {}
    struct PhantomData;
    struct View;
    struct Site;
    struct Checked;
    struct Ix0;
    struct Ix2;
    struct IxDyn;
    struct Array;
    struct ArrayRef;

    macro_rules! compile_error {
        ($($t:tt)*) => {};
    }
    macro_rules! assert {
        ($($t:tt)*) => {
            ::core::compile_error!("of another crate")
        };
    }
    macro_rules! assert_eq {
        ($($t:tt)*) => {
            ::core::compile_error!("of another crate")
        };
    }
    macro_rules! panic {
        ($($t:tt)*) => {
            ::core::compile_error!("of another crate")
        };
    }
    macro_rules! vec {
        ($($t:tt)*) => {
            ::core::compile_error!("of another crate")
        };
    }
    macro_rules! matches {
        ($($t:tt)*) => {
            ::core::compile_error!("of another crate")
        };
    }

    ::einsum::einsum_fn! {
        pub fn matmul(x, w) = "ij,jk->ik";
        pub fn layer(x, w) -> [i, k] { relu(sum[j](x[i, j] * w[j, k]) - 6) }
    }

    #[test]
    fn are_not_taken() {
        let (x, w) = (super::x(), super::w());
        let layer_of = super::y().mapv(|y| (y - 6.0).max(0.0));
        let (value, pullback) = ::einsum::einsum_vjp!([i, k] = relu(sum[j](x[i, j] * w[j, k]) - 6));
        ::std::assert_eq!((&value, &layer(&x, &w)), (&layer_of, &layer_of));
        ::std::assert_eq!(pullback(&super::dy()), layer::backward(&x, &w, &super::dy()));
        let (mut dx, mut dw) = (&x * 0.0, &w * 0.0);
        layer::backward_add(&x, &w, &super::dy(), (&mut dx, &mut dw));
        ::std::assert_eq!((dx, dw), layer::backward(&x, &w, &super::dy()));
        let diagonal = ::einsum::einsum!([i] = zero(x)[i - 1, 2 * i] + exp(x[i, 0] - x[i, 0]));
        ::std::assert_eq!(diagonal.as_slice(), ::core::option::Option::Some(&[1.0, 4.0][..]));
        ::std::assert_eq!(::einsum::einsum!("ij,jk->ik", x, w), super::y());
        ::std::assert!(::einsum::try_einsum!("ij,jk->ik", x, x).is_err());
        let (product, pullback) = ::einsum::einsum_vjp!("ij,jk->ik", x, w);
        ::std::assert_eq!((product, pullback(&super::dy())), (super::y(), (super::dx(), super::dw())));
        ::std::assert_eq!(matmul(&x, &w), super::y());
        ::std::assert_eq!(matmul::backward(&x, &w, &super::dy()), (super::dx(), super::dw()));
    }
}

/// Methods of a user's trait that every type has, with the names that the expansion calls.
#[allow(clippy::wrong_self_convention, reason = "methods of all names take a reference here")]
mod extension_methods {
    use super::*;

    macro_rules! methods {
        ($($name:ident)*) => {
            trait Everywhere { $( fn $name(&self) -> &'static str { stringify!($name) } )* }
            impl<T: ?Sized> Everywhere for T {}

            #[test]
            fn are_not_called() {
                assert_eq!([$( 0_u8.$name() ),*], [$( stringify!($name) ),*]);
                assert_eq!(einsum!("ij,jk->ik", x(), w()), y());
                let (trace, pullback) = einsum_vjp!("ii->i", y());
                assert_eq!(trace, array![5.0, 14.0]);
                assert_eq!(pullback(&trace), (Array2::from_diag(&trace),));
                assert_eq!(einsum!("ij,ij->", x(), x()), 91.0);
                let (x, t) = (x(), array![1_u8, 0]);
                let (largest, pullback) = einsum_vjp!([i] = max[j](x[t[i], j]) + zero(x)[i - 1, 0]);
                assert_eq!(largest, array![6.0, 4.0]);
                let mut dx = pullback(&array![1.0, 2.0]).0;
                assert_eq!(dx, array![[2.0, 0.0, 2.0], [0.0, 0.0, 1.0]]);
                einsum!(dx[i, j] += (x as f64)[i, j] * 2 - x[i, j]);
                assert_eq!(dx, array![[3.0, 2.0, 5.0], [4.0, 5.0, 7.0]]);
            }
        };
    }
    methods! {
        at lane set add extent extents view view_mut diagonal zeros fits operand cotangent like product conj
        sum dot fill scale axpy expect array finish same row_major is_some
        indices into_tensor from_least in_window map copy positions form search store into_array into_scalar first
    }
}

mod paths {
    use super::*;

    #[test]
    fn of_the_macros() {
        let (x, w) = (x(), w());
        assert_eq!(einsum::einsum!("ij,jk->ik", x, w), y());
        assert_eq!(::einsum::einsum!("ij,jk->ik", x, w), y());
        assert_eq!(tensor_sums::einsum!("ij,jk->ik", x, w), y());
        assert_eq!(tensor_sums::try_einsum!("ij,jk->ik", x, w), Ok(y()));
        assert_eq!(crate::einsum!("ij,jk->ik", x, w), y());
    }

    mod facade {
        pub(super) use einsum::{einsum as contract, einsum_fn as contractions, einsum_vjp, try_einsum};
        pub(super) mod inner {
            pub(in super::super) use einsum::*;
        }
    }

    facade::contractions! { fn matmul(x, w) = "ij,jk->ik"; }

    #[test]
    fn of_reexports() {
        let (x, w) = (x(), w());
        assert_eq!(facade::contract!("ij,jk->ik", x, w), y());
        assert_eq!(facade::try_einsum!("ij,jk->ik", x, w), Ok(y()));
        assert_eq!(facade::inner::einsum!("ij,jk->ik", x, w), y());
        let (_, pullback) = facade::einsum_vjp!("ij,jk->ik", x, w);
        assert_eq!(pullback(&dy()), (dx(), dw()));
        assert_eq!(matmul::backward(&x, &w, &dy()), (dx(), dw()));
    }

    #[test]
    fn with_every_bracket() {
        let x = x();
        assert_eq!(einsum!["ij->", x], 21.0);
        assert_eq!(einsum! { "ij->", x }, 21.0);
        assert_eq!(einsum!("ij->", x,), 21.0);
        assert_eq!(einsum!(r"ij->", x), 21.0);
        assert_eq!(einsum!(r#"ij->"#, x), 21.0);
        assert_eq!(einsum!("i\u{6a}->", x), 21.0);
        assert_eq!(
            einsum!(
                "i\
            j->",
                x
            ),
            21.0
        );
    }
}

mod through_macros {
    use super::*;

    macro_rules! by_expressions {
        ($subscripts:literal, $($x:expr),*) => { einsum!($subscripts, $($x),*) };
    }
    macro_rules! by_identifiers {
        ($subscripts:literal, $($x:ident),*) => { einsum!($subscripts, $($x),*) };
    }
    macro_rules! by_tokens {
        ($($t:tt)*) => { einsum!($($t)*) };
    }
    macro_rules! by_a_subscripts_expression {
        ($subscripts:expr, $($t:tt)*) => { einsum!($subscripts, $($t)*) };
    }
    macro_rules! two_levels {
        ($subscripts:literal, $($x:expr),*) => { by_expressions!($subscripts, $($x),*) };
    }
    macro_rules! three_levels {
        ($subscripts:literal; $x:expr; $($t:tt)*) => { two_levels!($subscripts, $x, $($t)*) };
    }
    macro_rules! named {
        ($name:ident($($x:ident),*) = $subscripts:literal) => { einsum_fn! { fn $name($($x),*) = $subscripts; } };
    }
    macro_rules! own_operand {
        ($x:expr) => {{
            let operand_0 = w();
            let x = operand_0;
            einsum!("ij,jk->ik", $x, x)
        }};
    }
    macro_rules! differentiated {
        ($subscripts:literal, $($x:expr),*; $dy:expr) => {{
            let (_, pullback) = einsum_vjp!($subscripts, $($x),*);
            pullback($dy)
        }};
    }

    named! { matmul(x, w) = "ij,jk->ik" }

    #[test]
    fn literals_and_operands_arrive() {
        let (x, w) = (x(), w());
        assert_eq!(by_expressions!("ij,jk->ik", x, w), y());
        assert_eq!(by_expressions!("ij,jk->ik", &x, w.view()), y());
        assert_eq!(by_identifiers!("ij,jk->ik", x, w), y());
        assert_eq!(by_tokens!("ij,jk->ik", x, w), y());
        assert_eq!(by_a_subscripts_expression!("ij,jk->ik", x, w), y());
        assert_eq!(two_levels!("ij,jk->ik", x, w), y());
        assert_eq!(three_levels!("ij,jk->ik"; x; w), y());
        assert_eq!(matmul::backward(&x, &w, &dy()), (dx(), dw()));
        assert_eq!(differentiated!("ij,jk->ik", x, &w; &dy()), (dx(), dw()));
    }

    #[test]
    fn expressions_stay_one_operand() {
        let (x, w) = (x(), w());
        assert_eq!(by_expressions!("ij,->ij", x, 1.0 + 1.0), &x * 2.0);
        assert_eq!(two_levels!("ij,->ij", &x + &x, 1.0 + 1.0), &x * 4.0);
        assert_eq!(differentiated!("ij,jk->ik", &x + &x, w; &dy()), (dx(), dw() * 2.0));
        assert_eq!(by_expressions!("ij->", if x.is_empty() { &x } else { &w }), 5.0);
    }

    #[test]
    fn variables_of_a_macro_are_its_own() {
        let x = x();
        assert_eq!(own_operand!(x), y());
        let operand_0 = x;
        assert_eq!(own_operand!(operand_0), y());
    }

    /// The text of an operand that a macro has passed on is that at the outermost call.
    #[test]
    fn messages_show_the_operand_of_the_caller() {
        let (x, w) = (x(), w());
        macro_rules! tried {
            ($subscripts:literal, $($x:expr),*) => { try_einsum!($subscripts, $($x),*) };
        }
        let message = tried!("ij,ij->", &x + 1.0, w.view()).unwrap_err().to_string();
        assert_eq!(message, "einsum `ij,ij->`: label `i` has extent 2 in `&x + 1.0` but 3 in `w.view()`");
    }
}

mod control_flow {
    use super::*;

    fn maybe(is_there: bool) -> Option<Array2<f64>> {
        is_there.then(x)
    }

    fn total(is_there: bool) -> Option<f64> {
        Some(einsum!("ij->", maybe(is_there)?))
    }

    fn pulled_back(is_there: bool) -> Option<Array2<f64>> {
        let (_, pullback) = einsum_vjp!("ij->", maybe(is_there)?);
        Some(pullback(&1.0).0)
    }

    fn tried(is_there: bool) -> Result<Result<f64, einsum::EinsumError>, &'static str> {
        Ok(try_einsum!("ij->", maybe(is_there).ok_or("nothing")?))
    }

    #[test]
    fn a_question_mark_leaves_the_function() {
        assert_eq!((total(true), total(false)), (Some(21.0), None));
        assert_eq!((pulled_back(true), pulled_back(false)), (Some(Array2::ones((2, 3))), None));
        assert_eq!((tried(true), tried(false)), (Ok(Ok(21.0)), Err("nothing")));
    }

    #[test]
    fn a_return_leaves_the_function() {
        fn first(x: Option<&Array2<f64>>) -> f64 {
            einsum!("ij->", if let Some(x) = x { x } else { return -1.0 })
        }
        assert_eq!((first(Some(&x())), first(None)), (21.0, -1.0));
    }

    #[test]
    fn breaks_reach_their_loops() {
        let mut totals = Vec::new();
        'rows: for count in 0.. {
            for factor in [1.0, 2.0, 3.0] {
                totals.push(einsum!(
                    ",->",
                    f64::from(count),
                    match factor {
                        2.0 => continue,
                        _ if count == 2 => break 'rows,
                        factor => factor,
                    }
                ));
            }
        }
        assert_eq!(totals, [0.0, 0.0, 1.0, 3.0]);
        let found = loop {
            let _ = einsum!("ij->", if totals.len() == 4 { break totals.len() } else { x() });
        };
        assert_eq!(found, 4);
    }

    #[test]
    fn a_question_mark_after_it_applies_to_its_result() {
        fn product(w: &Array2<f64>) -> Result<Array2<f64>, Box<dyn std::error::Error>> {
            Ok(try_einsum!("ij,jk->ik", x(), w)? + 1.0)
        }
        assert_eq!(product(&w()).unwrap(), y() + 1.0);
        assert!(product(&x()).is_err());
    }
}

mod around {
    use std::{
        pin::pin,
        sync::LazyLock,
        task::{Context, Poll, Waker},
    };

    use super::*;

    static PRODUCT: LazyLock<Array2<f64>> = LazyLock::new(|| einsum!("ij,jk->ik", x(), w()));

    #[test]
    fn statics() {
        assert_eq!(*PRODUCT, y());
    }

    #[test]
    fn closures() {
        let w = w();
        let product = |x: &Array2<f64>| einsum!("ij,jk->ik", x, w);
        assert_eq!(product(&x()), y());
        let owned = move || einsum!("ij,jk->ik", x(), w);
        assert_eq!(owned(), owned());
        let sums: Vec<f64> = x().rows().into_iter().map(|row| einsum!("i->", row)).collect();
        assert_eq!(sums, [6.0, 15.0]);
    }

    fn repeated<const N: usize>(x: &Array2<f64>) -> [Array1<f64>; N] {
        std::array::from_fn(|n| einsum!("ij,->i", x, f64::from(u8::try_from(n * N).unwrap())))
    }

    #[test]
    fn const_generics() {
        assert_eq!(repeated::<2>(&x()), [array![0.0, 0.0], array![12.0, 30.0]]);
    }

    struct Layer<T> {
        w: Array2<T>,
    }

    impl<T: Element> Layer<T> {
        fn apply<'x>(&self, x: impl Into<ArrayView2<'x, T>>) -> Array2<T> {
            einsum!("ij,jk->ik", x.into(), self.w)
        }
    }

    impl<T: einsum::Differentiable> Layer<T> {
        fn pullback(&self, x: &Array2<T>, dy: &Array2<T>) -> (Array2<T>, Array2<T>) {
            let (_, pullback) = einsum_vjp!("ij,jk->ik", x, self.w);
            pullback(dy)
        }
    }

    trait Apply {
        type T: Element;
        fn w(&self) -> &Array2<Self::T>;
        fn total(&self) -> Self::T {
            einsum!("ij->", self.w())
        }
    }

    impl<T: Element> Apply for Layer<T> {
        type T = T;
        fn w(&self) -> &Array2<T> {
            &self.w
        }
    }

    #[test]
    fn generic_impls_and_traits() {
        let layer = Layer { w: w() };
        assert_eq!(layer.apply(&x()), y());
        assert_eq!(layer.pullback(&x(), &dy()), (dx(), dw()));
        assert_eq!(layer.total(), 5.0);
        assert_eq!(Layer { w: array![[2, 3]] }.total(), 5);
    }

    #[test]
    fn functions_within_a_function() {
        einsum_fn! {
            fn matmul(x, w) = "ij,jk->ik";
            fn trace(x) = "ii->";
        }
        assert_eq!(matmul::backward(&x(), &w(), &dy()), (dx(), dw()));
        assert_eq!(trace(&y()), 19.0);
    }

    async fn ready<T>(value: T) -> T {
        std::future::ready(value).await
    }

    async fn product(x: &Array2<f64>) -> (Array2<f64>, Array2<f64>) {
        let w = w();
        let (y, pullback) = einsum_vjp!("ij,jk->ik", x, w);
        let dy = ready(einsum!("ij->ij", dy())).await;
        let (dx, _) = pullback(&dy);
        (ready(y).await, dx)
    }

    fn send<F: Send>(future: F) -> F {
        future
    }

    #[test]
    fn async_functions() {
        let x = x();
        let mut future = pin!(send(product(&x)));
        let Poll::Ready(found) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it waits for nothing")
        };
        assert_eq!(found, (y(), dx()));
    }

    #[test]
    fn nested() {
        let x = x();
        let nested = einsum!("ij,jk->ik", einsum!("ji->ij", x.t()), einsum!("ij,->ij", w(), einsum!("->", 2.0)));
        assert_eq!(nested, y() * 2.0);
        let (nested, pullback) = einsum_vjp!("ij->", einsum_vjp!("ij,jk->ik", x, w()).1(&dy()).0);
        assert_eq!(nested, dx().sum());
        assert_eq!(pullback(&2.0).0, Array2::from_elem((2, 3), 2.0));
    }

    #[test]
    fn as_part_of_a_larger_expression() {
        let x = x();
        assert_eq!(-einsum!("ij->", x) + 2.0 * einsum!("ij->", x), 21.0);
        assert_eq!(einsum!("ij->i", x)[1], 15.0);
        assert_eq!(einsum!("ij->i", x).sum(), 21.0);
        assert_eq!(&einsum!("ij->i", x) - 1.0, array![5.0, 14.0]);
        let y = x.to_owned() * einsum!("ij->", x);
        assert_eq!(y, x * 21.0);
    }
}

/// What an operand borrows from lives as long as the call, in a `let` as well.
mod temporaries {
    use super::*;

    struct Noisy<'a>(Array2<f64>, &'a std::cell::Cell<u32>);

    impl Drop for Noisy<'_> {
        fn drop(&mut self) {
            self.1.update(|n| n + 1);
        }
    }

    impl Noisy<'_> {
        fn view(&self) -> ArrayView2<'_, f64> {
            self.0.view()
        }
    }

    #[test]
    fn live_through_the_call_and_no_longer() {
        let dropped = std::cell::Cell::new(0);
        let make = || Noisy(x(), &dropped);
        assert_eq!(einsum!("ij->i", make().view()), array![6.0, 15.0]);
        assert_eq!(dropped.get(), 1);
        let total = einsum!("ij,ij->", make().view().t().t(), &make().0);
        assert_eq!((total, dropped.get()), (91.0, 3));
        let sums = try_einsum!("ij->i", make().view()).unwrap();
        assert_eq!((sums, dropped.get()), (array![6.0, 15.0], 4));
    }

    #[test]
    fn at_the_end_of_a_block() {
        let sums = {
            let x = x();
            einsum!("ij->i", x.view())
        };
        assert_eq!(sums, array![6.0, 15.0]);
        let total = || {
            let cell = std::cell::RefCell::new(x());
            einsum!("ij->", *cell.borrow())
        };
        assert_eq!(total(), 21.0);
    }

    #[test]
    fn pullbacks_own_what_has_no_place() {
        let pullback = {
            let x = x();
            einsum_vjp!("ij,jk->ik", x.mapv(|x| 2.0 * x), w()).1
        };
        assert_eq!(pullback(&dy()), (dx(), dw() * 2.0));
    }

    #[test]
    fn pullbacks_borrow_no_longer_than_they_live() {
        let mut x = x();
        let (_, pullback) = einsum_vjp!("ij->j", x);
        assert_eq!(pullback(&array![1.0, 2.0, 3.0]).0.sum(), 12.0);
        x.fill(0.0);
        assert_eq!(x, Array2::zeros((2, 3)));
    }
}
