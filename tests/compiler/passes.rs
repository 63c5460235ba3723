//! The passes on random einsums, without rustc: every tree and nest is run by an interpreter that
//! does what the loops say, and compared with the oracle, in integers.

use std::collections::BTreeMap;

use crate::common::{number::Number as _, oracle};
use einsum_codegen::{
    ast::Form,
    check,
    grad::Vjp,
    ir::{Choice, ContractionTree, Einsum, Kind, Label, MaxIntermediate, ValueId},
    lower::{Access, lower},
    parse,
    plan::{as_written, cost::Objective, plan},
};
use ndarray::{ArrayD, IxDyn, Slice, indices};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

const CASES: usize = 1500;

#[test]
fn random_forwards_agree_with_the_oracle() {
    for seed in 0..CASES {
        let case = Case::random(seed);
        let tree = plan(&case.einsum, Objective::ForwardAndBackward).expect("within any limit");
        assert_eq!(tree.verify(), Ok(()), "{}", case.einsum);
        let given = case.operands.iter().enumerate().map(|(n, x)| (tree.sources[n], x.clone())).collect();
        let values = run(&tree, &case.extents, given);
        assert_eq!(values[&tree.results[0]], case.expected(&case.operands), "{}\n{tree}", case.einsum);
    }
}

#[test]
fn random_gradients_are_adjoint_to_the_oracle() {
    for seed in 0..CASES / 5 {
        let case = Case::random(seed);
        let all: Vec<usize> = (0..case.operands.len()).collect();
        let vjp = Vjp::new(&plan(&case.einsum, Objective::ForwardAndBackward).expect("within any limit"), &all);
        let result = &case.einsum.output.0;
        let dy = random(&case.extents, result, &mut ChaCha8Rng::seed_from_u64(seed as u64));
        let gradients = case.gradients(&vjp, &dy);
        for (number, gradient) in gradients.iter().enumerate() {
            assert_eq!(gradient, &case.expected_gradient(number, &dy), "operand {number} of {}\n{vjp}", case.einsum);
        }
        for number in all {
            let fused =
                Vjp::new(&plan(&case.einsum, Objective::ForwardAndBackward).expect("within any limit"), &[number])
                    .fused();
            assert_eq!(fused.verify(), Ok(()));
            assert_eq!(case.fused_gradient(&fused, &dy), gradients[number], "{}\n{fused}", case.einsum);
        }
    }
}

/// In slices, of all labels or of some, values and gradients are what they are without: the parts of blocks lie side by
/// side, or add up.
#[test]
fn random_slices_agree_with_the_whole() {
    let mut sliced = 0;
    for seed in 0..CASES {
        let case = Case::random(seed);
        let Some(tree) = case.sliced(1 + seed as u64 % 5) else { continue };
        sliced += 1;
        assert_eq!(tree.verify(), Ok(()), "{}", case.einsum);
        let given = case.operands.iter().enumerate().map(|(n, x)| (tree.sources[n], x.clone())).collect();
        let values = run_in_blocks(&tree, &tree.slices, &case.extents, &given);
        assert_eq!(values[&tree.results[0]], case.expected(&case.operands), "{}\n{tree}", case.einsum);

        let all: Vec<usize> = (0..case.operands.len()).collect();
        let fused = Vjp::new(&tree, &all).fused();
        let dy = random(&case.extents, &case.einsum.output.0, &mut ChaCha8Rng::seed_from_u64(seed as u64));
        let values = run_in_blocks(&fused, &tree.slices, &case.extents, &case.given(&fused, &dy));
        for number in all {
            let is_it = |id: &&ValueId| fused.value(**id).kind == Kind::Gradient(number);
            let gradient = &values[fused.results.iter().find(is_it).unwrap()];
            assert_eq!(gradient, &case.expected_gradient(number, &dy), "operand {number} of {}\n{fused}", case.einsum);
        }
    }
    assert!(sliced > CASES / 8, "{sliced} were sliced");
}

#[test]
fn one_gradient_leaves_out_the_work_of_others() {
    let einsum = compile("ab,bc,cd,de->ae", 4);
    let steps = |wrt: &[usize]| Vjp::new(&as_written(&einsum), wrt).fused().steps.len();
    assert_eq!(steps(&[0, 1, 2, 3]), 2 + 6, "two intermediates of the forward, two factors of three steps");
    assert_eq!(steps(&[3]), 2 + 1);
    assert_eq!(steps(&[0]), 3);
}

#[test]
fn displays_of_the_whole_language_parse_back() {
    for seed in 0..CASES {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed as u64);
        let (inputs, count) = random_group(rng, 3);
        let mut labels: Vec<char> = inputs.chars().filter(|c| c.is_alphabetic()).collect();
        labels.retain(|_| rng.random_bool(0.6));
        let ellipsis = if inputs.contains('.') && rng.random_bool(0.7) { "..." } else { "" };
        let written = format!("{inputs}->{ellipsis}{}", labels.into_iter().collect::<String>());
        let einsum = compile(&written, count);
        assert_eq!(einsum.to_string(), written);
        let tree = plan(&einsum, Objective::Forward).expect("within any limit");
        let all: Vec<usize> = (0..count).collect();
        let vjp = Vjp::new(&tree, &all);
        assert_eq!((tree.verify(), vjp.backward.verify(), vjp.fused().verify()), (Ok(()), Ok(()), Ok(())), "{written}");
        assert_eq!(lower(vjp.fused()).nests.len(), vjp.fused().steps.len(), "a nest for each step");
    }
}

