//! Sharded einsums explained: the steps, and the words that are sent, as text:
//!
//! ```text
//! b/dp i k, j/tp k -> b/dp i j/tp
//!
//! forward
//!   bik,jk->bij: x, w -> b/dp i j/tp
//!   sent: nothing
//!
//! backward
//!   bij,jk->bik: dy, w -> dx = b/dp i k //tp
//!   all-reduce of dx over tp -> b/dp i k: 2 (tp-1)/tp * b/dp * i * k words
//!   ..
//! ```

mod bound;
mod words;

use std::fmt::Write;

use self::{
    bound::Bound,
    words::{Counter, Words},
};
use crate::{
    few::List,
    ir::{
        Einsum, Label,
        shard::{
            AxisId, Halo, Move, MoveKind, Placement, Pull, ShardedAxis, ShardedBackward, ShardedId, ShardedProgram,
            ShardedStep, ShardedValue, sharded,
        },
    },
};

/// The text; `mesh` has the numbers of processes of axes, where they are known.
#[must_use]
pub fn text(
    written: &str,
    einsum: &Einsum,
    (program, backward): (&ShardedProgram, &ShardedBackward),
    mesh: &[(String, usize)],
) -> String {
    let counter = Counter::new(einsum, &program.axes, mesh);
    let explained = Explained { einsum, axes: &program.axes, counter };
    let forward = explained.forward(program);
    let backward = explained.backward(program, backward);
    let mut text = format!("{written}\n\nforward\n{}\nbackward\n{}", forward.text(), backward.text());
    let has_windows = program.values.iter().any(|value| !value.windows.is_empty());
    let processes = explained.counter.processes().filter(|_| !has_windows);
    if let Some(bound) = processes.and_then(|processes| Bound::new(einsum, processes)) {
        let _ = write!(text, "\n{bound}\n");
    }
    text
}

struct Explained<'a> {
    einsum: &'a Einsum,
    axes: &'a [String],
    counter: Counter<'a>,
}

/// The lines of a section, and the words that are sent.
struct Section {
    lines: Vec<String>,
    formulas: Vec<String>,
    /// The words of each process, if they are known.
    words: Option<Words>,
}

