//! Rejects held documents: a named person puts them away. They are never used, and do not count as evidence about
//! others.
//!
//! In: which documents are meant, and a reason. Out: what was put away. Unknown here: how documents are judged.

use super::{
    alone,
    held::{HeldDocument, HeldScope, documents, held, the_one},
};
use crate::{Context, Failure, context::permissions, intake::judge_again};
use domain::{Fact, Role};

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
    context.person(Role::Statistician)?;
    let reason = permissions::reason(reason)?;
    alone(context, async {
        let mut catalogue = context.catalogue().await?;
        let mut meant = documents(context, &catalogue, scope)?;
        if meant.is_empty() {
            meant.push(the_one(context, &catalogue, scope, |held| &held.reject)?);
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
        context.record(&facts).await?;
        report.rejected = true;
        Ok(report)
    })
    .await
}
