//! The driver of einsums of candle's tensors: an expression is the call of a function, which returns its errors and is generic over the
//! elements, written as `einsum_fn!` would; a line for each pass.

use proc_macro2::{Ident, Span, TokenStream};
use syn::Visibility;

use crate::{
    ast::{
        Form, Function, Input,
        call::{Call, NAME},
        formula::{Formula, FormulaFunction},
    },
    check,
    emit::{
        self,
        candle::{Program, Read, arrays},
    },
    error::Errors,
    formulas, functions,
    ir::{
        Einsum,
        formula::{self as checked_formula, Elements, TensorKind},
    },
    parse,
    product::checked,
};

/// Expands `einsum!` of `einsum-candle`: the value, a tensor of candle's.
#[must_use]
pub fn einsum_candle(input: TokenStream) -> TokenStream {
    compiled(input).unwrap_or_else(|errors| emit::errors::expression(&errors))
}

/// Expands `einsum_fn!` of `einsum-candle`: functions of candle's tensors.
#[must_use]
pub fn einsum_candle_fn(input: TokenStream) -> TokenStream {
    functions::all(input, function, formula_function)
}

fn compiled(input: TokenStream) -> Result<TokenStream, Errors> {
    let runtime = parse::runtime(input.clone())?;
    let given = parse::given(input)?;
    check::tensors::expression(&given)?;
    match given {
        Input::Einsum(invocation) => {
            let (invocation, _) = checked(*invocation, Form::Value)?;
            let Call { function, operands, numbers } = Call::of_einsum(invocation);
            let (einsum, errors) = check::function(&function);
            let program = errors.propagate(of_einsum(&runtime, &function, &einsum))?;
            let items = functions::function(&arrays(&runtime), &function);
            Ok(emit::candle::expression(&program, &items, &operands, &numbers))
        }
        Input::Formula(formula) => {
            check::formula(&formula, Form::Value)?;
            let Call { function, operands, numbers } =
                Call::of_formula(Formula { runtime: arrays(&runtime), ..*formula });
            let checked = check::formula_function(&function)?.formula;
            check::tensors::result(&checked, function.formula.span)?;
            let program = of_formula(&runtime, &function.function, &checked);
            let items = formulas::function(&arrays(&runtime), &function);
            Ok(emit::candle::expression(&program, &items, &operands, &numbers))
        }
    }
}

fn function(runtime: &TokenStream, mut written: Function) -> TokenStream {
    let mut mistakes = std::mem::take(&mut written.mistakes);
    let (einsum, errors) = check::function(&written);
    if mistakes.0.is_empty() {
        mistakes.0.extend(errors.0);
        mistakes.0.extend(check::tensors::function(&written, (&[], &[])).err().unwrap_or_default().0);
    }
    let program = of_einsum(runtime, &written, &einsum);
    if !mistakes.0.is_empty() {
        return emit::candle::outline(&program, &written, &mistakes);
    }
    let items = functions::function(&arrays(runtime), &within(&written));
    emit::candle::function(&program, &items, &written)
}

fn formula_function(runtime: &TokenStream, mut written: FormulaFunction) -> TokenStream {
    let mut mistakes = std::mem::take(&mut written.function.mistakes);
    let checked = check::formula_function(&written);
    if mistakes.0.is_empty() {
        let of_tensors =
            check::tensors::function(&written.function, (&written.formula.types, &written.formula.functions));
        let of_result =
            checked.as_ref().map_or(Ok(()), |checked| check::tensors::result(&checked.formula, written.formula.span));
        for errors in [of_tensors.err(), of_result.err()].into_iter().flatten() {
            mistakes.0.extend(errors.0);
        }
    }
    match checked {
        Ok(checked) if mistakes.0.is_empty() => {
            let program = of_formula(runtime, &written.function, &checked.formula);
            let formula = Formula { runtime: arrays(runtime), ..written.formula };
            let plain = FormulaFunction { function: within(&written.function), formula };
            let items = formulas::function(&arrays(runtime), &plain);
            emit::candle::function(&program, &items, &written.function)
        }
        checked => {
            mistakes.0.extend(checked.err().unwrap_or_default().0);
            let (einsum, _) = check::function(&written.function);
            emit::candle::outline(&of_einsum(runtime, &written.function, &einsum), &written.function, &mistakes)
        }
    }
}

/// The function of arrays within a function of tensors.
fn within(written: &Function) -> Function {
    Function {
        attributes: Vec::new(),
        visibility: Visibility::Inherited,
        name: Ident::new(NAME, Span::mixed_site()),
        form: Form::Result,
        ..written.clone()
    }
}

/// How the function of an einsum is called.
fn of_einsum<'a>(runtime: &'a TokenStream, function: &'a Function, einsum: &Einsum) -> Program<'a> {
    let operands = einsum.operands.iter().map(|operand| Read {
        subscript: operand.subscript.to_string(),
        is_number: operand.subscript.rank() == 0,
        is_index: false,
    });
    let (text, gives_number) = (&function.subscripts.text, einsum.output.rank() == 0);
    Program { runtime, function, text, operands: operands.collect(), gives_number }
}

/// How the function of a formula is called.
fn of_formula<'a>(runtime: &'a TokenStream, function: &'a Function, formula: &checked_formula::Formula) -> Program<'a> {
    let operands = (0..function.parameters.len()).map(|number| {
        let tensor = formula.find(TensorKind::Operand(number));
        let rank = tensor.map_or(0, |tensor| formula.rank(tensor));
        let is_index = tensor.is_some_and(|tensor| formula.tensor(tensor).elements == Elements::Indices);
        Read { subscript: String::new(), is_number: rank == 0, is_index }
    });
    let gives_number = formula.rank(formula.results[0]) == 0;
    Program { runtime, function, text: &function.subscripts.text, operands: operands.collect(), gives_number }
}
