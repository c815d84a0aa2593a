//! Hands parcels over to memory: for dry runs, and for simulations in which a script decides the outcome of an attempt.

use std::{
    fmt,
    sync::{Mutex, PoisonError},
};

use super::{Attempt, OneStep, Outcome, Parcel};
use domain::Channel;

type Script = Box<dyn Fn(&Attempt) -> Option<Outcome> + Send + Sync>;

/// A transport that keeps the attempts that were handed over.
#[derive(Default)]
pub struct Memory {
    taken: Mutex<Vec<Attempt>>,
    script: Option<Script>,
}

impl Memory {
    /// A memory with a script for the outcome of an attempt; `None` means that the attempt succeeds.
    #[must_use]
    pub fn scripted(script: impl Fn(&Attempt) -> Option<Outcome> + Send + Sync + 'static) -> Self {
        Self { taken: Mutex::default(), script: Some(Box::new(script)) }
    }

    /// The attempts that were taken, in order.
    #[must_use]
    pub fn taken(&self) -> Vec<Attempt> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl OneStep for Memory {
    fn channel(&self) -> Channel {
        Channel::Memory
    }

    fn take(&self, parcel: &Parcel, attempt: &Attempt) -> Outcome {
        if let Some(outcome) = self.script.as_ref().and_then(|script| script(attempt)) {
            return outcome;
        }
        for enclosure in &parcel.copies {
            if let Err(error) = enclosure.bytes() {
                return Outcome::failed(error.to_string(), false);
            }
        }
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(attempt.clone());
        Outcome::handed("kept in memory")
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("taken", &self.taken().len()).finish_non_exhaustive()
    }
}
