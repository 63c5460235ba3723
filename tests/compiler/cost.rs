//! What gradients cost: all of them together about two forwards, for any number of operands.
//!
//! `cargo test --test compiler cost:: -- --nocapture` prints the table.

use einsum_codegen::{
    ast::Form,
    check,
    grad::Vjp,
    ir::{ContractionTree, Label},
    parse,
    plan::{
        cost::{Objective, Polynomial},
        plan,
    },
};

/// Forward and backward flops, with these extents.
fn flops(subscripts: &str, extents: &[(char, u32)], wrt: Option<&[usize]>) -> (f64, f64) {
    let operands = subscripts.split("->").next().unwrap().split(',').count();
    let given: Vec<String> = extents.iter().map(|(label, extent)| format!("{label} = {extent}")).collect();
    let text = format!("krate; \"{subscripts}\"{}; {}", ", x".repeat(operands), given.join(", "));
    let invocation = parse::invocation(text.parse().unwrap()).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let einsum = check::invocation(&invocation, Form::Pullback).unwrap();
    let all: Vec<usize> = (0..operands).collect();
    let vjp = Vjp::new(&plan(&einsum, Objective::ForwardAndBackward).expect("within any limit"), wrt.unwrap_or(&all));
    let extent =
        |label: &Label| f64::from(extents.iter().find(|(name, _)| label.name() == name.to_string()).unwrap().1);
    let cost = |tree: &ContractionTree| {
        assert!(tree.choices.is_empty(), "given extents leave no choice");
        Polynomial::of_tree(tree).value(extent)
    };
    (cost(&vjp.forward), cost(&vjp.backward))
}

fn assert_cheap(name: &str, subscripts: &str, extents: &[(char, u32)]) {
    let (forward, backward) = flops(subscripts, extents, None);
    println!("{name:<28} {forward:>14} {backward:>14} {:>7.3}", backward / forward);
    assert!(backward <= 2.1 * forward, "{name}: {forward} and {backward}");
}

const LABELS: [char; 10] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'];

/// Extents that differ, and lie in no order.
fn extents(count: usize, scale: u32) -> Vec<(char, u32)> {
    let primes = [13, 7, 19, 5, 17, 11, 23, 3, 29, 31];
    LABELS.iter().zip(primes).take(count).map(|(label, prime)| (*label, prime * scale)).collect()
}

#[test]
fn gradients_of_chains_cost_two_forwards() {
    println!("{:<28} {:>14} {:>14}   ratio", "chain of", "forward", "backward");
    for operands in 3..=8 {
        let pairs: Vec<String> = LABELS.windows(2).take(operands).map(|pair| pair.iter().collect()).collect();
        let subscripts = format!("{}->a{}", pairs.join(","), LABELS[operands]);
        assert_cheap(&operands.to_string(), &subscripts, &extents(operands + 1, 10));
    }
}

#[test]
fn gradients_of_stars_cost_two_forwards() {
    println!("{:<28} {:>14} {:>14}   ratio", "star of", "forward", "backward");
    for operands in 3..=8 {
        let leaves: Vec<String> = LABELS[1..operands].iter().map(|label| format!("a{label}")).collect();
        let core: String = LABELS[..operands].iter().collect();
        assert_cheap(
            &format!("{operands}, around a tensor"),
            &format!("{core},{}->", leaves.join(",")),
            &extents(operands, 1),
        );
        let subscripts = format!("{},aj->{}", leaves.join(","), LABELS[1..operands].iter().collect::<String>());
        let mut extents = extents(operands, 1);
        extents.push(('j', 2));
        assert_cheap(&format!("{operands}, around a label"), &subscripts, &extents);
    }
}

#[test]
fn gradients_of_attention_cost_two_forwards() {
    let extents = [('b', 4), ('h', 8), ('q', 512), ('k', 512), ('d', 64)];
    println!("{:<28} {:>14} {:>14}   ratio", "attention", "forward", "backward");
    assert_cheap("scores", "bqhd,bkhd->bhqk", &extents);
    assert_cheap("values", "bhqk,bkhd->bqhd", &extents);
    assert_cheap("both, without softmax", "bqhd,bkhd,bkhe->bqhe", &[&extents[..], &[('e', 64)]].concat());
}

#[test]
fn what_is_not_asked_for_is_not_paid() {
    let extents = extents(5, 10);
    let (_, all) = flops("ab,bc,cd,de->ae", &extents, None);
    for operand in 0..4 {
        let (_, one) = flops("ab,bc,cd,de->ae", &extents, Some(&[operand]));
        assert!(one < all, "operand {operand}: {one} of {all}");
    }
}
