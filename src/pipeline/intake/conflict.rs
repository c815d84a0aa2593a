//! Finds documents that claim the same dataset: a conflict, unless they say the same.
//!
//! In: the documents of a delivery, and the catalogue. Out: which of them contradict another document, and which of
//! them say what another one says. Neither names nor the order of arrival decide. A file that replaces another one
//! under the same name, or an address that gives another answer than before, is the next revision and not a conflict.
//! Unknown here: whether a document is what it says.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use crate::{Catalogue, Context, Failure, intake::readings};
use domain::{Dataset, DatasetKey, Figure, Sha256, counted};
use store::SnapshotReceipt;

/// A document of a delivery that was read.
#[derive(Debug, Clone, Copy)]
pub struct Delivered<'a> {
    /// Its position in the delivery.
    pub place: usize,
    pub snapshot: Sha256,
    pub name: &'a str,
    /// Where it came from: an address, or a path.
    pub from: &'a str,
    pub keys: &'a [DatasetKey],
}

/// The conflicts and the repetitions among the documents of a delivery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conflicts {
    /// Why a document has to wait, and for which others.
    pub held: BTreeMap<usize, (String, Vec<Sha256>)>,
    /// The datasets for which a document says what another one says.
    pub same: BTreeSet<(usize, DatasetKey)>,
    /// The datasets that were read from a document before another one replaced it.
    pub seen: BTreeSet<(usize, DatasetKey)>,
}

/// The claim of a document to a dataset. `place` is its position in the delivery; `None` if it came before, and is in
/// use or waits.
struct Claim {
    place: Option<usize>,
    snapshot: Sha256,
    name: String,
    from: String,
}

/// One of several documents that were read as the same dataset.
struct Claimant {
    place: Option<usize>,
    snapshot: Sha256,
    name: String,
    from: String,
    figures: Dataset,
}

