//! `zhinaq sample`: the embedded office.

use super::{exit::Ended, global::Global};
use crate::pipeline::Exit;

/// The embedded sample office
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Serve its forms on a port of this machine until stopped
    Serve {
        /// The port; without it, a free one
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

pub async fn run(_: Command, _: &Global) -> Ended {
    Ok(Exit::Done)
}
