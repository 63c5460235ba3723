//! What is written -> statements, and what is said about mistakes.

use einsum_codegen::{
    ast::{Form, Input},
    check,
    error::{Errors, Mistake},
    ir::formula::Formula,
    parse,
};

/// The formula of a macro.
pub(crate) fn formula(written: &str) -> Formula {
    checked(written, Form::Value).unwrap_or_else(|errors| panic!("{written}: {:?}", shown(&errors)))
}

/// What a macro is given, checked.
pub(crate) fn checked(written: &str, form: Form) -> Result<Formula, Errors> {
    let input = format!("krate; {written}").parse().expect("tokens");
    match parse::given(input)? {
        Input::Formula(formula) => check::formula(&formula, form).map(|checked| checked.formula),
        Input::Einsum(einsum) => {
            let mut errors = Errors::default();
            errors.push(einsum.subscripts.span, "this is a product");
            Err(errors)
        }
    }
}

fn shown(errors: &Errors) -> Vec<String> {
    let shown = |Mistake { span, message, .. }: &Mistake| {
        let place = span.0.join(span.1).and_then(|span| span.source_text()).expect("a mark in the text");
        format!("{} @ {place}", message.replace("\nhelp: ", " | "))
    };
    errors.0.iter().map(shown).collect()
}

/// The extents and the statements.
fn lines(written: &str) -> String {
    let formula = formula(written);
    let extents = formula.extents.iter().map(|extent| formula.show(extent).to_string());
    let statements = formula.statements.iter().map(|statement| formula.show(statement).to_string());
    format!("{}\n", extents.chain(statements).collect::<Vec<_>>().join("\n"))
}

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen/formula/front.txt");

/// `front.txt` holds formulas, each with its extents and statements, or its mistakes, below it. After a change:
/// `BLESS=1 cargo test -p einsum-compiler-codegen --test codegen front`, then read the diff.
#[test]
fn formulas_are_checked() {
    let golden = std::fs::read_to_string(FILE).expect("the file is there");
    let found: String = golden.lines().filter(|line| !line.starts_with(' ')).map(answered).collect();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(FILE, found).expect("the file can be written");
        return;
    }
    for (line, (expected, found)) in golden.lines().zip(found.lines()).enumerate() {
        assert_eq!(expected, found, "line {}", line + 1);
    }
    assert_eq!(golden, found);
}

fn answered(line: &str) -> String {
    if line.is_empty() || line.starts_with('#') {
        return format!("{line}\n");
    }
    let (form, written) = match line.split_once("! ") {
        Some(("vjp", written)) => (Form::Pullback, written),
        Some(("jvp", written)) => (Form::Tangent, written),
        _ => (Form::Value, line),
    };
    let below = match checked(written, form) {
        Ok(_) if form == Form::Value => lines(written),
        Ok(_) => "accepted\n".to_owned(),
        Err(errors) => errors.0.iter().map(message).collect(),
    };
    below.lines().fold(format!("{line}\n"), |text, line| text + "    " + line + "\n")
}

fn message(Mistake { span, message, .. }: &Mistake) -> String {
    let place = span.0.join(span.1).and_then(|span| span.source_text()).unwrap_or_else(|| "the macro".to_owned());
    format!("at `{place}`: {}\n", message.replace("\nhelp: ", "\n    help: "))
}
