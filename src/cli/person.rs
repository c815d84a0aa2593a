//! `zhinaq person`: who may do what, and who signs in to the console.

use std::fmt::Write as _;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::{Format, Global},
    out, tables, zone,
};
use domain::Role;
use pipeline::{self, AccessChanged, Exit, Failure, GrantAccess, PersonLine, SessionLine};

/// The commands for people and their access.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Add(Add),
    Roles(Roles),
    Block(Decision),
    Refuse(Refusal),
    Invite(Invitation),
    Sessions(Sessions),
    List(List),
}

/// Add a person with roles, or let a blocked one in again
///
/// An administrator does this, and gives a reason. While nobody is an administrator, an operator makes the first one here.
/// Nobody gives roles to themselves, and an administrator is never an approver. Roles of schedules/people.toml count beside
/// these.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Add {
    /// The account: that of the operating system, or the user of the console
    account: String,
    /// The name as it is written in the journal
    #[arg(long)]
    name: String,
    /// A role; may be repeated
    #[arg(long, required = true, value_parser = role())]
    role: Vec<Role>,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

/// Make other roles those of a person, in place of the roles granted before
///
/// An administrator does this, and gives a reason. Roles of schedules/people.toml stay, whatever is granted here.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Roles {
    /// The account
    account: String,
    /// A role; may be repeated. These roles replace those of every earlier grant
    #[arg(long, required = true, value_parser = role())]
    role: Vec<Role>,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

/// End all rights and all sessions of a person at once
///
/// An administrator does this, and gives a reason. It wins over schedules/people.toml, and only a later `person add` ends it.
/// Password and second factor are forgotten. The last administrator cannot be blocked.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Decision {
    /// The account
    account: String,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

/// Refuse the application of a person for access
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Refusal {
    /// The account
    account: String,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

/// Make a link with which a person sets a password and a second factor
///
/// The link works once, for 24 hours. What the person had set before is void at once. The link is printed here and nowhere else:
/// hand it over in person.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Invitation {
    /// The account
    account: String,
    /// Why; recorded in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    context: ContextArgs,
}

/// List the sessions of a person in the console, or end them
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct Sessions {
    /// The account; without it the sessions of all people
    account: Option<String>,
    /// End all sessions of the account
    #[arg(long, requires = "account")]
    end: bool,
    #[command(flatten)]
    context: ContextArgs,
}

/// List the people of the office with their roles, blocks and last entries
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::LIST))]
pub struct List {
    /// Only this account; may be repeated
    account: Vec<String>,
    #[command(flatten)]
    context: ContextArgs,
}

/// A parser of roles.
fn role() -> impl clap::builder::TypedValueParser<Value = Role> {
    let known = |word: String| Role::ALL.into_iter().find(|role| role.word() == word).ok_or("is not a role");
    PossibleValuesParser::new(Role::ALL.map(Role::word)).try_map(known)
}

pub async fn run(command: Command, global: &Global) -> Ended {
    match command {
        Command::Add(args) => add(args, global).await,
        Command::Roles(args) => roles(args, global).await,
        Command::Block(args) => block(args, global).await,
        Command::Refuse(args) => refuse(args, global).await,
        Command::Invite(args) => invite(args, global).await,
        Command::Sessions(args) => sessions(args, global).await,
        Command::List(args) => list(args, global).await,
    }
}

async fn add(args: Add, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let Add { account, name, role, reason, .. } = args;
    let grant = GrantAccess { account, name: Some(name), roles: role.into_iter().collect(), reason };
    let changed = pipeline::grant_access(&context, &context.actor, &grant).await?;
    print_change(&changed, global)?;
    let how = context.call.command("person invite").flag(&changed.account).asked("--reason");
    out::say(global, &format!("for the console, {how} makes a link with which the person sets a password"));
    Ok(Exit::Done)
}

async fn roles(args: Roles, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let Roles { account, role, reason, .. } = args;
    let grant = GrantAccess { account, name: None, roles: role.into_iter().collect(), reason };
    let changed = pipeline::grant_access(&context, &context.actor, &grant).await?;
    print_change(&changed, global)?;
    Ok(Exit::Done)
}

async fn block(args: Decision, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let changed = pipeline::block_access(&context, &context.actor, &args.account, &args.reason).await?;
    print_change(&changed, global)?;
    Ok(Exit::Done)
}

