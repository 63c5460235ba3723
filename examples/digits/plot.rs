//! Drawings of a training run, as SVG.

use std::path::Path;

use ndarray::{Array2, ArrayRef2, Axis};
use plotters::{
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

use crate::{
    curves::{self, Area, Chart, Drawn},
    data::Digits,
    training::{Epoch, Score, likeliest},
};

const RIGHT: RGBColor = RGBColor(90, 90, 90);
const WRONG: RGBColor = RGBColor(200, 30, 30);

/// Loss and accuracy, on training and on test images, against epochs.
pub(crate) fn curves(path: &Path, history: &[Epoch]) -> Drawn {
    let of = |quantity: fn(&Score) -> f32, score: fn(&Epoch) -> &Score| -> Vec<(f64, f64)> {
        (1..).map(f64::from).zip(history.iter().map(|epoch| f64::from(quantity(score(epoch))))).collect()
    };
    let chart = |name, quantity| Chart {
        axes: [name, "epoch"],
        is_logarithmic: false,
        curves: vec![("train", of(quantity, |epoch| &epoch.train)), ("test", of(quantity, |epoch| &epoch.test))],
    };
    curves::draw(path, &[chart("loss", |score| score.loss), chart("accuracy in %", |score| 100.0 * score.accuracy)])
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
