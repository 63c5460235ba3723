//! How a sharded layer scales: the time of a step on the ranks that there are, and a model of it on up to 1024.
//!
//! ```sh
//! cargo build --release -p einsum-compiler-mpi --example scaling
//! RAYON_NUM_THREADS=1 mpirun -n 2 target/release/examples/scaling            # latency and bandwidth as measured between these ranks
//! RAYON_NUM_THREADS=1 mpirun -n 2 target/release/examples/scaling 2 12       # those of a network: 2 us, 12 GB/s
//! ```
//!
//! The layer is `y = x w` with its gradients, the images of a batch on the axis `dp`: what is sent is the gradient of `w`, summed over all ranks.
//! The model has three numbers, which are measured first: the rate of multiplications of a rank, the time of a message, and that of a word. A
//! step on `p` ranks takes `flops / p / rate`, and a ring that sums `n` words `2 (p - 1)` messages and `2 n (p - 1) / p` words.

mod ranks;

use std::time::Instant;

use einsum_mpi::{Collective, Error, Mesh, Reduction, Sharded, Word, blocks::block, einsum_mpi_vjp};
use ndarray::Array2;

/// Images of the batch of all ranks, or of each in weak scaling, and features before and after the layer.
const LAYER: (usize, usize, usize) = (4096, 512, 512);
const ROUNDS: usize = 9;
const MODELLED: [usize; 8] = [8, 16, 32, 64, 128, 256, 512, 1024];

fn main() {
    let given: Vec<f64> = std::env::args().skip(1).map(|number| number.parse().expect("a number")).collect();
    ranks::run(|communicator| {
        let mut model = Model::measured(communicator);
        if let [latency, bandwidth] = given[..] {
            (model.message, model.word) = (latency * 1e-6, 4e-9 / bandwidth);
        }
        report(communicator, &model).expect("all ranks run the same program");
    });
}

/// Seconds that things take.
struct Model {
    multiplication: f64,
    message: f64,
    word: f64,
}

impl Model {
    fn measured(communicator: &dyn Collective) -> Self {
        let (images, before, after) = LAYER;
        let alone = Mesh::new(&einsum_mpi::Single, [("dp", 1)]).expect("a mesh of one rank");
        let share = images / communicator.size();
        let step = timed(communicator, &alone, share).expect("extents agree");
        let sum = |count: usize| {
            let mut words = vec![1.0_f32; count];
            time(communicator, || {
                words.fill(1.0);
                communicator.all_reduce(f32::words_mut(&mut words), Reduction::Sum);
            })
        };
        let (short, long) = (sum(1), sum(before * after));
        let (messages, parts) = ring(communicator.size(), before * after);
        // One rank sends nothing.
        let per = |time: f64, count: f64| if count > 0.0 { time / count } else { 0.0 };
        Self {
            multiplication: step / multiplications(share),
            message: per(short, messages),
            word: per((long - short).max(0.0), parts),
        }
    }

    /// A step with so many images in all.
    fn step(&self, images: usize, ranks: usize) -> f64 {
        let (messages, words) = ring(ranks, LAYER.1 * LAYER.2);
        self.multiplication * multiplications(images) / number(ranks) + self.message * messages + self.word * words
    }
}

/// Messages and words that a rank sends, one after the other, where so many words are summed in a ring.
fn ring(ranks: usize, words: usize) -> (f64, f64) {
    let others = number(ranks - 1);
    (2.0 * others, 2.0 * others * number(words) / number(ranks))
}

/// Of the value and both gradients.
fn multiplications(images: usize) -> f64 {
    3.0 * number(images * LAYER.1 * LAYER.2)
}

/// The seconds of the value of the layer and its gradients, with so many images in all.
fn timed(communicator: &dyn Collective, mesh: &Mesh, images: usize) -> Result<f64, Error> {
    let own = block(images, mesh.size("dp")?, mesh.index("dp")?).len();
    let x = Sharded::from_local(mesh, Array2::<f32>::ones((own, LAYER.1)), "dp _")?;
    let w = Sharded::replicate(mesh, Array2::<f32>::ones((LAYER.1, LAYER.2)))?;
    Ok(time(communicator, || {
        let (y, pullback) = einsum_mpi_vjp!("b/dp i, i j -> b/dp j", x, w);
        let (dx, dw) = pullback(&y);
        assert_eq!((dx.extents(), dw.extents()), (x.extents(), w.extents()));
    }))
}

/// The median time of some rounds, of the slowest rank.
fn time(communicator: &dyn Collective, mut call: impl FnMut()) -> f64 {
    let mut times: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let mut time = [0];
            communicator.largest(&mut time);
            let start = Instant::now();
            call();
            time[0] = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
            communicator.largest(&mut time);
            time[0]
        })
        .collect();
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of a step")]
    let median = times[ROUNDS / 2] as f64;
    median * 1e-9
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
fn number(count: usize) -> f64 {
    count as f64
}

fn report(communicator: &dyn Collective, model: &Model) -> Result<(), Error> {
    let (images, before, after) = LAYER;
    let (_, ranks) = ranks::sizes(communicator.size(), 1);
    let mesh = Mesh::new(communicator, [("dp", ranks)])?;
    let (strong, weak) = (timed(communicator, &mesh, images)?, timed(communicator, &mesh, images * ranks)?);
    if communicator.rank() > 0 {
        return Ok(());
    }
    println!("layer {before} to {after}, {images} images in all (strong) or for each rank (weak), f32");
    if model.word == 0.0 {
        println!(
            "one step takes {:.1} ms; run on two ranks or more, or give latency (us) and bandwidth (GB/s)",
            strong * 1e3
        );
        return Ok(());
    }
    println!(
        "{:.1} GFLOP/s a rank, {:.2} us a message, {:.2} GB/s",
        2e-9 / model.multiplication,
        model.message * 1e6,
        4e-9 / model.word
    );
    println!("{:>8} {:>12} {:>12} {:>12} {:>12}", "ranks", "strong ms", "efficiency", "weak ms", "efficiency");
    let line = |name: &str, ranks: usize, strong: f64, weak: f64| {
        let alone = model.step(images, 1);
        let efficiency = alone / strong / number(ranks);
        println!("{name:>8} {:>12.3} {efficiency:>12.2} {:>12.3} {:>12.2}", strong * 1e3, weak * 1e3, alone / weak);
        efficiency
    };
    line(&format!("{ranks} timed"), ranks, strong, weak);
    let modelled = [ranks].into_iter().chain(MODELLED);
    let efficiencies: Vec<_> = modelled
        .map(|ranks| {
            let (strong, weak) = (model.step(images, ranks), model.step(images * ranks, ranks));
            (ranks, line(&ranks.to_string(), ranks, strong, weak))
        })
        .collect();
    if let Some((ranks, _)) = efficiencies.iter().find(|(_, efficiency)| *efficiency < 0.5) {
        println!("strong scaling is half of what it could be at {ranks} ranks or before");
    }
    Ok(())
}
