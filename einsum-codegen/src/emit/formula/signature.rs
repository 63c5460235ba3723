//! The lengths of a formula's tensors, as far as types and literals say them.
//!
//! The operands and the result of a formula have the ranks of an einsum, in which axes that are as long as each other have one label: what
//! signatures are made of, and what types are compared by. How long any other tensor is follows from these labels.

use crate::{
    ast::{self, integer},
    few::{List, Table, numbered},
    ir::{
        Einsum, Label, Labels, Operand, Subscript,
        formula::{ExtentFrom, Formula, Literals, Shape, TensorId, TensorKind},
    },
    notation::ELLIPSIS,
    tuning::TYPED_MAX_LABELS,
};

/// The einsum of a formula, and the extents that are literals.
pub(crate) struct Signature {
    /// Operands and result. It is typed if types may say how long they are.
    pub(crate) einsum: Einsum,
    /// How the formula calls the labels of axes: numbers of operands, and of axes of them.
    called: Table<(usize, usize), Label>,
    /// The extents of axes of operands that are literals.
    axes: Table<(usize, usize), u64>,
    /// The extents that are given as literals, by their numbers.
    given: Table<usize, u64>,
}

/// How long an axis is, or a label goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// As long as a label of the signature goes.
    Of(Label),
    /// So long.
    Known(u64),
    /// Types do not say.
    Open,
}

/// The signature of a function. Where its parameters with axes are all of fixed size, it is typed.
pub(crate) fn of_function(formula: &Formula, function: &ast::Function, wrt: &[usize]) -> Signature {
    let names: Vec<String> = function.parameters.mapped(|parameter| parameter.name.to_string());
    let given = function.extents.iter().map(|extent| (extent.label.clone(), extent.value.as_ref()));
    let extents = function.parameters.iter().enumerate().flat_map(|(number, parameter)| {
        let extents = parameter.fixed.iter().flat_map(|array| array.extents.iter().enumerate());
        extents.filter_map(move |(axis, extent)| Some(((number, axis), integer(extent)?)))
    });
    let mut signature = Signature::new(formula, &names, given, extents.collect());
    let einsum = &mut signature.einsum;
    einsum.typed &= function.is_of_fixed(einsum.operands.iter().map(|operand| operand.subscript.rank()));
    einsum.wrt = wrt.to_vec();
    signature
}

/// The signature of an expression, whose operands may be of fixed size.
pub(crate) fn of_expression(formula: &Formula, written: &ast::formula::Formula) -> Signature {
    let names: Vec<String> = numbered(written.operands.len(), |number| format!("operand {number}"));
    let given = written.extents.iter().map(|extent| (extent.label.clone(), Some(&extent.value)));
    Signature::new(formula, &names, given, Table::default())
}

impl Signature {
    fn new<'a>(
        formula: &Formula,
        names: &[String],
        given: impl Iterator<Item = (syn::Ident, Option<&'a syn::Expr>)>,
        axes: Table<(usize, usize), u64>,
    ) -> Self {
        let mut labels = Labels::default();
        let (classes, mut called) = (classes(formula), Table::default());
        let operands = names.iter().enumerate().map(|(number, name)| {
            let rank = formula.find(TensorKind::Operand(number)).map_or(0, |tensor| formula.rank(tensor));
            let subscript = (0..rank).map(|axis| match label_of(formula, (number, axis)) {
                Some(label) => {
                    called.insert((number, axis), label.clone());
                    let class = &classes[label];
                    labels.intern(if class.is_fused() { ELLIPSIS } else { class.name() })
                }
                None => labels.intern(&format!("{name}, axis {axis}")),
            });
            Operand { name: name.clone(), subscript: subscript.collect(), conj: false }
        });
        let operands: Vec<Operand> = operands.collect();
        let (mut known, mut literals) = (Vec::new(), Table::default());
        let given = given.enumerate().map(|(number, (name, value))| {
            let label = labels.intern(&syn::ext::IdentExt::unraw(&name).to_string());
            if let Some(extent) = value.and_then(integer) {
                known.push((label.clone(), extent));
                literals.insert(number, extent);
            }
            label
        });
        let given = given.collect();
        let einsum = Einsum { given, broadcast: false, ..Einsum::new(labels, operands, Subscript::default()) };
        let mut signature = Self { einsum, called, axes, given: literals };
        signature.add_result(formula, known);
        signature
    }

    /// Adds the labels of the result.
    fn add_result(&mut self, formula: &Formula, mut known: Vec<(Label, u64)>) {
        let lengths = formula.results.first().map_or_else(Vec::new, |result| self.of_tensor(formula, *result));
        let place = formula.results.first().and_then(|result| ellipsis(formula, *result));
        let einsum = &mut self.einsum;
        let labels = lengths.into_iter().enumerate().map(|(axis, length)| {
            if place == Some(axis) {
                return einsum.labels.intern(ELLIPSIS);
            }
            let extent = match length {
                Length::Of(label) => return label,
                Length::Known(extent) => Some(extent),
                Length::Open => None,
            };
            let label = einsum.labels.intern(&format!("result, axis {axis}"));
            known.extend(extent.map(|extent| (label.clone(), extent)));
            einsum.given.push(label.clone());
            label
        });
        einsum.output = labels.collect();
        einsum.known = known;
        let is_spread = einsum.operands.iter().any(|operand| operand.subscript.ellipsis().is_some());
        einsum.typed =
            !is_spread && einsum.operands.len() <= TYPED_MAX_LABELS && einsum.labels.all().len() <= TYPED_MAX_LABELS;
    }

