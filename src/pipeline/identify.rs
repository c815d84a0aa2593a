//! Identifies a file: whose copy it is, and whether it is as it was sent.
//!
//! In: the bytes of a file, the ledger, the output. Out: [`Identified`]. Unknown here: how marks are read and cells are
//! compared, which the crate `evidence` does.

use std::collections::BTreeSet;

use crate::{Context, Failure, distribution::repair};
use domain::{
    CopyNumber, CopyRecord, Event, Fact, Issue, Language, OrganId, ParcelId, Recipient, SealedCopy, Sha256, parcels,
};
use evidence::{Bytes, Identified, OtherMark, OwnershipClaim, TellTale, Voiced, Workbook, claims, compare};
use ledger::Filter;
use store::ArtifactKey;

/// Finds the copy of the register that a file is. A file with the bytes of the register is intact. The cells of any
/// other file are compared with what was sent: the copy in the output, or one that is stamped again from its master.
///
/// # Errors
/// When the ledger fails, or when the copy is known but neither it nor its master is in the output. A file that is not
/// a copy is not an error: the answer says so.
pub async fn identify(context: &Context, bytes: &[u8]) -> Result<Identified, Failure> {
    let found = Sha256::of(bytes);
    let events = context.events(&Filter::default().kinds(&["queued", "sealed", "built"])).await?;
    let register = Register::of(&events, &context.office.regulation().recipients);
    if let Some(row) = register.rows.iter().find(|row| row.copy.sha256 == found) {
        let mut known = told(context, row, &register, vec![TellTale::Hash], found).await?;
        known.intact = true;
        known.bytes = Some(Bytes::AsSent);
        known.words = "intact: the file is, byte for byte, the copy of the register".into();
        return Ok(known);
    }
    if let Some(row) = register.sealed_as(found) {
        let mut known = told(context, row, &register, vec![TellTale::Hash], found).await?;
        known.intact = true;
        known.bytes = Some(Bytes::AsSent);
        known.words =
            "intact: the file is, byte for byte, the encrypted archive that was sent; the copy is inside".into();
        return Ok(known);
    }
    if let Some(master) = register.masters.iter().find(|m| m.sha256 == found) {
        return Ok(of_no_organ(master, found));
    }
    let book = match Workbook::read(bytes) {
        Ok(book) => book,
        Err(error) => {
            return Ok(Identified::stranger(found, format!("the file is not a copy of this office: {error}")));
        }
    };
    let claims = claims(&book, &context.office.words);
    let Some(row) = register.claimed(&claims) else {
        let mut stranger = Identified::stranger(found, nobodys(&claims, &book));
        stranger.damage = book.damage;
        return Ok(stranger);
    };
    let is_his = |claim: &OwnershipClaim| register.find(claim).is_some_and(|r| r.is_the_copy(row));
    let (his, others): (Vec<_>, Vec<_>) = claims.iter().map(|(claim, _)| claim).partition(|claim| is_his(claim));
    let mut known = told(context, row, &register, his.iter().map(|claim| claim.place()).collect(), found).await?;
    // A different line on the cover is an altered cell, and is reported as one.
    let others = others.into_iter().filter(|claim| claim.place() != TellTale::Cover);
    known.other_marks = others.map(|claim| OtherMark { by: claim.place(), says: claim.words() }).collect();
    known.saved_by.clone_from(&book.saved_by);
    known.damage.clone_from(&book.damage);
    let sent = original(context, row, &register)?;
    let sent = Workbook::read(&sent)
        .map_err(|error| Failure::ours(format!("the copy `{}` of the output cannot be read", row.copy.file), error))?;
    known.judge(compare(&sent, &book), book.has_the_parts_of(&sent));
    Ok(known)
}

fn nobodys(claims: &[Voiced], book: &Workbook) -> String {
    let said = match claims.first() {
        None => "the workbook carries no mark of a copy: no property, no line on a cover, no foot of a page".into(),
        Some((claim, _)) => {
            format!("the workbook is marked as {}, but this office's register has no such copy", claim.words())
        }
    };
    if book.damage.is_empty() { said } else { format!("{said}; it is damaged: {}", book.damage.join("; ")) }
}

/// The answer for a master: copies are made from it, and it belongs to no organ.
fn of_no_organ(master: &Master<'_>, found: Sha256) -> Identified {
    let issue = master.issue;
    let words = format!(
        "the master of `{issue}` in `{}`: numbered copies are made from it; it is not a copy itself",
        master.language
    );
    Identified {
        collection: Some(issue.collection.clone()),
        period: Some(issue.period),
        revision: Some(issue.revision),
        supplement: Some(issue.supplement),
        content_id: Some(master.content),
        language: Some(master.language),
        ..Identified::stranger(found, words)
    }
}

/// One copy of the register.
struct Row<'a> {
    parcel: &'a ParcelId,
    copy: &'a CopyRecord,
}

impl Row<'_> {
    fn is_the_copy(&self, other: &Self) -> bool {
        self.parcel == other.parcel && self.copy.number == other.copy.number
    }
}

/// A master: its issue and language, the hash of its content, and the hash of its bytes.
struct Master<'a> {
    issue: &'a Issue,
    language: Language,
    content: Sha256,
    sha256: Sha256,
}

struct Register<'a> {
    rows: Vec<Row<'a>>,
    masters: Vec<Master<'a>>,
    /// The archives that copies were sent in.
    sealed: Vec<(&'a ParcelId, &'a SealedCopy)>,
    recipients: &'a [Recipient],
}

