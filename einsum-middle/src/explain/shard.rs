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
    formula::Outside,
    shard::{
        AxisId, Halo, HaloExtents, Move, MoveKind, Placement, Pull, ShardExtents, ShardedAxis, ShardedBackward,
        ShardedId, ShardedProgram, ShardedStep, ShardedValue, Window, sharded,
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
    let has_windows = program.values.iter().any(|value| !value.windows.is_empty());
    let processes = explained.processes().filter(|_| !has_windows);
    if let Some(bound) = processes.and_then(|processes| Bound::new(einsum, processes)) {
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
        let mut section = Section::new();
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
                format!("|{}|", window.terms(&labels.iter().map(text).collect::<Vec<_>>()))
            }
        };
        match value.mesh_axis(axis).filter(|other| Some(*other) != but) {
            Some(other) => format!("{text}/{}", self.axes[other.0]),
            None => text,
        }
    }

    /// The words that are sent so that each process has what its indices read, or sent back of it: at most, as the first and the last have less to do, and
    /// not all blocks are as long as the longest.
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
        let own = format!("halo({})", window.terms(&labels.iter().map(texts).collect::<Vec<_>>()));
        let axes = with.axes();
        let is_other = |other: &&ShardedAxis<'_>| !matches!(other, ShardedAxis::Window(other, _) if *other == window);
        let others = || axes.iter().filter(is_other);
        let texts = others().map(|other| self.extent_text(with, other, None));
        let formula = [own].into_iter().chain(texts).collect::<Vec<_>>().join(" * ");
        let indices = self
            .halo_extents(with, window, labels)
            .map(|extents| if is_adjoint { extents.returned() } else { extents.sent() });
        #[expect(clippy::cast_precision_loss, reason = "words are shown")]
        let words = indices.and_then(|indices| {
            others()
                .map(|other| self.part_extent(with, other))
                .product::<Option<f64>>()
                .map(|others| others * indices as f64)
        });
        section.lines.push(format!("{line}: {}", words_text(&formula, words)));
        section.formulas.push(formula);
        section.words = section.words.zip(words).map(|(sum, words)| sum + words);
    }

    /// The numbers of a window along which a label is sharded, if they are known.
    fn halo_extents(&self, value: &ShardedValue, window: &Window, labels: &[Label]) -> Option<HaloExtents> {
        let place = labels.iter().position(|label| value.layout.axis_of(label).is_some())?;
        let factors = window
            .factors
            .iter()
            .zip(labels)
            .map(|(factor, label)| Some((*factor as u64, self.einsum.known_extent(label)?)));
        let mut others = factors.collect::<Option<Vec<_>>>()?;
        let sharded = others.remove(place);
        let processes = self.processes_of(value.layout.axis_of(&labels[place])?)?;
        let extent = self.window_extent(window, labels)?;
        // (Also what is outside is counted.)
        let add = |sum: u64, (factor, extent): &(u64, u64)| sum.checked_add(factor.checked_mul(*extent)?);
        others.iter().chain([&sharded]).try_fold(window.constant.unsigned_abs(), add)?;
        let (constant, outside) = (window.constant, window.outside);
        Some(HaloExtents { processes, extent, constant, sharded, others, outside })
    }

    /// How long an axis is that is read at a form: no longer than it must be; and where it is read outside, as long as what is computed of it.
    fn window_extent(&self, window: &Window, labels: &[Label]) -> Option<u64> {
        let extents: Option<Vec<u64>> = labels.iter().map(|label| self.einsum.known_extent(label)).collect();
        let terms = || window.factors.iter().map(|factor| *factor as u64).zip(extents.clone().unwrap_or_default());
        extents.as_ref()?;
        if window.outside == Outside::Error {
            if terms().any(|(_, extent)| extent == 0) {
                return Some(0);
            }
            let mut reaches = terms().map(|(factor, extent)| factor.checked_mul(extent - 1));
            let reach = reaches.try_fold(0_u64, |sum, reach| sum.checked_add(reach?))?;
            return reach.checked_add_signed(window.constant)?.checked_add(1);
        }
        terms().try_fold(0, |longest: u64, (factor, extent)| Some(longest.max(factor.checked_mul(extent)?)))
    }

    /// How long an axis is on a process, at most.
    #[expect(clippy::cast_precision_loss, reason = "words are shown")]
    fn part_extent(&self, value: &ShardedValue, axis: &ShardedAxis<'_>) -> Option<f64> {
        let whole = match axis {
            ShardedAxis::Window(window, labels) if window.is_own => {
                return Some(self.halo_extents(value, window, labels)?.longest() as f64);
            }
            axis => self.whole_extent(axis)?,
        };
        match value.mesh_axis(axis) {
            Some(axis) => Some((whole / self.size(axis)?).ceil()),
            None => Some(whole),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "words are shown")]
    fn whole_extent(&self, axis: &ShardedAxis<'_>) -> Option<f64> {
        match axis {
            ShardedAxis::Label(label) => self.einsum.known_extent(label).map(|extent| extent as f64),
            ShardedAxis::Window(window, labels) => self.window_extent(window, labels).map(|extent| extent as f64),
        }
    }

    /// How many words that are, if all extents and numbers of processes are known, and divide each other.
    fn words(&self, value: &ShardedValue, axis: AxisId, kind: &MoveKind) -> Option<f64> {
        let whole = value.axes().iter().map(|axis| self.whole_extent(axis)).product::<Option<f64>>()?;
        let concerned = |id: usize| id == axis.0 || matches!(value.layout.on(AxisId(id)), Placement::Varying(_));
        if (0..self.axes.len()).any(|id| concerned(id) && self.size(AxisId(id)).is_none()) {
            return None;
        }
        let extents = ShardExtents { label: &|_| 1.0, axis: &|axis| self.size(axis).unwrap_or(1.0) };
        Some(whole * extents.words(&value.subscript.0, (&value.layout, axis), kind))
    }

    #[expect(clippy::cast_precision_loss, reason = "there are few processes")]
    fn size(&self, axis: AxisId) -> Option<f64> {
        self.processes_of(axis).map(|processes| processes as f64)
    }

    fn processes_of(&self, axis: AxisId) -> Option<u64> {
        self.mesh.iter().find(|(name, _)| *name == self.axes[axis.0]).map(|(_, size)| *size as u64)
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
