//! Whole tensors again.

use ndarray::{Array, ArrayView, Dimension};

use super::{Sharded, is_first, part_of, shape_of, sliced_mut};
use crate::{placement::Placement, words::Word};

impl<T: Word, D: Dimension> Sharded<Array<T, D>> {
    /// The whole tensor, on all ranks. All call it. It costs what [`reshard`](Sharded::reshard) to no mesh axis at all costs.
    #[must_use]
    pub fn gather(&self) -> Array<T, D> {
        self.moved_to(&Placement::replicated(self.extents.len())).into_local()
    }

    /// The whole tensor, on rank `root` of the mesh; `None` on all others. All call it. Each part is sent once; a partial tensor is summed
    /// first, on all ranks.
    ///
    /// # Panics
    /// If there is no such rank.
    #[must_use]
    pub fn gather_to(&self, root: usize) -> Option<Array<T, D>> {
        let (mesh, ranks) = (&self.mesh, self.mesh.ranks());
        assert!(root < ranks.size(), "rank {root} is the root, but there are {} ranks", ranks.size());
        let summed =
            Placement::new(self.placement.axes().to_vec(), Vec::new()).expect("fewer names, none of them twice");
        if summed != self.placement {
            return self.moved_to(&summed).gather_to(root);
        }

        let sends = |rank: usize| is_first(mesh, &mesh.indices(rank), |axis| summed.sharded_on(axis).is_none());
        let part = |rank: usize| part_of(mesh, &mesh.indices(rank), &summed, &self.extents);
        let words = |rank: usize| if sends(rank) { part(rank).iter().map(ExactSizeIterator::len).product() } else { 0 };
        let is_root = ranks.rank() == root;
        let local = self.local.as_standard_layout();
        let own = local.as_slice().expect("it is in standard layout");
        let send = if sends(ranks.rank()) { own } else { &[] };
        let mut send_counts = vec![0; ranks.size()];
        send_counts[root] = send.len();
        let counts: Vec<usize> = (0..ranks.size()).map(|rank| if is_root { words(rank) } else { 0 }).collect();
        let mut received = vec![T::ZERO; counts.iter().sum()];
        ranks.all_to_all(T::words(send), &send_counts, T::words_mut(&mut received), &counts);
        if !is_root {
            return None;
        }

        let mut whole = Array::from_elem(shape_of::<D>(self.extents.iter().copied()), T::ZERO);
        let mut rest = &received[..];
        for rank in (0..ranks.size()).filter(|&rank| sends(rank)) {
            let here;
            (here, rest) = rest.split_at(counts[rank]);
            let part = part(rank);
            let shape: D = shape_of(part.iter().map(ExactSizeIterator::len));
            let here = ArrayView::from_shape(shape, here).expect("as many words as the part has");
            sliced_mut(whole.view_mut(), &part).assign(&here);
        }
        Some(whole)
    }
}
