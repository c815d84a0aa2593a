//! Confirms that a person uploaded a data set: what lies at the portal is read back and compared. In: a data set that was
//! written, and an address. Out: a fact. Unknown here: how it was uploaded.

use std::fs;

use serde::Serialize;
use serde_json::Value;

use super::open_data;
use crate::{
    Context, Failure, chain,
    context::{claimed::ClaimedPieces, permissions},
    intake::sources,
    status::requirements,
};
use acquire::Fetcher;
use domain::{Fact, FormId, Period, Piece, ReleaseRecord, Right, releases};

use super::place::placement_events;

/// How many records one request asks for, and how many requests are made at most.
const PAGE: usize = 1000;
const PAGES: usize = 2000;

/// A data set that lies at the portal as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConfirmedDataSet {
    pub dataset: String,
    pub form: FormId,
    pub period: Period,
    pub address: String,
    pub records: usize,
}

/// Reads an uploaded data set back, and records that it was placed. `address`: that of the portal; the description lies
/// below `meta/`, the records below `api/v4/`.
///
/// # Errors
/// When the person does not have the role, the data set was not written, the portal does not answer, or it shows
/// something else than was written: the first record that differs.
pub async fn confirm(
    context: &Context,
    period: Period,
    dataset: &str,
    address: &str,
    evidence: &str,
) -> Result<ConfirmedDataSet, Failure> {
    context.person(Right::ConfirmPlacement).await?;
    let evidence = permissions::reason(evidence)?;
    let forms = requirements::forms(context.office.regulation(), period, &[])?;
    let known: Vec<String> = forms.iter().map(|form| open_data::dataset_of(context, &form.term.id)).collect();
    let Some(at) = known.iter().position(|id| id == dataset) else {
        let instead = domain::known_instead(dataset, known.iter().map(String::as_str));
        return Err(Failure::usage(format!("data set `{dataset}` is unknown: {instead}")).coded("unknown-id"));
    };
    let (form, period) = (forms[at].term.id.clone(), forms[at].period);
    let claimed = ClaimedPieces::take(context, [Piece::Place]).await?;
    let done = async {
        let records = releases(&placement_events(context).await?);
        let newest = records.get(&(form.clone(), period)).and_then(ReleaseRecord::newest).map(|newest| newest.revision);
        let folder = open_data::folder_of(context, dataset, period, newest.unwrap_or_default());
        let (meta, written) = read(context, &folder, period)?;
        let fetcher = Fetcher::new(sources::limits(context))
            .map_err(|error| Failure::ours("the portal could not be asked", error))?;
        let base = address.trim_end_matches('/');
        let there = fetch(&fetcher, &format!("{base}/meta/{dataset}/{period}")).await?;
        for (key, ours) in meta["fields"].as_object().into_iter().flatten() {
            for label in ["labelKk", "labelRu", "labelEn"] {
                if there["fields"][key][label] != ours[label] {
                    let message = format!("`{address}` describes field `{key}` of `{dataset}` otherwise (`{label}`)");
                    return Err(Failure::usage(message));
                }
            }
        }
        let mut read = Vec::new();
        for _ in 0..PAGES {
            let source = format!("%7B%22from%22:{},%22size%22:{PAGE}%7D", read.len());
            let page = fetch(&fetcher, &format!("{base}/api/v4/{dataset}/{period}?source={source}")).await?;
            let page = page.as_array().cloned().unwrap_or_default();
            let is_last = page.len() < PAGE;
            read.extend(page);
            if is_last {
                break;
            }
        }
        let differs = written.iter().zip(&read).position(|(ours, theirs)| ours != theirs);
        if written.len() != read.len() || differs.is_some() {
            let first = differs.unwrap_or(written.len().min(read.len())) + 1;
            return Err(Failure::usage(format!(
                "`{address}` shows {} of `{dataset}`, and {} were written; record {first} is the first that differs",
                domain::counted(read.len(), "record"),
                written.len()
            )));
        }
        let (address, dataset) = (address.to_owned(), dataset.to_owned());
        context
            .record(&[Fact::PlacedByPerson { dataset: dataset.clone(), address: address.clone(), evidence }])
            .await?;
        Ok(ConfirmedDataSet { dataset, form: form.clone(), period, address, records: read.len() })
    }
    .await;
    claimed.after(done).await
}

/// The description and the records of a data set as they were written.
fn read(context: &Context, folder: &std::path::Path, period: Period) -> Result<(Value, Vec<Value>), Failure> {
    let missing = || {
        let how = context.call.command("place").option("--period", period).flag("--open-data");
        Failure::usage(format!("`{}` was not written; write it with {how}", folder.display()))
    };
    let mut names: Vec<_> = fs::read_dir(folder).map_err(|_| missing())?.flatten().map(|entry| entry.path()).collect();
    names.sort();
    let (mut meta, mut records) = (Value::Null, Vec::new());
    for path in names {
        let failed = |error: &dyn std::fmt::Display| {
            let why = std::io::Error::other(error.to_string());
            Failure::ours(format!("`{}` cannot be read", path.display()), why)
        };
        let bytes = fs::read(&path).map_err(|error| failed(&error))?;
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| failed(&error))?;
        match value {
            Value::Array(list) => records.extend(list),
            other => meta = other,
        }
    }
    Ok((meta, records))
}

async fn fetch(fetcher: &Fetcher, url: &str) -> Result<Value, Failure> {
    let bytes = fetcher.read_back(url).await;
    let bytes = bytes.map_err(|fault| Failure::usage(format!("`{url}` did not answer: {}", chain(&fault))))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::usage(format!("the answer of `{url}` is not JSON: {error}")))
}
