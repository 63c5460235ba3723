//! Checks of operands, which the expansion of a sharded einsum calls. Not part of the public interface.

use ndarray::{Array, Dimension};

use crate::{
    agree::{agree, ranges},
    error::Error,
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

    /// The global extents of the labels, from those of the operands, each with the numbers of its labels, and from those that are given.
    /// All ranks agree on them, by one reduction, unless checks are off.
    ///
    /// # Errors
    /// On all ranks, if extents disagree, in the operands or among ranks.
    pub fn labels(
        &self,
        mesh: &Mesh,
        names: &[&'static str],
        operands: &[(&[usize], &[usize])],
        given: &[(usize, usize)],
    ) -> Result<Vec<usize>, Error> {
        let own = self.extents(names, operands, given);
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
        let known =
            known.into_iter().map(|known| known.expect("every label is on an operand, or its extent is given").1);
        Ok(known.collect())
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
