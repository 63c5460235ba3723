//! Checks of operands, which the expansion of a sharded einsum calls. Not part of the public interface.

use ndarray::{Array, Dimension};

use crate::{
    agree::{agree, ranges},
    error::Error,
    halo::{Outside, Reach},
    mesh::Mesh,
    placement::Placement,
    sharded::Sharded,
    words::Word,
};

/// A call site as its errors describe it: the subscripts and the operands, as written.
#[derive(Clone, Copy, Debug)]
pub struct Site {
    subscripts: &'static str,
    operands: &'static [&'static str],
}

impl Site {
    /// A call site with these subscripts and operands.
    #[must_use]
    pub const fn new(subscripts: &'static str, operands: &'static [&'static str]) -> Site {
        Site { subscripts, operands }
    }

    /// Checks that operand number `number` is placed as its subscript says.
    ///
    /// A site checks in one reduction, that of [`labels`](Site::labels): a rank that finds an error here takes part in it, so that all have
    /// an error.
    ///
    /// # Errors
    /// If the operand is placed otherwise, or the mesh does not have an axis.
    pub fn operand<'s, A>(
        &self,
        number: usize,
        operand: &'s Sharded<A>,
        axes: &[Option<&'static str>],
        partial: &[&'static str],
    ) -> Result<&'s Mesh, Error> {
        let mesh = operand.mesh();
        let known = |name: &&'static str| mesh.communicator(name).map(drop);
        let found = axes.iter().flatten().chain(partial).try_for_each(known).and_then(|()| {
            if operand.placement().is(axes, partial) {
                return Ok(());
            }
            let found = operand.placement().to_string();
            let expected = placement(axes, partial).to_string();
            Err(Error::Operand { subscripts: self.subscripts, operand: self.operands[number], expected, found })
        });
        found.map(|()| mesh).map_err(|error| failed(mesh, error))
    }

    /// The mesh that all operands lie on.
    ///
    /// # Errors
    /// If there are two, as in [`operand`](Site::operand).
    pub fn mesh<'s>(&self, meshes: &[&'s Mesh]) -> Result<&'s Mesh, Error> {
        let mesh = meshes[0];
        match meshes.iter().position(|other| !other.is(mesh)) {
            None => Ok(mesh),
            Some(other) => {
                let operands = (self.operands[0], self.operands[other]);
                Err(failed(mesh, Error::Meshes { subscripts: self.subscripts, operands }))
            }
        }
    }

    /// The global extents of the labels, from those of the operands, each with the numbers of its labels, from those that are given, and from
    /// forms that operands are read at; and after them those of the axes that are read so.
    /// All ranks agree on them, by one reduction, unless checks are off.
    ///
    /// # Errors
    /// On all ranks, if extents disagree, in the operands or among ranks; [`Error::Outside`], if an operand is read at indices that it does
    /// not have; [`Error::Window`], if at more than can be in memory.
    pub fn labels(
        &self,
        mesh: &Mesh,
        names: &[&'static str],
        operands: &[(&[usize], &[usize])],
        given: &[(usize, usize)],
        forms: &[Form],
    ) -> Result<Vec<usize>, Error> {
        let ranks = mesh.ranks().size();
        let own = self.extents(names, operands, given, forms).and_then(|extents| {
            self.rooms(operands, forms, &extents, ranks)?;
            Ok(extents)
        });
        if mesh.agree(own.as_ref().map(|extents| (self.subscripts, extents)).map_err(Error::clone))? {
            return own;
        }
        let extents = own?;
        if !agree(mesh.ranks(), Ok(self.subscripts))? {
            return Err(Error::Differ { what: "einsums to compute next".to_owned(), range: None });
        }
        let found =
            ranges(mesh.ranks(), &extents).into_iter().zip(names).find(|((least, greatest), _)| least != greatest);
        let (range, label) = found.unwrap_or_else(|| unreachable!("extents of which a sum is different are different"));
        Err(Error::Ranks { subscripts: self.subscripts, label, range })
    }

    /// Panics: the end of the expansion of a panicking macro that has an error.
    ///
    /// # Panics
    /// With the error.
    #[track_caller]
    pub fn panic(&self, error: &Error) -> ! {
        panic!("{error}")
    }

    fn extents(
        &self,
        names: &[&'static str],
        operands: &[(&[usize], &[usize])],
        given: &[(usize, usize)],
        forms: &[Form],
    ) -> Result<Vec<usize>, Error> {
        let subscripts = self.subscripts;
        let mut known: Vec<Option<(&'static str, usize)>> = vec![None; names.len()];
        for (&operand, (extents, labels)) in self.operands.iter().zip(operands) {
            for (&extent, &label) in extents.iter().zip(*labels) {
                let first = *known[label].get_or_insert((operand, extent));
                if first.1 != extent {
                    return Err(Error::Extents { subscripts, label: names[label], first, second: (operand, extent) });
                }
            }
        }
        for &(label, given) in given {
            match known[label] {
                Some(operand) if operand.1 != given => {
                    return Err(Error::Given { subscripts, label: names[label], given, operand });
                }
                _ => known[label] = Some(("", given)),
            }
        }
        let mut known: Vec<Option<usize>> = known.into_iter().map(|known| known.map(|(_, extent)| extent)).collect();
        while Form::find(forms, &mut known) {}
        let known = known.into_iter().map(|known| known.expect("an operand, a number or a form says each extent"));
        let known: Vec<usize> = known.collect();
        forms.iter().try_for_each(|form| self.within(form, &known))?;
        Ok(known)
    }

    /// Checks that nothing is read outside of an axis, unless there is something.
    fn within(&self, form: &Form, extents: &[usize]) -> Result<(), Error> {
        let Some(range) = form.range(extents) else { return Ok(()) };
        let extent = extents[form.axis];
        let is_within = match form.outside {
            Outside::Error => range.0 >= 0 && range.1 < extent as i128,
            Outside::Zero => true,
            Outside::Wrap | Outside::Clamp => extent > 0,
        };
        let (subscripts, operand, form) = (self.subscripts, self.operands[form.operand], form.text);
        if is_within { Ok(()) } else { Err(Error::Outside { subscripts, operand, form, range, extent }) }
    }

    /// Checks that a rank's share of what is read at forms could be in memory.
    fn rooms(
        &self,
        operands: &[(&[usize], &[usize])],
        forms: &[Form],
        extents: &[usize],
        ranks: usize,
    ) -> Result<(), Error> {
        for (number, (_, labels)) in operands.iter().enumerate() {
            let read = || forms.iter().filter(move |form| form.operand == number);
            let is_read = |label: &usize| read().any(|form| form.axis == *label);
            let other = labels.iter().filter(|label| !is_read(label)).map(|label| extents[*label].max(1) as i128);
            let mut elements = other.fold(1, i128::saturating_mul);
            for form in read() {
                let Some(range) = form.range(extents) else { continue };
                let read = range.1 - range.0 + 1;
                elements = elements.saturating_mul(read);
                // (Which of the terms a rank has a part of, it does not matter for what reaches so far.)
                if read.max(elements / ranks as i128) >= isize::MAX as i128 {
                    let (subscripts, operand, form) = (self.subscripts, self.operands[number], form.text);
                    return Err(Error::Window { subscripts, operand, form, range });
                }
            }
        }
        Ok(())
    }
}

/// A form of labels that an axis of an operand is read at.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// The number of the operand.
    pub operand: usize,
    /// The form, as it is shown.
    pub text: &'static str,
    /// The number of the extent of the axis.
    pub axis: usize,
    /// The number that is added to the terms.
    pub constant: i64,
    /// The factors, at least 1, and the numbers of the labels.
    pub terms: &'static [(usize, usize)],
    /// The elements outside of the axis.
    pub outside: Outside,
}

impl Form {
    /// The least and the greatest index of all, where labels have these extents; nothing where a label has no index.
    fn range(&self, extents: &[usize]) -> Option<(i128, i128)> {
        let factors: Vec<_> = self.terms.iter().map(|&(factor, label)| (factor, extents[label])).collect();
        Reach::range(&factors, self.constant)
    }

    /// Finds the extents of labels that are the only unknown one of a form: the greatest that stay within all such axes. Whether there were any.
    fn find(forms: &[Form], known: &mut [Option<usize>]) -> bool {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for form in forms.iter().filter(|form| form.outside == Outside::Error) {
            let unknown: Vec<_> = form.terms.iter().filter(|(_, label)| known[*label].is_none()).collect();
            let ([(factor, label)], Some(extent)) = (unknown.as_slice(), known[form.axis]) else { continue };
            let (factor, label) = (*factor, *label);
            let others: Vec<(usize, usize)> =
                form.terms.iter().filter_map(|&(factor, label)| Some((factor, known[label]?.max(1)))).collect();
            // (A label without an index counts as one that has one, as in formulas of arrays.)
            let room = Reach::range(&others, form.constant).map_or(-1, |(_, last)| extent as i128 - 1 - last);
            let extent = if room < 0 { 0 } else { usize::try_from(room / factor as i128 + 1).unwrap_or(usize::MAX) };
            match found.iter_mut().find(|(other, _)| *other == label) {
                Some((_, least)) => *least = extent.min(*least),
                None => found.push((label, extent)),
            }
        }
        for &(label, extent) in &found {
            known[label] = Some(extent);
        }
        !found.is_empty()
    }
}

/// A result, from this rank's part of it.
#[track_caller]
pub fn sharded<T: Word, D: Dimension>(
    mesh: &Mesh,
    local: Array<T, D>,
    axes: &[Option<&'static str>],
    partial: &[&'static str],
    extents: Vec<usize>,
) -> Sharded<Array<T, D>> {
    Sharded::assembled(local, mesh.clone(), placement(axes, partial), extents)
}

fn placement(axes: &[Option<&str>], partial: &[&str]) -> Placement {
    let axes = axes.iter().map(|axis| axis.map(str::to_owned)).collect();
    Placement::new(axes, partial.iter().map(|&axis| axis.to_owned()).collect())
        .expect("no mesh axis is twice in a subscript that compiled")
}

/// The error, which all ranks now know of.
fn failed(mesh: &Mesh, error: Error) -> Error {
    match mesh.agree(Err::<(), Error>(error.clone())) {
        Err(error) => error,
        Ok(_) => error,
    }
}
