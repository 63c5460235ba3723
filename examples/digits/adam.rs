//! The Adam optimiser (D. P. Kingma and J. Ba, 2015, <https://arxiv.org/abs/1412.6980>).

/// How slowly the average of the gradients, and that of their squares, forget.
const DECAYS: (f32, f32) = (0.9, 0.999);

/// Keeps a step finite where no gradient has been seen.
const EPSILON: f32 = 1e-8;

/// What is remembered between steps.
pub(crate) struct Adam {
    moments: Vec<Moments>,
    steps: i32,
}

/// Decaying averages of one weight's gradient and of its square.
#[derive(Clone, Default)]
struct Moments {
    mean: f32,
    square: f32,
}

impl Adam {
    pub(crate) fn new(weights: usize) -> Self {
        Self { moments: vec![Moments::default(); weights], steps: 0 }
    }

    /// Moves every weight against its gradient, by about `rate`.
    pub(crate) fn step<'a>(
        &mut self,
        weights: impl Iterator<Item = &'a mut f32>,
        gradients: impl Iterator<Item = &'a f32>,
        rate: f32,
    ) {
        self.steps += 1;
        // The averages start at 0: early ones are too small by these factors.
        let mean_bias = 1.0 - DECAYS.0.powi(self.steps);
        let square_bias = 1.0 - DECAYS.1.powi(self.steps);
        for ((weight, gradient), moments) in weights.zip(gradients).zip(&mut self.moments) {
            moments.mean += (1.0 - DECAYS.0) * (gradient - moments.mean);
            moments.square += (1.0 - DECAYS.1) * (gradient * gradient - moments.square);
            let deviation = (moments.square / square_bias).sqrt();
            *weight -= rate * (moments.mean / mean_bias) / (deviation + EPSILON);
        }
    }
}
