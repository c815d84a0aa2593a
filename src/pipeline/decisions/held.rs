//! Held documents, one by one, and which of them a person means.
//!
//! In: the catalogue, and the words of a person. Out: each held document with what its witnesses say, or the one that
//! is meant. A document is known by its hash and its file name, never by the dataset that it was read as, because two
//! documents may claim the same dataset. Unknown here: what is decided about it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{Catalogue, Context, Failure, context::catalogue::Edition, intake::readings, status::requirements};
use domain::{Agency, DatasetKey, Edition as FormEdition, FormId, Period, Piece, Sha256, Unit};
use read::{Claims, Identity};
use store::Artifacts;

/// Which held documents are meant; an empty field matches every document.
#[derive(Debug, Clone, Default)]
pub struct HeldScope {
    /// The first digits of the hash, or the file name.
    pub document: Option<String>,
    pub form: Option<FormId>,
    pub period: Option<Period>,
    /// As it was read.
    pub unit: Option<Unit>,
    /// As it was read.
    pub agency: Option<Agency>,
}

/// A document that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldDocument {
    pub document: Sha256,
    pub name: String,
    pub from: String,
    pub received: Option<DateTime<Utc>>,
    pub form: FormId,
    /// The period that it was taken for.
    pub period: Period,
    pub why: String,
    pub read_as: Vec<Subject>,
    pub says: Vec<Witness>,
    /// The command that accepts it; `…` marks what the person has to fill in.
    pub accept: String,
    pub reject: String,
}

/// A dataset that a document was read as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    pub unit: Unit,
    pub agency: Agency,
    pub revision: u32,
    /// The revision of that dataset that is in use.
    pub in_use: Option<u32>,
}

/// What one witness of a document says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Witness {
    /// `name`, `properties`, `title` or `content`.
    pub witness: &'static str,
    pub words: String,
    pub forms: Vec<FormId>,
    pub period: Option<Period>,
    pub unit: Option<Unit>,
    pub agency: Option<Agency>,
    pub edition: Option<FormEdition>,
    pub release: Option<u64>,
}

/// A held document with all that is known of it.
pub struct Document {
    pub snapshot: Sha256,
    pub form: FormId,
    pub period: Period,
    pub names: Vec<String>,
    pub from: String,
    pub received: Option<DateTime<Utc>>,
    pub entries: Vec<(DatasetKey, Edition)>,
    pub identity: Identity,
}

/// Every held document of a scope.
///
/// # Errors
/// When a form is unknown, or the store or ledger fails.
pub async fn held(context: &Context, scope: &HeldScope) -> Result<Vec<HeldDocument>, Failure> {
    let catalogue = context.catalogue().await?;
    Ok(documents(context, &catalogue, scope)?.iter().map(|document| document.told(context, &catalogue)).collect())
}

/// The held documents of a scope.
///
/// # Errors
/// As [`held`].
pub fn documents(context: &Context, catalogue: &Catalogue, scope: &HeldScope) -> Result<Vec<Document>, Failure> {
    if let Some(form) = &scope.form {
        let any = scope.period.map_or_else(|| "2022-A1".parse(), Ok);
        let any = any.map_err(|error: domain::PeriodError| Failure::usage(error.to_string()))?;
        requirements::form(context.office.regulation(), any, form)?;
    }
    let mut by_document: BTreeMap<(FormId, Period, Sha256), Vec<(DatasetKey, Edition)>> = BTreeMap::new();
    for (key, edition) in catalogue.held().filter(|(key, _)| key.origin == context.origin && scope.takes(context, key))
    {
        let document = (key.form.clone(), key.period, edition.snapshot);
        by_document.entry(document).or_default().push((key.clone(), edition.clone()));
    }
    let mut documents = Vec::new();
    for ((form, period, snapshot), entries) in by_document {
        let receipts = context.artifacts.receipts(&snapshot).unwrap_or_default();
        let names: Vec<String> = receipts.iter().map(|r| r.meta.name.clone()).collect();
        if !scope.document.as_ref().is_none_or(|meant| is_meant(meant, &snapshot, &names)) {
            continue;
        }
        let Some((key, _)) = entries.first() else { continue };
        let identity = readings::told(context, snapshot, key)?.identity;
        let first = receipts.first();
        documents.push(Document {
            snapshot,
            form,
            period,
            names,
            from: first.map(|r| r.meta.url.clone()).unwrap_or_default(),
            received: first.map(|r| r.meta.received),
            entries,
            identity,
        });
    }
    Ok(documents)
}

