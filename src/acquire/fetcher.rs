//! Fetches documents: several at a time, within a limit for each host, and again where that may help.
//!
//! In come [`Ask`]s; out come [`FetchedDelivery`]s or [`FetchError`]s, and progress. This module does not know what a
//! document contains or where it is stored.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use backon::{ExponentialBuilder, Retryable as _};
use futures::{Stream, StreamExt as _, stream};
use reqwest::{Client, Url, redirect::Policy};
use tokio::{sync::Semaphore, task::spawn_blocking, time::sleep};

use super::{
    Ask, AskPlace, FetchError, FetchFault, FetchLimits, FetchedDelivery, Known, Patience, folder,
    host::Host,
    http::{self, Question, is_loopback},
    secret::masked,
};

/// The progress of requests; `index` is the place of the [`Ask`] in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchProgress {
    Asked {
        index: usize,
    },
    /// How many bytes of the body have come.
    Heard {
        index: usize,
        bytes: u64,
    },
    /// An attempt failed; the next one follows after the pause.
    Again {
        index: usize,
        pause: Duration,
    },
    Done {
        index: usize,
        came: bool,
    },
}

/// A function that receives the progress.
pub type FetchWatch = dyn Fn(FetchProgress) + Send + Sync;

/// Fetches documents. A clone is cheap and shares the limits.
#[derive(Debug, Clone)]
pub struct Fetcher {
    pub(super) limits: FetchLimits,
    /// For this machine itself: no proxy, even if the environment sets one.
    pub(super) near: Client,
    pub(super) far: Client,
    places: Arc<Semaphore>,
    hosts: Arc<Mutex<HashMap<String, Arc<Host>>>>,
}

impl Fetcher {
    /// A fetcher with these limits.
    ///
    /// # Errors
    /// When the system's store of trusted certificates cannot be used.
    pub fn new(limits: FetchLimits) -> Result<Self, FetchFault> {
        with_provider();
        let client = || {
            Client::builder()
                .user_agent(concat!("zhinaq/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(limits.connect)
                .redirect(Policy::none())
                .referer(false)
        };
        let failed = |error: reqwest::Error| FetchFault::Untrusted { why: error.to_string() };
        Ok(Self {
            limits,
            near: client().no_proxy().build().map_err(failed)?,
            far: client().build().map_err(failed)?,
            places: Arc::new(Semaphore::new(limits.at_a_time.max(1))),
            hosts: Arc::default(),
        })
    }

    /// Fetches one document.
    ///
    /// # Errors
    /// The fault of the last attempt, if no attempt succeeded.
    pub async fn fetch(&self, ask: &Ask) -> Result<FetchedDelivery, FetchError> {
        match self.attempts(0, ask, None, &|_| {}).await? {
            Some(delivery) => Ok(delivery),
            // Impossible, because the request had no condition. Reported as a fault of the source.
            None => Err(error(ask, 1, FetchFault::NoDocument { status: 304, meaning: "not modified" })),
        }
    }

    /// Fetches one document if it changed since an earlier answer; `None` if it did not.
    ///
    /// # Errors
    /// The fault of the last attempt, if no attempt got an answer.
    pub async fn fetch_if_changed(&self, ask: &Ask, known: &Known) -> Result<Option<FetchedDelivery>, FetchError> {
        self.attempts(0, ask, Some(known), &|_| {}).await
    }

    /// Fetches documents, several at a time. Each comes with its place in the list, in the order of arrival, so that it
    /// can be stored before the next. With the validators of an earlier answer, `Ok(None)` means that this answer is
    /// still the newest.
    pub fn fetch_all<'a>(
        &'a self,
        asks: &'a [(Ask, Option<Known>)],
        watch: &'a FetchWatch,
    ) -> impl Stream<Item = (usize, Result<Option<FetchedDelivery>, FetchError>)> + 'a {
        let one = move |(index, (ask, known)): (usize, &'a (Ask, Option<Known>))| async move {
            let answer = self.attempts(index, ask, known.as_ref(), watch).await;
            watch(FetchProgress::Done { index, came: answer.is_ok() });
            (index, answer)
        };
        stream::iter(asks.iter().enumerate()).map(one).buffer_unordered(self.limits.at_a_time.max(1))
    }

    async fn attempts(
        &self,
        index: usize,
        ask: &Ask,
        known: Option<&Known>,
        watch: &FetchWatch,
    ) -> Result<Option<FetchedDelivery>, FetchError> {
        let asked = AtomicUsize::new(0);
        let attempt = || {
            asked.fetch_add(1, Ordering::Relaxed);
            watch(FetchProgress::Asked { index });
            self.attempt(index, ask, known, watch)
        };
        let pauses = ExponentialBuilder::default()
            .with_min_delay(self.limits.first_pause)
            .with_max_delay(self.limits.longest_pause)
            .with_max_times(self.limits.attempts.saturating_sub(1))
            .with_jitter();
        let host = self.host_of(ask);
        let alone = host.as_ref().and_then(|h| h.is_left_alone(&ask.form, self.limits.longest_pause));
        if let Some(fault) = alone {
            return Err(error(ask, 0, fault));
        }
        let answer = attempt
            .retry(pauses)
            .sleep(tokio::time::sleep)
            .when(FetchFault::is_transient)
            .adjust(|fault, pause| self.pause(fault, pause?))
            .notify(|fault, pause| {
                watch(FetchProgress::Again { index, pause });
                tracing::info!(form = %ask.form, period = %ask.period, url = %ask.shown(), %fault, ?pause, "asked again");
            })
            .await;
        if let Some(host) = host {
            host.heard(&ask.form, &ask.shown(), answer.as_ref().err());
        }
        answer.map_err(|fault| error(ask, asked.into_inner(), fault))
    }

