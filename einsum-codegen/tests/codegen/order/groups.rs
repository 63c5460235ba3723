//! Parentheses, and networks of odd shapes.

use einsum_codegen::{
    ir::{Einsum, Epilogue, Label, Labels, MaxIntermediate, Operand},
    notation::Group,
    plan::{
        self,
        options::Options,
        search::{self, Search},
    },
};

use super::expressions::{network, subscript};

/// `(ij,jk),kl->il`: operands in the order of their letters.
fn einsum(operands: &[&str], order: Vec<Group>, output: &str) -> Einsum {
    let mut labels = Labels::default();
    let mut operand =
        |text: &&str| Operand { name: (*text).to_owned(), subscript: subscript(text, &mut labels), conj: false };
    let operands = operands.iter().map(&mut operand).collect();
    let output = subscript(output, &mut labels);
    Einsum {
        labels,
        operands,
        order,
        given: Vec::new(),
        known: Vec::new(),
        max_intermediate: None,
        broadcast: true,
        output,
        epilogue: Epilogue::default(),
        typed: false,
        converted: Vec::new(),
        wrt: Vec::new(),
    }
}

fn search(einsum: &Einsum) -> Search {
    search::einsum(einsum, &|_| None, &Options::default()).expect("no limit")
}

fn number(number: usize) -> Group {
    Group::Operand(number)
}

#[test]
fn parentheses_stand() {
    let order = vec![Group::Parentheses(vec![number(0), number(2)]), number(1)];
    let found = search(&einsum(&["ij", "jk", "kl"], order, "il"));
    assert_eq!(found.network.to_string(), "ijkl,jk->il");
    let inner = found.groups[0].as_ref().expect("a group");
    assert_eq!(inner.network.to_string(), "ij,kl->ijkl");
    assert!(inner.network.is_part && !found.network.is_part && found.groups[1].is_none());
    assert_eq!(inner.splits.to_string(), "{0 1} ijkl = {0} {1}: ijkl");
}

#[test]
fn what_a_group_has_alone_is_summed_in_it() {
    let order = vec![Group::Parentheses(vec![number(0), number(1), number(2)]), number(3)];
    let found = search(&einsum(&["ijx", "jk", "kl", "lm"], order, "im"));
    assert_eq!(found.network.to_string(), "il,lm->im");
    let inner = found.groups[0].as_ref().expect("a group");
    assert_eq!(inner.network.to_string(), "ijx,jk,kl->il");
    assert_eq!(inner.network.sums(Options::default().objective)[0].to_string(), "ijx");
    assert_eq!(inner.splits.len(), 4);
}

#[test]
fn steps_along_a_path() {
    let order = vec![Group::Parentheses(vec![number(0), number(1), number(2)]), number(3), number(4)];
    let einsum = einsum(&["ijx", "jk", "kl", "lm", "mn"], order, "in");
    let extent = |label: &Label| Some(if label.name() == "k" { 2.0 } else { 9.0 });
    let found = search::einsum(&einsum, &extent, &Options::default()).expect("no limit");
    assert!(found.is_decided());
    let tree = plan::along(&einsum, &found, &|splits| splits.choose(|_| 9.0).path);
    assert_eq!(tree.verify(), Ok(()));
    let steps = "ijx->ij | ijx -> t0\nij,jk->ik | t0 jk -> t1\nik,kl->il | t1 kl -> t2\n\
                 il,lm->im | t2 lm -> t3\nim,mn->in | t3 mn -> y";
    assert_eq!(tree.to_string(), steps);
}

#[test]
fn parentheses_around_all_are_none() {
    let order = vec![Group::Parentheses(vec![number(0), number(1), number(2)])];
    assert_eq!(search(&einsum(&["ij", "jk", "kl"], order, "il")).network.to_string(), "ij,jk,kl->il");
}

#[test]
fn odd_shapes() {
    for (subscripts, splits) in [
        ("->", 0),
        ("ij->", 0),
        (",->", 1),
        (",,->", 3),
        ("i,j,k->", 3),
        ("i,j,k->ijk", 6),
        ("i,i,i->", 3),
        ("ii,i,i->i", 3),
        ("ij,kl,mn->ikm", 6),
    ] {
        let network = network(subscripts);
        let found = search::search(&network, &Options::default()).expect("no limit");
        assert_eq!(found.verify(), Ok(()));
        assert!((1.min(splits)..=splits.max(1)).contains(&found.len().max(1.min(splits))), "{subscripts}\n{found}");
        let path = found.choose(|_| 3.0).path;
        assert_eq!(path.verify(), Ok(()));
        assert_eq!(path.operands, network.operands.len());
    }
}

#[test]
fn a_result_that_is_broadcast_is_an_intermediate() {
    let numbered = network("ij,jk->ikm").with_extents(&[3.0; 3]);
    assert!(numbered.is_part);
    let limited = |max_intermediate| search::search(&numbered, &Options { max_intermediate, ..Options::default() });
    assert!(limited(Some(MaxIntermediate::Known(9))).is_ok() && limited(Some(MaxIntermediate::Known(8))).is_err());
}
