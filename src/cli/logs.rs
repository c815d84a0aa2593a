//! The log: on standard error, as lines for people or as JSON for machines.

use tracing_subscriber::EnvFilter;

use super::global::{Global, LogFormat};

/// Begins to log. `ZHINAQ_LOG` overrules the options (`zhinaq=debug,reqwest=warn`).
pub fn begin(global: &Global, is_daemon: bool) {
    let level = match (global.quiet, global.verbose, is_daemon) {
        (true, ..) => "error",
        (_, 0, false) => "warn",
        (_, 0, true) | (_, 1, _) => "warn,zhinaq=info",
        _ => "info,zhinaq=debug",
    };
    let filter = EnvFilter::try_from_env("ZHINAQ_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A test that has set up a log of its own keeps it.
    let _ = match global.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
