//! Finds documents that have the figures of another period, among those that came and those that are here.
//!
//! In: everything that was ever taken, what came now, and the verdicts of the judge of releases about both. Out: the
//! verdict "held" for each document that the judge took and that repeats another period. Unknown here: which figures
//! prove a repetition (`read::repeats`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{
    Catalogue, Context, Failure,
    intake::readings::{self, Told},
};
use domain::{DatasetKey, Edition, FormId, Period, Sha256};
use read::{Marked, RepeatMark, RepeatStanding, Verdict, repeats};

type Read = (Sha256, FormId, Period);

/// A document, with its positions among the verdicts.
struct Compared {
    name: String,
    marks: Vec<RepeatMark>,
    places: Vec<usize>,
    standing: RepeatStanding,
}

/// Whether a document is the answer of a service; such an answer is one document for all units.
fn is_service(told: &Told) -> bool {
    told.identity.edition == Some(Edition::service())
}

/// What the reader found in the newest revision of each dataset; an answer of several units is read once for all of
/// them.
///
/// # Errors
/// When it is lost and cannot be made again.
pub fn told(context: &Context, known: &[(DatasetKey, u32, Sha256)]) -> Result<Vec<Arc<Told>>, Failure> {
    let mut answers: BTreeMap<Read, Arc<Told>> = BTreeMap::new();
    let mut all = Vec::with_capacity(known.len());
    for (key, _, snapshot) in known {
        let read = (*snapshot, key.form.clone(), key.period);
        if let Some(told) = answers.get(&read) {
            all.push(Arc::clone(told));
            continue;
        }
        let told = Arc::new(readings::told(context, *snapshot, key)?);
        if is_service(&told) {
            answers.insert(read, Arc::clone(&told));
        }
        all.push(told);
    }
    Ok(all)
}

/// Holds what repeats another period. `known` is the newest revision of each dataset, in the order of the verdicts;
/// `told` is what the reader found in each. `new` is what came: its position among the verdicts, its name and its
/// marks.
///
/// # Errors
/// When stored figures are lost and cannot be made again.
pub fn hold(
    context: &Context,
    catalogue: &Catalogue,
    known: &[(DatasetKey, u32, Sha256)],
    told: &[Arc<Told>],
    new: Vec<(usize, &str, &[RepeatMark])>,
    verdicts: &mut [Verdict],
) -> Result<(), Failure> {
    let mut documents: BTreeMap<(Read, Option<usize>), Compared> = BTreeMap::new();
    let waits = |key: &DatasetKey, revision: u32| catalogue.held_beside(key).any(|held| held.revision == revision);
    // A form of which no document came and no document waits stays as it is.
    let came = new.iter().flat_map(|(.., marks)| marks.iter()).map(|mark| &mark.key.form);
    let waiting = known.iter().filter(|(key, revision, _)| waits(key, *revision)).map(|(key, ..)| &key.form);
    let forms: BTreeSet<&FormId> = came.chain(waiting).collect();
    for (place, (key, revision, snapshot)) in
        known.iter().enumerate().filter(|(_, (key, ..))| forms.contains(&key.form))
    {
        let told = &told[place];
        let read = ((*snapshot, key.form.clone(), key.period), (!is_service(told)).then_some(place));
        if !documents.contains_key(&read) {
            let marks = readings::marks(context, *snapshot, key, told)?;
            let name = told.identity.document.clone();
            let compared = Compared { name, marks, places: Vec::new(), standing: RepeatStanding::Held };
            documents.insert(read.clone(), compared);
        }
        if let Some(document) = documents.get_mut(&read) {
            document.places.push(place);
            if !waits(key, *revision) {
                document.standing = RepeatStanding::InUse;
            }
        }
    }
    let mut documents: Vec<Compared> = documents.into_values().collect();
    for document in &mut documents {
        // A unit whose newest revision comes from another document counts there.
        let keys: Vec<&DatasetKey> = document.places.iter().map(|place| &known[*place].0).collect();
        document.marks.retain(|mark| keys.contains(&&mark.key));
    }
    for (place, name, marks) in new.into_iter().filter(|(place, ..)| *place >= known.len()) {
        let (name, marks) = (name.to_owned(), marks.to_vec());
        documents.push(Compared { name, marks, places: vec![place], standing: RepeatStanding::New });
    }
    let marked = |document: &'_ Compared| -> bool {
        document.places.iter().any(|place| verdicts.get(*place) == Some(&Verdict::Taken))
    };
    let compared: Vec<Marked<'_>> = documents
        .iter()
        .map(|document| Marked {
            name: &document.name,
            marks: document.marks.iter().collect(),
            counts: marked(document),
            standing: document.standing,
        })
        .collect();
    for (document, why) in documents.iter().zip(repeats(&compared)) {
        let Some(why) = why else { continue };
        for place in &document.places {
            if let Some(verdict) = verdicts.get_mut(*place).filter(|verdict| **verdict == Verdict::Taken) {
                *verdict = Verdict::Held(why.clone());
            }
        }
    }
    Ok(())
}
