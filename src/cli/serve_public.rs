//! `zhinaq serve --public`: show the placed site and answer programs, read-only.
//!
//! In: the folder of the site. Out: answers over HTTP until a signal. It opens no ledger and no store, so it may run where
//! the site lies and nothing else of the office.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use domain::Origin;
use site_service::SiteService;
use tokio::net::TcpListener;

use super::{context, exit::Ended, global::Global, out};
use pipeline::{self, Exit, Failure};

/// The cells of one answer where no office says it.
const CELLS: u64 = 100_000;

/// Where it listens without `--listen`.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8081);

/// Serves until the program is asked to stop. `folder`: in place of that of the office.
pub async fn run(listen: Option<SocketAddr>, folder: Option<PathBuf>, is_sample: bool, global: &Global) -> Ended {
    let listen = listen.unwrap_or(LISTEN);
    let (folder, cells) = if let Some(folder) = folder {
        (folder, CELLS)
    } else {
        let office = context::office(global, is_sample)?;
        let origin = if is_sample { Origin::Sample } else { office.origin() };
        (pipeline::site_folder(&office, origin), office.site.cells)
    };
    if !folder.join("current").exists() {
        return Err(Failure::usage(format!(
            "`{}` has no link `current`: no site was placed there; write its folder with --folder, or place a site first",
            folder.display()
        )));
    }
    let failed = |error| Failure::ours(format!("the service could not listen on `{listen}`"), error);
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
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
