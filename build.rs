//! Rebuilds the program when a default schedule or template changes, because they are built into it, and tells the
//! program its commit.
//!
//! Without git, or outside a repository, the commit is unknown and the program says so. A packager who builds from an
//! archive sets `ZHINAQ_COMMIT` and `ZHINAQ_COMMIT_DATE`.

use std::{path::Path, process::Command};

fn main() {
    for path in ["schedules", "templates", "zhinaq.toml", "src", "build.rs"] {
        println!("cargo::rerun-if-changed={path}");
    }
    for variable in ["ZHINAQ_COMMIT", "ZHINAQ_COMMIT_DATE"] {
        println!("cargo::rerun-if-env-changed={variable}");
    }
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    let (commit, date, modified) = match given("ZHINAQ_COMMIT") {
        Some(commit) => (Some(commit), given("ZHINAQ_COMMIT_DATE"), false),
        None => of_repository(),
    };
    if let Some(commit) = commit {
        println!("cargo::rustc-env=ZHINAQ_BUILD_COMMIT={commit}");
    }
    if let Some(date) = date {
        println!("cargo::rustc-env=ZHINAQ_BUILD_DATE={date}");
    }
    if modified {
        println!("cargo::rustc-env=ZHINAQ_BUILD_MODIFIED=yes");
    }
}

/// The commit of this repository, its day, and whether files differ from it. A repository that merely contains this
/// folder is another one.
fn of_repository() -> (Option<String>, Option<String>, bool) {
    let here = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let top = git(&["rev-parse", "--show-toplevel"]);
    let is_ours = top.is_some_and(|top| Path::new(&top).canonicalize().ok() == Path::new(&here).canonicalize().ok());
    if !is_ours {
        return (None, None, false);
    }
    // HEAD changes when another branch is checked out, its log with each commit.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| Path::new(path).exists()) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let date = git(&["show", "--no-patch", "--format=%cs", "HEAD"]);
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|files| !files.is_empty());
    (git(&["rev-parse", "--short=12", "HEAD"]), date, changed)
}

/// What git answers; `None` if it fails or is not installed.
fn git(words: &[&str]) -> Option<String> {
    let output = Command::new("git").args(words).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}
