//! The shapes that drawings are made of, and how these are written as SVG.

use std::fmt;

/// A place, to the right and down.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// Something to draw; what it looks like is said by its class.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A path from a point along others, as SVG writes it.
    Path { class: &'static str, path: String },
    /// A disk.
    Circle { class: &'static str, centre: Point, radius: f64 },
    /// A rectangle with round corners.
    Rectangle { class: &'static str, centre: Point, half: Point, corner: f64 },
    /// A line of text around a point.
    Text { class: &'static str, at: Point, text: String },
    /// Shapes, moved.
    Group { to: Point, shapes: Vec<Shape> },
}

/// Shapes within a rectangle that begins at the origin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
}

/// The height of a line of text.
pub(crate) const LINE: f64 = 18.0;

/// How far below its middle the baseline of a line of text is, in heights of its font. Viewers agree on where a
/// baseline is, and not on attributes that would put the middle of a line there.
const BELOW: f64 = 0.35;

/// How high the font of a class of texts is.
fn font_size(class: &str) -> f64 {
    match class {
        "heading" => 16.0,
        "name" | "label" => 15.0,
        "code" => 13.0,
        _ => 12.0,
    }
}

/// About how wide a text is, rather too much.
pub(crate) fn width_of(text: &str) -> f64 {
    let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
    8.2 * f64::from(count)
}

impl Drawing {
    /// The drawing below a title.
    pub(crate) fn titled(self, title: &str) -> Self {
        let text = Shape::Text { class: "heading", at: Point { x: 16.0, y: 22.0 }, text: title.to_owned() };
        let large = title.chars().filter(|character| character.is_uppercase()).count();
        let large = 3.4 * f64::from(u32::try_from(large).unwrap_or(u32::MAX));
        let (width, height) = (self.width.max(width_of(title) * 1.1 + large + 32.0), self.height + 36.0);
        let moved = Shape::Group { to: Point { x: 0.0, y: 36.0 }, shapes: self.shapes };
        Self { width, height, shapes: vec![text, moved] }
    }

    /// The drawing above another.
    pub(crate) fn above(self, other: Self) -> Self {
        let below = Shape::Group { to: Point { x: 0.0, y: self.height }, shapes: other.shapes };
        let shapes = vec![Shape::Group { to: Point::default(), shapes: self.shapes }, below];
        Self { width: self.width.max(other.width), height: self.height + other.height, shapes }
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shapes.iter().try_for_each(|shape| write!(f, "{shape}"))
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path { class, path } => writeln!(f, "<path class=\"{class}\" d=\"{path}\"/>"),
            Self::Circle { class, centre: Point { x, y }, radius } => {
                writeln!(f, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>")
            }
            Self::Rectangle { class, centre, half, corner } => writeln!(
                f,
                "<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{corner:.1}\"/>",
                centre.x - half.x,
                centre.y - half.y,
                2.0 * half.x,
                2.0 * half.y
            ),
            Self::Text { class, at: Point { x, y }, text } => {
                let size = font_size(class);
                let (baseline, text) = (y + BELOW * size, escaped(text));
                writeln!(
                    f,
                    "<text class=\"{class}\" font-size=\"{size}\" x=\"{x:.1}\" y=\"{baseline:.1}\">{text}</text>"
                )
            }
            Self::Group { to: Point { x, y }, shapes } => {
                writeln!(f, "<g transform=\"translate({x:.1} {y:.1})\">")?;
                shapes.iter().try_for_each(|shape| write!(f, "{shape}"))?;
                writeln!(f, "</g>")
            }
        }
    }
}

/// The text, for XML and HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
