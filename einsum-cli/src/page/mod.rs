//! A page about an einsum that needs nothing but itself.

mod mathml;

use einsum_codegen::explain::{Costs, Explanation, Tree, nests, step_rows};

use crate::figure::{self, STYLE as FIGURES, escaped};

const STYLE: &str = include_str!("style.css");

/// The page.
pub(crate) fn html(explanation: &Explanation) -> String {
    let title = escaped(&explanation.einsum.to_string());
    let trees = explanation.trees.iter().enumerate();
    let trees: String = trees.map(|(number, tree)| self::tree(explanation, number, tree)).collect();
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <title>{title}</title>\n<style>\n{STYLE}{FIGURES}</style>\n</head>\n<body>\n\
         <h1><code>{title}</code></h1>\n{}{}{}{}{trees}</body>\n</html>\n",
        mathml::value(&explanation.einsum),
        summary(explanation),
        network(explanation),
        gradients(explanation)
    )
}

fn summary(explanation: &Explanation) -> String {
    let rows = explanation.summary();
    let rows = rows.iter().map(|(name, value)| format!("<tr><th>{name}</th><td>{}</td></tr>\n", with_code(value)));
    let rows: String = rows.collect();
    let comparison = if explanation.trees.len() > 1 { table(&explanation.comparison()) } else { String::new() };
    format!("<h2>Costs</h2>\n<table class=\"summary\">\n{rows}</table>\n{comparison}")
}

/// A text, with what is between back quotes as code.
fn with_code(text: &str) -> String {
    let part = |(number, part): (usize, &str)| {
        let part = escaped(part);
        if number % 2 == 1 { format!("<code>{part}</code>") } else { part }
    };
    text.split('`').enumerate().map(part).collect()
}

fn network(explanation: &Explanation) -> String {
    let drawing = figure::inline(&figure::network(explanation), "The tensor network");
    format!(
        "<h2>Network</h2>\n<figure>\n{drawing}</figure>\n<p class=\"note\">A line is a label that is summed over, a leg \
         one of the result. A dot is a label that is on other than two axes: on several operands, on one operand \
         twice, or on one alone.</p>\n"
    )
}

fn gradients(explanation: &Explanation) -> String {
    let einsum = &explanation.einsum;
    let formulas: String = einsum.wrt.iter().map(|number| mathml::gradient(einsum, *number)).collect();
    let note = "d stands for the derivative of a loss, a star for the conjugate, which real numbers do not notice.";
    format!("<h2>Gradients</h2>\n{formulas}<p class=\"note\">{note}</p>\n")
}

fn tree(explanation: &Explanation, number: usize, tree: &Tree) -> String {
    let title = escaped(&capital(&explanation.title(number)));
    let drawing = figure::inline(&figure::tree(tree), "The contraction tree");
    let loops = |costs: &Costs, nests: Vec<String>| -> String {
        let titled = costs.rows.iter().zip(nests).map(|(row, nest)| format!("// {}\n{nest}", row.subscripts));
        escaped(&titled.collect::<Vec<_>>().join("\n\n"))
    };
    let forward = loops(&tree.costs, nests(&tree.forward));
    let backward = loops(&tree.gradient_costs, nests(&tree.backward));
    format!(
        "<h2>{title}</h2>\n<figure>\n{drawing}</figure>\n<h3>Steps</h3>\n{}<h3>Steps of the gradients</h3>\n{}\
         <h3>Loops</h3>\n<pre>{forward}</pre>\n<details>\n<summary>Loops of the gradients</summary>\n\
         <pre>{backward}</pre>\n</details>\n",
        steps(&tree.costs),
        steps(&tree.gradient_costs)
    )
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn steps(costs: &Costs) -> String {
    let titles = ["subscripts", "values", "kernel", "flops", "elements"].map(str::to_owned).to_vec();
    table(&[titles].into_iter().chain(step_rows(costs)).collect::<Vec<_>>())
}

/// A table whose first row has the titles.
fn table(rows: &[Vec<String>]) -> String {
    let row = |(number, row): (usize, &Vec<String>)| {
        let cell = if number == 0 { "th" } else { "td" };
        let cells: Vec<String> = row.iter().map(|text| format!("<{cell}>{}</{cell}>", escaped(text))).collect();
        format!("<tr>{}</tr>\n", cells.concat())
    };
    let rows: String = rows.iter().enumerate().map(row).collect();
    format!("<div class=\"scroll\"><table>\n{rows}</table></div>\n")
}
