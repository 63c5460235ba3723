//! Networks of many kinds: their values and gradients against plain loops, within limits from 1 on.

use std::collections::BTreeMap;

use einsum::{einsum, einsum_vjp, try_einsum};
use ndarray::{ArrayD, IxDyn};

use super::{
    common::{oracle, rank::Tensor as _},
    ramp,
};

/// A network: its subscripts, the extents of its labels in order of appearance, and the labels that are of extent 1 on
/// an operand though others have more of them.
struct Case {
    subscripts: String,
    operands: Vec<ArrayD<f64>>,
    /// The operands as they are without broadcasting.
    full: Vec<ArrayD<f64>>,
}

impl Case {
    fn new(subscripts: &'static str, extents: &[usize], broadcast: &[(usize, char)]) -> Self {
        let (inputs, _) = oracle::parse(&subscripts.replace(['(', ')'], ""));
        let mut of_labels = BTreeMap::new();
        for label in inputs.concat().chars() {
            let next = extents[of_labels.len() % extents.len()];
            of_labels.entry(label).or_insert(next);
        }
        let (mut operands, mut full) = (Vec::new(), Vec::new());
        for (number, input) in inputs.iter().enumerate() {
            let shape: Vec<usize> = input.chars().map(|label| of_labels[&label]).collect();
            let is_one = |label| broadcast.contains(&(number, label));
            let own: Vec<usize> = input.chars().map(|l| if is_one(l) { 1 } else { of_labels[&l] }).collect();
            let operand = ramp(&own, number);
            full.push(operand.broadcast(IxDyn(&shape)).unwrap().as_standard_layout().into_owned());
            operands.push(operand);
        }
        Self { subscripts: subscripts.replace(['(', ')'], ""), operands, full }
    }

    fn expected(&self) -> ArrayD<f64> {
        oracle::einsum(&self.subscripts, &self.full)
    }

    /// That the cotangent of an operand is what the value says, which is linear in the operand.
    fn check_gradient(&self, number: usize, gradient: &ArrayD<f64>, dy: &ArrayD<f64>) {
        assert_eq!(gradient.shape(), self.operands[number].shape(), "{} {number}", self.subscripts);
        for seed in 0..2 {
            let other = ramp(gradient.shape(), 3 + seed);
            let mut operands = self.full.clone();
            let shape = operands[number].raw_dim();
            operands[number] = other.broadcast(shape).unwrap().as_standard_layout().into_owned();
            let expected = (oracle::einsum(&self.subscripts, &operands) * dy).sum();
            assert_eq!((gradient * &other).sum(), expected, "{} {number}", self.subscripts);
        }
    }
}

/// For every network: its value, by `einsum!` and into what there is, and its gradients, within limits from 1 on.
macro_rules! networks {
    ($($name:ident: $subscripts:literal, [$($operand:tt),*], $extents:expr, $broadcast:expr;)*) => { $(
        #[test]
        fn $name() {
            let case = Case::new($subscripts, &$extents, &$broadcast);
            let (x, expected) = (&case.operands, case.expected());
            for limit in (1..8).chain([11, 17, 30, 64, 200, 10_000]) {
                let y = einsum!($subscripts, $(x[$operand]),*, max_intermediate = limit);
                let dynamic = y.clone().into_dynamic();
                assert_eq!(dynamic, expected, "{limit}");
                let other = try_einsum!($subscripts, $(x[$operand]),*, alpha = 3.0, max_intermediate = limit);
                assert_eq!(other.unwrap().into_dynamic(), &expected * 3.0, "{limit}");

                let mut out = ramp(expected.shape(), 5);
                let before = out.clone();
                einsum!($subscripts, $(x[$operand]),*, out = &mut out, max_intermediate = limit);
                assert_eq!(out, expected, "{limit}");
                out.assign(&before);
                einsum!($subscripts, $(x[$operand]),*, out = &mut out, alpha = 2.0, beta = -3.0, max_intermediate = limit);
                assert_eq!(out, &expected * 2.0 - &before * 3.0, "{limit}");

                let dy = ramp(expected.shape(), 2);
                let (_, pullback) = einsum_vjp!($subscripts, $(x[$operand]),*, max_intermediate = limit);
                let dy_ranked = y.ranked_alike(&dy.view());
                let gradients = networks!(@list pullback(&dy_ranked), $($operand)*);
                for (number, gradient) in gradients.iter().enumerate() {
                    case.check_gradient(number, gradient, &dy);
                }
            }
        }
    )* };
    (@list $tuple:expr, $($operand:tt)*) => {{
        let tuple = $tuple;
        [$(tuple.$operand),*]
    }};
}

networks! {
    the_example: "ab,cbe,ae->ac", [0, 1, 2], [2, 5, 3, 7], [];
    chain: "ij,jk,kl->il", [0, 1, 2], [3, 5, 2, 7], [];
    chain_of_four: "ij,jk,kl,lm->im", [0, 1, 2, 3], [2, 3, 5, 2, 3], [];
    parentheses: "ij,(jk,kl)->li", [0, 1, 2], [3, 5, 2, 7], [];
    ring: "ij,jk,ki->", [0, 1, 2], [3, 5, 7], [];
    tucker: "abc,ai,bj,ck->ijk", [0, 1, 2, 3], [2, 3, 2, 3, 2, 3], [];
    star: "ia,ib,ic->abc", [0, 1, 2], [5, 2, 3, 2], [];
    lone_labels: "ijx,jk,kly->il", [0, 1, 2], [3, 2, 5, 3, 2, 3], [];
    lone_label_of_two: "ij,jk->i", [0, 1], [3, 5, 7], [];
    diagonals: "iij,jkk,kl->il", [0, 1, 2], [3, 5, 2, 7], [];
    numbers: ",ij,jk,,kl->il", [0, 1, 2, 3, 4], [3, 5, 2, 3], [];
    batch: "bij,bjk,bkl->bil", [0, 1, 2], [2, 3, 2, 5, 3], [];
    train: "ap,aqb,bp->q", [0, 1, 2], [3, 5, 2, 3], [];
    broadcast: "ij,jk,kl->il", [0, 1, 2], [3, 5, 2, 7], [(0, 'j'), (1, 'k')];
    broadcast_sum: "ij,jk,kj->i", [0, 1, 2], [3, 5, 7], [(0, 'j'), (1, 'k')];
    broadcast_all: "bij,bjk,bkl->bil", [0, 1, 2], [2, 3, 2, 5, 3], [(0, 'b'), (2, 'b'), (0, 'j'), (2, 'k')];
    empty: "ij,jk,kl->il", [0, 1, 2], [3, 0, 2, 7], [];
    empty_result: "ij,jk,kl->il", [0, 1, 2], [0, 3, 2, 7], [];
    single_indices: "ij,jk,kl->il", [0, 1, 2], [1, 3, 1, 1], [];
}
