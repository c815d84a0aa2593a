//! Building: the collections of a period as masters.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{
    Catalogue, Desk, Failure,
    abreast::abreast,
    beside, check,
    figures::{self, Shelf},
    materials,
    needs::{self, DueCollection},
    progress::Step,
    status, trace,
};
use crate::{
    assemble::{Book, assemble},
    domain::{
        CollectionId, DatasetKey, Event, Fact, Finding, FormId, Issue, Language, LateForm, NameError, Period, Severity,
        Sha256, parcels,
    },
    formats::{FileOfBook, OtherFormat},
    store::ArtifactKey,
    workbook::{Profile, master},
};

/// What building made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BuildReport {
    pub collections: Vec<Built>,
}

/// One collection that was built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Built {
    pub issue: Issue,
    pub content_id: Sha256,
    /// Whether error findings stand that nobody let pass.
    pub draft: bool,
    /// The forms that have not come.
    pub incomplete: Vec<FormId>,
    /// Waits for a form under its late-form policy `hold`.
    pub waits: bool,
    /// The masters below the output folder, one a language.
    pub files: Vec<String>,
    /// The same book in other formats, as far as they were asked for.
    pub beside: Vec<String>,
    /// Why what was built is not what the first issue holds: it was handed out, and figures changed since.
    pub changed: Option<String>,
    #[serde(skip)]
    pub profile: String,
}

impl Built {
    /// Where the master of a language stands.
    #[must_use]
    pub fn master_key(&self, language: Language) -> ArtifactKey {
        ArtifactKey::Master { issue: self.issue.clone(), language, profile: self.profile.clone(), held: None }
    }
}

/// Builds the collections of a period from the datasets in use. It always builds: what is missing or wrong is marked.
///
/// # Errors
/// When the period is in the future or no collection ends with it, a collection is unknown, or the store or ledger
/// fails.
pub async fn build(desk: &Desk, period: Period, asked: &[CollectionId]) -> Result<BuildReport, Failure> {
    build_as(desk, period, asked, &[]).await
}

/// The same, with the books in other formats beside their masters.
///
/// # Errors
/// As [`build`]; and when a PDF is asked for and LibreOffice is not there.
pub async fn build_as(
    desk: &Desk,
    period: Period,
    asked: &[CollectionId],
    formats: &[OtherFormat],
) -> Result<BuildReport, Failure> {
    desk.ended(period)?;
    let due = chosen(desk, period, asked)?;
    let catalogue = desk.catalogue().await?;
    let quarter = needs::quarter(period)?;
    let events = status::events_of(desk, quarter).await?;
    let forms: Vec<(FormId, Period)> =
        needs::forms(desk.office.regulation(), quarter, &[])?.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    let findings = check::findings(desk, &catalogue, &forms)?;
    desk.progress.begin(Step::Build, due.len());
    let shelf = figures::load(desk, &catalogue, &wanted(desk, &catalogue, &due))?;
    let work = Work { desk, catalogue: &catalogue, shelf: &shelf, findings: &findings, events: &events, formats };
    let drawn: Result<Vec<Drawn>, Failure> = tokio::task::block_in_place(|| {
        let draw = |due: &DueCollection<'_>| {
            let drawn = work.draw(due);
            desk.progress.advance(Step::Build);
            drawn
        };
        abreast(&due, draw).into_iter().collect()
    });
    desk.progress.end(Step::Build);
    let mut report = BuildReport::default();
    for drawn in drawn? {
        report.collections.push(keep(desk, drawn, &events).await?);
    }
    Ok(report)
}

fn chosen<'a>(desk: &'a Desk, period: Period, asked: &[CollectionId]) -> Result<Vec<DueCollection<'a>>, Failure> {
    let regulation = desk.office.regulation();
    let due = needs::collections(regulation, needs::quarter(period)?);
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
                let hint = crate::config::nearest(id.as_str(), known).map_or_else(
                    || {
                        format!(
                            "it is one of {}",
                            regulation.collections.iter().map(|c| c.id.as_str()).collect::<Vec<_>>().join(", ")
                        )
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                return Err(Failure::usage(format!("collection `{id}` is unknown: {hint}")));
            }
        }
    }
    Ok(chosen)
}

