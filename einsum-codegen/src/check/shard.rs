//! Annotations of the mesh -> [`Sharding`]: the rules. (Those of forms of labels are in `windows.rs`.)
//!
//! AFTER THIS POINT: a label is on one axis of the mesh in a tensor, and an axis has one label of it, or is one that it is partial over;
//! a product is partial only where it can be.

mod windows;

use proc_macro2::Span;

pub use self::windows::unplanned;
use crate::{
    ast::{
        self, Arguments, Function, Invocation,
        shard::{Annotation, ShardLiteral, Sharded, Subject},
    },
    error::{Errors, Mark},
    ir::{
        Einsum, Label, Subscript,
        shard::{AxisId, Layout, Placement, Sharding},
    },
    plan::shard::MOST_OPERANDS,
};

/// Checks what is said of the mesh, of an einsum that is checked itself.
///
/// # Errors
/// All mistakes.
pub fn sharding(sharded: &Sharded, subscripts: &ast::Subscripts, einsum: &Einsum) -> Result<Sharding, Errors> {
    let mut checker = Checker { literal: sharded.literal.as_ref(), errors: Errors::default() };
    let mut axes: Vec<String> = Vec::new();
    for annotation in &sharded.annotations {
        if !axes.contains(&annotation.axis) {
            axes.push(annotation.axis.clone());
        }
    }
    let tensors = subscripts.inputs.iter().chain(&subscripts.output);
    let written: Vec<&ast::Subscript> = tensors.collect();
    let subjects: Vec<&Subscript> =
        einsum.operands.iter().map(|operand| &operand.subscript).chain([&einsum.output]).collect();
    let mut layouts = vec![Layout(vec![Placement::Replicate; axes.len()]); subjects.len()];
    for annotation in &sharded.annotations {
        let axis = AxisId(axes.iter().position(|axis| *axis == annotation.axis).unwrap_or(0));
        match Checker::subject(annotation, &written) {
            Some((tensor, placement)) => {
                let label = placement.map(|position| &subjects[tensor].0[position]);
                checker.place(annotation, axis, (subjects[tensor], label), &mut layouts[tensor]);
            }
            None => checker.mark(&annotation.mark, "no label of a tensor is sharded by this", Some(WHERE)),
        }
    }
    let output = layouts.split_off(einsum.operands.len()).remove(0);
    let windows = checker.windows(sharded, &written, einsum);
    let sharding = Sharding { axes, operands: layouts, output, windows };
    checker.partial(sharded, einsum, &sharding);
    if checker.errors.0.is_empty() {
        checker.halos(sharded, einsum, &sharding);
    }
    checker.errors.propagate(sharding)
}

/// Refuses what sharded einsums have not.
///
/// # Errors
/// All of it.
pub fn shardable(sharded: &Sharded, invocation: &Invocation) -> Result<(), Errors> {
    let mut checker = Checker { literal: sharded.literal.as_ref(), errors: Errors::default() };
    let Arguments { out, alpha, beta, negated, max_intermediate, broadcast, .. } = &invocation.arguments;
    let span = invocation.subscripts.span;
    let refused = [
        (out.as_ref().map(|out| out.span), "a sharded einsum has a result of its own, and writes to no `out`"),
        (alpha.as_ref().map(ast::spanned), "a sharded einsum has no `alpha`: multiply an operand by it"),
        (negated.then_some(span), "a sharded einsum is not negated: negate an operand"),
        (beta.as_ref().and(out.is_none().then_some(span)), "a sharded einsum has no `beta`"),
        (max_intermediate.as_ref().map(ast::spanned), "`max_intermediate` is not for sharded einsums"),
        (broadcast.filter(|broadcast| *broadcast).map(|_| span), NO_BROADCAST),
    ];
    for (span, what) in refused {
        if let Some(span) = span {
            checker.errors.push(span, what);
        }
    }
    for operand in &invocation.operands {
        if operand.casts().iter().any(Option::is_some) {
            let what = "an operand of a sharded einsum is read as what it is\nhelp: convert it with `map`";
            checker.errors.push(operand.span, what);
        }
    }
    checker.subscripts(&invocation.subscripts);
    checker.errors.propagate(())
}

/// Refuses what sharded functions have not.
///
/// # Errors
/// All of it.
pub fn shardable_function(sharded: &Sharded, function: &Function) -> Result<(), Errors> {
    let mut checker = Checker { literal: sharded.literal.as_ref(), errors: Errors::default() };
    let name = (function.name.span(), function.name.span());
    let refused = [
        (function.negated, "a sharded einsum is not negated: negate an operand"),
        (function.max_intermediate.is_some(), "`max_intermediate` is not for sharded einsums"),
        (function.broadcast == Some(true), NO_BROADCAST),
        (function.wrt.is_some(), "a sharded function has the gradients of all its operands"),
        (function.fixed().next().is_some(), "a parameter of a sharded function is a tensor on a mesh, and has no type"),
        (
            function.parameters.iter().any(|parameter| parameter.cast.is_some()),
            "a parameter of a sharded function is read as what it is",
        ),
    ];
    for (_, what) in refused.into_iter().filter(|(is_there, _)| *is_there) {
        checker.errors.push(name, what);
    }
    checker.subscripts(&function.subscripts);
    checker.errors.propagate(())
}

const NO_BROADCAST: &str =
    "a sharded einsum repeats no axis of extent 1: its parts could not be told from those of other extents";
