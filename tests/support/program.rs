//! The program as a person starts it, in an office of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

/// A folder of its own, and the program started there.
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

    /// A fresh office of sample figures.
    pub fn fresh() -> Self {
        let office = Self::empty();
        office.zhinaq(&["init", ".", "--use", "sample"]).exits(0);
        office
    }

    /// A fresh office of real figures: what `zhinaq init` writes.
    pub fn real() -> Self {
        let office = Self::empty();
        office.zhinaq(&["init", "."]).exits(0);
        office
    }

    /// An office whose act has two collections and their three forms: quick, and otherwise the same.
    pub fn small() -> Self {
        let office = Self::fresh();
        office.keep("schedules/order-25-2019/collections.toml", "collection", &["corruption", "narcotics"]);
        office.keep("schedules/order-25-2019/forms.toml", "form", &["3-k", "1-ad", "1-n"]);
        office.keep("schedules/sources.toml", "form", &["3-k", "1-ad", "1-n"]);
        office.edit("schedules/order-25-2019/matrix.csv", |text| {
            let kept = |line: &&str| ["collection,", "corruption,", "narcotics,"].iter().any(|w| line.starts_with(w));
            text.lines().filter(kept).map(|line| format!("{line}\n")).collect()
        });
        office
    }

    /// As [`Self::small`], with real figures: a person brings `3-k` and `1-ad`, and `1-n` comes from a service with a key.
    pub fn small_real() -> Self {
        let office = Self::small();
        office.edit("schedules/sources.toml", |text| text.replacen("use = \"sample\"", "use = \"real\"", 1));
        office
    }

    /// Keeps only the tables with one of these ids in a list of tables in a file.
    fn keep(&self, file: &str, list: &str, ids: &[&str]) {
        self.edit(file, |text| {
            let mut table: toml::Table = text.parse().unwrap();
            let entries = table.get_mut(list).unwrap().as_array_mut().unwrap();
            entries.retain(|entry| {
                let id = entry.get("id").or(entry.get("form")).unwrap();
                ids.contains(&id.as_str().unwrap())
            });
            assert_eq!(entries.len(), ids.len(), "{file}");
            toml::to_string(&table).unwrap()
        });
    }

    /// Changes a file of the office as a person with an editor does.
    pub fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let path = self.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, change(text)).unwrap();
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The journal of sendings of the sample office: that of an office that `init` made is apart from the output, else
    /// it is beside the sample's ledger.
    pub fn journal_of_sendings(&self) -> PathBuf {
        let apart = self.path().join(".zhinaq");
        if apart.is_dir() {
            return apart.join("sendings-sample.jsonl");
        }
        self.path().join("output/sample/sendings.jsonl")
    }

    /// Copies the sample office's ledger of another office, with its write-ahead log and its journal of sendings.
    pub fn take_ledger_of(&self, other: &Self) {
        let place = |office: &Self, name: &str| office.path().join("output/sample").join(name);
        std::fs::create_dir_all(self.path().join("output/sample")).unwrap();
        for name in ["ledger.sqlite", "ledger.sqlite-wal"] {
            if place(other, name).exists() {
                std::fs::copy(place(other, name), place(self, name)).unwrap();
            }
        }
        std::fs::copy(other.journal_of_sendings(), self.journal_of_sendings()).unwrap();
    }

    pub fn zhinaq(&self, words: &[&str]) -> Ended {
        self.zhinaq_with(words, &[])
    }

    /// The output of the program where it is not text.
    pub fn zhinaq_bytes(&self, words: &[&str]) -> Vec<u8> {
        let output = Command::new(env!("CARGO_BIN_EXE_zhinaq")).args(words).current_dir(self.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Runs the program with additional variables of the environment.
    pub fn zhinaq_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Ended {
        let output: Output = Command::new(env!("CARGO_BIN_EXE_zhinaq"))
            .args(words)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env_remove("ZHINAQ_HOME")
            .env_remove("ZHINAQ_LANGUAGE")
            .envs(variables.iter().copied())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// The printed output, as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("no JSON ({error}): {}\n{}", self.out, self.err))
    }

    /// Asserts the exit code; if it is another, prints the output.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}
