//! What every act refuses before it begins. In: the office and the day. Out: errors that say what to do. Unknown here: acts.

use config::obstacles;
use domain::Period;

use crate::{Context, Failure};

impl Context {
    /// Refuses to send while lists of the office disagree about what a collection consists of.
    ///
    /// # Errors
    /// Lists each disagreement, with the file to correct.
    pub fn agreed(&self) -> Result<(), Failure> {
        let found = obstacles(&self.office);
        if found.is_empty() {
            return Ok(());
        }
        let list: String = found.iter().map(|found| format!("\n  {found}")).collect();
        Err(Failure::usage(format!(
            "lists of the office contradict each other, so nothing is sent until they are corrected:{list}"
        ))
        .coded("configuration"))
    }

    /// Refuses a period that has not ended.
    ///
    /// # Errors
    /// When the period has not ended: the error contains its last day.
    pub fn ended(&self, period: Period) -> Result<(), Failure> {
        if period.has_ended(self.today()) {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "`{period}` is in the future: it ends on {}, and today is {}; choose an ended period, or set the day with --as-of",
            period.last_day(),
            self.today()
        ))
        .coded("future-period"))
    }
}
