//! What is said when extents, ranks or sizes do not fit, and that it is said everywhere alike.

use std::panic::{AssertUnwindSafe, catch_unwind};

use einsum::{EinsumError, einsum, einsum_fn, einsum_vjp, try_einsum};
use ndarray::{Array1, Array2, ArrayD, ArrayView1, Axis, arr0, array, s};

/// The message of an error, which must hold all `parts`.
#[track_caller]
fn assert_message(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
}

/// The message with which `function` panics.
fn panic_message<Y>(function: impl FnOnce() -> Y) -> String {
    let panicked = catch_unwind(AssertUnwindSafe(|| drop(function())));
    let payload = panicked.expect_err("there is a mistake");
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => (*payload.downcast::<&str>().expect("panics have messages")).to_owned(),
    }
}

fn zeros(rows: usize, columns: usize) -> Array2<f64> {
    Array2::zeros((rows, columns))
}

struct Network {
    layers: Vec<Array2<f64>>,
}

impl Network {
    fn layer(&self, number: usize) -> &Array2<f64> {
        &self.layers[number]
    }

    #[rustfmt::skip]
    fn extents_of_fields_disagree(&self) -> EinsumError {
        try_einsum!("ij,jk->ik", self.layers[0], self.layers [1]).unwrap_err()
    }
}

#[test]
fn extents_that_disagree() {
    let (x, w) = (zeros(2, 3), zeros(5, 7));
    let error = try_einsum!("ij,jk->ik", x, w).unwrap_err();
    assert!(matches!(error, EinsumError::Extents { label: "j", .. }));
    assert_eq!(error.to_string(), "einsum `ij,jk->ik`: label `j` has extent 3 in `x` but 5 in `w`");
}

#[test]
fn extents_that_disagree_in_one_of_many_operands() {
    let (a, b, c) = (zeros(2, 3), zeros(3, 5), zeros(3, 7));
    let error = try_einsum!("ij,jk,jl->ikl", a, b, c.slice(s![..2, ..])).unwrap_err();
    assert_message(&error.to_string(), &["`ij,jk,jl->ikl`", "`j`", "3 in `a`", "2 in `c.slice(s![..2, ..])`"]);
    let error = try_einsum!("i,i,i->i", array![1.0, 2.0], array![3.0, 4.0], Array1::<f64>::ones(11));
    assert_message(
        &error.unwrap_err().to_string(),
        &["`i,i,i->i`", "`i`", "2 in `array![1.0, 2.0]`", "11 in `Array1::<f64>::ones(11)`"],
    );
}

#[test]
#[rustfmt::skip]
fn operands_are_named_as_written() {
    let net = Network { layers: vec![zeros(2, 3), zeros(5, 7)] };
    let a = array![[1.0, 2.0], [3.0, 4.0]];
    let error = try_einsum!("ij,jk->ik", net.layer(0), net . layer( 1 )).unwrap_err();
    assert_message(&error.to_string(), &["`ij,jk->ik`", "`j`", "3 in `net.layer(0)`", "5 in `net . layer( 1 )`"]);
    let error = try_einsum!("ij,j->i", net.layers[0], a.slice(s![.., 1])).unwrap_err();
    assert_message(&error.to_string(), &["`ij,j->i`", "`j`", "3 in `net.layers[0]`", "2 in `a.slice(s![.., 1])`"]);
    let error = net.extents_of_fields_disagree();
    assert_message(&error.to_string(), &["`j`", "3 in `self.layers[0]`", "5 in `self.layers [1]`"]);
}

#[test]
fn subscripts_are_shown_as_written() {
    let (x, w) = (zeros(2, 3), zeros(5, 7));
    let error = try_einsum!(" iβ , βk ", &x, &w).unwrap_err();
    assert_message(&error.to_string(), &["` iβ , βk `", "`β`", "3 in `&x`", "5 in `&w`"]);
}

