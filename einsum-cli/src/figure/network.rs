//! A tensor network: operands as nodes, labels as lines, open labels as legs.

use std::collections::BTreeMap;

use super::{
    graph::{Graph, Kind, Label},
    layout::{self, Plan},
    shape::{Drawing, LINE, Point, Shape, width_of},
};

const MARGIN: f64 = 18.0;
const DOT: f64 = 4.5;
/// How long a line is, about, between what it connects.
const APART: f64 = 30.0;

/// Draws a network. Lines are below nodes, nodes below texts.
pub(crate) fn draw(graph: &Graph) -> Drawing {
    let network = Network::new(graph);
    let mut points = layout::place(&network.plan);
    let (width, height) = network.fit(&mut points);
    let labels = || graph.labels.iter().enumerate();
    let mut shapes: Vec<Shape> = labels().flat_map(|(number, label)| network.lines(number, label, &points)).collect();
    shapes.extend(graph.operands.iter().zip(&points).zip(&network.plan.halves).flat_map(|((name, at), half)| {
        let node = Shape::Rectangle { class: "operand", centre: *at, half: *half, corner: half.y };
        [node, Shape::Text { class: "name", at: *at, text: name.clone() }]
    }));
    shapes.extend(labels().filter(|(_, label)| label.kind() == Kind::Dot).map(|(number, _)| Shape::Circle {
        class: "dot",
        centre: points[network.label(number)],
        radius: DOT,
    }));
    shapes.extend(labels().flat_map(|(number, label)| {
        let at = points[network.text(number, label)];
        let half = network.plan.halves[network.text(number, label)];
        let below = Shape::Rectangle { class: "paper", centre: at, half, corner: 3.0 };
        [below, Shape::Text { class: "label", at, text: label.text.clone() }]
    }));
    Drawing { width, height, shapes }
}

/// A network as things to lay out: the operands, then for every label the place of its text or dot, then the texts
/// of dots.
struct Network<'a> {
    graph: &'a Graph,
    plan: Plan,
    /// The place in the plan of the text of each dot, by the number of the label.
    texts: BTreeMap<usize, usize>,
}

impl<'a> Network<'a> {
    fn new(graph: &'a Graph) -> Self {
        let operands = graph.operands.iter().map(|name| Point { x: (width_of(name) / 2.0 + 14.0).max(22.0), y: 22.0 });
        let text = |label: &Label| Point { x: width_of(&label.text) / 2.0 + 3.0, y: LINE / 2.0 };
        let labels = graph.labels.iter().map(|label| match label.kind() {
            Kind::Dot => Point { x: DOT, y: DOT },
            _ => text(label),
        });
        let mut halves: Vec<Point> = operands.chain(labels).collect();
        let first = graph.operands.len();
        let ends = |(number, label): (usize, &Label)| {
            let mut ends = label.ends.clone();
            ends.dedup();
            ends.into_iter().map(move |end| (end, first + number, APART)).collect::<Vec<_>>()
        };
        let mut lines: Vec<(usize, usize, f64)> = graph.labels.iter().enumerate().flat_map(ends).collect();
        let middles = graph.labels.iter().enumerate().filter(|(_, label)| label.kind() == Kind::Edge);
        let middles = middles.map(|(number, label)| (first + number, label.ends[0], label.ends[1])).collect();
        let (mut texts, mut notes) = (BTreeMap::new(), Vec::new());
        for (number, label) in graph.labels.iter().enumerate().filter(|(_, label)| label.kind() == Kind::Dot) {
            texts.insert(number, halves.len());
            if label.is_open {
                lines.push((first + number, halves.len(), APART));
            } else {
                notes.push((halves.len(), first + number));
            }
            halves.push(text(label));
        }
        Self { graph, plan: Plan { halves, lines, middles, notes }, texts }
    }

    /// The thing that is the text, or the dot, of a label.
    fn label(&self, number: usize) -> usize {
        self.graph.operands.len() + number
    }

    /// The thing that is the text of a label.
    fn text(&self, number: usize, label: &Label) -> usize {
        match label.kind() {
            Kind::Dot => self.texts[&number],
            _ => self.label(number),
        }
    }

    fn lines(&self, number: usize, label: &Label, points: &[Point]) -> Vec<Shape> {
        let here = points[self.label(number)];
        match (label.kind(), label.ends.as_slice()) {
            (Kind::Edge, [a, b]) => vec![through("line", points[*a], here, points[*b])],
            (Kind::Dot, ends) => {
                let mut lines: Vec<Shape> = Vec::new();
                for (axis, end) in ends.iter().enumerate() {
                    let before = ends[..axis].iter().filter(|other| *other == end).count();
                    let axes = ends.iter().filter(|other| *other == end).count();
                    lines.push(bent("line", points[*end], here, before, axes));
                }
                let leg = label.is_open.then(|| straight("open", here, points[self.texts[&number]]));
                lines.into_iter().chain(leg).collect()
            }
            (_, ends) => ends.iter().map(|end| straight("open", points[*end], here)).collect(),
        }
    }

    /// Moves everything into the drawing, and says how large that is.
    fn fit(&self, points: &mut [Point]) -> (f64, f64) {
        let halves = &self.plan.halves;
        let (mut low, mut high) = (Point { x: f64::MAX, y: f64::MAX }, Point { x: f64::MIN, y: f64::MIN });
        for (point, half) in points.iter().zip(halves) {
            low = Point { x: low.x.min(point.x - half.x), y: low.y.min(point.y - half.y) };
            high = Point { x: high.x.max(point.x + half.x), y: high.y.max(point.y + half.y) };
        }
        for point in points.iter_mut() {
            point.x += MARGIN - low.x;
            point.y += MARGIN - low.y;
        }
        (high.x - low.x + 2.0 * MARGIN, high.y - low.y + 2.0 * MARGIN)
    }
}

/// A curve from one point to another that meets a third half-way.
fn through(class: &'static str, from: Point, middle: Point, to: Point) -> Shape {
    let control =
        Point { x: 2.0 * middle.x - f64::midpoint(from.x, to.x), y: 2.0 * middle.y - f64::midpoint(from.y, to.y) };
    curve(class, from, control, to)
}

fn straight(class: &'static str, from: Point, to: Point) -> Shape {
    Shape::Path { class, path: format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y) }
}

/// One of several lines between the same points, each bent in its own way.
fn bent(class: &'static str, from: Point, to: Point, number: usize, count: usize) -> Shape {
    let float = |n: usize| f64::from(u32::try_from(n).unwrap_or(0));
    let side = (float(number) - (float(count) - 1.0) / 2.0) * 0.55;
    let (x, y) = (to.x - from.x, to.y - from.y);
    let control = Point { x: f64::midpoint(from.x, to.x) - side * y, y: f64::midpoint(from.y, to.y) + side * x };
    curve(class, from, control, to)
}

fn curve(class: &'static str, from: Point, control: Point, to: Point) -> Shape {
    let Point { x, y } = control;
    Shape::Path { class, path: format!("M{:.1} {:.1}Q{x:.1} {y:.1} {:.1} {:.1}", from.x, from.y, to.x, to.y) }
}
