//! Collections: their issues, the preview, the files.

use axum::{
    extract::Path,
    http::{HeaderName, HeaderValue, header},
    response::{Html, IntoResponse as _},
};
use serde::Serialize;

use super::{Answered, Query, file, part, periods::newest};
use crate::{answer::Refused, asked::Asked, headers::PREVIEW_POLICY};
use domain::{CollectionId, CollectionStatus, Issue, LaterIssue, Period};
use pipeline::{
    period_status,
    views::{self, CollectionView},
};

#[derive(Serialize)]
struct CollectionsPage {
    period: Period,
    before: Period,
    after: Period,
    collections: Vec<CollectionStatus>,
    later: Vec<LaterIssue>,
}

/// The collections of a period.
pub async fn list(asked: Asked, query: Query) -> Answered {
    let period: Period = query.maybe("period")?.map_or_else(|| newest(&asked.served.context), Ok)?;
    let page = asked
        .read(async move |served| {
            let status = period_status(&served.context, period).await?.status;
            let later = status.supplements.into_iter().chain(status.revisions).collect();
            let period = status.period;
            let (before, after) = (period.before(), period.after());
            Ok(CollectionsPage { period, before, after, collections: status.collections, later })
        })
        .await?;
    asked.page("collections.html", &page)
}

type Which = Path<(String, String)>;

fn which((collection, period): (String, String)) -> Result<(CollectionId, Period), Refused> {
    Ok((part(&collection)?, part(&period)?))
}

async fn view(asked: &Asked, (collection, period): (CollectionId, Period)) -> Result<CollectionView, Refused> {
    asked.read(async move |served| views::collection(&served.context, period, &collection).await).await
}

/// The issues of a collection.
pub async fn collection(asked: Asked, Path(path): Which) -> Answered {
    let page = view(&asked, which(path)?).await?;
    asked.page("collection.html", &page)
}

/// The collection as it would be built now, with its own policy: it runs nothing and fetches nothing.
pub async fn preview(asked: Asked, Path(path): Which, query: Query) -> Answered {
    let (collection, period) = which(path)?;
    let language = query.maybe("language")?.unwrap_or(asked.served.context.office.settings.language);
    let (text, _) = asked
        .read(async move |served| views::preview_page(&served.context, period, &collection, language).await)
        .await?;
    let mut answer = Html(text).into_response();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, PREVIEW_POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        answer.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    Ok(answer)
}

/// A file of an issue.
pub async fn issue_file(
    asked: Asked,
    Path((collection, period, name)): Path<(String, String, String)>,
    query: Query,
) -> Answered {
    let issue = Issue {
        collection: part(&collection)?,
        period: part(&period)?,
        revision: query.maybe("revision")?.unwrap_or(0),
        supplement: query.maybe("supplement")?.unwrap_or(0),
    };
    let (of, wanted) = (issue.clone(), name.clone());
    let bytes = asked.read(async move |served| views::issue_file(&served.context, &of, &wanted)).await?;
    file(&asked, &name, &format!("file {name} of {issue}"), bytes).await
}
