//! Contraction orders, against all orders there are.

mod expressions;
mod given;
mod groups;
mod large;
mod layouts;
mod oracle;
mod preference;
mod slices;
mod unknown;
