//! Builds the collections of a period as masters.
//!
//! In: a period, and the datasets in use. Out: masters in the store, facts about them, a report. Unknown here: how a
//! book is assembled and drawn, and who gets copies.

use serde::Serialize;

use crate::{
    Catalogue, Context, Failure,
    collections::{
        changes_since, comments,
        further::{self, BuildWishes},
        inputs::{self, Outline},
        issued::{not_again, standing},
        keep::{self, Drawn},
        masters,
        other_formats::{self, Beside},
        provenance,
        render::{self, Assembled, Work},
        revisions,
    },
    context::{claimed::ClaimedPieces, parallel::in_parallel, progress::Step},
    figures::{LoadedDatasets, check},
    status::{
        ready::Condition,
        report,
        requirements::{self, DueCollection},
    },
};
use assemble::Book;
use domain::{
    CollectionId, CommentMark, Finding, FormId, Issue, Language, Period, Piece, Right, Sha256, issues, parcels,
};
use store::ArtifactKey;

/// The result of building.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BuildReport {
    pub collections: Vec<Built>,
}

/// One collection that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Built {
    pub issue: Issue,
    pub content_id: Sha256,
    /// Whether error findings remain that nobody let pass.
    pub draft: bool,
    /// The forms that have not come, or not as a whole.
    pub incomplete: Vec<FormId>,
    /// Whether it waits for a form, or for a comparison that may still come, under the form's late-form policy `hold`.
    pub waits: bool,
    /// Whether it waits, before its cut-off, for a comparison that may still come, whatever the policy.
    pub waits_for_comparison: bool,
    /// Whether the book contains no figure; then it is handed over only if a person decides so.
    pub without_figures: bool,
    /// Whether its copies are in the register.
    #[serde(skip)]
    pub is_numbered: bool,
    /// Whether all of these were handed over, so that nothing of it waits.
    #[serde(skip)]
    pub is_handed: bool,
    /// The masters below the output folder, one for each language.
    pub files: Vec<String>,
    /// The same book in the other formats that were requested.
    pub beside: Vec<String>,
    /// The requested formats that could not be made, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unmade: Vec<String>,
    /// Why the built figures are not those of the first issue: its copies were numbered, and figures changed since.
    pub changed: Option<String>,
    #[serde(skip)]
    pub profile: String,
    /// The comment of a person in the book.
    #[serde(skip)]
    pub comment: Option<CommentMark>,
    /// The last place of the journal before its figures were read.
    #[serde(skip)]
    pub seen: i64,
}

impl Built {
    /// The key of the master in a language.
    #[must_use]
    pub fn master_key(&self, language: Language) -> ArtifactKey {
        ArtifactKey::Master { issue: self.issue.clone(), language, profile: self.profile.clone(), held: None }
    }

    /// What decides whether it may go.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        Condition {
            draft: self.draft,
            waits: self.waits,
            waits_for_comparison: self.waits_for_comparison,
            without_figures: self.without_figures && !self.is_handed,
        }
    }
}

/// Builds the collections of a period from the datasets in use. It always builds: what is missing or wrong is marked.
///
/// # Errors
/// When the person does not have the role, the period is in the future or no collection ends with it, a collection is
/// unknown, or the store or ledger fails.
pub async fn build(context: &Context, period: Period, asked: &[CollectionId]) -> Result<BuildReport, Failure> {
    build_as(context, period, asked, &BuildWishes::default()).await
}

