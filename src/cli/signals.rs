//! Signals that end the program: SIGTERM, SIGINT and SIGHUP.
//!
//! In: a request to end that a command looks at. Out: the request, made by a signal. It does not know the command. A
//! command that does not listen ends at the first signal: what it writes is whole at any moment.

use pipeline::{Exit, Stop};

/// Listens until the program ends. The first signal stops the command after the parcels that are under way; the second
/// ends the program at once.
pub fn listen(stop: &Stop) {
    tokio::spawn(wait(stop.clone()));
}

async fn wait(stop: Stop) {
    use tokio::signal::unix::{SignalKind, signal};
    let kinds = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()));
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) = kinds else {
        tracing::warn!("signals cannot be received on this machine");
        return;
    };
    for asked_before in [false, true] {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
            _ = hup.recv() => {}
        }
        if asked_before {
            std::process::exit(i32::from(Exit::Ours.code()));
        }
        tracing::warn!("stopping: the mails that are under way end first; a second signal ends at once");
        stop.ask();
    }
}
