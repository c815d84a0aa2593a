//! The office: figures behind an address of the loopback interface.
//!
//! In come premises, faults and a clock; out comes a running server. This module does not know how figures are made.

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{
    Figures, Premises, SampleError,
    address::Asked,
    document::{Document, document},
    door,
    faults::{FaultKind, SampleFault, SampleFaults},
    response_cache::ResponseCache,
};
use clock::Clock;
use domain::{Period, Sha256};

/// How long a stopping office waits for unfinished answers.
const FAREWELL: Duration = Duration::from_secs(2);

/// A running office. It stops when it is dropped; [`SampleOffice::stop`] first waits for unfinished answers.
#[derive(Debug)]
pub struct SampleOffice {
    /// `http://127.0.0.1:port`, without a slash at the end.
    pub base: String,
    open: watch::Sender<bool>,
    task: Option<JoinHandle<()>>,
}

/// The state that all answers share.
#[derive(Debug)]
pub(super) struct Desk {
    pub figures: Figures,
    pub faults: SampleFaults,
    pub clock: Clock,
    pub cache: Mutex<ResponseCache>,
    /// How often each address of a flaky form was requested.
    pub asked: Mutex<HashMap<String, u32>>,
    /// False when the office closes; then endless bodies have to end.
    pub open: watch::Receiver<bool>,
}

/// A finished document: its bytes, its tag, and since when it has been available.
#[derive(Debug)]
pub(super) struct Copy {
    pub document: Document,
    pub tag: String,
    pub since: DateTime<Utc>,
}

/// Opens the office on a free port of the loopback interface.
///
/// # Errors
/// When the rules of a template cannot be satisfied, a fault is about a form that is not served, or no port is free.
pub async fn serve(premises: Premises, faults: SampleFaults, clock: Clock) -> Result<SampleOffice, SampleError> {
    let unknown = faults.0.iter().find(|fault| premises.offer(&fault.form).is_none());
    if let Some(fault) = unknown {
        return Err(SampleError::UnknownForm(fault.form.clone()));
    }
    let (open, is_open) = watch::channel(true);
    let desk = Desk {
        figures: Figures::new(premises)?,
        faults,
        clock,
        cache: Mutex::default(),
        asked: Mutex::default(),
        open: is_open.clone(),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(SampleError::Listen)?;
    let address = listener.local_addr().map_err(SampleError::Listen)?;
    let mut is_open = is_open;
    let closed = async move {
        // An error means that the office was dropped.
        let _ = is_open.wait_for(|open| !open).await;
    };
    let router = door::router(Arc::new(desk));
    let task = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(closed).await {
            tracing::warn!(%error, "the sample office closed early");
        }
    });
    Ok(SampleOffice { base: format!("http://{address}"), open, task: Some(task) })
}

impl SampleOffice {
    /// Accepts no more requests, waits for unfinished answers, and closes.
    pub async fn stop(mut self) {
        self.open.send_replace(false);
        if let Some(mut task) = self.task.take()
            && tokio::time::timeout(FAREWELL, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Drop for SampleOffice {
    fn drop(&mut self) {
        self.open.send_replace(false);
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Desk {
    /// The document of a request and a period, which is made once. The second of two documents has a total that is one
    /// more.
    pub fn copy(
        &self,
        asked: &Asked,
        period: Period,
        since: DateTime<Utc>,
        is_second: bool,
    ) -> Result<Option<Arc<Copy>>, SampleError> {
        let key = format!("{asked:?} {period} {is_second}");
        if let Some(copy) = lock(&self.cache).find(&key) {
            return Ok(Some(copy));
        }
        let mut faults = self.faults.clone();
        if is_second {
            let form = asked.form().clone();
            faults.0.push(SampleFault { kind: FaultKind::Sum, form, unit: None });
        }
        let Some(document) = document(&self.figures, &faults, asked, period)? else { return Ok(None) };
        let tag = format!("\"{}\"", &Sha256::of(&document.bytes).to_string()[..32]);
        let copy = Arc::new(Copy { document, tag, since });
        lock(&self.cache).put(key, Arc::clone(&copy));
        Ok(Some(copy))
    }
}

/// A lock stays usable if its holder panicked, because the guarded value is replaced as a whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
