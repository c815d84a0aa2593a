//! The log: on standard error, as lines for people or as JSON for machines.
//!
//! A message carries the path of the module that writes it, and this path begins with the name of the crate. The word
//! `zhinaq` in a filter means all crates of the workspace.

use std::io;

use tracing_subscriber::EnvFilter;

use super::global::{Global, LogFormat};

/// The crates of the workspace that log.
const CRATES: [&str; 6] = ["acquire", "cli", "console", "pipeline", "sample", "store"];

/// The filter with each `zhinaq` or `zhinaq=LEVEL` repeated for all of [`CRATES`].
fn for_each_crate(filter: &str) -> String {
    let directive = |directive: &str| match directive.trim().strip_prefix("zhinaq") {
        Some(rest) if rest.is_empty() || rest.starts_with('=') => CRATES
            .iter()
            .map(|name| format!("{name}{rest}"))
            .chain([format!("zhinaq{rest}")])
            .collect::<Vec<_>>()
            .join(","),
        _ => directive.to_owned(),
    };
    filter.split(',').map(directive).collect::<Vec<_>>().join(",")
}

/// Standard error for the log, whose lines are printed in the words of [`domain::plainly`].
struct Plain;

impl io::Write for Plain {
    /// A line comes in one piece.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        io::stderr().write_all(domain::plainly(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

/// What is logged. A log for machines contains what the program would say to a person. The warnings of libraries (a slow
/// statement, a connection that was closed) are in their words, and no person can act on them: only `-vv` prints them.
const fn level(quiet: bool, verbose: u8, is_log: bool) -> &'static str {
    match (quiet, verbose, is_log) {
        (true, ..) | (_, 0, false) => "error,zhinaq=warn",
        (_, 0, true) | (_, 1, _) => "error,zhinaq=info",
        _ => "info,zhinaq=debug",
    }
}

/// Starts the log. The variable `ZHINAQ_LOG` (such as `zhinaq=debug,reqwest=warn`) overrules the options.
pub fn begin(global: &Global, is_daemon: bool) {
    let is_json = global.log_format == LogFormat::Json;
    if is_json {
        super::out::log_as_json();
    }
    let level = level(global.quiet, global.verbose, is_daemon || is_json);
    let asked = std::env::var("ZHINAQ_LOG").ok().and_then(|asked| EnvFilter::try_new(for_each_crate(&asked)).ok());
    let filter = asked.unwrap_or_else(|| EnvFilter::new(for_each_crate(level)));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Plain);
    // This fails where a test has set up its own log, which is kept.
    let _ = match global.log_format {
        LogFormat::Text => log.with_ansi(false).try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn every_crate_that_logs_is_known() {
        let members = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let logs = |folder: &Path| {
            fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|text| text.lines().any(|l| l.starts_with("tracing.")))
        };
        let folders = fs::read_dir(members).unwrap().map(|entry| entry.unwrap().path());
        let names = folders.filter(|f| logs(f)).map(|f| f.file_name().unwrap().to_string_lossy().into_owned());
        assert_eq!(names.collect::<BTreeSet<_>>(), CRATES.map(str::to_owned).into());
    }

    #[test]
    fn libraries_warn_only_where_a_person_asks_for_everything() {
        for (quiet, verbose, is_log) in [(true, 0, true), (false, 0, false), (false, 0, true), (false, 1, false)] {
            assert!(level(quiet, verbose, is_log).starts_with("error,zhinaq="));
        }
        assert_eq!(level(false, 2, false), "info,zhinaq=debug");
    }

    #[test]
    fn the_word_zhinaq_means_every_crate() {
        let filter = for_each_crate("warn,zhinaq=info");
        assert!(filter.starts_with("warn,acquire=info,"), "{filter}");
        assert!(filter.ends_with(",zhinaq=info"), "{filter}");
        assert_eq!(for_each_crate("reqwest=debug,zhinaqs=info"), "reqwest=debug,zhinaqs=info");
    }
}
