//! Explanations as JSON.

use einsum_codegen::{
    explain::{Costs, Explanation, Tree, nests, quantity},
    plan::cost::{Monomial, Objective, Polynomial},
};
use serde_json::{Map, Value, json};

/// The explanation of a product.
pub(crate) fn explanation(explanation: &Explanation) -> Value {
    let extents: Map<String, Value> =
        explanation.extents.0.iter().map(|(label, extent)| (label.to_string(), json!(extent))).collect();
    let ordered_for = match explanation.objective {
        Objective::Forward => "value",
        Objective::ForwardAndBackward => "value and gradients",
    };
    json!({
        "einsum": explanation.einsum.to_string(),
        "extents": extents,
        "unknown": texts(&explanation.unknown()),
        "ordered_for": ordered_for,
        "naive_flops": product(&explanation.naive),
        "trees": explanation.trees.iter().enumerate().map(|(position, tree)| self::tree(explanation, position, tree)).collect::<Vec<_>>(),
        "has_more_trees": explanation.has_more,
    })
}

/// The explanation of anything else: what is printed without JSON.
pub(crate) fn text(text: &str) -> Value {
    json!({ "text": text })
}

fn tree(explanation: &Explanation, position: usize, tree: &Tree) -> Value {
    let title = explanation.title(position);
    json!({
        "order": title.split_once(": ").map_or(title.as_str(), |(_, order)| order),
        "flops": sum(&tree.costs.flops),
        "flops_with_gradients": sum(&tree.total()),
        "largest_intermediates": tree.costs.largest.iter().map(product).collect::<Vec<_>>(),
        "steps": steps(&tree.costs, &nests(&tree.forward)),
        "gradients": steps(&tree.gradient_costs, &nests(&tree.backward)),
    })
}

fn steps(costs: &Costs, nests: &[String]) -> Vec<Value> {
    let step = |(row, nest): (&einsum_codegen::explain::Row, &String)| {
        json!({
            "subscripts": row.subscripts,
            "values": row.values,
            "kernel": row.kernel.to_string(),
            "flops": sum(&row.flops),
            "elements": product(&row.size),
            "loops": nest,
        })
    };
    costs.rows.iter().zip(nests).map(step).collect()
}

/// A sum of products of extents: `2ij + 3k` is `[{"coefficient": 2, "labels": ["i", "j"], ..}, ..]`.
fn sum(sum: &Polynomial) -> Vec<Value> {
    sum.monomials().iter().map(product).collect()
}

fn product(product: &Monomial) -> Value {
    json!({ "coefficient": product.coefficient, "labels": texts(&product.labels), "text": quantity(product) })
}

fn texts(parts: &[impl ToString]) -> Vec<String> {
    parts.iter().map(ToString::to_string).collect()
}
