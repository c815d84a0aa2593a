//! Numbering the copies: each organ's copies out of the master, each a row in the register.

use super::{Built, Desk, Failure, abreast::abreast, progress::Step};
use crate::{
    domain::{CopyRecord, Fact, Issue, Language, OrganId, ParcelId, Recipient, parcels},
    ledger::Filter,
    store::ArtifactKey,
    workbook::{CopyMark, Stamper},
};

/// What an organ is to get of an issue.
#[derive(Debug, Clone)]
struct Share<'a> {
    recipient: &'a Recipient,
    copies: u32,
    language: Language,
}

/// Stamps the copies of an issue and enters them into the register; parcels that are there already are left alone.
/// Returns how many parcels were added.
///
/// # Errors
/// When a master cannot be stamped, a copy of the same number holds other bytes, or the ledger fails.
pub async fn register(desk: &Desk, built: &Built) -> Result<usize, Failure> {
    let events = desk.events(&Filter::of_periods([built.issue.period])).await?;
    let known = parcels(&events);
    let shares: Vec<Share<'_>> = shares(desk, &built.issue)
        .into_iter()
        .filter(|s| !known.contains_key(&parcel(&built.issue, &s.recipient.id)))
        .collect();
    if shares.is_empty() {
        return Ok(0);
    }
    desk.progress.begin(Step::Stamp, shares.iter().map(|s| s.copies as usize).sum());
    let facts = tokio::task::block_in_place(|| stamp_all(desk, built, &shares));
    desk.progress.end(Step::Stamp);
    let facts = facts?;
    desk.record(&facts).await?;
    Ok(facts.len())
}

fn parcel(issue: &Issue, organ: &OrganId) -> ParcelId {
    ParcelId { issue: issue.clone(), organ: organ.clone() }
}

fn shares<'a>(desk: &'a Desk, issue: &Issue) -> Vec<Share<'a>> {
    let regulation = desk.office.regulation();
    let entitled = |recipient: &'a Recipient| {
        let copies = regulation.matrix.entitlement(&issue.collection, &recipient.id).copies();
        (copies > 0).then(|| Share { recipient, copies, language: desk.office.settings.language_of(&recipient.id) })
    };
    regulation.recipients.iter().filter_map(entitled).collect()
}

fn stamp_all(desk: &Desk, built: &Built, shares: &[Share<'_>]) -> Result<Vec<Fact>, Failure> {
    let mut facts = Vec::new();
    for language in Language::ALL {
        let ours: Vec<&Share<'_>> = shares.iter().filter(|s| s.language == language).collect();
        if ours.is_empty() {
            continue;
        }
        let master = desk.artifacts.fetch(&built.master_key(language)).map_err(|error| {
            Failure::ours(format!("the master of {} in `{language}` is not there", built.issue), error)
        })?;
        let stamper = Stamper::new(master)
            .map_err(|error| Failure::ours(format!("the master of {} cannot be stamped", built.issue), error))?;
        let queued: Vec<Fact> =
            abreast(&ours, |share| stamp_parcel(desk, built, &stamper, share)).into_iter().collect::<Result<_, _>>()?;
        facts.extend(queued);
    }
    Ok(facts)
}

fn stamp_parcel(desk: &Desk, built: &Built, stamper: &Stamper, share: &Share<'_>) -> Result<Fact, Failure> {
    let Issue { collection, period, revision } = &built.issue;
    let mut copies = Vec::new();
    for number in 1..=share.copies {
        let mark = CopyMark {
            collection: collection.clone(),
            period: *period,
            revision: *revision,
            organ: share.recipient.id.clone(),
            organ_title: share.recipient.titles.of(share.language).to_owned(),
            number,
            of: share.copies,
            language: share.language,
            content_id: built.content_id,
        };
        let bytes = stamper
            .stamp(&mark)
            .map_err(|error| Failure::ours(format!("copy {number} of {} cannot be stamped", mark.parcel()), error))?;
        let key = ArtifactKey::Copy {
            issue: built.issue.clone(),
            organ: mark.organ.clone(),
            language: mark.language,
            number,
            of: share.copies,
        };
        let sha256 = desk
            .artifacts
            .put(&key, &bytes)
            .map_err(|error| Failure::ours(format!("copy {number} of {} cannot be stored", mark.parcel()), error))?;
        copies.push(CopyRecord { number, of: share.copies, file: mark.file_name(), sha256 });
        desk.progress.advance(Step::Stamp);
    }
    Ok(Fact::Queued { parcel: parcel(&built.issue, &share.recipient.id), copies })
}
