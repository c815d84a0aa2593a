//! Reads back what the office published. In: an address. Out: the bytes that lie there now. There is one attempt, and no
//! cache is asked: a person waits for the answer.

use reqwest::Url;

use super::{
    FetchFault, Fetcher,
    http::{Question, ask, is_loopback},
};

impl Fetcher {
    /// Fetches one address, which contains no secret.
    ///
    /// # Errors
    /// When the address cannot be reached, has no document, or answers with too many bytes.
    pub async fn read_back(&self, url: &str) -> Result<Vec<u8>, FetchFault> {
        let url = Url::parse(url).map_err(|error| FetchFault::Address { why: error.to_string() })?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(FetchFault::Address { why: "it begins with neither `http://` nor `https://`".into() });
        }
        let question = Question {
            client: if is_loopback(&url) { &self.near } else { &self.far },
            url,
            known: None,
            with_key: false,
            connect: self.limits.connect,
            patience: self.limits.patience,
            limit: self.limits.body_bytes,
        };
        match ask(question, &|_| {}).await? {
            Some(body) => Ok(body.bytes),
            None => Err(FetchFault::NoDocument { status: 304, meaning: "not modified" }),
        }
    }
}