/// The one document that is meant.
///
/// # Errors
/// When no document is held, or several are: the error lists them.
pub fn the_one(
    context: &Context,
    catalogue: &Catalogue,
    scope: &HeldScope,
    command: fn(&HeldDocument) -> &str,
) -> Result<Document, Failure> {
    let mut found = documents(context, catalogue, scope)?;
    match found.len() {
        1 => found.pop().ok_or_else(|| Failure::usage("no document is held")),
        0 => Err(Failure::usage(none(context, catalogue, scope)?)),
        several => {
            let lines: Vec<String> = found.iter().map(|d| line(&d.told(context, catalogue), command)).collect();
            Err(Failure::usage(format!("{several} documents are held; choose one:\n{}", lines.join("\n"))))
        }
    }
}

/// The pieces that a decision about a document touches: its form and period, and the judgement of all documents.
pub fn pieces(document: &Document) -> BTreeSet<Piece> {
    let of = |form: &FormId, period| Piece::Fetch(form.clone(), period);
    let read = document.entries.iter().map(|(key, _)| of(&key.form, key.period));
    read.chain([of(&document.form, document.period), Piece::Judge]).collect()
}

/// Why no document of a scope is held, and which other documents are held.
fn none(context: &Context, catalogue: &Catalogue, scope: &HeldScope) -> Result<String, Failure> {
    let meant = scope.words();
    let wider = HeldScope { form: scope.form.clone(), period: scope.period, ..HeldScope::default() };
    let others = documents(context, catalogue, &wider)?;
    if let Some(reason) = scope.document.as_ref().and_then(|document| decided(&context.artifacts, catalogue, document))
    {
        return Ok(format!("{meant}: no document of it is held; {reason}"));
    }
    if others.is_empty() {
        let came = catalogue.newest().any(|(key, _)| scope.takes(context, key));
        let why = if came { "no document of it is held" } else { "no such document has come" };
        return Ok(format!("{meant}: {why}; see {}", context.call.command("held")));
    }
    let lines: Vec<String> = others.iter().map(|d| line(&d.told(context, catalogue), |held| &held.accept)).collect();
    Ok(format!("{meant}: no document of it is held; held are\n{}", lines.join("\n")))
}

/// What was decided about a document that no longer waits.
fn decided(artifacts: &Artifacts, catalogue: &Catalogue, document: &str) -> Option<String> {
    let put_away = catalogue.put_beside().filter(|(_, edition)| edition.put_away.is_some());
    let mut meant = put_away.filter(|(_, edition)| {
        let receipts = artifacts.receipts(&edition.snapshot).unwrap_or_default();
        let names: Vec<String> = receipts.into_iter().map(|r| r.meta.name).collect();
        is_meant(document, &edition.snapshot, &names)
    });
    meant.find_map(|(_, edition)| edition.put_away.clone())
}

fn line(held: &HeldDocument, command: fn(&HeldDocument) -> &str) -> String {
    let subject: Vec<String> =
        held.read_as.iter().take(2).map(|s| format!("unit `{}`, agency `{}`", s.unit, s.agency)).collect();
    format!(
        "  `{}` (`{}`), form `{}` for `{}`, read as {}: {}\n    {}",
        held.name,
        held.document.short(),
        held.form,
        held.period,
        subject.join("; "),
        held.why,
        command(held)
    )
}

/// Whether the words of a person mean a document: the first digits of its hash, or its file name.
fn is_meant(meant: &str, snapshot: &Sha256, names: &[String]) -> bool {
    let name = std::path::Path::new(meant).file_name().map_or(meant.into(), |name| name.to_string_lossy());
    let is_hash = meant.len() >= 6 && snapshot.to_string().starts_with(&meant.to_lowercase());
    is_hash || names.iter().any(|known| *known == name)
}

impl HeldScope {
    fn takes(&self, context: &Context, key: &DatasetKey) -> bool {
        let period = |asked: Period| {
            let own = context.office.regulation().form(&key.form).and_then(|term| asked.ending_as(term.periodicity));
            own.unwrap_or(asked) == key.period
        };
        self.form.as_ref().is_none_or(|form| *form == key.form)
            && self.period.is_none_or(period)
            && self.unit.as_ref().is_none_or(|unit| *unit == key.unit)
            && self.agency.as_ref().is_none_or(|agency| *agency == key.agency)
    }

    /// The scope in words.
    fn words(&self) -> String {
        let parts = [
            self.document.as_ref().map(|d| format!("document `{d}`")),
            self.form.as_ref().map(|f| format!("form `{f}`")),
            self.period.map(|p| format!("period `{p}`")),
            self.unit.as_ref().map(|u| format!("unit `{u}`")),
            self.agency.as_ref().map(|a| format!("agency `{a}`")),
        ];
        let said: Vec<String> = parts.into_iter().flatten().collect();
        if said.is_empty() { "this office".to_owned() } else { said.join(", ") }
    }
}