/// The datasets that the collections can show.
fn wanted(desk: &Desk, catalogue: &Catalogue, due: &[DueCollection<'_>]) -> Vec<DatasetKey> {
    let mut keys = Vec::new();
    for due in due {
        for (form, periods) in needs::periods_of(&desk.office, due) {
            for period in periods {
                let of_origin = catalogue.of_form(&form, period).map(|(k, _)| k).filter(|k| k.origin == desk.origin);
                keys.extend(of_origin.cloned());
            }
        }
    }
    keys.sort();
    keys.dedup();
    keys
}

struct Work<'a> {
    desk: &'a Desk,
    catalogue: &'a Catalogue,
    shelf: &'a Shelf,
    findings: &'a [Finding],
    events: &'a [Event],
    formats: &'a [OtherFormat],
}

/// A collection drawn in every language, before it is kept.
struct Drawn {
    built: Built,
    masters: Vec<(Language, Vec<u8>)>,
    /// Other formats and traces, below the folder of the issue.
    beside: Vec<FileOfBook>,
}

/// A collection assembled, before it is drawn.
struct Assembled {
    issue: Issue,
    book: Book,
    draft: bool,
    whole: Vec<FormId>,
}

impl Work<'_> {
    fn assembled(&self, due: &DueCollection<'_>) -> Result<Assembled, Failure> {
        let desk = self.desk;
        let issue = Issue { collection: due.term.id.clone(), period: due.period, revision: 0 };
        let findings: Vec<Finding> =
            self.findings.iter().filter(|f| due.term.forms.contains(&f.form)).cloned().collect();
        let overridden = materials::overridden(self.events, &issue);
        let draft = findings.iter().any(|f| f.severity == Severity::Error && !overridden.contains(&f.rule));
        let missing = materials::missing(desk, self.catalogue, due);
        let whole: Vec<FormId> =
            missing.iter().filter(|m| m.unit.is_none() && m.agency.is_none()).map(|m| m.form.clone()).collect();
        let material = materials::material(desk, due, self.shelf, &findings, missing, draft, self.events)?;
        let book =
            assemble(&material).map_err(|error| Failure::ours(format!("`{issue}` could not be assembled"), error))?;
        Ok(Assembled { issue, book, draft, whole })
    }

    fn draw(&self, due: &DueCollection<'_>) -> Result<Drawn, Failure> {
        let desk = self.desk;
        let Assembled { issue, book, draft, whole } = self.assembled(due)?;
        let profile: Profile =
            desk.office.settings.profile.parse().map_err(|e: NameError| Failure::usage(format!("zhinaq.toml: {e}")))?;
        let languages = languages(desk, &issue.collection);
        let masters: Result<Vec<_>, Failure> = languages
            .iter()
            .map(|language| {
                let bytes = master(&book, *language, profile)
                    .map_err(|error| Failure::ours(format!("`{issue}` could not be drawn in `{language}`"), error))?;
                Ok((*language, bytes))
            })
            .collect();
        let mut beside = beside::files(&book, &languages, profile, self.formats)?;
        for language in &languages {
            beside.push(self.trace(&book, &issue, *language, profile)?);
        }
        let built = Built {
            content_id: book.content_id(),
            draft,
            waits: whole.iter().any(|form| due.term.late_policy(form) == LateForm::Hold),
            incomplete: whole,
            files: Vec::new(),
            beside: Vec::new(),
            changed: None,
            profile: profile.name().to_owned(),
            issue,
        };
        Ok(Drawn { built, masters: masters?, beside })
    }

    /// What the cells of a master are made of, as a file beside it.
    fn trace(&self, book: &Book, issue: &Issue, language: Language, profile: Profile) -> Result<FileOfBook, Failure> {
        let forms = book.chapters.iter().map(|c| &c.form).collect::<BTreeSet<_>>();
        let keys = self.shelf.datasets().map(|(d, _)| d.key.clone()).filter(|k| forms.contains(&k.form));
        let trace = beside::trace(book, language, profile, self.catalogue, keys);
        let bytes = serde_json::to_vec(&trace)
            .map_err(|error| Failure::ours(format!("the trace of `{issue}` could not be written"), error))?;
        Ok(FileOfBook { name: trace::file_name(language, profile.name()), bytes })
    }
}

