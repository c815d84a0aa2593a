//! The letter that goes with a parcel.
//!
//! In: a parcel, its copies, and how its issue was built. Out: a letter. Unknown here: how a letter is sent.

use chrono::{DateTime, Utc};

use crate::{Context, Failure};
use assemble::prose;
use distribute::{Enclosure, Letter, LetterCopy, LetterText, Letters};
use domain::{Event, Fact, IssueRecord, Language, Origin, ParcelId, ParcelRecord};

/// Writes the letter of a parcel from the office's templates.
///
/// # Errors
/// When a template contains an unknown placeholder.
pub fn letter(
    context: &Context,
    letters: &Letters,
    record: &ParcelRecord,
    copies: &[Enclosure],
    built: &IssueRecord,
    language: Language,
) -> Result<Letter, Failure> {
    let (regulation, issue) = (context.office.regulation(), &record.parcel.issue);
    let title =
        |titles: Option<&domain::Titles>, id: &str| titles.map_or_else(|| id.to_owned(), |t| t.of(language).to_owned());
    let missing = built.incomplete.iter().map(|form| title(regulation.form(form).map(|f| &f.titles), form.as_str()));
    let sealed = copies.iter().any(Enclosure::is_sealed);
    let copies = copies.iter().map(|c| &c.record).map(|c| LetterCopy {
        number: c.number,
        of: c.of,
        file: c.file.clone(),
        sha256: c.sha256,
    });
    let text = LetterText {
        parcel: record.parcel.clone(),
        organ: title(regulation.recipient(&record.parcel.organ).map(|r| &r.titles), record.parcel.organ.as_str()),
        collection: title(regulation.collection(&issue.collection).map(|c| &c.titles), issue.collection.as_str()),
        period: prose::span(issue.period, context.lexicon(language)?),
        revision: issue.revision,
        supplement: issue.supplement,
        reason: built.reason.clone().unwrap_or_default(),
        copies: copies.collect(),
        sealed,
        content_id: built.content_id,
        sample: context.origin == Origin::Sample,
        draft: built.draft,
        incomplete: missing.collect(),
        office: context.office.settings.office.name.of(language).to_owned(),
        contact: context.office.settings.office.contact.clone(),
    };
    letters
        .write(language, &text)
        .map_err(|error| Failure::usage(format!("the letter of `{}`: {error}", record.parcel)))
}

/// When a copy of a parcel entered the register: the date of its first letter, which is the same for each attempt.
#[must_use]
pub fn queued_at(of: &ParcelId, number: u32, events: &[Event]) -> Option<DateTime<Utc>> {
    events.iter().find_map(|event| match &event.fact {
        Fact::Queued { parcel, copies } if parcel == of && copies.iter().any(|c| c.number == number) => Some(event.at),
        _ => None,
    })
}
