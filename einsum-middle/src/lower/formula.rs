//! Makes steps of the statements of a formula: [`Formula`] -> [`LoweredFormula`].
//!
//! A read that may be outside of a tensor, or that is gathered, becomes a copy into a local, which is as large as the indices need; what is
//! written like that goes to a local first, and from there (`outside`). Then every access is affine and within its tensor: a
//! strided view. A sum of products of such views is a [`Contraction`]: an [`Einsum`], which is planned as all others are
//! (`product`). If its target is affine, such as the input of a convolution in the backward, it is taken once for each index of
//! the window, so that it writes into a strided slice, every element once. All else is a [`Map`], of which costly parts that depend on
//! fewer labels are maps of their own (`hoist`). Maps that add to one tensor at shifted indices are taken together (`shifted`).
//! An intermediate that takes a few instructions is computed where it is read (`inlined`). A tensor that is read last where another one is written is
//! written over (`over`).
//!
//! AFTER THIS POINT: accesses are affine and in bounds, every step says which locals are not used after it, and what is summed by
//! the engine is told apart from what loops of the expansion compute.

mod along;
mod cut;
mod display;
mod fallible;
mod hoist;
mod inlined;
mod outside;
mod over;
mod planned;
mod product;
mod release;
mod runs;
mod shifted;
mod verify;

use std::ops::Range;

pub use self::planned::{LoweredFunction, Planned, Programs};

use crate::{
    few::{List, Table},
    ir::{
        Einsum, Label,
        formula::{
            Access, Affine, Elements, Expression, Formula, Literal, Outside, Reduction, Shape, Statement, Tensor,
            TensorId, TensorKind,
        },
    },
};

/// Steps that compute tensors from tensors, in order.
#[derive(Clone, Debug, PartialEq)]
pub struct LoweredFormula {
    /// The formula that was lowered, with the locals that were added.
    pub formula: Formula,
    /// Which of the locals are parts of other tensors: their axes begin where the indices of the part do.
    pub parts: Table<TensorId, Part>,
    /// Tensors that the user has, which results are written or added to.
    pub targets: Vec<TensorId>,
    /// The steps, in order.
    pub steps: Vec<FormulaStep>,
    /// Which steps run together, in order.
    pub runs: Vec<Run>,
}

/// The indices of a tensor that is a part of another one, and of what is around that.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The other tensor.
    pub of: TensorId,
    /// For every axis all indices that a form takes, from the least to the largest; or all that the other tensor has.
    pub axes: Vec<Option<(Affine, Outside)>>,
}

/// Work, and the locals that are not needed after it.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaStep {
    /// The work of the step.
    pub work: Work,
    /// Locals that no later step reads.
    pub releases: Vec<TensorId>,
}

/// The work of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Work {
    /// An einsum.
    Contraction(Contraction),
    /// A function of numbers at every index.
    Map(Map),
    /// Terms that are added to a tensor at shifted indices.
    Shifted(Shifted),
    /// Fills a part of a tensor from it.
    FillPart(TensorId),
    /// Adds what was written to a part of a tensor to it, or writes it, with zeros around.
    StorePart {
        /// The part.
        part: TensorId,
        /// Whether it is added.
        adds: bool,
    },
    /// Fills a local, which has an axis for each label of the access, with the elements that indices lead to.
    Gather {
        /// The local.
        target: Access,
        /// The gathered access: the only kind that is not affine.
        access: Access,
    },
    /// Adds a local, which has an axis for each label of the access, to the elements that indices lead to.
    Scatter {
        /// The access to whose elements the local is added.
        access: Access,
        /// The local.
        source: Access,
        /// Whether it is added to what is there, or to zeros.
        adds: bool,
    },
}

/// `target[axes] (=|+=) scale * sum(product of factors)`, an einsum over strided views.
#[derive(Clone, Debug, PartialEq)]
pub struct Contraction {
    /// The einsum of the factors, of which every one has each of its labels once. Without labels of the window.
    pub einsum: Einsum,
    /// The access of each factor.
    pub factors: Vec<Access>,
    /// The access that the result is written to.
    pub target: Access,
    /// Whether it is added to what is there, or to zeros.
    pub adds: bool,
    /// The labels for each index of which the einsum is computed anew.
    pub window: Vec<Label>,
    /// The literal that the product is multiplied by.
    pub scale: Option<Literal>,
}

