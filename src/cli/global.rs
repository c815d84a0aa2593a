//! Words that every command understands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use pipeline::Failure;

/// How a command prints its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs; fields may be added, never renamed
    Json,
    /// Comma-separated, UTF-8
    Csv,
    /// iCalendar (plan)
    Ics,
    /// ESS validation report, JSON (check)
    Ess,
    /// A workbook (query)
    Xlsx,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum LogFormat {
    /// A line for people
    #[default]
    Text,
    /// An object a line
    Json,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The office's folder: zhinaq.toml, schedules, templates, output
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = ".",
        env = "ZHINAQ_HOME",
        help_heading = "Everywhere"
    )]
    pub home: PathBuf,

    /// Who acts: a person of people.toml; without it, the account of the operating system
    #[arg(long, global = true, value_name = "PERSON", help_heading = "Everywhere")]
    pub by: Option<String>,

    /// How to print
    #[arg(long, global = true, value_enum, default_value = "table", help_heading = "Everywhere")]
    pub format: Format,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = "Everywhere")]
    pub color: Colour,

    /// Say nothing but the data and errors
    #[arg(long, short, global = true, help_heading = "Everywhere")]
    pub quiet: bool,

    /// How to log, on standard error
    #[arg(long, global = true, value_enum, default_value = "text", help_heading = "Everywhere")]
    pub log_format: LogFormat,

    /// Say more; twice for everything
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Everywhere")]
    pub verbose: u8,
}

impl Global {
    /// Refuses a format that a command has no use for.
    ///
    /// # Errors
    /// Names the formats that it has.
    pub fn only(&self, command: &str, formats: &[Format]) -> Result<(), Failure> {
        if formats.contains(&self.format) {
            return Ok(());
        }
        let name = |f: &Format| f.to_possible_value().map_or_else(String::new, |v| format!("`{}`", v.get_name()));
        let known: Vec<String> = formats.iter().map(name).collect();
        let wrong = name(&self.format);
        Err(Failure::usage(format!("`{command}` does not print {wrong}: use --format {}", known.join(" or "))))
    }
}
