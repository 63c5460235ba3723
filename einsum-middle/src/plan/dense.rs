//! Tables over all subsets of few operands, for dynamic programmes.

use std::ops::BitOr;

use super::{
    cost::{Objective, Roles},
    network::Network,
    path::Path,
};

use crate::{
    few::{List, Table, numbered, sort},
    tuning::{DENSE_MAX_CLASSES, DENSE_MAX_OPERANDS},
};

/// A set of operands: bit i is operand i.
pub(super) type Mask = u32;

/// A set of classes of labels, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Classes(u128);

/// The classes that every subset of the operands keeps.
///
/// Labels on the same operands are always together: they are one class, with the product of their
/// extents. That makes 128 of them enough for almost everything.
pub(super) struct Dense {
    pub(super) operands: usize,
    /// The labels of every class.
    pub(super) classes: Vec<Vec<usize>>,
    /// The classes of every subset's product; by mask.
    pub(super) kept: Vec<Classes>,
}

/// Two subsets that are multiplied. Of the two, the lhs has the lowest operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct MaskSplit {
    pub(super) lhs: Mask,
    pub(super) rhs: Mask,
}

impl Dense {
    /// The tables of a network, unless it has too many operands or classes. Labels whose extents
    /// are given are apart from others.
    pub(super) fn of_network(network: &Network) -> Option<Self> {
        let operands: Vec<Vec<usize>> = numbered(network.operands.len(), |number| network.kept(&[number]));
        let operands: Vec<&[usize]> = operands.mapped(Vec::as_slice);
        Self::new(&operands, &network.output, |label| network.extents[label].is_some())
    }

    /// The tables of tensors with these labels.
    pub(super) fn new(operands: &[&[usize]], output: &[usize], is_given: impl Fn(usize) -> bool) -> Option<Self> {
        if operands.len() > DENSE_MAX_OPERANDS {
            return None;
        }
        let mut holders: Table<usize, Mask> = Table::default();
        for (number, labels) in operands.iter().enumerate() {
            labels.iter().for_each(|label| *holders.get_or_insert(*label, 0) |= 1 << number);
        }
        let mut by_holders: Table<(Mask, bool, bool), Vec<usize>> = Table::default();
        for (label, mask) in holders {
            let key = (mask, output.binary_search(&label).is_ok(), is_given(label));
            by_holders.get_or_insert(key, Vec::new()).push(label);
        }
        let keys: Vec<(Mask, bool)> = by_holders.keys().map(|(mask, is_on_output, _)| (*mask, *is_on_output)).collect();
        let classes: Vec<Vec<usize>> = by_holders.into_values().collect();
        (classes.len() <= DENSE_MAX_CLASSES).then(|| Self {
            operands: operands.len(),
            classes,
            kept: kept(operands.len(), &keys),
        })
    }

    /// The mask of all operands.
    pub(super) fn all(&self) -> Mask {
        (1 << self.operands) - 1
    }

    /// The extent of every class.
    pub(super) fn extents(&self, extent: impl Fn(usize) -> f64) -> Vec<f64> {
        self.classes.mapped(|labels| labels.iter().map(|label| extent(*label)).product())
    }

    /// The labels of classes, ascending.
    pub(super) fn labels(&self, classes: Classes) -> Vec<usize> {
        let numbers = (0..self.classes.len()).filter(|number| classes.0 >> number & 1 == 1);
        let mut labels: Vec<usize> = numbers.flat_map(|number| &self.classes[number]).copied().collect();
        sort(&mut labels);
        labels
    }

    /// The flops of a step, per combination of its indices, and the classes that these
    /// are of.
    pub(super) fn step(&self, split: MaskSplit, objective: Objective) -> (f64, Classes) {
        let (lhs, rhs) = (self.kept[split.lhs as usize], self.kept[split.rhs as usize]);
        let labels = lhs | rhs;
        let roles = Roles {
            contracted: self.kept[split.whole() as usize] != labels,
            lhs_free: rhs != labels,
            rhs_free: lhs != labels,
        };
        (objective.of_step(roles), labels)
    }

    /// The path of splits, one of every subset that it needs.
    pub(super) fn path(&self, split: impl Fn(Mask) -> MaskSplit) -> Path {
        let mut open = vec![self.all()];
        let mut pairs = Vec::new();
        while let Some(mask) = open.pop() {
            if mask.count_ones() > 1 {
                let MaskSplit { lhs, rhs } = split(mask);
                pairs.push((operands_in(lhs), operands_in(rhs)));
                open.extend([lhs, rhs]);
            }
        }
        Path::of_sets(self.operands, &pairs)
    }
}

/// The classes that every subset keeps: those that the output, or an operand not in it, needs.
fn kept(operands: usize, classes: &[(Mask, bool)]) -> Vec<Classes> {
    let mut output = Classes::default();
    let mut single = vec![Classes::default(); operands];
    for (number, (holders, is_on_output)) in classes.iter().enumerate() {
        let class = Classes(1 << number);
        for operand in operands_in(*holders) {
            single[operand] = single[operand] | class;
        }
        output = if *is_on_output { output | class } else { output };
    }
    let mut on = vec![Classes::default(); 1 << operands];
    for mask in 1..on.len() {
        on[mask] = on[mask & (mask - 1)] | single[mask.trailing_zeros() as usize];
    }
    let others = on.iter().rev();
    on.iter().zip(others).map(|(inside, outside)| Classes(inside.0 & (outside.0 | output.0))).collect()
}

/// The operands in a set, ascending.
pub(super) fn operands_in(mask: Mask) -> Vec<usize> {
    (0..DENSE_MAX_OPERANDS).filter(|number| mask >> number & 1 == 1).collect()
}

/// Every way to split a set of at least two operands.
pub(super) fn splits(mask: Mask) -> impl Iterator<Item = MaskSplit> {
    let rest = mask & (mask - 1);
    let next = move |rhs: &Mask| Some((rhs - 1) & rest).filter(|rhs| *rhs != 0);
    std::iter::successors(Some(rest), next).map(move |rhs| MaskSplit { lhs: mask ^ rhs, rhs })
}

impl MaskSplit {
    /// The union, which is split.
    pub(super) fn whole(self) -> Mask {
        self.lhs | self.rhs
    }
}

impl Classes {
    /// The classes of a set of them that is written as bits.
    pub(super) fn of_bits(bits: impl IntoIterator<Item = usize>) -> Self {
        Self(bits.into_iter().fold(0, |set, bit| set | 1 << bit))
    }

    /// The extents of its classes, multiplied.
    pub(super) fn size(self, extents: &[f64]) -> f64 {
        let (mut bits, mut product) = (self.0, 1.0);
        while bits != 0 {
            product *= extents[bits.trailing_zeros() as usize];
            bits &= bits - 1;
        }
        product
    }

    /// The classes in both.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The classes that are not in the other.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether all of it is in the other.
    pub(super) fn is_in(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

impl BitOr for Classes {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
