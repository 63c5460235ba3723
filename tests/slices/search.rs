//! There are two searches for slices: that of the compiler, which `explain!` shows, and that of the run time. Neither crate
//! knows the other, so what they have in common is said here: on the same orders they find the same.

use einsum::{__private as runtime, EinsumError};
use einsum_codegen::{
    ast::Form,
    check,
    ir::{Choice, ContractionTree, Cost, Einsum, Label, MaxIntermediate},
    parse,
    plan::{
        cost::Objective,
        plan,
        slicing::{self, Slicing},
    },
};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// So many labels, and subsets of operands, has the site that the run time is asked by; there are never more.
const LABELS: usize = 8;
const SUBSETS: usize = 160;

#[test]
fn the_compiler_and_the_run_time_agree() {
    let (mut sliced, mut refused) = (0, 0);
    for seed in 0..600 {
        let rng = &mut ChaCha8Rng::seed_from_u64(seed);
        let (einsum, extents) = network(rng);
        let tree = plan(&einsum, Objective::Forward).expect("within any limit");
        if !tree.is_sliced() {
            continue;
        }
        let tables = Tables::new(&einsum, &tree);
        for limit in [0, 1, 2, 3, 7, 20, 64, 500, 10_000, 1 << 20] {
            let extent = |label: &Label| extents[position(&einsum, label)] as u64;
            let compiled = slicing::slices(&einsum, &tree, &extent, limit as u64);
            let what = format!("{einsum} {extents:?} within {limit}");
            match (compiled, tables.blocks(extents, limit)) {
                (Err(smallest), Err(found)) => {
                    refused += 1;
                    assert_eq!(smallest, found as u64, "{what}");
                }
                (Ok(slicing), Ok(blocks)) => {
                    sliced += usize::from(blocks.are_several());
                    tables.compare(&slicing, &blocks, (extents, limit), &what);
                }
                (compiled, found) => panic!("{what}: {compiled:?}, {found:?}"),
            }
        }
    }
    assert!(sliced > 1000 && refused > 100, "{sliced} were sliced, {refused} refused");
}

/// A random network with up to 6 operands, some with an ellipsis, some in parentheses, with extents of its labels; some
/// of these are known to the compiler, so that it leaves less to the run time.
fn network(rng: &mut ChaCha8Rng) -> (Einsum, [usize; LABELS]) {
    let count = rng.random_range(2..=6);
    let operands: Vec<String> = (0..count).map(|_| operand(rng)).collect();
    let split = rng.random_range(0..count);
    let inputs = if rng.random_bool(0.3) && split > 1 {
        format!("({}),{}", operands[..split].join(","), operands[split..].join(","))
    } else {
        operands.join(",")
    };
    let output: String = ('a'..='f').filter(|label| inputs.contains(*label) && rng.random_bool(0.3)).collect();
    let names = ", x".repeat(count);
    let tokens = format!("krate; \"{inputs}->{output}\"{names}").parse().unwrap();
    let mut einsum = check::invocation(&parse::invocation(tokens).ok().unwrap(), Form::Value).unwrap();
    einsum.max_intermediate = Some(MaxIntermediate::Given);
    let of_labels = [1, 2, 3, 5, 16, 31, 100, 1000, 0, 1 << 40];
    let extents = std::array::from_fn(|_| of_labels[rng.random_range(0..of_labels.len())]);
    let share = [0.0, 0.5, 1.0][rng.random_range(0..3)];
    let labels: Vec<Label> = einsum.labels();
    let known = labels.into_iter().zip(extents).filter(|(label, _)| !label.is_ellipsis() && rng.random_bool(share));
    einsum.known = known.map(|(label, extent)| (label, extent as u64)).collect();
    (einsum, extents)
}

fn operand(rng: &mut ChaCha8Rng) -> String {
    let labels: String = (0..rng.random_range(1..=3)).map(|_| rng.random_range('a'..='f')).collect();
    if rng.random_bool(0.15) { format!("...{labels}") } else { labels }
}

fn position(einsum: &Einsum, label: &Label) -> usize {
    einsum.labels().iter().position(|other| other == label).unwrap()
}

/// What an expansion would give to the run time, in its types. Subsets are the last of [`SUBSETS`]; before them are some
/// that nothing is made of.
struct Tables {
    costs: Vec<runtime::Cost<'static>>,
    always: Vec<&'static [usize]>,
    groups: Vec<runtime::Group<'static>>,
    whole: Vec<usize>,
    labels: Vec<Label>,
    /// How many subsets stand before those of each group.
    before: Vec<usize>,
}

