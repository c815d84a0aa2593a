//! Notices as text: one cause, one paragraph, with the command that helps.
//!
//! In: notices. Out: lines. This module does not know how a notice is computed.

use super::{
    language,
    out::{self, Ink},
    screen,
};
use domain::Severity;
use pipeline::StatusNotice;

/// The least width of the word in front of a notice, with the blanks after it.
const INDENT: usize = 9;

/// How much of each notice is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Detail {
    pub width: usize,
    /// The most lines of its sentence.
    pub lines: usize,
    /// Whether another way is printed beside the command.
    pub otherwise: bool,
    /// Whether each subject gets a line.
    pub subjects: bool,
    pub coloured: bool,
}

impl Detail {
    /// Everything, as wide as it is.
    #[must_use]
    pub const fn whole(width: usize, subjects: bool, coloured: bool) -> Self {
        Self { width, lines: usize::MAX, otherwise: true, subjects, coloured }
    }
}

/// One notice.
#[must_use]
pub fn lines(notice: &StatusNotice, detail: Detail) -> Vec<String> {
    let (word, ink) = match notice.severity {
        Severity::Error => ("error", Ink::Bad),
        Severity::Warning => ("warning", Ink::Warning),
        Severity::Info => ("note", Ink::Good),
    };
    let word = language::told(word);
    let indent = language::column_of(&["error", "warning", "note"], INDENT);
    let width = detail.width.saturating_sub(indent);
    let blank = " ".repeat(indent);
    let mut lines = Vec::new();
    for (place, line) in screen::first_lines(&language::told(&notice.text), width, detail.lines).into_iter().enumerate()
    {
        let front = match place {
            0 => out::paint(&word, ink, detail.coloured) + &" ".repeat(indent - word.chars().count()),
            _ => blank.clone(),
        };
        lines.push(front + &line);
    }
    if detail.subjects {
        for subject in notice.subjects.iter().filter(|_| notice.subjects.len() > 1) {
            let words = if subject.words.is_empty() { String::new() } else { format!(": {}", subject.words) };
            let text = format!("- {}{words}", subject.id);
            lines.extend(
                screen::wrapped(&language::told(&text), width).into_iter().map(|line| format!("{blank}{line}")),
            );
            lines.extend(subject.command.iter().flat_map(|how| command("  ", how, width)).map(|l| blank.clone() + &l));
        }
    }
    lines.extend(notice.command.iter().flat_map(|how| command("", how, width)).map(|line| blank.clone() + &line));
    let otherwise = notice.otherwise.iter().filter(|_| detail.otherwise);
    lines.extend(
        otherwise
            .flat_map(|how| command(&format!("{} ", language::told("or")), how, width))
            .map(|line| blank.clone() + &line),
    );
    lines
}

fn command(front: &str, how: &str, width: usize) -> Vec<String> {
    let lines = screen::command(how, width.saturating_sub(front.chars().count())).into_iter().enumerate();
    lines.map(|(place, line)| if place == 0 { format!("{front}{line}") } else { line }).collect()
}

/// One notice as a line for standard error: the sentence, and the command in backticks.
#[must_use]
pub fn sentence(notice: &StatusNotice) -> String {
    match &notice.command {
        Some(how) => format!("{}: `{how}`", notice.text),
        None => notice.text.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pipeline::{NoticeKind, NoticeSubject};

    #[test]
    fn a_notice_is_its_cause_and_its_command_and_with_detail_each_subject() {
        let subjects = vec![NoticeSubject::new("2025-Q2/crime/r0/mia", "550"), NoticeSubject::new("b", "")];
        let mut notice = StatusNotice::of(NoticeKind::Bounced, Severity::Error, "2 parcels came back").about(subjects);
        notice.command = Some("zhinaq resend --parcel 2025-Q2/crime/r0/mia --reason …".to_owned());
        let brief = lines(&notice, Detail { lines: 2, otherwise: false, ..Detail::whole(80, false, false) });
        assert_eq!(
            brief,
            ["error    2 parcels came back", "         zhinaq resend --parcel 2025-Q2/crime/r0/mia --reason …"]
        );
        let whole = lines(&notice, Detail::whole(80, true, false));
        assert_eq!(whole[1..3], ["         - 2025-Q2/crime/r0/mia: 550", "         - b"]);
        let painted = lines(&notice, Detail::whole(40, true, true));
        let visible = |line: &String| line.replace("\u{1b}[31m", "").replace("\u{1b}[0m", "").chars().count();
        assert!(painted.iter().all(|line| visible(line) <= 40), "{painted:?}");
    }
}
