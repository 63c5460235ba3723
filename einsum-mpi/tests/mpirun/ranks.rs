//! What ranks run.

use std::{
    cell::RefCell,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    process, thread,
    time::Duration,
};

use einsum_mpi::{Collective, Mesh, Mpi, Reduction, Sharded, WordsMut, abort_on_panic, moves};
use mpi::{Threading, topology::Communicator};
use ndarray::Array2;

use crate::{
    cases::{
        self,
        collectives::{all_calls, long_sums},
        with_cases,
    },
    resume,
};

thread_local! {
    static RANKS: RefCell<Option<Mpi>> = const { RefCell::new(None) };
}

pub(crate) fn on_meshes<R>(program: impl Fn(&Mesh) -> R + Sync) {
    RANKS.with_borrow(|ranks| {
        let ranks = ranks.as_ref().unwrap();
        let of_this_size =
            |axes: &[(&str, usize); 2]| axes.iter().map(|(_, size)| size).product::<usize>() == ranks.size();
        cases::MESHES.into_iter().filter(of_this_size).for_each(|axes| drop(program(&Mesh::new(ranks, axes).unwrap())));
    });
}

pub(crate) fn run(program: &str) {
    if program == "resume" {
        return resume::main();
    }
    let (universe, threading) = mpi::initialize_with_threading(Threading::Funneled).unwrap();
    assert!(threading >= Threading::Funneled);
    let world = universe.world();
    let ranks = Mpi::new(&world);
    if program == "moves" {
        return differ_in_moves(&ranks);
    }
    let _end = abort_on_panic(&ranks);
    match program {
        "cases" => run_cases(&world),
        "panic" => panics(&ranks),
        "worker" => panics_in_a_thread(&ranks),
        "extents" => differ(&ranks),
        "endless" => endless(&ranks),
        other => panic!("no program `{other}`"),
    }
}

macro_rules! run_each {
    ($($module:ident::$case:ident)*) => { $(
        cases::$module::$case();
    )* };
}

/// All cases, with whole messages and with messages of at most five words.
fn run_cases(world: &impl Communicator) {
    for limit in [None, Some(5), Some(1)] {
        let ranks = Mpi::new(world);
        let ranks = limit.into_iter().fold(ranks, Mpi::cut_at);
        all_calls(&ranks);
        if limit.is_none() {
            long_sums(&ranks);
        }
        all_calls(&*ranks.split(0));
        let half = ranks.split(ranks.rank() % 2);
        all_calls(&*half);
        RANKS.set(Some(ranks));
        if limit != Some(1) {
            with_cases!(run_each);
        }
        // (Before MPI is finalised.)
        RANKS.set(None);
    }
    if world.rank() == 0 {
        println!("{} ranks: all cases passed", world.size());
    }
}

fn sum(ranks: &dyn Collective) -> f64 {
    let mut sum = [1.0];
    ranks.all_reduce(WordsMut::F64(&mut sum), Reduction::Sum);
    sum[0]
}

fn panics(ranks: &Mpi) {
    let mesh = Mesh::new(ranks, [("dp", ranks.size())]).unwrap();
    sum(ranks);
    assert!(ranks.rank() != 2, "rank 2 has had enough");
    sum(mesh.ranks());
}

fn panics_in_a_thread(ranks: &Mpi) {
    let mesh = Mesh::new(ranks, [("dp", ranks.size())]).unwrap();
    let rank = ranks.rank();
    if let Err(panic) = thread::spawn(move || assert!(rank != 2, "a thread of rank 2 has had enough")).join() {
        std::panic::resume_unwind(panic);
    }
    sum(mesh.ranks());
}

/// Rank 1 has one column more.
fn differ(ranks: &Mpi) {
    let mesh = Mesh::new(ranks, [("dp", ranks.size())]).unwrap();
    let columns = if ranks.rank() == 1 { 4 } else { 3 };
    let error = Sharded::from_whole(&mesh, &Array2::<f32>::zeros((7, columns)), "dp _").unwrap_err();
    println!("rank {}: {error}", ranks.rank());
}

/// A tensor of rank 1 has one column more, and all panic, of which each can go on.
fn differ_in_moves(ranks: &Mpi) {
    let mesh = Mesh::new(ranks, [("dp", ranks.size())]).unwrap();
    let terms = Array2::<f32>::zeros((7, if ranks.rank() == 1 { 4 } else { 3 }));
    let panic = catch_unwind(AssertUnwindSafe(|| moves::all_reduce(terms, &mesh, "dp"))).unwrap_err();
    println!("rank {}: {}", ranks.rank(), panic.downcast::<String>().unwrap());
    assert!(sum(ranks) == ranks.size() as f64);
}

fn endless(ranks: &Mpi) {
    println!("rank {} is process {}", ranks.rank(), process::id());
    std::io::stdout().flush().unwrap();
    loop {
        sum(ranks);
        thread::sleep(Duration::from_millis(10));
    }
}
