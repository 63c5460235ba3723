//! `cargo einsum`: the compiler of the `einsum` crate, asked what it does.
//!
//! | file | holds |
//! | --- | --- |
//! | `arguments.rs` | the command line |
//! | `input.rs` | subscripts and extents -> what the compiler reads |
//! | `failure.rs` | why nothing comes of a command |
//! | `expand.rs` | the generated Rust, formatted |
//! | `figure/` | drawings: networks and trees, as shapes, SVG and DOT |
//! | `page/` | the page: formulas, figures, tables |

mod arguments;
mod expand;
mod failure;
mod figure;
mod input;
mod page;

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use einsum_codegen::explain::Explanation;

use self::{
    arguments::{Command, Explain},
    failure::Failure,
};

fn main() -> ExitCode {
    let done = match arguments::parse() {
        Command::Explain(explain) => self::explain(&explain),
        Command::Expand(expand) => expand::expansion(&expand).and_then(|text| print(&text)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn explain(arguments: &Explain) -> Result<(), Failure> {
    let is_text = arguments.svg.is_none() && arguments.html.is_none() && !arguments.dot;
    if let Some(functions) = input::functions(&arguments.input)? {
        return if is_text {
            print(&format!("{}\n", input::explained_functions(functions, arguments)?))
        } else {
            Err(input::no_drawing())
        };
    }
    if let Some(text) = input::shards(arguments)? {
        return if is_text { print(&format!("{text}\n")) } else { Err(input::no_drawing_of_shards()) };
    }
    if is_text && let Some(text) = input::formula(arguments)? {
        return print(&format!("{text}\n"));
    }
    let explanation = input::explanation(arguments)?;
    if let Some(file) = &arguments.svg {
        write(file, &figure::svg(&explanation))?;
    }
    if let Some(file) = &arguments.html {
        write(file, &page::html(&explanation))?;
    }
    if arguments.dot {
        return print(&figure::dot(&explanation));
    }
    if arguments.svg.is_none() && arguments.html.is_none() { table(&explanation) } else { Ok(()) }
}

fn table(explanation: &Explanation) -> Result<(), Failure> {
    print(&format!("{explanation}\n"))
}

/// Prints, and is content if nobody reads on, as `head` does.
fn print(text: &str) -> Result<(), Failure> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::File(format!("output: {error}"))),
        _ => Ok(()),
    }
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    fs::write(file, text).map_err(|error| Failure::File(format!("{}: {error}", file.display())))
}