/// `target[axes] (=|+=) reduction(value)`, by loops over all labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// All labels, those of the target first.
    pub labels: Vec<Label>,
    /// How many of them are on the target.
    pub free: usize,
    /// The reduction along the others.
    pub reduction: Reduction,
    /// The accesses that the map reads, each once.
    pub reads: Vec<Access>,
    /// The access that the result is written to.
    pub target: Access,
    /// Whether it is added to what is there, or to zeros where no index leads.
    pub adds: bool,
    /// The value, in which every read is one of the above.
    pub value: Expression,
}

/// Terms that are added to one tensor, or to zeros. Along each of its axes each moves by one with the index of a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Shifted {
    /// The terms, of which there is one, or none has a label that the target lacks or that is not along an axis.
    pub terms: Vec<Term>,
    /// All of them at an element to which all lead, by the labels of which each is an index of it; nothing where that is no sum of theirs.
    pub all: Option<Map>,
    /// Whether they are added to what is there, or to zeros.
    pub adds: bool,
}

/// A term that is added to a tensor at shifted indices.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// The term. The target alone may be outside.
    pub map: Map,
    /// The label of each axis of the target.
    pub along: Vec<Label>,
}

/// Steps that run together, block by block.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The numbers of the steps that run together.
    pub steps: Range<usize>,
    /// The labels of which blocks are taken, in the order in which they are divided. Tensors that lack the last are read anew for each block.
    pub labels: Vec<Label>,
    /// Locals of a block, which no other step reads.
    pub locals: Vec<TensorId>,
    /// Tensors that are there before the first block.
    pub begun: Vec<TensorId>,
    /// Which of these have elements of their own for each block, and nothing of the user's: they need not be zeros before.
    pub grown: Vec<TensorId>,
    /// Locals that are not needed after the last block.
    pub releases: Vec<TensorId>,
    /// The label of which blocks have the first indices alone, if there is one.
    pub cut: Option<Cut>,
}

/// A label of which each block of a run has the first indices alone: those up to `factor * by + plus`, and some after them.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The label that is cut.
    pub label: Label,
    /// The label of which there are blocks.
    pub by: Label,
    /// By how much the last index grows with the index of the other, at least 1.
    pub factor: i64,
    /// The last index where that of the other is 0.
    pub plus: i64,
}

/// The surroundings of a formula: tensors that outlive its steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// Locals that are needed afterwards, beside the results.
    pub kept: &'a [TensorId],
    /// Tensors that the user has, which results are written or added to.
    pub targets: &'a [TensorId],
}

/// Makes steps of the statements of a formula.
#[must_use]
pub fn lower(formula: &Formula, around: Around<'_>) -> LoweredFormula {
    let lowered = LoweredFormula {
        targets: around.targets.to_vec(),
        formula: formula.clone(),
        parts: Table::default(),
        steps: Vec::new(),
        runs: Vec::new(),
    };
    let mut lowering =
        Lowering { lowered, copies: Vec::new(), hoists: Vec::new(), inlined: Inlined::of(formula, around.kept) };
    let groups = lowering.groups(formula);
    for (number, statement) in formula.statements.iter().enumerate() {
        match groups.iter().find(|group| group.contains(&number)) {
            Some(group) if group.last() == Some(&number) => {
                lowering.shifted(&group.mapped(|member| &formula.statements[*member]));
            }
            None if !lowering.is_inlined(number) => lowering.statement(statement),
            _ => {}
        }
    }
    let mut lowered = lowering.lowered;
    lowered.numbers_first();
    lowered.indices_first();
    lowered.write_over(around.kept);
    lowered.release(around.kept);
    lowered.run_together(around.kept);
    debug_assert_eq!(lowered.verify(), Ok(()), "lowering of\n{formula}");
    lowered
}

impl LoweredFormula {
    /// Whether something is in a tensor: the user has it, or a step before has written it.
    #[must_use]
    pub fn is_there(&self, tensor: TensorId) -> bool {
        self.targets.contains(&tensor) || self.steps.iter().any(|step| self.written(&step.work) == tensor)
    }

