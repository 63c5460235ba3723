//! Runs formulas as they say: walks the box of each statement, index by index. It shares no code with lowering and none with what
//! differentiates. Numbers are complex, so that one interpreter is for all; functions of reals take their real parts.

use std::{collections::BTreeMap, ops};

use einsum_codegen::ir::{
    Label, LabelId,
    formula::{
        Access, Affine, Amount, Comparison, Condition, Expression, ExtentFrom, Formula, Function, Index, Literal,
        Outside, Reduction, Shape, Statement, TensorId,
    },
};

/// A complex number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

/// A tensor, its last axis contiguous.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Vec<Number>,
}

pub(crate) type Arrays = BTreeMap<TensorId, Array>;

/// All tensors after all statements, from those that are given. Those that are there are added to, where a statement adds.
pub(crate) fn run(formula: &Formula, given: &Arrays) -> Arrays {
    let mut machine = Machine { formula, arrays: given.clone(), extents: BTreeMap::new() };
    machine.measure();
    for statement in &formula.statements {
        machine.statement(statement);
    }
    machine.arrays
}

struct Machine<'a> {
    formula: &'a Formula,
    arrays: Arrays,
    extents: BTreeMap<LabelId, usize>,
}

type Indices = BTreeMap<LabelId, usize>;

impl Machine<'_> {
    fn measure(&mut self) {
        for extent in &self.formula.extents {
            let label = extent.label.id();
            let found = match &extent.from {
                ExtentFrom::Given(_) => panic!("no expressions here"),
                ExtentFrom::Axes(axes) => {
                    let lengths: Vec<usize> =
                        axes.iter().filter_map(|&(tensor, axis)| self.length(tensor, axis)).collect();
                    let longest = lengths.iter().copied().find(|length| *length != 1).unwrap_or(1);
                    let agrees = |length: &usize| *length == longest || *length == 1 && self.formula.broadcasts;
                    assert!(lengths.iter().all(agrees), "{lengths:?}");
                    longest
                }
                ExtentFrom::Largest(axes) => axes
                    .iter()
                    .map(|(tensor, axis, form)| {
                        let length = self.length(*tensor, *axis).expect("it is given");
                        (0..=length)
                            .take_while(|extent| self.needed(form, label, *extent) <= length)
                            .last()
                            .unwrap_or(0)
                    })
                    .min()
                    .expect("an axis"),
            };
            self.extents.insert(label, found);
        }
    }

    fn length(&self, tensor: TensorId, axis: usize) -> Option<usize> {
        match (&self.formula.tensor(tensor).shape, self.arrays.get(&tensor)) {
            (_, Some(array)) => Some(array.shape[axis]),
            (Shape::Like(other), _) => self.length(*other, axis),
            (Shape::Needed(forms), None) => Some(self.needed(&forms[axis], LabelId(usize::MAX), 0)),
            (Shape::Given(_), None) => None,
        }
    }

    /// How long an axis has to be for a form, with this extent of one label.
    fn needed(&self, form: &Affine, of: LabelId, extent: usize) -> usize {
        let mut largest = known(&form.constant);
        for (factor, label) in &form.terms {
            let extent = if label.id() == of { extent } else { self.extents[&label.id()] };
            if extent == 0 {
                return 0;
            }
            largest += known(factor).max(0) * (i64::try_from(extent).expect("small") - 1);
        }
        usize::try_from(largest + 1).unwrap_or(0)
    }

    fn statement(&mut self, statement: &Statement) {
        let target = statement.target.tensor;
        let rank = statement.target.axes.len();
        let shape: Vec<usize> = (0..rank).map(|axis| self.length(target, axis).expect("it is known")).collect();
        let zeros = Array { elements: vec![real(0.0); shape.iter().product()], shape };
        if !statement.adds || !self.arrays.contains_key(&target) {
            self.arrays.insert(target, zeros);
        }
        for free in self.boxed(&statement.free) {
            let mut values = Vec::new();
            for mut at in self.boxed(&statement.reduced) {
                at.extend(&free);
                values.push(self.value(&statement.value, &at));
            }
            let value = reduce(statement.reduction, &values);
            if let Some(place) = self.place(&statement.target, &free) {
                let element = &mut self.arrays.get_mut(&target).expect("it was made").elements[place];
                *element = *element + value;
            }
        }
    }

    /// All indices of some labels.
    fn boxed(&self, labels: &[Label]) -> Vec<Indices> {
        let mut all = vec![Indices::new()];
        for label in labels {
            let extent = self.extents[&label.id()];
            let with = |at: &Indices, index| {
                let mut at = at.clone();
                at.insert(label.id(), index);
                at
            };
            all = all.iter().flat_map(|at| (0..extent).map(move |index| with(at, index))).collect();
        }
        all
    }

    fn form(form: &Affine, at: &Indices) -> i64 {
        let term = |(factor, label): &(Amount, Label)| known(factor) * i64::try_from(at[&label.id()]).expect("small");
        known(&form.constant) + form.terms.iter().map(term).sum::<i64>()
    }

    /// Where an access leads, if it is within the tensor.
    #[expect(clippy::cast_possible_truncation, reason = "indices are small")]
    fn place(&self, access: &Access, at: &Indices) -> Option<usize> {
        let array = &self.arrays[&access.tensor];
        assert_eq!(array.shape.len(), access.axes.len());
        let mut place = 0;
        for (axis, &length) in access.axes.iter().zip(&array.shape) {
            let index = match &axis.index {
                Index::Affine(form) if form.bare().is_some() && length == 1 => 0,
                Index::Affine(form) => Self::form(form, at),
                Index::Gather(access) => {
                    self.arrays[&access.tensor].elements[self.place(access, at).expect("within")].re as i64
                }
            };
            let length_ = i64::try_from(length).expect("small");
            let index = match axis.outside {
                Outside::Zero if index < 0 || index >= length_ => return None,
                Outside::Wrap => index.rem_euclid(length_),
                Outside::Clamp => index.clamp(0, length_ - 1),
                _ => index,
            };
            let index = usize::try_from(index).expect("an index");
            assert!(index < length, "out of bounds: {}", self.formula.show(access));
            place = place * length + index;
        }
        Some(place)
    }

    fn value(&self, expression: &Expression, at: &Indices) -> Number {
        match expression {
            Expression::Read(access) => {
                let element = self.place(access, at).map(|place| self.arrays[&access.tensor].elements[place]);
                let Number { re, im } = element.unwrap_or(real(0.0));
                Number { re, im: if access.conj { -im } else { im } }
            }
            #[expect(clippy::cast_precision_loss, reason = "literals are small")]
            Expression::Literal(Literal::Integer(value)) => real(*value as f64),
            Expression::Literal(Literal::Float(value)) => real(*value),
            #[expect(clippy::cast_precision_loss, reason = "indices are small")]
            Expression::Index(form) => real(Self::form(form, at) as f64),
            #[expect(clippy::cast_precision_loss, reason = "extents are small")]
            Expression::Extent(label) => real(self.extents[&label.id()] as f64),
            Expression::Call(function, arguments) => {
                let arguments: Vec<Number> = arguments.iter().map(|argument| self.value(argument, at)).collect();
                apply(*function, &arguments)
            }
            Expression::Select(condition, cases) => self.value(&cases[usize::from(!self.holds(condition, at))], at),
            // The function of the user's is the cube, or a product of powers.
            Expression::User(_, by, arguments) => {
                let arguments: Vec<f64> = arguments.iter().map(|argument| self.value(argument, at).re).collect();
                real(match (arguments.as_slice(), by.as_slice()) {
                    ([a], []) => a * a * a,
                    ([a], [_]) => 3.0 * a * a,
                    ([a], [_, _]) => 6.0 * a,
                    ([a, b], []) => a * a * b,
                    ([a, b], [0]) => 2.0 * a * b,
                    ([a, _], [_]) => a * a,
                    ([_, b], [0, 0]) => 2.0 * b,
                    ([a, _], [0, 1]) => 2.0 * a,
                    ([_, _], [1, 1]) => 0.0,
                    _ => panic!("no such function"),
                })
            }
        }
    }

    fn holds(&self, condition: &Condition, at: &Indices) -> bool {
        match condition {
            Condition::Numbers(comparison, sides) => {
                let [left, right] = sides.each_ref().map(|side| self.value(side, at));
                match comparison {
                    Comparison::Less => left.re < right.re,
                    Comparison::LessOrEqual => left.re <= right.re,
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::GreaterOrEqual => left.re >= right.re,
                    Comparison::Greater => left.re > right.re,
                }
            }
            Condition::Indices(comparison, left, right) => {
                let (left, right) = (Self::form(left, at), Self::form(right, at));
                match comparison {
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Equal => left == right,
                    Comparison::NotEqual => left != right,
                    Comparison::GreaterOrEqual => left >= right,
                    Comparison::Greater => left > right,
                }
            }
            Condition::And(parts) => parts.iter().all(|part| self.holds(part, at)),
            Condition::Or(parts) => parts.iter().any(|part| self.holds(part, at)),
            Condition::Not(part) => !self.holds(part, at),
        }
    }
}

