//! Why nothing comes of a command.

use std::{
    io::{self, Write},
    process::ExitCode,
};

/// Why nothing comes of it.
pub(crate) enum Failure {
    /// The input is wrong: the messages of the macros.
    Input(Vec<String>),
    /// A file that cannot be written.
    File(String),
}

impl Failure {
    /// Prints it; the code is 2 if the input is wrong, as for a wrong command line, and 1 for anything else.
    pub(crate) fn report(&self) -> ExitCode {
        let (messages, code) = match self {
            Self::Input(messages) => (messages.as_slice(), 2),
            Self::File(message) => (std::slice::from_ref(message), 1),
        };
        for message in messages {
            let _ = writeln!(io::stderr(), "error: {message}");
        }
        ExitCode::from(code)
    }
}
