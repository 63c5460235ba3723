//! Improves a path piece by piece: a window of a few neighbouring steps is put in the best order
//! there is, everywhere in the tree, until nothing gets better.

use super::{
    cost::Objective,
    dense::{Dense, Mask, MaskSplit},
    network::Network,
    path::{Path, Tensors},
    programme::Programme,
    random::Random,
};

use crate::{
    few::List,
    tuning::{REORDER_VAIN_ROUNDS, REORDER_WINDOW_TENSORS},
};

/// The tree of a path. Nodes are numbered as the values of the path are at first.
struct PathTree<'a> {
    network: &'a Network,
    objective: Objective,
    limit: f64,
    children: Vec<Option<(usize, usize)>>,
    labels: Vec<Vec<usize>>,
    /// The flops of the step that computes a node.
    flops: Vec<f64>,
}

/// A part of the tree below a node: the nodes within, that and others, and those at its end.
struct Window {
    inner: Vec<usize>,
    leaves: Vec<usize>,
}

/// The path, or one of fewer flops that is no more above the limit.
pub(super) fn improve(network: &Network, path: &Path, objective: Objective, limit: f64, random: &mut Random) -> Path {
    let mut tree = PathTree::new(network, path, objective, limit);
    let mut in_vain = 0;
    while in_vain < REORDER_VAIN_ROUNDS {
        let mut is_better = false;
        for node in tree.steps_downwards() {
            let window = tree.window(node, if in_vain == 0 { None } else { Some(random) });
            is_better |= tree.reorder(&window);
        }
        in_vain = if is_better { 0 } else { in_vain + 1 };
    }
    tree.path()
}

impl<'a> PathTree<'a> {
    fn new(network: &'a Network, path: &Path, objective: Objective, limit: f64) -> Self {
        let mut tensors = Tensors::new(network);
        let mut flops = vec![0.0; path.operands];
        for (lhs, rhs) in &path.steps {
            let (labels, weight) = tensors.step(*lhs, *rhs, objective);
            flops.push(weight * network.size(&labels));
            tensors.merge(*lhs, *rhs);
        }
        let leaves = std::iter::repeat_n(None, path.operands);
        let children = leaves.chain(path.steps.iter().copied().map(Some)).collect();
        Self { network, objective, limit, children, labels: tensors.labels, flops }
    }

    /// The nodes that are results of steps, every one before those that it is computed from.
    fn steps_downwards(&self) -> Vec<usize> {
        let mut open = vec![self.children.len() - 1];
        let mut nodes = Vec::new();
        while let Some(node) = open.pop() {
            if let Some((lhs, rhs)) = self.children[node] {
                nodes.push(node);
                open.extend([lhs, rhs]);
            }
        }
        nodes
    }

    /// The window below a node: it grows by the most expensive step at its end, or by any.
    fn window(&self, node: usize, mut random: Option<&mut Random>) -> Window {
        let mut window = Window { inner: Vec::new(), leaves: vec![node] };
        while window.leaves.len() < REORDER_WINDOW_TENSORS {
            let steps = (0..window.leaves.len()).filter(|place| self.children[window.leaves[*place]].is_some());
            let steps: Vec<usize> = steps.collect();
            let flops = |place: &&usize| self.flops[window.leaves[**place]];
            let place = match &mut random {
                Some(random) if !steps.is_empty() => random.pick(&steps),
                _ => match steps.iter().max_by(|a, b| flops(a).total_cmp(&flops(b))) {
                    Some(place) => *place,
                    None => break,
                },
            };
            let inner = window.leaves.swap_remove(place);
            window.inner.push(inner);
            window.leaves.extend(self.children[inner].iter().flat_map(|(lhs, rhs)| [*lhs, *rhs]));
        }
        window
    }

    /// Puts a window in order; says whether that made it better.
    fn reorder(&mut self, window: &Window) -> bool {
        if window.leaves.len() < 3 {
            return false;
        }
        let labels: Vec<&[usize]> = window.leaves.mapped(|leaf| self.labels[*leaf].as_slice());
        let Some(dense) = Dense::new(&labels, &self.labels[window.inner[0]], |_| true) else { return false };
        let extents = dense.extents(|label| self.network.size(&[label]));
        let (objective, limit) = (self.objective, self.limit);
        let programme = Programme { dense: &dense, extents: &extents, objective, limit, is_part: false };
        let fits = window.inner[1..].iter().all(|node| self.network.size(&self.labels[*node]) <= limit);
        let flops: f64 = window.inner.iter().map(|node| self.flops[*node]).sum();
        let bound = if fits { flops * (1.0 - 1e-9) } else { f64::INFINITY };
        let Some(path) = programme.cheapest(bound) else { return false };
        self.replace(window, &path, &dense);
        true
    }

    /// Puts a path that multiplies the leaves of a window in the place of its steps.
    fn replace(&mut self, window: &Window, path: &Path, dense: &Dense) {
        // The nodes of the steps in their order: the last is the top of the window.
        let nodes: Vec<usize> = window.leaves.iter().chain(window.inner.iter().rev()).copied().collect();
        let masks: Vec<Mask> = path.sets().mapped(|set| set.iter().fold(0, |mask, n| mask | 1 << n));
        for (step, (lhs, rhs)) in path.steps.iter().enumerate() {
            let value = path.operands + step;
            let split = MaskSplit { lhs: masks[*lhs], rhs: masks[*rhs] };
            let (weight, labels) = dense.step(split, self.objective);
            let node = nodes[value];
            self.flops[node] = weight * self.network.size(&dense.labels(labels));
            self.labels[node] = dense.labels(dense.kept[masks[value] as usize]);
            self.children[node] = Some((nodes[*lhs], nodes[*rhs]));
        }
    }

    fn path(&self) -> Path {
        let mut downwards = self.steps_downwards();
        downwards.reverse();
        let operands = self.network.operands.len();
        let mut values: Vec<usize> = (0..self.children.len()).collect();
        let mut steps = Vec::new();
        for node in downwards {
            steps.extend(self.children[node].iter().map(|(lhs, rhs)| (values[*lhs], values[*rhs])));
            values[node] = operands + steps.len() - 1;
        }
        Path { operands, steps }
    }
}
