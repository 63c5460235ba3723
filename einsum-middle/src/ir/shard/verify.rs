//! The invariants of programs of shards.

use super::{
    types::{
        AxisId, Halo, Local, Move, Placement, Pull, ShardedBackward, ShardedId, ShardedProgram, ShardedStep,
        ShardedValue, Window,
    },
    words::MoveKind,
};
use crate::few::List;

impl ShardedProgram {
    /// Checks that every value is defined before it is read, and read once; that labels are on their tensors, and on one axis each; that
    /// a move changes one axis, to what it can be; and that the parts of an einsum are those that its result lies as.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        self.values.iter().try_for_each(verify_value)?;
        let mut reads = vec![0; self.values.len()];
        for (defined, step) in (self.operands..).zip(&self.steps) {
            for ShardedId(read) in step.reads() {
                if read >= defined {
                    return Err(format!("v{read} is read before it is there"));
                }
                reads[read] += 1;
            }
            if step.defines() != ShardedId(defined) {
                return Err(format!("v{} is defined where v{defined} is next", step.defines().0));
            }
            match step {
                ShardedStep::Local(local) => verify_local(&self.values, local)?,
                ShardedStep::Move(moved) => verify_move(&self.values, moved)?,
                ShardedStep::Halo(halo) => verify_halo(&self.values, halo, halo.to)?,
            }
        }
        let result = self.result().0;
        match reads.iter().enumerate().find(|(value, reads)| **reads != usize::from(*value != result)) {
            Some((value, reads)) => Err(format!("v{value} is read {reads} times")),
            None => Ok(()),
        }
    }
}

impl ShardedBackward {
    /// Checks that moves change one axis, to what it can be, and that every gradient is there.
    ///
    /// # Errors
    /// A sentence that says what is wrong first.
    pub fn verify(&self) -> Result<(), String> {
        self.values.iter().try_for_each(verify_value)?;
        for step in &self.steps {
            match step {
                Pull::Move(moved) => verify_move(&self.values, moved)?,
                Pull::Halo(halo) => verify_halo(&self.values, halo, halo.from)?,
                Pull::Local { .. } => {}
            }
        }
        match self.gradients.iter().find(|(_, id)| id.0 >= self.values.len()) {
            Some((operand, _)) => Err(format!("the gradient of operand {operand} is not there")),
            None => Ok(()),
        }
    }
}

fn verify_value(value: &ShardedValue) -> Result<(), String> {
    for (axis, placement) in value.layout.0.iter().enumerate() {
        if let Placement::Varying(label) = placement {
            if !value.subscript.has(label) {
                return Err(format!("`{label}` is sharded on `{}`, which has it not", value.subscript));
            }
            if value.layout.axis_of(label) != Some(AxisId(axis)) {
                return Err(format!("`{label}` of `{}` is sharded twice", value.subscript));
            }
        }
    }
    Ok(())
}

fn verify_move(values: &[ShardedValue], Move { axis, from, to }: &Move) -> Result<(), String> {
    let [from, to] = [from, to].map(|id| &values[id.0]);
    if from.subscript != to.subscript || from.layout.with(*axis, to.layout.on(*axis).clone()) != to.layout {
        return Err(format!(
            "`{}` {} is moved to `{}` {} along one axis",
            from.subscript, from.layout, to.subscript, to.layout
        ));
    }
    match MoveKind::of(from.layout.on(*axis), to.layout.on(*axis)) {
        Some(_) => Ok(()),
        None => Err(format!("no move is from {} to {}", from.layout, to.layout)),
    }
}

/// The tensor with a halo is read at a form of which one label is sharded, and there is nothing else of that axis.
fn verify_halo(values: &[ShardedValue], halo: &Halo, with_halo: ShardedId) -> Result<(), String> {
    let value = &values[with_halo.0];
    let Some(window) = value.windows.get(halo.window) else { return Err("a halo of no window".to_owned()) };
    let labels = &value.subscript.0[window.positions()];
    let sharded: Vec<_> = labels.iter().filter_map(|label| value.layout.axis_of(label)).collect();
    if !window.is_own || sharded != [halo.axis] {
        return Err(format!("a halo over axis {} of `{}` {}", halo.axis.0, value.subscript, value.layout));
    }
    let (from, to) = (&values[halo.from.0], &values[halo.to.0]);
    let is_other = |one: &ShardedValue| one.windows.get(halo.window).is_none_or(|window| !window.is_own);
    if from.subscript != to.subscript || !is_other(if with_halo == halo.to { from } else { to }) {
        return Err(format!("a halo takes `{}` to `{}`", from.subscript, to.subscript));
    }
    Ok(())
}

/// On each axis one label at most is split, on all operands that have it; at most one operand is a sum, and then nothing is split.
fn verify_local(values: &[ShardedValue], local: &Local) -> Result<(), String> {
    let result = &values[local.result.0];
    for value in local.operands.iter().map(|id| &values[id.0]) {
        let lacks = |window: &Window| {
            let is_sharded = |label| value.layout.axis_of(label).is_some();
            !window.is_own && value.subscript.0[window.positions()].iter().any(is_sharded)
        };
        if value.windows.iter().any(lacks) {
            return Err(format!("`{}` is read without its halo", value.subscript));
        }
    }
    for axis in (0..result.layout.0.len()).map(AxisId) {
        let placements: Vec<&Placement> = local.operands.mapped(|id| values[id.0].layout.on(axis));
        let on_result = result.layout.on(axis);
        let wrong = |what: &str| Err(format!("{what} on axis {} of `{}`", axis.0, local.subscripts(values)));
        let split: Vec<_> = placements.iter().filter(|placement| matches!(placement, Placement::Varying(_))).collect();
        let sums = placements.iter().filter(|placement| ***placement == Placement::Partial).count();
        let expected = match (split.first(), sums) {
            (None, 0) => None,
            (None, 1) => Some(Placement::Partial),
            (Some(Placement::Varying(label)), 0) => {
                let lacks = |(id, placement): (&ShardedId, &&Placement)| {
                    values[id.0].subscript.has(label)
                        && !matches!(placement, Placement::Varying(other) if other == label)
                };
                if split.iter().any(|other| *other != split[0]) {
                    return wrong("two labels are split");
                }
                if local.operands.iter().zip(&placements).any(lacks) {
                    return wrong("an operand lacks the split");
                }
                let is_kept = result.subscript.has(label);
                Some(if is_kept { Placement::Varying(label.clone()) } else { Placement::Partial })
            }
            _ => return wrong("sums and splits"),
        };
        let is_new = matches!(on_result, Placement::Varying(label)
            if !local.operands.iter().any(|id| values[id.0].subscript.has(label)));
        let is_right =
            expected.as_ref().map_or(*on_result == Placement::Replicate || is_new, |expected| on_result == expected);
        if !is_right {
            return wrong("another result");
        }
    }
    Ok(())
}
