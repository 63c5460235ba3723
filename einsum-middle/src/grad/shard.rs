//! The gradients of a sharded program: its steps in reverse, each pulled back.
//!
//! One rule says how the cotangent of an operand of a local step lies on an axis. What is split stays split; of a sum of parts the cotangent is
//! whole; and of what every process has, the processes together have the cotangent in parts, if they did different things with it.
//! Then it is moved to where it shall lie, by the moves of the forward: a gather is pulled back to a reduce-scatter, a split to a gather.

use crate::ir::shard::{
    AxisId, Halo, Layout, Local, Move, Placement, Pull, ShardedBackward, ShardedId, ShardedProgram, ShardedStep,
    ShardedValue, route,
};

/// Differentiates a program with respect to these operands.
#[must_use]
pub fn sharded(program: &ShardedProgram, wrt: &[usize]) -> ShardedBackward {
    let result = program.value(program.result());
    let cotangent = ShardedValue::new(result.subscript.clone(), result.layout.of_cotangent());
    let mut backward = Differentiator {
        program,
        wrt,
        cotangents: vec![None; program.values.len()],
        values: vec![cotangent],
        steps: Vec::new(),
    };
    backward.cotangents[program.result().0] = Some(ShardedId(0));
    program.steps.iter().enumerate().rev().for_each(|(number, step)| backward.pull(number, step));
    let gradients = wrt.iter().filter_map(|operand| Some((*operand, backward.cotangents[*operand]?))).collect();
    let Differentiator { values, steps, .. } = backward;
    let backward = ShardedBackward { axes: program.axes.clone(), values, steps, gradients };
    debug_assert_eq!(backward.verify(), Ok(()), "gradients of shards:\n{program}\n{backward}");
    backward
}

struct Differentiator<'a> {
    program: &'a ShardedProgram,
    wrt: &'a [usize],
    /// Of the values of the program.
    cotangents: Vec<Option<ShardedId>>,
    values: Vec<ShardedValue>,
    steps: Vec<Pull>,
}

impl Differentiator<'_> {
    fn pull(&mut self, number: usize, step: &ShardedStep) {
        let Some(cotangent) = self.cotangents[step.defines().0] else { return };
        match step {
            ShardedStep::Local(local) => self.local(number, local, cotangent),
            // What was moved, lay as the value before it, and so shall its cotangent.
            ShardedStep::Move(moved) => {
                let layout = self.program.value(moved.from).layout.of_cotangent();
                self.cotangents[moved.from.0] = Some(self.moved(cotangent, &layout));
            }
            ShardedStep::Halo(halo) => self.halo(halo, cotangent),
        }
    }

    /// What was read by some processes, on these and on others, is added up where it was; of an axis that all have, each has a part of the sum.
    fn halo(&mut self, halo: &Halo, cotangent: ShardedId) {
        let from = self.program.value(halo.from);
        let layout = match from.layout.on(halo.axis) {
            Placement::Varying(_) => self.values[cotangent.0].layout.clone(),
            _ => self.values[cotangent.0].layout.with(halo.axis, Placement::Partial),
        };
        let mut windows = self.values[cotangent.0].windows.clone();
        windows[halo.window].is_own = false;
        let to = self.value(ShardedValue { subscript: from.subscript.clone(), layout, windows });
        self.steps.push(Pull::Halo(Halo { from: cotangent, to, ..*halo }));
        self.cotangents[halo.from.0] = Some(self.home(to, halo.from));
    }

    /// Moves the cotangent of a value to where it shall lie, unless it has a halo: it is smaller without.
    fn home(&mut self, cotangent: ShardedId, value: ShardedId) -> ShardedId {
        let has_halo = self.program.value(value).windows.iter().any(|window| window.is_own);
        if has_halo {
            return cotangent;
        }
        let layout = self.wanted(value);
        self.moved(cotangent, &layout)
    }

    fn local(&mut self, step: usize, local: &Local, cotangent: ShardedId) {
        let wanted = local.operands.iter().enumerate().filter(|(_, operand)| self.is_wanted(**operand));
        let mut operands = Vec::new();
        for (number, operand) in wanted.collect::<Vec<_>>() {
            let value = self.program.value(*operand);
            let layout = cotangent_layout(self.program, local, &value.layout);
            operands.push((number, self.value(ShardedValue { layout, ..value.clone() })));
        }
        self.steps.push(Pull::Local { step, cotangent, operands: operands.clone() });
        for (number, cotangent) in operands {
            let operand = local.operands[number];
            self.cotangents[operand.0] = Some(self.home(cotangent, operand));
        }
    }

    /// Whether an operand that gradients are asked of is in it.
    fn is_wanted(&self, ShardedId(id): ShardedId) -> bool {
        if id < self.program.operands {
            return self.wrt.contains(&id);
        }
        let step = self.program.steps.iter().find(|step| step.defines() == ShardedId(id)).expect("values are defined");
        step.reads().into_iter().any(|read| self.is_wanted(read))
    }

    /// How the cotangent of a value shall lie: as that of what it was moved from, so that nothing is sent twice.
    fn wanted(&self, id: ShardedId) -> Layout {
        let moved = self.program.steps.iter().find_map(|step| match step {
            ShardedStep::Move(moved) if moved.to == id => Some(moved.from),
            _ => None,
        });
        moved.map_or_else(|| self.program.value(id).layout.of_cotangent(), |from| self.wanted(from))
    }

    fn moved(&mut self, cotangent: ShardedId, layout: &Layout) -> ShardedId {
        let ShardedValue { subscript, layout: from, windows } = self.values[cotangent.0].clone();
        let route = route(&from, layout).expect("no cotangent shall be a sum of parts");
        route.into_iter().fold(cotangent, |from, (axis, layout)| {
            let to = self.value(ShardedValue { subscript: subscript.clone(), layout, windows: windows.clone() });
            self.steps.push(Pull::Move(Move { axis, from, to }));
            to
        })
    }

    fn value(&mut self, value: ShardedValue) -> ShardedId {
        self.values.push(value);
        ShardedId(self.values.len() - 1)
    }
}

/// How the cotangent of an operand lies, as a local step is pulled back.
fn cotangent_layout(program: &ShardedProgram, local: &Local, operand: &Layout) -> Layout {
    let all = || local.operands.iter().chain([&local.result]).map(|id| &program.value(*id).layout);
    let placement = |axis: AxisId| match operand.on(axis) {
        Placement::Varying(label) => Placement::Varying(label.clone()),
        Placement::Partial => Placement::Replicate,
        Placement::Replicate if all().all(|layout| *layout.on(axis) == Placement::Replicate) => Placement::Replicate,
        Placement::Replicate => Placement::Partial,
    };
    Layout((0..operand.0.len()).map(AxisId).map(placement).collect())
}
