//! How the program ends: the exit code for the shell, the message for the person.

use std::{future::Future, process::ExitCode};

use pipeline::{Exit, Failure, chain};

use super::out;

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

/// The exit code of a command that ended; a failure is printed on standard error.
pub fn code(ended: Ended) -> u8 {
    let exit = ended.unwrap_or_else(|failure| {
        out::complain(&chain(&failure));
        failure.exit
    });
    exit.code()
}

/// Prints why a command line was not parsed, and returns the exit code: 1 for wrong usage, 0 for help and version.
pub fn refused(error: &clap::Error) -> ExitCode {
    let _ = error.print();
    let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
    ExitCode::from(exit.code())
}
