//! Names -> numbers of tensors and labels. A label is one within a statement, or within the reduction that names it.

use proc_macro2::Span;

use super::{
    node::{Node, Test, affine},
    rules,
};
use crate::{
    ast::{
        self, Mark,
        formula::{Expression, ExpressionKind, Formula, Operator, Over, Tensor},
    },
    check::extents::{Variable, bare_label},
    error::Errors,
    few::List,
    ir::{
        Label, Labels,
        formula::{Access, Affine, Amount, Axis, Elements, Function, Index, Outside, TensorId},
    },
    notation::FUSED,
};

/// A statement, its names resolved.
pub(super) struct Resolved {
    pub(super) target: Access,
    pub(super) value: Node,
    /// The labels of the statement and of its reductions, in the order in which they appear.
    pub(super) labels: Vec<Label>,
    /// Labels that are indices themselves, where an index outside is an error, with tensor and axis.
    pub(super) bare: Vec<(Label, TensorId, usize)>,
    /// All other indices.
    pub(super) forms: Vec<WrittenForm>,
    /// Whether some index is an element of a tensor.
    pub(super) has_gathers: bool,
}

/// A form of labels that is an index, and where it is.
#[derive(Clone)]
pub(super) struct WrittenForm {
    pub(super) tensor: TensorId,
    pub(super) axis: usize,
    pub(super) form: Affine,
    pub(super) outside: Outside,
    pub(super) is_target: bool,
    /// The tensor and the form, as written.
    pub(super) source: String,
    pub(super) text: String,
    pub(super) span: (Span, Span),
}

/// A label whose extent is not found yet.
pub(super) struct KnownLabel {
    pub(super) name: String,
    pub(super) span: (Span, Span),
    /// Whether a reduction binds it.
    pub(super) is_bound: bool,
    /// Whether a mistake of it is told already.
    pub(super) is_reported: bool,
}

/// Resolves statements, one after the other.
pub(super) struct Resolver<'f> {
    pub(super) formula: &'f Formula,
    pub(super) errors: Errors,
    /// A label for each scope that has one of a name; unlike names, these are unique.
    pub(super) labels: Labels,
    pub(super) named: Vec<KnownLabel>,
    /// How many axes each tensor has, as far as it has been seen.
    pub(super) ranks: Vec<Option<usize>>,
    /// The place of the ellipsis of each tensor, if it has one, as far as it has been seen.
    ellipses: Vec<Option<usize>>,
    /// The type of the elements of each tensor, as far as it has been seen.
    pub(super) elements: Vec<Option<Elements>>,
    /// The labels of the statement, and of the reductions around, innermost last.
    scope: Vec<(String, Label)>,
    /// How many of these are on the target.
    on_target: usize,
    current: Current,
}

#[derive(Default)]
struct Current {
    labels: Vec<Label>,
    bare: Vec<(Label, TensorId, usize)>,
    forms: Vec<WrittenForm>,
    has_gathers: bool,
    /// How the target is called in messages.
    target: String,
    /// The labels of the statement whose mistake is told already.
    reported: Vec<String>,
}

impl<'f> Resolver<'f> {
    pub(super) fn new(formula: &'f Formula) -> Self {
        let tensors = formula.operands.len() + formula.statements.len();
        let (ranks, elements) = (vec![None; tensors], vec![None; tensors]);
        let (errors, labels, current) = (Errors::default(), Labels::default(), Current::default());
        let (named, scope, ellipses) = (Vec::new(), Vec::new(), vec![None; tensors]);
        Self { formula, errors, labels, named, ranks, ellipses, elements, scope, on_target: 0, current }
    }

    /// The tensor that a statement writes.
    pub(super) fn target_id(&self, statement: usize) -> TensorId {
        TensorId(self.formula.operands.len() + statement)
    }

