//! Takes requests in. In: requests as read. Out: a number for each, without gaps, in the transaction that takes it in.
//! Unknown here: what is checked later.

use chrono::Datelike as _;
use serde::Serialize;

use super::{REQUEST_FACTS, RequestForm, desk_files, rules};
use crate::{Context, Failure};
use domain::{Event, Fact, RequestNumber, Right, TakenRequest};

/// A request that is in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisteredRequest {
    pub number: RequestNumber,
    /// `false`: this document was taken in before, under this number.
    pub is_new: bool,
}

/// The outcome of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FiledRequest {
    pub requests: Vec<RegisteredRequest>,
}

/// Takes requests in, one after the other. A document that was taken in before keeps its number.
///
/// # Errors
/// When the actor is not of the desk, the office has no rules for requests, a day of receipt is in the future, or the
/// files or the ledger cannot be written.
pub async fn file_requests(context: &Context, forms: &[RequestForm]) -> Result<FiledRequest, Failure> {
    context.person(Right::Request).await?;
    let rules = rules(context)?;
    let today = context.today();
    if let Some(form) = forms.iter().find(|form| form.received > today) {
        let received = form.received;
        return Err(Failure::usage(format!("a request was received on {received}, and today is {today}")));
    }
    let mut taken = Vec::new();
    for form in forms {
        let is_known = |event: &Event| match &event.fact {
            Fact::RequestTaken { request } if request.document == form.hash => Some(request.number.clone()),
            _ => None,
        };
        // A document that is known may be erased, so its files are not written again.
        let filter = ledger::Filter::default().kinds(&REQUEST_FACTS);
        if let Some(number) = context.events(&filter).await?.iter().find_map(is_known) {
            taken.push(RegisteredRequest { number, is_new: false });
            continue;
        }
        desk_files::write(context, form)?;
        let mut found = None;
        let facts = context
            .record_after(&REQUEST_FACTS, |events| {
                if let Some(number) = events.iter().find_map(is_known) {
                    found = Some(Ok(RegisteredRequest { number, is_new: false }));
                    return Vec::new();
                }
                let year = today.year();
                let places = events.iter().filter_map(|event| match &event.fact {
                    Fact::RequestTaken { request } if request.year == year => Some(request.place),
                    _ => None,
                });
                let place = places.max().unwrap_or(0) + 1;
                let number = match rules.number(year, place) {
                    Ok(number) => number,
                    Err(error) => {
                        found = Some(Err(Failure::usage(error.to_string())));
                        return Vec::new();
                    }
                };
                found = Some(Ok(RegisteredRequest { number: number.clone(), is_new: true }));
                let request = TakenRequest {
                    number,
                    year,
                    place,
                    received: form.received,
                    hour: form.hour,
                    from: form.from,
                    channel: form.channel.clone(),
                    language: form.language,
                    document: form.hash,
                };
                vec![Fact::RequestTaken { request }]
            })
            .await;
        facts?;
        taken.extend(found.transpose()?);
    }
    Ok(FiledRequest { requests: taken })
}