/// Operands, some with an ellipsis, some in parentheses, and how many they are.
fn random_group(rng: &mut ChaCha8Rng, depth: usize) -> (String, usize) {
    let (mut texts, mut count) = (Vec::new(), 0);
    for _ in 0..rng.random_range(1..=3) {
        if depth > 0 && rng.random_bool(0.3) {
            let (text, operands) = random_group(rng, depth - 1);
            texts.push(format!("({text})"));
            count += operands;
        } else {
            let labels: String = (0..rng.random_range(0..=3)).map(|_| rng.random_range('a'..='f')).collect();
            texts.push(format!("{}{labels}", if rng.random_bool(0.2) { "..." } else { "" }));
            count += 1;
        }
    }
    (texts.join(","), count)
}

struct Case {
    einsum: Einsum,
    extents: BTreeMap<Label, usize>,
    operands: Vec<ArrayD<i64>>,
}

impl Case {
    fn random(seed: usize) -> Self {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed as u64);
        let (subscripts, count) = random_subscripts(rng);
        let einsum = compile(&subscripts, count);
        let extents: BTreeMap<Label, usize> =
            einsum.labels().into_iter().map(|label| (label, [0, 1, 2, 2, 3, 3, 3][rng.random_range(0..7)])).collect();
        let operands = einsum.operands.iter().map(|operand| random(&extents, &operand.subscript.0, rng)).collect();
        Self { einsum, extents, operands }
    }

    fn expected(&self, operands: &[ArrayD<i64>]) -> ArrayD<i64> {
        oracle::einsum(&self.einsum.to_string(), operands)
    }

    /// <dy, einsum(.., basis, ..)> for every basis tensor of one operand: einsum is linear in it.
    fn expected_gradient(&self, number: usize, dy: &ArrayD<i64>) -> ArrayD<i64> {
        let mut operands = self.operands.clone();
        ArrayD::from_shape_fn(self.operands[number].raw_dim(), |index| {
            operands[number].fill(0);
            operands[number][index] = 1;
            (self.expected(&operands) * dy).sum()
        })
    }

    fn gradients(&self, vjp: &Vjp, dy: &ArrayD<i64>) -> Vec<ArrayD<i64>> {
        assert_eq!((vjp.forward.verify(), vjp.backward.verify()), (Ok(()), Ok(())));
        let given = self.operands.iter().enumerate().map(|(n, x)| (vjp.forward.sources[n], x.clone())).collect();
        let mut values = run(&vjp.forward, &self.extents, given);
        values.retain(|id, _| vjp.forward.results.contains(id) || vjp.forward.sources.contains(id));
        let seed = vjp.backward.sources.iter().find(|id| vjp.backward.value(**id).kind == Kind::Cotangent);
        values.extend(seed.map(|&id| (id, dy.clone())));
        let values = run(&vjp.backward, &self.extents, values);
        vjp.backward.results.iter().map(|id| values[id].clone()).collect()
    }

    fn fused_gradient(&self, tree: &ContractionTree, dy: &ArrayD<i64>) -> ArrayD<i64> {
        run(tree, &self.extents, self.given(tree, dy))[&tree.results[0]].clone()
    }

    /// The operands, and the cotangent of the result.
    fn given(&self, tree: &ContractionTree, dy: &ArrayD<i64>) -> Values {
        let source = |&id: &ValueId| match tree.value(id).kind {
            Kind::Operand(number) => (id, self.operands[number].clone()),
            _ => (id, dy.clone()),
        };
        tree.sources.iter().map(source).collect()
    }

    /// The tree with all extents known and a limit that no order keeps, if it is none.
    fn sliced(&self, limit: u64) -> Option<ContractionTree> {
        let known = self.extents.iter().map(|(label, extent)| (label.clone(), *extent as u64)).collect();
        let einsum = Einsum { known, max_intermediate: Some(MaxIntermediate::Known(limit)), ..self.einsum.clone() };
        Some(plan(&einsum, Objective::ForwardAndBackward).expect("within any limit"))
            .filter(|tree| !tree.slices.is_empty())
    }
}

fn compile(subscripts: &str, operands: usize) -> Einsum {
    let names = ", x".repeat(operands);
    let invocation = parse::invocation(format!("krate; \"{subscripts}\"{names}").parse().unwrap());
    check::invocation(&invocation.ok().unwrap(), Form::Pullback)
        .unwrap_or_else(|errors| panic!("{subscripts}: {errors:?}"))
}

