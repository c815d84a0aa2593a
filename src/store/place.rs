//! Where a store on S3 is. In: an address, limits and keys as the office has them. Out: [`StorePlace`], which shows no
//! key. This module does not know what is stored.

use std::{fmt, time::Duration};

/// A bucket, the names below which an office keeps its artifacts, and how it is asked.
#[derive(Clone, PartialEq, Eq)]
pub struct StorePlace {
    pub bucket: String,
    /// The names of all objects begin with it; no slash at either end.
    pub prefix: String,
    /// The address of the server; `None` = that of AWS for the region.
    pub endpoint: Option<String>,
    pub region: String,
    pub key: String,
    pub secret: String,
    pub connect: Duration,
    /// For one whole answer.
    pub answer: Duration,
    /// The most requests for one object.
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
}

impl StorePlace {
    /// The address of an object, by its path below the prefix.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        format!("s3://{}/{}", self.bucket, self.object(path))
    }

    pub(crate) fn object(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}/{path}", self.prefix) }
    }

    /// The pause before the next attempt. `attempt` counts from 1.
    pub(crate) fn pause(&self, attempt: u32) -> Duration {
        let doubled = 2u32.saturating_pow(attempt.saturating_sub(1).min(16));
        self.first_pause.saturating_mul(doubled).min(self.longest_pause)
    }
}

/// Without the keys.
impl fmt::Debug for StorePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorePlace")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