async fn refuse(args: Refusal, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    pipeline::refuse_access(&context, &context.actor, &args.account, &args.reason).await?;
    out::data(&format!("`{}`: the application was refused\n", args.account))?;
    Ok(Exit::Done)
}

async fn invite(args: Invitation, global: &Global) -> Ended {
    let context = context::open(global, &args.context).await?;
    let invited = pipeline::invite(&context, &context.actor, &args.account, &args.reason).await?;
    if global.format == Format::Json {
        out::json(&invited)?;
    } else {
        out::data(&format!("{}\n", invited.link))?;
        let until = zone::named(invited.until, &context.office);
        out::say(global, &format!("the link works once, until {until}; hand it over in person"));
    }
    Ok(Exit::Done)
}

async fn sessions(args: Sessions, global: &Global) -> Ended {
    let account = args.account.as_deref();
    if let (true, Some(account)) = (args.end, account) {
        let context = context::open(global, &args.context).await?;
        let ended = pipeline::end_sessions(&context, &context.actor, account).await?;
        out::say(global, &format!("{} of `{account}` ended", domain::counted(ended, "session")));
    }
    let context = context::open_to_read(global, &args.context).await?;
    let lines = pipeline::sessions(&context, account).await?;
    let office = &context.office;
    let headings = ["account", "began", "last use", "state", "network", "browser"];
    tables::print(global.format, &lines, (headings, &[]), |line: &SessionLine| {
        let state = match (line.is_open, line.ended) {
            (true, _) => "open".to_owned(),
            (false, Some(at)) => format!("ended {}", zone::local(at, office)),
            (false, None) => "run out".to_owned(),
        };
        [
            line.account.clone(),
            zone::local(line.began, office),
            zone::local(line.used, office),
            state,
            line.network.clone(),
            line.agent.clone(),
        ]
    })?;
    Ok(Exit::Done)
}

async fn list(args: List, global: &Global) -> Ended {
    let context = context::open_to_read(global, &args.context).await?;
    let mut people = pipeline::people(&context).await?;
    let known: Vec<String> = people.iter().map(|person| person.standing.account.clone()).collect();
    for account in &args.account {
        if !known.contains(account) {
            let instead = domain::known_instead(account, known.iter().map(String::as_str));
            return Err(Failure::usage(format!("account `{account}` is unknown: {instead}")).coded("unknown-id"));
        }
    }
    people.retain(|person| args.account.is_empty() || args.account.contains(&person.standing.account));
    let office = &context.office;
    let headings = ["account", "name", "roles", "state", "last entry", "sessions"];
    tables::print(global.format, &people, (headings, &[5]), |person: &PersonLine| {
        [
            person.standing.account.clone(),
            person.standing.name.clone(),
            Role::list(&person.roles),
            state(person),
            person.last_entry.map_or_else(|| "never".to_owned(), |at| zone::local(at, office)),
            person.open_sessions.to_string(),
        ]
    })?;
    out::origin(global, context.origin);
    Ok(Exit::Done)
}

/// In a few words, why a person may act or may not.
fn state(person: &PersonLine) -> String {
    let standing = &person.standing;
    match (&standing.blocked, standing.until, &standing.asked) {
        (Some(block), _, _) => format!("blocked by {}: {}", block.by, block.reason),
        (None, Some(until), _) if !person.is_in => format!("left on {until}"),
        (None, _, Some(asked)) => format!("asks to be {}", Role::list(&asked.roles)),
        (None, _, None) if standing.is_contradictory() => "admin and approver exclude each other".to_owned(),
        _ if person.is_proved => "signs in".to_owned(),
        _ => "no password".to_owned(),
    }
}

fn print_change(changed: &AccessChanged, global: &Global) -> Result<(), Failure> {
    if global.format == Format::Json {
        return out::json(changed);
    }
    let mut text = String::new();
    let AccessChanged { account, name, roles, of_file, is_blocked, ended_sessions } = changed;
    if *is_blocked {
        let ended = domain::counted(*ended_sessions, "session");
        let _ = writeln!(text, "`{account}` ({name}) is blocked; {ended} ended");
    } else {
        let _ = writeln!(text, "`{account}` ({name}): {}", Role::list(roles));
    }
    if !of_file.is_empty() && !is_blocked {
        let _ = writeln!(text, "of schedules/people.toml: {}", Role::list(of_file));
    }
    out::data(&text)
}
