//! A case, its peers, and the rounds in which each peer is timed in turn.

use std::{arch::asm, sync::atomic::Ordering, time::Instant};

use crate::{
    memory::ALIGNED,
    oracle::{self, Extents},
    report::Report,
    value::Value,
};

/// Sets of operands, of which each call of a throughput takes the next; fewer if that many do not fit into the first cache.
const SETS: usize = 64;
/// Calls of one pass of a latency.
pub const CHAINED: usize = 64;
/// Length of a sample, in nanoseconds.
const SAMPLE: f64 = 50_000.0;

/// The loops of a peer: so many passes of independent calls, and of calls that each read the last result.
struct Peer {
    name: String,
    throughput: Box<dyn FnMut(usize)>,
    latency: Box<dyn FnMut(usize)>,
}

/// Operands and results of one call. Each starts a cache line.
struct Set<X, R, Y> {
    x: Line<X>,
    rest: Line<R>,
    y: Line<Y>,
}

#[repr(align(64))]
struct Line<T>(T);

impl<X, R, Y> Set<X, R, Y> {
    fn new((x, rest, y): (X, R, Y)) -> Self {
        Set { x: Line(x), rest: Line(rest), y: Line(y) }
    }
}

/// A case of the benchmark: an operation, its numbers, and who computes it.
pub struct Case<T> {
    pub group: &'static str,
    pub name: String,
    pub results: Vec<usize>,
    /// For each set its operands, row-major.
    sets: Vec<Vec<Vec<T>>>,
    /// The operands of latencies: all but the first make the result an operand again that is neither larger nor smaller.
    steady: Vec<Vec<T>>,
    expected: Vec<Vec<T>>,
    peers: Vec<Peer>,
}

impl<T: Value> Case<T> {
    /// A case with random operands of these subscripts. Each of `results` is an einsum, with the operands that it takes.
    pub fn new(
        group: &'static str,
        name: String,
        operands: &[&str],
        results: &[(&str, &[usize])],
        extents: Extents,
    ) -> Self {
        let lengths: Vec<usize> = operands.iter().map(|term| oracle::size(term, extents)).collect();
        let of_results: Vec<usize> =
            results.iter().map(|(s, _)| oracle::size(s.split_once("->").unwrap().1, extents)).collect();
        let bytes: usize = lengths.iter().chain(&of_results).map(|n| (n * size_of::<T>()).next_multiple_of(64)).sum();
        let count = (first_cache() * 7 / 8 / bytes).clamp(2, SETS);
        let mut random = oracle::random();
        let mut set = || lengths.iter().map(|&n| (0..n).map(|_| T::of(random())).collect()).collect::<Vec<Vec<T>>>();
        let sets: Vec<_> = (0..count).map(|_| set()).collect();
        let expected = |set: &Vec<Vec<T>>| {
            let einsum = |&(subscripts, takes): &(&str, &[usize])| {
                oracle::einsum(subscripts, extents, &takes.iter().map(|&k| &set[k][..]).collect::<Vec<_>>())
            };
            results.iter().flat_map(einsum).collect()
        };
        let expected = sets.iter().map(expected).collect();
        Case { group, name, results: of_results, steady: set(), sets, expected, peers: Vec::new() }
    }

    /// Sets an operand of the latencies.
    pub fn steady(mut self, operand: usize, value: impl Fn(usize) -> f64) -> Self {
        self.steady[operand].iter_mut().enumerate().for_each(|(at, x)| *x = T::of(value(at)));
        self
    }

    /// Adds a peer whose result is of the type of its first operand, and becomes that operand in the next call of a latency.
    ///
    /// `make` gives first operand, the rest, and room for the result; `read` the result in row-major order.
    pub fn add<X: 'static, R: 'static>(
        &mut self,
        name: &str,
        make: impl Fn(&[Vec<T>]) -> (X, R, X),
        call: impl Fn(&X, &R, &mut X) + Copy + 'static,
        read: impl Fn(&X) -> Vec<T>,
    ) {
        let mut set = Set::new(make(&self.steady));
        let latency = move |passes| {
            for _ in 0..passes * (CHAINED / 2) {
                let s = opaque(&mut set);
                call(&s.x.0, &s.rest.0, &mut s.y.0);
                let s = opaque(s);
                call(&s.y.0, &s.rest.0, &mut s.x.0);
            }
        };
        self.rotate(name, make, call, read, Box::new(latency));
    }