impl Document {
    /// Its file name.
    pub fn name(&self) -> String {
        self.names.first().cloned().unwrap_or_else(|| self.snapshot.short())
    }

    /// Checks that it is the document that a person meant before its pieces were claimed.
    ///
    /// # Errors
    /// When it is another one, or was read anew.
    pub fn is_still(&self, meant: &Self) -> Result<(), Failure> {
        if self.snapshot == meant.snapshot && self.entries == meant.entries {
            return Ok(());
        }
        Err(Failure::usage(format!("what is held changed just now (`{}`): look again, then decide", meant.name()))
            .coded("busy"))
    }

    pub fn why(&self) -> String {
        let mut reasons: Vec<String> = self.entries.iter().filter_map(|(_, e)| e.held.clone()).collect();
        reasons.dedup();
        reasons.join("; ")
    }

    /// Whether it was requested for a unit and an agency; this is so if it came from an address.
    pub fn was_asked_for(&self) -> bool {
        self.from.contains("://")
    }

    pub fn witnesses(&self) -> [(&'static str, &Claims); 4] {
        let Identity { name, properties, title, content, .. } = &self.identity;
        [("name", name), ("properties", properties), ("title", title), ("content", content)]
    }

    fn told(&self, context: &Context, catalogue: &Catalogue) -> HeldDocument {
        let subject = |(key, edition): &(DatasetKey, Edition)| Subject {
            unit: key.unit.clone(),
            agency: key.agency.clone(),
            revision: edition.revision,
            in_use: catalogue.current(key).map(|current| current.revision),
        };
        let witness = |(witness, claims): (&'static str, &Claims)| Witness {
            witness,
            words: claims.words.clone(),
            forms: claims.forms.clone(),
            period: claims.period,
            unit: claims.unit.clone(),
            agency: claims.agency.clone(),
            edition: claims.edition.clone(),
            release: claims.release,
        };
        let says = self.witnesses().into_iter().map(witness).filter(Witness::says_anything).collect();
        let which = |act: &str| {
            context.call.command(act).option("--document", self.snapshot.short()).option("--period", self.period)
        };
        let to_be_said = self.to_be_said();
        let accept = to_be_said.iter().fold(which("accept"), |hint, option| hint.asked(option));
        HeldDocument {
            document: self.snapshot,
            name: self.name(),
            from: self.from.clone(),
            received: self.received,
            why: self.why(),
            read_as: self.entries.iter().map(subject).collect(),
            says,
            accept: accept.asked("--reason").line(),
            reject: which("reject").asked("--reason").line(),
            form: self.form.clone(),
            period: self.period,
        }
    }

    /// The options with which a person says what a document is when accepting it.
    fn to_be_said(&self) -> Vec<&'static str> {
        let [(key, _)] = &self.entries[..] else { return Vec::new() };
        let mut options = Vec::new();
        // The person says what the document does not say, or says in two ways. A proposed value could be pasted unread.
        if self.is_settled(|c| c.unit.as_ref(), &key.unit) != Settled::Yes {
            options.push("--as-unit");
        }
        if self.is_settled(|c| c.agency.as_ref(), &key.agency) != Settled::Yes {
            options.push("--as-agency");
        }
        options
    }

    /// Whether the witnesses agree that the document is about what it was read as.
    pub fn is_settled<'a, T: PartialEq + 'a>(
        &'a self,
        of: impl Fn(&'a Claims) -> Option<&'a T>,
        read_as: &T,
    ) -> Settled {
        // Each row of a service contains its region.
        if self.entries.iter().all(|(_, entry)| entry.edition == FormEdition::service()) {
            return Settled::Yes;
        }
        let said: Vec<&T> = self.witnesses().into_iter().filter_map(|(_, claims)| of(claims)).collect();
        match (said.is_empty(), said.iter().all(|value| *value == read_as)) {
            (true, _) if self.was_asked_for() => Settled::Yes,
            (true, _) => Settled::Unsaid,
            (false, true) => Settled::Yes,
            (false, false) => Settled::Contradicted,
        }
    }
}

/// Whether it is established what a document is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    Yes,
    Contradicted,
    Unsaid,
}

impl Witness {
    fn says_anything(&self) -> bool {
        !self.forms.is_empty()
            || self.period.is_some()
            || self.unit.is_some()
            || self.agency.is_some()
            || self.edition.is_some()
            || self.release.is_some()
    }
}
