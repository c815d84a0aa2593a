//! Connections: encryption, browsers that are slow, and the end of the program.
//!
//! In: the settings of the console, and a request to end. Out: answers of the router. A browser gets so much time for its
//! headers and each answer so much time to be made; both are bounded, so that nobody keeps others waiting. At the end no
//! further connection is taken, open streams end, and answers under way are finished. Unknown here: addresses, pages,
//! rights.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::Router;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use crate::{doors, served::Console, tls};
use config::ConsoleSettings;
use pipeline::{ContextOptions, Failure, Stop};

/// How long a browser may take to begin encryption, and to send the headers of a request.
const HEADERS: Duration = Duration::from_secs(10);
/// The largest headers of a request, in bytes.
const LARGEST_HEADERS: usize = 32 * 1024;
const MOST_HEADERS: usize = 64;
/// How many connections are open at a time: fewer than the files that a process may have open.
const CONNECTIONS: usize = 900;
/// How long answers under way may take at the end.
const FAREWELL: Duration = Duration::from_secs(4);

/// How a console is begun.
pub struct ConsoleOptions {
    /// The folder of the office.
    pub home: PathBuf,
    /// Whether the files built into the program replace an office that is missing.
    pub is_sample: bool,
    /// How the office is opened. Its actor is the account of the program; people act under their own names.
    pub context: ContextOptions,
    /// The address on which it listens, in place of that of the settings.
    pub listen: Option<SocketAddr>,
}

/// A console that serves.
pub struct Running {
    /// The address on which it listens.
    pub address: SocketAddr,
    /// The address that people open.
    pub url: String,
    task: JoinHandle<()>,
}

impl Running {
    /// Waits until it has ended, because it was requested.
    ///
    /// # Errors
    /// When it ended by a fault of the program.
    pub async fn ended(self) -> Result<(), Failure> {
        self.task.await.map_err(|error| Failure::ours("the console ended early", error))
    }
}

/// The network address of a browser's connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// Begins to serve, until `stop` is asked.
///
/// # Errors
/// When the office cannot be opened, the console may not start (every reason at once), or the address is in use.
pub async fn begin(options: ConsoleOptions, stop: Stop) -> Result<Running, Failure> {
    let listen = options.listen;
    let mut console = Console::open(options).await?;
    let settings = listening(&console.settings, listen)?;
    let acceptor = tls::acceptor(&console.served().await.context.office)?;
    let listener = TcpListener::bind(settings.listen).await.map_err(|error| {
        Failure::usage(format!(
            "the console cannot listen on `{}`: {error}; choose another with --listen",
            settings.listen
        ))
    })?;
    let address = listener.local_addr().map_err(|error| Failure::ours("the console has no address", error))?;
    let url = public_url(&settings, address);
    console.settings = ConsoleSettings { listen: address, public_url: url.clone(), ..settings };
    let router = doors::router(&Arc::new(console));
    let task = tokio::spawn(serve(listener, acceptor, router, stop));
    Ok(Running { address, url, task })
}

/// The settings with the address of the command line, which other machines may reach only encrypted too.
fn listening(settings: &ConsoleSettings, listen: Option<SocketAddr>) -> Result<ConsoleSettings, Failure> {
    let Some(listen) = listen else { return Ok(settings.clone()) };
    if !listen.ip().is_loopback() && settings.tls.is_none() && !settings.is_behind_proxy {
        return Err(Failure::usage(format!(
            "other machines reach `{listen}`, and passwords would go unencrypted: write `tls`, or `behind = \"proxy\"`, under `[console]` of zhinaq.toml"
        )));
    }
    Ok(ConsoleSettings { listen, ..settings.clone() })
}

/// The address that people open. Without encryption only this machine is served, so it is the address of the socket.
fn public_url(settings: &ConsoleSettings, address: SocketAddr) -> String {
    if settings.is_encrypted() || settings.is_behind_proxy {
        settings.public_url.clone()
    } else {
        format!("http://{address}")
    }
}

async fn serve(listener: TcpListener, acceptor: Option<TlsAcceptor>, router: Router, stop: Stop) {
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        // Connections that ended are forgotten.
        while connections.try_join_next().is_some() {}
        let taken = tokio::select! {
            biased;
            _ = stop.asked() => break,
            taken = accepted(&listener, &places) => taken,
        };
        let Some((stream, peer, place)) = taken else { continue };
        let (acceptor, router, stop) = (acceptor.clone(), router.clone(), stop.clone());
        connections.spawn(async move {
            let _place = place;
            match acceptor {
                Some(acceptor) => {
                    if let Ok(Ok(stream)) = timeout(HEADERS, acceptor.accept(stream)).await {
                        answer(stream, peer, router, stop).await;
                    }
                }
                None => answer(stream, peer, router, stop).await,
            }
        });
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    if timeout(FAREWELL, all).await.is_err() {
        connections.abort_all();
    }
}

/// The next connection, once there is a place for it.
async fn accepted(listener: &TcpListener, places: &Arc<Semaphore>) -> Option<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let place = places.clone().acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, address)) => Some((stream, Peer(address.ip()), place)),
        Err(error) => {
            tracing::warn!(%error, "a connection could not be taken");
            // Too many open files: others end meanwhile.
            sleep(Duration::from_millis(100)).await;
            None
        }
    }
}

/// Answers the requests of one connection.
async fn answer(stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, peer: Peer, router: Router, stop: Stop) {
    let inner = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(peer);
        hyper::service::Service::call(&inner, request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_headers(MOST_HEADERS)
        .max_buf_size(LARGEST_HEADERS)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.asked() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        // Browsers close connections whenever they like.
        tracing::debug!(%error, "a connection ended early");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_machines_are_served_encrypted_only() {
        let settings = ConsoleSettings::default();
        let to = |text: &str| listening(&settings, text.parse().ok());
        assert_eq!(to("127.0.0.1:0").unwrap().listen.to_string(), "127.0.0.1:0");
        assert_eq!(to("[::1]:0").unwrap().listen.to_string(), "[::1]:0");
        assert!(to("0.0.0.0:8080").unwrap_err().message.contains("unencrypted"));
        let behind = ConsoleSettings { is_behind_proxy: true, ..ConsoleSettings::default() };
        assert!(listening(&behind, "0.0.0.0:8080".parse().ok()).is_ok());
    }

    #[test]
    fn people_open_the_address_of_the_settings_or_of_the_socket() {
        let address = "127.0.0.1:4567".parse().unwrap();
        assert_eq!(public_url(&ConsoleSettings::default(), address), "http://127.0.0.1:4567");
        let public = ConsoleSettings { public_url: "https://zhinaq.example.org".into(), ..ConsoleSettings::default() };
        assert_eq!(public_url(&public, address), "https://zhinaq.example.org");
    }
}
