//! Commands that a message advises: complete, for the same office and the same origin, ready to be pasted into a shell.
//!
//! In: the options of a call, and names of commands. Out: command lines. Unknown here: which options a command has.

use std::fmt;

/// What every command of one call has in common: the office, the origin, the person acted for, the time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// The options of this call that an advised command repeats, in order, each with its value.
    options: Vec<(&'static str, Option<String>)>,
}

impl Invocation {
    /// Repeats an option that has no value.
    #[must_use]
    pub fn flag(mut self, name: &'static str) -> Self {
        self.options.push((name, None));
        self
    }

    /// Repeats an option with its value.
    #[must_use]
    pub fn option(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.options.push((name, Some(value.to_string())));
        self
    }

    /// A command that continues this call, such as `send`.
    #[must_use]
    pub fn command(&self, name: &str) -> Hint {
        self.with(name, |_| true)
    }

    /// A command about the files of the office, such as `plan`: it has no time of its own, and no faults.
    #[must_use]
    pub fn office_command(&self, name: &str) -> Hint {
        self.with(name, |option| ["--home", "--by", "--sample"].contains(&option))
    }

    fn with(&self, name: &str, repeats: impl Fn(&str) -> bool) -> Hint {
        let mut text = format!("zhinaq {name}");
        for (option, value) in self.options.iter().filter(|(option, _)| repeats(option)) {
            text.push(' ');
            text.push_str(option);
            if let Some(value) = value {
                text.push(' ');
                text.push_str(&quoted(value));
            }
        }
        Hint { text }
    }
}

/// A command line, quoted for the shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    text: String,
}

impl Hint {
    /// Adds an option that has no value.
    #[must_use]
    pub fn flag(mut self, name: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(name);
        self
    }

    /// Adds an option with its value.
    #[must_use]
    pub fn option(self, name: &str, value: impl fmt::Display) -> Self {
        let quoted = quoted(&value.to_string());
        self.flag(name).flag(&quoted)
    }

    /// The command line without quotes around it, as it is pasted.
    #[must_use]
    pub fn line(self) -> String {
        self.text
    }

    /// Adds an option whose value the person has to fill in: `--reason …`.
    #[must_use]
    pub fn asked(self, name: &str) -> Self {
        self.flag(name).flag("…")
    }
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.text)
    }
}

/// A word, quoted so that a shell reads it as one. Letters, digits and plain marks need no quotes.
#[must_use]
pub fn quoted(word: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | ',' | '+' | '=' | '@' | '%');
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_goes_on_with_the_call_and_is_ready_for_the_shell() {
        let call = Invocation::default().option("--home", "каталог с пробелом").flag("--sample");
        let hint = call.command("send").option("--period", "2025-Q2").option("--collection", "crime").asked("--reason");
        assert_eq!(
            hint.to_string(),
            "`zhinaq send --home 'каталог с пробелом' --sample --period 2025-Q2 --collection crime --reason …`"
        );
        let call = call.option("--as-of", "2025-07-14");
        assert_eq!(call.office_command("plan").line(), "zhinaq plan --home 'каталог с пробелом' --sample");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(
            (quoted(""), quoted("$HOME"), quoted("2025-Q2/crime/r0/mia")),
            ("''".into(), "'$HOME'".into(), "2025-Q2/crime/r0/mia".into())
        );
    }
}
