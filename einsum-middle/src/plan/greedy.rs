//! A good path, if all extents are given, for any number of operands: greedy, many times, with
//! some chance; the best of those are then improved piece by piece.
//!
//! A greedy path multiplies, again and again, the two tensors whose product is smallest against
//! them (Smith and Gray's `opt_einsum`, with the chance of Gray and Kourtis' cotengra): the score is
//! `size(product) / a - a (size(lhs) + size(rhs))`, its logarithm plus noise.

use std::{
    cmp::{Ordering, Reverse},
    collections::BinaryHeap,
};

use super::{
    cost::Objective,
    limit::TooLarge,
    network::Network,
    path::{Path, Tensors},
    random::Random,
    reorder,
};

use crate::{
    few::{Set, sort_by},
    tuning::{GREEDY_IMPROVED_PATHS, GREEDY_PAIRS, GREEDY_TRIALS},
};

/// The parameters that the paths of two trials differ by.
#[derive(Clone, Copy)]
struct Taste {
    /// How much the sizes of factors count against that of the product.
    factors: f64,
    temperature: f64,
}

/// A path of few flops, no operand of which need be connected to another.
///
/// # Errors
/// If no path was found whose intermediates have at most `limit` elements.
pub fn search(network: &Network, objective: Objective, limit: Option<f64>) -> Result<Path, TooLarge> {
    let limit = limit.unwrap_or(f64::INFINITY);
    let mut random = Random(84);
    let mut pairs = 0;
    let mut paths = Set::default();
    for trial in 0..GREEDY_TRIALS {
        let taste = if trial == 0 { Taste::PLAIN } else { Taste::random(&mut random) };
        let mut greedy = Greedy::new(network, limit, taste, &mut random);
        greedy.contract();
        pairs += greedy.pairs;
        paths.insert(greedy.path);
        if pairs > GREEDY_PAIRS && trial > 0 {
            break;
        }
    }
    let mut paths: Vec<(Rank, Path)> =
        paths.into_iter().map(|path| (Rank::of(&path, network, objective, limit), path)).collect();
    paths.sort_by(|(a, _), (b, _)| a.cmp(b));
    let improved = paths.into_iter().take(GREEDY_IMPROVED_PATHS).map(|(_, path)| {
        let path = reorder::improve(network, &path, objective, limit, &mut random);
        (Rank::of(&path, network, objective, limit), path)
    });
    let Some((rank, path)) = improved.min_by(|(a, _), (b, _)| a.cmp(b)) else {
        unreachable!("at least one trial");
    };
    let smallest = (limit + rank.excess).max(network.largest_sum());
    if smallest > limit { Err(TooLarge { limit, smallest, is_exact: false }) } else { Ok(path) }
}

/// The greedy path, without chance.
pub(super) fn quick(network: &Network, limit: Option<f64>) -> Path {
    let mut random = Random(0);
    let mut greedy = Greedy::new(network, limit.unwrap_or(f64::INFINITY), Taste::PLAIN, &mut random);
    greedy.contract();
    greedy.path
}

/// A path, improved.
pub(super) fn improved(network: &Network, path: &Path, objective: Objective, limit: Option<f64>) -> Path {
    reorder::improve(network, path, objective, limit.unwrap_or(f64::INFINITY), &mut Random(0))
}

/// Which of two paths is better: less above the limit, then fewer flops.
#[derive(Clone, Copy)]
struct Rank {
    excess: f64,
    flops: f64,
}

/// Tensors, and the pairs of them that have a label in common, best first.
struct Greedy<'a> {
    network: &'a Network,
    limit: f64,
    taste: Taste,
    random: &'a mut Random,
    tensors: Tensors<'a>,
    sizes: Vec<f64>,
    is_left: Vec<bool>,
    /// The tensors that are left, of every label.
    with: Vec<Vec<usize>>,
    heap: BinaryHeap<Reverse<ScoredPair>>,
    path: Path,
    pairs: usize,
}

struct ScoredPair {
    is_too_large: bool,
    score: f64,
    lhs: usize,
    rhs: usize,
}

