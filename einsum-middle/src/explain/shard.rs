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

use std::fmt::Write;

use self::bound::Bound;
use crate::ir::{
    Einsum, Label,
    shard::{
        AxisId, Move, MoveKind, Placement, Pull, ShardExtents, ShardedBackward, ShardedId, ShardedProgram, ShardedStep,
        ShardedValue, sharded,
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
    let explained = Explained { einsum, axes: &program.axes, mesh };
    let forward = explained.forward(program);
    let backward = explained.backward(program, backward);
    let mut text = format!("{written}\n\nforward\n{}\nbackward\n{}", forward.text(), backward.text());
    if let Some(bound) = explained.processes().and_then(|processes| Bound::new(einsum, processes)) {
        let _ = write!(text, "\n{bound}\n");
    }
    text
}

struct Explained<'a> {
    einsum: &'a Einsum,
    axes: &'a [String],
    mesh: &'a [(String, usize)],
}

/// The lines of a section, and the words that are sent.
#[derive(Default)]
struct Section {
    lines: Vec<String>,
    formulas: Vec<String>,
    /// All words, if they are known.
    words: Option<f64>,
}

impl Explained<'_> {
    fn forward(&self, program: &ShardedProgram) -> Section {
        let names = self.names();
        let name = |id: ShardedId| program.name(id, &names);
        let mut section = Section::new();
        for step in &program.steps {
            match step {
                ShardedStep::Local(local) => {
                    let operands: Vec<String> = local.operands.iter().map(|id| name(*id)).collect();
                    let result = sharded(program.value(local.result), self.axes);
                    let subscripts = local.subscripts(&program.values);
                    section.lines.push(format!(
                        "{subscripts}: {} -> {} = {result}",
                        operands.join(", "),
                        name(local.result)
                    ));
                }
                ShardedStep::Move(moved) => self.moved(&mut section, &program.values, moved, &name),
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
        let mut section = Section::new();
        for step in &backward.steps {
            match step {
                Pull::Move(moved) => self.moved(&mut section, &backward.values, moved, &cotangent),
                Pull::Local { step, cotangent: of, operands } => {
                    let ShardedStep::Local(local) = &program.steps[*step] else { continue };
                    for (number, id) in operands {
                        let others = local.operands.iter().enumerate().filter(|(other, _)| other != number);
                        let others: Vec<ShardedId> = others.map(|(_, id)| *id).collect();
                        let subscripts = others.iter().map(|id| program.value(*id).subscript.to_string());
                        let factors = [backward.values[of.0].subscript.to_string()].into_iter().chain(subscripts);
                        let names = others.iter().map(|id| program.name(*id, &names));
                        let read = [cotangent(*of)].into_iter().chain(names);
                        let value = &backward.values[id.0];
                        section.lines.push(format!(
                            "{}->{}: {} -> {} = {}",
                            factors.collect::<Vec<_>>().join(","),
                            value.subscript,
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
        self.einsum.operands.iter().map(|operand| operand.name.clone()).collect()
    }

    fn moved(&self, section: &mut Section, values: &[ShardedValue], moved: &Move, name: &dyn Fn(ShardedId) -> String) {
        let kind = MoveKind::of_move(values, moved);
        let value = &values[moved.from.0];
        let axis = &self.axes[moved.axis.0];
        let formula = self.formula(value, moved.axis, &kind);
        let words = self.words(value, moved.axis, &kind);
        let of = format!("{} of {} over {axis}", kind.name(), name(moved.from));
        let to = format!("{} = {}", name(moved.to), sharded(&values[moved.to.0], self.axes));
        let sent = formula.as_ref().map_or_else(String::new, |formula| format!(": {}", words_text(formula, words)));
        section.lines.push(format!("{of} -> {to}{sent}"));
        section.formulas.extend(formula);
        section.words = section.words.zip(words).map(|(sum, words)| sum + words);
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
        let label = |label: &Label| match value.layout.axis_of(label).filter(|other| *other != axis) {
            Some(other) => format!("{label}/{}", self.axes[other.0]),
            None => label.to_string(),
        };
        Some([share].into_iter().chain(value.subscript.0.iter().map(label)).collect::<Vec<_>>().join(" * "))
    }

    /// How many words that are, if all extents and numbers of processes are known, and divide each other.
    fn words(&self, value: &ShardedValue, axis: AxisId, kind: &MoveKind) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "words are shown")]
        let extent = |label: &Label| self.einsum.known_extent(label).map(|extent| extent as f64);
        if value.subscript.0.iter().any(|label| extent(label).is_none()) {
            return None;
        }
        let concerned = |id: usize| id == axis.0 || matches!(value.layout.on(AxisId(id)), Placement::Varying(_));
        if (0..self.axes.len()).any(|id| concerned(id) && self.size(AxisId(id)).is_none()) {
            return None;
        }
        let extents =
            ShardExtents { label: &|label| extent(label).unwrap_or(1.0), axis: &|axis| self.size(axis).unwrap_or(1.0) };
        Some(extents.words(&value.subscript.0, (&value.layout, axis), kind))
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few processes")]
    fn size(&self, axis: AxisId) -> Option<f64> {
        self.mesh.iter().find(|(name, _)| *name == self.axes[axis.0]).map(|(_, size)| *size as f64)
    }

    /// All processes of the mesh.
    fn processes(&self) -> Option<f64> {
        (0..self.axes.len()).map(|axis| self.size(AxisId(axis))).product()
    }
}

impl Section {
    fn new() -> Self {
        Self { words: Some(0.0), ..Self::default() }
    }

    fn text(&self) -> String {
        let lines: String = self.lines.iter().flat_map(|line| ["  ", line, "\n"]).collect();
        let sent = match self.formulas.as_slice() {
            [] => "nothing".to_owned(),
            formulas => words_text(&formulas.join(" + "), self.words),
        };
        format!("{lines}  each process sends: {sent}\n")
    }
}

fn words_text(formula: &str, words: Option<f64>) -> String {
    words.map_or_else(|| format!("{formula} words"), |words| format!("{formula} = {words} words"))
}
