//! Intermediates that are computed where they are read, as that takes less time than to write them and to read them again.
//!
//! In a layer norm `c[n, i] = x[n, i] - m[n]` is read by the variance and by the result. A difference is an instruction, and to read `x` takes as
//! long as to read `c`: so there is no `c`, and of a block of rows `x` alone is in a cache. Sums of products that read it are maps, then: they
//! have the labels of `c`, so that each of its elements is used once, and what bounds them is memory.
//!
//! An intermediate that is a sum of products and of something that is as cheap, such as the cotangent of the scores of attention,
//! `ds[i, j] = dl[i] + sum[d](dt[i, d] * v[j, d])`, is the sum alone; the other addend is added where it is read.
//!
//! The value is computed by the same instructions wherever it is read: it has the same bits.

use super::{Inlined, Lowering, labels_of, product::Product};
use crate::{
    few::List,
    ir::formula::{
        Access, Elements, Expression, Formula, Function, Literal, Reduction, Shape, Statement, TensorId, TensorKind,
    },
    tuning::{EXPRESSION_MAX_PARTS, INLINED_ADDEND_MAX_OPERATIONS, INLINED_MAX_OPERATIONS},
};

impl Inlined {
    /// The intermediates of a formula of which some is computed where they are read; those of `kept` are needed as they are.
    pub(super) fn of(formula: &Formula, kept: &[TensorId]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (number, statement) in formula.statements.iter().enumerate() {
            let statement = Statement { value: put(&statement.value, &all), ..statement.clone() };
            let (target, value) = (&statement.target, &statement.value);
            if !is_local(formula, &statement, kept) || !is_plain(value) {
                continue;
            }
            let others = formula.statements.iter().enumerate().filter(|(other, _)| *other != number);
            let mut writers = others.map(|(_, other)| other).filter(|other| other.target.tensor == target.tensor);
            let is_addend = writers.clone().next().is_some();
            let is_worth = if is_addend {
                writers.all(|other| is_product_at(other, target)) && is_cheap_addend(formula, &statement)
            } else {
                !statement.adds && is_cheap(formula, &statement, &all)
            };
            if is_worth {
                let (tensor, value) = (target.tensor, value.clone());
                all.push(Self { tensor, statement: number, value, is_addend });
            }
        }
        all
    }
}

/// Whether a statement writes all of a local, without a reduction, of which nothing but its elements is asked.
fn is_local(formula: &Formula, statement: &Statement, kept: &[TensorId]) -> bool {
    let tensor = statement.target.tensor;
    let found = formula.tensor(tensor);
    let is_local = found.kind == TensorKind::Local && found.elements == Elements::Numbers;
    let is_own = matches!(found.shape, Shape::Needed(_)) && !formula.results.contains(&tensor);
    is_local && is_own && !kept.contains(&tensor) && statement.reduced.is_empty() && statement.writes_plainly()
}

/// Whether all that is read is at indices which are labels.
fn is_plain(value: &Expression) -> bool {
    let mut is_plain = true;
    value.visit_reads(&mut |access| is_plain &= access.is_plain());
    is_plain
}

/// Whether a statement adds a sum of products to what is at the same indices.
fn is_product_at(statement: &Statement, target: &Access) -> bool {
    statement.target == *target && Product::of(statement).is_some()
}

/// Whether an intermediate that nothing else writes is cheaper where it is read: by fewer elements that are read and written.
fn is_cheap(formula: &Formula, statement: &Statement, inlined: &[Inlined]) -> bool {
    let Some(readers) = readers(formula, statement) else { return false };
    let full = full(statement, &statement.value);
    let is_quick = statement.operations().is_some_and(|count| count <= INLINED_MAX_OPERATIONS);
    let anew = readers.iter().map(|reader| {
        let there = self::full(reader, &put(&reader.value, inlined));
        full.iter().filter(|access| !there.contains(access)).count()
    });
    is_quick && !full.is_empty() && anew.sum::<usize>() <= full.len() + 1 + readers.len()
}

