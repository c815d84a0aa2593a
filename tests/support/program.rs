//! The program as a person starts it, in an office of its own.

use std::{
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

/// A folder with nothing in it, and the program started there.
pub struct Office {
    folder: tempfile::TempDir,
}

/// How the program ended and what it printed.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Office {
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn zhinaq(&self, words: &[&str]) -> Ended {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(words)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env_remove("ZHINAQ_HOME")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// What was printed, as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.out, self.err))
    }

    /// Asserts the exit code, with what was said where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}