/// Finds documents that claim the same dataset. `fresh` contains what may become a revision, `there` the hashes of
/// everything in the delivery.
///
/// # Errors
/// When the store fails.
pub fn conflicts(
    context: &Context,
    catalogue: &Catalogue,
    fresh: &[Delivered<'_>],
    there: &BTreeSet<Sha256>,
) -> Result<Conflicts, Failure> {
    let mut by_key: BTreeMap<&DatasetKey, Vec<&Delivered<'_>>> = BTreeMap::new();
    for document in fresh {
        for key in document.keys {
            by_key.entry(key).or_default().push(document);
        }
    }
    let mut found = Conflicts::default();
    for (key, documents) in by_key {
        let mut claims = Vec::new();
        let current = catalogue.current(key);
        let receipts = |snapshot: &Sha256| context.artifacts.receipts(snapshot).unwrap_or_default();
        let in_use = current.map(|e| (e.snapshot, receipts(&e.snapshot)));
        let mut claiming = Vec::new();
        for document in documents {
            let again = catalogue.revisions(key).iter().any(|e| e.snapshot == document.snapshot);
            let replaced =
                in_use.as_ref().is_some_and(|(_, r)| r.iter().any(|r| is_same_place(&r.meta.url, document.from)));
            let is_current = in_use.as_ref().is_some_and(|(snapshot, _)| *snapshot == document.snapshot);
            if again && !replaced && !is_current {
                found.seen.insert((document.place, key.clone()));
            } else {
                claiming.push(document);
            }
        }
        let mut hashes: BTreeSet<Sha256> = BTreeSet::new();
        for document in &claiming {
            if hashes.insert(document.snapshot) {
                let (name, from) = (document.name.to_owned(), document.from.to_owned());
                claims.push(Claim { place: Some(document.place), snapshot: document.snapshot, name, from });
            }
        }
        let before = |snapshot: Sha256, receipts: &[SnapshotReceipt]| {
            let (name, from) = receipts.first().map(|r| (r.meta.name.clone(), r.meta.url.clone())).unwrap_or_default();
            Claim { place: None, snapshot, name, from }
        };
        if let Some((snapshot, receipts)) = in_use
            && !hashes.contains(&snapshot)
            && (there.contains(&snapshot) || claiming.iter().any(|d| lies_beside(&receipts, snapshot, d.from)))
        {
            claims.push(before(snapshot, &receipts));
        }
        for rival in catalogue.held_beside(key).filter(|e| !e.rivals.is_empty() && !hashes.contains(&e.snapshot)) {
            let receipts = receipts(&rival.snapshot);
            if receipts.iter().any(|r| is_still_there(&r.meta.url, rival.snapshot)) {
                claims.push(before(rival.snapshot, &receipts));
            }
        }
        judge(key, &mut claimants(context, key, claims)?, &claiming, &mut found);
    }
    Ok(found)
}

/// The claims with their figures; nothing is read if only one document claims the dataset.
fn claimants(context: &Context, key: &DatasetKey, claims: Vec<Claim>) -> Result<Vec<Claimant>, Failure> {
    if claims.len() < 2 {
        return Ok(Vec::new());
    }
    let mut claimants = Vec::new();
    for Claim { place, snapshot, name, from } in claims {
        let figures = readings::stored(context, snapshot, key)?.into_iter().find(|d| d.key == *key);
        claimants.extend(figures.map(|figures| Claimant { place, snapshot, name, from, figures }));
    }
    Ok(claimants)
}

fn judge(key: &DatasetKey, claimants: &mut [Claimant], delivered: &[&Delivered<'_>], found: &mut Conflicts) {
    // Files of the same name are distinguished by where they lie.
    let names = claimants.iter().map(|c| c.name.as_str()).collect::<BTreeSet<&str>>().len();
    if names < claimants.len() {
        for claimant in claimants.iter_mut() {
            claimant.name.clone_from(&claimant.from);
        }
    }
    let Some((first, others)) = claimants.split_first() else { return };
    if others.is_empty() {
        return;
    }
    if let Some(other) = others.iter().find(|other| other.figures.sections != first.figures.sections) {
        let names: Vec<String> = claimants.iter().map(|c| format!("`{}`", c.name)).collect();
        let (last, before) =
            names.split_last().map_or((String::new(), String::new()), |(l, b)| (l.clone(), b.join(", ")));
        let why = format!(
            "{before} and {last} are {} documents for one dataset, {key}, and differ{}",
            claimants.len(),
            difference(first, other)
        );
        // Equal bytes may have come under several names.
        for Delivered { place, snapshot, .. } in delivered {
            let rivals = claimants.iter().map(|c| c.snapshot).filter(|other| other != snapshot);
            let (words, all) = found.held.entry(*place).or_insert_with(|| (why.clone(), Vec::new()));
            if *words != why && !words.contains(" (and of other datasets)") {
                words.push_str(" (and of other datasets)");
            }
            all.extend(rivals);
            all.sort();
            all.dedup();
        }
        return;
    }
    // The document in use, or else the one that came first, represents all of them.
    let spokesman = claimants.iter().position(|c| c.place.is_none()).unwrap_or(0);
    for (number, claimant) in claimants.iter().enumerate() {
        if let Some(place) = claimant.place.filter(|_| number != spokesman) {
            found.same.insert((place, key.clone()));
        }
    }
}

/// The first place in which two documents differ, in words for a person.
fn difference(one: &Claimant, other: &Claimant) -> String {
    let said = |figure: Option<&Figure>| match figure {
        Some(Figure::Number(number)) => number.to_string(),
        Some(Figure::Text(text)) => format!("`{text}`"),
        Some(Figure::Blank) | None => "nothing".to_owned(),
    };
    let mut count = 0;
    let mut first = None;
    for section in &one.figures.sections {
        for (row, column) in section.rows.iter().flat_map(|r| section.columns.iter().map(move |c| (r, c))) {
            let [here, there] = [&one.figures, &other.figures].map(|d| d.figure(&section.id, &row.code, &column.code));
            if here == there {
                continue;
            }
            count += 1;
            first.get_or_insert_with(|| {
                format!(
                    ": section {}, row {}, column {} is {} in `{}` and {} in `{}`",
                    section.id,
                    row.code,
                    column.code,
                    said(here),
                    one.name,
                    said(there),
                    other.name
                )
            });
        }
    }
    match (first, count) {
        (Some(first), 1) => first,
        (Some(first), count) => format!("{first}, and in {}", counted(count - 1, "other figure")),
        (None, _) => ": their tables have other rows or columns".to_owned(),
    }
}

/// The lasting part of an address: the sample office opens a different port each time.
fn lasting(url: &str) -> &str {
    let rest = url.strip_prefix("http://127.0.0.1:");
    rest.map_or(url, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn is_same_place(one: &str, other: &str) -> bool {
    lasting(one) == lasting(other)
}

fn is_address(from: &str) -> bool {
    from.contains("://")
}

/// Whether a document came from the same folder or host as another one, under another name, and is still there.
fn lies_beside(receipts: &[SnapshotReceipt], snapshot: Sha256, from: &str) -> bool {
    if receipts.iter().any(|r| is_same_place(&r.meta.url, from)) {
        return false;
    }
    let home = |url: &str| match url.split_once("://") {
        Some((scheme, rest)) if is_address(url) => {
            Some(format!("{scheme}://{}", rest.split(['/', '?']).next().unwrap_or_default()))
        }
        _ => Path::new(url).parent().map(|parent| parent.display().to_string()),
    };
    let beside = |receipt: &&SnapshotReceipt| {
        let url = receipt.meta.url.as_str();
        is_address(url) == is_address(from) && home(url) == home(from)
    };
    receipts.iter().filter(beside).any(|r| is_still_there(&r.meta.url, snapshot))
}

/// Whether a file still has the bytes that came from it. An address cannot be checked, so it counts as still there.
fn is_still_there(url: &str, snapshot: Sha256) -> bool {
    is_address(url) || std::fs::read(url).is_ok_and(|bytes| Sha256::of(&bytes) == snapshot)
}
