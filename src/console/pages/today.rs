//! The first page: what is due, what waits for a person, whether the scheduler runs, emergencies, planned works.

use serde::Serialize;

use super::Answered;
use crate::asked::Asked;
use domain::{Incident, Right};
use pipeline::{Morning, PlannedWork, daemon::incidents, morning, planned_works};

#[derive(Serialize)]
struct TodayPage {
    /// What `status` says; `None` for a person who sees no figures.
    morning: Option<Morning>,
    /// Emergencies that last.
    emergencies: Vec<Incident>,
    planned: Vec<PlannedWork>,
}

/// The first page.
pub async fn today(asked: Asked) -> Answered {
    let view = asked.may(Right::View);
    let page = asked
        .read(async move |served| {
            let context = &served.context;
            let open = |incident: &Incident| incident.until.is_none();
            let planned = planned_works(context).await?;
            if !view {
                return Ok(TodayPage { morning: None, emergencies: Vec::new(), planned });
            }
            let emergencies = incidents(context).await?.into_iter().filter(open).collect();
            Ok(TodayPage { morning: Some(morning(context).await?), emergencies, planned })
        })
        .await?;
    asked.page("today.html", &page)
}
