//! Texts of placements and of programs.

use std::fmt::{self, Write};

use super::{
    types::{
        Halo, Layout, Local, Move, Placement, Pull, ShardedAxis, ShardedBackward, ShardedId, ShardedProgram,
        ShardedStep, ShardedValue, Window,
    },
    words::MoveKind,
};
use crate::{
    few::List,
    ir::formula::Outside,
    notation::{Group, ordered},
};

/// `b/dp i k //tp`: the labels of a tensor with the axes that they are sharded on, and those that it is partial over.
#[must_use]
pub(crate) fn sharded(value: &ShardedValue, axes: &[String]) -> String {
    let label = |label: &crate::ir::Label| match value.layout.axis_of(label) {
        Some(axis) => format!("{label}/{}", axes[axis.0]),
        None => label.to_string(),
    };
    let axis = |axis: &ShardedAxis<'_>| match axis {
        ShardedAxis::Label(one) => label(one),
        ShardedAxis::Window(window, labels) => form(window, &labels.mapped(label)),
    };
    let mut words: Vec<String> = value.axes().mapped(axis);
    words.extend(value.layout.axes(&Placement::Partial).map(|axis| format!("//{}", axes[axis.0])));
    words.join(" ")
}

impl Window {
    /// `2*i+p-1`, of the texts of its labels.
    #[must_use]
    pub fn terms(&self, labels: &[String]) -> String {
        let term = |(factor, label): (&usize, &String)| match factor {
            1 => label.clone(),
            factor => format!("{factor}*{label}"),
        };
        let terms: Vec<String> = self.factors.iter().zip(labels).map(term).collect();
        let terms = terms.join("+");
        match self.constant {
            0 => terms,
            constant => format!("{terms}{constant:+}"),
        }
    }
}

/// `zero(2*i/sp+p-1)`; in brackets what a process has of an axis, its halo with it.
fn form(window: &Window, labels: &[String]) -> String {
    let form = window.terms(labels);
    match window.outside {
        _ if window.is_own => format!("[{form}]"),
        Outside::Error => form,
        Outside::Zero => format!("zero({form})"),
        Outside::Wrap => format!("wrap({form})"),
        Outside::Clamp => format!("clamp({form})"),
    }
}

impl ShardedValue {
    /// `bc(i+p)`: the axes of a part, for displays.
    #[must_use]
    pub fn part(&self) -> String {
        let axis = |axis: &ShardedAxis<'_>| match axis {
            ShardedAxis::Label(label) => label.to_string(),
            ShardedAxis::Window(window, labels) => {
                let text = form(window, &labels.mapped(ToString::to_string));
                if text.ends_with([')', ']']) { text } else { format!("({text})") }
            }
        };
        if self.windows.is_empty() { self.subscript.to_string() } else { self.axes().iter().map(axis).collect() }
    }
}

impl Local {
    /// `ik,kj->ij`: the einsum of the parts.
    #[must_use]
    pub fn subscripts(&self, values: &[ShardedValue]) -> String {
        let text = |id: ShardedId| values[id.0].part();
        let operands: Vec<String> = self.operands.mapped(|id| text(*id));
        format!("{}->{}", ordered(Group::outermost(&self.order), &operands), text(self.result))
    }
}

impl Halo {
    /// `halo over sp: b i/sp+p -> b [i/sp+p]`
    fn text(&self, values: &[ShardedValue], axes: &[String]) -> String {
        let [from, to] = [self.from, self.to].map(|id| sharded(&values[id.0], axes));
        format!("halo over {}: {from} -> {to}", axes[self.axis.0])
    }
}

impl Move {
    /// `all-reduce over tp: i j //tp -> i j`
    fn text(&self, values: &[ShardedValue], axes: &[String]) -> String {
        let kind = MoveKind::of_move(values, self);
        let [from, to] = [self.from, self.to].map(|id| sharded(&values[id.0], axes));
        format!("{} over {}: {from} -> {to}", kind.name(), axes[self.axis.0])
    }
}

impl ShardedProgram {
    /// `i/tp k, k j -> i/tp j`: how the operands and the result lie.
    #[must_use]
    pub fn subscripts(&self) -> String {
        let text = |value: &ShardedValue| sharded(value, &self.axes);
        let operands: Vec<String> = self.values[..self.operands].mapped(text);
        format!("{} -> {}", operands.join(", "), text(self.value(self.result())))
    }
}

/// A line for each step.
impl fmt::Display for ShardedProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            let reads: Vec<String> = step.reads().mapped(|id| format!("v{}", id.0));
            let text = match step {
                ShardedStep::Local(local) => {
                    let result = sharded(self.value(local.result), &self.axes);
                    format!("{} -> {result}", local.subscripts(&self.values))
                }
                ShardedStep::Move(moved) => moved.text(&self.values, &self.axes),
                ShardedStep::Halo(halo) => halo.text(&self.values, &self.axes),
            };
            writeln!(f, "v{} = {}: {text}", step.defines().0, reads.join(", "))?;
        }
        Ok(())
    }
}

/// A line for each step.
impl fmt::Display for ShardedBackward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            match step {
                Pull::Local { step, cotangent, operands } => {
                    let mut text = String::new();
                    for (operand, id) in operands {
                        let value = sharded(&self.values[id.0], &self.axes);
                        write!(text, " c{} = operand {operand} ({value});", id.0)?;
                    }
                    writeln!(f, "pull step {step} of c{}:{text}", cotangent.0)?;
                }
                Pull::Halo(halo) => {
                    writeln!(f, "c{} = c{}: {}", halo.to.0, halo.from.0, halo.text(&self.values, &self.axes))?;
                }
                Pull::Move(moved) => {
                    writeln!(f, "c{} = c{}: {}", moved.to.0, moved.from.0, moved.text(&self.values, &self.axes))?;
                }
            }
        }
        self.gradients.iter().try_for_each(|(operand, id)| writeln!(f, "gradient {operand} = c{}", id.0))
    }
}

/// `[tp=i, dp=+, -]`: of the axes by their numbers.
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let placement = |placement: &Placement| match placement {
            Placement::Replicate => "-".to_owned(),
            Placement::Varying(label) => label.to_string(),
            Placement::Partial => "+".to_owned(),
        };
        write!(f, "[{}]", self.0.mapped(placement).join(" "))
    }
}