/// As [`build`], with what a person wants beside the masters.
///
/// # Errors
/// As [`build`], or when the words of a language are not there. A PDF that cannot be made is not an error: the report
/// says why.
pub async fn build_as(
    context: &Context,
    period: Period,
    asked: &[CollectionId],
    wishes: &BuildWishes,
) -> Result<BuildReport, Failure> {
    context.permit(Right::Build).await?;
    context.ended(period)?;
    for language in &wishes.languages {
        context.lexicon(*language)?;
    }
    let due = chosen(context, period, asked)?;
    let mut written = wishes.clone();
    if wishes.formats.is_empty() {
        written.formats = other_formats::of_office(&context.office)?;
    }
    let quarter = requirements::quarter(period)?;
    let mut built: Vec<Built> = Vec::new();
    // First what nobody else builds. What another program builds is built after it, with the figures of then.
    let mut left = due.clone();
    while !left.is_empty() {
        let piece = |due: &DueCollection<'_>| Piece::Build(first(due));
        let claimed = ClaimedPieces::some(context, left.iter().map(piece)).await?;
        let (ours, rest): (Vec<_>, Vec<_>) = left.into_iter().partition(|due| claimed.holds(&piece(due)));
        let made = build_claimed(context, quarter, &ours, (&written, !wishes.is_empty()), &claimed).await;
        built.extend(claimed.after(made).await?);
        left = rest;
    }
    built.sort_by_key(|b| due.iter().position(|d| d.term.id == b.issue.collection));
    Ok(BuildReport { collections: built })
}

/// Builds collections that this program has claimed. `requested`: a person asked for more than zhinaq.toml contains.
async fn build_claimed(
    context: &Context,
    quarter: Period,
    due: &[DueCollection<'_>],
    (written, requested): (&BuildWishes, bool),
    claimed: &ClaimedPieces,
) -> Result<Vec<Built>, Failure> {
    let seen = context.last_seq().await?;
    let catalogue = context.catalogue().await?;
    let events = report::events_of(context, quarter).await?;
    let (records, issues) = (parcels(&events), issues(&events));
    let mut built: Vec<Built> = Vec::new();
    let mut open: Vec<DueCollection<'_>> = Vec::new();
    for due in due {
        match issues.get(&first(due)).filter(|_| revisions::issued(&first(due), &records).is_some()) {
            None => open.push(due.clone()),
            Some(record) => {
                let changed = changes_since::since_newest(context, due, &records, &issues, &catalogue).await?;
                let mut standing = standing(&context.office, &context.call, first(due), (record, &records), changed)?;
                let lost = masters::lost(&context.artifacts, &standing.issue, record);
                // Lost masters and other formats of an issued collection are made only as long as they have the same
                // figures.
                if changed.is_some() {
                    standing.unmade = lost.iter().map(|language| not_again(&standing, *language)).collect();
                    let organs = render::languages(&context.office, &due.term.id);
                    further::refuse(&mut standing, &further::beyond(written, &organs));
                } else if requested || !lost.is_empty() {
                    open.push(due.clone());
                }
                built.push(standing);
            }
        }
    }
    let (findings, loaded) = if open.is_empty() {
        (Vec::new(), LoadedDatasets::default())
    } else {
        checked(context, &catalogue, quarter, &open)?
    };
    context.progress.begin(Step::Build, open.len());
    let work = Work { context, catalogue: &catalogue, loaded: &loaded, findings: &findings, events: &events };
    let drawn: Result<Vec<Drawn>, Failure> = tokio::task::block_in_place(|| {
        let draw = |due: &DueCollection<'_>| {
            let drawn = draw(work, due, written);
            context.progress.advance(Step::Build);
            drawn
        };
        in_parallel(&open, draw).into_iter().collect()
    });
    context.progress.end(Step::Build);
    for drawn in drawn? {
        match built.iter_mut().find(|b| b.issue == drawn.built.issue) {
            Some(standing) => keep::put_back(context, standing, drawn, &issues)?,
            None => built.push(keep::keep(context, drawn, &issues, claimed).await?),
        }
    }
    for built in &mut built {
        built.seen = seen;
    }
    Ok(built)
}

/// The collections of a period, or those of them that are requested.
///
/// # Errors
/// When a collection is unknown, or has no period that ends with this one.
pub fn chosen<'a>(
    context: &'a Context,
    period: Period,
    asked: &[CollectionId],
) -> Result<Vec<DueCollection<'a>>, Failure> {
    let regulation = context.office.regulation();
    let due = requirements::collections(regulation, requirements::quarter(period)?);
    if asked.is_empty() {
        return Ok(due);
    }
    let mut chosen = Vec::new();
    for id in asked {
        match due.iter().find(|d| d.term.id == *id) {
            Some(found) => chosen.push(found.clone()),
            None if regulation.collection(id).is_some() => {
                return Err(Failure::usage(format!(
                    "collection `{id}` is half-yearly, and no half-year ends with `{period}`"
                )));
            }
            None => {
                let known = regulation.collections.iter().map(|c| c.id.as_str());
                let hint = domain::known_instead(id.as_str(), known);
                return Err(Failure::usage(format!("collection `{id}` is unknown: {hint}")).coded("unknown-id"));
            }
        }
    }
    Ok(chosen)
}

