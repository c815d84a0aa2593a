//! `zhinaq man`: print a manual page.
//!
//! In: the commands, and an example for each. Out: roff. The options and the text come from the commands themselves; this
//! module adds the sections that every page has: exit status, files, environment, examples.

use std::fmt::Write as _;

use clap::Command;

use super::{exit::Ended, format_option, out};
use pipeline::{Exit, Failure};

/// Print a manual page (roff)
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Man {
    /// The command, such as run or form learn; without it the page of the program
    command: Vec<String>,
}

const FILES: [(&str, &str); 9] = [
    ("zhinaq.toml", "The settings of the office: transport, addresses, hours, limits."),
    ("schedules/", "The act with its forms, collections, organs and matrix; the calendar; the sources; the people."),
    ("templates/", "Forms, collections, the look of workbooks, mails. A missing template is taken from the program."),
    (
        "output/",
        "Snapshots, masters, numbered copies, the outbox. `[transport]` and `output` of zhinaq.toml move them.",
    ),
    ("output/ledger.sqlite", "The ledger. `[ledger] url` of zhinaq.toml moves it."),
    ("output/sample/", "The output and the ledger of the sample office."),
    (".zhinaq/", "The journal of sendings, the witness of the ledger. `[ledger] witness` of zhinaq.toml moves it."),
    ("templates/service/", "Units of systemd and lines for cron."),
    ("templates/schema/", "JSON Schemas of the TOML files, for editors."),
];

const ENVIRONMENT: [(&str, &str); 6] = [
    ("ZHINAQ_HOME", "The office's folder, where --home is not given."),
    ("ZHINAQ_LANGUAGE", "The language of help, tables, warnings and errors, where --language is not given."),
    ("ZHINAQ_LOG", "What is logged, such as zhinaq=debug,reqwest=warn; it overrules --quiet and --verbose."),
    ("NO_COLOR", "No colours on a terminal, unless --color always is given."),
    ("ZHINAQ_PASSPHRASE_ORGAN", "The passphrase of an organ's archives; its id in capitals, with _ for -."),
    (
        "NAMES IN zhinaq.toml",
        "Users, passwords and keys come from the variables that `user_env`, `password_env` and `key_env` set.",
    ),
];

const STATUS: [(&str, &str); 6] = [
    ("0", "Done."),
    ("1", "Usage or configuration."),
    ("2", "Something could not be fetched."),
    ("3", "Findings hold a collection back."),
    ("4", "Fewer parcels handed over than the matrix requires."),
    ("5", "Internal fault."),
];