    /// How the formula calls the label of an axis of an operand.
    pub(crate) fn called(&self, axis: (usize, usize)) -> Option<&Label> {
        self.called.get(&axis)
    }

    /// How long the axes of a tensor are, of the formula or of one that was derived from it.
    pub(crate) fn of_tensor(&self, formula: &Formula, tensor: TensorId) -> Vec<Length> {
        numbered(formula.rank(tensor), |axis| self.of_axis(formula, (tensor, axis)))
    }

    /// How far a label goes, of the formula or of one that was derived from it.
    pub(crate) fn of_label(&self, formula: &Formula, label: &Label) -> Length {
        match formula.extent_from(label) {
            Some(ExtentFrom::Axes(axes)) => {
                let lengths = axes.iter().map(|axis| self.of_axis(formula, *axis));
                lengths.into_iter().find(|length| *length != Length::Open).unwrap_or(Length::Open)
            }
            Some(ExtentFrom::Given(number)) => match self.given.get(number) {
                Some(extent) => Length::Known(*extent),
                None => Length::Of(self.einsum.given[*number].clone()),
            },
            Some(ExtentFrom::Largest(_)) => self.known(|literals| formula.known_extent(label, literals)),
            None => Length::Open,
        }
    }

    fn of_axis(&self, formula: &Formula, (tensor, axis): (TensorId, usize)) -> Length {
        let found = formula.tensor(tensor);
        if let TensorKind::Operand(number) | TensorKind::Tangent(number) = found.kind {
            return Length::Of(self.einsum.operands[number].subscript.0[axis].clone());
        }
        match &found.shape {
            Shape::Given(_) => Length::Open,
            Shape::Like(other) => self.of_axis(formula, (*other, axis)),
            Shape::Needed(forms) => match forms[axis].bare() {
                Some(label) => self.of_label(formula, label),
                None => self.known(|literals| formula.known_length(tensor, axis, literals)),
            },
        }
    }

    /// The formula with sums over windows of a few indices, as many as literals say, as sums of terms.
    pub(crate) fn unrolled(&self, formula: &Formula) -> Formula {
        let axis = |operand, axis| self.axes.get(&(operand, axis)).copied();
        let given = |number| self.given.get(&number).copied();
        formula.unrolled(Literals { axis: &axis, given: &given })
    }

    /// A length that follows from literals.
    pub(crate) fn known(&self, of: impl FnOnce(Literals<'_>) -> Option<u64>) -> Length {
        let axis = |operand, axis| self.axes.get(&(operand, axis)).copied();
        let given = |number| self.given.get(&number).copied();
        of(Literals { axis: &axis, given: &given }).map_or(Length::Open, Length::Known)
    }
}

/// The place of the ellipsis where a tensor is written.
fn ellipsis(formula: &Formula, tensor: TensorId) -> Option<usize> {
    let statement = formula.statements.iter().find(|statement| statement.target.tensor == tensor)?;
    statement.target.axes.iter().position(|axis| axis.bare().is_some_and(Label::is_fused))
}

/// The first label that is the index of an axis of an operand, as long as this is.
fn label_of(formula: &Formula, (operand, axis): (usize, usize)) -> Option<&Label> {
    let tensor = formula.find(TensorKind::Operand(operand))?;
    let is_of = |from: &ExtentFrom| matches!(from, ExtentFrom::Axes(axes) if axes.contains(&(tensor, axis)));
    formula.extents.iter().find(|extent| is_of(&extent.from)).map(|extent| &extent.label)
}

/// For each label the first one that goes as far, because both are indices of an axis.
fn classes(formula: &Formula) -> Table<Label, Label> {
    let mut classes: Table<Label, Label> =
        formula.extents.iter().map(|extent| (extent.label.clone(), extent.label.clone())).collect();
    let mut of_axes: Table<(TensorId, usize), Label> = Table::default();
    let mut join = |one: &Label, other: &Label| {
        let (one, other) = (classes[one].clone(), classes[other].clone());
        classes.values_mut().filter(|class| **class == other).for_each(|class| *class = one.clone());
    };
    for extent in &formula.extents {
        let ExtentFrom::Axes(axes) = &extent.from else { continue };
        for &(tensor, axis) in axes {
            let bare = match &formula.tensor(tensor).shape {
                Shape::Needed(forms) => forms[axis].bare().cloned(),
                _ => None,
            };
            let first = of_axes.get_or_insert((tensor, axis), bare.unwrap_or_else(|| extent.label.clone()));
            join(first, &extent.label);
        }
    }
    classes
}
