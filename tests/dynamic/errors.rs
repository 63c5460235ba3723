//! What is wrong with subscripts and with operands.

use einsum::dynamic::{self, Einsum, Error};
use ndarray::{Array1, Array2, ArrayD, ArrayViewD};

use crate::{
    case::{self, Failure, Fate},
    check::operand,
    values::{einsum_of, tensors},
};

#[test]
fn invalid_cases_are_refused_with_the_messages_of_the_macros() {
    let messages = std::fs::read_to_string(case::path("messages.txt")).unwrap();
    let mut compared = 0;
    for case in case::all().iter().filter(|case| case.fate == Fate::Refused && !case.is_in_words()) {
        let operands: Vec<ArrayD<f64>> = case.shapes.iter().map(|shape| ArrayD::zeros(shape.as_slice())).collect();
        let views: Vec<ArrayViewD<'_, f64>> = operands.iter().map(|x| x.view()).collect();
        let error = dynamic::einsum(&case.spec, &tensors(&views)).expect_err(&case.spec);
        // (What is said of the count of operands, and of extents that are not given, depends on where operands are written.)
        if let Error::Subscripts { message } = &error
            && !message.contains("with_extents")
        {
            let line = message.lines().next().unwrap();
            assert!(messages.contains(line), "{:?}: {message}", case.spec);
            compared += 1;
        }
    }
    assert!(compared > 5, "{compared} messages were compared");
}

#[test]
fn wrong_ranks_and_extents_are_errors() {
    for case in case::all() {
        let Fate::Fails(failure) = case.fate else { continue };
        let operands: Vec<ArrayD<f64>> = case.shapes.iter().enumerate().map(|(n, shape)| operand(n, shape)).collect();
        let views: Vec<ArrayViewD<'_, f64>> = operands.iter().map(|x| x.view()).collect();
        let found = match einsum_of(&case).run(&tensors(&views)).expect_err(&case.spec) {
            Error::Rank { .. } => Failure::Rank,
            Error::Extents { .. } => Failure::Extents,
            Error::Diagonal { .. } => Failure::Diagonal,
            error => panic!("{case:?}: {error}"),
        };
        assert_eq!(found, failure, "{case:?}");
    }
}

#[test]
fn errors_name_operands_labels_and_extents() {
    let (x, w, v) = (Array2::<f32>::zeros((2, 3)), Array2::<f32>::zeros((5, 7)), Array1::<f32>::zeros(3));
    let text = |subscripts, operands: &[&dyn dynamic::Tensor<f32>]| {
        first_line(&dynamic::einsum(subscripts, operands).unwrap_err())
    };
    assert_eq!(
        text("ij,jk->ik", &[&x, &w]),
        "einsum `ij,jk->ik`: label `j` has extent 3 in operand 0 but 5 in operand 1"
    );
    assert_eq!(
        text("ii->i", &[&x]),
        "einsum `ii->i`: repeated label `i` needs axes of equal extents, but in operand 0 they are 2 and 3"
    );
    assert_eq!(text("ij,j->i", &[&x]), "einsum `ij,j->i`: the subscripts are for 2 operands, but there is 1");
    assert_eq!(
        text("ij,jk->ik", &[&x, &v]),
        "einsum `ij,jk->ik`: operand 1 has 1 axis, but its subscript `jk` needs 2"
    );
    assert_eq!(
        text("...ij->", &[&v]),
        "einsum `...ij->`: operand 0 has 1 axis, but its subscript `...ij` needs at least 2"
    );
    let einsum = Einsum::with_extents("i->ij", &[("j", 4), ("i", 2)]).unwrap();
    assert_eq!(
        first_line(&einsum.run(&[&v]).unwrap_err()),
        "einsum `i->ij`: label `i` is given the extent 2 but has 3 in operand 0"
    );
    let einsum = Einsum::new("i,j->ij").unwrap();
    let mut out = ArrayD::from_elem(vec![3, 2], 1.0_f32);
    assert_eq!(
        first_line(&einsum.run_into(out.view_mut(), &[&v, &v]).unwrap_err()),
        "einsum `i,j->ij`: the array to write to has extents [3, 2], but the result has [3, 3]"
    );
    assert!(out.iter().all(|element| *element == 1.0), "nothing is written");
    let (_, pullback) = einsum.vjp(&[&v, &v]).unwrap();
    assert_eq!(
        first_line(&pullback.gradients(&v).unwrap_err()),
        "einsum `i,j->ij`: the cotangent has extents [3], but the result has [3, 3]"
    );
}

/// What is wrong, without what is marked and what to write.
fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap().to_owned()
}

#[test]
fn mistakes_in_subscripts_are_marked() {
    let text = |subscripts: &str| Einsum::new(subscripts).unwrap_err().to_string();
    assert_eq!(
        text("ij->ik"),
        "output label `k` is on no operand, so that its extent is unknown\n    ij->ik\n         ^\n\
         help: drop `k` from the output, or give its extent: `with_extents(.., &[(\"k\", 7)])`"
    );
    assert_eq!(text("i->ikk").matches("output label `k`").count(), 1, "a label that is repeated is said once");
    assert_eq!(
        text("i+j;->"),
        "unexpected character `+`\n    i+j;->\n     ^\nhelp: an einsum is one product: add another to it with `out = &mut y, beta = 1.0`\n\
         unexpected character `;`\n    i+j;->\n       ^\n\
         help: write `,` between operands; extents of labels come after the operands, outside of the quotes"
    );
    let given = |extents: &[(&str, usize)]| Einsum::with_extents("ij->ik", extents).unwrap_err().to_string();
    assert_eq!(given(&[("k", 2), ("k", 2)]), "the extent of `k` of `ij->ik` is given twice\nhelp: give it once");
    let message = "`z` is no label of `ij->ik`\nhelp: its labels are `i`, `j`, `k`";
    assert_eq!(given(&[("k", 2), ("z", 2)]), message);
}