/// An example of each command, after the name of the program.
const EXAMPLES: &[&str] = &[
    "run --sample --period 2025-Q2",
    "run --period 2025-Q2 --no-send",
    "status --period 2025-Q2",
    "schedule --once",
    "watchdog --max-age 5m",
    "plan --from 2025-07-01 --to 2025-07-31 --format ics",
    "pull --from-file forms/1-M --period 2022-M12",
    "check --period 2022-M12 --form 1-m",
    "query --form 1-m --section R1 --row 1 --column 2 --period 2022-M12 --unit 1971 --format csv",
    "diff --form 1-m --period 2022-M12",
    "build --period 2025-Q2 --formats csv,pdf",
    "preview --period 2025-Q2 --collection crime",
    "number --period 2025-Q2",
    "send --period 2025-Q2 --dry-run",
    "receipts --imap",
    "register --period 2025-Q2 --format csv",
    "held --period 2025-M06",
    "accept --form 3-k --period 2025-M06 --reason 'confirmed by telephone'",
    "reject --document 202306_3k_00100___ru.XLSX --reason 'another agency'",
    "correct --form cis-1 --period 2025-Q2 --section R1 --row 1 --column 1 --old 170 --new 171 --reason 'typing error'",
    "override --period 2025-Q2 --collection crime --rule plausibility --reason 'new law'",
    "approve --period 2025-Q2 --collection crime --reason 'seen'",
    "rebuild --period 2025-Q2 --collection crime --reason 'corrected' --dry-run",
    "resend --parcel 2025-Q2/crime/r0/mia --reason 'lost'",
    "settle --parcel 2025-Q2/crime/r0/mia --handed --evidence 'line 7 of the log of the server'",
    "readdress --period 2025-Q2 --organ mia --reason 'reorganised'",
    "reconcile",
    "withdraw --act 120 --reason 'wrong document'",
    "close --period 2025-Q2 --dry-run",
    "reopen --period 2025-Q2 --reason 'a supplement follows'",
    "request register request.eml --from person --channel electronic-appeals --written-in ru --received 2026-12-01",
    "request list --due 3",
    "request show З-2026-000001",
    "request check З-2026-000001 --no unit",
    "request clarify З-2026-000001",
    "request resume З-2026-000001",
    "request find зарегистрировано преступлений",
    "request answer З-2026-000001 --form 1-m --section R1 --row 1 --column 2 --unit 1971 --period 2022-M12 --out answer",
    "request sent З-2026-000001 --how document-system",
    "request extend З-2026-000001 --until 2027-02-01 --reason 'figures of three years'",
    "request noticed З-2026-000001",
    "request forward З-2026-000001 --to 'Supreme Court'",
    "request left З-2026-000001 --ground no-copies --reason 'asks for screenshots'",
    "request refuse З-2026-000001 --ground indicators --reason 'no form has it'",
    "request appealed З-2026-000001",
    "request close З-2026-000001",
    "request erase З-2026-000001",
    "request export --year 2026 --format csv",
    "request report --period 2026-Q4",
    "forms --format csv",
    "collections",
    "organs",
    "matrix --format csv",
    "units",
    "rules --form 1-m",
    "explain continuity.flow",
    "config show transport",
    "journal --since 2025-07-01 --kind corrected --kind closed",
    "journal verify",
    "journal archive --year 2025 --out journal-2025.jsonl",
    "trace crime.xlsx '1.11 Зарегистрировано по годам' B9",
    "identify crime.xlsx",
    "answers --period 2025-Q2",
    "incidents",
    "pack --period 2025-Q2 --out 2025-Q2.zip",
    "verify 2025-Q2.zip",
    "accessibility crime.xlsx",
    "init office",
    "doctor",
    "calendar check",
    "calendar show --year 2025",
    "form learn 202306_3k_00000___ru.XLSX",
    "form labels --form 1-m --language kk",
    "person add aliya --name 'Surname, first name' --role statistician --reason 'new colleague'",
    "person roles aliya --role statistician --role sender --reason 'substitute'",
    "person block aliya --reason 'left'",
    "person refuse aliya --reason 'not of this office'",
    "person invite aliya --reason 'first entry'",
    "person sessions aliya --end",
    "person list",
    "sample serve --faults late:1-ad",
    "serve --check",
    "serve --sample --listen 127.0.0.1:8080",
    "backup /srv/backup/2025-07-16",
    "restore /srv/backup/2025-07-16 --dry-run",
    "prune",
    "place --period 2025-Q2 --dry-run",
    "place --due",
    "site build",
    "site check",
    "site diff 3f2a9c1d",
    "store check",
    "store verify",
    "completions bash",
    "man run",
    "version",
];

pub fn man(args: &Man, mut command: Command) -> Ended {
    command.build();
    let mut page = &command;
    for name in &args.command {
        page = page.find_subcommand(name).ok_or_else(|| {
            let known = page.get_subcommands().map(Command::get_name);
            let instead = domain::did_you_mean(domain::nearest(name, known));
            Failure::usage(format!("`{}` is not a command of zhinaq{instead}", args.command.join(" ")))
                .coded("unknown-id")
        })?;
    }
    out::data(&rendered(page, &args.command)?)?;
    Ok(Exit::Done)
}

