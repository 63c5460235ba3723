//! A contraction tree: operands at the bottom, the result at the top, and what every step costs.

use einsum_codegen::{
    explain::{Costs, Row, quantity, sum},
    ir::{ContractionTree, Kind, Step, Value, ValueId},
};

use super::shape::{Drawing, LINE, Point, Shape, width_of};

const MARGIN: f64 = 18.0;
/// The space between neighbours, and between a row and the next.
const GAP: f64 = 18.0;
const ROWS_APART: f64 = 44.0;
const HEIGHT: f64 = 3.0 * LINE + 14.0;

/// Draws a tree.
pub(crate) fn draw(tree: &ContractionTree, costs: &Costs) -> Drawing {
    let mut boxes: Vec<Node> = tree.values.iter().map(|_| Node::default()).collect();
    for id in (0..tree.values.len()).map(ValueId) {
        boxes[id.0] = Node::new(tree, costs, id);
    }
    let Some(&root) = tree.results.first() else { return Drawing::default() };
    let depths = rows(tree);
    let left = MARGIN;
    let width = place(tree, root, left, &mut boxes);
    let row = |depth: u32| MARGIN + f64::from(depths[root.0] - depth) * (HEIGHT + ROWS_APART) + HEIGHT / 2.0;
    for (node, depth) in boxes.iter_mut().zip(&depths) {
        node.centre.y = row(*depth);
    }
    let lines = tree.steps.iter().flat_map(|step| {
        let to = boxes[step.result.0].centre;
        step.factors.iter().map(|factor| line(boxes[factor.value.0].centre, to)).collect::<Vec<_>>()
    });
    let mut shapes: Vec<Shape> = lines.collect();
    shapes.extend(boxes.iter().filter(|node| node.is_placed).flat_map(Node::shapes));
    Drawing { width: width + 2.0 * MARGIN, height: row(0) + HEIGHT / 2.0 + MARGIN, shapes }
}

/// A value in its box.
#[derive(Default)]
struct Node {
    class: &'static str,
    centre: Point,
    half: f64,
    /// Whether it is in the tree: values of other orders are not.
    is_placed: bool,
    /// The texts of the node: its name and subscript; the kind of step that makes it; the cost of that.
    texts: Vec<(&'static str, String)>,
}

impl Node {
    fn new(tree: &ContractionTree, costs: &Costs, id: ValueId) -> Self {
        let value = tree.value(id);
        let mut texts = vec![("name", value.name.clone()), ("code", value.subscript.to_string())];
        if let Some(row) = row_of(tree, costs, id) {
            texts = vec![("code", title(value)), ("muted", row.kernel.to_string()), ("muted", cost(row))];
        }
        let class = class(value);
        let half = texts.iter().map(|(_, text)| width_of(text)).fold(44.0, f64::max) / 2.0 + 8.0;
        Self { class, centre: Point::default(), half, is_placed: false, texts }
    }

    fn shapes(&self) -> Vec<Shape> {
        let half = Point { x: self.half, y: HEIGHT / 2.0 };
        let mut shapes = vec![Shape::Rectangle { class: self.class, centre: self.centre, half, corner: 8.0 }];
        let lines = f64::from(u32::try_from(self.texts.len()).unwrap_or(0));
        let mut y = self.centre.y - LINE * (lines - 1.0) / 2.0;
        for (class, text) in &self.texts {
            shapes.push(Shape::Text { class, at: Point { x: self.centre.x, y }, text: text.clone() });
            y += LINE;
        }
        shapes
    }
}

/// How a value is drawn.
pub(super) fn class(value: &Value) -> &'static str {
    match value.kind {
        Kind::Operand(_) => "operand",
        Kind::Result => "result",
        _ => "step",
    }
}

/// `t0 : ij`, or the name alone of a number.
pub(super) fn title(value: &Value) -> String {
    match value.subscript.rank() {
        0 => value.name.clone(),
        _ => format!("{} : {}", value.name, value.subscript),
    }
}

/// The row of costs of the step that computes a value.
pub(super) fn row_of<'a>(tree: &ContractionTree, costs: &'a Costs, id: ValueId) -> Option<&'a Row> {
    tree.steps.iter().position(|step| step.result == id).map(|number| &costs.rows[number])
}

/// `6 flops, 3 elements`
pub(super) fn cost(row: &Row) -> String {
    format!("{}, {}", counted(&sum(&row.flops), "flop"), counted(&quantity(&row.size), "element"))
}

/// `1 element`, `ij elements`
fn counted(quantity: &str, noun: &str) -> String {
    format!("{quantity} {noun}{}", if quantity == "1" { "" } else { "s" })
}

pub(super) fn step_to(tree: &ContractionTree, id: ValueId) -> Option<&Step> {
    tree.steps.iter().find(|step| step.result == id)
}

/// How many steps are below every value, in the longest line.
fn rows(tree: &ContractionTree) -> Vec<u32> {
    let mut rows = vec![0; tree.values.len()];
    for step in &tree.steps {
        let below = step.factors.iter().map(|factor| rows[factor.value.0]).max();
        rows[step.result.0] = below.map_or(0, |below| below + 1);
    }
    rows
}

/// Gives everything below a value a column of its own, from `left` on, and returns how wide it is.
fn place(tree: &ContractionTree, id: ValueId, left: f64, boxes: &mut [Node]) -> f64 {
    let factors: Vec<ValueId> =
        step_to(tree, id).map(|step| step.factors.iter().map(|factor| factor.value).collect()).unwrap_or_default();
    let own = 2.0 * boxes[id.0].half;
    let mut below = 0.0;
    for (number, factor) in factors.iter().enumerate() {
        let start = below + if number == 0 { 0.0 } else { GAP };
        below = start + place(tree, *factor, left + start, boxes);
    }
    let spare = (own - below).max(0.0) / 2.0;
    if !factors.is_empty() && spare > 0.0 {
        for factor in &factors {
            shift(tree, *factor, spare, boxes);
        }
    }
    let centres = factors.iter().map(|factor| boxes[factor.0].centre.x);
    let middle = match (centres.clone().reduce(f64::min), centres.reduce(f64::max)) {
        (Some(first), Some(last)) => f64::midpoint(first, last),
        _ => left + own / 2.0,
    };
    let width = below.max(own);
    boxes[id.0].is_placed = true;
    boxes[id.0].centre.x = middle.clamp(left + own / 2.0, (left + width - own / 2.0).max(left + own / 2.0));
    width
}

fn shift(tree: &ContractionTree, id: ValueId, by: f64, boxes: &mut [Node]) {
    boxes[id.0].centre.x += by;
    let factors = step_to(tree, id).map(|step| step.factors.clone()).unwrap_or_default();
    for factor in &factors {
        shift(tree, factor.value, by, boxes);
    }
}

/// Straight up within the column, then over to the other in the space below its row.
fn line(from: Point, to: Point) -> Shape {
    let (start, end) = (from.y - HEIGHT / 2.0, to.y + HEIGHT / 2.0);
    let turn = end + ROWS_APART;
    let middle = f64::midpoint(end, turn);
    let path = format!(
        "M{:.1} {start:.1}L{:.1} {turn:.1}C{:.1} {middle:.1} {:.1} {middle:.1} {:.1} {end:.1}",
        from.x, from.x, from.x, to.x, to.x
    );
    Shape::Path { class: "line", path }
}
