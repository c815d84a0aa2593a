//! What is printed where: data on standard output, all else on standard error.

use std::io::{self, IsTerminal as _, Write as _};

use serde::Serialize;

use super::global::{Colour, Format, Global};
use domain::Origin;
use pipeline::Failure;

/// Prints data. A reader that went away (`| head`) is no error.
///
/// # Errors
/// When standard output cannot be written for another reason.
pub fn data(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::ours("standard output could not be written", error))
        }
        _ => Ok(()),
    }
}

/// Prints bytes as they are.
///
/// # Errors
/// When standard output is a terminal, or cannot be written.
pub fn bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    if stdout.is_terminal() {
        return Err(Failure::usage(
            "a workbook cannot be shown in a terminal; write it to a file with `> figures.xlsx`",
        ));
    }
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .map_err(|error| Failure::ours("standard output could not be written", error))
}

/// Prints a value as JSON.
///
/// # Errors
/// When standard output cannot be written.
pub fn json<T: Serialize>(value: &T) -> Result<(), Failure> {
    let mut text =
        serde_json::to_string_pretty(value).map_err(|error| Failure::ours("the answer has no JSON", error))?;
    text.push('\n');
    data(&text)
}

/// Says a sentence to the person, unless told to be quiet.
pub fn say(global: &Global, sentence: &str) {
    if !global.quiet {
        let _ = writeln!(io::stderr(), "{sentence}");
    }
}

/// Says whose figures a table shows, where they are not real. JSON and workbooks say it themselves or have no such line.
pub fn origin(global: &Global, origin: Origin) {
    if let Some(warning) = origin.warning().filter(|_| matches!(global.format, Format::Table | Format::Csv)) {
        say(global, warning);
    }
}

/// Whose figures these are, in two words.
#[must_use]
pub const fn whose(origin: Origin) -> &'static str {
    match origin {
        Origin::Real => "real figures",
        Origin::Sample => "SAMPLE DATA",
    }
}

/// Prints an error.
pub fn complain(sentence: &str) {
    let _ = writeln!(io::stderr(), "error: {sentence}");
}

/// Prints a warning: the command did its work, and something about it needs a look.
pub fn warn(sentence: &str) {
    let _ = writeln!(io::stderr(), "warning: {sentence}");
}

/// Whether standard output may carry colours.
#[must_use]
pub fn coloured(global: &Global) -> bool {
    match global.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    }
}

/// A word in a colour of the terminal, where colours are wanted.
#[must_use]
pub fn paint(text: &str, colour: Ink, coloured: bool) -> String {
    if !coloured {
        return text.to_owned();
    }
    let code = match colour {
        Ink::Good => 32,
        Ink::Warning => 33,
        Ink::Bad => 31,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// What a colour means; never the only bearer of the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    Good,
    Warning,
    Bad,
}
