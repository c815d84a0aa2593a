//! The language in which the program speaks to the person at the terminal.
//!
//! In: `--language`, the variable `ZHINAQ_LANGUAGE`, or `language` of `[office]`, the first of them that is there. Out:
//! the texts of help, tables, warnings and errors in that language. Data for programs (JSON, CSV) and the log are always
//! in English. This module does not know the texts.

use std::{
    borrow::Cow,
    ffi::OsString,
    path::PathBuf,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::{Arg, ArgAction, Command};

use super::{command::takes_the_language_of_books, help};
use config::{Office, message_languages, messages, office_language};
use domain::{Language, did_you_mean, nearest};
use words::Messages;

const OPTION: &str = "--language";
const VARIABLE: &str = "ZHINAQ_LANGUAGE";

/// The messages of this process, `None` for English: set before the command line is parsed, and again with the titles of
/// the office when it is read.
static MESSAGES: RwLock<Option<Messages>> = RwLock::new(None);
/// Whether standard output is for programs.
static DATA_IS_FOR_PROGRAMS: AtomicBool = AtomicBool::new(false);

/// Chooses the language by the words of the command line, the environment and the office.
///
/// # Errors
/// When there are no messages in the language, or their file has faults; the sentence is in English.
pub fn begin(words: &[OsString]) -> Result<(), String> {
    let home =
        option(words, "--home").or_else(|| variable("ZHINAQ_HOME")).map_or_else(|| PathBuf::from("."), PathBuf::from);
    let wanted = option(words, OPTION).or_else(|| variable(VARIABLE));
    let language = match wanted {
        None => office_language(&home),
        Some(code) => {
            let known = message_languages(&home);
            let found = known.iter().find(|language| language.to_string() == code).copied();
            if found.is_none() && !takes_the_language_of_books(words) {
                let codes: Vec<String> = known.iter().map(ToString::to_string).collect();
                let code: String = code.chars().take(80).collect();
                let near = did_you_mean(nearest(&code, codes.iter().map(String::as_str)));
                return Err(format!(
                    "the program does not speak `{code}`{near}; its languages are {}, and templates/messages/{code}.toml would add it",
                    codes.join(", ")
                ));
            }
            found
        }
    };
    let found = language.map_or(Ok(None), |language| messages(&home, language));
    let found = found.map_err(|faults| faults.to_string())?;
    *MESSAGES.write().unwrap_or_else(PoisonError::into_inner) = found;
    Ok(())
}

/// Adds the titles and ids of the office that was read.
pub fn learn(office: &Office) {
    let mut messages = MESSAGES.write().unwrap_or_else(PoisonError::into_inner);
    *messages = messages.take().map(|messages| messages.with_titles(office.titles()).with_names(office.names()));
}

/// The language of the person.
pub fn code() -> Language {
    MESSAGES.read().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(Language::EN, Messages::language)
}

/// The value of an option that is read before the command line is parsed.
fn option(words: &[OsString], name: &str) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        match word.strip_prefix(name) {
            Some("") => return words.next().map(Cow::into_owned),
            Some(value) if value.starts_with('=') => return Some(value[1..].to_owned()),
            _ if word == "--" => return None,
            _ => {}
        }
    }
    None
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// From now on, data on standard output is for programs and stays as it is.
pub fn data_is_for_programs() {
    DATA_IS_FOR_PROGRAMS.store(true, Ordering::Relaxed);
}

/// Whether the person reads what the program writes.
pub fn is_english() -> bool {
    code() == Language::EN
}

/// A text of the program in the language of the person.
#[must_use]
pub fn told(text: &str) -> Cow<'_, str> {
    match MESSAGES.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
        Some(messages) => messages.of(text),
        None => Cow::Borrowed(text),
    }
}

/// The width of a column that begins lines with these words, in characters: the longest in the language of the person
/// and two blanks, or more if `least` is more.
#[must_use]
pub fn column_of(words: &[&str], least: usize) -> usize {
    words.iter().map(|word| told(word).chars().count() + 2).fold(least, usize::max)
}

/// As [`told`], for data on standard output.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    if DATA_IS_FOR_PROGRAMS.load(Ordering::Relaxed) { Cow::Borrowed(text) } else { told(text) }
}

/// The program with its help in the language of the person.
pub fn of_help(program: Command) -> Command {
    if is_english() {
        return program;
    }
    of_command(program).help_template(help::template(told))
}

fn of_command(command: Command) -> Command {
    let mut command = command.mut_args(of_option).mut_subcommands(of_command);
    if let Some(text) = command.get_about().map(ToString::to_string) {
        command = command.about(paragraphs(&text));
    }
    if let Some(text) = command.get_long_about().map(ToString::to_string) {
        command = command.long_about(paragraphs(&text));
    }
    if let Some(text) = command.get_after_help().map(ToString::to_string) {
        command = command.after_help(told(&text).into_owned());
    }
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    command.disable_help_flag(true).arg(help.help(told("Print help").into_owned()))
}