/// The book of a collection as it would be built now; nothing is kept.
///
/// # Errors
/// As [`build`].
pub async fn book_of(desk: &Desk, period: Period, asked: &CollectionId) -> Result<Book, Failure> {
    desk.ended(period)?;
    let due = chosen(desk, period, std::slice::from_ref(asked))?;
    let catalogue = desk.catalogue().await?;
    let quarter = needs::quarter(period)?;
    let events = status::events_of(desk, quarter).await?;
    let forms: Vec<(FormId, Period)> =
        needs::forms(desk.office.regulation(), quarter, &[])?.iter().map(|n| (n.term.id.clone(), n.period)).collect();
    let findings = check::findings(desk, &catalogue, &forms)?;
    let shelf = figures::load(desk, &catalogue, &wanted(desk, &catalogue, &due))?;
    let work = Work { desk, catalogue: &catalogue, shelf: &shelf, findings: &findings, events: &events, formats: &[] };
    let first = due.first().ok_or_else(|| Failure::usage(format!("no collection ends with `{period}`")))?;
    tokio::task::block_in_place(|| work.assembled(first)).map(|assembled| assembled.book)
}

/// The languages that the organs of a collection get, each once.
fn languages(desk: &Desk, collection: &CollectionId) -> Vec<Language> {
    let organs = desk.office.regulation().matrix.of_collection(collection);
    let mut languages: Vec<Language> =
        organs.filter(|(_, e)| e.copies() > 0).map(|(organ, _)| desk.office.settings.language_of(organ)).collect();
    languages.sort();
    languages.dedup();
    languages
}

/// Keeps the masters of an issue. Once its copies are in the register they are never drawn anew: figures that changed
/// since are told, and a person makes a revision.
async fn keep(desk: &Desk, drawn: Drawn, events: &[Event]) -> Result<Built, Failure> {
    let Drawn { mut built, masters, beside } = drawn;
    let registered = parcels(events).keys().any(|p| p.issue == built.issue);
    if registered && newest(events, &built.issue, None).is_some_and(|(content, _)| content != built.content_id) {
        built.changed =
            Some("figures changed since the copies were numbered; the numbered copies stay as they are".into());
    }
    let mut facts = Vec::new();
    // Of an issue whose figures changed nothing is written: what stands there is what was handed over.
    for file in beside.into_iter().filter(|_| !registered || built.changed.is_none()) {
        let key = ArtifactKey::Named(format!("{}/{}", issue_folder(&built.issue), file.name));
        let stored = desk.artifacts.replace(&key, &file.bytes);
        stored.map_err(|error| Failure::ours(format!("`{}` could not be written", file.name), error))?;
        if !file.name.ends_with(trace::ENDING) {
            built.beside.push(format!("{}/{}", issue_folder(&built.issue), file.name));
        }
    }
    for (language, bytes) in masters {
        let key = built.master_key(language);
        let sha = Sha256::of(&bytes);
        let shown = key.relative().map(|p| p.display().to_string()).unwrap_or_default();
        if !registered {
            let stored = desk.artifacts.replace(&key, &bytes);
            stored.map_err(|error| Failure::ours(format!("the master `{shown}` could not be written"), error))?;
        }
        if !registered && newest(events, &built.issue, Some(language)) != Some((built.content_id, sha)) {
            facts.push(Fact::Built {
                issue: built.issue.clone(),
                language,
                content_id: built.content_id,
                master: sha,
                draft: built.draft,
                incomplete: built.incomplete.clone(),
                reason: None,
            });
        }
        built.files.push(shown);
    }
    desk.record(&facts).await?;
    Ok(built)
}

/// The folder of an issue below the output folder, as its master's name has it.
fn issue_folder(issue: &Issue) -> String {
    let key = ArtifactKey::OfIssue { issue: issue.clone(), name: "x".to_owned() };
    let folder = key.relative().ok().and_then(|path| Some(path.parent()?.display().to_string()));
    folder.unwrap_or_default()
}

/// Content and master of an issue as it was built last, in a language or in any.
fn newest(events: &[Event], of: &Issue, wanted: Option<Language>) -> Option<(Sha256, Sha256)> {
    events.iter().rev().find_map(|event| match &event.fact {
        Fact::Built { issue, language, content_id, master, .. }
            if issue == of && wanted.is_none_or(|wanted| wanted == *language) =>
        {
            Some((*content_id, *master))
        }
        _ => None,
    })
}