/// The page of a command. `path`: its name below the program.
fn rendered(command: &Command, path: &[String]) -> Result<String, Failure> {
    let name = if path.is_empty() { "zhinaq".to_owned() } else { format!("zhinaq-{}", path.join("-")) };
    // The text after the options of the program is about exit codes, which have a section of their own.
    let plain = command.clone().name(name.clone()).bin_name(format!("zhinaq {}", path.join(" ")).trim()).after_help("");
    let man = clap_mangen::Man::new(plain).title(name).source(format!("zhinaq {}", env!("CARGO_PKG_VERSION")));
    let mut text = Vec::new();
    let sections = man
        .render_title(&mut text)
        .and_then(|()| man.render_name_section(&mut text))
        .and_then(|()| man.render_synopsis_section(&mut text))
        .and_then(|()| man.render_description_section(&mut text))
        .and_then(|()| man.render_options_section(&mut text))
        .and_then(|()| if command.has_subcommands() { man.render_subcommands_section(&mut text) } else { Ok(()) });
    sections.map_err(|error| Failure::ours("the manual page could not be written", error))?;
    let mut text = String::from_utf8(text).map_err(|error| Failure::ours("the manual page is not text", error))?;
    // An empty line has no meaning in roff, and formatters warn about it.
    text = text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.to_owned() + "\n").collect();
    section(&mut text, "EXIT STATUS", &STATUS);
    if let Some(own) = command.get_after_help().filter(|_| !path.is_empty()) {
        let _ = writeln!(text, ".PP\n{}", escaped(&own.to_string()));
    }
    section(&mut text, "FILES", &FILES);
    section(&mut text, "ENVIRONMENT", &ENVIRONMENT);
    text.push_str(".SH EXAMPLES\n");
    for example in examples(path) {
        let _ = writeln!(text, ".PP\n.EX\nzhinaq {}\n.EE", escaped(example));
    }
    Ok(text)
}

/// The examples of a command; the page of the program has the first of each of the first commands.
fn examples(path: &[String]) -> impl Iterator<Item = &'static str> {
    let (words, most) = if path.is_empty() { (String::new(), 8) } else { (path.join(" "), usize::MAX) };
    let is_of = move |example: &&&str| {
        words.is_empty() || example.strip_prefix(&*words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    EXAMPLES.iter().filter(is_of).take(most).copied()
}

fn section<const N: usize>(text: &mut String, title: &str, lines: &[(&str, &str); N]) {
    let _ = writeln!(text, ".SH \"{title}\"");
    for (term, meaning) in lines {
        let _ = writeln!(text, ".TP\n\\fB{}\\fR\n{}", escaped(term), escaped(meaning));
    }
}

/// A text of which roff takes nothing for a command of its own.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-").replace('`', "\\(ga").replace('\'', "\\(aq");
    text.lines()
        .map(|line| if line.starts_with('.') { format!("\\&{line}") } else { line.to_owned() })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::Cli;

    /// The paths of all commands without commands below them.
    fn leaves(command: &Command, path: &[String], found: &mut Vec<Vec<String>>) {
        for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
            let path = [path, &[inner.get_name().to_owned()]].concat();
            if inner.has_subcommands() { leaves(inner, &path, found) } else { found.push(path) }
        }
    }

    #[test]
    fn each_command_has_an_example_that_is_read() {
        let mut paths = Vec::new();
        leaves(&Cli::command(), &[], &mut paths);
        assert!(paths.len() > 50, "{paths:?}");
        for path in &paths {
            assert!(examples(path).next().is_some(), "no example of `{}`", path.join(" "));
        }
        for example in EXAMPLES {
            // As a shell splits it: what is between apostrophes is one word.
            let mut words = vec!["zhinaq".to_owned()];
            for (place, part) in example.split('\'').enumerate() {
                if place % 2 == 1 {
                    words.push(part.to_owned());
                } else {
                    words.extend(part.split_whitespace().map(str::to_owned));
                }
            }
            if let Err(error) = Cli::command().try_get_matches_from(&words) {
                panic!("{example}: {error}");
            }
        }
    }

    #[test]
    fn each_page_has_its_sections_and_its_name() {
        let mut program = Cli::command();
        program.build();
        let mut paths = vec![Vec::new(), vec!["form".to_owned()]];
        leaves(&program, &[], &mut paths);
        for path in paths {
            let page = path.iter().fold(&program, |page, name| page.find_subcommand(name).unwrap());
            let text = rendered(page, &path).unwrap();
            let name = if path.is_empty() { "zhinaq".to_owned() } else { format!("zhinaq-{}", path.join("-")) };
            assert!(text.contains(&format!(".TH {name} ")), "{text}");
            for title in ["NAME", "SYNOPSIS", "DESCRIPTION", "\"EXIT STATUS\"", "FILES", "ENVIRONMENT", "EXAMPLES"] {
                let title = title.trim_matches('"');
                let there = text.lines().any(|line| line.replace('"', "") == format!(".SH {title}"));
                assert!(there, "`{}` has no {title}:\n{text}", path.join(" "));
            }
            assert!(!text.lines().any(|line| line.trim().is_empty()), "{text}");
        }
    }
}
