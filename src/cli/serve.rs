//! `zhinaq serve`: the staff console in a browser, or the public site; never both in one process.

use std::{net::SocketAddr, path::PathBuf};

use super::{
    context::{self, ContextArgs},
    exit::Ended,
    format_option,
    global::Global,
    out, serve_public, signals,
};
use console::ConsoleOptions;
use domain::{Actor, Origin};
use pipeline::{Exit, Failure, Stop};

/// Serve the staff console: what is missing, due, built and sent, in a browser
///
/// People sign in with a password and a second factor; `zhinaq person` gives access. It listens on the address under [console]
/// in zhinaq.toml, and only this machine reaches it unless connections are encrypted. It runs until it receives SIGTERM or
/// SIGINT.
///
/// With --public it serves the placed site instead, read-only: readers get the pages and files, programs the tables at /api/v2
/// (after PxWebApi 2). Only what was placed is read: no ledger, no key. With --folder no office is needed either.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Args {
    /// Listen on this address and port, such as 127.0.0.1:8080, and not on that of zhinaq.toml; with --public,
    /// 127.0.0.1:8081 if left out
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Check that the console may start, and end
    #[arg(long, conflicts_with = "public")]
    check: bool,
    /// Serve the public site, and not the console; put a web server with TLS before it
    #[arg(long)]
    public: bool,
    /// The folder with the link `current`, in place of that of the office
    #[arg(long, value_name = "DIR", requires = "public", conflicts_with = "sample")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    context: ContextArgs,
}

/// Serves until the program is asked to stop.
pub async fn run(args: Args, global: &Global) -> Ended {
    if args.public {
        return serve_public::run(args.listen, args.folder, args.context.sample, global).await;
    }
    context::is_there(global, args.context.sample)?;
    if args.context.as_of.is_some() {
        return Err(Failure::usage("the console runs in real time; leave --as-of out"));
    }
    if args.check {
        let context = context::open_to_read(global, &args.context).await?;
        let faults = pipeline::console_faults(&context).await?;
        for fault in &faults {
            out::complain(fault);
        }
        if faults.is_empty() {
            out::say(global, "the console may start");
        }
        return Ok(if faults.is_empty() { Exit::Done } else { Exit::Usage });
    }
    let mut options = context::options_of(global, &args.context)?;
    options.actor = Actor::Daemon(pipeline::account_of_process());
    options.origin = args.context.sample.then_some(Origin::Sample);
    let stop = Stop::default();
    signals::listen(&stop);
    let wanted = ConsoleOptions {
        home: global.home.clone(),
        is_sample: args.context.sample,
        context: options,
        listen: args.listen,
    };
    let running = console::begin(wanted, stop).await?;
    out::say(global, &format!("the console is open at {}; stop with Ctrl-C or SIGTERM", running.url));
    running.ended().await?;
    Ok(Exit::Done)
}
