//! Rejects held documents: a named person puts them away. They are never used, and do not count as evidence about
//! others.
//!
//! In: which documents are meant, and a reason. Out: what was put away. Unknown here: how documents are judged.

use std::collections::BTreeSet;

use super::held::{Document, HeldDocument, HeldScope, documents, held, pieces, the_one};
use crate::{
    Catalogue, Context, Failure,
    context::{claimed::claiming, permissions},
    intake::judge_again,
};
use domain::{Fact, Piece, Right};

use serde::Serialize;

/// What was put away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RejectReport {
    /// Whether they were put away; if not, nothing was written.
    pub rejected: bool,
    pub documents: Vec<HeldDocument>,
}

/// Puts held documents away. Several at once are put away only with `all`; otherwise the report lists them, and nothing
/// is written. Documents that were held because of these are judged again.
///
/// # Errors
/// When the person does not have the role, or no document of the scope is held.
pub async fn reject(
    context: &Context,
    scope: &HeldScope,
    all: bool,
    dry_run: bool,
    reason: &str,
) -> Result<RejectReport, Failure> {
    context.person(Right::Reject).await?;
    let reason = permissions::reason(reason)?;
    let before = meant(context, &context.catalogue().await?, scope)?;
    let touched: BTreeSet<Piece> = before.iter().flat_map(pieces).collect();
    claiming(context, touched, async |claimed| {
        let mut catalogue = context.catalogue().await?;
        let meant = meant(context, &catalogue, scope)?;
        for document in &meant {
            let known = before.iter().find(|known| known.snapshot == document.snapshot);
            document.is_still(known.unwrap_or(&before[0]))?;
        }
        let mut report = RejectReport { rejected: false, documents: held(context, scope).await? };
        if dry_run || (meant.len() > 1 && !all) {
            return Ok(report);
        }
        let mut facts = Vec::new();
        for document in &meant {
            facts.extend(document.entries.iter().map(|(key, edition)| Fact::Rejected {
                key: key.clone(),
                revision: edition.revision,
                snapshot: document.snapshot,
                reason: reason.clone(),
            }));
        }
        for fact in &facts {
            catalogue.apply(fact);
        }
        facts.extend(judge_again(context, &mut catalogue)?);
        context.record_holding(&[claimed], &facts).await?;
        report.rejected = true;
        Ok(report)
    })
    .await
}

/// The documents of a scope; an error if there is none.
fn meant(context: &Context, catalogue: &Catalogue, scope: &HeldScope) -> Result<Vec<Document>, Failure> {
    let meant = documents(context, catalogue, scope)?;
    if meant.is_empty() {
        return Ok(vec![the_one(context, catalogue, scope, |held| &held.reject)?]);
    }
    Ok(meant)
}