const ONE_USE: &str = "an axis of the mesh has one label of a tensor at most, or its sum";
const WHERE: &str = "the axis stands right after the label, as in `b/dp`";

struct Checker<'a> {
    literal: Option<&'a ShardLiteral>,
    errors: Errors,
}

impl Checker<'_> {
    /// An ellipsis could not be sharded, the output says what is gathered, and there are not too many operands to plan.
    fn subscripts(&mut self, subscripts: &ast::Subscripts) {
        let labels = subscripts.inputs.iter().chain(&subscripts.output).flat_map(|subscript| &subscript.labels);
        for label in labels.filter(|label| label.name == crate::notation::ELLIPSIS) {
            let help = "give each axis a label: each may be sharded";
            self.mark(&label.mark, "an ellipsis in a sharded einsum", Some(help));
        }
        let count = subscripts.inputs.len();
        if count > MOST_OPERANDS {
            let what = format!("{count} operands, where a sharded einsum has at most {MOST_OPERANDS}");
            self.errors.push(subscripts.span, format!("{what}\nhelp: multiply some of them in an einsum before"));
        }
        if subscripts.output.is_none() {
            let what = "the output of a sharded einsum is written: how it lies decides what is sent";
            let output = subscripts.implicit_output().join(" ");
            self.errors.push(
                subscripts.span,
                format!("{what}\nhelp: end with `-> {output}`, and the axes of the mesh, as in `b/dp`"),
            );
        }
    }

    /// The tensor that an annotation is about, and the position of the label, if it is about one.
    fn subject(annotation: &Annotation, tensors: &[&ast::Subscript]) -> Option<(usize, Option<usize>)> {
        match annotation.subject {
            Subject::Label(place) => place.find(tensors).map(|(tensor, label)| (tensor, Some(label))),
            Subject::Tensor(place) => place.find(tensors).map(|(tensor, _)| (tensor, None)),
            Subject::Operand(number) => (number + 1 < tensors.len()).then_some((number, None)),
            Subject::Output => Some((tensors.len() - 1, None)),
        }
    }

    /// Notes a placement of a tensor on an axis.
    fn place(
        &mut self,
        annotation: &Annotation,
        axis: AxisId,
        (tensor, label): (&Subscript, Option<&Label>),
        layout: &mut Layout,
    ) {
        let name = &annotation.axis;
        match layout.on(axis) {
            Placement::Varying(other) => {
                let what = match label {
                    Some(label) if label == other => format!("`{label}` is sharded over `{name}` twice"),
                    Some(label) => format!("`{label}` and `{other}` of one tensor are both sharded over `{name}`"),
                    None => format!("a tensor whose `{other}` is sharded over `{name}` is partial over it"),
                };
                return self.mark(&annotation.mark, &what, Some(ONE_USE));
            }
            Placement::Partial => {
                let what = format!("a tensor that is partial over `{name}` has an axis of the mesh for more than that");
                return self.mark(&annotation.mark, &what, Some(ONE_USE));
            }
            Placement::Replicate => {}
        }
        let Some(label) = label else {
            *layout = layout.with(axis, Placement::Partial);
            return;
        };
        if layout.axis_of(label).is_some() {
            let what = format!("`{label}` is sharded over two axes of the mesh");
            return self.mark(&annotation.mark, &what, Some("make a mesh whose axis has the processes of both"));
        }
        if tensor.0.iter().filter(|other| *other == label).count() > 1 {
            let what = format!("`{label}`, which is on two axes of one tensor, is sharded");
            return self.mark(
                &annotation.mark,
                &what,
                Some("the diagonal is taken of a tensor that is whole: leave the axis of the mesh out"),
            );
        }
        *layout = layout.with(axis, Placement::Varying(label.clone()));
    }

    /// A product of two sums is no sum of products; and an output is partial over an axis only if something is summed there.
    fn partial(&mut self, sharded: &Sharded, einsum: &Einsum, sharding: &Sharding) {
        for (number, name) in sharding.axes.iter().enumerate() {
            let axis = AxisId(number);
            let is_partial = |layout: &Layout| *layout.on(axis) == Placement::Partial;
            let annotations = sharded.annotations.iter().filter(|annotation| annotation.axis == *name);
            let partial: Vec<&Annotation> =
                annotations.filter(|annotation| !matches!(annotation.subject, Subject::Label(_))).collect();
            let operands = sharding.operands.iter().filter(|layout| is_partial(layout)).count();
            if let (true, Some(second)) = (operands > 1, partial.get(1)) {
                let what =
                    format!("two operands are partial over `{name}`, and a product of sums is no sum of products");
                let help = format!("`reshard` one of them first, so that it is not partial over `{name}`");
                self.mark(&second.mark, &what, Some(&help));
            }
            let summed = |layout: &Layout| match layout.on(axis) {
                Placement::Varying(label) => !einsum.output.has(label),
                placement => *placement == Placement::Partial,
            };
            if is_partial(&sharding.output)
                && !sharding.operands.iter().any(summed)
                && let Some(last) = partial.last()
            {
                let what = format!("nothing is summed over `{name}`, so that the output cannot be partial over it");
                self.mark(
                    &last.mark,
                    &what,
                    Some(&format!("leave `//{name}` out: every process has all of the output")),
                );
            }
        }
    }

    fn mark(&mut self, mark: &Mark, what: &str, help: Option<&str>) {
        let literal = self.literal.map_or(("", Span::call_site()), |literal| (literal.written.as_str(), literal.span));
        self.errors.mark(literal, mark, what, help);
    }
}