    /// The pause before the next attempt: at least as long as the source requests. `None` if the source requests too
    /// long a pause.
    fn pause(&self, fault: &FetchFault, pause: Duration) -> Option<Duration> {
        match fault {
            FetchFault::Failed { retry_after: Some(wait), .. } if *wait > self.limits.longest_pause => None,
            FetchFault::Failed { retry_after: Some(wait), .. } => Some(pause.max(*wait)),
            _ => Some(pause),
        }
    }

    async fn attempt(
        &self,
        index: usize,
        ask: &Ask,
        known: Option<&Known>,
        watch: &FetchWatch,
    ) -> Result<Option<FetchedDelivery>, FetchFault> {
        let limit = self.limits.body_bytes;
        let bytes = match &ask.place {
            AskPlace::Url(url) => return self.over_http(index, ask, url, known, watch).await,
            AskPlace::Named(path) => {
                let path = path.clone();
                blocking(move || folder::read_named(&path, limit)).await?
            }
            AskPlace::Dropped { folder, file } => {
                let (home, path) = (folder.clone(), file.clone());
                let before = blocking(move || folder::look_at_dropped(&home, &path)).await?;
                sleep(self.limits.settle).await;
                let (home, path) = (folder.clone(), file.clone());
                blocking(move || folder::read_dropped(&home, &path, before, limit)).await?
            }
        };
        watch(FetchProgress::Heard { index, bytes: bytes.len() as u64 });
        Ok(Some(FetchedDelivery {
            bytes,
            url: ask.shown(),
            headers: vec![],
            name: ask.name.clone(),
            length_declared: true,
        }))
    }

    async fn over_http(
        &self,
        index: usize,
        ask: &Ask,
        url: &str,
        known: Option<&Known>,
        watch: &FetchWatch,
    ) -> Result<Option<FetchedDelivery>, FetchFault> {
        let url = Url::parse(url).map_err(|e| FetchFault::Address { why: e.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchFault::Address { why: "it begins with neither `http://` nor `https://`".into() });
        }
        let host = self.host(&url);
        // First the place of the host: a request that waits for a slow host takes no place from other hosts.
        let (Ok(_host), Ok(_place)) = (host.places.acquire().await, self.places.acquire().await) else {
            return Err(FetchFault::Unreachable { why: "the fetcher is closed".into() });
        };
        sleep(host.pause().min(self.limits.longest_pause)).await;
        let question = Question {
            client: if is_loopback(&url) { &self.near } else { &self.far },
            url,
            known,
            with_key: !ask.secrets.is_empty(),
            connect: self.limits.connect,
            patience: ask.patience.unwrap_or(self.limits.patience),
            limit: self.limits.body_bytes,
        };
        let heard = |bytes| watch(FetchProgress::Heard { index, bytes });
        let answer = http::ask(question, &heard).await.inspect_err(|fault| host.is_busy(fault));
        let Some(body) = answer? else { return Ok(None) };
        let headers = body.headers.into_iter().map(|(name, value)| (name, masked(&value, &ask.secrets))).collect();
        let (bytes, length_declared) = (body.bytes, body.length_declared);
        Ok(Some(FetchedDelivery { bytes, url: ask.shown(), headers, name: ask.name.clone(), length_declared }))
    }

    fn host_of(&self, ask: &Ask) -> Option<Arc<Host>> {
        let AskPlace::Url(url) = &ask.place else { return None };
        Url::parse(url).ok().map(|url| self.host(&url))
    }

    fn host(&self, url: &Url) -> Arc<Host> {
        let name =
            format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default());
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let places = self.limits.at_a_time_per_host.max(1);
        let host = || Arc::new(Host::new(places));
        Arc::clone(hosts.entry(name).or_insert_with(host))
    }
}

/// Installs the provider of cryptography, once.
pub(super) fn with_provider() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // It fails only if a provider is already installed, which is enough.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FetchFault> + Send + 'static,
) -> Result<T, FetchFault> {
    match spawn_blocking(work).await {
        Ok(done) => done,
        Err(stopped) => Err(FetchFault::File(std::io::Error::other(stopped))),
    }
}

fn error(ask: &Ask, attempts: usize, fault: FetchFault) -> FetchError {
    FetchError { form: ask.form.clone(), period: ask.period, url: ask.shown(), attempts, fault: Box::new(fault) }
}

impl From<Duration> for Patience {
    /// The same limit for every step.
    fn from(limit: Duration) -> Self {
        Self { answer: limit, idle: limit, whole: limit }
    }
}
