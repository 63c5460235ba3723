//! Images of handwritten digits, and how they are read and split.

use std::{error::Error, fs, path::Path};

use ndarray::{Array3, Axis};
use rand::{Rng, RngExt, seq::SliceRandom};

pub(crate) const HEIGHT: usize = 8;
pub(crate) const WIDTH: usize = 8;
pub(crate) const CLASSES: usize = 10;

/// The darkest pixel in the file.
const INK: u8 = 16;

/// One image in this many is held out as a test.
const ONE_IN: usize = 5;

/// Images (image, row, pixel) of pixels from 0, paper, to 1, ink; and the digit of each.
pub(crate) struct Digits {
    pub(crate) images: Array3<f32>,
    pub(crate) labels: Vec<usize>,
}

impl Digits {
    /// Reads a file of lines of 64 pixels and a digit, as `examples/data/README.md` describes.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let mut pixels = Vec::new();
        let mut labels = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let label =
                parse(line, &mut pixels).map_err(|error| format!("{}:{}: {error}", path.display(), index + 1))?;
            labels.push(label);
        }
        let images = Array3::from_shape_vec((labels.len(), HEIGHT, WIDTH), pixels)?;
        Ok(Self { images, labels })
    }

    /// Shuffled into a part to train on and a part to test on.
    pub(crate) fn split(&self, rng: &mut impl Rng) -> (Self, Self) {
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.shuffle(rng);
        let (test, train) = order.split_at(self.len() / ONE_IN);
        (self.select(train), self.select(test))
    }

    /// The images of these indices, in their order.
    pub(crate) fn select(&self, indices: &[usize]) -> Self {
        Self {
            images: self.images.select(Axis(0), indices),
            labels: indices.iter().map(|&index| self.labels[index]).collect(),
        }
    }

    /// With every pixel moved by up to `amplitude`.
    pub(crate) fn with_noise(mut self, amplitude: f32, rng: &mut impl Rng) -> Self {
        self.images.mapv_inplace(|pixel| pixel + rng.random_range(-amplitude..amplitude));
        self
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }
}

/// Appends the pixels of one line, and returns its digit.
fn parse(line: &str, pixels: &mut Vec<f32>) -> Result<usize, Box<dyn Error>> {
    let fields: Vec<u8> = line.split(',').map(str::parse).collect::<Result<_, _>>()?;
    let Some((&label, image)) = fields.split_last().filter(|(_, image)| image.len() == HEIGHT * WIDTH) else {
        return Err(format!("{} numbers instead of {}", fields.len(), HEIGHT * WIDTH + 1).into());
    };
    let label = usize::from(label);
    if label >= CLASSES {
        return Err(format!("{label} is not a digit").into());
    }
    if let Some(pixel) = image.iter().find(|&&pixel| pixel > INK) {
        return Err(format!("a pixel of {pixel}, which is more than {INK}").into());
    }
    pixels.extend(image.iter().map(|&pixel| f32::from(pixel) / f32::from(INK)));
    Ok(label)
}