#[test]
fn an_extent_of_one_fits_every_other_but_on_a_diagonal() {
    let (x, w) = (zeros(2, 1), zeros(3, 5));
    assert_eq!(try_einsum!("ij,jk->ik", x, w).unwrap().dim(), (2, 5));
    let error = try_einsum!("ij,jj->i", zeros(2, 3), zeros(1, 3)).unwrap_err();
    assert!(matches!(error, EinsumError::Diagonal { extents: (1, 3), .. }));
    let error = try_einsum!("ij,ij,ij->", x, zeros(2, 4), w).unwrap_err();
    assert_message(&error.to_string(), &["`i`", "2 in `x`", "3 in `w`"]);
}

#[test]
fn an_extent_that_is_not_as_given() {
    let x = zeros(2, 1);
    let error = try_einsum!("ij->ij", x; j = 7).unwrap_err();
    assert!(matches!(error, EinsumError::Given { given: 7, .. }));
    assert_message(&error.to_string(), &["`ij->ij`", "`j`", "7", "1 in `x`"]);
    assert_eq!(try_einsum!("ij->ijk", x; j = 1, k = x.len()).unwrap().dim(), (2, 1, 2));
}

#[test]
fn an_extent_of_zero_is_checked_too() {
    let (x, w) = (zeros(0, 3), zeros(5, 0));
    let error = try_einsum!("ij,jk->ik", x, w).unwrap_err();
    assert_message(&error.to_string(), &["`j`", "3 in `x`", "5 in `w`"]);
}

#[test]
fn a_diagonal_of_unequal_extents() {
    let x = zeros(3, 5);
    let error = try_einsum!("ii->i", x).unwrap_err();
    assert!(matches!(error, EinsumError::Diagonal { extents: (3, 5), .. }));
    assert_message(&error.to_string(), &["`ii->i`", "`i`", "`x`", "3", "5"]);
    let error = try_einsum!("ii,i->i", x.slice(s![.., ..1]), Array1::<f64>::ones(3)).unwrap_err();
    assert_message(&error.to_string(), &["`ii,i->i`", "`i`", "`x.slice(s![.., ..1])`", "3", "1"]);
    let y = x.insert_axis(Axis(2));
    let error = try_einsum!("jk,iii->ijk", zeros(2, 2), y).unwrap_err();
    assert_message(&error.to_string(), &["`jk,iii->ijk`", "`i`", "`y`", "3", "5"]);
}

#[test]
fn a_dynamic_rank_that_differs() {
    let x = ArrayD::<f64>::zeros([2, 3, 5].as_slice());
    let error = try_einsum!("ij,jk->ik", x, zeros(3, 7)).unwrap_err();
    assert!(matches!(error, EinsumError::Rank { axes: 3, expected: 2, .. }));
    assert_message(&error.to_string(), &["`ij,jk->ik`", "`x`", "`ij`", "3", "2"]);
    let error = try_einsum!(",i->i", x.view(), Array1::<f64>::ones(7)).unwrap_err();
    assert_message(&error.to_string(), &["`,i->i`", "`x.view()`", "3", "0"]);
    let error = try_einsum!("abcdefg->", arr0(1.0).into_dyn()).unwrap_err();
    assert_message(&error.to_string(), &["`abcdefg->`", "`arr0(1.0).into_dyn()`", "`abcdefg`", "0", "7"]);
}

#[test]
fn a_result_of_two_operands_that_cannot_be_addressed() {
    let row = array![1_u64];
    let long: ArrayView1<u64> = row.broadcast(1 << 30).unwrap();
    let error = try_einsum!("i,j->ji", long, long).unwrap_err();
    assert!(matches!(error, EinsumError::TooLarge { .. }));
    assert_message(&error.to_string(), &["`i,j->ji`", "1073741824, 1073741824"]);
}

#[test]
fn a_result_that_cannot_be_addressed() {
    let row = array![1_u8];
    let long: ArrayView1<u8> = row.broadcast(1 << 30).unwrap();
    let error = try_einsum!("i,j,k->ijk", long, long, long).unwrap_err();
    assert!(matches!(error, EinsumError::TooLarge { .. }));
    assert_message(&error.to_string(), &["`i,j,k->ijk`", "1073741824, 1073741824, 1073741824"]);
}