/// Words are letters, and what has as many axes as there are words is told how to write them; what has neither is told of its extents.
#[test]
fn words_are_letters() {
    let (x, w, v) = (Array2::<f32>::zeros((2, 3)), Array2::<f32>::zeros((3, 5)), Array1::<f32>::zeros(3));
    let hint = |subscripts, operands: &[&dyn dynamic::Tensor<f32>]| {
        let error = dynamic::einsum(subscripts, operands).unwrap_err();
        assert!(matches!(error, Error::Rank { .. }), "{error}");
        error.to_string().lines().last().unwrap().to_owned()
    };
    let instead = |subscripts, operands: &[&dyn dynamic::Tensor<f32>]| {
        let hint = hint(subscripts, operands);
        let (_, instead) = hint.split_once(": write `").expect(&hint);
        let instead = instead.trim_end_matches('`');
        dynamic::einsum(instead, operands).expect(instead);
        instead.to_owned()
    };
    assert_eq!(instead("rows cols, cols -> rows", &[&x, &v]), "r c, c -> r");
    assert_eq!(instead("batch in, in out", &[&x, &w]), "b i, i o");
    assert_eq!(instead("(row run, run), row->run", &[&x, &v, &Array1::zeros(2)]), "(r u, u), r->u");
    assert_eq!(instead("rows,rows->rows", &[&v, &v]), "r,r->r");
    assert_eq!(hint("ij,jk->ik", &[&x, &v]), "help: its extents are [3]: write a label for each");
    assert!(hint("...rows cols, cols -> rows", &[&x, &v]).contains("its extents are"));
    // A word that no operand has, and labels whose extents are given, would be other letters.
    assert!(hint("rows cols, cols -> row", &[&x, &v]).contains("its extents are"));
    assert!(hint("bij,bij->b", &[&v, &v]).contains("its extents are"));
    let given = Einsum::with_extents("rows cols, cols -> rows", &[("r", 2)]).unwrap();
    let error = given.run(&[&x as &dyn dynamic::Tensor<f32>, &v]).unwrap_err().to_string();
    assert!(error.contains("its extents are") && !error.contains(": write `"), "{error}");
}

/// Twenty-one mistakes, each with its message as in `mistakes.txt`: that names the subscripts, and what does not fit, and says what to write.
#[test]
fn messages_say_what_to_write_instead() {
    let (x, w, v) = (Array2::<f32>::zeros((2, 3)), Array2::<f32>::zeros((5, 3)), Array1::<f32>::zeros(3));
    let run =
        |subscripts: &str, operands: &[&dyn dynamic::Tensor<f32>]| dynamic::einsum(subscripts, operands).map(drop);
    let read = |subscripts: &str, extents: &[(&str, usize)]| Einsum::with_extents(subscripts, extents).map(drop);
    let given = Einsum::with_extents("i->ij", &[("j", 4), ("i", 2)]).unwrap();
    let outer = Einsum::new("i,j->ij").unwrap();
    let mut wrong = ArrayD::zeros(vec![3, 2]);
    let one = ndarray::aview0(&1.0_f32);
    let large = one.broadcast(1 << 40).unwrap();
    let found = [
        run("ij,jk->ik", &[&x]),
        run("ij->ji", &[&x, &w]),
        run("", &[]),
        run("ij,jk->ik", &[&x, &w]),
        run("ij,kj,jl->ikl", &[&x, &w, &w]),
        run("ij,ij->", &[&x, &w]),
        run("...j,...j->...", &[&x, &w]),
        run("ij,jk->ik", &[&x, &v]),
        run("ij->i", &[&ArrayD::zeros(vec![2, 3, 5])]),
        run("...ij->", &[&v]),
        run("i->", &[&1.0]),
        run("ii->i", &[&x]),
        given.run(&[&v]).map(drop),
        outer.run_into(wrong.view_mut(), &[&v, &v]),
        outer.vjp(&[&v, &v]).and_then(|(_, pullback)| pullback.gradients(&v)).map(drop),
        outer.run(&[&large, &large]).map(drop),
        dynamic::einsum_vjp("ij->", &[&x]).and_then(|(_, pullback)| pullback.gradients(&v)).map(drop),
        read("ij,jk->ikz", &[]),
        read("ij->ik", &[("k", 2), ("k", 2), ("z", 2)]),
        read("ij,jk>ik", &[]),
        run("rows cols, cols -> rows", &[&x, &v]),
    ];
    let text = found.into_iter().fold(String::new(), |text, result| text + &result.unwrap_err().to_string() + "\n\n");
    assert_eq!(text.matches("help: ").count(), 22, "each mistake has its help, one of them two\n{text}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dynamic/mistakes.txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(
        text,
        std::fs::read_to_string(path).unwrap(),
        "`BLESS=1 cargo test --features dynamic --test dynamic` writes it anew"
    );
}