    /// Resolves the statement of a number.
    pub(super) fn statement(&mut self, number: usize) -> Option<Resolved> {
        let written = &self.formula.statements[number];
        let id = self.target_id(number);
        self.scope.clear();
        let target = written.name.as_ref().map_or_else(|| "the result".to_owned(), |name| format!("`{name}`"));
        self.current = Current { target, ..Current::default() };
        (self.ranks[id.0], self.ellipses[id.0]) = (Some(written.target.len()), ellipsis(&written.target));
        let axes = self.axes(&written.target, id, Outside::Error, true, "", None);
        self.on_target = self.scope.len();
        let target = axes.map(|axes| Access { tensor: id, axes, conj: false });
        let value = match &written.value.kind {
            ExpressionKind::Reduction(over @ (Over::ArgMax | Over::ArgMin), ..) => {
                self.elements[id.0] = Some(Elements::Indices);
                let node = self.node(&written.value, None, true);
                if number + 1 == self.formula.statements.len() {
                    rules::argument_alone(self.formula, *over, &written.value, &mut self.errors);
                }
                node
            }
            _ => {
                self.elements[id.0] = Some(Elements::Numbers);
                self.node(&written.value, None, false)
            }
        };
        let Current { labels, bare, forms, has_gathers, .. } = std::mem::take(&mut self.current);
        Some(Resolved { target: target?, value: value?, labels, bare, forms, has_gathers })
    }

    /// An expression that is a number. `within` is the function around it within which nothing is summed silently.
    fn node(&mut self, written: &'f Expression, within: Option<&'f Expression>, may_find: bool) -> Option<Node> {
        let around = within.or(Some(written));
        match &written.kind {
            ExpressionKind::Access(access) => self.read(access, within).map(Node::Read),
            ExpressionKind::Literal(literal) => Some(Node::Literal(*literal)),
            ExpressionKind::Label(form, _) => Some(Node::Index(self.affine(form, within, false))),
            ExpressionKind::BareLabel(label) => {
                self.errors.push(written.span, bare_label(&label.name, Variable::Any));
                None
            }
            ExpressionKind::Negate(value) => Some(self.node(value, within, false)?.negated()),
            ExpressionKind::Conj(value) => Some(conjugated(self.node(value, within, false)?)),
            ExpressionKind::Binary(operator, both) => {
                let [left, right] = both.each_ref().map(|side| self.node(side, within, false));
                Some(Node::both(function_of(*operator), left?, right?))
            }
            ExpressionKind::Call(function @ (Function::Stop | Function::Conj), arguments) => {
                let arguments = self.nodes(arguments, within)?;
                Some(Node::Call(*function, arguments))
            }
            ExpressionKind::Call(function, arguments) => Some(Node::Call(*function, self.nodes(arguments, around)?)),
            ExpressionKind::User(number, arguments) => Some(Node::User(*number, self.nodes(arguments, around)?)),
            ExpressionKind::Reduction(over, labels, value) => {
                self.reduction(written, *over, labels, value, within, may_find)
            }
            ExpressionKind::Select(parts) => {
                let [condition, first, second] = &**parts;
                let test = self.test(condition, around);
                let cases = [first, second].map(|case| self.node(case, around, false));
                let [Some(first), Some(second)] = cases else { return None };
                Some(Node::Select(Box::new(test?), Box::new([first, second])))
            }
            ExpressionKind::Not(number) if !number.kind.is_condition() => {
                rules::not_of_number(number, &mut self.errors);
                None
            }
            ExpressionKind::Compare(..) | ExpressionKind::And(_) | ExpressionKind::Or(_) | ExpressionKind::Not(_) => {
                let help = format!("write `select({}, 1, 0)`", written.text);
                self.errors.push(written.span, format!("a condition in the place of a number\nhelp: {help}"));
                None
            }
        }
    }

    fn nodes(&mut self, all: &'f [Expression], within: Option<&'f Expression>) -> Option<Vec<Node>> {
        let nodes: Vec<_> = all.mapped(|one| self.node(one, within, false));
        nodes.into_iter().collect()
    }

    /// A condition.
    fn test(&mut self, written: &'f Expression, within: Option<&'f Expression>) -> Option<Test> {
        match &written.kind {
            ExpressionKind::Compare(comparison, both) => match &**both {
                [
                    Expression { kind: ExpressionKind::Label(left, None), .. },
                    Expression { kind: ExpressionKind::Label(right, None), .. },
                ] => {
                    let (left, right) = (self.affine(left, within, false), self.affine(right, within, false));
                    Some(Test::Indices(*comparison, left, right))
                }
                [Expression { kind: ExpressionKind::Not(number), .. }, _] if !number.kind.is_condition() => {
                    rules::not_of_side(written, number, &mut self.errors);
                    None
                }
                [label, element] | [element, label] if is_label(label) && is_element(element) => {
                    self.node(element, within, false);
                    rules::label_beside(label, element, &mut self.errors);
                    None
                }
                both => {
                    let [left, right] = both.each_ref().map(|side| self.node(side, within, false));
                    Some(Test::Numbers(*comparison, Box::new([left?, right?])))
                }
            },
            ExpressionKind::And(both) => self.tests(both, within).map(Test::And),
            ExpressionKind::Or(both) => self.tests(both, within).map(Test::Or),
            ExpressionKind::Not(one) => Some(Test::Not(Box::new(self.test(one, within)?))),
            _ => {
                let help = rules::compared(written);
                self.errors.push(written.span, format!("a number in the place of a condition\nhelp: {help}"));
                None
            }
        }
    }

