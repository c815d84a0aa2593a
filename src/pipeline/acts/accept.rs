//! A held document passes, because a named person says so.

use serde::Serialize;

use super::alone;
use crate::{
    domain::{Agency, DatasetKey, Fact, FormId, Period, Role, Unit},
    pipeline::{Desk, Failure, desk::people, standing::needs},
};

/// Which held figures are meant.
#[derive(Debug, Clone)]
pub struct AcceptScope {
    pub form: FormId,
    pub period: Period,
    /// Needed where more than one unit is held.
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
}

/// Figures that are in use from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedDataset {
    #[serde(flatten)]
    pub key: DatasetKey,
    pub revision: u32,
    /// Why they were held.
    pub was_held: String,
}

/// Lets held figures pass.
///
/// # Errors
/// When the person may not, nothing of it is held, or several documents are and the person did not say which.
pub async fn accept(desk: &Desk, scope: &AcceptScope, reason: &str) -> Result<Vec<AcceptedDataset>, Failure> {
    desk.person(Role::Statistician)?;
    let reason = people::reason(reason)?;
    let period = needs::form(desk.office.regulation(), scope.period, &scope.form)?.period;
    alone(desk, async {
        let catalogue = desk.catalogue().await?;
        let asked = |key: &DatasetKey| {
            key.form == scope.form
                && key.period == period
                && key.origin == desk.origin
                && scope.unit.as_ref().is_none_or(|u| *u == key.unit)
                && scope.agency.as_ref().is_none_or(|a| *a == key.agency)
        };
        let (mut held, mut documents) = (Vec::new(), Vec::new());
        for (key, newest) in catalogue.newest().filter(|(key, _)| asked(key)) {
            if let Some(why) = &newest.held {
                held.push(AcceptedDataset { key: key.clone(), revision: newest.revision, was_held: why.clone() });
                documents.push(newest.snapshot);
            }
        }
        documents.dedup();
        if held.is_empty() {
            let known = catalogue.newest().any(|(key, _)| asked(key));
            let why = if known { "nothing of it is held" } else { "no document of it has come" };
            return Err(Failure::usage(format!(
                "form `{}` for `{period}`: {why}; see `zhinaq pull` for what is held",
                scope.form
            )));
        }
        if documents.len() > 1 {
            let list: Vec<String> = held.iter().map(|h| format!("{}: {}", h.key, h.was_held)).collect();
            return Err(Failure::usage(format!(
                "{} documents are held; accept one at a time, with --unit and --agency:\n{}",
                documents.len(),
                list.join("\n")
            )));
        }
        let fact =
            |h: &AcceptedDataset| Fact::Accepted { key: h.key.clone(), revision: h.revision, reason: reason.clone() };
        desk.record(&held.iter().map(fact).collect::<Vec<_>>()).await?;
        Ok(held)
    })
    .await
}