    /// The einsums of the contractions, in order.
    pub fn einsums(&self) -> impl Iterator<Item = &Einsum> {
        self.steps.iter().filter_map(|step| match &step.work {
            Work::Contraction(contraction) => Some(&contraction.einsum),
            _ => None,
        })
    }
}

/// A formula that is lowered in part.
struct Lowering {
    lowered: LoweredFormula,
    /// Accesses that were copied, and how the copies are read.
    copies: Vec<(Access, Access)>,
    /// Parts of statements that were computed before them, and the locals that have these.
    hoists: Vec<(Expression, Access)>,
    /// Intermediates of which some is computed where they are read.
    inlined: Vec<Inlined>,
}

/// An intermediate of which some is computed where it is read.
#[derive(Clone, Debug)]
struct Inlined {
    tensor: TensorId,
    /// The number of the statement that computes it.
    statement: usize,
    value: Expression,
    /// Whether the value is added to what other statements write.
    is_addend: bool,
}

impl Lowering {
    fn statement(&mut self, statement: &Statement) {
        let value = self.reads_within(&statement.value);
        let written = statement.target.tensor;
        self.changes(written);
        // What is added to a tensor that is new is written.
        let adds = statement.adds && self.lowered.is_there(written);
        let statement = &Statement { adds, ..statement.clone() };
        let (target, adds) = self.target_within(&statement.target, adds);
        let inner = Statement { target, adds, value, ..statement.clone() };
        let inlined = self.with_inlined(&inner);
        let contraction = if inlined.is_none() { self.contraction(&inner) } else { None };
        let inner = inlined.unwrap_or(inner);
        let work = match contraction {
            Some(contraction) => Work::Contraction(contraction),
            None => Work::Map(map(Statement { value: self.hoisted(&inner), ..inner.clone() })),
        };
        self.push(work);
        self.store(&inner.target, statement);
    }

    /// Forgets what was computed before of a tensor that is written now.
    fn changes(&mut self, written: TensorId) {
        self.copies.retain(|(access, _)| access.tensor != written);
        self.forget_hoists(written);
    }

    fn push(&mut self, work: Work) {
        self.lowered.steps.push(FormulaStep { work, releases: Vec::new() });
    }

    /// A new local.
    fn define(&mut self, name: &str, elements: Elements, shape: Shape) -> TensorId {
        let tensors = &self.lowered.formula.tensors;
        let is_taken = |name: &String| tensors.iter().any(|tensor| tensor.name == *name);
        let mut names = [name.to_owned()].into_iter().chain((1..).map(|number| format!("{name}{number}")));
        let name = names.find(|name| !is_taken(name)).unwrap_or_default();
        self.lowered.formula.define(Tensor { name, kind: TensorKind::Local, elements, shape })
    }

    /// A new local with an axis for each of these labels, and the access to all of it.
    fn define_over(&mut self, name: &str, elements: Elements, labels: &[Label]) -> Access {
        let shape = Shape::Needed(labels.mapped(Affine::label));
        Access::plain(self.define(name, elements, shape), labels)
    }
}

/// A statement as loops.
fn map(statement: Statement) -> Map {
    let Statement { target, adds, free, reduced, reduction, value } = statement;
    let mut reads: Vec<Access> = Vec::new();
    value.visit_reads(&mut |access| {
        let plain = Access { conj: false, ..access.clone() };
        if !reads.contains(&plain) {
            reads.push(plain);
        }
    });
    let count = free.len();
    let labels = free.into_iter().chain(reduced).collect();
    Map { labels, free: count, reduction, reads, target, adds, value }
}

/// The labels of an access, each once.
#[must_use]
pub fn labels_of(access: &Access) -> Vec<Label> {
    let mut labels = Vec::new();
    access.labels(&mut labels);
    labels
}

impl Access {
    /// The labels, if every axis is the index of one, each of another.
    #[must_use]
    pub fn bare(&self) -> Option<Vec<Label>> {
        let labels: Option<Vec<Label>> = self.axes.iter().map(|axis| axis.bare().cloned()).collect();
        labels.filter(|labels| (1..labels.len()).all(|axis| !labels[..axis].contains(&labels[axis])))
    }
}
