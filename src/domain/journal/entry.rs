//! An entry of the journal. This module does not know what a fact says.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Actor, Fact};

/// One fact with its actor, its time and its run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The place in the journal. Later facts have larger numbers.
    pub seq: i64,
    pub at: DateTime<Utc>,
    /// The run that did it: one id per start of the program.
    pub run: String,
    pub actor: Actor,
    pub fact: Fact,
}
