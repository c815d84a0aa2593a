//! `zhinaq version`: show the version of the program, with its commit.

use std::sync::OnceLock;

use serde::Serialize;

use super::{exit::Ended, format_option, global::Format, global::Global, out};
use pipeline::Exit;

/// What the program was built from. The build script of the program finds it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BuiltFrom {
    /// The commit; `None` if it was built without its history.
    pub commit: Option<&'static str>,
    /// The day of the commit, as `2025-07-14`.
    pub date: Option<&'static str>,
    /// Whether files differed from the commit.
    pub modified: bool,
}

static BUILD: OnceLock<BuiltFrom> = OnceLock::new();

/// Remembers what the program was built from; the first call counts.
pub(super) fn remember(build: BuiltFrom) {
    let _ = BUILD.set(build);
}

/// What the program was built from; nothing is known in tests that call the library.
pub(super) fn build() -> BuiltFrom {
    BUILD.get().copied().unwrap_or_default()
}

/// The version in one line: `0.1.0 (a36f382c1d2e, 2025-07-14)`.
pub(super) fn words() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let BuiltFrom { commit, date, modified } = build();
    let Some(commit) = commit else { return format!("{version} (commit unknown)") };
    let modified = if modified { ", with changes" } else { "" };
    let date = date.map_or_else(String::new, |date| format!(", {date}"));
    format!("{version} ({commit}{date}{modified})")
}

/// Show the version of the program, its commit and its day
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {}

#[derive(Serialize)]
struct Shown {
    program: &'static str,
    version: &'static str,
    #[serde(flatten)]
    build: BuiltFrom,
}

pub fn run(_: &Args, global: &Global) -> Ended {
    if global.format == Format::Json {
        out::json(&Shown { program: "zhinaq", version: env!("CARGO_PKG_VERSION"), build: build() })?;
    } else {
        out::data(&format!("zhinaq {}\n", words()))?;
    }
    Ok(Exit::Done)
}
