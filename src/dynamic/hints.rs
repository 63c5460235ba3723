//! Hints of errors: subscripts that operands do not fit, with the characters marked, and what to write instead.

use core::ops::Range;
use std::{borrow::ToOwned, format, string::String, vec::Vec};

use einsum_middle::{notation::ELLIPSIS, subscripts::marked};

use super::{
    bound::{Read, labels},
    words,
};

impl Read {
    pub(super) fn hint_of_operands(&self, found: usize) -> String {
        match self.inputs.get(found..) {
            Some(missing) => {
                let names: Vec<String> = missing.iter().map(|input| format!("`{}`", labels(input).concat())).collect();
                let places: Vec<_> = missing.iter().map(|input| input.place.clone()).collect();
                self.hint(&places, &format!("give an operand for {}, too", names.join(" and ")))
            }
            None => {
                let end = self.inputs.last().map_or(0, |input| input.place.end);
                let place = end..end;
                self.hint(
                    core::slice::from_ref(&place),
                    "write a subscript for each operand, with commas between them and before `->`",
                )
            }
        }
    }

    pub(super) fn hint_of_rank(&self, operand: usize, shapes: &[&[usize]]) -> String {
        let (input, shape) = (&self.inputs[operand], shapes[operand]);
        if let Some(help) = words::help(self, shapes) {
            return self.hint(core::slice::from_ref(&input.place), &help);
        }
        let names = labels(input);
        let instead = match shape.len().checked_sub(names.len()) {
            _ if shape.is_empty() => "no label, as it is a number".to_owned(),
            Some(1..) if !names.contains(&ELLIPSIS) => {
                format!("a label for each, or `...{}`, where `...` stands for the others", names.concat())
            }
            _ => "a label for each".to_owned(),
        };
        self.hint(core::slice::from_ref(&input.place), &format!("its extents are {shape:?}: write {instead}"))
    }

    pub(super) fn hint_of_extents(&self, label: &str, operands: (usize, usize), shapes: &[&[usize]]) -> String {
        let places = [operands.0, operands.1].into_iter().flat_map(|operand| self.places(label, operand));
        let places: Vec<_> = places.collect();
        let (one, other) = (shapes[operands.0], shapes[operands.1]);
        let extents = format!("operand {} has extents {one:?}, operand {} {other:?}", operands.0, operands.1);
        let instead = match self.exchanged(operands.1, shapes).or_else(|| self.exchanged(operands.0, shapes)) {
            Some((operand, subscript)) => format!("with the subscript `{subscript}` operand {operand} would fit"),
            None if label == ELLIPSIS => "axes of ellipses are aligned at the right, and agree or are 1".to_owned(),
            None => "axes with one label agree, or are 1".to_owned(),
        };
        self.hint(&places, &format!("{extents}: {instead}"))
    }

    pub(super) fn hint_of_diagonal(&self, label: &str, operand: usize, shape: &[usize], least: usize) -> String {
        let help = format!(
            "operand {operand} has extents {shape:?}: write two labels, or give a part of it with {least} along both axes"
        );
        self.hint(&self.places(label, operand), &help)
    }

    pub(super) fn hint_of_given(&self, label: &str, operand: usize, extent: usize) -> String {
        let help = format!("operand {operand} says how long `{label}` is: leave its extent out, or give {extent}");
        self.hint(&self.places(label, operand), &help)
    }

    /// Elements repeat along an axis: what is left out of a sum is a factor, and nothing else can be.
    pub(super) fn hint_of_indices(&self, operand: usize, extents: &[usize]) -> String {
        let Some(input) = self.inputs.get(operand) else { return self.hint(&[], "leave the operand out") };
        let names = labels(input);
        let is_alone = |name: &str| self.inputs.iter().flat_map(labels).filter(|other| *other == name).count() == 1;
        // (A label of an implicit output is on it if it is there once.)
        let is_summed = |name: &str| {
            let is_given = self.given.iter().any(|(given, _)| given == name);
            !is_given && self.output.as_ref().is_some_and(|output| !labels(output).contains(&name))
        };
        let fits = names.len() == extents.len() && !names.contains(&ELLIPSIS);
        let axes =
            names.iter().zip(extents).enumerate().filter(|(_, (name, _))| fits && is_alone(name) && is_summed(name));
        match axes.max_by_key(|(_, (_, extent))| **extent) {
            Some((axis, (label, extent))) => self.hint(
                &self.places(label, operand),
                &format!(
                    "`{label}` is summed and on no other operand: if elements repeat along it, leave it and axis {axis} out, and multiply the result by {extent}"
                ),
            ),
            None => self.hint(
                core::slice::from_ref(&input.place),
                "give parts of it one after the other; a label that is summed and on no other operand, along which elements repeat, can be left out \
                 with its axis: multiply the result by its extent",
            ),
        }
    }

    fn hint(&self, places: &[Range<usize>], help: &str) -> String {
        format!("{}\nhelp: {help}", marked(&self.text, places))
    }

    /// Where the subscript of an operand has a label.
    fn places(&self, label: &str, operand: usize) -> Vec<Range<usize>> {
        let labels = self.inputs[operand].labels.iter().filter(|other| other.name == label);
        labels.map(|label| label.place.clone()).collect()
    }

    /// The subscript of an operand with two labels exchanged, if all extents agree then.
    fn exchanged(&self, operand: usize, shapes: &[&[usize]]) -> Option<(usize, String)> {
        let mut inputs: Vec<Vec<&str>> = self.inputs.iter().map(labels).collect();
        if inputs.iter().any(|names| names.contains(&ELLIPSIS)) {
            return None;
        }
        let axes = inputs[operand].len();
        for (one, other) in (1..axes).flat_map(|other| (0..other).map(move |one| (one, other))) {
            inputs[operand].swap(one, other);
            if self.agree(&inputs, shapes) {
                return Some((operand, inputs[operand].concat()));
            }
            inputs[operand].swap(one, other);
        }
        None
    }

    /// Whether all axes with one label have one extent.
    fn agree(&self, inputs: &[Vec<&str>], shapes: &[&[usize]]) -> bool {
        let mut known: Vec<(&str, usize)> =
            self.given.iter().map(|(label, extent)| (label.as_str(), *extent)).collect();
        let axes =
            inputs.iter().zip(shapes).flat_map(|(names, shape)| names.iter().copied().zip(shape.iter().copied()));
        for (label, extent) in axes {
            match known.iter().find(|(other, _)| *other == label) {
                Some((_, other)) if *other != extent => return false,
                Some(_) => {}
                None => known.push((label, extent)),
            }
        }
        true
    }
}