impl Explained<'_> {
    fn forward(&self, program: &ShardedProgram) -> Section {
        let names = self.names();
        let name = |id: ShardedId| program.name(id, &names);
        let mut section = Section::new(&self.counter);
        for step in &program.steps {
            match step {
                ShardedStep::Local(local) => {
                    let operands: Vec<String> = local.operands.mapped(|id| name(*id));
                    let result = sharded(program.value(local.result), self.axes);
                    let subscripts = local.subscripts(&program.values);
                    section.lines.push(format!(
                        "{subscripts}: {} -> {} = {result}",
                        operands.join(", "),
                        name(local.result)
                    ));
                }
                ShardedStep::Move(moved) => self.moved(&mut section, &program.values, moved, &name),
                ShardedStep::Halo(halo) => self.halo(&mut section, (&program.values, false), halo, &name),
            }
        }
        section
    }

    fn backward(&self, program: &ShardedProgram, backward: &ShardedBackward) -> Section {
        let names = self.names();
        let cotangent = |id: ShardedId| match backward.gradients.iter().find(|(_, gradient)| *gradient == id) {
            Some((operand, _)) => format!("d{}", names[*operand]),
            None if id.0 == 0 => self.einsum.cotangent_name(),
            None => format!("c{}", id.0),
        };
        let mut section = Section::new(&self.counter);
        for step in &backward.steps {
            match step {
                Pull::Move(moved) => self.moved(&mut section, &backward.values, moved, &cotangent),
                Pull::Halo(halo) => self.halo(&mut section, (&backward.values, true), halo, &cotangent),
                Pull::Local { step, cotangent: of, operands } => {
                    let ShardedStep::Local(local) = &program.steps[*step] else { continue };
                    for (number, id) in operands {
                        let others = local.operands.iter().enumerate().filter(|(other, _)| other != number);
                        let others: Vec<ShardedId> = others.map(|(_, id)| *id).collect();
                        let subscripts = others.iter().map(|id| program.value(*id).part());
                        let factors = [backward.values[of.0].part()].into_iter().chain(subscripts);
                        let names = others.iter().map(|id| program.name(*id, &names));
                        let read = [cotangent(*of)].into_iter().chain(names);
                        let value = &backward.values[id.0];
                        section.lines.push(format!(
                            "{}->{}: {} -> {} = {}",
                            factors.collect::<Vec<_>>().join(","),
                            value.part(),
                            read.collect::<Vec<_>>().join(", "),
                            cotangent(*id),
                            sharded(value, self.axes)
                        ));
                    }
                }
            }
        }
        section
    }

    fn names(&self) -> Vec<String> {
        self.einsum.operands.mapped(|operand| operand.name.clone())
    }

    fn moved(&self, section: &mut Section, values: &[ShardedValue], moved: &Move, name: &dyn Fn(ShardedId) -> String) {
        let kind = MoveKind::of_move(values, moved);
        let value = &values[moved.from.0];
        let axis = &self.axes[moved.axis.0];
        let formula = self.formula(value, moved.axis, &kind);
        let words = self.counter.moved(value, moved.axis, &kind);
        let of = format!("{} of {} over {axis}", kind.name(), name(moved.from));
        let to = format!("{} = {}", name(moved.to), sharded(&values[moved.to.0], self.axes));
        match formula {
            Some(formula) => section.sent(&format!("{of} -> {to}"), formula, words),
            None => section.lines.push(format!("{of} -> {to}")),
        }
    }

    /// `2 (tp-1)/tp * b/dp * i * k`: what each process sends; nothing is sent for a split.
    fn formula(&self, value: &ShardedValue, axis: AxisId, kind: &MoveKind) -> Option<String> {
        let name = &self.axes[axis.0];
        let share = match kind {
            MoveKind::Split(_) => return None,
            MoveKind::AllGather(_) | MoveKind::ReduceScatter(_) => format!("({name}-1)/{name}"),
            MoveKind::AllToAll(..) => format!("({name}-1)/{name}^2"),
            MoveKind::AllReduce => format!("2 ({name}-1)/{name}"),
        };
        let axes = value.axes();
        let extents = axes.iter().map(|of| self.extent_text(value, of, Some(axis)));
        Some([share].into_iter().chain(extents).collect::<Vec<_>>().join(" * "))
    }

    /// `b/dp`, `|2*i+p|/sp`, and with its halo `|2*i/sp+p|`: how long an axis is on a process, but for one axis of the mesh.
    fn extent_text(&self, value: &ShardedValue, axis: &ShardedAxis<'_>, but: Option<AxisId>) -> String {
        let text = match axis {
            ShardedAxis::Label(label) => label.to_string(),
            ShardedAxis::Window(window, labels) => {
                let of = |label: &Label| value.layout.axis_of(label).filter(|of| window.is_own && Some(*of) != but);
                let text = |label: &Label| {
                    of(label).map_or_else(|| label.to_string(), |of| format!("{label}/{}", self.axes[of.0]))
                };
                format!("|{}|", window.terms(&labels.mapped(text)))
            }
        };
        match value.mesh_axis(axis).filter(|other| Some(*other) != but) {
            Some(other) => format!("{text}/{}", self.axes[other.0]),
            None => text,
        }
    }

    /// The words that are sent so that each process has what its indices read, or sent back of it.
    fn halo(
        &self,
        section: &mut Section,
        (values, is_adjoint): (&[ShardedValue], bool),
        halo: &Halo,
        name: &dyn Fn(ShardedId) -> String,
    ) {
        let axis = &self.axes[halo.axis.0];
        let (with, without) = if is_adjoint { (halo.from, halo.to) } else { (halo.to, halo.from) };
        let (with, without) = (&values[with.0], &values[without.0]);
        let what = if is_adjoint { "halo back" } else { "halo" };
        let to = format!("{} = {}", name(halo.to), sharded(&values[halo.to.0], self.axes));
        let line = format!("{what} of {} over {axis} -> {to}", name(halo.from));
        if !matches!(without.layout.on(halo.axis), Placement::Varying(_)) {
            section.lines.push(line);
            return;
        }
        let (window, labels) = (&with.windows[halo.window], &with.subscript.0[with.windows[halo.window].positions()]);
        let texts = |label: &Label| match with.layout.axis_of(label) {
            Some(axis) => format!("{label}/{}", self.axes[axis.0]),
            None => label.to_string(),
        };
        let own = format!("halo({})", window.terms(&labels.mapped(texts)));
        let axes = with.axes();
        let is_other = |other: &&ShardedAxis<'_>| !matches!(other, ShardedAxis::Window(other, _) if *other == window);
        let others = || axes.iter().filter(is_other);
        let texts = others().map(|other| self.extent_text(with, other, None));
        let formula = [own].into_iter().chain(texts).collect::<Vec<_>>().join(" * ");
        let words = self.counter.halo(with, halo.window, is_adjoint);
        section.sent(&line, formula, words);
    }
}

impl Section {
    fn new(counter: &Counter<'_>) -> Self {
        Self { lines: Vec::new(), formulas: Vec::new(), words: counter.nothing() }
    }

    /// A step that sends.
    fn sent(&mut self, line: &str, formula: String, words: Option<Words>) {
        self.lines.push(format!("{line}: {}", words_text(&formula, words.as_ref())));
        self.formulas.push(formula);
        self.words = self.words.take().zip(words).and_then(|(sum, words)| sum.plus(&words));
    }

    fn text(&self) -> String {
        let lines: String = self.lines.iter().flat_map(|line| ["  ", line, "\n"]).collect();
        let sent = match self.formulas.as_slice() {
            [] => "nothing".to_owned(),
            formulas => words_text(&formulas.join(" + "), self.words.as_ref()),
        };
        format!("{lines}  each process sends: {sent}\n")
    }
}

/// A formula, and how many words that is: of the process that sends the most, where they are not as many.
fn words_text(formula: &str, words: Option<&Words>) -> String {
    match words.map(Words::most) {
        None => format!("{formula} words"),
        Some((words, true)) => format!("{formula} = {words} words"),
        Some((words, false)) => format!("{formula} <= {words} words"),
    }
}
