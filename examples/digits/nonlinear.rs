//! What einsum does not say: softmax, its cross-entropy, and swish, each with its gradient.

use ndarray::{Array, Array1, Array2, Dimension, Zip};

use crate::real::{Real, to_f32};

/// Makes every lane of the last axis positive and of sum 1.
pub(crate) fn softmax<T: Real, D: Dimension>(mut scores: Array<T, D>) -> Array<T, D> {
    for mut lane in scores.rows_mut() {
        let max = lane.fold(T::neg_infinity(), |max, &score| max.max(score));
        lane.mapv_inplace(|score| (score - max).exp());
        let sum = lane.sum();
        lane /= sum;
    }
    scores
}

/// The gradient of the scores, from softmax's result and the gradient of that.
pub(crate) fn softmax_backward<T: Real, D: Dimension>(softmax: &Array<T, D>, mut doutput: Array<T, D>) -> Array<T, D> {
    Zip::from(doutput.rows_mut()).and(softmax.rows()).for_each(|mut gradient, weights| {
        let mean = gradient.dot(&weights);
        gradient -= mean;
        gradient *= &weights;
    });
    doutput
}

/// The mean cross-entropy of the images' labels, and the gradient of the logits.
pub(crate) fn cross_entropy<T: Real>(logits: Array2<T>, labels: &[usize]) -> (T, Array2<T>) {
    let count: T = to_f32(labels.len()).into();
    let mut gradient = softmax(logits);
    let mut losses = Array1::zeros(labels.len());
    for ((mut row, &label), loss) in gradient.rows_mut().into_iter().zip(labels).zip(&mut losses) {
        *loss = -row[label].ln();
        row[label] -= T::one();
    }
    gradient /= count;
    (losses.sum() / count, gradient)
}

/// `x sigmoid(x)`: like a rectifier, but smooth, which finite differences need.
pub(crate) fn swish<T: Real, D: Dimension>(input: &Array<T, D>) -> Array<T, D> {
    input.mapv(|x| x * sigmoid(x))
}

/// The gradient of swish's input.
pub(crate) fn swish_backward<T: Real, D: Dimension>(input: &Array<T, D>, mut doutput: Array<T, D>) -> Array<T, D> {
    doutput.zip_mut_with(input, |gradient, &x| {
        let gate = sigmoid(x);
        *gradient *= gate + x * gate * (T::one() - gate);
    });
    doutput
}

fn sigmoid<T: Real>(x: T) -> T {
    (T::one() + (-x).exp()).recip()
}