#[test]
fn a_result_of_no_elements_that_cannot_be_addressed() {
    let row = array![1_u64];
    let long: ArrayView1<u64> = row.broadcast(1 << 40).unwrap();
    let error = try_einsum!("i,j,k->kij", long, long, Array1::<u64>::zeros(0)).unwrap_err();
    assert!(matches!(error, EinsumError::TooLarge { .. }));
    assert_message(&error.to_string(), &["`i,j,k->kij`", "1099511627776, 1099511627776"]);
}

#[test]
fn a_result_with_an_ellipsis_that_cannot_be_addressed() {
    let byte = array![1_u8];
    let (half, long) = (1_usize << (usize::BITS / 2), isize::MAX.cast_unsigned() / 2 + 1);
    let column = byte.broadcast((half, 1)).unwrap();
    let row = byte.broadcast((1, half)).unwrap();
    let error = try_einsum!("...,...->...", column, row).unwrap_err();
    assert!(matches!(error, EinsumError::TooLarge { .. }));
    assert_message(&error.to_string(), &["`...,...->...`", &format!("[{half}, {half}]")]);
    assert_eq!(panic_message(|| einsum!("...,...->...", column, row)), error.to_string());
    // Not to 1, and not to an extent of 0 either.
    let cube = byte.broadcast((1, half, half / 4)).unwrap();
    let error = try_einsum!("...,...->...", column.insert_axis(Axis(2)), cube).unwrap_err();
    assert_message(&error.to_string(), &[&format!("[{half}, {half}, {}]", half / 4)]);
    let none = ndarray::Array3::<u8>::zeros((1, 1, 0));
    let error =
        try_einsum!("...,...,...->...", column.insert_axis(Axis(2)), none, cube.slice(s![.., .., ..1])).unwrap_err();
    assert_message(&error.to_string(), &[&format!("[{half}, {half}, 0]")]);
    // With a label, and with more bytes than elements.
    let words = array![1_u64];
    let error = try_einsum!("...i->i...", words.broadcast((half, half / 4)).unwrap()).unwrap_err();
    assert_message(&error.to_string(), &[&format!("[{}, {half}]", half / 4)]);
    // An intermediate.
    let v = byte.broadcast(long).unwrap();
    let error = try_einsum!("...i,(...j,...k)->...", byte, v.insert_axis(Axis(0)), v.insert_axis(Axis(1))).unwrap_err();
    assert!(matches!(error, EinsumError::TooLarge { .. }));
}

einsum_fn! {
    fn row_sums(x) = "...i->...";
}

#[test]
fn a_cotangent_of_an_ellipsis_that_cannot_be_addressed() {
    let (x, long) = (array![1.0], isize::MAX.cast_unsigned() / 4);
    let x = x.broadcast((2, long)).unwrap();
    let message = panic_message(|| row_sums::backward(&x, &array![1.0, 1.0]));
    assert_message(&message, &["`...i->...`", "too large", &format!("[2, {long}]")]);
    let (_, pullback) = einsum_vjp!("...i->...", x.slice(s![..0, ..]));
    assert_message(&panic_message(|| pullback(&Array1::zeros(0))), &["too large", &format!("[0, {long}]")]);
}

#[test]
fn long_operands_make_a_short_result() {
    let row = array![1_u8];
    let long: ArrayView1<u8> = row.broadcast(1 << 40).unwrap();
    assert_eq!(einsum!("i,j->ij", long.slice(s![..3]), long.slice(s![..2])), Array2::ones((3, 2)));
    let none: Array1<u8> = Array1::zeros(0);
    assert_eq!(einsum!("i,j->j", long.slice(s![..0]), none).len(), 0);
}

#[test]
fn errors_are_ordinary_errors() {
    fn product(x: &Array2<f64>) -> Result<Array2<f64>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(try_einsum!("ij,jk->ik", x, x)?)
    }
    assert_eq!(product(&Array2::eye(2)).unwrap(), Array2::eye(2));
    let error = product(&zeros(2, 3)).unwrap_err();
    assert_eq!(error.downcast_ref::<EinsumError>().unwrap().to_string(), error.to_string());
    assert_message(&error.to_string(), &["`j`", "3 in the first operand, `x`, but 2 in the second, `x`"]);
}

