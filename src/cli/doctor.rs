//! `zhinaq doctor`: list every fault of the configuration at once, and on demand what is outside its files.

use super::{
    context,
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use clock::Clock;
use config::Office;
use pipeline::{self, Exit, OnlineCheck};

/// List all faults of the settings; exit code 1 if there is one
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// Check the files built into the program, without an office
    #[arg(long)]
    sample: bool,
    /// Also check the ledger, the mail server (with a test mail to the office's own address), each source, the disk and
    /// the clock
    #[arg(long)]
    online: bool,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    let load = if args.sample { Office::for_sample } else { Office::load };
    let (faults, advice, can_be_read) = match context::is_there(global, args.sample) {
        Err(failure) => (vec![failure.message], Vec::new(), false),
        Ok(()) => match load(&global.home) {
            Ok(office) => {
                let call = context::call_of(global);
                let (faults, advice) = pipeline::examine(&office, &call, Clock::System.today(office.zone));
                (faults, advice, true)
            }
            Err(faults) => (faults.0.iter().map(ToString::to_string).collect(), Vec::new(), false),
        },
    };
    // Without readable files it is not known what to ask.
    let online = if args.online && can_be_read { online(global, args.sample).await? } else { Vec::new() };
    if global.format == Format::Json {
        let mut json = serde_json::json!({ "faults": faults, "advice": advice });
        if args.online {
            json["online"] = serde_json::json!(online);
        }
        out::json(&json)?;
    } else {
        let lines = faults.iter().map(|fault| format!("fault   {fault}\n"));
        let lines = lines.chain(online.iter().map(line));
        let lines = lines.chain(advice.iter().map(|advice| format!("note    {advice}\n")));
        out::data(&lines.collect::<String>())?;
    }
    let count = faults.len() + online.iter().filter(|check| !check.good).count();
    if count == 0 {
        out::say(global, "no faults");
        Ok(Exit::Done)
    } else {
        out::say(global, &domain::counted(count, "fault"));
        Ok(Exit::Usage)
    }
}

async fn online(global: &Global, sample: bool) -> Result<Vec<OnlineCheck>, pipeline::Failure> {
    let (context, ledger) = context::open_to_examine(global, sample).await?;
    Ok(pipeline::examine_online(&context, ledger.as_ref()).await)
}

fn line(check: &OnlineCheck) -> String {
    let word = if check.good { "good " } else { "fault" };
    format!("{word}   {}: {}\n", check.what, check.words)
}
