//! Parcels: their list, one with everything that the journal says of it, and the register of a
//! period with its distribution list.

use axum::extract::Path;
use serde::Serialize;

use super::{Answered, Query, file, part, periods::newest};
use crate::{answer::Refused, asked::Asked};
use domain::{CollectionId, OrganId, ParcelId, ParcelState, Period};
use pipeline::{
    RegisterRow, closed_since, distribution_list as as_workbook, register_rows,
    views::{self, ParcelChoice, ParcelList},
};

/// How many parcels, or copies, a page lists.
const LISTED: usize = 200;

#[derive(Serialize)]
struct ParcelsPage {
    #[serde(flatten)]
    list: ParcelList,
    before: Period,
    after: Period,
    found: usize,
    page: usize,
    pages: usize,
    collection: Option<CollectionId>,
    organ: Option<OrganId>,
    state: Option<ParcelState>,
    organs: Vec<OrganId>,
    collections: Vec<CollectionId>,
    states: Vec<ParcelState>,
}

const STATES: [ParcelState; 8] = [
    ParcelState::Queued,
    ParcelState::Sending,
    ParcelState::Handed,
    ParcelState::Bounced,
    ParcelState::Failed,
    ParcelState::Uncertain,
    ParcelState::Acknowledged,
    ParcelState::Withdrawn,
];

/// The parcels of a period.
pub async fn list(asked: Asked, query: Query) -> Answered {
    let period: Period = query.maybe("period")?.map_or_else(|| newest(&asked.served.context), Ok)?;
    let state = query.one("state").map(|word| {
        let known = STATES.into_iter().find(|state| state.to_string() == word);
        known.ok_or_else(|| Refused::form(format!("`{word}` is not a state of a parcel")))
    });
    let choice = ParcelChoice {
        collection: query.maybe("collection")?,
        organ: query.maybe("organ")?,
        state: state.transpose()?,
    };
    let wanted = choice.clone();
    let mut list = asked.read(async move |served| views::parcel_list(&served.context, period, &wanted).await).await?;
    let page: usize = query.maybe("page")?.unwrap_or(1).max(1);
    let found = list.parcels.len();
    list.parcels = list.parcels.into_iter().skip((page - 1) * LISTED).take(LISTED).collect();
    let act = asked.served.context.office.regulation();
    let shown = ParcelsPage {
        before: list.period.before(),
        after: list.period.after(),
        organs: act.recipients.iter().map(|organ| organ.id.clone()).collect(),
        collections: act.collections.iter().map(|collection| collection.id.clone()).collect(),
        states: STATES.to_vec(),
        pages: found.div_ceil(LISTED).max(1),
        found,
        page,
        collection: choice.collection,
        organ: choice.organ,
        state: choice.state,
        list,
    };
    asked.page("parcels.html", &shown)
}

/// One parcel.
pub async fn parcel(asked: Asked, Path(parcel): Path<String>) -> Answered {
    let parcel: ParcelId = part(&parcel)?;
    let page = asked.read(async move |served| views::parcel(&served.context, &parcel).await).await?;
    asked.page("parcel.html", &page)
}

#[derive(Serialize)]
struct RegisterPage {
    period: Period,
    before: Period,
    after: Period,
    closed: Option<chrono::DateTime<chrono::Utc>>,
    rows: Vec<RegisterRow>,
    copies: usize,
    page: usize,
    pages: usize,
}

/// The numbered copies of a period.
pub async fn register(asked: Asked, Path(period): Path<String>, query: Query) -> Answered {
    let period: Period = part(&period)?;
    let page: usize = query.maybe("page")?.unwrap_or(1).max(1);
    let shown = asked
        .read(async move |served| {
            let context = &served.context;
            let rows = register_rows(context, period, &[]).await?;
            let closed = closed_since(context, period).await?;
            Ok(RegisterPage {
                before: period.last_quarter().before(),
                after: period.last_quarter().after(),
                period: period.last_quarter(),
                closed: closed.map(|(_, at)| at),
                copies: rows.len(),
                pages: rows.len().div_ceil(LISTED).max(1),
                rows: rows.into_iter().skip((page - 1) * LISTED).take(LISTED).collect(),
                page,
            })
        })
        .await?;
    asked.page("register.html", &shown)
}

/// The list with which copies are handed out, as a workbook.
pub async fn distribution_list(asked: Asked, Path(period): Path<String>) -> Answered {
    let period: Period = part(&period)?;
    let bytes = asked
        .read(async move |served| {
            let rows = register_rows(&served.context, period, &[]).await?;
            as_workbook(&served.context, period, &rows)
        })
        .await?;
    file(&asked, &format!("register-{period}.xlsx"), &format!("distribution list of {period}"), bytes).await
}
