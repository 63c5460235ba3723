//! Contraction orders, against all orders there are.

mod expressions;
mod given;
mod groups;
mod large;
mod oracle;
mod unknown;
