//! Reads an answer as it was sent: the members beside the rows, and the region, period and figures of each row.
//!
//! In come the text of an answer and the keys of the form; out comes an [`Answer`], or the refusal of a text that is
//! not a list of rows. Oddities are kept with their places; [`super::remarks`] reports them. This module does not
//! decide which rows are used.

use std::{borrow::Cow, collections::HashMap};

use super::{
    super::{
        json::{JsonFault, Scanner, Value},
        letters::excerpt,
    },
    ServiceError,
    cell::{self, Oddity},
    date::{self, Says},
    failure::{Words, scalar},
    keys::{Keys, Target},
    outcome::{self, Outcome},
    paging::Paging,
    values::{bare, kind, region},
};
use domain::{Doubt, Figure, Period, Remark};

/// The most rows. No form has as many regions, districts and bodies.
const MOST_ROWS: usize = 5_000;
/// The most keys, and odd cells that are not in doubt, that are kept one by one. Further ones are only counted.
const MOST_TOLD: usize = 200;
/// The most odd cells that are kept while the next is a figure in doubt. Further ones are only counted.
const MOST_ODD: usize = 800;
/// The most keys whose meaning is kept. Further keys are treated as unknown.
const MOST_MET: usize = 1_000;

/// An answer as it was sent.
pub(super) struct Answer<'a> {
    pub(super) rows: Vec<SentRow<'a>>,
    /// The elements of the list that are not objects: their place, and what they are.
    pub(super) strays: Vec<(usize, &'static str)>,
    /// Unknown members beside the rows.
    pub(super) beside: Vec<String>,
    pub(super) odd: Vec<Odd>,
    /// How many more cells are odd.
    pub(super) more_odd: usize,
    /// Whether one of these cells is in doubt.
    pub(super) more_doubtful: bool,
    /// How many more numbers are noisy.
    pub(super) more_noisy: usize,
    pub(super) keys: KeyNotes,
    /// How many rows have each column.
    pub(super) counted: Vec<usize>,
    /// A field of the period whose value was not understood, with the value.
    pub(super) unclear_period: Option<(String, String)>,
    /// Members that report an unknown outcome: name, value, outcome.
    pub(super) unclear: Vec<(String, String, Outcome)>,
    pub(super) paging: Paging,
    /// How many elements the list has.
    pub(super) length: usize,
}

/// One row of an answer.
pub(super) struct SentRow<'a> {
    /// 1-based.
    pub(super) number: usize,
    pub(super) region: Option<Cow<'a, str>>,
    /// A second, different region that the row contains.
    pub(super) other_region: Option<Cow<'a, str>>,
    /// The field and its value, if the row is of another period.
    pub(super) other_period: Option<(String, String)>,
    /// The field and its value, if the row itself reports a failure.
    pub(super) failure: Option<(String, String)>,
    /// A figure for each column of the template; blank if the row does not have the column.
    pub(super) figures: Vec<Figure>,
    /// How many columns the row has.
    pub(super) width: usize,
}

/// A cell that is not a plain figure.
pub(super) struct Odd {
    /// The place of its row.
    pub(super) row: usize,
    pub(super) column: usize,
    pub(super) what: Oddity,
}

/// The notes about the keys of the rows.
#[derive(Default)]
pub(super) struct KeyNotes {
    pub(super) unknown: Vec<String>,
    pub(super) more_unknown: usize,
    /// Keys that are written differently from the template's, and the column that each was read as.
    pub(super) loose: Vec<(String, usize)>,
    /// Keys that fit two columns, with these columns.
    pub(super) ambiguous: Vec<(String, usize, usize)>,
    /// A likely field that was used because the field of the region is missing.
    pub(super) region_by: Option<String>,
}

/// Reads an answer.
pub(super) fn read<'a>(text: &'a str, keys: &Keys, asked: Period) -> Result<Answer<'a>, ServiceError> {
    let width = keys.columns().len();
    let mut reader = AnswerReader {
        scanner: Scanner::new(text),
        keys,
        asked,
        trail: Vec::new(),
        met: HashMap::new(),
        stamps: vec![0; width],
        answer: Answer {
            rows: Vec::new(),
            strays: Vec::new(),
            beside: Vec::new(),
            odd: Vec::new(),
            more_odd: 0,
            more_doubtful: false,
            more_noisy: 0,
            keys: KeyNotes::default(),
            counted: vec![0; width],
            unclear_period: None,
            unclear: Vec::new(),
            paging: Paging::default(),
            length: 0,
        },
    };
    if reader.scanner.peek() == Some(b'[') {
        reader.rows(1)?;
    } else {
        reader.envelope()?;
    }
    reader.scanner.end()?;
    if reader.answer.rows.is_empty() {
        return Err(match reader.answer.strays.first() {
            Some((_, what)) => ServiceError::NotRows(format!("a list of which each element is {what}")),
            None => ServiceError::NoRows,
        });
    }
    Ok(reader.answer)
}

