//! Runs programs on simulated processes. A move is done by its meaning: the tensors of the processes of one axis are put together as one
//! placement says, and taken apart as the other says.

use einsum_codegen::ir::{
    Label, Subscript,
    shard::{AxisId, Layout, Local, Move, Placement, Pull, ShardedId, ShardedStep, ShardedValue},
};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use super::{
    Passes,
    tensor::{self, Tensor},
};

/// The processes of a mesh, the last axis the fastest, and the extents of labels.
pub(crate) struct Processes<'a> {
    pub(crate) passes: &'a Passes,
    pub(crate) mesh: Vec<usize>,
    pub(crate) extents: Vec<usize>,
}

/// A tensor, as each process has it.
type Parts = Vec<Tensor>;

impl Processes<'_> {
    /// Runs the forward and the backward, and compares both with the einsum of whole tensors: the words that each process sent in either.
    pub(crate) fn check(&self, rng: &mut ChaCha8Rng) -> [Vec<usize>; 2] {
        let mut sent = [vec![0; self.count()], vec![0; self.count()]];
        let Passes { einsum, sharding, program, backward } = self.passes;
        let subscripts: Vec<Vec<usize>> = einsum.operands.iter().map(|operand| ids(&operand.subscript)).collect();
        let whole: Vec<Tensor> = subscripts.iter().map(|labels| self.random(labels, rng)).collect();
        let output = ids(&einsum.output);
        let labelled: Vec<_> =
            whole.iter().zip(&subscripts).map(|(tensor, labels)| (tensor, labels.as_slice())).collect();
        let expected = tensor::einsum(&labelled, &output, &self.extents);

        let mut values: Vec<Parts> = Vec::new();
        for ((tensor, labels), layout) in labelled.iter().zip(&sharding.operands) {
            values.push(self.apart(tensor, labels, layout, rng));
        }
        for step in &program.steps {
            values.push(match step {
                ShardedStep::Local(local) => self.local(local, &values),
                ShardedStep::Move(moved) => {
                    let to = self.moved(moved, &program.values, &values[moved.from.0]);
                    self.send(&mut sent[0], moved, &program.values, (&values[moved.from.0], &to));
                    to
                }
                // (`einsum-mpi/tests/cases/halos.rs` runs these.)
                ShardedStep::Halo(_) => panic!("no operand is read at forms of labels here"),
            });
        }
        let result = values.last().unwrap();
        assert_eq!(self.together(result, &output, &sharding.output), expected, "{einsum}\n{program}");

        let cotangent = self.random(&output, rng);
        let mut cotangents: Vec<Option<Parts>> = vec![None; backward.values.len()];
        cotangents[0] = Some(self.apart(&cotangent, &output, &backward.values[0].layout, rng));
        for step in &backward.steps {
            match step {
                Pull::Halo(_) => panic!("no operand is read at forms of labels here"),
                Pull::Move(moved) => {
                    let from = cotangents[moved.from.0].take().unwrap();
                    let to = self.moved(moved, &backward.values, &from);
                    self.send(&mut sent[1], moved, &backward.values, (&from, &to));
                    cotangents[moved.to.0] = Some(to);
                }
                Pull::Local { step, cotangent, operands } => {
                    let ShardedStep::Local(local) = &program.steps[*step] else { panic!("no einsum") };
                    let cotangent = cotangents[cotangent.0].take().unwrap();
                    for (operand, id) in operands {
                        cotangents[id.0] = Some(self.pulled(local, &values, &cotangent, *operand));
                    }
                }
            }
        }
        for (operand, id) in &backward.gradients {
            let expected = gradient(&labelled, (&cotangent, &output), *operand, &self.extents);
            let layout = sharding.operands[*operand].of_cotangent();
            assert_eq!(backward.values[id.0].layout, layout, "{einsum}");
            let gradient = self.together(cotangents[id.0].as_ref().unwrap(), &subscripts[*operand], &layout);
            assert_eq!(gradient, expected, "gradient {operand} of {einsum}\n{program}\n{backward}");
        }
        sent
    }

    fn count(&self) -> usize {
        self.mesh.iter().product()
    }

    /// The coordinate of a process on an axis.
    fn coordinate(&self, process: usize, axis: AxisId) -> usize {
        process / self.mesh[axis.0 + 1..].iter().product::<usize>() % self.mesh[axis.0]
    }

    /// The processes that differ from this one on an axis alone, in order.
    fn line(&self, process: usize, axis: AxisId) -> Vec<usize> {
        let stride: usize = self.mesh[axis.0 + 1..].iter().product();
        let first = process - self.coordinate(process, axis) * stride;
        (0..self.mesh[axis.0]).map(|number| first + number * stride).collect()
    }

    /// The indices of an extent that are on a process: the first processes have one more.
    fn own(&self, extent: usize, process: usize, axis: AxisId) -> (usize, usize) {
        let (count, number) = (self.mesh[axis.0], self.coordinate(process, axis));
        let start = |number: usize| number * (extent / count) + number.min(extent % count);
        (start(number), start(number + 1))
    }

    fn random(&self, labels: &[usize], rng: &mut ChaCha8Rng) -> Tensor {
        let shape: Vec<usize> = labels.iter().map(|label| self.extents[*label]).collect();
        Tensor::new(&shape, |_| f64::from(rng.random_range(-4_i8..=4)))
    }

    /// A tensor as a layout says; of a sum all parts but one are arbitrary.
    fn apart(&self, whole: &Tensor, labels: &[usize], layout: &Layout, rng: &mut ChaCha8Rng) -> Parts {
        let mut parts = vec![whole.clone(); self.count()];
        for axis in (0..self.mesh.len()).map(AxisId) {
            if *layout.on(axis) == Placement::Partial {
                for first in (0..self.count()).filter(|process| self.coordinate(*process, axis) == 0) {
                    for other in self.line(first, axis).into_iter().skip(1) {
                        parts[other] = self.random(labels, rng);
                        parts[first] = parts[first].minus(&parts[other]);
                    }
                }
            }
        }
        self.equal_where_replicated(&mut parts, layout);
        let part = |(process, part): (usize, &Tensor)| self.part(part, labels, layout, process);
        parts.iter().enumerate().map(part).collect()
    }

    /// What was made arbitrary along one axis is made equal along those that have copies or slices.
    fn equal_where_replicated(&self, parts: &mut Parts, layout: &Layout) {
        for axis in (0..self.mesh.len()).map(AxisId).filter(|axis| *layout.on(*axis) != Placement::Partial) {
            for process in 0..self.count() {
                parts[process] = parts[self.line(process, axis)[0]].clone();
            }
        }
    }

    /// The slice of a tensor that a process has.
    fn part(&self, whole: &Tensor, labels: &[usize], layout: &Layout, process: usize) -> Tensor {
        let mut part = whole.clone();
        for axis in (0..self.mesh.len()).map(AxisId) {
            if let Placement::Varying(label) = layout.on(axis) {
                let position = labels.iter().position(|other| *other == label.id().0).unwrap();
                let (start, end) = self.own(self.extents[label.id().0], process, axis);
                part = part.slice(position, start, end);
            }
        }
        part
    }

    /// The whole tensor; what should be equal is.
    fn together(&self, parts: &Parts, labels: &[usize], layout: &Layout) -> Tensor {
        let mut parts = parts.clone();
        for axis in (0..self.mesh.len()).map(AxisId) {
            parts = (0..self.count())
                .map(|process| self.combined(&parts, (process, axis), labels, layout.on(axis)))
                .collect();
        }
        parts.swap_remove(0)
    }

    fn combined(
        &self,
        parts: &Parts,
        (process, axis): (usize, AxisId),
        labels: &[usize],
        placement: &Placement,
    ) -> Tensor {
        let line: Vec<Tensor> = self.line(process, axis).into_iter().map(|process| parts[process].clone()).collect();
        match placement {
            Placement::Replicate => {
                assert!(line.iter().all(|part| *part == line[0]), "copies differ");
                line[0].clone()
            }
            Placement::Varying(label) => {
                Tensor::joined(&line, labels.iter().position(|other| *other == label.id().0).unwrap())
            }
            Placement::Partial => line.iter().skip(1).fold(line[0].clone(), |sum, part| sum.plus(part)),
        }
    }

    fn moved(&self, moved: &Move, values: &[ShardedValue], parts: &Parts) -> Parts {
        let [from, to] = [moved.from, moved.to].map(|id| &values[id.0]);
        let labels = ids(&from.subscript);
        let process = |process: usize| {
            let whole = self.combined(parts, (process, moved.axis), &labels, from.layout.on(moved.axis));
            match to.layout.on(moved.axis) {
                Placement::Varying(label) => {
                    let position = labels.iter().position(|other| *other == label.id().0).unwrap();
                    let (start, end) = self.own(self.extents[label.id().0], process, moved.axis);
                    whole.slice(position, start, end)
                }
                Placement::Replicate => whole,
                Placement::Partial => panic!("nothing is moved to a sum"),
            }
        };
        (0..self.count()).map(process).collect()
    }

    /// Adds what each process sends in a move, as rings and pairs of processes send it.
    fn send(&self, sent: &mut [usize], moved: &Move, values: &[ShardedValue], (from, to): (&Parts, &Parts)) {
        let [before, after] = [moved.from, moved.to].map(|id| values[id.0].layout.on(moved.axis));
        for (process, sent) in sent.iter_mut().enumerate() {
            let line = self.line(process, moved.axis);
            let number = self.coordinate(process, moved.axis);
            let words = |parts: &Parts| line.iter().map(|other| parts[*other].elements.len()).collect::<Vec<_>>();
            let gathers = |parts: &[usize]| walk(parts, number);
            // The last part that a process has in its hands is its own, as a sum of all.
            let reduces = |parts: &[usize]| walk(parts, (number + line.len() - 1) % line.len());
            *sent += match (before, after) {
                (Placement::Replicate, Placement::Varying(_)) => 0,
                (Placement::Varying(_), Placement::Replicate) => gathers(&words(from)),
                (Placement::Partial, Placement::Varying(_)) => reduces(&words(to)),
                (Placement::Partial, Placement::Replicate) => {
                    let blocks: Vec<usize> = line
                        .iter()
                        .map(|other| self.own(from[process].elements.len(), *other, moved.axis))
                        .map(|(start, end)| end - start)
                        .collect();
                    reduces(&blocks) + gathers(&blocks)
                }
                (Placement::Varying(_), Placement::Varying(to)) => {
                    let position = values[moved.from.0].subscript.0.iter().position(|label| label == to).unwrap();
                    let others = line.iter().filter(|other| **other != process).map(|other| {
                        let (start, end) = self.own(self.extents[to.id().0], *other, moved.axis);
                        from[process].slice(position, start, end).elements.len()
                    });
                    others.sum()
                }
                _ => panic!("nothing is moved to a sum"),
            };
        }
    }

    /// The extents of labels in a local step, on a process.
    fn local_extents(&self, local: &Local, process: usize) -> Vec<usize> {
        let program = &self.passes.program;
        let ids = || local.operands.iter().chain([&local.result]);
        let mut extents: Vec<usize> = self.extents.iter().map(|_| 1).collect();
        for label in ids().flat_map(|id| &program.value(*id).subscript.0) {
            let axis = ids().find_map(|id| program.value(*id).layout.axis_of(label));
            let extent = self.extents[label.id().0];
            extents[label.id().0] = axis.map_or(extent, |axis| {
                let (start, end) = self.own(extent, process, axis);
                end - start
            });
        }
        extents
    }

    fn local(&self, local: &Local, values: &[Parts]) -> Parts {
        let output = self.labels(local.result);
        let process = |process: usize| {
            let operands = self.operands(local, values, process);
            let operands: Vec<_> = operands.iter().map(|(tensor, labels)| (*tensor, labels.as_slice())).collect();
            tensor::einsum(&operands, &output, &self.local_extents(local, process))
        };
        (0..self.count()).map(process).collect()
    }

    fn pulled(&self, local: &Local, values: &[Parts], cotangent: &Parts, operand: usize) -> Parts {
        let output = self.labels(local.result);
        let process = |process: usize| {
            let operands = self.operands(local, values, process);
            let operands: Vec<_> = operands.iter().map(|(tensor, labels)| (*tensor, labels.as_slice())).collect();
            gradient(&operands, (&cotangent[process], &output), operand, &self.local_extents(local, process))
        };
        (0..self.count()).map(process).collect()
    }

    fn operands<'a>(&self, local: &Local, values: &'a [Parts], process: usize) -> Vec<(&'a Tensor, Vec<usize>)> {
        local.operands.iter().map(|id| (&values[id.0][process], self.labels(*id))).collect()
    }

    fn labels(&self, id: ShardedId) -> Vec<usize> {
        ids(&self.passes.program.value(id).subscript)
    }
}

/// The words that a process sends in a ring: first the part of this number, and then each time the one that comes from the process before.
fn walk(parts: &[usize], first: usize) -> usize {
    let size = parts.len();
    (0..size - 1).map(|step| parts[(first + size - step) % size]).sum()
}

/// The derivative of an einsum by one operand: a loop over all indices of all labels.
fn gradient(
    operands: &[tensor::Labelled<'_>],
    cotangent: tensor::Labelled<'_>,
    operand: usize,
    extents: &[usize],
) -> Tensor {
    let mut factors = operands.to_vec();
    let (_, labels) = factors[operand];
    factors[operand] = cotangent;
    tensor::einsum(&factors, labels, extents)
}

fn ids(subscript: &Subscript) -> Vec<usize> {
    subscript.0.iter().map(|label: &Label| label.id().0).collect()
}
