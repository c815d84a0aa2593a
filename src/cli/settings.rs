//! `zhinaq config show`: show the settings that apply, and where each comes from.

use super::{
    context,
    exit::Ended,
    format_option,
    global::{Format, Global},
    tables,
};
use config::{ShownSetting, shown_settings};
use pipeline::{Exit, Failure};
use serde::Serialize;

/// Commands about the settings.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Show(Show),
}

/// Show the settings that apply, each with its file and line
///
/// A setting that no file sets has the default of the program. Secrets are not read: of a variable with a secret the name is
/// shown, and whether it is set here.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Show {
    /// Only settings whose path begins with this, such as limits or transport.smtp
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Use the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

/// A setting with what is known of its variable.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    setting: ShownSetting,
    /// For the name of a variable: whether it is set in the environment of this command.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_set: Option<bool>,
}

pub fn run(command: Command, global: &Global) -> Ended {
    let Command::Show(args) = command;
    let office = context::office(global, args.sample)?;
    let settings = shown_settings(&office).map_err(|fault| Failure::usage(fault.to_string()))?;
    let keys: Vec<String> = settings.iter().map(|setting| setting.key.clone()).collect();
    let is_meant = |key: &str| {
        args.path.as_deref().is_none_or(|path| {
            key.strip_prefix(path.trim_end_matches('.')).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let lines: Vec<Line> = settings.into_iter().filter(|setting| is_meant(&setting.key)).map(line).collect();
    if let (true, Some(path)) = (lines.is_empty(), &args.path) {
        let tables = keys.iter().filter_map(|key| key.split('.').next());
        let known: Vec<&str> = keys.iter().map(String::as_str).chain(tables).collect();
        let instead = domain::did_you_mean(domain::nearest(path, known));
        return Err(Failure::usage(format!("no setting is called `{path}`{instead}")));
    }
    let headings = ["setting", "value", "from"];
    tables::print(global.format, &lines, (headings, &[]), |line| {
        [line.setting.key.clone(), value(line), from(&line.setting, global.format)]
    })?;
    Ok(Exit::Done)
}

fn line(setting: ShownSetting) -> Line {
    let name = setting.value.as_deref().filter(|_| setting.is_variable).map(|value| value.trim_matches('"'));
    let is_set = name.map(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    Line { setting, is_set }
}

fn value(line: &Line) -> String {
    let value = line.setting.value.clone().unwrap_or_else(|| "-".into());
    match line.is_set {
        Some(true) => format!("{value} (set; not shown)"),
        Some(false) => format!("{value} (NOT set here)"),
        None => value,
    }
}

fn from(setting: &ShownSetting, format: Format) -> String {
    match (&setting.file, setting.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.clone(),
        (None, _) if format == Format::Csv => String::new(),
        (None, _) => "default".to_owned(),
    }
}
