//! `zhinaq sample`: the embedded office.

use super::{context, exit::Ended, global::Global, out};
use clock::Clock;
use pipeline::{self, Exit};
use sample::SampleFaults;

/// The embedded sample office
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the 26 forms on a port of this machine until stopped
    Serve {
        /// Another seed makes other figures
        #[arg(long, default_value_t = pipeline::SEED)]
        seed: u64,
        /// Let it lie: kind:form or kind:form:unit, comma-separated, such as late:1-ad,html:1-m
        #[arg(long, value_name = "LIST")]
        faults: Option<SampleFaults>,
        /// Act as if it were this instant: forms appear on their terms
        #[arg(long, value_name = "INSTANT")]
        as_of: Option<String>,
    },
}

pub async fn run(command: Command, global: &Global) -> Ended {
    let Command::Serve { seed, faults, as_of } = command;
    let office = context::office(global, true)?;
    let clock = match as_of {
        Some(text) => Clock::set_at(context::instant(&text, &office)?),
        None => Clock::System,
    };
    let faults = faults.unwrap_or_default();
    for idle in pipeline::idle_faults(&office, &faults) {
        out::say(global, &format!("warning: {idle}"));
    }
    let serving = pipeline::serve(&office, seed, faults, clock).await?;
    out::data(&format!("{}\n", serving.base))?;
    out::say(global, "SAMPLE DATA is served until you press Ctrl-C");
    let _ = tokio::signal::ctrl_c().await;
    serving.stop().await;
    Ok(Exit::Done)
}
