//! `zhinaq sample`: serve the embedded sample office.

use super::{context, exit::Ended, format_option, global::Global, option_values, out};
use clock::Clock;
use pipeline::{self, Exit};
use sample::SampleFaults;

/// The embedded sample office
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve the 26 forms on a local port until stopped
    #[command(arg = format_option::offers(format_option::TEXT))]
    Serve {
        /// The seed of the figures
        #[arg(long, default_value_t = pipeline::SEED, value_parser = option_values::within(0..=u64::MAX))]
        seed: u64,
        /// Faults of the documents: kind:form or kind:form:unit, comma-separated, such as late:1-ad,html:1-m
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
    context::look_at_faults(&office, &faults)?;
    let serving = pipeline::serve(&office, seed, faults, clock).await?;
    out::data(&format!("{}\n", serving.base))?;
    out::say(global, "serving SAMPLE DATA; stop with Ctrl-C");
    let _ = tokio::signal::ctrl_c().await;
    serving.stop().await;
    Ok(Exit::Done)
}
