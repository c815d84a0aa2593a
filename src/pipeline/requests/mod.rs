//! The requests desk: information on request (clauses 3.1 and 4–8 of the Instruction).
//!
//! In: files of requests, decisions of clerks, the rules of the office. Out: facts with number and hash, the state and the
//! days of each request, drafts of replies. Names, addresses and texts lie in `output/requests/`, which only the account
//! of the program can read; no fact, log or error contains them (held by `requests::desk`).
//!
//! Unknown here: terminals, pages, how a reply is delivered.

mod act;
mod answer;
mod desk_files;
mod drafts;
mod find;
mod form;
mod obligations;
mod register;
mod view;

pub use act::{RequestAct, check_request, decide_request, erase_request};
pub use answer::{RequestAnswer, TouchedAnswer, answer_request, sent_request, touched_answers};
pub use desk_files::AskedFor;
pub use drafts::DraftReply;
pub use find::{FoundIndicator, find_indicators};
pub use form::{RequestForm, read_forms};
pub(crate) use obligations::due_requests;
pub use register::{FiledRequest, RegisteredRequest, file_requests};
pub use view::{RequestLine, RequestView, RequestsOfQuarter, list_requests, requests_of_quarter, show_request};

use std::collections::BTreeMap;

use crate::{Context, Failure};
use domain::{RequestNumber, RequestRecord, RequestRules, Right, did_you_mean, nearest, requests};
use ledger::Filter;

/// The kinds of facts from which requests are derived.
const REQUEST_FACTS: [&str; 2] = ["request-taken", "request-step"];

/// The rules of the office.
///
/// # Errors
/// When the office has no `schedules/requests.toml`.
fn rules(context: &Context) -> Result<&RequestRules, Failure> {
    context.office.requests.as_ref().ok_or_else(|| {
        Failure::usage(
            "this office has no `schedules/requests.toml`, so terms and channels of requests are unknown; take the file that `init` writes into a new folder, and check its terms",
        )
        .coded("configuration")
    })
}

/// All requests of the ledger.
async fn all(context: &Context) -> Result<BTreeMap<RequestNumber, RequestRecord>, Failure> {
    Ok(requests(&context.events(&Filter::default().kinds(&REQUEST_FACTS)).await?))
}

fn unknown(number: &RequestNumber, known: &BTreeMap<RequestNumber, RequestRecord>) -> Failure {
    let near = did_you_mean(nearest(number.as_ref(), known.keys().map(AsRef::as_ref)));
    Failure::usage(format!("no request has the number `{number}`{near}")).coded("unknown-id")
}

/// Whether the actor sees who asks. Those who answer or approve see only what is asked.
///
/// # Errors
/// When the actor has none of the roles that see requests.
async fn sees_who(context: &Context) -> Result<bool, Failure> {
    context.permit(Right::SeeRequest).await?;
    Ok(context.permit(Right::Request).await.is_ok())
}