    fn tests(&mut self, both: &'f [Expression; 2], within: Option<&'f Expression>) -> Option<Box<[Test; 2]>> {
        let [left, right] = both.each_ref().map(|side| self.test(side, within));
        Some(Box::new([left?, right?]))
    }

    fn reduction(
        &mut self,
        written: &'f Expression,
        over: Over,
        labels: &'f [ast::Label],
        value: &'f Expression,
        within: Option<&'f Expression>,
        may_find: bool,
    ) -> Option<Node> {
        if matches!(over, Over::ArgMax | Over::ArgMin) {
            rules::argument(written, over, labels, may_find, &mut self.errors);
        }
        let before = self.scope.len();
        let bound: Vec<Label> = labels.mapped(|label| self.bind(label, true));
        // Sums and means are as linear as what is around them.
        let within = if matches!(over, Over::Sum | Over::Mean) { within } else { within.or(Some(written)) };
        let value = self.node(value, within, false);
        self.scope.truncate(before);
        let value = value?;
        let used = value.labels();
        for (label, name) in bound.iter().zip(labels).filter(|(label, _)| !used.contains(label)) {
            let Mark::Tokens(first, last) = name.mark else { continue };
            self.named[label.id().0].is_reported = true;
            rules::not_in_reduction(&name.name, (first, last), written, &mut self.errors);
        }
        Some(Node::Reduce(over, bound, Box::new(value)))
    }

    /// A new label of a name.
    fn bind(&mut self, written: &ast::Label, is_bound: bool) -> Label {
        let label = self.labels.intern(&format!("{}#{}", written.name, self.named.len()));
        let span = match written.mark {
            Mark::Tokens(first, last) => (first, last),
            Mark::Text(_) => (Span::call_site(), Span::call_site()),
        };
        self.named.push(KnownLabel { name: written.name.clone(), span, is_bound, is_reported: false });
        self.scope.push((written.name.clone(), label.clone()));
        self.current.labels.push(label.clone());
        label
    }

    /// The label of a name, in the innermost scope that has it.
    fn label(&mut self, written: &ast::Label, within: Option<&'f Expression>, is_target: bool) -> Label {
        let found = self.scope.iter().rposition(|(name, _)| *name == written.name);
        let is_free = |position: usize, this: &Self| {
            position >= this.on_target && !this.named[this.scope[position].1.id().0].is_bound
        };
        let is_implicit = !is_target && found.is_none_or(|position| is_free(position, self));
        if let Some(function) = within.filter(|_| is_implicit)
            && !self.current.reported.contains(&written.name)
        {
            self.current.reported.push(written.name.clone());
            rules::silently_summed(written, function, &self.current.target, &mut self.errors);
        }
        match found {
            Some(position) => self.scope[position].1.clone(),
            None => {
                // Labels of the statement stand before those of the reductions around.
                let label = self.bind(written, false);
                let entry = self.scope.pop();
                let bound = |(_, label): &(String, Label)| self.named[label.id().0].is_bound;
                let position = self.scope.iter().position(bound).unwrap_or(self.scope.len());
                self.scope.splice(position..position, entry);
                label
            }
        }
    }

    fn affine(&mut self, written: &ast::formula::Form, within: Option<&'f Expression>, is_target: bool) -> Affine {
        let terms: Vec<(Amount, Label)> =
            written.terms.mapped(|(factor, label)| (factor.clone(), self.label(label, within, is_target)));
        affine(terms, written.constant.clone())
    }

    fn read(&mut self, access: &'f ast::formula::Access, within: Option<&'f Expression>) -> Option<Access> {
        self.access(access, Elements::Numbers, within)
    }

