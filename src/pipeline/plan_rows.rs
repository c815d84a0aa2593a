//! The rows of the plan. In: what falls due. Out: a row for each duty of it. Unknown here: how the plan is printed.

use serde::{Serialize, Serializer, ser::Error as _};

use config::Office;
use domain::{Due, Subject};

/// One row of the plan. A form that is public has two: it has to be here, and it has to be on the site.
#[derive(Debug, Clone, Copy)]
pub struct PlanRow<'d> {
    pub due: &'d Due,
    /// `form`, `placement` or `collection`.
    pub kind: &'static str,
}

impl Serialize for PlanRow<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.kind == self.due.kind() {
            return self.due.serialize(serializer);
        }
        let mut json = serde_json::to_value(self.due).map_err(S::Error::custom)?;
        json["kind"] = self.kind.into();
        json.serialize(serializer)
    }
}

/// The rows of what falls due.
#[must_use]
pub fn plan_rows<'d>(office: &Office, due: &'d Due) -> Vec<PlanRow<'d>> {
    let mut rows = vec![PlanRow { due, kind: due.kind() }];
    if let Subject::Form(form) = &due.subject
        && office.site.public(form).is_some()
    {
        rows.push(PlanRow { due, kind: "placement" });
    }
    rows
}
