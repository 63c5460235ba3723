//! Programs that are formulas: values and all gradients against what torch computes (`reference.py`), gradients of gradients against
//! differences.

#[macro_use]
mod reference;

mod chains;
mod convolutions;
mod fields;
mod networks;
mod points;
