//! Options of every command.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use domain::Language;

/// The heading of these options in help.
pub const EVERYWHERE: &str = "Everywhere";

/// How a command prints its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// For programs; fields may be added, never renamed
    Json,
    /// Comma-separated, UTF-8
    Csv,
    /// iCalendar, for a mail program
    Ics,
    /// ESS validation report, JSON
    Ess,
    /// A workbook
    Xlsx,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum LogFormat {
    /// A line for people
    #[default]
    Text,
    /// One JSON object a line
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
        help_heading = EVERYWHERE
    )]
    pub home: PathBuf,

    /// The person of people.toml on whose behalf you act [default: your account]
    #[arg(long, global = true, value_name = "PERSON", help_heading = EVERYWHERE)]
    pub by: Option<String>,

    /// How to print the data; each command offers the formats that it prints
    #[arg(long, global = true, value_enum, default_value = "table", help_heading = EVERYWHERE)]
    pub format: Format,

    /// The language of help, tables, warnings and errors: en, ru, kk [default: that of the office]
    #[arg(long, global = true, value_name = "CODE", env = "ZHINAQ_LANGUAGE", help_heading = EVERYWHERE)]
    pub language: Option<Language>,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value = "auto", help_heading = EVERYWHERE)]
    pub color: Colour,

    /// Print the data, warnings and errors only
    #[arg(long, short, global = true, help_heading = EVERYWHERE)]
    pub quiet: bool,

    /// How to write the log, on standard error
    #[arg(long, global = true, value_enum, default_value = "text", help_heading = EVERYWHERE)]
    pub log_format: LogFormat,

    /// Print more; twice for everything
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = EVERYWHERE)]
    pub verbose: u8,
}