    fn access(
        &mut self,
        access: &'f ast::formula::Access,
        elements: Elements,
        within: Option<&'f Expression>,
    ) -> Option<Access> {
        let tensor = match access.tensor {
            Tensor::Operand(number) => TensorId(number),
            Tensor::Local(number) => self.target_id(number),
        };
        let axes = self.axes(&access.axes, tensor, access.outside, false, &access.source, within);
        let is_fine = self.rank(tensor, access) & self.elements(tensor, elements, access);
        Some(Access { tensor, axes: axes?, conj: access.conj }).filter(|_| is_fine)
    }

    fn axes(
        &mut self,
        axes: &'f [ast::formula::Axis],
        tensor: TensorId,
        outside: Outside,
        is_target: bool,
        source: &str,
        within: Option<&'f Expression>,
    ) -> Option<Vec<Axis>> {
        let mut resolved = Vec::new();
        for (number, axis) in axes.iter().enumerate() {
            let index = match &axis.index {
                ast::formula::Index::Form(form) => {
                    let form = self.affine(form, within, is_target);
                    match form.bare().filter(|_| outside == Outside::Error) {
                        Some(label) => self.current.bare.push((label.clone(), tensor, number)),
                        None => self.current.forms.push(WrittenForm {
                            tensor,
                            axis: number,
                            form: form.clone(),
                            outside,
                            is_target,
                            source: source.to_owned(),
                            text: axis.text.clone(),
                            span: axis.span,
                        }),
                    }
                    Index::Affine(form)
                }
                ast::formula::Index::Gather(access) => {
                    self.current.has_gathers = true;
                    Index::Gather(Box::new(self.access(access, Elements::Indices, within)?))
                }
            };
            resolved.push(Axis { index, outside });
        }
        Some(resolved)
    }

    /// A tensor has as many axes wherever it is read, and its ellipsis at one place.
    fn rank(&mut self, tensor: TensorId, access: &ast::formula::Access) -> bool {
        let (found, name) = (access.axes.len(), &access.source);
        match self.ranks[tensor.0] {
            Some(rank) if rank != found => {
                let span = access.bracket.unwrap_or(access.span);
                rules::ranks(name, rank, found, span, access.bracket.is_some(), &mut self.errors);
                false
            }
            Some(_) if self.ellipses[tensor.0] != ellipsis(&access.axes) => {
                rules::ellipses(name, access.bracket.unwrap_or(access.span), &mut self.errors);
                false
            }
            _ => {
                (self.ranks[tensor.0], self.ellipses[tensor.0]) = (Some(found), ellipsis(&access.axes));
                true
            }
        }
    }

    /// A tensor holds numbers, or indices.
    fn elements(&mut self, tensor: TensorId, elements: Elements, access: &ast::formula::Access) -> bool {
        match self.elements[tensor.0] {
            Some(other) if other != elements => {
                let is_local = matches!(access.tensor, Tensor::Local(_));
                rules::elements(&access.source, elements, is_local, access.span, &mut self.errors);
                false
            }
            _ => {
                self.elements[tensor.0] = Some(elements);
                true
            }
        }
    }
}

/// The place of the ellipsis among indices, if there is one.
fn ellipsis(axes: &[ast::formula::Axis]) -> Option<usize> {
    let is_one = |axis: &ast::formula::Axis| match &axis.index {
        ast::formula::Index::Form(form) => form.terms.iter().any(|(_, label)| label.name == FUSED),
        ast::formula::Index::Gather(_) => false,
    };
    axes.iter().position(is_one)
}

fn is_label(written: &Expression) -> bool {
    matches!(written.kind, ExpressionKind::BareLabel(_))
}

/// Whether this is an element of a tensor, at indices.
fn is_element(written: &Expression) -> bool {
    matches!(&written.kind, ExpressionKind::Access(access) if access.bracket.is_some())
}

fn function_of(operator: Operator) -> Function {
    match operator {
        Operator::Add => Function::Add,
        Operator::Subtract => Function::Subtract,
        Operator::Multiply => Function::Multiply,
        Operator::Divide => Function::Divide,
    }
}

fn conjugated(node: Node) -> Node {
    match node {
        Node::Read(access) => Node::Read(Access { conj: !access.conj, ..access }),
        Node::Literal(_) | Node::Index(_) => node,
        other => Node::Call(Function::Conj, vec![other]),
    }
}
