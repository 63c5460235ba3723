//! Subscripts of operands whose extents are known.

use std::{
    format,
    string::{String, ToString},
    vec::Vec,
};

use einsum_middle::{
    ir,
    notation::{ELLIPSIS, Group, implicit_output},
    subscripts::Subscript,
};

use super::error::Error;

/// Subscripts, as they were read.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) inputs: Vec<Subscript>,
    pub(super) order: Vec<Group>,
    pub(super) output: Option<Subscript>,
    /// Labels whose extents are given.
    pub(super) given: Vec<(String, usize)>,
    /// The operands that are read conjugated; those that are here twice, as they are.
    pub(super) conj: Vec<usize>,
}

/// The einsum of operands of some extents. An ellipsis is a label for each of its axes.
pub(super) struct Bound {
    pub(super) einsum: ir::Einsum,
    /// The extent of each label, by its number.
    pub(super) extents: Vec<usize>,
    /// The extents of each operand.
    pub(super) shapes: Vec<Vec<usize>>,
}

impl Read {
    /// The einsum, for operands of these extents.
    ///
    /// # Errors
    /// If the operands do not fit the subscripts.
    pub(super) fn bind(&self, shapes: &[&[usize]]) -> Result<Bound, Error> {
        if shapes.len() != self.inputs.len() {
            let (found, expected) = (shapes.len(), self.inputs.len());
            let hint = self.hint_of_operands(found);
            return Err(Error::Operands { subscripts: self.text.clone(), found, expected, hint });
        }
        let counts = self.ellipses(shapes)?;
        let most = counts.iter().flatten().copied().max();
        let inputs = self.inputs.iter().zip(&counts).map(|(input, count)| names(&labels(input), (*count, most)));
        let inputs: Vec<Vec<String>> = inputs.collect();
        let raw = self.output.as_ref().map_or_else(|| implicit_output(self.inputs.iter().flat_map(labels)), labels);
        let output = names(&raw, (most, most));
        let texts: Vec<Vec<&str>> = inputs.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
        let operands: Vec<String> = (0..shapes.len()).map(|number| format!("operand {number}")).collect();
        let output = output.iter().map(String::as_str).collect();
        let mut einsum =
            ir::Einsum { order: self.order.clone(), ..ir::Einsum::written(&operands, &texts, Some(output)) };
        for &operand in &self.conj {
            einsum.operands[operand].conj ^= true;
        }
        einsum.given = self.given.iter().map(|(label, _)| einsum.labels.intern(label)).collect();
        einsum.wrt = (0..shapes.len()).collect();
        let extents = self.extents(&einsum, shapes)?;
        einsum.known = einsum.labels().into_iter().zip(extents.iter().map(|&extent| extent as u64)).collect();
        debug_assert_eq!(einsum.verify(), Ok(()), "`{}` with extents", self.text);
        Ok(Bound { einsum, extents, shapes: shapes.iter().map(|shape| shape.to_vec()).collect() })
    }

    /// For how many axes the ellipsis of each operand stands, if it has one.
    fn ellipses(&self, shapes: &[&[usize]]) -> Result<Vec<Option<usize>>, Error> {
        let count = |(operand, (input, shape)): (usize, (&Subscript, &&[usize]))| {
            let has_ellipsis = labels(input).contains(&ELLIPSIS);
            let (axes, expected) = (shape.len(), input.labels.len() - usize::from(has_ellipsis));
            match axes.checked_sub(expected) {
                Some(count) if has_ellipsis => Ok(Some(count)),
                Some(0) => Ok(None),
                _ => {
                    let (subscripts, subscript) = (self.text.clone(), labels(input).concat());
                    let hint = self.hint_of_rank(operand, shapes);
                    Err(Error::Rank { subscripts, subscript, operand, axes, expected, hint })
                }
            }
        };
        self.inputs.iter().zip(shapes).enumerate().map(count).collect()
    }

    /// The extent of each label: what is given, or the one that is not 1, which all operands agree on.
    fn extents(&self, einsum: &ir::Einsum, shapes: &[&[usize]]) -> Result<Vec<usize>, Error> {
        let mut extents = std::vec![1; einsum.labels.all().len()];
        let mut firsts: Vec<Option<usize>> = std::vec![None; extents.len()];
        for (label, (_, given)) in einsum.given.iter().zip(&self.given) {
            extents[label.id().0] = *given;
        }
        for (number, (operand, shape)) in einsum.operands.iter().zip(shapes).enumerate() {
            for (axis, (label, &extent)) in operand.subscript.0.iter().zip(*shape).enumerate() {
                let id = label.id().0;
                let names = || (self.text.clone(), label.to_string());
                let earlier = operand.subscript.0[..axis].iter().position(|other| other == label);
                if let Some(m) = earlier.map(|axis| shape[axis]).filter(|m| *m != extent) {
                    let (subscripts, label) = names();
                    let hint = self.hint_of_diagonal(&label, number, shape, m.min(extent));
                    return Err(Error::Diagonal { subscripts, label, operand: number, extents: (m, extent), hint });
                }
                let known = extents[id];
                if einsum.given.contains(label) && extent != known {
                    let (subscripts, label) = names();
                    let hint = self.hint_of_given(&label, number, extent);
                    return Err(Error::Given { subscripts, label, given: known, operand: (number, extent), hint });
                }
                match firsts[id] {
                    Some(first) if extent != known && extent != 1 && known != 1 => {
                        let ((subscripts, label), second) = (names(), (number, extent));
                        let label = if label.starts_with(ELLIPSIS) { ELLIPSIS.to_string() } else { label };
                        let hint = self.hint_of_extents(&label, (first, number), shapes);
                        return Err(Error::Extents { subscripts, label, first: (first, known), second, hint });
                    }
                    Some(_) if extent == 1 || known != 1 => {}
                    _ => (firsts[id], extents[id]) = (Some(number), extent),
                }
            }
        }
        Ok(extents)
    }
}

pub(super) fn labels(subscript: &Subscript) -> Vec<&str> {
    subscript.labels.iter().map(|label| label.name.as_str()).collect()
}

/// The labels, with one for each axis of the ellipsis; these are counted from the right, as operands are aligned. An ellipsis that no
/// operand has stands for no axis.
fn names(labels: &[&str], (count, most): (Option<usize>, Option<usize>)) -> Vec<String> {
    let (count, most) = (count.unwrap_or(0), most.unwrap_or(0));
    let axes = || (most - count..most).map(|axis| format!("{ELLIPSIS}{axis}"));
    let mut names = Vec::new();
    for label in labels {
        if *label == ELLIPSIS { names.extend(axes()) } else { names.push((*label).to_string()) }
    }
    names
}
