//! Whether a scheduler works for an office, as its settings say. This module does not know whether one runs.

use serde::{Deserialize, Serialize};

/// Whether a scheduler, the service or cron, does what is due in an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum SchedulerUse {
    /// One should run; `status` warns while none does.
    #[default]
    Expected,
    /// People do by hand what is due.
    None,
}