struct AnswerReader<'a, 'k> {
    scanner: Scanner<'a>,
    keys: &'k Keys,
    asked: Period,
    /// The keys of the previous row in their order, with quotation marks. The next row nearly always has the same keys.
    trail: Vec<(&'a str, Target)>,
    met: HashMap<Cow<'a, str>, Target>,
    /// The number of the last row that has each column.
    stamps: Vec<usize>,
    answer: Answer<'a>,
}

impl<'a> AnswerReader<'a, '_> {
    /// Reads `{"data": […]}`, or an object that reports a failure.
    fn envelope(&mut self) -> Result<(), ServiceError> {
        self.scanner.enter();
        let mut words = Words::default();
        let mut members: Vec<String> = Vec::new();
        let mut data = Data::Absent;
        let mut first = true;
        while self.scanner.another(first, b'}')? {
            first = false;
            let (_, key) = self.scanner.key()?;
            if members.len() < MOST_TOLD {
                members.push(excerpt(&key, 60));
            }
            if key.eq_ignore_ascii_case("data") {
                if !matches!(data, Data::Absent) {
                    return Err(ServiceError::DataTwice);
                }
                data = if self.scanner.peek() == Some(b'[') {
                    self.rows(2)?;
                    Data::Rows
                } else {
                    match kind(&self.scanner.value(1)?) {
                        "`null`" => Data::Null,
                        other => Data::Other(other),
                    }
                };
                continue;
            }
            let value = self.scanner.value(1)?;
            let is_known = self.answer.paging.take(&key, &value);
            if words.take(&key, &value) || is_known {
                continue;
            }
            if self.keys.target(&key).0 == Target::Period {
                if let Some(said) = self.period(&key, &value) {
                    return Err(ServiceError::AnotherPeriod { asked: self.asked, field: excerpt(&key, 60), said });
                }
            } else if self.answer.beside.len() < MOST_TOLD {
                self.answer.beside.push(excerpt(&key, 60));
            }
        }
        let is_failure = match data {
            Data::Rows if !self.answer.rows.is_empty() => words.contradict_rows(),
            Data::Rows | Data::Null => words.tell_of_failure(),
            Data::Absent | Data::Other(_) => words.say_anything(),
        };
        if is_failure {
            return Err(words.failure());
        }
        self.answer.unclear = words.unclear().to_vec();
        let rows = self.answer.length;
        if let Some(missing) = self.answer.paging.missing(rows).filter(|_| rows > 0) {
            return Err(ServiceError::Part(missing));
        }
        match data {
            Data::Rows | Data::Null => Ok(()),
            Data::Other(what) => Err(ServiceError::NotRows(format!("a JSON object of which `data` is {what}"))),
            Data::Absent if members.is_empty() => Err(ServiceError::NotRows("an empty JSON object".to_owned())),
            Data::Absent => {
                let named: Vec<String> = members.iter().take(8).map(|m| format!("`{m}`")).collect();
                Err(ServiceError::NotRows(format!("a JSON object without `data`, with {}", named.join(", "))))
            }
        }
    }

    fn rows(&mut self, depth: usize) -> Result<(), ServiceError> {
        self.scanner.enter();
        let mut number = 0;
        while self.scanner.another(number == 0, b']')? {
            number += 1;
            self.answer.length = number;
            if number > MOST_ROWS {
                return Err(ServiceError::TooManyRows(MOST_ROWS));
            }
            if self.scanner.peek() == Some(b'{') {
                self.row(number, depth + 1)?;
            } else {
                let what = kind(&self.scanner.value(depth)?);
                if self.answer.strays.len() < MOST_TOLD {
                    self.answer.strays.push((number, what));
                }
            }
        }
        Ok(())
    }

