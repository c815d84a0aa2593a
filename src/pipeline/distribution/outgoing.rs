//! The parcels of one record as they are handed over: its copies that wait, with their letter, their addresses, and what
//! marks a later sending.
//!
//! In: a record, its issue, the templates of letters. Out: parcels. Unknown here: how a parcel is sent.

use std::collections::BTreeMap;

use crate::{
    Context, Failure,
    distribution::{
        cover_letter,
        encrypt::{self, Sealed},
        queue::Waiting,
        stored_copy::stored,
        transport_setup,
    },
};
use config::TooLargeFor;
use distribute::{Enclosure, Letters, Parcel, Repetition, RepetitionWords, Transport};
use domain::{CopyRecord, CopyStanding, EmailAddress, Event, Fact, IssueRecord, ParcelRecord, ParcelState};

/// What goes of one record.
#[derive(Debug, Default)]
pub struct Outgoing {
    pub parcels: Vec<Parcel>,
    /// For copies that every address of today has: nothing is left of their sending.
    pub done: Vec<Fact>,
}

/// The parcels of a record. `refused`: also what the server refused for good.
///
/// # Errors
/// When a copy is missing in the output, or a template of a letter contains an unknown placeholder.
pub fn parcels_of(
    context: &Context,
    letters: &Letters,
    (waiting, sealed): (&Waiting<'_>, &Sealed),
    events: &[Event],
    (transport, refused): (&dyn Transport, bool),
) -> Result<Outgoing, Failure> {
    let (record, built) = (waiting.record, waiting.built);
    let mark = context.office.settings.delivery_mark(&record.parcel.organ);
    let holds = (!refused).then_some(mark.as_str());
    let mut outgoing = Outgoing::default();
    for copies in batches(record, holds) {
        let parcel = parcel(context, letters, (record, &copies, sealed), built, events)?;
        if !transport.is_addressed() {
            outgoing.parcels.push(parcel);
            continue;
        }
        let all = |number: u32| transport_setup::addresses(&context.office, &record.parcel.organ, number);
        let of_copy = |number: u32| -> (Vec<EmailAddress>, Vec<EmailAddress>) {
            let copy = copies.iter().find(|copy| copy.record.number == number);
            let open = copy.map_or_else(|| all(number), |copy| copy.sending().open_addresses(all(number), holds));
            (open, all(number))
        };
        for part in transport_setup::by_address(&parcel, of_copy) {
            if part.to.is_empty() && part.sending.is_rest {
                outgoing.done.push(nothing_left(record, part.numbers()));
            } else {
                outgoing.parcels.push(part);
            }
        }
    }
    Ok(outgoing)
}

/// The fact that ends a sending of which addresses were open that the organ no longer has.
fn nothing_left(record: &ParcelRecord, copies: Vec<u32>) -> Fact {
    Fact::Outcome {
        parcel: record.parcel.clone(),
        attempt: record.attempts,
        state: ParcelState::Handed,
        words: "every address that the organ has today took it".into(),
        transient: false,
        copies,
        // No address is left.
        addresses: Some(Box::default()),
    }
}

/// The facts that end sendings of which only addresses are open that the organ no longer has: its refused address was
/// replaced, and the new one took the copies now.
pub fn nothing_left_after(context: &Context, record: &ParcelRecord, refused: bool) -> Option<Fact> {
    let mark = context.office.settings.delivery_mark(&record.parcel.organ);
    let holds = (!refused).then_some(mark.as_str());
    let has_all = |copy: &&CopyStanding| {
        let all = transport_setup::addresses(&context.office, &record.parcel.organ, copy.record.number);
        copy.sending().state.is_handed() && copy.sending().open_addresses(all, None).is_empty()
    };
    let ended = batches(record, holds).into_iter().flatten().filter(has_all);
    let numbers: Vec<u32> = ended.map(|copy| copy.record.number).collect();
    (!numbers.is_empty()).then(|| nothing_left(record, numbers))
}

/// The copies that wait, grouped by when they were numbered, by their sending, and by whether other addresses have them.
/// What an organ got as another's successor goes separately, with its own letter, and goes so again.
fn batches<'a>(record: &'a ParcelRecord, holds: Option<&str>) -> Vec<Vec<&'a CopyStanding>> {
    let mut batches: BTreeMap<(u32, u32, bool), Vec<&CopyStanding>> = BTreeMap::new();
    for copy in record.to_send().filter(|copy| holds.is_none_or(|mark| !copy.is_refused(mark))) {
        let sending = copy.sending();
        batches.entry((copy.record.of, sending.number, sending.state.is_handed())).or_default().push(copy);
    }
    batches.into_values().collect()
}

fn parcel(
    context: &Context,
    letters: &Letters,
    (record, copies, sealed): (&ParcelRecord, &[&CopyStanding], &Sealed),
    built: &IssueRecord,
    events: &[Event],
) -> Result<Parcel, Failure> {
    let (settings, organ) = (&context.office.settings, &record.parcel.organ);
    let language = settings.language_of(organ);
    let first = copies.first();
    let sending = first.map(|copy| copy.sending());
    let requested_at = sending.and_then(|sending| sending.requested_at);
    let number = first.map_or(1, |copy| copy.record.number);
    let date = requested_at.or_else(|| cover_letter::queued_at(&record.parcel, number, events));
    let nth = sending.map_or(1, |sending| sending.number);
    let lexicon = context.lexicon(language)?;
    let repeated = || RepetitionWords { mark: lexicon.sent_again(&nth), sentence: lexicon.sent_again_in_full(&nth) };
    let repetition = Repetition {
        number: nth,
        words: (nth > 1).then(repeated),
        of: first.and_then(|copy| copy.resend_of()).map(ToOwned::to_owned),
        is_rest: sending.is_some_and(|sending| sending.state.is_handed()),
        named: Vec::new(),
    };
    let copies = copies.iter().map(|copy| {
        if let Some((archive, content)) = sealed.of(&record.parcel, copy.record.number) {
            let as_sent = CopyRecord { file: archive.file.clone(), sha256: archive.sha256, ..copy.record.clone() };
            return Ok(Enclosure { record: as_sent, content: content.clone() });
        }
        let content = stored(context, &encrypt::copy_key(&context.office, &record.parcel, copy), "a copy")?;
        Ok(Enclosure { record: copy.record.clone(), content })
    });
    let copies: Vec<Enclosure> = copies.collect::<Result<_, Failure>>()?;
    let letter = cover_letter::letter(context, letters, record, &copies, built, language)?;
    Ok(Parcel {
        id: record.parcel.clone(),
        language,
        origin: context.origin,
        to: settings.addresses.get(organ).cloned().unwrap_or_default(),
        max_message_bytes: settings.largest_mail_of(organ),
        by_folder_if_large: settings.too_large_for(organ) == TooLargeFor::Folder,
        sending: repetition,
        settings: settings.delivery_mark(organ),
        letter,
        copies,
        date: date.unwrap_or_else(|| context.now()),
        attempts: record.attempts,
    })
}
