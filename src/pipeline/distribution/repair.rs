//! Repairs copies that were lost or altered between their numbering and their sending.
//!
//! The same master gives, under the same number, the hash of the register. So a copy that is stamped again takes the
//! place of the lost one, and what goes is what was numbered and approved.
//!
//! In: waiting parcels. Out: the parcels that can go. Unknown here: transports.

use crate::{
    Context, Trouble,
    collections::masters,
    context::parallel::in_parallel,
    distribution::{encrypt::copy_key, queue::Waiting},
};
use domain::{CopyRecord, CopyStanding, Language, ParcelId, Sha256};
use store::ArtifactKey;
use workbook::{CopyMark, Stamper};

/// Makes copies again that are not as they were numbered. If a copy cannot be made again, a parcel that has to be
/// sealed leaves the queue; any other parcel stays, and the journal records the failure when the parcel is tried.
pub fn restored<'a>(context: &Context, queue: Vec<Waiting<'a>>, troubles: &mut Vec<Trouble>) -> Vec<Waiting<'a>> {
    let work: Vec<(&Waiting<'_>, &CopyStanding)> = queue
        .iter()
        .flat_map(|waiting| {
            let open = waiting.record.to_send().filter(|copy| copy.sealed.is_none());
            open.map(move |copy| (waiting, copy))
        })
        .collect();
    let whole = in_parallel(&work, |(waiting, copy)| is_whole(context, waiting, copy));
    let lost = work.iter().zip(whole).filter(|(_, whole)| !whole);
    let lost: Vec<(ParcelId, u32)> =
        lost.map(|((waiting, copy), _)| (waiting.record.parcel.clone(), copy.record.number)).collect();
    let mut stays = |waiting: &Waiting<'_>| {
        let parcel = &waiting.record.parcel;
        let Some((_, number)) = lost.iter().find(|(of, _)| of == parcel) else { return true };
        if !context.office.settings.encrypts_for(&parcel.organ) {
            return true;
        }
        let why =
            format!("not sent: copy {number} is not as it was numbered, nor is its master: restore it from a backup");
        troubles.push(Trouble::new(format!("parcel `{parcel}`"), why));
        false
    };
    queue.into_iter().filter(|waiting| stays(waiting)).collect()
}

fn is_whole(context: &Context, waiting: &Waiting<'_>, copy: &CopyStanding) -> bool {
    let (parcel, record) = (&waiting.record.parcel, &copy.record);
    let key = copy_key(&context.office, parcel, copy);
    if context.artifacts.fetch_as(&key, &record.sha256).is_ok() {
        return true;
    }
    let language = record.language().unwrap_or_else(|| context.office.settings.language_of(&parcel.organ));
    let Some((_, bytes)) = again(context, parcel, record, language, waiting.built.content_id) else { return false };
    context.artifacts.set_aside(&key);
    let is_put = context.artifacts.replace(&key, &bytes).is_ok();
    tracing::warn!(%parcel, copy = record.number, "a copy was not as it was numbered and is made again from its master");
    is_put
}

/// The key of the master that gives the bytes of the register, and the copy stamped again from it; `None` if no master
/// does.
pub fn again(
    context: &Context,
    parcel: &ParcelId,
    copy: &CopyRecord,
    language: Language,
    content_id: Sha256,
) -> Option<(ArtifactKey, Vec<u8>)> {
    let ParcelId { issue, organ } = parcel;
    let titles = &context.office.regulation().recipient(organ)?.titles;
    let mark = CopyMark {
        collection: issue.collection.clone(),
        period: issue.period,
        revision: issue.revision,
        supplement: issue.supplement,
        organ: organ.clone(),
        organ_title: titles.of(language).to_owned(),
        number: copy.number,
        of: copy.of,
        language,
        numbered: context.lexicon(language).ok()?.copy_of(&copy.number, &copy.of),
        content_id,
    };
    masters::places(issue, language).find_map(|key| {
        let stamped = Stamper::new(context.artifacts.fetch(&key).ok()?).ok()?.stamp(&mark).ok()?;
        (Sha256::of(&stamped) == copy.sha256).then_some((key, stamped))
    })
}