fn random_subscripts(rng: &mut ChaCha8Rng) -> (String, usize) {
    let count = rng.random_range(1..=4);
    let most = if count == 1 { 5 } else { 3 };
    let mut input = || -> String { (0..rng.random_range(0..=most)).map(|_| rng.random_range('a'..='e')).collect() };
    let inputs: Vec<String> = (0..count).map(|_| input()).collect();
    let mut labels: Vec<char> = inputs.concat().chars().collect();
    labels.sort_unstable();
    labels.dedup();
    labels.retain(|_| rng.random_bool(0.5));
    let turns = if labels.is_empty() { 0 } else { rng.random_range(0..labels.len()) };
    labels.rotate_left(turns);
    (format!("{}->{}", inputs.join(","), labels.into_iter().collect::<String>()), count)
}

fn random(extents: &BTreeMap<Label, usize>, labels: &[Label], rng: &mut ChaCha8Rng) -> ArrayD<i64> {
    let shape: Vec<usize> = labels.iter().map(|label| extents[label]).collect();
    ArrayD::from_shape_simple_fn(shape, || i64::random(rng))
}

type Values = BTreeMap<ValueId, ArrayD<i64>>;

/// Runs the loops of a tree, and gives all values. Where the tree leaves a choice, any will do: one is
/// made at random.
fn run(tree: &ContractionTree, extents: &BTreeMap<Label, usize>, mut values: Values) -> Values {
    let chosen: Vec<Vec<Option<usize>>> = tree.choices.iter().map(choose).collect();
    for (nest, step) in lower(tree.clone()).nests.iter().zip(&tree.steps) {
        assert_eq!(nest.verify(&tree.labels(step)), Ok(()));
        if nest.guard.is_some_and(|guard| chosen[guard.choice][guard.subset] != Some(guard.alternative)) {
            continue;
        }
        let shape: Vec<usize> = tree.subscript(step.result).0.iter().map(|label| extents[label]).collect();
        let loops: Vec<usize> = nest.loops.iter().map(|l| extents[&l.label]).collect();
        let mut result = ArrayD::zeros(shape);
        for point in indices(IxDyn(&loops)) {
            let at = |access: &Access| access.axes.iter().map(|&axis| point[axis]).collect::<Vec<_>>();
            let product: i64 = nest.factors.iter().map(|factor| values[&factor.value][at(factor).as_slice()]).product();
            result[at(&nest.out).as_slice()] += product;
        }
        let before = values.remove(&step.result);
        values.insert(step.result, before.map_or(result.clone(), |before| before + result));
    }
    values
}

/// Runs the loops of a tree for one block of indices after the other, and adds up the parts of results.
fn run_in_blocks(
    tree: &ContractionTree,
    slices: &[(Label, u64)],
    extents: &BTreeMap<Label, usize>,
    given: &Values,
) -> Values {
    let shape = |id: &ValueId| -> Vec<usize> { tree.subscript(*id).0.iter().map(|label| extents[label]).collect() };
    let mut results: Values = tree.results.iter().map(|id| (*id, ArrayD::zeros(shape(id)))).collect();
    let counts: Vec<usize> = slices.iter().map(|(l, length)| extents[l].div_ceil(length_of(*length))).collect();
    for block in indices(IxDyn(&counts)) {
        let mut part = extents.clone();
        let mut starts: BTreeMap<Label, usize> = extents.keys().map(|label| (label.clone(), 0)).collect();
        for (number, (label, length)) in slices.iter().enumerate() {
            let start = block[number] * length_of(*length);
            starts.insert(label.clone(), start);
            part.insert(label.clone(), length_of(*length).min(extents[label] - start));
        }
        let range = |id: &ValueId, axis: usize| {
            let label = &tree.subscript(*id).0[axis];
            Slice::from(starts[label]..starts[label] + part[label])
        };
        let narrowed = |(id, array): (&ValueId, &ArrayD<i64>)| {
            (*id, array.slice_each_axis(|axis| range(id, axis.axis.index())).to_owned())
        };
        let values = run(tree, &part, given.iter().map(narrowed).collect());
        for (id, result) in &mut results {
            let mut to = result.slice_each_axis_mut(|axis| range(id, axis.axis.index()));
            to += &values[id];
        }
    }
    results
}

fn length_of(length: u64) -> usize {
    usize::try_from(length).unwrap()
}

/// For each subset that is needed an alternative; the same ones whenever it is the same choice.
fn choose(choice: &Choice) -> Vec<Option<usize>> {
    let rng = &mut ChaCha8Rng::seed_from_u64(choice.to_string().len() as u64);
    let mut chosen = vec![None; choice.subsets.len()];
    let mut open = vec![choice.subsets.len() - 1];
    while let Some(subset) = open.pop() {
        let alternatives = &choice.subsets[subset];
        if !alternatives.is_empty() {
            let number = rng.random_range(0..alternatives.len());
            chosen[subset] = Some(number);
            open.extend(alternatives[number].parts);
        }
    }
    chosen
}
