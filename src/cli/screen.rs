//! The terminal: its size, and text that fits it.
//!
//! In: texts and commands. Out: lines that are no wider than the terminal. This module does not know what they say.

use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width, terminal_size};

/// The size of a terminal that is not known: the smallest in use.
const WIDTH: usize = 80;
const HEIGHT: usize = 24;
/// In less than this no column of a table has room for a word.
const NARROWEST: usize = 40;

/// How many characters fit in a line, and how many lines fit without scrolling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    pub width: usize,
    pub height: usize,
}

impl Screen {
    /// The terminal of standard output; 80 × 24 if it is not a terminal.
    #[must_use]
    pub fn here() -> Self {
        Self::known().unwrap_or(Self { width: WIDTH, height: HEIGHT })
    }

    /// The terminal of standard output; `None` if it is not a terminal, or does not say its size.
    #[must_use]
    pub fn known() -> Option<Self> {
        let (Width(width), Height(height)) = io::stdout().is_terminal().then(terminal_size).flatten()?;
        Some(Self { width: usize::from(width).max(NARROWEST), height: usize::from(height).max(10) })
    }

    /// As [`Screen::here`], but output that goes into a file or a pipe is not wrapped, so that it can be searched.
    #[must_use]
    pub fn or_endless() -> Self {
        if io::stdout().is_terminal() { Self::here() } else { Self { width: usize::MAX, height: usize::MAX } }
    }
}

/// A text in lines of at most `width` characters, broken between words; a word that is longer is cut.
#[must_use]
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let (mut lines, mut line, mut used) = (Vec::new(), String::new(), 0_usize);
    for word in text.split_whitespace() {
        let mut rest = word;
        let length = rest.chars().count();
        if used > 0 && used + 1 + length > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        while rest.chars().count() > width - used.min(width) {
            let cut = rest.char_indices().nth(width - used).map_or(rest.len(), |(at, _)| at);
            line.push_str(&rest[..cut]);
            lines.push(std::mem::take(&mut line));
            (rest, used) = (&rest[cut..], 0);
        }
        line.push_str(rest);
        used += rest.chars().count();
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A line as it is if it fits, and otherwise in lines of at most `width` characters.
#[must_use]
pub fn fitted(line: &str, width: usize) -> String {
    if line.chars().count() <= width { line.to_owned() } else { wrapped(line, width).join("\n") }
}

/// At most `most` lines of a text; `…` shows that it is longer.
#[must_use]
pub fn first_lines(text: &str, width: usize, most: usize) -> Vec<String> {
    let mut lines = wrapped(text, width);
    if lines.len() > most {
        lines.truncate(most.max(1));
        if let Some(last) = lines.last_mut() {
            while last.chars().count() >= width {
                last.pop();
            }
            last.push('…');
        }
    }
    lines
}

/// A command in lines of at most `width` characters; a backslash at the end of a line continues it, so it can be pasted
/// as a whole.
#[must_use]
pub fn command(command: &str, width: usize) -> Vec<String> {
    let (mut lines, mut line): (Vec<String>, String) = (Vec::new(), String::new());
    for word in words(command) {
        // The words after an option's name stay with it where they fit.
        if !line.is_empty() && line.chars().count().saturating_add(word.chars().count() + 3) > width {
            lines.push(std::mem::take(&mut line) + " \\");
            line.push_str("  ");
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}

/// The words of a command as a shell splits it, with their quotes.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in command.chars() {
        match c {
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            c => {
                quoted ^= c == '\'';
                word.push(c);
            }
        }
    }
    words.push(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_no_wider_than_the_terminal_and_lose_nothing() {
        let text = "форма `1-e` за 2025-M06 поздно: averyveryverylongwordwithoutanyblank and the rest";
        for width in [1, 7, 20, 80, usize::MAX] {
            let lines = wrapped(text, width);
            assert!(lines.iter().all(|line| line.chars().count() <= width), "{width}: {lines:?}");
            let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            assert_eq!(kept(&lines.concat()), kept(text), "{width}");
        }
        assert_eq!(first_lines("one two three", 7, 1), ["one tw…"]);
        assert_eq!(first_lines("one two", 7, 1), ["one two"]);
    }

    #[test]
    fn a_command_is_broken_where_a_shell_goes_on_and_never_inside_quotes() {
        let text = "zhinaq settle --home 'a b c' --parcel 2025-Q2/crime/r0/mia --handed --evidence …";
        let lines = command(text, 40);
        assert!(lines.iter().all(|line| line.chars().count() <= 40), "{lines:?}");
        assert!(lines.len() > 1 && lines[..lines.len() - 1].iter().all(|line| line.ends_with(" \\")), "{lines:?}");
        let joined = lines.iter().map(|line| line.trim_end_matches('\\').trim()).collect::<Vec<_>>().join(" ");
        assert_eq!(joined, text);
        assert_eq!(command(text, usize::MAX), [text]);
    }
}