impl<'a> Greedy<'a> {
    fn new(network: &'a Network, limit: f64, taste: Taste, random: &'a mut Random) -> Self {
        let operands = network.operands.len();
        let mut greedy = Self {
            network,
            limit,
            taste,
            random,
            tensors: Tensors::new(network),
            sizes: Vec::new(),
            is_left: Vec::new(),
            with: vec![Vec::new(); network.labels.len()],
            heap: BinaryHeap::new(),
            path: Path { operands, steps: Vec::new() },
            pairs: 0,
        };
        (0..operands).for_each(|operand| greedy.add(operand));
        greedy
    }

    fn contract(&mut self) {
        while let Some(Reverse(pair)) = self.heap.pop() {
            if self.is_left[pair.lhs] && self.is_left[pair.rhs] {
                self.multiply(pair.lhs, pair.rhs);
            }
        }
        self.multiply_disconnected();
    }

    /// The pairs of a new tensor with those that it has a label in common with.
    fn add(&mut self, tensor: usize) {
        let labels = self.tensors.labels[tensor].clone();
        self.sizes.push(self.network.size(&labels));
        self.is_left.push(true);
        let neighbours: Set<usize> = labels.iter().flat_map(|label| &self.with[*label]).copied().collect();
        for neighbour in neighbours {
            let pair = self.pair(neighbour, tensor);
            self.heap.push(Reverse(pair));
        }
        for label in labels {
            self.with[label].push(tensor);
        }
    }

    fn pair(&mut self, lhs: usize, rhs: usize) -> ScoredPair {
        self.pairs += 1;
        let size = self.network.size(&self.tensors.product(lhs, rhs));
        let Taste { factors, temperature } = self.taste;
        let difference = size / factors - (self.sizes[lhs] + self.sizes[rhs]) * factors;
        let noise = if temperature > 0.0 { temperature * self.random.gumbel() } else { 0.0 };
        let score = difference.signum() * difference.abs().ln_1p() - noise;
        ScoredPair { is_too_large: size > self.limit, score, lhs, rhs }
    }

    fn multiply(&mut self, lhs: usize, rhs: usize) {
        for tensor in [lhs, rhs] {
            self.is_left[tensor] = false;
            self.tensors.labels[tensor].iter().for_each(|label| self.with[*label].retain(|other| *other != tensor));
        }
        self.path.steps.push((lhs, rhs));
        let product = self.tensors.merge(lhs, rhs);
        self.add(product);
    }

    /// Multiplies what has no label in common, the smallest first.
    fn multiply_disconnected(&mut self) {
        let mut left: Vec<usize> = (0..self.is_left.len()).rev().filter(|tensor| self.is_left[*tensor]).collect();
        sort_by(&mut left, |a, b| self.sizes[*b].total_cmp(&self.sizes[*a]).then(b.cmp(a)));
        while let (Some(lhs), Some(rhs)) = (left.pop(), left.pop()) {
            self.multiply(lhs, rhs);
            let product = self.sizes.len() - 1;
            let place = left.partition_point(|tensor| self.sizes[*tensor] > self.sizes[product]);
            left.insert(place, product);
            if left.len() == 1 {
                break;
            }
        }
    }
}

impl Taste {
    const PLAIN: Self = Self { factors: 1.0, temperature: 0.0 };

    fn random(random: &mut Random) -> Self {
        Self { factors: random.log_uniform(0.1, 4.0), temperature: random.log_uniform(0.001, 1.0) }
    }
}

impl Rank {
    fn of(path: &Path, network: &Network, objective: Objective, limit: f64) -> Self {
        let largest = path.largest_intermediate(network);
        let excess = if largest > limit { largest - limit } else { 0.0 };
        Self { excess, flops: path.flops(network, objective) }
    }

    fn cmp(&self, other: &Self) -> Ordering {
        self.excess.total_cmp(&other.excess).then(self.flops.total_cmp(&other.flops))
    }
}

impl Ord for ScoredPair {
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |pair: &Self| (pair.is_too_large, pair.lhs, pair.rhs);
        let by_score = self.score.total_cmp(&other.score);
        self.is_too_large.cmp(&other.is_too_large).then(by_score).then(key(self).cmp(&key(other)))
    }
}

impl PartialOrd for ScoredPair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for ScoredPair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for ScoredPair {}