    fn row(&mut self, number: usize, depth: usize) -> Result<(), ServiceError> {
        let mut row = SentRow {
            number,
            region: None,
            other_region: None,
            other_period: None,
            failure: None,
            figures: vec![Figure::Blank; self.stamps.len()],
            width: 0,
        };
        let mut sureness = usize::MAX;
        self.scanner.enter();
        let mut place = 0;
        while self.scanner.another(place == 0, b'}')? {
            let (quoted, target) = self.key(place)?;
            place += 1;
            let value = self.scanner.value(depth)?;
            match target {
                Target::Column(column) => self.cell(&mut row, column, value),
                Target::Region(worth) => {
                    let Some(said) = region(value) else { continue };
                    if worth < sureness {
                        (sureness, row.region) = (worth, Some(said));
                        row.other_region = None;
                    } else if worth == sureness && row.region.as_ref().is_some_and(|known| *known != said) {
                        row.other_region = Some(said);
                    }
                    if worth > 0 && worth == sureness {
                        self.answer.keys.region_by.get_or_insert_with(|| bare(quoted));
                    }
                }
                Target::Period => {
                    if let Some(said) = self.period(&bare(quoted), &value) {
                        row.other_period = Some((bare(quoted), said));
                    }
                }
                Target::Outcome => {
                    let name = bare(quoted);
                    if outcome::of_member(&name, &value) == Some(Outcome::Failed) {
                        let said = scalar(&value).unwrap_or_default();
                        row.failure.get_or_insert_with(|| (name, excerpt(&said, 60)));
                    }
                }
                Target::Ambiguous(..) | Target::Unknown => {}
            }
        }
        self.answer.rows.push(row);
        Ok(())
    }

    #[inline]
    fn key(&mut self, place: usize) -> Result<(&'a str, Target), JsonFault> {
        if let Some((quoted, target)) = self.trail.get(place)
            && self.scanner.is_key(quoted)
        {
            return Ok((quoted, *target));
        }
        let (quoted, key) = self.scanner.key()?;
        let target = self.resolve(key);
        if let Some(before) = self.trail.get_mut(place) {
            *before = (quoted, target);
        } else if place < MOST_MET {
            self.trail.push((quoted, target));
        }
        Ok((quoted, target))
    }

    /// The meaning of a key. Notes what is odd about it when it first occurs.
    fn resolve(&mut self, key: Cow<'a, str>) -> Target {
        if let Some(target) = self.met.get(&key) {
            return *target;
        }
        let notes = &mut self.answer.keys;
        if self.met.len() >= MOST_MET {
            notes.more_unknown += 1;
            return Target::Unknown;
        }
        let (target, exact) = self.keys.target(&key);
        let shown = || excerpt(&key, 80);
        match target {
            Target::Unknown if notes.unknown.len() < MOST_TOLD => notes.unknown.push(shown()),
            Target::Unknown => notes.more_unknown += 1,
            Target::Ambiguous(a, b) => notes.ambiguous.push((shown(), a, b)),
            Target::Column(column) if !exact && self.keys.columns()[column].key.is_some() => {
                notes.loose.push((shown(), column));
            }
            _ => {}
        }
        self.met.insert(key, target);
        target
    }

    #[inline]
    fn cell(&mut self, row: &mut SentRow<'a>, column: usize, value: Value<'a>) {
        let (figure, odd) = cell::figure(value, self.keys.columns()[column].measure);
        let at = self.answer.rows.len();
        let place = &mut row.figures[column];
        if self.stamps[column] == row.number {
            let twice = Oddity::twice(place, &figure);
            if matches!(twice, Oddity::Twice { .. }) {
                *place = Figure::Text(twice.both().into());
            }
            self.note(at, column, twice);
        } else {
            self.stamps[column] = row.number;
            self.answer.counted[column] += 1;
            row.width += 1;
            *place = figure;
        }
        if let Some(odd) = odd {
            self.note(at, column, odd);
        }
    }

    fn note(&mut self, row: usize, column: usize, what: Oddity) {
        let is_doubt =
            matches!(what, Oddity::Text(..) | Oddity::NoFigure(_) | Oddity::OtherKind(_) | Oddity::Twice { .. })
                && !matches!(what, Oddity::Text(_, Doubt::Word));
        if self.answer.odd.len() < if is_doubt { MOST_ODD } else { MOST_TOLD } {
            self.answer.odd.push(Odd { row, column, what });
        } else if matches!(what, Oddity::Remark(_, Remark::Noise)) {
            self.answer.more_noisy += 1;
        } else {
            self.answer.more_odd += 1;
            self.answer.more_doubtful |= is_doubt;
        }
    }

    /// The value of a field of the period, if it is another period.
    fn period(&mut self, field: &str, value: &Value<'_>) -> Option<String> {
        let said = scalar(value).filter(|said| !said.trim().is_empty())?;
        match date::compare(field, &said, self.asked) {
            Says::Fits => None,
            Says::Contradicts => Some(excerpt(&said, 60)),
            Says::NotUnderstood => {
                self.answer.unclear_period.get_or_insert_with(|| (excerpt(field, 60), excerpt(&said, 60)));
                None
            }
        }
    }
}

/// The member `data` of an answer.
enum Data {
    Absent,
    Rows,
    Null,
    Other(&'static str),
}
