//! How many words each process sends in a step, exactly: processes have blocks that differ where the extent is uneven, and of which some
//! may be empty. Collectives are counted as in a ring, in which each process sends to the next.
//!
//! How long an axis is that is read at a form is not written: it is taken to be the shortest that fits its labels. One that is longer, as a stride leaves
//! rows at its end unread, has other blocks, of which a halo may have more words.

use crate::{
    few::List,
    ir::{
        Einsum, Label,
        shard::{AxisId, HaloExtents, MoveKind, ShardedAxis, ShardedValue, Window, block},
    },
    tuning::SHARDED_MAX_COUNTED,
};

/// Extents, and numbers of processes, where they are known.
pub(super) struct Counter<'a> {
    einsum: &'a Einsum,
    /// How many processes each axis of the mesh has.
    sizes: Vec<Option<u64>>,
}

/// The words that each process sends, the last axis of the mesh the fastest.
#[derive(Clone)]
pub(super) struct Words(Vec<u128>);

impl<'a> Counter<'a> {
    /// Of axes, and a mesh that has some of them.
    pub(super) fn new(einsum: &'a Einsum, axes: &[String], mesh: &[(String, usize)]) -> Self {
        let size = |axis: &String| mesh.iter().find(|(name, _)| name == axis).map(|(_, size)| *size as u64);
        Self { einsum, sizes: axes.mapped(size) }
    }

    /// All processes of the mesh.
    #[expect(clippy::cast_precision_loss, reason = "a bound is an estimate")]
    pub(super) fn processes(&self) -> Option<f64> {
        self.sizes.iter().map(|size| size.map(|size| size as f64)).product()
    }

    /// Nothing is sent.
    pub(super) fn nothing(&self) -> Option<Words> {
        self.counted().map(|all| Words(vec![0; all]))
    }

    /// How many processes there are, if each can be counted.
    fn counted(&self) -> Option<usize> {
        let all = self.sizes.iter().try_fold(1, |all: u64, size| all.checked_mul(size.unwrap_or(1)))?;
        usize::try_from(all).ok().filter(|_| all <= SHARDED_MAX_COUNTED)
    }

    /// The words of a move along an axis, of a tensor as it lies before.
    pub(super) fn moved(&self, value: &ShardedValue, axis: AxisId, kind: &MoveKind) -> Option<Words> {
        let processes = self.size(axis)?;
        self.of_each(|place| {
            let number = place[axis.0];
            match kind {
                MoveKind::Split(_) => Some(0),
                MoveKind::AllReduce => {
                    let words = self.part(value, place, None)?;
                    let own = |number| u128_block(words, processes, number);
                    Some(words.checked_mul(2)? - own(number) - own((number + 1) % processes))
                }
                MoveKind::ReduceScatter(label) | MoveKind::AllToAll(_, label) => {
                    self.but_one(value, place, (label, axis), number)
                }
                MoveKind::AllGather(label) => self.but_one(value, place, (label, axis), (number + 1) % processes),
            }
        })
    }

    /// The words of a halo, of a tensor that has the window; or of its adjoint.
    pub(super) fn halo(&self, value: &ShardedValue, number: usize, is_adjoint: bool) -> Option<Words> {
        self.counted()?;
        let (window, labels) = window_of(value, number);
        let axis = labels.iter().find_map(|label| value.layout.axis_of(label))?;
        let extents = self.halo_extents(value, window, labels)?;
        let indices = if is_adjoint { extents.returned() } else { extents.sent() }?;
        self.of_each(|place| {
            let here = indices[usize::try_from(place[axis.0]).ok()?];
            self.part(value, place, Some(&ShardedAxis::Window(window, labels)))?.checked_mul(here.into())
        })
    }

    /// All parts of a tensor that is cut along a label, but for that of one process.
    fn but_one(&self, value: &ShardedValue, place: &[u64], (label, axis): (&Label, AxisId), but: u64) -> Option<u128> {
        let (of, extent) = (ShardedAxis::Label(label), self.einsum.known_extent(label)?);
        let kept = block(extent, self.size(axis)?, but);
        self.part(value, place, Some(&of))?.checked_mul((extent - (kept.end - kept.start)).into())
    }