#[test]
fn einsum_panics_with_the_message_of_try_einsum() {
    let (x, w) = (zeros(2, 3), zeros(5, 7));
    let expected = try_einsum!("ij,jk->ik", x, w).unwrap_err().to_string();
    assert_eq!(panic_message(|| einsum!("ij,jk->ik", x, w)), expected);
    assert_eq!(panic_message(|| einsum_vjp!("ij,jk->ik", x, w).0), expected);
    let expected = try_einsum!("ii->", x).unwrap_err().to_string();
    assert_eq!(panic_message(|| einsum!("ii->", x)), expected);
    let v = ArrayD::<f64>::zeros([2].as_slice());
    let expected = try_einsum!("ij->", v).unwrap_err().to_string();
    assert_eq!(panic_message(|| einsum!("ij->", v)), expected);
}

#[test]
#[should_panic(
    expected = "einsum `ij,jk->ik`: label `j` has extent 3 in the first operand, `x`, but 2 in the second, `x`"
)]
fn einsum_panics() {
    let x = zeros(2, 3);
    drop(einsum!("ij,jk->ik", x, x));
}

#[test]
fn a_panic_is_located_at_the_call() {
    let location = std::sync::Mutex::new(String::new());
    let location = std::sync::Arc::new(location);
    let seen = location.clone();
    let previous = std::panic::take_hook();
    let thread = std::thread::current().id();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            *seen.lock().unwrap() = info.location().unwrap().file().to_owned();
        } else {
            previous(info);
        }
    }));
    panic_message(|| einsum!("ii->", zeros(2, 3)));
    assert_eq!(*location.lock().unwrap(), file!());
}

#[test]
fn a_cotangent_of_other_extents_than_the_result() {
    let (x, w) = (zeros(2, 3), zeros(3, 5));
    let (_, pullback) = einsum_vjp!("ij,jk->ik", x, w);
    for wrong in [zeros(2, 3), zeros(5, 2), zeros(1, 5), zeros(0, 0)] {
        let message = panic_message(|| pullback(&wrong));
        let extents = format!("{:?}", wrong.shape());
        assert_message(&message, &["`ij,jk->ik`", "cotangent", &extents, "[2, 5]"]);
    }
    assert_eq!(pullback(&zeros(2, 5)), (x, w));
}

#[test]
fn a_cotangent_of_another_dynamic_rank() {
    let x = ArrayD::<f64>::zeros([1; 7].as_slice());
    let (_, pullback) = einsum_vjp!("abcdefg->gfedcba", x);
    let message = panic_message(|| pullback(&ArrayD::zeros([1; 6].as_slice())));
    assert_message(&message, &["`abcdefg->gfedcba`", "cotangent", "[1, 1, 1, 1, 1, 1]", "[1, 1, 1, 1, 1, 1, 1]"]);
}

einsum_fn! {
    fn product(x, w) = "ij,jk->ik";
}

#[test]
fn functions_name_their_parameters() {
    let (a, b) = (zeros(2, 3), zeros(5, 7));
    let parts = ["`ij,jk->ik`", "`j`", "3 in `x`", "5 in `w`"];
    assert_message(&panic_message(|| product(&a, &b)), &parts);
    assert_message(&panic_message(|| product::backward(&a, &b, &zeros(2, 7))), &parts);
    assert_message(&panic_message(|| product::backward_w(&a, &b, &zeros(2, 7))), &parts);
}

#[test]
fn functions_check_the_cotangent() {
    let (x, w) = (zeros(2, 3), zeros(3, 5));
    let parts = ["`ij,jk->ik`", "cotangent", "[5, 2]", "[2, 5]"];
    assert_message(&panic_message(|| product::backward(&x, &w, &zeros(5, 2))), &parts);
    assert_message(&panic_message(|| product::backward_x(&x, &w, &zeros(5, 2))), &parts);
    assert_message(&panic_message(|| product::backward_w(&x, &w, &zeros(5, 2))), &parts);
}
