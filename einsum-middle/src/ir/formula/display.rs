//! Formulas as text, which reads as they are written: `dw[k, j] += sum[i](x[i, k] * dy[i, j])`.

use std::fmt::{self, Display, Formatter};

use super::{
    Access, Affine, Amount, Axis, Comparison, Condition, Elements, Expression, Extent, ExtentFrom, Formula, Function,
    Index, Literal, Outside, Reduction, Shape, Statement, TensorId, TensorKind,
};
use crate::few::List;

/// A part of a formula, to be shown: its tensors by their names.
pub struct Shown<'a, T>(&'a Formula, &'a T);

impl Formula {
    /// A part of this formula as text.
    #[must_use]
    pub fn show<'a, T>(&'a self, part: &'a T) -> Shown<'a, T>
    where
        Shown<'a, T>: Display,
    {
        Shown(self, part)
    }

    fn name(&self, id: TensorId) -> &str {
        &self.tensor(id).name
    }
}

/// A line for each tensor, for each extent and for each statement, and one for the results.
impl Display for Formula {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for tensor in &self.tensors {
            let indices = if tensor.elements == Elements::Indices { " of indices" } else { "" };
            write!(f, "{} {}{indices}", tensor.kind, tensor.name)?;
            match &tensor.shape {
                Shape::Given(axes) => writeln!(f, ": {axes} axes")?,
                Shape::Like(other) => writeln!(f, ": like {}", self.name(*other))?,
                Shape::Needed(forms) => writeln!(f, "[{}]", list(forms))?,
            }
        }
        self.extents.iter().try_for_each(|extent| writeln!(f, "{}", self.show(extent)))?;
        self.statements.iter().try_for_each(|statement| writeln!(f, "{}", self.show(statement)))?;
        let results: Vec<&str> = self.results.mapped(|result| self.name(*result));
        write!(f, "-> {}", results.join(", "))
    }
}

/// `i = x[0] = y[1]`, or `i: 2*i + p in x[2]`
impl Display for Shown<'_, Extent> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(formula, Extent { label, from }) = self;
        match from {
            ExtentFrom::Given(number) => write!(f, "{label} = #{number}"),
            ExtentFrom::Axes(axes) => {
                let axes: Vec<String> = axes.mapped(|(tensor, axis)| format!("{}[{axis}]", formula.name(*tensor)));
                write!(f, "{label} = {}", axes.join(" = "))
            }
            ExtentFrom::Largest(axes) => {
                let within = |(tensor, axis, form): &(TensorId, usize, Affine)| {
                    format!("{form} in {}[{axis}]", formula.name(*tensor))
                };
                let axes: Vec<String> = axes.mapped(within);
                write!(f, "{label}: {}", axes.join(", "))
            }
        }
    }
}

impl Display for Shown<'_, Statement> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(formula, statement) = self;
        let sign = if statement.adds { "+=" } else { "=" };
        write!(f, "{} {sign} ", formula.show(&statement.target))?;
        let value = formula.show(&statement.value);
        match statement.reduced.as_slice() {
            [] => write!(f, "{value}"),
            reduced => write!(f, "{}[{}]({value})", statement.reduction, list(reduced)),
        }
    }
}

/// `x[i, k]`, `zero(x)[i - 1]`, `conj(x)[i]`
impl Display for Shown<'_, Access> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(formula, access) = self;
        let mut name = formula.name(access.tensor).to_owned();
        let outside = access.axes.iter().map(|axis| axis.outside).find(|outside| *outside != Outside::Error);
        for around in outside.into_iter().map(outside_name).chain(access.conj.then_some("conj")) {
            name = format!("{around}({name})");
        }
        write!(f, "{name}[")?;
        for (number, axis) in access.axes.iter().enumerate() {
            f.write_str(if number > 0 { ", " } else { "" })?;
            write!(f, "{}", formula.show(axis))?;
            // Where the axes of a tensor differ, each says what is outside of it.
            if Some(axis.outside) != outside && outside.is_some() {
                write!(f, " @ {}", outside_name(axis.outside))?;
            }
        }
        f.write_str("]")
    }
}

fn outside_name(outside: Outside) -> &'static str {
    match outside {
        Outside::Error => "error",
        Outside::Zero => "zero",
        Outside::Wrap => "wrap",
        Outside::Clamp => "clamp",
    }
}

impl Display for Shown<'_, Axis> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.1.index {
            Index::Affine(form) => write!(f, "{form}"),
            Index::Gather(access) => write!(f, "{}", self.0.show(&**access)),
        }
    }
}

impl Display for Shown<'_, Expression> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_expression(f, self.0, self.1, Binding::Sum)
    }
}

/// How tightly an operator binds. An expression within one that binds tighter than it does needs parentheses.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Sum,
    Product,
    Factor,
}

fn write_expression(f: &mut Formatter<'_>, formula: &Formula, expression: &Expression, around: Binding) -> fmt::Result {
    match expression {
        Expression::Read(access) => write!(f, "{}", formula.show(access)),
        Expression::Literal(Literal::Integer(value)) => write!(f, "{value}"),
        Expression::Literal(Literal::Float(value)) => write!(f, "{value:?}"),
        Expression::Index(form) => write!(f, "index({form})"),
        Expression::Extent(label) => write!(f, "extent({label})"),
        Expression::Call(function, arguments) => write_call(f, formula, *function, arguments, around),
        Expression::Select(condition, cases) => {
            let [yes, no] = &**cases;
            write!(f, "select({}, {}, {})", formula.show(&**condition), formula.show(yes), formula.show(no))
        }
        Expression::User(number, by, arguments) => {
            write!(f, "user{number}")?;
            by.iter().try_for_each(|by| write!(f, "'{by}"))?;
            f.write_str("(")?;
            write_arguments(f, formula, arguments)?;
            f.write_str(")")
        }
    }
}

