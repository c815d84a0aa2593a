//! Printing: data on standard output, all else on standard error.

use std::{
    borrow::Cow,
    io::{self, IsTerminal as _, Write as _},
    sync::atomic::{AtomicBool, Ordering},
};

use serde::Serialize;

use super::{
    global::{Colour, Format, Global},
    language,
};
use domain::{Origin, plainly};
use pipeline::{Exit, Failure, Trouble};

/// Prints data. A reader that closed its end of the pipe (`| head`) is not an error.
///
/// # Errors
/// When standard output cannot be written for another reason.
pub fn data(text: &str) -> Result<(), Failure> {
    let text = plainly(text);
    let text = visible(&text);
    let text = language::shown(&text);
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::ours("standard output could not be written", error))
        }
        _ => Ok(()),
    }
}

/// Standard output for data that is printed piece by piece.
pub struct Stream(io::BufWriter<io::StdoutLock<'static>>);

impl Stream {
    /// Begins to print.
    #[must_use]
    pub fn begin() -> Self {
        Self(io::BufWriter::new(io::stdout().lock()))
    }

    /// Prints a piece. Returns whether somebody still reads: `| head` closes its end of the pipe, which is not an error.
    ///
    /// # Errors
    /// When standard output cannot be written for another reason.
    pub fn write(&mut self, text: &str) -> Result<bool, Failure> {
        is_read(self.0.write_all(text.as_bytes()))
    }

    /// Prints what is left.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn end(mut self) -> Result<bool, Failure> {
        is_read(self.0.flush())
    }
}