    /// How many elements a process has, but for one axis of the tensor.
    fn part(&self, value: &ShardedValue, place: &[u64], but: Option<&ShardedAxis<'_>>) -> Option<u128> {
        let axes = value.axes();
        let mut others = axes.iter().filter(|axis| !but.is_some_and(|but| is_same(axis, but)));
        others.try_fold(1, |words: u128, axis| words.checked_mul(self.extent(value, axis, place)?.into()))
    }

    /// How long an axis of a tensor is on a process.
    fn extent(&self, value: &ShardedValue, axis: &ShardedAxis<'_>, place: &[u64]) -> Option<u64> {
        let whole = match axis {
            ShardedAxis::Window(window, labels) if window.is_own => {
                let axis = labels.iter().find_map(|label| value.layout.axis_of(label))?;
                return Some(self.halo_extents(value, window, labels)?.length(place[axis.0]));
            }
            ShardedAxis::Label(label) => self.einsum.known_extent(label)?,
            ShardedAxis::Window(window, labels) => window.axis_extent(&self.extents(labels)?)?,
        };
        let Some(axis) = value.mesh_axis(axis) else { return Some(whole) };
        let own = block(whole, self.size(axis)?, place[axis.0]);
        Some(own.end - own.start)
    }

    /// The numbers of a window along which a label is sharded, if they are known.
    fn halo_extents(&self, value: &ShardedValue, window: &Window, labels: &[Label]) -> Option<HaloExtents> {
        let sharded = labels.iter().position(|label| value.layout.axis_of(label).is_some())?;
        let processes = self.size(value.layout.axis_of(&labels[sharded])?)?;
        window.halo(sharded, &self.extents(labels)?, processes)
    }

    fn extents(&self, labels: &[Label]) -> Option<Vec<u64>> {
        labels.iter().map(|label| self.einsum.known_extent(label)).collect()
    }

    /// The words of each process, by where it is on each axis.
    fn of_each(&self, words: impl Fn(&[u64]) -> Option<u128>) -> Option<Words> {
        let Words(mut all) = self.nothing()?;
        for (process, sent) in all.iter_mut().enumerate() {
            *sent = words(&self.place(process as u64))?;
        }
        Some(Words(all))
    }

    /// Where a process is on each axis. (Where it is on one of an unknown size does not matter, or nothing is known.)
    fn place(&self, process: u64) -> Vec<u64> {
        let mut rest = process;
        let mut place = vec![0; self.sizes.len()];
        for (at, size) in place.iter_mut().zip(&self.sizes).rev() {
            let size = size.unwrap_or(1);
            (*at, rest) = (rest % size, rest / size);
        }
        place
    }

    fn size(&self, axis: AxisId) -> Option<u64> {
        self.sizes[axis.0]
    }
}

impl Words {
    /// The words that processes send in two steps, if these can be counted.
    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        self.0.iter().zip(&other.0).map(|(one, other)| one.checked_add(*other)).collect::<Option<_>>().map(Self)
    }

    /// The words of the process that sends the most, and whether all send as many.
    pub(super) fn most(&self) -> (u128, bool) {
        let most = self.0.iter().copied().max().unwrap_or(0);
        (most, self.0.iter().all(|words| *words == most))
    }
}

/// A window of a tensor, and its labels.
fn window_of(value: &ShardedValue, number: usize) -> (&Window, &[Label]) {
    let window = &value.windows[number];
    (window, &value.subscript.0[window.positions()])
}

fn is_same(one: &ShardedAxis<'_>, other: &ShardedAxis<'_>) -> bool {
    match (one, other) {
        (ShardedAxis::Label(one), ShardedAxis::Label(other)) => one == other,
        (ShardedAxis::Window(one, _), ShardedAxis::Window(other, _)) => one == other,
        _ => false,
    }
}

/// How many of so many words are in the block of a process.
fn u128_block(words: u128, processes: u64, number: u64) -> u128 {
    let (least, longer) = (words / u128::from(processes), words % u128::from(processes));
    least + u128::from(u128::from(number) < longer)
}
