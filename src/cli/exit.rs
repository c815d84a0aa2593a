//! How the program ends: the exit code for the shell, the message for the person.

use std::{ffi::OsString, future::Future, process::ExitCode};

use pipeline::{Exit, Failure, chain};

use super::{global::Format, out};

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
        let message = chain(&failure);
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
    if error.use_stderr() && wants_json(words) {
        let text = error.render().to_string();
        let message = text.trim().strip_prefix("error: ").unwrap_or(text.trim());
        out::complain_as_json("command-line", Exit::Usage, message);
        return ExitCode::from(Exit::Usage.code());
    }
    let _ = error.print();
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    ExitCode::from(exit.code())
}

/// Whether a command line that was not parsed asks for JSON.
fn wants_json(words: impl Iterator<Item = OsString>) -> bool {
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    words.iter().any(|word| word == "--format=json") || words.windows(2).any(|two| two == ["--format", "json"])
}
