//! Stores what was drawn for a first issue, and puts back what an issued collection lost.
//!
//! In: drawn workbooks with the files beside them. Out: files of the store, facts of the ledger. Unknown here: how they were
//! drawn.

use std::collections::BTreeMap;

use crate::{
    Context, Failure,
    collections::{beside, build::Built, further, issued::not_again, masters, provenance},
    context::claimed::ClaimedPieces,
};
use domain::{Fact, Issue, IssueRecord, Language, Sha256};
use formats::FileOfBook;
use store::Artifacts;
use workbook::Master;

/// A collection drawn in every language, before it is kept.
pub struct Drawn {
    pub built: Built,
    pub masters: Vec<(Language, Master)>,
    /// The further languages in which a workbook is beside the masters.
    pub further: Vec<Language>,
    /// Other formats and traces, for the folder of the issue.
    pub beside: Vec<FileOfBook>,
}

/// Puts back what an issued collection lost, from the same book drawn again.
///
/// # Errors
/// When the store fails.
pub fn put_back(
    context: &Context,
    standing: &mut Built,
    drawn: Drawn,
    issues: &BTreeMap<Issue, IssueRecord>,
) -> Result<(), Failure> {
    let record = issues.get(&standing.issue);
    let lost = record.map(|record| masters::lost(&context.artifacts, &standing.issue, record)).unwrap_or_default();
    if standing.content_id == drawn.built.content_id {
        standing.beside = keep_beside(&context.artifacts, &standing.issue, drawn.beside)?;
        standing.unmade = drawn.built.unmade;
    } else {
        further::refuse(standing, &drawn.further);
    }
    for language in lost {
        let wanted = record.and_then(|record| record.masters.get(&(language, None)));
        let again = drawn
            .masters
            .iter()
            .find(|(of, master)| *of == language && wanted.is_some_and(|sha| *sha == Sha256::of(&master.bytes)));
        match again {
            Some((_, master)) => {
                let key = standing.master_key(language);
                masters::put_back(&context.artifacts, &standing.issue, &key, &master.bytes)?;
            }
            None => standing.unmade.push(not_again(standing, language)),
        }
    }
    Ok(())
}

/// Stores and records the masters of a first issue whose copies are not in the register yet, with the files beside
/// them.
///
/// # Errors
/// When the store or the ledger fails.
pub async fn keep(
    context: &Context,
    drawn: Drawn,
    issues: &BTreeMap<Issue, IssueRecord>,
    claimed: &ClaimedPieces,
) -> Result<Built, Failure> {
    let Drawn { mut built, masters, beside, .. } = drawn;
    built.beside = keep_beside(&context.artifacts, &built.issue, beside)?;
    let mut facts = Vec::new();
    let before = issues.get(&built.issue).filter(|record| record.content_id == built.content_id);
    for (language, master) in masters {
        let key = built.master_key(language);
        let shown = key.relative().map(|p| p.display().to_string()).unwrap_or_default();
        let stored = context.artifacts.replace(&key, &master.bytes);
        let master =
            stored.map_err(|error| Failure::ours(format!("the master `{shown}` could not be written"), error))?;
        if before.and_then(|record| record.masters.get(&(language, None))) != Some(&master) {
            facts.push(Fact::Built {
                issue: built.issue.clone(),
                language,
                content_id: built.content_id,
                master,
                draft: built.draft,
                incomplete: built.incomplete.clone(),
                reason: None,
                held: None,
                without_figures: built.without_figures,
                comment: built.comment.clone(),
            });
        }
        built.files.push(shown);
    }
    context.record_holding(&[claimed], &facts).await?;
    Ok(built)
}

/// Stores other formats and traces; returns the paths of the formats below the output folder.
fn keep_beside(artifacts: &Artifacts, issue: &Issue, files: Vec<FileOfBook>) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    for file in files {
        let key = beside::keep(artifacts, issue, &file)?;
        if !file.name.ends_with(provenance::ENDING) {
            names.extend(key.relative().ok().map(|path| path.display().to_string()));
        }
    }
    Ok(names)
}