/// Whether an addend of an intermediate is cheaper where that is read: it depends on fewer labels, and no reader sums up products.
fn is_cheap_addend(formula: &Formula, statement: &Statement) -> bool {
    let Some(readers) = readers(formula, statement) else { return false };
    let is_quick = statement.operations().is_some_and(|count| count <= INLINED_ADDEND_MAX_OPERATIONS);
    let is_small = full(statement, &statement.value).is_empty();
    is_quick && is_small && readers.iter().all(|reader| reader.reduced.is_empty())
}

/// The statements that read a local, if each does so at the same indices, and has no other labels.
fn readers<'f>(formula: &'f Formula, statement: &Statement) -> Option<Vec<&'f Statement>> {
    let Access { tensor, axes, .. } = &statement.target;
    let mut readers = Vec::new();
    for reader in &formula.statements {
        let reads = reader.reads().into_iter().filter(|access| access.tensor == *tensor).count();
        if reads == 0 {
            continue;
        }
        let mut alike = 0;
        reader.value.visit_reads(&mut |access| alike += usize::from(access.tensor == *tensor && access.axes == *axes));
        let has_same_labels = reader.labels().count() == statement.free.len();
        let is_small = 2 * statement.value.size() + reader.value.size() <= EXPRESSION_MAX_PARTS;
        let is_searched = matches!(reader.reduction, Reduction::ArgMax | Reduction::ArgMin);
        if alike != reads || !has_same_labels || !is_small || is_searched {
            return None;
        }
        readers.push(reader);
    }
    (!readers.is_empty()).then_some(readers)
}

/// The accesses that have all labels of a statement, each once.
fn full(statement: &Statement, value: &Expression) -> Vec<Access> {
    let mut full: Vec<Access> = Vec::new();
    value.visit_reads(&mut |access| {
        let access = Access { conj: false, ..access.clone() };
        if labels_of(&access).len() == statement.labels().count() && !full.contains(&access) {
            full.push(access);
        }
    });
    full
}

/// An expression with the values of what is computed where it is read.
pub(super) fn put(value: &Expression, inlined: &[Inlined]) -> Expression {
    value.replaced(&mut |part| {
        let Expression::Read(access) = part else { return None };
        let found = inlined.iter().find(|inlined| inlined.tensor == access.tensor)?;
        let value = found.value.clone();
        let value = if access.conj { Expression::Call(Function::Conj, vec![value]) } else { value };
        Some(if found.is_addend { Expression::Call(Function::Add, vec![part.clone(), value]) } else { value })
    })
}

impl Lowering {
    /// Whether a statement is computed where its target is read.
    pub(super) fn is_inlined(&self, number: usize) -> bool {
        self.inlined.iter().any(|inlined| inlined.statement == number)
    }

    /// A statement with the values of what is computed where it is read, if it reads such. It is a map, be it a product or not: an einsum might
    /// multiply the factors in another order, of which some product overflows. Of a sum of products the other factors are elements, as they
    /// are in a contraction.
    pub(super) fn with_inlined(&mut self, statement: &Statement) -> Option<Statement> {
        let is_inlined = |access: &&Access| self.inlined.iter().any(|inlined| inlined.tensor == access.tensor);
        if !statement.reads().iter().any(is_inlined) {
            return None;
        }
        let product = Product::of(statement).map(|product| self.multiplied(&product));
        let value = put(product.as_ref().unwrap_or(&statement.value), &self.inlined);
        Some(Statement { value, ..statement.clone() })
    }

    /// A product, each factor of which is an element.
    fn multiplied(&mut self, product: &Product) -> Expression {
        let factors: Vec<Expression> = product.factors.mapped(|factor| Expression::Read(self.factor(factor)));
        let all = product.scale.map(Expression::Literal).into_iter().chain(factors);
        let times = |left: Expression, right| Expression::Call(Function::Multiply, vec![left, right]);
        all.reduce(times).unwrap_or(Expression::Literal(Literal::Integer(1)))
    }
}