fn leaked<T>(all: impl IntoIterator<Item = T>) -> &'static [T] {
    all.into_iter().collect::<Vec<T>>().leak()
}

impl Tables {
    fn new(einsum: &Einsum, tree: &ContractionTree) -> Self {
        let limit = tree.limit.as_ref().unwrap();
        let numbers = |labels: &[Label]| leaked(labels.iter().map(|label| position(einsum, label)));
        let cost = |Cost { coefficient, labels, tensors }: &Cost| runtime::Cost {
            coefficient: *coefficient,
            labels: numbers(labels),
            tensors: leaked(tensors.iter().map(|labels| numbers(labels))),
        };
        let before: Vec<usize> = tree.choices.iter().map(|choice| SUBSETS - choice.subsets.len()).collect();
        let group = |(number, choice): (usize, &Choice)| {
            let before = before[number];
            let alternatives = choice.subsets.iter().map(|all| {
                leaked(all.iter().map(|alternative| runtime::Alternative {
                    parts: alternative.parts.map(|part| part + before),
                    coefficient: alternative.coefficient,
                    labels: numbers(&alternative.labels),
                }))
            });
            let tensors = limit.tensors[number].iter().map(|labels| numbers(labels));
            let sizes = limit.chosen[number]
                .iter()
                .map(|(subset, labels)| runtime::Size { subset: subset + before, labels: numbers(&labels.0) });
            runtime::Group {
                subsets: leaked(std::iter::repeat_n(&[][..], before).chain(alternatives)),
                tensors: leaked(std::iter::repeat_n(&[][..], before).chain(tensors)),
                sizes: leaked(sizes),
            }
        };
        let labels = einsum.labels();
        Self {
            costs: limit.costs.iter().map(cost).collect(),
            always: limit.always.iter().map(|labels| numbers(&labels.0)).collect(),
            groups: tree.choices.iter().enumerate().map(group).collect(),
            whole: labels.iter().enumerate().filter(|(_, label)| label.is_ellipsis()).map(|(n, _)| n).collect(),
            labels,
            before,
        }
    }

    /// The blocks that the run time finds, or the smallest limit that it says.
    fn blocks(&self, extents: [usize; LABELS], limit: usize) -> Result<runtime::Blocks<LABELS>, usize> {
        let site = runtime::Site { subscripts: "", operands: &[], labels: &[] };
        let Self { costs, always, groups, whole, .. } = self;
        let orders = runtime::Orders { costs, always, groups, whole };
        let limit = runtime::Limit::exact(limit);
        let smallest: Vec<usize> = groups
            .iter()
            .map(|group| {
                let subsets: &[_; SUBSETS] = group.subsets.try_into().unwrap();
                runtime::choose_within(subsets, group.sizes, &extents, limit).1
            })
            .collect();
        site.blocks(limit, &orders, extents, &smallest).map_err(|error| match *error {
            EinsumError::MaxIntermediate { smallest, .. } => smallest,
            other => panic!("{other}"),
        })
    }

    /// Compares lengths of blocks, and where there are several, the order for them.
    fn compare(
        &self,
        slicing: &Slicing,
        blocks: &runtime::Blocks<LABELS>,
        (extents, limit): ([usize; LABELS], usize),
        what: &str,
    ) {
        let first = blocks.iter().next().unwrap();
        for (number, label) in self.labels.iter().enumerate() {
            let sliced = slicing.lengths.iter().find(|(sliced, _)| sliced == label);
            let length = sliced.map_or(extents[number] as u64, |(_, length)| *length);
            assert_eq!(first.extent(number) as u64, length, "{what}: {label}");
        }
        if !blocks.are_several() {
            return assert!(slicing.lengths.is_empty(), "{what}: {slicing:?}");
        }
        for ((group, chosen), before) in self.groups.iter().zip(&slicing.chosen).zip(&self.before) {
            let subsets: &[_; SUBSETS] = group.subsets.try_into().unwrap();
            let limit = runtime::Limit::exact(limit);
            let whole = runtime::choose_within(subsets, group.sizes, &[1; LABELS], limit).0;
            let found = runtime::choose_in_blocks(whole, group, blocks, limit);
            for (subset, alternative) in chosen.iter().enumerate() {
                let all = 0..group.subsets[subset + before].len();
                let taken: Vec<usize> = all.filter(|number| found.taken(subset + before, *number)).collect();
                let expected: Vec<usize> =
                    Some(*alternative).filter(|number| *number < usize::MAX).into_iter().collect();
                assert_eq!(taken, expected, "{what}: subset {subset}");
            }
        }
    }
}
