//! `cargo einsum`: the compiler of the `einsum` crate, asked what it does.
//!
//! | file | holds |
//! | --- | --- |
//! | `arguments.rs` | the command line |
//! | `input.rs` | subscripts and extents -> what the compiler reads |
//! | `failure.rs` | why nothing comes of a command |
//! | `expand.rs` | the generated Rust, formatted |
//! | `source.rs` | a file of Rust -> the macros in it, explained |
//! | `json.rs` | explanations as JSON |
//! | `figure/` | drawings: networks and trees, as shapes, SVG and DOT |
//! | `page/` | the page: formulas, figures, tables |
//! | `progress.rs` | a line while an order is searched for |

mod arguments;
mod expand;
mod failure;
mod figure;
mod input;
mod json;
mod page;
mod progress;
mod source;

use std::{
    fs,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use self::{
    arguments::{Command, Explain},
    failure::Failure,
};

fn main() -> ExitCode {
    let done = match arguments::parse() {
        Command::Explain(explain) => self::explain(&explain),
        Command::Expand(expand) => progress::shown(|| expand::expansion(&expand)).and_then(|text| print(&text)),
        Command::Completions { shell } => print_bytes(&arguments::completions(shell)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn explain(arguments: &Explain) -> Result<(), Failure> {
    if let Some(file) = arguments.input.file() {
        return explain_file(file, arguments);
    }
    if let Some(text) = progress::shown(|| text(arguments))? {
        return if arguments.json { print_json(&json::text(&text)) } else { print(&format!("{text}\n")) };
    }
    let explanation = progress::shown(|| input::explanation(arguments))?;
    if let Some(file) = &arguments.svg {
        write(file, &figure::svg(&explanation))?;
    }
    if let Some(file) = &arguments.html {
        write(file, &page::html(&explanation))?;
    }
    if arguments.dot {
        return print(&figure::dot(&explanation));
    }
    if arguments.json {
        return print_json(&json::explanation(&explanation));
    }
    if arguments.is_drawn() { Ok(()) } else { print(&format!("{explanation}\n")) }
}

/// The explanation of what is not a product, and so is neither drawn nor has a table.
fn text(arguments: &Explain) -> Result<Option<String>, Failure> {
    if let Some(functions) = input::functions(&arguments.input)? {
        return if arguments.is_drawn() {
            Err(input::no_drawing())
        } else {
            input::explained_functions(functions, arguments).map(Some)
        };
    }
    if let Some(text) = input::shards(arguments)? {
        return if arguments.is_drawn() { Err(input::no_drawing_of_shards()) } else { Ok(Some(text)) };
    }
    if arguments.is_drawn() { Ok(None) } else { input::formula(arguments) }
}

/// Explains all macros of a file, and then says which could not be.
fn explain_file(file: &Path, arguments: &Explain) -> Result<(), Failure> {
    input::check_file(arguments)?;
    let calls = progress::shown(|| source::calls(file, &arguments.mesh))?;
    if arguments.json {
        print_json(&source::json(file, &calls))?;
    } else {
        print(&source::text(file, &calls))?;
    }
    source::mistakes(file, &calls)
}

/// Prints, and is content if nobody reads on, as `head` does.
fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

fn print_json(value: &serde_json::Value) -> Result<(), Failure> {
    print(&format!("{value:#}\n"))
}

fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    match io::stdout().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::File(format!("output: {error}"))),
        _ => Ok(()),
    }
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    fs::write(file, text).map_err(|error| Failure::File(format!("{}: {error}", file.display())))
}
