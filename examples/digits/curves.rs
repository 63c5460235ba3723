//! Curves of a training run, as SVG.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
};

use plotters::{
    coord::Shift,
    prelude::{
        SeriesLabelPosition::{LowerRight, UpperRight},
        *,
    },
};

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(crate) type Drawn = Result<(), Box<dyn Error>>;

// Told apart with any colour vision (Okabe and Ito).
const COLORS: [RGBColor; 2] = [RGBColor(0, 114, 178), RGBColor(213, 94, 0)];
const GRAY: RGBColor = RGBColor(90, 90, 90);

/// The width and the height of a chart.
const SIZE: (u32, u32) = (480, 400);

/// One quantity of a training run.
pub(crate) struct Chart<'a> {
    /// The names of the vertical axis and of the horizontal one.
    pub(crate) axes: [&'a str; 2],
    /// Whether equal ratios are equally far apart: for what falls by orders of magnitude.
    pub(crate) is_logarithmic: bool,
    /// The names of at most two curves, and their points.
    pub(crate) curves: Vec<(&'a str, Vec<(f64, f64)>)>,
}

/// Draws charts side by side.
pub(crate) fn draw(path: &Path, charts: &[Chart<'_>]) -> Drawn {
    let count = u32::try_from(charts.len())?;
    let area = SVGBackend::new(path, (count * SIZE.0, SIZE.1)).into_drawing_area();
    area.fill(&WHITE)?;
    for (part, chart) in area.split_evenly((1, charts.len())).iter().zip(charts) {
        one(part, chart)?;
    }
    area.present()?;
    Ok(())
}

fn one(area: &Area<'_>, Chart { axes: [up, right], is_logarithmic, curves }: &Chart<'_>) -> Drawn {
    let height = |value: f64| if *is_logarithmic { value.log10() } else { value };
    let places = curves.iter().flat_map(|(_, points)| points);
    let (first, last) = range(places.clone().map(|point| point.0));
    let (low, high) = range(places.map(|point| height(point.1)));
    let room = 0.03 * (high - low);

    let mut chart = ChartBuilder::on(area)
        .caption(up, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(first..last, low - room..high + room)?;
    chart
        .configure_mesh()
        .x_desc(*right)
        .label_style(("sans-serif", 14))
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|place| format!("{place:.0}"))
        .y_label_formatter(&|value| if *is_logarithmic { power(*value) } else { short(*value) })
        .draw()?;
    for ((name, points), color) in curves.iter().zip(COLORS) {
        let points: Vec<_> = points.iter().map(|&(place, value)| (place, height(value))).collect();
        // (Dots would hide the line of a long run.)
        let size = if points.len() > 60 { 0 } else { 3 };
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)).point_size(size))?
            .label(*name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    let falls =
        curves.iter().any(|(_, points)| points.first().map(|point| point.1) > points.last().map(|point| point.1));
    chart
        .configure_series_labels()
        .position(if falls { UpperRight } else { LowerRight })
        .label_font(("sans-serif", 14))
        .background_style(WHITE)
        .border_style(GRAY)
        .draw()?;
    Ok(())
}

/// A number without the digits that rounding leaves: 0.15, not 0.15000000000000002.
fn short(value: f64) -> String {
    ((value * 1e6).round() / 1e6).to_string()
}

/// A power of ten: 0.01 of -2, 3e-5 of -4.5.
fn power(exponent: f64) -> String {
    let value = 10_f64.powf(exponent);
    if (-3.0..4.0).contains(&exponent) { format!("{value:.3}") } else { format!("{value:.0e}") }
}

/// The least and the greatest value.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

/// A file in the folder that cargo builds in.
pub(crate) fn file(name: &str) -> io::Result<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| manifest.join("target"), PathBuf::from);
    fs::create_dir_all(&target)?;
    Ok(target.join(name))
}
