//! A contraction tree of many operands: a line for each value, below the one that it goes into and to the right of it, so that a page is as
//! wide as the tree is deep, and not as it has operands.

use einsum_codegen::{
    explain::Costs,
    ir::{ContractionTree, ValueId},
};

use super::{
    shape::{Drawing, Point, Shape, width_of},
    tree::{class, cost, row_of, step_to, title},
};

const MARGIN: f64 = 18.0;
const INDENT: f64 = 20.0;
const ROW: f64 = 25.0;
const HALF: f64 = 10.0;
/// The space between a box and what is said of it.
const GAP: f64 = 16.0;

/// Draws a tree, its result first.
pub(crate) fn draw(tree: &ContractionTree, costs: &Costs) -> Drawing {
    let Some(&root) = tree.results.first() else { return Drawing::default() };
    let mut rows = Vec::new();
    below(tree, root, 0.0, None, &mut rows);
    let right = rows.iter().map(|row| row.left + row.width).fold(0.0, f64::max);
    let mut shapes: Vec<Shape> = rows.iter().enumerate().filter_map(|(number, row)| row.line(number, &rows)).collect();
    let mut width = right;
    for (number, row) in rows.iter().enumerate() {
        let value = tree.value(row.id);
        let centre = Point { x: row.left + row.width / 2.0, y: middle(number) };
        let half = Point { x: row.width / 2.0, y: HALF };
        shapes.push(Shape::Rectangle { class: class(value), centre, half, corner: 5.0 });
        shapes.push(Shape::Text { class: "code", at: centre, text: title(value) });
        if let Some(costs) = row_of(tree, costs, row.id) {
            let text = format!("{}, {}", costs.kernel, cost(costs));
            width = width.max(right + GAP + width_of(&text));
            shapes.push(Shape::Text { class: "cost", at: Point { x: right + GAP, y: centre.y }, text });
        }
    }
    Drawing { width: width + MARGIN, height: middle(rows.len()) - ROW / 2.0 + MARGIN, shapes }
}

/// A value on its line.
struct Row {
    id: ValueId,
    left: f64,
    width: f64,
    /// The line of the value that it goes into.
    above: Option<usize>,
}

impl Row {
    /// From below the left end of the value above to this.
    fn line(&self, number: usize, rows: &[Self]) -> Option<Shape> {
        let above = self.above?;
        let (x, y) = (rows[above].left + INDENT / 2.0, middle(number));
        let path = format!(
            "M{x:.1} {:.1}V{:.1}Q{x:.1} {y:.1} {:.1} {y:.1}H{:.1}",
            middle(above) + HALF,
            y - 5.0,
            x + 5.0,
            self.left
        );
        Some(Shape::Path { class: "line", path })
    }
}

fn middle(row: usize) -> f64 {
    MARGIN + ROW * (f64::from(u32::try_from(row).unwrap_or(u32::MAX)) + 0.5)
}

/// A value, and then what it is computed from, the smaller part first: so lines past a part are short.
fn below(tree: &ContractionTree, id: ValueId, indent: f64, above: Option<usize>, rows: &mut Vec<Row>) {
    let here = rows.len();
    let width = width_of(&title(tree.value(id))) + 12.0;
    rows.push(Row { id, left: MARGIN + indent, width, above });
    let mut factors: Vec<ValueId> =
        step_to(tree, id).map(|step| step.factors.iter().map(|factor| factor.value).collect()).unwrap_or_default();
    factors.sort_by_key(|factor| size(tree, *factor));
    for factor in factors {
        below(tree, factor, indent + INDENT, Some(here), rows);
    }
}

/// How many values a value is computed from, and itself.
fn size(tree: &ContractionTree, id: ValueId) -> usize {
    let step = step_to(tree, id);
    1 + step.map_or(0, |step| step.factors.iter().map(|factor| size(tree, factor.value)).sum())
}
