//! What follows only from several documents together: the month of a release, and documents of another period under the
//! name of this one.
//!
//! In come the identities of documents; out comes a verdict for each. This module does not know figures or files. All
//! forms of a period share one release number. Its month is the one that most files say. The order of the documents
//! does not count, but more documents may change a verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Identity;
use domain::{Period, Periodicity};

/// What happens to a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", content = "why", rename_all = "lowercase")]
pub enum Verdict {
    /// No objection was found.
    Taken,
    /// It waits for a named person to accept it, for this reason.
    Held(String),
    /// It is another period's document.
    Refused(String),
}

/// Which release belongs to which month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Releases {
    month_of: BTreeMap<u64, Period>,
    release_of: BTreeMap<Period, u64>,
    /// Months with a release that at least two files have.
    sure: BTreeMap<Period, u64>,
    /// Releases with a month that cannot be theirs, and the document that shows it.
    impossible: BTreeMap<(u64, Period), String>,
    /// Releases that files have under several months without a majority for one: their properties are left over from
    /// other documents.
    astray: BTreeMap<u64, Vec<Period>>,
}

/// The least number of figures that are not zero. Only then do equal figures prove that two documents are the same.
const WEIGHTY: usize = 20;

impl Releases {
    /// Counts the releases of all documents that agree with themselves. The properties of the others may be left over
    /// from other documents, and so may their release. Three such files once outvoted the correct ones of a month.
    #[must_use]
    pub fn learn<'a>(documents: impl IntoIterator<Item = &'a Identity>) -> Self {
        let documents: Vec<&Identity> = documents.into_iter().collect();
        let mut learned = Self::default();
        for document in documents.iter().filter(|document| document.is_impossible) {
            if let (Some(release), Some(month)) = (document.release, month(document)) {
                learned.impossible.insert((release, month), document.document.clone());
            }
        }
        let mut claims: BTreeMap<u64, BTreeMap<Period, usize>> = BTreeMap::new();
        for document in documents.into_iter().filter(|document| document.held.is_none()) {
            if let (Some(release), Some(month)) = (document.release, month(document))
                && !learned.impossible.contains_key(&(release, month))
            {
                *claims.entry(release).or_default().entry(month).or_default() += 1;
            }
        }
        let mut best: BTreeMap<Period, (usize, u64)> = BTreeMap::new();
        for (release, months) in &claims {
            let all: usize = months.values().sum();
            match months.iter().max_by_key(|(_, votes)| **votes) {
                Some((month, votes)) if votes * 2 > all => {
                    learned.month_of.insert(*release, *month);
                    let entry = best.entry(*month).or_insert((0, *release));
                    if *votes > entry.0 {
                        *entry = (*votes, *release);
                    }
                }
                _ => {
                    learned.astray.insert(*release, months.keys().copied().collect());
                }
            }
        }
        let sure = best.iter().filter(|(_, (votes, _))| *votes > 1);
        learned.sure = sure.map(|(month, (_, release))| (*month, *release)).collect();
        learned.release_of = best.into_iter().map(|(month, (_, release))| (month, release)).collect();
        learned
    }

    /// The month of a release, if most files agree on it.
    #[must_use]
    pub fn month_of(&self, release: u64) -> Option<Period> {
        self.month_of.get(&release).copied()
    }

    /// The release of a month.
    #[must_use]
    pub fn release_of(&self, month: Period) -> Option<u64> {
        self.release_of.get(&month.ending_as(Periodicity::Month)?).copied()
    }

    /// The months whose releases come directly before and after a release. Both are `None` if release numbers do not
    /// grow with time.
    fn neighbours(&self, release: u64) -> (Option<Period>, Option<Period>) {
        let others: Vec<(Period, u64)> =
            self.sure.iter().filter(|(_, known)| **known != release).map(|(month, known)| (*month, *known)).collect();
        if !others.is_sorted_by_key(|(_, known)| *known) {
            return (None, None);
        }
        let before = others.iter().filter(|(_, known)| *known < release).map(|(month, _)| *month).max();
        let after = others.iter().filter(|(_, known)| *known > release).map(|(month, _)| *month).min();
        (before, after)
    }
}

/// The month that a document is taken for.
fn month(document: &Identity) -> Option<Period> {
    document.period?.ending_as(Periodicity::Month)
}

