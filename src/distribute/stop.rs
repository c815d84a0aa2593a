//! A request to end the program: no further parcel is begun, and what is under way ends within a bound.
//!
//! In: the request, from a signal or from the daemon. Out: whether and since when it is made. It does not know signals.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

/// A request to end; clones share it.
#[derive(Debug, Clone)]
pub struct Stop {
    asked: Arc<watch::Sender<Option<Instant>>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { asked: Arc::new(watch::Sender::new(None)) }
    }
}

impl Stop {
    /// Requests the end.
    pub fn ask(&self) {
        self.asked.send_if_modified(|asked| {
            let is_first = asked.is_none();
            asked.get_or_insert_with(Instant::now);
            is_first
        });
    }

    /// Whether the end was requested.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked.borrow().is_some()
    }

    /// Waits for the request; returns when it came.
    pub async fn asked(&self) -> Instant {
        let mut changes = self.asked.subscribe();
        let asked = changes.wait_for(Option::is_some).await.ok().and_then(|asked| *asked);
        match asked {
            Some(at) => at,
            // The sender is part of `self`, so it is not gone.
            None => std::future::pending().await,
        }
    }

    /// Waits until a time after the request has passed.
    pub async fn overdue(&self, bound: Duration) {
        let asked = self.asked().await;
        sleep_until(asked + bound).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn a_request_is_seen_by_every_clone_and_counts_from_the_first() {
        let (stop, other) = (Stop::default(), Stop::default());
        let seen = stop.clone();
        assert!(!seen.is_asked() && seen.asked().now_or_never().is_none());
        stop.ask();
        let first = seen.asked().await;
        stop.ask();
        assert_eq!(seen.asked().await, first);
        assert!(seen.is_asked() && !other.is_asked());
        assert!(seen.overdue(Duration::from_hours(1)).now_or_never().is_none());
        seen.overdue(Duration::ZERO).await;
    }
}
