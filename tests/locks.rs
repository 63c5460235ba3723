//! Locks that are held around an einsum, or within the operations of its elements: a thread that waits for others to do their
//! part takes on no other work of the pool, which could need the lock that it holds.
#![allow(clippy::float_cmp, reason = "small integers are exact")]
#![allow(missing_docs, clippy::unwrap_used, reason = "a test may panic, and needs no documentation")]

use std::{
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

use einsum::{Element, einsum};
use ndarray::{Array1, Array2};
use rayon::{
    ThreadPool, ThreadPoolBuilder,
    iter::{IntoParallelIterator as _, ParallelIterator as _},
};

/// Long enough for everything here, ten times over, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

fn pool(threads: usize) -> ThreadPool {
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// What `work` gives; a panic if it does not end. (The threads that wait for each other are left to the end of the program.)
fn ends<R: Send + 'static>(name: &str, work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, result) = mpsc::channel();
    thread::spawn(move || done.send(work()));
    result.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{name} does not end: {error}"))
}

/// A product that several threads share, of one element.
fn product(x: f64, y: f64) -> f64 {
    let [x, y] = [x, y].map(|x| Array1::from_elem(400_009, x));
    einsum!("i,i->i", x, y)[400_008]
}

#[test]
fn a_lock_may_be_held_around_an_einsum_in_a_pool() {
    let sum = ends("a loop of einsums under a lock", || {
        let sum = Mutex::new(0.0);
        let add = |_| {
            let mut sum = sum.lock().unwrap();
            *sum += product(2.0, 3.0);
        };
        for threads in [3, 16] {
            let pool = pool(threads);
            (0..30).for_each(|_| pool.install(|| (0..2 * threads).into_par_iter().for_each(add)));
        }
        sum.into_inner().unwrap()
    });
    assert_eq!(sum, 6.0 * 30.0 * 38.0);
}

static TIMES: Mutex<usize> = Mutex::new(0);

/// A number whose product is counted, under a lock, and now and then computed by an einsum.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Locking(f64);

impl Element for Locking {
    const ZERO: Self = Self(0.0);
    const ONE: Self = Self(1.0);

    fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    fn times(self, other: Self) -> Self {
        let mut times = TIMES.lock().unwrap();
        *times += 1;
        Self(if times.is_multiple_of(2000) { product(self.0, other.0) } else { self.0 * other.0 })
    }

    fn conjugate(self) -> Self {
        self
    }
}

#[test]
fn elements_may_lock_and_call_an_einsum_themselves() {
    // In a pool of more threads than the work has pieces, and of fewer; and from a thread of no pool.
    for threads in [None, Some(2), Some(16)] {
        let y = ends("an einsum of elements that lock", move || {
            let x = Array2::from_elem((61, 67), Locking(2.0));
            let w = Array2::from_elem((67, 59), Locking(3.0));
            let run = || einsum!("ij,jk->ik", x, w);
            threads.map_or_else(run, |threads| pool(threads).install(run))
        });
        assert_eq!(y, Array2::from_elem((61, 59), Locking(6.0 * 67.0)), "{threads:?} threads");
    }
    assert_eq!(*TIMES.lock().unwrap(), 3 * 61 * 67 * 59);
}
