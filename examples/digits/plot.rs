//! Drawings of a training run, as SVG.

use std::{error::Error, path::Path};

use ndarray::{Array2, ArrayRef2, Axis};
use plotters::{
    coord::Shift,
    prelude::{
        SeriesLabelPosition::{LowerRight, UpperRight},
        *,
    },
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    data::Digits,
    real::to_f32,
    training::{Epoch, Score, likeliest},
};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), Box<dyn Error>>;

// Told apart with any colour vision (Okabe and Ito).
const TRAIN: RGBColor = RGBColor(0, 114, 178);
const TEST: RGBColor = RGBColor(213, 94, 0);
const RIGHT: RGBColor = RGBColor(90, 90, 90);
const WRONG: RGBColor = RGBColor(200, 30, 30);

/// Loss and accuracy, on training and on test images, against epochs.
pub(crate) fn curves(path: &Path, history: &[Epoch]) -> Drawn {
    let area = SVGBackend::new(path, (960, 400)).into_drawing_area();
    area.fill(&WHITE)?;
    let (left, right) = area.split_horizontally(480);
    curve(&left, "loss", UpperRight, history, |score| score.loss)?;
    curve(&right, "accuracy in %", LowerRight, history, |score| 100.0 * score.accuracy)?;
    area.present()?;
    Ok(())
}

/// One quantity of the scores.
fn curve(
    area: &Area<'_>,
    name: &str,
    legend: SeriesLabelPosition,
    history: &[Epoch],
    quantity: impl Fn(&Score) -> f32,
) -> Drawn {
    let train: Vec<f32> = history.iter().map(|epoch| quantity(&epoch.train)).collect();
    let test: Vec<f32> = history.iter().map(|epoch| quantity(&epoch.test)).collect();
    let (low, high) = range(train.iter().chain(&test));

    let mut chart = ChartBuilder::on(area)
        .caption(name, ("sans-serif", 20))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(1.0..to_f32(history.len()), low..high)?;
    chart
        .configure_mesh()
        .x_desc("epoch")
        .label_style(("sans-serif", 14))
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .draw()?;
    for (label, color, values) in [("train", TRAIN, train), ("test", TEST, test)] {
        let points = (1..).map(to_f32).zip(values);
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)).point_size(3))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(legend)
        .label_font(("sans-serif", 14))
        .background_style(WHITE)
        .border_style(RIGHT)
        .draw()?;
    Ok(())
}

/// The least and greatest value, and a little room.
fn range<'a>(values: impl Iterator<Item = &'a f32>) -> (f32, f32) {
    let (low, high) =
        values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &value| (low.min(value), high.max(value)));
    let room = 0.03 * (high - low);
    (low - room, high + room)
}

/// Rows and columns of images.
const GRID: (usize, usize) = (5, 10);

/// The edges of a pixel of an image and of an image, in the drawing's pixels.
const PIXEL: i32 = 8;
const IMAGE: i32 = 8 * PIXEL;

/// The test images that the network found hardest, and how it read them.
pub(crate) fn predictions(path: &Path, digits: &Digits, probabilities: &Array2<f32>) -> Drawn {
    let mut order: Vec<usize> = (0..digits.len()).collect();
    let confidence = |image: &usize| probabilities[[*image, digits.labels[*image]]];
    order.sort_by(|one, other| confidence(one).total_cmp(&confidence(other)));

    let area = SVGBackend::new(path, (920, 560)).into_drawing_area();
    area.fill(&WHITE)?;
    let title = "The hardest test images, and what the network reads in them";
    let cells = area.margin(8, 0, 0, 0).titled(title, ("sans-serif", 20))?.split_evenly(GRID);
    for (cell, image) in cells.into_iter().zip(order) {
        let read = likeliest(&probabilities.row(image));
        let pixels = digits.images.index_axis(Axis(0), image);
        prediction(&cell, &pixels, read, digits.labels[image])?;
    }
    area.present()?;
    Ok(())
}

/// One image and how it was read; in red and with the right answer if that was wrong.
fn prediction(cell: &Area<'_>, pixels: &ArrayRef2<f32>, read: usize, label: usize) -> Drawn {
    let (text, color) = if read == label { (read.to_string(), RIGHT) } else { (format!("{read}, not {label}"), WRONG) };
    let (cell_width, _) = cell.dim_in_pixel();
    let center = i32::try_from(cell_width)? / 2;

    let image = cell.clone().shrink((center - IMAGE / 2, 8), (IMAGE, IMAGE));
    for (row, pixels) in (0..).zip(pixels.rows()) {
        for (column, &ink) in (0..).zip(pixels) {
            let (x, y) = (column * PIXEL, row * PIXEL);
            let square = [(x, y), (x + PIXEL, y + PIXEL)];
            image.draw(&Rectangle::new(square, BLACK.mix(ink.into()).filled()))?;
        }
    }
    image.draw(&Rectangle::new([(-2, -2), (IMAGE + 2, IMAGE + 2)], color))?;

    let style = ("sans-serif", 15)
        .with_color(color)
        .with_anchor::<RGBColor>(Pos::new(HPos::Center, VPos::Top))
        .into_text_style(cell);
    cell.draw(&Text::new(text, (center, IMAGE + 14), style))?;
    Ok(())
}
