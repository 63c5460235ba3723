//! Formulas in the compiler: how they are split and lowered, what is shown of them, their invariants, their derivatives.

mod edges;
mod front;
mod gradients;
mod interpreter;
mod invariants;
mod lowering;
mod quotients;
mod random;
mod shown;
mod text;
