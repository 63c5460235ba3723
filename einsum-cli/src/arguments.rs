//! The command line.

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

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
    /// Prints what a shell completes commands by, such as `cargo einsum completions bash > ~/.local/share/bash-completion/completions/cargo-einsum`.
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Args)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Prints JSON: costs as sums of products of extents, and, of what is not a product, the text
    #[arg(long, conflicts_with_all = ["dot", "svg", "html"])]
    pub(crate) json: bool,
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

const SUBSCRIPTS: &str = "\"ij,jk->ik\", or in index notation \"[row, column] = x[row, inner] * w[inner, column]\"; extents may \
    follow, as in \"ij,jk->ik; i = 3\". Or statements, \"{ let m[i] = max[j](x[i, j]); [i, j] = x[i, j] - m[i] }\", or functions as in \
    `einsum_fn!`, \"fn matmul(x, w) -> [i, k] { x[i, j] * w[j, k] }\". Or, to be explained, a file of Rust, `src/model.rs`: all macros in it";

#[derive(Args)]
pub(crate) struct Input {
    // (Help, and no documentation, in which `m[i]` would be a link.)
    #[arg(help = SUBSCRIPTS)]
    pub(crate) subscripts: String,
    /// Extents of labels
    #[arg(long, value_name = "b=64,i=128", value_delimiter = ',', value_parser = extent)]
    pub(crate) extents: Vec<(String, u64)>,
}

impl Explain {
    /// Whether drawings are asked for, in place of a text.
    pub(crate) fn is_drawn(&self) -> bool {
        self.svg.is_some() || self.html.is_some() || self.dot
    }
}

impl Input {
    /// The file of Rust that is named in place of subscripts.
    pub(crate) fn file(&self) -> Option<&Path> {
        let path = Path::new(&self.subscripts);
        let is_file = path.extension().is_some_and(|extension| extension == "rs") && !self.subscripts.contains('[');
        is_file.then_some(path)
    }
}

/// Reads the command line; `cargo einsum ..` is run as `cargo-einsum einsum ..`.
pub(crate) fn parse() -> Command {
    let is_name = |(position, argument): &(usize, std::ffi::OsString)| *position == 1 && argument == "einsum";
    let arguments = env::args_os().enumerate().filter(|argument| !is_name(argument));
    Arguments::parse_from(arguments.map(|(_, argument)| argument)).command
}

/// The script by which a shell completes commands.
pub(crate) fn completions(shell: Shell) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cargo-einsum", &mut text);
    text
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
