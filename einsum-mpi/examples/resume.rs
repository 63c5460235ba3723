//! A job that goes on where an earlier one was ended: the power iteration for the largest eigenvalue of a matrix, whose rows are
//! sharded, with a checkpoint every ten steps.
//!
//! ```text
//! cargo build --release -p einsum-compiler-mpi --example resume
//! mpirun -n 4 target/release/examples/resume /tmp/checkpoint 25      # the last rank panics at step 25
//! mpirun -n 4 target/release/examples/resume /tmp/checkpoint         # goes on at step 20
//! ```
//!
//! Each rank writes its part beside the last checkpoint, under another name, and renames it when it is on the disk. When all have, one
//! rank writes the number of the step, in the same way: so a job may be ended anywhere, and there is always one whole checkpoint. The
//! directory is one that all machines share.

#![allow(clippy::cast_precision_loss, reason = "indices are small")]

use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use einsum_mpi::{Collective, Mesh, Mpi, Sharded, abort_on_panic, blocks::block, einsum_mpi};
use mpi::Threading;
use ndarray::{Array1, Array2};

const EXTENT: usize = 301;
const STEPS: u64 = 60;

pub(crate) fn main() {
    let mut arguments = env::args().skip(1);
    let directory = PathBuf::from(arguments.next().expect("the first argument is a directory for checkpoints"));
    let stop_at: Option<u64> = arguments.next().map(|step| step.parse().expect("the second argument is a step"));

    let (universe, threading) = mpi::initialize_with_threading(Threading::Funneled).expect("MPI is initialised once");
    assert!(threading >= Threading::Funneled, "this MPI has no threads within a rank");
    let ranks = Mpi::new(&universe.world());
    let _end = abort_on_panic(&ranks);
    let mesh = Mesh::new(&ranks, [("dp", ranks.size())]).expect("one axis of all ranks");

    let own = block(EXTENT, ranks.size(), ranks.rank());
    let rows = Array2::from_shape_fn((own.len(), EXTENT), |(i, j)| 1.0 / (1 + (own.start + i).max(j)) as f64);
    let matrix = Sharded::from_local(&mesh, rows, "dp _").expect("blocks of rows");

    let checkpoints = Checkpoints { directory: &directory, ranks: &ranks };
    let (first, part) = checkpoints.load().unwrap_or_else(|| (0, vec![1.0; own.len()]));
    if ranks.rank() == 0 {
        println!("starts at step {first}");
    }
    let mut vector = Sharded::from_local(&mesh, Array1::from_vec(part), "dp").expect("blocks of a vector");
    let mut value = 0.0;
    for step in first..STEPS {
        assert!(
            stop_at != Some(step) || ranks.rank() + 1 != ranks.size(),
            "the last rank was told to panic at step {step}"
        );
        let product = einsum_mpi!("i/dp j, j/dp -> i/dp", matrix, vector);
        value = einsum_mpi!("i/dp, i/dp ->", product, product).into_local().into_scalar().sqrt();
        vector = product.map(|element| element / value).expect("a whole vector");
        if (step + 1) % 10 == 0 {
            checkpoints.save(step + 1, vector.local().as_slice().expect("a new vector"));
        }
    }
    if ranks.rank() == 0 {
        println!("the largest eigenvalue is {value:.15}");
    }
}

/// A directory with the parts of all ranks at one step, and the number of that step.
struct Checkpoints<'a> {
    directory: &'a Path,
    ranks: &'a Mpi,
}

impl Checkpoints<'_> {
    /// Keeps this rank's part. All ranks call it.
    fn save(&self, step: u64, part: &[f64]) {
        let bytes: Vec<u8> = part.iter().flat_map(|number| number.to_le_bytes()).collect();
        fs::create_dir_all(self.directory)
            .and_then(|()| replace(&self.part(step), &bytes))
            .expect("the part is written");
        // (When one rank has this answer, all have written.)
        self.ranks.largest(&mut [step]);
        if self.ranks.rank() == 0 {
            replace(&self.directory.join("step"), step.to_string().as_bytes()).expect("the step is written");
        }
        // The last checkpoint goes when the new one counts.
        self.ranks.largest(&mut [step]);
        if let Some(before) = step.checked_sub(10) {
            let _ = fs::remove_file(self.part(before));
        }
    }

    /// The step and this rank's part of the last checkpoint, if there is one. All ranks call it.
    fn load(&self) -> Option<(u64, Vec<f64>)> {
        // (One rank reads the step, so that none reads another.)
        let mut found = [0];
        if self.ranks.rank() == 0 {
            let text = fs::read_to_string(self.directory.join("step")).ok();
            found[0] = text.map_or(0, |text| text.parse().expect("the file `step` has a number"));
        }
        self.ranks.largest(&mut found);
        let [step] = found;
        if step == 0 {
            return None;
        }
        let bytes = fs::read(self.part(step)).expect("a checkpoint is of as many ranks as it is read by");
        let number = |bytes: &[u8]| f64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        Some((step, bytes.chunks_exact(8).map(number).collect()))
    }

    fn part(&self, step: u64) -> PathBuf {
        self.directory.join(format!("part-{}-of-{}-at-{step}", self.ranks.rank(), self.ranks.size()))
    }
}

/// Writes a file of this name, which is never there in part: a reader finds what was there before, or all of it.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let unfinished = path.with_extension("unfinished");
    let mut file = fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)
}
