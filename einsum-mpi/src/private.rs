//! Functions that expansions of the macros call. Not part of the public interface.

pub use core::{
    option::Option::{None, Some},
    primitive::usize,
    result::Result::Ok,
};

pub use einsum::{self, __private::explanation, Differentiable};
pub use einsum_macros::{einsum_mpi, einsum_mpi_fn, einsum_mpi_vjp, explain_mpi, try_einsum_mpi};
pub use ndarray::{Array, Ix0, Ix1, Ix2, Ix3, Ix4, Ix5, Ix6, IxDyn};

use ndarray::{Array0, ArrayBase, ArrayView, Data, Dimension, arr0};

use crate::{blocks::block, mesh::Mesh, sharded::Sharded};
pub use crate::{
    error::Error,
    halo::{self, Outside, Reach},
    moves::agreed as moves,
    site::{Form, Site, sharded},
    words::Word,
};

/// A sharded tensor of `N` axes of which a rank has an `A`, or a reference to one.
///
/// (`A` is no type of the trait's own: of an operand that is no tensor it is then not known, and there is one error, not one for each use.)
#[diagnostic::on_unimplemented(
    message = "a sharded tensor of {N} axes is needed here, one for each label of its subscript",
    label = "expected a `Sharded<Array<T, Ix{N}>>`, or a reference to one",
    note = "the operand is `{Self}`; `Sharded::from_local`, `from_whole` and `scatter` make sharded tensors of arrays"
)]
pub trait Tensor<A, const N: usize> {
    /// The tensor.
    fn tensor(&self) -> &Sharded<A>;
}

/// A sharded tensor of `N` axes, or a reference to one, as a pullback keeps it: as a `K`.
#[diagnostic::on_unimplemented(
    message = "a sharded tensor of {N} axes is needed here, one for each label of its subscript",
    label = "expected a `Sharded<Array<T, Ix{N}>>`, or a reference to one",
    note = "the operand is `{Self}`; `Sharded::from_local`, `from_whole` and `scatter` make sharded tensors of arrays"
)]
pub trait Kept<K, const N: usize> {
    /// The tensor, or a reference to it.
    fn kept(self) -> K;
}

macro_rules! ranks {
    ($([$($parameter:tt)*] $N:tt $Ix:ident,)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<T, $($parameter)*> Tensor<Array<T, $Ix>, $N> for Sharded<Array<T, $Ix>> {
            fn tensor(&self) -> &Sharded<Array<T, $Ix>> {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl<T, $($parameter)*> Kept<Sharded<Array<T, $Ix>>, $N> for Sharded<Array<T, $Ix>> {
            fn kept(self) -> Sharded<Array<T, $Ix>> {
                self
            }
        }
    )* };
}

// (How many axes a tensor of dynamic rank has is found at run time.)
ranks!([] 0 Ix0, [] 1 Ix1, [] 2 Ix2, [] 3 Ix3, [] 4 Ix4, [] 5 Ix5, [] 6 Ix6, [const N: usize] N IxDyn,);

impl<A, S: Tensor<A, N> + ?Sized, const N: usize> Tensor<A, N> for &S {
    fn tensor(&self) -> &Sharded<A> {
        S::tensor(self)
    }
}

impl<'s, A, S: Tensor<A, N> + ?Sized, const N: usize> Kept<&'s Sharded<A>, N> for &'s S {
    fn kept(self) -> &'s Sharded<A> {
        self.tensor()
    }
}

/// The tensor that an operand is.
pub fn tensor<const N: usize, A, S: Tensor<A, N> + ?Sized>(operand: &S) -> &Sharded<A> {
    operand.tensor()
}

/// The tensor that an operand is, moved if it is none that is borrowed.
pub fn kept<const N: usize, K, S: Kept<K, N>>(operand: S) -> K {
    operand.kept()
}

/// A tensor that becomes the part that this rank has: a view if the tensor is borrowed.
pub trait IntoPart {
    /// The part.
    type Part;
    /// The part.
    fn part(self) -> Self::Part;
}

impl<T, D: Dimension> IntoPart for Sharded<Array<T, D>> {
    type Part = Array<T, D>;

    fn part(self) -> Array<T, D> {
        self.into_local()
    }
}

impl<'a, T: 'a, D: Dimension + 'a> IntoPart for &'a Sharded<Array<T, D>> {
    type Part = ArrayView<'a, T, D>;

    fn part(self) -> ArrayView<'a, T, D> {
        self.local().view()
    }
}

/// The part that this rank has.
pub fn part<S: IntoPart>(tensor: S) -> S::Part {
    tensor.part()
}

/// The value of an expression that is no place, so that it is moved where a place would be borrowed.
pub fn moved<T>(value: T) -> T {
    value
}

/// A number as an array without axes.
pub fn scalar<T>(number: T) -> Array0<T> {
    arr0(number)
}

/// The number of an array without axes.
///
/// # Panics
/// Never: such an array has one element.
pub fn number<T: Word, S: Data<Elem = T>>(array: &ArrayBase<S, Ix0>) -> T {
    *array.first().expect("an array without axes has one element")
}

/// The extents of the labels of these numbers.
#[must_use]
pub fn of(extents: &[usize], labels: &[usize]) -> Vec<usize> {
    labels.iter().map(|label| extents[*label]).collect()
}

/// How many indices of an extent this rank has.
///
/// # Panics
/// If the mesh has no such axis; sites check that first.
#[must_use]
#[track_caller]
pub fn own(mesh: &Mesh, axis: &str, extent: usize) -> usize {
    let ranks = mesh.communicator(axis).unwrap_or_else(|error| panic!("{error}"));
    block(extent, ranks.size(), ranks.rank()).len()
}

/// A view of what a rank has, which moves read.
pub fn view<T, S: Data<Elem = T>, D: Dimension>(part: &ArrayBase<S, D>) -> ArrayView<'_, T, D> {
    part.view()
}

/// A value and its pullback, whose argument is a tensor as the value is.
pub fn with_pullback<A, G>(
    value: Sharded<A>,
    pullback: impl Fn(&Sharded<A>) -> G,
) -> (Sharded<A>, impl Fn(&Sharded<A>) -> G) {
    (value, pullback)
}

/// The value that is computed, or the error.
///
/// # Errors
/// The error of the computation.
pub fn computed<T>(compute: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    compute()
}

/// The value that is computed.
///
/// # Panics
/// With the error, if there is one.
#[track_caller]
pub fn expected<T>(site: &Site, compute: impl FnOnce() -> Result<T, Error>) -> T {
    match compute() {
        Ok(value) => value,
        Err(error) => site.panic(&error),
    }
}
