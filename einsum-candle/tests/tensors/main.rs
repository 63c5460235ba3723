//! Values and gradients of einsums of candle's tensors, against candle's own operations.

mod errors;
mod formulas;
mod oracle;
mod products;
mod second;
mod training;
mod uses;