/// Judges documents together, and returns a verdict for each, in their order. The documents are all that were ever
/// taken of one origin, and the new ones.
#[must_use]
pub fn judge(documents: &[Identity]) -> Vec<Verdict> {
    let releases = Releases::learn(documents);
    let twins = twins(documents);
    documents
        .iter()
        .enumerate()
        .map(|(place, document)| {
            let twin = twins.get(&place).map(|other| &documents[*other]);
            judge_one(document, twin, &releases)
        })
        .collect()
}

fn judge_one(document: &Identity, twin: Option<&Identity>, releases: &Releases) -> Verdict {
    let equal = twin.map(|t| format!("it equals `{}` in every figure", t.document));
    let with_equal = |why: String| equal.as_ref().map_or_else(|| why.clone(), |equal| format!("{why}, and {equal}"));
    let by_release = by_release(document, releases);
    // The document is already held for its own disagreements, which say more than the release does.
    if let Some(held) = &document.held {
        let more = by_release.map_or_else(String::new, |(_, why)| format!("; {why}"));
        return Verdict::Held(format!("{held}{more}"));
    }
    match by_release {
        Some((true, why)) => return Verdict::Refused(with_equal(why)),
        Some((false, why)) => return Verdict::Held(with_equal(why)),
        None => {}
    }
    let Some((twin, equal)) = twin.zip(equal) else { return Verdict::Taken };
    let twin_is_wrong = twin.held.is_some() || self::by_release(twin, releases).is_some();
    if twin_is_wrong {
        return Verdict::Taken;
    }
    let confirmed = |d: &Identity| d.release.is_some() && d.release == month(d).and_then(|m| releases.release_of(m));
    match (confirmed(document), confirmed(twin)) {
        (true, false) => Verdict::Taken,
        (false, true) => Verdict::Refused(format!("{equal}, whose release is that of its month")),
        _ => Verdict::Held(format!("{equal}, though they are of different periods")),
    }
}

/// Why a document's release is not that of its month, and whether it is certainly of another month.
fn by_release(document: &Identity, releases: &Releases) -> Option<(bool, String)> {
    let (release, month) = (document.release?, month(document)?);
    if let Some(other) = releases.impossible.get(&(release, month)) {
        return Some((
            false,
            format!("its release {release} is also that of `{other}`, whose unit did not exist in `{month}`"),
        ));
    }
    if let Some(months) = releases.astray.get(&release) {
        let months: Vec<String> = months.iter().map(|m| format!("`{m}`")).collect();
        let months = months.join(" and ");
        return Some((
            false,
            format!(
                "its release {release} occurs under {months}, under none of them in most documents, so its month is unknown"
            ),
        ));
    }
    let own = releases.month_of(release)?;
    if own != month {
        return Some((
            true,
            format!("it is another period's document: its release {release} is that of `{own}`, not of `{month}`"),
        ));
    }
    let usual = releases.release_of(month)?;
    let (before, after) = releases.neighbours(release);
    let out_of_order = before.is_some_and(|b| b > month) || after.is_some_and(|a| a < month);
    if usual == release && !out_of_order {
        return None;
    }
    let where_to = match (before, after) {
        (Some(before), Some(after)) => format!("lies between those of `{before}` and `{after}`"),
        (Some(before), None) => format!("is later than that of `{before}`"),
        (None, Some(after)) => format!("is earlier than that of `{after}`"),
        (None, None) => "is not that of the others".to_owned(),
    };
    let others = if usual == release { String::new() } else { format!("; other files of `{month}` carry {usual}") };
    let why = format!("its release {release} {where_to}{others}");
    // If the content itself says the month, the properties are wrong.
    let certain = out_of_order && usual != release && document.content.period.is_none();
    Some((certain, if certain { format!("it is another period's document: {why}") } else { why }))
}