fn draw(work: Work<'_>, due: &DueCollection<'_>, written: &BuildWishes) -> Result<Drawn, Failure> {
    let (context, issue) = (work.context, first(due));
    let Assembled { book, draft, incomplete, waits, waits_for_comparison } = work.assemble(&outline(context, due)?)?;
    let (profile, languages) =
        (render::profile(&context.office)?, render::languages(&context.office, &issue.collection));
    let masters = render::masters(context, &book, &languages)?;
    let further = further::beyond(written, &languages);
    let lexicons = languages.iter().map(|language| context.lexicon(*language)).collect::<Result<Vec<_>, _>>()?;
    let Beside { files: mut beside, unmade } =
        other_formats::files(&book, &context.office.words, &lexicons, profile, &written.formats)?;
    let comment = book.analysis.as_ref().and_then(|analysis| analysis.comment.as_ref());
    if let Some(comment) = comment {
        beside.push(comments::file(comment)?);
    }
    for language in &further {
        beside.push(further::workbook(context, &book, *language, profile)?);
    }
    for (language, master) in &masters {
        beside.push(provenance::file(&work, &book, &issue, (*language, &master.places), None)?);
    }
    let built = Built {
        content_id: book.content_id(),
        draft,
        waits,
        waits_for_comparison,
        without_figures: book.is_without_figures(),
        is_numbered: false,
        is_handed: false,
        incomplete,
        files: Vec::new(),
        beside: Vec::new(),
        unmade,
        changed: None,
        profile: profile.name().to_owned(),
        comment: comments::mark(comment)?,
        seen: 0,
        issue,
    };
    Ok(Drawn { built, masters, further, beside })
}

fn outline<'a>(context: &'a Context, due: &DueCollection<'a>) -> Result<Outline<'a>, Failure> {
    let template = inputs::template(context, &due.term.id)?;
    let comment = comments::written(context, due)?;
    Ok(Outline { due: due.clone(), template, issue: first(due), reason: None, comment, revised: &[] })
}

/// The book of a collection as it would be built now; nothing is kept.
///
/// # Errors
/// As [`build`].
pub async fn book_of(context: &Context, period: Period, asked: &CollectionId) -> Result<Book, Failure> {
    context.ended(period)?;
    let due = chosen(context, period, std::slice::from_ref(asked))?;
    let catalogue: Catalogue = context.catalogue().await?;
    let quarter = requirements::quarter(period)?;
    let events = report::events_of(context, quarter).await?;
    let (findings, loaded) = checked(context, &catalogue, quarter, &due)?;
    let work = Work { context, catalogue: &catalogue, loaded: &loaded, findings: &findings, events: &events };
    let first = due.first().ok_or_else(|| Failure::usage(format!("no collection ends with `{period}`")))?;
    let outline = outline(context, first)?;
    tokio::task::block_in_place(|| work.assemble(&outline)).map(|assembled| assembled.book)
}

/// The findings of a quarter, and the figures that its collections show. Most datasets are the same, and are read once.
fn checked(
    context: &Context,
    catalogue: &Catalogue,
    quarter: Period,
    due: &[DueCollection<'_>],
) -> Result<(Vec<Finding>, LoadedDatasets), Failure> {
    let mut loaded = LoadedDatasets::default();
    let findings = check::of_quarter(context, catalogue, quarter, &mut loaded)?;
    let wanted = render::wanted(context, catalogue, due);
    loaded.add(context, catalogue, &wanted)?;
    Ok((findings, loaded.only(&wanted)))
}

fn first(due: &DueCollection<'_>) -> Issue {
    Issue::first(due.term.id.clone(), due.period)
}
