//! The smallest question to a source: is it there? In: an address. Out: the status of its answer, and its time. No body
//! is read, and a document that is not there is an answer too: the source works.

use reqwest::{Method, Url, header::DATE};
use tokio::time::timeout;

use super::{
    FetchFault, Fetcher, Patience,
    http::{is_loopback, not_sent},
};

/// The answer to a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeAnswer {
    pub status: u16,
    /// The `Date` of the answer: the time by the clock of the source.
    pub date: Option<String>,
}

/// Statuses with which a server says that it does not know the question `HEAD`.
const NO_HEAD: [u16; 3] = [400, 405, 501];

impl Fetcher {
    /// Asks a source whether it is there: `HEAD` of one document, or `GET` without its body where a server does not know
    /// `HEAD`. There is one attempt. `with_key` says whether the address contains a key.
    ///
    /// # Errors
    /// When the source cannot be reached, refuses the question, or has trouble of its own (status 5xx).
    pub async fn probe(
        &self,
        url: &str,
        with_key: bool,
        patience: Option<Patience>,
    ) -> Result<ProbeAnswer, FetchFault> {
        let url = Url::parse(url).map_err(|error| FetchFault::Address { why: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchFault::Address { why: "it begins with neither `http://` nor `https://`".into() });
        }
        let patience = patience.unwrap_or(self.limits.patience);
        let mut answer = self.head(&url, Method::HEAD, patience).await?;
        if NO_HEAD.contains(&answer.status) {
            answer = self.head(&url, Method::GET, patience).await?;
        }
        match answer.status {
            status @ (401 | 403 | 407) => Err(FetchFault::Refused { status, with_key }),
            status @ 500.. => Err(FetchFault::Failed { status, retry_after: None }),
            _ => Ok(answer),
        }
    }

    async fn head(&self, url: &Url, method: Method, patience: Patience) -> Result<ProbeAnswer, FetchFault> {
        let client = if is_loopback(url) { &self.near } else { &self.far };
        let limit = patience.answer;
        match timeout(limit, client.request(method, url.clone()).send()).await {
            Err(_) => Err(FetchFault::Slow { what: "answer", limit }),
            Ok(Err(error)) => Err(not_sent(&error, self.limits.connect, limit)),
            Ok(Ok(answer)) => Ok(ProbeAnswer {
                status: answer.status().as_u16(),
                date: answer.headers().get(DATE).and_then(|date| date.to_str().ok()).map(ToOwned::to_owned),
            }),
        }
    }
}
