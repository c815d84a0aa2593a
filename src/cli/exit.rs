//! How the program ends: the exit code for the shell, the message for the person.

use std::{ffi::OsString, future::Future, process::ExitCode};

use pipeline::{Exit, Failure, chain};

use super::{global::Format, language, out};

/// What a command ends with.
pub type Ended = Result<Exit, Failure>;

/// Waits for a command that works with the network or the ledger.
pub fn wait(command: impl Future<Output = Ended>) -> Ended {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::ours("the program could not start its threads", error))?;
    runtime.block_on(command)
}

/// The exit code of a command that ended; a failure is printed on standard error, as JSON if the data is JSON.
pub fn code(ended: Ended, format: Format) -> u8 {
    let exit = ended.unwrap_or_else(|failure| {
        let message = shortened(&chain(&failure), std::env::args_os());
        if format == Format::Json {
            out::complain_as_json(failure.code, failure.exit, &message);
        } else {
            out::complain(&message);
        }
        failure.exit
    });
    exit.code()
}

/// Prints why a command line was not parsed, and returns the exit code: 1 for wrong usage, 0 for help and version.
/// `words`: the command line, in which `--format json` may be written.
pub fn refused(error: &clap::Error, words: impl Iterator<Item = OsString>) -> ExitCode {
    if !error.use_stderr() {
        // In English the library prints help with the styles of the terminal.
        let ended = if language::is_english() {
            match error.print() {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                    Err(Failure::ours("help could not be printed", error))
                }
                _ => Ok(()),
            }
        } else {
            out::data(&error.render().to_string())
        };
        return ExitCode::from(code(ended.map(|()| Exit::Done), Format::Table));
    }
    let words: Vec<OsString> = words.collect();
    let text = shortened(&error.render().to_string(), words.iter().cloned());
    misused(&text, words)
}

/// Ends a call whose language is not known.
pub fn without_language(sentence: &str, words: Vec<OsString>) -> ExitCode {
    misused(&format!("error: {sentence}\n"), words)
}

/// Prints lines that begin with `error: `, as JSON if the command line asks for JSON.
fn misused(text: &str, words: Vec<OsString>) -> ExitCode {
    if wants_json(words.into_iter()) {
        let message = text.trim().strip_prefix("error: ").unwrap_or(text.trim());
        out::complain_as_json("command-line", Exit::Usage, message);
    } else {
        out::usage(text);
    }
    ExitCode::from(Exit::Usage.code())
}

/// How many characters of a word of the command line a message repeats.
const REPEATED: usize = 80;

/// A message with the long words of the command line cut, and the long values in them.
fn shortened(message: &str, words: impl Iterator<Item = OsString>) -> String {
    let mut message = message.to_owned();
    for word in words.filter(|word| word.len() > REPEATED) {
        let word = word.to_string_lossy();
        for value in word
            .split_once('=')
            .map(|(_, value)| value)
            .into_iter()
            .chain([word.as_ref()])
            .flat_map(|whole| std::iter::once(whole).chain(whole.split(',')))
        {
            if let Some((end, _)) = value.char_indices().nth(REPEATED) {
                message = message.replace(value, &format!("{}…", &value[..end]));
            }
        }
    }
    message
}

/// Whether a command line that was not parsed asks for JSON.
fn wants_json(words: impl Iterator<Item = OsString>) -> bool {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    words.iter().any(|word| word == "--format=json") || words.windows(2).any(|two| two == ["--format", "json"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_does_not_repeat_a_value_of_any_length() {
        let long = "x".repeat(60_000);
        for word in [long.clone(), format!("--period={long}"), format!("1-m,{long}")] {
            let message = shortened(&format!("`{long}` is not a period"), [OsString::from(word)].into_iter());
            assert_eq!(message, format!("`{}…` is not a period", "x".repeat(80)));
        }
        let path = format!("/srv/{}", "é".repeat(75));
        let message = format!("`{path}` is not a folder");
        assert_eq!(shortened(&message, [OsString::from(path)].into_iter()), message);
    }
}
