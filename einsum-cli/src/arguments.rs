//! The command line.

use std::{env, path::PathBuf};

use clap::{Args, Parser, Subcommand};

/// Explains and draws einsums, and prints what they are compiled to.
#[derive(Parser)]
#[command(name = "cargo-einsum", bin_name = "cargo einsum", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Says how an einsum is computed, and what that costs.
    ///
    /// Steps: subscripts, values (A, B, .. are operands, t0, .. intermediates, y is the result, dA the gradient of A), what
    /// kind of product it is, floating-point operations, elements of the result.
    ///
    /// Loops, with what each label is to its step. `lhs_free`: on the first value and the result, a row of a product of
    /// matrices; `rhs_free`: on the second and the result, a column; batch: on both and the result; broadcast: on the result
    /// alone; contracted, "sum of .. for k": summed over.
    Explain(Explain),
    /// Prints the Rust that a macro is expanded to; operands are called a, b, c, ..
    Expand(Expand),
}

#[derive(Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Explains `einsum_vjp!`, whose orders are those that are best for the value and its gradients
    #[arg(long)]
    pub(crate) vjp: bool,
    /// Takes no order with a larger intermediate, or else slices
    #[arg(long, value_name = "ELEMENTS")]
    pub(crate) max_intermediate: Option<u64>,
    /// Explains what is sent between the processes of a mesh: its axes, with how many processes each has
    #[arg(long, value_name = "dp=2,tp=2", value_delimiter = ',', value_parser = mesh_axis)]
    pub(crate) mesh: Vec<(String, usize)>,
    /// Prints the network and the tree for Graphviz, and no table
    #[arg(long)]
    pub(crate) dot: bool,
    /// Draws the network and the tree
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Writes a page with formulas, drawings, tables and loops
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Expand {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Expands `einsum_vjp!`: the value, and a closure for the gradients
    #[arg(long)]
    pub(crate) vjp: bool,
}

#[derive(Args)]
pub(crate) struct Input {
    /// "ij,jk->ik", or in index notation "[row, column] = x[row, inner] * w[inner, column]"; extents may
    /// follow, as in "ij,jk->ik; i = 3". Or statements, "{ let m[i] = max[j](x[i, j]); [i, j] = x[i, j] - m[i] }", or functions as in
    /// `einsum_fn!`, "fn matmul(x, w) -> [i, k] { x[i, j] * w[j, k] }"
    pub(crate) subscripts: String,
    /// Extents of labels
    #[arg(long, value_name = "b=64,i=128", value_delimiter = ',', value_parser = extent)]
    pub(crate) extents: Vec<(String, u64)>,
}

/// Reads the command line; `cargo einsum ..` is run as `cargo-einsum einsum ..`.
pub(crate) fn parse() -> Command {
    let is_name = |(position, argument): &(usize, std::ffi::OsString)| *position == 1 && argument == "einsum";
    let arguments = env::args_os().enumerate().filter(|argument| !is_name(argument));
    Arguments::parse_from(arguments.map(|(_, argument)| argument)).command
}

/// `dp=2`
fn mesh_axis(text: &str) -> Result<(String, usize), String> {
    let (axis, size) = text.split_once('=').ok_or("expected an axis of the mesh and its size, such as `dp=2`")?;
    match size.trim().parse() {
        Ok(size @ 1..) => Ok((axis.trim().to_owned(), size)),
        _ => Err(format!("`{}` is no number of processes: expected a whole number from 1", size.trim())),
    }
}

/// `b=64`
pub(crate) fn extent(text: &str) -> Result<(String, u64), String> {
    let (label, value) = text.split_once('=').ok_or("expected the extent of a label, such as `b=64`")?;
    let value =
        value.trim().parse().map_err(|_| format!("`{}` is no extent: expected a whole number", value.trim()))?;
    Ok((label.trim().to_owned(), value))
}