impl<'a> Register<'a> {
    fn of(events: &'a [Event], recipients: &'a [Recipient]) -> Self {
        let (mut rows, mut masters, mut sealed) = (Vec::new(), Vec::new(), Vec::new());
        for event in events {
            match &event.fact {
                Fact::Queued { parcel, copies } => rows.extend(copies.iter().map(|copy| Row { parcel, copy })),
                Fact::Sealed { parcel, copies } => sealed.extend(copies.iter().map(|copy| (parcel, copy))),
                Fact::Built { issue, language, content_id, master, .. } => {
                    let (language, content, sha256) = (*language, *content_id, *master);
                    masters.push(Master { issue, language, content, sha256 });
                }
                _ => {}
            }
        }
        Self { rows, masters, sealed, recipients }
    }

    /// The copy that was sent in an archive of this hash.
    fn sealed_as(&self, hash: Sha256) -> Option<&Row<'a>> {
        let (parcel, archive) = self.sealed.iter().find(|(_, archive)| archive.sha256 == hash)?;
        self.rows.iter().find(|row| row.parcel == *parcel && row.copy.number == archive.number)
    }

    /// The copy that the claims mean. If marks contradict each other, the document property decides, because people who
    /// change the visible text seldom change the property. Without a property, the copy with the most kinds of marks
    /// counts, then the copy with the most marks.
    fn claimed(&self, claims: &[Voiced]) -> Option<&Row<'a>> {
        let rows: Vec<(&Row<'a>, TellTale, usize)> =
            claims.iter().filter_map(|(claim, voices)| Some((self.find(claim)?, claim.place(), *voices))).collect();
        let weight = |row: &Row<'_>| {
            let for_it = || rows.iter().filter(|(other, ..)| other.is_the_copy(row));
            let by_property = for_it().any(|(_, kind, _)| *kind == TellTale::Property);
            let kinds: BTreeSet<TellTale> = for_it().map(|(_, kind, _)| *kind).collect();
            (by_property, kinds.len(), for_it().map(|(_, _, voices)| voices).sum::<usize>())
        };
        // Among equals the first counts: its claim is the fullest.
        rows.iter().rev().max_by_key(|(row, ..)| weight(row)).map(|(row, ..)| *row)
    }

    /// The copy that a claim means.
    fn find(&self, claim: &OwnershipClaim) -> Option<&Row<'a>> {
        let numbered = |row: &&Row<'_>, copy: &CopyNumber| row.copy.number == copy.number && row.copy.of == copy.of;
        match claim {
            OwnershipClaim::Property { parcel, copy } => {
                self.rows.iter().find(|row| row.parcel == parcel && numbered(row, copy))
            }
            OwnershipClaim::Footer { copy, organ, label, content } => self.rows.iter().find(|row| {
                row.parcel.organ == *organ
                    && row.parcel.issue.label() == *label
                    && numbered(row, copy)
                    && self.has_content(&row.parcel.issue, content)
            }),
            OwnershipClaim::Cover { copy, organ_title, content } => {
                let content = content.as_ref()?;
                self.rows.iter().find(|row| {
                    self.is_titled(&row.parcel.organ, organ_title)
                        && numbered(row, copy)
                        && self.has_content(&row.parcel.issue, content)
                })
            }
        }
    }

    fn has_content(&self, issue: &Issue, short: &str) -> bool {
        self.masters.iter().any(|m| m.issue == issue && m.content.short() == short)
    }

    fn is_titled(&self, organ: &OrganId, title: &str) -> bool {
        let known = self.recipients.iter().find(|r| r.id == *organ);
        known.is_some_and(|r| r.titles.texts().any(|(_, known)| known == title))
    }

    fn content(&self, issue: &Issue) -> Option<Sha256> {
        self.masters.iter().rev().find(|m| m.issue == issue).map(|m| m.content)
    }
}

async fn told(
    context: &Context,
    row: &Row<'_>,
    register: &Register<'_>,
    mut told_by: Vec<TellTale>,
    found: Sha256,
) -> Result<Identified, Failure> {
    told_by.sort();
    told_by.dedup();
    let issue = &row.parcel.issue;
    let standing = parcels(&context.events(&Filter::of_periods([issue.period])).await?);
    let copies = standing.get(row.parcel).map(|record| &record.copies);
    let state = copies.and_then(|c| c.iter().find(|c| c.record.number == row.copy.number)).map(|c| c.state);
    Ok(Identified {
        collection: Some(issue.collection.clone()),
        period: Some(issue.period),
        revision: Some(issue.revision),
        supplement: Some(issue.supplement),
        organ: Some(row.parcel.organ.clone()),
        copy: Some(row.copy.number),
        of: Some(row.copy.of),
        content_id: register.content(issue),
        told_by,
        language: row.copy.language(),
        origin: Some(context.origin),
        state,
        sha256: Some(found),
        registered: Some(row.copy.sha256),
        ..Identified::default()
    })
}

/// The bytes that were sent: their hash is that of the register.
fn original(context: &Context, row: &Row<'_>, register: &Register<'_>) -> Result<Vec<u8>, Failure> {
    let (CopyRecord { number, of, sha256, .. }, ParcelId { issue, organ }) = (row.copy, row.parcel);
    let kept = row.copy.language().and_then(|language| {
        let (issue, organ) = (issue.clone(), organ.clone());
        let key = ArtifactKey::Copy { issue, organ, language, number: *number, of: *of };
        context.artifacts.fetch_as(&key, sha256).ok()
    });
    let masters = register.masters.iter().filter(|m| m.issue == issue);
    kept.or_else(|| {
        masters
            .rev()
            .find_map(|m| repair::again(context, row.parcel, row.copy, m.language, m.content))
            .map(|(_, bytes)| bytes)
    })
    .ok_or_else(|| {
        Failure::usage(format!(
            "the file says that it is copy {number} of `{}`, but neither that copy nor its master is in the output any \
             more: restore `{}` from a backup, then ask again",
            row.parcel,
            context.output.display()
        ))
    })
}
