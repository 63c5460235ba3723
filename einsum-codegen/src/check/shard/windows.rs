//! Indices that are forms of labels, `x[2*i/sp + p - 1]`: what they can be, and where extents of their labels are from.

use super::Checker;
use crate::{
    ast::{
        self,
        shard::{Sharded, WrittenWindow},
    },
    error::Errors,
    few::sort_by_key,
    ir::{
        Einsum, Label,
        formula::Outside,
        shard::{AxisId, Placement, Sharding, Window},
    },
};

impl Checker<'_> {
    /// The windows of each operand.
    pub(super) fn windows(
        &mut self,
        sharded: &Sharded,
        tensors: &[&ast::Subscript],
        einsum: &Einsum,
    ) -> Vec<Vec<Window>> {
        let mut windows = vec![Vec::new(); einsum.operands.len()];
        for (number, written) in sharded.windows.iter().enumerate() {
            let has_all = |&(tensor, position): &(usize, usize)| {
                tensor < windows.len() && position + written.factors.len() <= einsum.operands[tensor].subscript.0.len()
            };
            match written.first.find(tensors).filter(has_all) {
                Some((tensor, position)) => windows[tensor].push(Window {
                    number,
                    position,
                    factors: written.factors.clone(),
                    constant: written.constant,
                    outside: written.outside,
                    is_own: false,
                }),
                None => {
                    let what = "the result of a sharded einsum is at labels, and not at forms of them";
                    let help = "write a label by itself: what is added to it is subtracted where operands are read";
                    self.mark(&written.mark, what, Some(help));
                }
            }
        }
        for windows in &mut windows {
            sort_by_key(windows, |window| window.position);
        }
        if self.errors.0.is_empty() {
            self.negative(sharded);
            self.extents(sharded, &windows, einsum);
        }
        windows
    }

    /// A form that begins before its axis reads what is outside of it.
    fn negative(&mut self, sharded: &Sharded) {
        let begins_before = |window: &&WrittenWindow| window.outside == Outside::Error && window.constant < 0;
        for window in sharded.windows.iter().filter(begins_before) {
            let what = format!("`{}` is less than 0 where its labels are 0", window.text);
            let help = "write `zero(x)[..]`, `wrap(x)[..]` or `clamp(x)[..]`, which say what is there";
            self.mark(&window.mark, &what, Some(help));
        }
    }

    /// Each label is as long as an axis, or as is given for it, or as far as an axis reaches that nothing else is unknown of.
    fn extents(&mut self, sharded: &Sharded, windows: &[Vec<Window>], einsum: &Einsum) {
        let operands = || einsum.operands.iter().zip(windows);
        let is_bare = |label: &Label| {
            operands().any(|(operand, windows)| {
                let within = |position: usize| windows.iter().any(|window| window.positions().contains(&position));
                operand.subscript.0.iter().enumerate().any(|(position, other)| other == label && !within(position))
            })
        };
        let mut known: Vec<Label> =
            einsum.labels().into_iter().filter(|label| einsum.given.contains(label) || is_bare(label)).collect();
        let forms: Vec<(&Window, &[Label])> = operands()
            .flat_map(|(operand, windows)| {
                windows.iter().map(|window| (window, &operand.subscript.0[window.positions()]))
            })
            .collect();
        find(&forms, &mut known);
        // Where one more extent would say others, that is the mistake.
        while let Some(label) = einsum.labels().into_iter().find(|label| !known.contains(label)) {
            if let Some((window, _)) = forms.iter().find(|(_, labels)| labels.contains(&label)) {
                let what = format!("nothing says how long `{label}` is");
                let help = format!("write it after a semicolon, `; {label} = ..`, or in the parentheses of a function");
                self.mark(&sharded.windows[window.number].mark, &what, Some(&help));
            }
            known.push(label);
            find(&forms, &mut known);
        }
    }

    /// One label of a form is sharded at most; and what is read at forms stays where it is along these: it must fit to what else is.
    pub(super) fn halos(&mut self, sharded: &Sharded, einsum: &Einsum, sharding: &Sharding) {
        let mut found: Vec<(AxisId, Label)> = Vec::new();
        for (number, windows) in sharding.windows.iter().enumerate() {
            for window in windows {
                let labels = &einsum.operands[number].subscript.0[window.positions()];
                let of = |axis: usize| match sharding.operands[number].on(AxisId(axis)) {
                    Placement::Varying(label) if labels.contains(label) => Some((AxisId(axis), label.clone())),
                    _ => None,
                };
                let lies: Vec<(AxisId, Label)> = (0..sharding.axes.len()).filter_map(of).collect();
                if let [(_, one), (_, other), ..] = lies.as_slice() {
                    let what = format!("two labels of a form are sharded, `{one}` and `{other}`");
                    let help =
                        format!("leave the axis of the mesh of `{other}` out: every process reads all of its indices");
                    self.mark(&sharded.windows[window.number].mark, &what, Some(&help));
                    continue;
                }
                for (axis, label) in lies {
                    let differs = |(other, found): &&(AxisId, Label)| (*other == axis) != (*found == label);
                    if let Some((_, other)) = found.iter().find(differs) {
                        let axis = &sharding.axes[axis.0];
                        let what = format!("`{label}` is sharded over `{axis}` in a form, and `{other}` in another");
                        let help = "a process reads the same indices of both: `reshard` one of the operands";
                        self.mark(&sharded.windows[window.number].mark, &what, Some(help));
                    }
                    found.push((axis, label));
                }
            }
        }
    }
}

/// No process can have the same indices of all operands, as these are read at forms.
#[must_use]
pub fn unplanned(sharded: &Sharded) -> Errors {
    let mut checker = Checker { literal: sharded.literal.as_ref(), errors: Errors::default() };
    if let Some(window) = sharded.windows.last() {
        let what = "what is read at this form lies where other operands cannot be";
        let help = "`reshard` the operand so that the axis is whole, or compute in two einsums";
        checker.mark(&window.mark, what, Some(help));
    }
    checker.errors
}

/// Finds the labels that are the only unknown one of a form.
fn find(forms: &[(&Window, &[Label])], known: &mut Vec<Label>) {
    let only = |(window, labels): &(&Window, &[Label]), known: &[Label]| {
        let mut unknown = labels.iter().filter(|label| !known.contains(label));
        match (unknown.next(), unknown.next()) {
            (Some(label), None) if window.outside == Outside::Error => Some(label.clone()),
            _ => None,
        }
    };
    while let Some(label) = forms.iter().find_map(|form| only(form, known)) {
        known.push(label);
    }
}