/// For each document that has a twin: a document of the same form, unit and agency with equal figures and another
/// period.
fn twins(documents: &[Identity]) -> BTreeMap<usize, usize> {
    let mut by_figures: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (place, document) in documents.iter().enumerate() {
        if let (Some(hash), true) = (document.fingerprint, document.weighty >= WEIGHTY) {
            let key = (hash, document.form.clone(), document.unit.clone(), document.agency.clone());
            by_figures.entry(key).or_default().push(place);
        }
    }
    let mut twins = BTreeMap::new();
    for places in by_figures.values().filter(|p| p.len() > 1) {
        for place in places {
            let other = places.iter().find(|other| month(&documents[**other]) != month(&documents[*place]));
            twins.extend(other.map(|other| (*place, *other)));
        }
    }
    twins
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Sha256;

    fn document(name: &str, month: &str, release: u64) -> Identity {
        Identity {
            document: name.into(),
            period: Some(month.parse().unwrap()),
            release: Some(release),
            form: Some("3-k".parse().unwrap()),
            fingerprint: Some(Sha256::of(name.as_bytes())),
            weighty: 100,
            ..Identity::default()
        }
    }

    #[test]
    fn a_release_belongs_to_the_month_that_most_files_say_in_any_order() {
        let mut documents = vec![
            document("stray", "2022-M09", 31630),
            document("a", "2023-M09", 31630),
            document("b", "2023-M09", 31630),
            document("c", "2022-M09", 27219),
            document("d", "2022-M09", 27219),
        ];
        for _ in 0..documents.len() {
            documents.rotate_left(1);
            let verdicts = judge(&documents);
            for (document, verdict) in documents.iter().zip(verdicts) {
                let refused = matches!(verdict, Verdict::Refused(ref why) if why.contains("`2023-M09`"));
                assert_eq!(refused, document.document == "stray", "{}", document.document);
            }
        }
    }

    #[test]
    fn a_release_that_several_months_claim_is_nobodys() {
        let documents =
            [document("a", "2023-M03", 16057), document("b", "2023-M04", 16057), document("c", "2023-M03", 29379)];
        let verdicts = judge(&documents);
        assert!(matches!(&verdicts[0], Verdict::Held(why) if why.contains("16057")));
        assert_eq!(verdicts[2], Verdict::Taken);
    }

    #[test]
    fn documents_that_disagree_with_themselves_have_no_vote() {
        let stale = |name: &str, month: &str| Identity {
            held: Some("its edition was replaced before".into()),
            ..document(name, month, 16057)
        };
        let mut documents = vec![
            stale("a", "2023-M03"),
            stale("b", "2023-M03"),
            stale("c", "2023-M03"),
            stale("d", "2023-M04"),
            document("e", "2023-M03", 29379),
            document("f", "2023-M04", 29673),
        ];
        for _ in 0..documents.len() {
            documents.rotate_left(1);
            for (document, verdict) in documents.iter().zip(judge(&documents)) {
                assert_eq!(verdict == Verdict::Taken, document.held.is_none(), "{}: {verdict:?}", document.document);
            }
        }
    }

    #[test]
    fn a_release_with_a_region_that_did_not_exist_is_not_of_that_month() {
        let mut documents = vec![
            Identity {
                held: Some("unit `1962` exists since 2022-06-08".into()),
                is_impossible: true,
                ..document("ulytau", "2021-M12", 28327)
            },
            document("astana", "2021-M12", 28327),
            document("almaty", "2021-M12", 28327),
            document("true", "2021-M12", 23000),
        ];
        for _ in 0..documents.len() {
            documents.rotate_left(1);
            for (document, verdict) in documents.iter().zip(judge(&documents)) {
                assert_eq!(
                    verdict == Verdict::Taken,
                    document.document == "true",
                    "{}: {verdict:?}",
                    document.document
                );
            }
        }
        // The same files are taken for their own month, whatever was held before.
        documents.push(document("astana", "2022-M12", 28327));
        assert_eq!(judge(&documents)[4], Verdict::Taken);
    }

    #[test]
    fn equal_figures_of_two_periods_are_one_document() {
        let mut stray = document("stray", "2022-M10", 31995);
        let real = document("real", "2023-M10", 31995);
        stray.fingerprint = real.fingerprint;
        let verdicts = judge(&[stray, real, document("x", "2023-M10", 31995), document("y", "2022-M10", 27614)]);
        assert!(matches!(&verdicts[0], Verdict::Refused(why) if why.contains("equals `real`")));
        assert_eq!(verdicts[1], Verdict::Taken);
    }

    #[test]
    fn a_single_stray_release_out_of_order_is_another_periods() {
        let verdicts = judge(&[
            document("a", "2022-M06", 26124),
            document("b", "2022-M06", 26124),
            document("stray", "2022-M06", 30000),
            document("c", "2023-M05", 30031),
            document("d", "2023-M05", 30031),
            document("e", "2023-M04", 29673),
            document("f", "2023-M04", 29673),
        ]);
        assert!(matches!(&verdicts[2], Verdict::Refused(_)), "{:?}", verdicts[2]);
        assert_eq!(verdicts[0], Verdict::Taken);
    }
}
