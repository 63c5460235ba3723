//! The drawings as DOT, for Graphviz.

use std::fmt::Write as _;

use einsum_codegen::explain::{Costs, Explanation, sum};
use einsum_codegen::ir::{ContractionTree, Kind as ValueKind};

use super::graph::{Graph, Kind};

/// A graph of two clusters: the network, and the first tree.
pub(crate) fn dot(explanation: &Explanation) -> String {
    let graph = Graph::new(&explanation.einsum, &explanation.extents);
    let mut text = String::from("graph einsum {\n  node [fontname=\"Helvetica\"];\n  edge [fontname=\"Helvetica\"];\n");
    network(&graph, &explanation.einsum.to_string(), &mut text);
    for drawn in explanation.trees.iter().take(1) {
        tree(&drawn.forward.tree, &drawn.costs, &explanation.title(0), &mut text);
    }
    text + "}\n"
}

fn network(graph: &Graph, title: &str, text: &mut String) {
    let _ = writeln!(text, "  subgraph cluster_network {{\n    label={};", quoted(title));
    for (number, name) in graph.operands.iter().enumerate() {
        let _ = writeln!(text, "    operand_{number} [label={}, shape=circle];", quoted(name));
    }
    for (number, label) in graph.labels.iter().enumerate() {
        let name = quoted(&label.text);
        if label.is_open {
            let _ = writeln!(text, "    open_{number} [label={name}, shape=plaintext];");
        }
        match (label.kind(), label.ends.as_slice()) {
            (Kind::Edge, [a, b]) => {
                let _ = writeln!(text, "    operand_{a} -- operand_{b} [label={name}];");
            }
            (Kind::Dot, ends) => {
                let shown = if label.is_open { "\"\"".to_owned() } else { name };
                let _ = writeln!(text, "    dot_{number} [shape=point, xlabel={shown}];");
                for end in ends {
                    let _ = writeln!(text, "    operand_{end} -- dot_{number};");
                }
                if label.is_open {
                    let _ = writeln!(text, "    dot_{number} -- open_{number};");
                }
            }
            (_, ends) => {
                for end in ends {
                    let _ = writeln!(text, "    operand_{end} -- open_{number};");
                }
            }
        }
    }
    text.push_str("  }\n");
}

fn tree(tree: &ContractionTree, costs: &Costs, title: &str, text: &mut String) {
    let _ = writeln!(text, "  subgraph cluster_tree {{\n    label={};", quoted(title));
    for (number, value) in tree.values.iter().enumerate() {
        let step = tree.steps.iter().position(|step| step.result.0 == number);
        let cost = step.map(|step| format!("\n{}\n{} flops", costs.rows[step].kernel, sum(&costs.rows[step].flops)));
        let name = format!("{} : {}{}", value.name, value.subscript, cost.unwrap_or_default());
        let shape = if matches!(value.kind, ValueKind::Operand(_)) { "ellipse" } else { "box" };
        let _ = writeln!(text, "    value_{number} [label={}, shape={shape}];", quoted(&name));
    }
    for step in &tree.steps {
        for factor in &step.factors {
            let _ = writeln!(text, "    value_{} -- value_{};", step.result.0, factor.value.0);
        }
    }
    text.push_str("  }\n");
}

/// A string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
