//! The clock. In: nothing, or a time that a caller sets. Out: the time of day. No other crate reads the system's clock.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// A source of the time: the system's clock, or a time that a caller sets (`--as-of`, simulations).
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Milliseconds since 1970-01-01T00:00:00Z, shared by all clones of this clock.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that shows one instant until it is set again.
    #[must_use]
    pub fn set_at(instant: DateTime<Utc>) -> Self {
        Self::Set(Arc::new(AtomicI64::new(instant.timestamp_millis())))
    }

    /// Now, in UTC.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now(),
            Self::Set(millis) => DateTime::from_timestamp_millis(millis.load(Ordering::SeqCst)).unwrap_or_default(),
        }
    }

    /// Moves a clock that was set. Does nothing to the system's clock.
    pub fn advance_to(&self, instant: DateTime<Utc>) {
        if let Self::Set(millis) = self {
            millis.store(instant.timestamp_millis(), Ordering::SeqCst);
        }
    }

    /// Today's date in a zone.
    #[must_use]
    pub fn today(&self, zone: Tz) -> NaiveDate {
        self.now().with_timezone(&zone).date_naive()
    }
}