    /// Adds a peer whose result is written into its first operand by `feed` before the next call of a latency.
    pub fn add_fed<X: 'static, R: 'static, Y: 'static>(
        &mut self,
        name: &str,
        make: impl Fn(&[Vec<T>]) -> (X, R, Y),
        call: impl Fn(&X, &R, &mut Y) + Copy + 'static,
        read: impl Fn(&Y) -> Vec<T>,
        feed: impl Fn(&Y, &mut X) + 'static,
    ) {
        let mut set = Set::new(make(&self.steady));
        let latency = move |passes| {
            for _ in 0..passes * CHAINED {
                let s = opaque(&mut set);
                call(&s.x.0, &s.rest.0, &mut s.y.0);
                let s = opaque(s);
                feed(&s.y.0, &mut s.x.0);
            }
        };
        self.rotate(name, make, call, read, Box::new(latency));
    }

    fn rotate<X: 'static, R: 'static, Y: 'static>(
        &mut self,
        name: &str,
        make: impl Fn(&[Vec<T>]) -> (X, R, Y),
        call: impl Fn(&X, &R, &mut Y) + Copy + 'static,
        read: impl Fn(&Y) -> Vec<T>,
        latency: Box<dyn FnMut(usize)>,
    ) {
        let mut sets: Vec<_> = self.sets.iter().map(|operands| Set::new(make(operands))).collect();
        let pass = move |sets: &mut Vec<Set<X, R, Y>>| {
            for set in sets {
                let s = opaque(set);
                call(&s.x.0, &s.rest.0, &mut s.y.0);
                opaque(&mut s.y);
            }
        };
        pass(&mut sets);
        let results: Vec<_> = sets.iter().map(|set| read(&set.y.0)).collect();
        let throughput = move |passes| (0..passes).for_each(|_| pass(&mut sets));
        self.add_loops(name, &results, Box::new(throughput), latency);
    }

    /// Adds a peer that has loops of its own, and what it computed for each set in one pass.
    pub fn add_loops(
        &mut self,
        name: &str,
        results: &[Vec<T>],
        throughput: Box<dyn FnMut(usize)>,
        latency: Box<dyn FnMut(usize)>,
    ) {
        assert_eq!(results.len(), self.expected.len());
        for (result, expected) in results.iter().zip(&self.expected) {
            assert_eq!(result.len(), expected.len(), "{name}, {}", self.name);
            let far = result.iter().zip(expected).map(|(x, y)| x.far(*y)).fold(0.0, f64::max);
            assert!(far <= T::TOLERANCE, "{name} is wrong by {far} in {} {}, {}", self.group, self.name, T::NAME);
        }
        self.peers.push(Peer { name: name.to_owned(), throughput, latency });
    }

    pub fn sets(&self) -> &[Vec<Vec<T>>] {
        &self.sets
    }

    pub fn steady_set(&self) -> &[Vec<T>] {
        &self.steady
    }

    /// Times all peers: in each round one after the other.
    pub fn run(mut self, rounds: usize, report: &mut Report) {
        let loops: [(&str, usize, fn(&mut Peer) -> &mut Box<dyn FnMut(usize)>); 2] = [
            ("throughput", self.sets.len(), |peer| &mut peer.throughput),
            ("latency", CHAINED, |peer| &mut peer.latency),
        ];
        ALIGNED.store(false, Ordering::Relaxed);
        for (mode, calls, pick) in loops {
            let passes: Vec<usize> = self.peers.iter_mut().map(|peer| calibrate(pick(peer))).collect();
            let mut samples = vec![Vec::new(); self.peers.len()];
            for _ in 0..rounds {
                for ((peer, &passes), samples) in self.peers.iter_mut().zip(&passes).zip(&mut samples) {
                    pick(peer)(1);
                    samples.push(time(pick(peer), passes) / (passes * calls) as f64);
                }
            }
            for (peer, samples) in self.peers.iter().zip(&mut samples) {
                samples.sort_by(f64::total_cmp);
                report.row(self.group, &self.name, T::NAME, mode, &peer.name, samples[0], samples[rounds / 2]);
            }
        }
        ALIGNED.store(true, Ordering::Relaxed);
    }
}

/// The reference, to what the compiler knows nothing of, before and after: as `opaque` in `eigen.cpp`. (`black_box` writes the reference to memory
/// and reads it again, which takes as long as a trace.)
#[inline(always)]
fn opaque<T>(x: &mut T) -> &mut T {
    let mut pointer: *mut T = x;
    // SAFETY: there is no instruction, so that the pointer is that of the reference.
    unsafe {
        asm!("/* {0} */", inout(reg) pointer, options(nostack, preserves_flags));
        &mut *pointer
    }
}

/// Nanoseconds of so many passes.
fn time(run: &mut Box<dyn FnMut(usize)>, passes: usize) -> f64 {
    clear_upper_halves();
    let start = Instant::now();
    run(passes);
    start.elapsed().as_secs_f64() * 1e9
}

/// Clears the upper halves of the vector registers. libxsmm's kernels leave them in use, and instructions of the baseline, whoever
/// runs them next, then take up to four times as long.
fn clear_upper_halves() {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx") {
        // SAFETY: the processor has the instruction; no vector lives across the call.
        unsafe { std::arch::x86_64::_mm256_zeroupper() }
    }
}

/// How many passes a sample takes: the least time of several, so that an interruption does not make samples short.
fn calibrate(run: &mut Box<dyn FnMut(usize)>) -> usize {
    let once = (0..7).map(|_| time(run, 1)).fold(f64::INFINITY, f64::min);
    let several = ((SAMPLE / 4.0 / once) as usize).max(1);
    let each = (0..5).map(|_| time(run, several)).fold(f64::INFINITY, f64::min) / several as f64;
    ((SAMPLE / each) as usize).max(1)
}

/// Bytes of the first data cache.
fn first_cache() -> usize {
    // SAFETY: sysconf only reads.
    let bytes = unsafe { libc::sysconf(libc::_SC_LEVEL1_DCACHE_SIZE) };
    usize::try_from(bytes).ok().filter(|&n| n > 0).unwrap_or(32 << 10)
}