fn known(amount: &Amount) -> i64 {
    assert!(amount.given.is_empty(), "no expressions here");
    amount.known
}

fn reduce(reduction: Reduction, values: &[Number]) -> Number {
    let extremum = |better: fn(f64, f64) -> bool, none: f64| {
        let better = |best: Option<usize>, at: usize| match best {
            Some(best)
                if values[best].re.is_nan() || !(values[at].re.is_nan() || better(values[at].re, values[best].re)) =>
            {
                Some(best)
            }
            _ => Some(at),
        };
        let at = (0..values.len()).fold(None, better);
        (at, at.map_or(none, |at| values[at].re))
    };
    let greater: fn(f64, f64) -> bool = |new, best| new > best;
    let less: fn(f64, f64) -> bool = |new, best| new < best;
    #[expect(clippy::cast_precision_loss, reason = "indices are small")]
    let index = |found: (Option<usize>, f64)| real(found.0.expect("an element") as f64);
    match reduction {
        Reduction::Sum => values.iter().fold(real(0.0), |sum, value| sum + *value),
        Reduction::Product => values.iter().fold(real(1.0), |product, value| product * *value),
        Reduction::Max => real(extremum(greater, f64::NEG_INFINITY).1),
        Reduction::Min => real(extremum(less, f64::INFINITY).1),
        Reduction::ArgMax => index(extremum(greater, 0.0)),
        Reduction::ArgMin => index(extremum(less, 0.0)),
    }
}