fn is_read(written: io::Result<()>) -> Result<bool, Failure> {
    match written {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(Failure::ours("standard output could not be written", error)),
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
    is_read(stdout.write_all(bytes).and_then(|()| stdout.flush())).map(drop)
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

/// Whether standard error carries JSON only (`--log-format json`); set once, when the log begins.
static LOG_IS_JSON: AtomicBool = AtomicBool::new(false);

/// From now on, sentences on standard error are lines of the log.
pub fn log_as_json() {
    LOG_IS_JSON.store(true, Ordering::Relaxed);
}

/// Prints a sentence on standard error, unless `--quiet` is given.
pub fn say(global: &Global, sentence: &str) {
    let sentence = shown(sentence);
    if LOG_IS_JSON.load(Ordering::Relaxed) {
        tracing::info!("{sentence}");
    } else if !global.quiet {
        let _ = writeln!(io::stderr(), "{}", language::told(&sentence));
    }
}

/// Prints a warning if a table or CSV shows figures that are not real. JSON and workbooks carry their own mark, or have
/// no place for such a line.
pub fn origin(global: &Global, origin: Origin) {
    if let Some(warning) = origin.warning().filter(|_| matches!(global.format, Format::Table | Format::Csv)) {
        say(global, warning);
    }
}

/// The origin of figures, in two words.
#[must_use]
pub const fn whose(origin: Origin) -> &'static str {
    match origin {
        Origin::Real => "real figures",
        Origin::Sample => "SAMPLE DATA",
    }
}

/// Prints an error.
pub fn complain(sentence: &str) {
    let sentence = shown(sentence);
    if LOG_IS_JSON.load(Ordering::Relaxed) {
        return tracing::error!("{sentence}");
    }
    let _ = writeln!(io::stderr(), "{}", language::told(&format!("error: {sentence}")));
}

/// Prints why a command line was refused: lines that begin with `error: ` of their own.
pub fn usage(text: &str) {
    let _ = write!(io::stderr(), "{}", language::told(&shown(text)));
}

/// What this program prints itself to colour a text, and to clear the terminal.
const OURS: [&str; 6] = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m", "\u{1b}[0m", "\u{1b}[2J\u{1b}[H", "\r\n"];

/// Data as a terminal may show it: names of files come from outside, and their control characters are written as escapes.
pub fn visible(text: &str) -> Cow<'_, str> {
    escaped(text, &OURS)
}

/// A text whose control characters are escapes, but for line ends, tabs, and the codes in `ours`.
fn escaped<'t>(text: &'t str, ours: &[&str]) -> Cow<'t, str> {
    let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(is_odd) {
        return Cow::Borrowed(text);
    }
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(is_odd) {
        let (before, odd) = rest.split_at(at);
        kept.push_str(before);
        rest = if let Some(ours) = ours.iter().find(|ours| odd.starts_with(**ours)) {
            kept.push_str(ours);
            &odd[ours.len()..]
        } else {
            let mut characters = odd.chars();
            kept.extend(characters.next().into_iter().flat_map(char::escape_default));
            characters.as_str()
        };
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// A name from outside, in one line.
pub fn in_one_line(name: &str) -> String {
    let odd = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
    name.chars().map(odd).collect()
}

/// A sentence as a terminal may show it. Names of files and words of the command line come from outside: their control
/// characters are written as escapes, so that they cannot move the cursor or change colours.
fn shown(sentence: &str) -> String {
    escaped(&plainly(sentence), &[]).into_owned()
}

/// Prints an error as one line of JSON, for a program that asked for JSON.
pub fn complain_as_json(code: &str, exit: Exit, message: &str) {
    let message = plainly(message);
    let error = serde_json::json!({ "error": { "code": code, "exit": exit.code(), "message": message } });
    let _ = writeln!(io::stderr(), "{error}");
}

/// Prints a warning: the command did its work, but a person has to look at something.
pub fn warn(sentence: &str) {
    let sentence = shown(sentence);
    if LOG_IS_JSON.load(Ordering::Relaxed) {
        return tracing::warn!("{sentence}");
    }
    let _ = writeln!(io::stderr(), "{}", language::told(&format!("warning: {sentence}")));
}

/// Prints one trouble.
fn trouble(trouble: &Trouble) {
    warn(&format!("{}: {}", trouble.what, trouble.why));
}

/// Prints what did not go as requested: one line for each cause; with `-v` one for each thing.
pub fn by_cause(global: &Global, troubles: &[Trouble]) {
    if global.verbose > 0 {
        troubles.iter().for_each(trouble);
    } else {
        pipeline::grouped(troubles).iter().for_each(trouble);
    }
}

/// How many of many troubles of one kind are printed.
const PRINTED: usize = 3;

/// Prints what went wrong with single files: the first three and the number of the others; with `-v` all of them.
pub fn troubles(global: &Global, troubles: &[Trouble]) {
    let printed = if global.verbose > 0 || troubles.len() <= PRINTED + 1 { troubles.len() } else { PRINTED };
    troubles.iter().take(printed).for_each(trouble);
    if printed < troubles.len() {
        warn(&format!("and {} more; -v lists all of them", troubles.len() - printed));
    }
}

/// Whether to print colours on standard output.
#[must_use]
pub fn coloured(global: &Global) -> bool {
    match global.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => {
            let is_set = |name: &str, value: &str| std::env::var_os(name).is_some_and(|v| v == value);
            let unwanted = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty()) || is_set("TERM", "dumb");
            io::stdout().is_terminal() && !unwanted
        }
    }
}

/// The text in a colour of the terminal, if `coloured`.
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

/// The meaning of a colour. The text has the same meaning without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ink {
    Good,
    Warning,
    Bad,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_keeps_our_colours_and_no_other_control_characters() {
        let ours = "\u{1b}[31mred\u{1b}[0m\ta,b\r\n";
        assert!(matches!(visible("plain\n"), Cow::Borrowed(_)));
        assert_eq!(visible(ours), ours);
        assert_eq!(visible("a\u{1b}[5Hb\rc\u{9b}"), "a\\u{1b}[5Hb\\rc\\u{9b}");
        assert_eq!(in_one_line("a\nb\u{1b}[31m"), "a\\nb\\u{1b}[31m");
    }

    #[test]
    fn what_comes_from_outside_cannot_write_on_the_terminal() {
        assert_eq!(shown("`\u{1b}[31ma\u{7}`\nb"), "`\\u{1b}[31ma\\u{7}`\nb");
        assert_eq!(shown("`x` cannot be read: No such file (os error 2)"), "`x` cannot be read: No such file");
    }
}
