//! A CP decomposition of a tensor that no rank has as a whole, `t[i,j,k] = Σ_r a[i,r] b[j,r] c[k,r]`, by alternating least squares.
//!
//! ```sh
//! cargo build --release -p einsum-compiler-mpi --example als
//! mpirun -n 4 target/release/examples/als
//! ```
//!
//! The tensor is sharded over both axes of the mesh, and each rank makes its own part of it. MTTKRP, the product that each least-squares problem is made of (Kolda and Bader, Tensor
//! Decompositions and Applications, SIAM Review 2009), is one sharded einsum for each factor: what is sent is a factor, and never the tensor.

mod ranks;
#[path = "../../examples/solve/mod.rs"]
mod solve;

use std::time::Instant;

use einsum::einsum;
use einsum_mpi::{Counting, Error, Mesh, Sharded, blocks::block, einsum_mpi, einsum_mpi_fn};
use ndarray::{Array0, Array2, Array3, s};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use solve::least_squares;

const EXTENTS: (usize, usize, usize) = (160, 120, 100);
const RANK: usize = 5;
const SWEEPS: usize = 20;

einsum_mpi_fn! {
    /// What is left of the tensor along its first axis.
    fn along_i(t, b, c) = "i/x j/y k, j/y r, k r -> i/x r";
    /// What is left of the tensor along its second axis.
    fn along_j(t, a, c) = "i/x j/y k, i/x r, k r -> j/y r";
    /// What is left of the tensor along its third axis.
    fn along_k(t, a, b) = "i/x j/y k, i/x r, j/y r -> k r";
}

fn main() {
    ranks::run(|communicator| {
        let error = decompose(communicator).expect("all ranks run the same program");
        assert!(error < 0.1, "the relative error is {error}");
    });
}

fn decompose(communicator: &dyn einsum_mpi::Collective) -> Result<f64, Error> {
    let counting = Counting::new(communicator);
    let (x, y) = ranks::sizes(communicator.size(), 2);
    let mesh = Mesh::new(&counting, [("x", x), ("y", y)])?;
    let is_first = communicator.rank() == 0;
    let rng = &mut ChaCha8Rng::seed_from_u64(3);
    let t = tensor(&mesh, rng)?;
    let size = number(&einsum_mpi!("i/x j/y k, i/x j/y k -> ", t, t));
    let (mut a, mut b, mut c) = (
        Sharded::from_whole(&mesh, &factor(EXTENTS.0, rng), "x _")?,
        Sharded::from_whole(&mesh, &factor(EXTENTS.1, rng), "y _")?,
        Sharded::replicate(&mesh, factor(EXTENTS.2, rng))?,
    );
    let start = Instant::now();
    let mut error = 1.0;
    for sweep in 1..=SWEEPS {
        // Products of columns, which are small, on all ranks.
        let of_b = einsum_mpi!("j/y r, j/y s -> r s", b, b).into_local();
        let of_c = einsum_mpi!("k r, k s -> r s", c, c).into_local();
        improve(&mut a, along_i(&t, &b, &c), &(&of_b * &of_c));
        let of_a = einsum_mpi!("i/x r, i/x s -> r s", a, a).into_local();
        improve(&mut b, along_j(&t, &a, &c), &(&of_a * &of_c));
        let of_b = einsum_mpi!("j/y r, j/y s -> r s", b, b).into_local();
        let left = along_k(&t, &a, &b);
        let inner = |c: &Sharded<Array2<f64>>| number(&einsum_mpi!("k r, k r -> ", left, c));
        let gram = &of_a * &of_b;
        improve(&mut c, left.clone(), &gram);
        // |t - model|² = |t|² - 2 <t, model> + |model|², without the model.
        let of_c = einsum_mpi!("k r, k s -> r s", c, c).into_local();
        let squared = size - 2.0 * inner(&c) + (&gram * &of_c).sum();
        error = (squared.max(0.0) / size).sqrt();
        if is_first {
            println!("sweep {sweep:2}: relative error {error:.3e}");
        }
    }
    if is_first {
        let share = t.local().len();
        println!("mesh x={x}, y={y}: {share} of {} elements on a rank", t.extents().iter().product::<usize>());
        println!("{} words sent by each rank, {:.2} s", counting.sent().total(), start.elapsed().as_secs_f64());
    }
    Ok(error)
}

/// This rank's part of the tensor, from the rows of the factors that it needs.
fn tensor(mesh: &Mesh, rng: &mut ChaCha8Rng) -> Result<Sharded<Array3<f64>>, Error> {
    let (a, b, c) = (factor(EXTENTS.0, rng), factor(EXTENTS.1, rng), factor(EXTENTS.2, rng));
    let own = |axis: &str, extent: usize| Ok::<_, Error>(block(extent, mesh.size(axis)?, mesh.index(axis)?));
    let (rows, columns) = (own("x", EXTENTS.0)?, own("y", EXTENTS.1)?);
    let part = einsum!("ir,jr,kr->ijk", a.slice(s![rows, ..]), b.slice(s![columns, ..]), c);
    Sharded::from_local(mesh, part, "x y _")
}

fn factor(extent: usize, rng: &mut ChaCha8Rng) -> Array2<f64> {
    Array2::from_shape_simple_fn((extent, RANK), || rng.random_range(0.1..1.0))
}

/// The factor that is the best for the others: each rank solves for the rows that it has.
fn improve(factor: &mut Sharded<Array2<f64>>, left: Sharded<Array2<f64>>, gram: &Array2<f64>) {
    factor.local_mut().assign(&least_squares(&left.into_local(), gram));
}

fn number(sum: &Sharded<Array0<f64>>) -> f64 {
    *sum.local().first().expect("a number has one element")
}