fn apply(function: Function, arguments: &[Number]) -> Number {
    let a = arguments[0];
    let b = *arguments.last().expect("an argument");
    let x = a.re;
    match function {
        Function::Add => return a + b,
        Function::Subtract => return a - b,
        Function::Multiply => return a * b,
        Function::Divide => return a / b,
        Function::Negate => return real(0.0) - a,
        Function::Conj => return Number { re: a.re, im: -a.im },
        Function::Exp => return Number { re: x.exp() * a.im.cos(), im: x.exp() * a.im.sin() },
        Function::Stop => return a,
        _ => assert!(a.im == 0.0 && b.im == 0.0, "{function} of complex numbers"),
    }
    real(match function {
        Function::Max => {
            if x.is_nan() || x > b.re {
                x
            } else {
                b.re
            }
        }
        Function::Min => {
            if x.is_nan() || x < b.re {
                x
            } else {
                b.re
            }
        }
        Function::ExpM1 => x.exp_m1(),
        Function::Ln => x.ln(),
        Function::Ln1p => x.ln_1p(),
        Function::Sqrt => x.sqrt(),
        Function::Recip => x.recip(),
        Function::Tanh => x.tanh(),
        Function::Sigmoid => sigmoid(x),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Erf => erf(x),
        Function::Abs => x.abs(),
        Function::Powi(exponent) => x.powi(exponent),
        Function::Powf => x.powf(b.re),
        Function::Relu => {
            if x < 0.0 {
                0.0
            } else {
                x
            }
        }
        Function::Gelu => x * (1.0 + erf(x / 2.0f64.sqrt())) / 2.0,
        Function::GeluDerivative => {
            let density = (-x * x / 2.0).exp() / std::f64::consts::TAU.sqrt();
            f64::midpoint(1.0, erf(x / 2.0f64.sqrt())) + x * density
        }
        Function::Silu => x * sigmoid(x),
        Function::Softplus => x.exp().ln_1p(),
        _ => unreachable!("a function of complex numbers"),
    })
}

fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The error function, by a series of positive terms; beyond 6 it is 1 to the last bit.
fn erf(x: f64) -> f64 {
    if x.abs() > 6.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    sum * (-x * x).exp() * 2.0 / std::f64::consts::PI.sqrt()
}

/// A real number.
pub(crate) fn real(re: f64) -> Number {
    Number { re, im: 0.0 }
}

impl ops::Add for Number {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl ops::Sub for Number {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl ops::Mul for Number {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        if self.im == 0.0 && other.im == 0.0 {
            return real(self.re * other.re);
        }
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl ops::Div for Number {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        if self.im == 0.0 && other.im == 0.0 {
            return real(self.re / other.re);
        }
        let norm = other.re * other.re + other.im * other.im;
        let Self { re, im } = self * Self { re: other.re, im: -other.im };
        Self { re: re / norm, im: im / norm }
    }
}
