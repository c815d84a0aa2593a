//! The command of a notice or of an error helps, whatever the office has: a source, a key, a scheduler, a terminal.

use clap::Parser as _;
use zhinaq::cli::Cli;

use crate::{cli::hints, support::program::Office};

/// After the cut-off of 2025-Q2.
const NOW: &str = "2025-07-14T20:40";

/// The commands of a text on lines of their own; each of them parses.
#[track_caller]
fn commands(text: &str) -> Vec<String> {
    let commands = hints::on_lines(text);
    for command in &commands {
        assert!(Cli::try_parse_from(hints::words(command)).is_ok(), "`{command}` does not parse\n{text}");
    }
    commands
}

#[test]
fn a_form_that_cannot_be_requested_says_why_and_how_it_comes() {
    let office = Office::small_real();
    let status = |variables: &[(&str, &str)]| {
        office.zhinaq_with(&["status", "--period", "2025-Q2", "--as-of", NOW], variables).exits(0).out
    };
    let text = status(&[]);
    let brought =
        "form `3-k` for `2025-M06` is late since 2025-07-09: it has no source, so a person has to bring its files";
    let keyless = "form `1-n` for `2025-Q2` is late since 2025-07-14: its source needs a key, and the environment variable \
                   `ZHINAQ_EGOV_KEY` is not set; set it and pull again, or bring the files";
    assert!(text.contains(brought) && text.contains(keyless), "{text}");
    let advised = commands(&text);
    for command in [
        "--period 2025-M06 --form 3-k --from-file …",
        "--period 2025-Q2 --form 1-n",
        "--period 2025-Q2 --form 1-n --from-file …",
    ] {
        let command = format!("zhinaq pull --as-of {NOW} {command}");
        assert!(advised.contains(&command), "{command}\n{text}");
    }
    // None of the collections has a form, and no form of theirs can be requested: their files are brought.
    let whole = format!("zhinaq pull --as-of {NOW} --period 2025-Q2");
    assert!(!advised.contains(&whole) && advised.contains(&format!("{whole} --from-file …")), "{text}");

    let text = status(&[("ZHINAQ_EGOV_KEY", "not-a-key")]);
    assert!(text.contains(brought) && !text.contains("needs a key"), "{text}");
    assert!(text.contains("form `1-n` for `2025-Q2` is late since 2025-07-14: it was not requested"), "{text}");
}
