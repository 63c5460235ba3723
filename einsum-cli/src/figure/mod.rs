//! Drawings of an einsum: the network of its operands, and the tree of its steps.

mod dot;
mod graph;
mod layout;
mod network;
mod outline;
mod shape;
mod tree;

use einsum_codegen::explain::{Explanation, Tree};

pub(crate) use self::{dot::dot, shape::escaped};
use self::{graph::Graph, shape::Drawing};

/// Colours and fonts, light and dark. There are no variables in it, which many viewers do not know.
pub(crate) const STYLE: &str = include_str!("style.css");

/// The network and the first tree, as a file of its own.
pub(crate) fn svg(explanation: &Explanation) -> String {
    let network = self::network(explanation).titled(&explanation.einsum.to_string());
    let trees = explanation.trees.iter().take(1).map(|tree| self::tree(tree).titled(&explanation.title(0)));
    let stacked = trees.fold(network, Drawing::above);
    let (width, height) = (stacked.width, stacked.height);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{stacked}</svg>\n",
        escaped(&explanation.einsum.to_string())
    )
}

/// An element of a page, whose style holds [`STYLE`].
pub(crate) fn inline(drawing: &Drawing, title: &str) -> String {
    let (width, height) = (drawing.width, drawing.height);
    format!(
        "<svg role=\"img\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\">\n\
         <title>{}</title>\n{drawing}</svg>\n",
        escaped(title)
    )
}

/// Operands and labels.
pub(crate) fn network(explanation: &Explanation) -> Drawing {
    network::draw(&Graph::new(&explanation.einsum, &explanation.extents))
}

/// Steps and costs: side by side, or, where a page is not wide enough for that, line by line.
pub(crate) fn tree(tree: &Tree) -> Drawing {
    const WIDEST: f64 = 1300.0;
    let drawn = tree::draw(&tree.forward.tree, &tree.costs);
    if drawn.width <= WIDEST { drawn } else { outline::draw(&tree.forward.tree, &tree.costs) }
}
