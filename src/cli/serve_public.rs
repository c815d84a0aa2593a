//! `zhinaq serve --public`: show the placed site and answer programs, read-only.
//!
//! In: the folder of the site. Out: answers over HTTP until a signal. It opens no ledger and no store, so it may run where
//! the site lies and nothing else of the office.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use domain::Origin;
use site_service::SiteService;
use tokio::net::TcpListener;

use super::{context, exit::Ended, format_option, global::Global, out};
use pipeline::{self, Exit, Failure};

/// The cells of one answer where no office says it.
const CELLS: u64 = 100_000;

/// Serve the placed site and its data, read-only
///
/// Readers get the pages and files, programs the tables at /api/v2 (after PxWebApi 2). Only what was placed is read: no ledger,
/// no key. With --folder no office is needed either.
#[derive(Debug, clap::Args)]
#[command(arg = format_option::offers(format_option::TEXT))]
pub struct Args {
    /// Serve the public site, never the console
    #[arg(long, required = true)]
    public: bool,
    /// The address to listen on; put a web server with TLS before it
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The folder with the link `current`, in place of that of the office
    #[arg(long, value_name = "DIR", conflicts_with = "sample")]
    folder: Option<PathBuf>,
    /// Serve the site of the sample office
    #[arg(long)]
    sample: bool,
}

pub async fn run(args: Args, global: &Global) -> Ended {
    debug_assert!(args.public, "the command line requires it");
    let (folder, cells) = match args.folder {
        Some(folder) => (folder, CELLS),
        None => {
            let office = context::office(global, args.sample)?;
            let origin = if args.sample { Origin::Sample } else { office.origin() };
            (pipeline::site_folder(&office, origin), office.site.cells)
        }
    };
    if !folder.join("current").exists() {
        return Err(Failure::usage(format!(
            "`{}` has no link `current`: no site was placed there; write its folder with --folder, or place a site first",
            folder.display()
        )));
    }
    let failed = |error| Failure::ours(format!("the service could not listen on `{}`", args.listen), error);
    let listener = TcpListener::bind(args.listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    out::data(&format!("http://{address}/\n"))?;
    out::say(global, "serving the public site; stop with Ctrl-C");
    let service = Arc::new(SiteService::new(folder, cells));
    site_service::serve(service, listener, stopped())
        .await
        .map_err(|error| Failure::ours("the service failed", error))?;
    Ok(Exit::Done)
}

/// Waits for SIGTERM or SIGINT.
async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut term), Ok(mut int)) => {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
        }
        _ => std::future::pending().await,
    }
}
