//! One process by itself, without MPI.

use crate::{
    collective::{Collective, check_counts, check_part},
    words::{Reduction, Words, WordsMut},
};

/// A group of one rank, this process: a program for many ranks runs on it as it is.
///
/// # Example
///
/// ```
/// use einsum_mpi::{Collective, Mesh, Single};
///
/// let mesh = Mesh::new(&Single, [("dp", 1), ("tp", 1)])?;
/// assert_eq!((Single.rank(), Single.size(), mesh.size("tp")?), (0, 1, 1));
/// # Ok::<(), einsum_mpi::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Single;

impl Collective for Single {
    fn rank(&self) -> usize {
        0
    }

    fn size(&self) -> usize {
        1
    }

    fn split(&self, _color: usize) -> Box<dyn Collective> {
        Box::new(Single)
    }

    fn all_reduce(&self, _words: WordsMut<'_>, _reduction: Reduction) {}

    fn reduce_scatter(&self, whole: Words<'_>, counts: &[usize], mut own: WordsMut<'_>) {
        check_counts("a reduce-scatter", 1, counts, whole.len());
        check_part("a reduce-scatter", 0, counts[0], own.len());
        own.copy_from(whole);
    }

    fn all_gather(&self, own: Words<'_>, counts: &[usize], mut whole: WordsMut<'_>) {
        check_counts("an all-gather", 1, counts, whole.len());
        check_part("an all-gather", 0, counts[0], own.len());
        whole.copy_from(own);
    }

    fn all_to_all(&self, send: Words<'_>, send_counts: &[usize], mut receive: WordsMut<'_>, receive_counts: &[usize]) {
        check_counts("an all-to-all", 1, send_counts, send.len());
        check_counts("an all-to-all", 1, receive_counts, receive.len());
        receive.copy_from(send);
    }

    fn exchange(&self, send: Words<'_>, to: Option<usize>, mut receive: WordsMut<'_>, from: Option<usize>) {
        assert!(to == from && to.is_none_or(|rank| rank == 0), "one rank exchanges with itself or with none");
        if to.is_some() {
            receive.copy_from(send);
        }
    }

    fn abort(&self, code: i32) -> ! {
        std::process::exit(code)
    }
}