fn write_call(
    f: &mut Formatter<'_>,
    formula: &Formula,
    function: Function,
    arguments: &[Expression],
    around: Binding,
) -> fmt::Result {
    let (sign, binding) = match function {
        Function::Add => (" + ", Binding::Sum),
        Function::Subtract => (" - ", Binding::Sum),
        Function::Multiply => (" * ", Binding::Product),
        Function::Divide => (" / ", Binding::Product),
        _ => ("", Binding::Factor),
    };
    match (function, arguments) {
        (Function::Negate, [argument]) => {
            f.write_str(if around == Binding::Sum { "-" } else { "(-" })?;
            write_expression(f, formula, argument, Binding::Factor)?;
            f.write_str(if around == Binding::Sum { "" } else { ")" })
        }
        (_, [left, right]) if !sign.is_empty() => {
            f.write_str(if binding < around { "(" } else { "" })?;
            write_expression(f, formula, left, binding)?;
            f.write_str(sign)?;
            let within = if binding == Binding::Sum { Binding::Product } else { Binding::Factor };
            write_expression(f, formula, right, within)?;
            f.write_str(if binding < around { ")" } else { "" })
        }
        _ => {
            write!(f, "{function}(")?;
            write_arguments(f, formula, arguments)?;
            if let Function::Powi(exponent) = function {
                write!(f, ", {exponent}")?;
            }
            f.write_str(")")
        }
    }
}

fn write_arguments(f: &mut Formatter<'_>, formula: &Formula, arguments: &[Expression]) -> fmt::Result {
    for (number, argument) in arguments.iter().enumerate() {
        write!(f, "{}{}", if number > 0 { ", " } else { "" }, formula.show(argument))?;
    }
    Ok(())
}

impl Display for Shown<'_, Condition> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self(formula, condition) = self;
        match condition {
            Condition::Numbers(comparison, sides) => {
                write!(f, "{} {comparison} {}", formula.show(&sides[0]), formula.show(&sides[1]))
            }
            Condition::Indices(comparison, left, right) => write!(f, "{left} {comparison} {right}"),
            Condition::And(parts) => write!(f, "({} && {})", formula.show(&parts[0]), formula.show(&parts[1])),
            Condition::Or(parts) => write!(f, "({} || {})", formula.show(&parts[0]), formula.show(&parts[1])),
            Condition::Not(part) => write!(f, "!({})", formula.show(&**part)),
        }
    }
}

/// `2*i + p - 1`
impl Display for Affine {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (number, (factor, label)) in self.terms.iter().enumerate() {
            let joint = if number > 0 { " + " } else { "" };
            match factor {
                Amount { known: 1, given } if given.is_empty() => write!(f, "{joint}{label}")?,
                Amount { known, given } if given.is_empty() && *known < 0 && number > 0 => {
                    let times = if *known == -1 { String::new() } else { format!("{}*", known.unsigned_abs()) };
                    write!(f, " - {times}{label}")?;
                }
                Amount { known: -1, given } if given.is_empty() => write!(f, "-{label}")?,
                factor => write!(f, "{joint}{factor}*{label}")?,
            }
        }
        match &self.constant {
            constant if self.terms.is_empty() => write!(f, "{constant}"),
            constant if *constant == Amount::default() => Ok(()),
            Amount { known, given } if given.is_empty() && *known < 0 => write!(f, " - {}", known.unsigned_abs()),
            constant => write!(f, " + {constant}"),
        }
    }
}

/// `2`, or `(2 + 3*#0)` with the number of an expression
impl Display for Amount {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { known, given } = self;
        if given.is_empty() {
            return write!(f, "{known}");
        }
        let given: Vec<String> = given.mapped(|(times, number)| format!("{times}*#{number}"));
        write!(f, "({known} + {})", given.join(" + "))
    }
}

impl Display for TensorKind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Operand(_) => "operand",
            Self::Tangent(_) => "tangent",
            Self::Cotangent => "cotangent",
            Self::Local => "local",
            Self::Result => "result",
            Self::ResultTangent => "result tangent",
            Self::Gradient(_) => "gradient",
            Self::CotangentGradient => "cotangent gradient",
        })
    }
}

impl Display for Reduction {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sum => "sum",
            Self::Product => "prod",
            Self::Max => "max",
            Self::Min => "min",
            Self::ArgMax => "argmax",
            Self::ArgMin => "argmin",
        })
    }
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::GreaterOrEqual => ">=",
            Self::Greater => ">",
        })
    }
}

/// The name by which a function is called.
impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Add => "add",
            Self::Subtract => "subtract",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::Negate => "negate",
            Self::Conj => "conj",
            Self::Max => "max",
            Self::Min => "min",
            Self::Exp => "exp",
            Self::ExpM1 => "exp_m1",
            Self::Ln => "ln",
            Self::Ln1p => "ln_1p",
            Self::Sqrt => "sqrt",
            Self::Recip => "recip",
            Self::Tanh => "tanh",
            Self::Sigmoid => "sigmoid",
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Erf => "erf",
            Self::Abs => "abs",
            Self::Powi(_) => "powi",
            Self::Powf => "powf",
            Self::Relu => "relu",
            Self::Gelu => "gelu",
            Self::GeluDerivative => "gelu_derivative",
            Self::Silu => "silu",
            Self::Softplus => "softplus",
            Self::Stop => "stop",
        })
    }
}

fn list<T: Display>(items: &[T]) -> String {
    items.mapped(ToString::to_string).join(", ")
}