fn of_option(option: Arg) -> Arg {
    let mut option = with_values(option);
    if let Some(text) = option.get_help_heading().map(ToString::to_string) {
        option = option.help_heading(heading(&text));
    }
    option
}

/// An option with its help and with what the library would add to it in English, wrapped so that no line is a message:
/// the variable of the environment, the default, the possible values.
fn with_values(option: Arg) -> Arg {
    let Some(short) = option.get_help().map(ToString::to_string) else { return option };
    let long = option.get_long_help().map_or_else(|| short.clone(), ToString::to_string);
    if !option.get_action().takes_values() {
        return option.help(paragraphs(&short)).long_help(paragraphs(&long));
    }
    let mut facts: Vec<String> = Vec::new();
    facts.extend(option.get_env().map(|name| format!("[env: {}]", name.to_string_lossy())));
    let defaults: Vec<_> = option.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if !defaults.is_empty() && !option.is_hide_default_value_set() {
        facts.push(format!("[default: {}]", defaults.join(" ")));
    }
    let values = option.get_possible_values();
    let values: Vec<_> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
    let explained = values.iter().any(|value| value.get_help().is_some());
    let mut list = String::new();
    for value in values.iter().filter(|_| explained) {
        let help = value.get_help().map(|help| format!(": {}", told(&help.to_string()))).unwrap_or_default();
        list.push_str(&format!("\n- `{}`{help}", value.get_name()));
    }
    let list = if explained { format!("\n\n{}{list}", told("Possible values:")) } else { list };
    let named = (!names.is_empty()).then(|| format!("[possible values: {}]", names.join(", ")));
    let said = |facts: &[String]| facts.iter().map(|fact| told(fact).into_owned()).collect::<Vec<_>>().join(" ");
    let whole: Vec<String> = facts.iter().cloned().chain(named).collect();
    let below = said(if explained { &facts } else { &whole });
    let below = if below.is_empty() { below } else { format!("\n\n{below}") };
    let short = format!("{} {}", paragraphs(&short), said(&whole));
    let long = format!("{}{list}{below}", paragraphs(&long));
    option
        .help(short.trim_end().to_owned())
        .long_help(long)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true)
}

/// A heading of options, for as long as the program runs.
fn heading(text: &str) -> &'static str {
    told(text).into_owned().leak()
}

/// A text of help, paragraph by paragraph.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(told).collect::<Vec<_>>().join("\n\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::CommandFactory as _;

    use super::*;
    use crate::Cli;

    /// Every text of help, paragraph by paragraph.
    fn texts_of_help(command: &Command, texts: &mut Vec<String>) {
        let own = [command.get_about(), command.get_long_about(), command.get_after_help()];
        let mut found: Vec<String> = own.into_iter().flatten().map(ToString::to_string).collect();
        for option in command.get_arguments() {
            found.extend([option.get_help(), option.get_long_help()].into_iter().flatten().map(ToString::to_string));
            found.extend(option.get_help_heading().map(ToString::to_string));
            let values = option.get_possible_values();
            found.extend(values.iter().filter_map(|value| value.get_help()).map(ToString::to_string));
        }
        texts.extend(found.iter().flat_map(|text| text.split('\n')).map(|line| line.trim().to_owned()));
        command.get_subcommands().for_each(|inner| texts_of_help(inner, texts));
    }

    #[test]
    fn help_is_translated_whole() {
        let mut texts = Vec::new();
        texts_of_help(&Cli::command(), &mut texts);
        texts.sort();
        texts.dedup();
        assert!(texts.len() > 250, "{}", texts.len());
        for language in [Language::RU, Language::KK] {
            let messages = messages(Path::new("no office"), language).unwrap().unwrap();
            let is_left = |text: &&String| {
                text.contains(' ')
                    && text.contains(|c: char| c.is_ascii_lowercase())
                    && !text.contains("zhinaq ")
                    && messages.of(text) == text.as_str()
            };
            let left: Vec<&String> = texts.iter().filter(is_left).collect();
            assert!(left.is_empty(), "{language}: {left:#?}");
        }
    }

    #[test]
    fn options_are_found_before_the_command_line_is_parsed() {
        let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
        assert_eq!(option(&words("zhinaq --language ru run"), OPTION), Some("ru".into()));
        assert_eq!(option(&words("zhinaq run --language=kk"), OPTION), Some("kk".into()));
        assert_eq!(option(&words("zhinaq run --languages kk"), OPTION), None);
        assert_eq!(option(&words("zhinaq run -- --language kk"), OPTION), None);
        assert_eq!(option(&words("zhinaq run --language"), OPTION), None);
    }
}
