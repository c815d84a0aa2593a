//! `zhinaq doctor`: list every fault of the configuration at once.

use super::{
    context,
    exit::Ended,
    format_option,
    global::{Format, Global},
    out,
};
use clock::Clock;
use config::Office;
use pipeline::{self, Exit};

/// List all faults of the configuration
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::DATA))]
pub struct Args {
    /// Check the files built into the program, without an office
    #[arg(long)]
    sample: bool,
}

pub fn run(args: &Args, global: &Global) -> Ended {
    let load = if args.sample { Office::for_sample } else { Office::load };
    let (faults, advice) = match context::is_there(global, args.sample) {
        Err(failure) => (vec![failure.message], Vec::new()),
        Ok(()) => match load(&global.home) {
            Ok(office) => {
                let call = context::call_of(global);
                pipeline::examine(&office, &call, Clock::System.today(office.zone))
            }
            Err(faults) => (faults.0.iter().map(ToString::to_string).collect(), Vec::new()),
        },
    };
    if global.format == Format::Json {
        out::json(&serde_json::json!({ "faults": faults, "advice": advice }))?;
    } else {
        let lines =
            faults.iter().map(|f| format!("fault   {f}\n")).chain(advice.iter().map(|a| format!("note    {a}\n")));
        out::data(&lines.collect::<String>())?;
    }
    if faults.is_empty() {
        out::say(global, "no faults");
        Ok(Exit::Done)
    } else {
        out::say(global, &domain::counted(faults.len(), "fault"));
        Ok(Exit::Usage)
    }
}
