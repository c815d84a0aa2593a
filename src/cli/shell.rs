//! `zhinaq completions` and `zhinaq man`: print completions for a shell, and the manual page.

use super::{exit::Ended, format_option, out};
use pipeline::{Exit, Failure};

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

/// Print the manual page (roff)
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Man {
    /// The page of one command, such as `run`
    command: Option<String>,
}

pub fn completions(args: &Completions, command: &mut clap::Command) -> Ended {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, command, "zhinaq", &mut text);
    out::data(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}

pub fn man(args: &Man, mut command: clap::Command) -> Ended {
    command.build();
    let page = match &args.command {
        None => command,
        Some(name) => match command.find_subcommand(name) {
            Some(found) => found.clone(),
            None => return Err(Failure::usage(format!("`{name}` is not a command of zhinaq; see `zhinaq --help`"))),
        },
    };
    let mut text = Vec::new();
    let rendered = clap_mangen::Man::new(page).render(&mut text);
    rendered.map_err(|error| Failure::ours("the manual page could not be written", error))?;
    out::data(&String::from_utf8_lossy(&text))?;
    Ok(Exit::Done)
}
