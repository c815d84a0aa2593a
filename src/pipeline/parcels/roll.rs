//! The register of copies as data, one row a copy, and as the distribution list (реестр рассылки) that a person prints
//! and files.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    assemble::prose,
    domain::{
        Channel, CollectionId, Event, Fact, Issue, Language, OrganId, ParcelId, ParcelState, Period, SealedCopy,
        Sha256, issues, parcels,
    },
    pipeline::{
        Desk, Failure,
        issues::build,
        standing::{needs, status},
    },
    workbook::plain::{PlainCell, PlainSheet, PlainWorkbook, Properties},
};

/// One copy as it stands in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterRow {
    pub parcel: ParcelId,
    pub collection: CollectionId,
    pub period: Period,
    pub revision: u32,
    /// The number of a supplement; 0 with the collection itself.
    pub supplement: u32,
    pub content_id: Option<Sha256>,
    pub organ: OrganId,
    pub organ_title: String,
    pub language: Language,
    pub copy: u32,
    pub of: u32,
    pub file: String,
    pub sha256: Sha256,
    /// The archive that it goes in, where it is encrypted for its organ: with the hash of what is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sealed: Option<SealedCopy>,
    pub state: ParcelState,
    /// The way by which it went last, and under which id.
    pub channel: Option<Channel>,
    pub message_id: Option<String>,
    pub attempts: u32,
    pub handed_at: Option<DateTime<Utc>>,
    /// The server's words, or a person's.
    pub words: String,
}

/// The register of a period, in the order of issues, organs of the act, and numbers.
///
/// # Errors
/// When a collection is unknown, or the ledger cannot be read.
pub async fn register_rows(
    desk: &Desk,
    period: Period,
    collections: &[CollectionId],
) -> Result<Vec<RegisterRow>, Failure> {
    let quarter = needs::quarter(period)?;
    let due: Vec<Issue> = build::chosen(desk, period, collections)?
        .iter()
        .map(|due| Issue::first(due.term.id.clone(), due.period))
        .collect();
    let events = status::events_of(desk, quarter).await?;
    let (records, issues, last) = (parcels(&events), issues(&events), LastWords::of(&events));
    let regulation = desk.office.regulation();
    let mut rows = Vec::new();
    for record in records.values().filter(|r| due.iter().any(|d| d.is_beside(&r.parcel.issue))) {
        let (issue, organ) = (&record.parcel.issue, &record.parcel.organ);
        let language = desk.office.settings.language_of(organ);
        let title = regulation.recipient(organ).map_or_else(|| organ.to_string(), |r| r.titles.of(language).to_owned());
        for copy in &record.copies {
            let place = (record.parcel.clone(), copy.record.number);
            rows.push(RegisterRow {
                parcel: record.parcel.clone(),
                collection: issue.collection.clone(),
                period: issue.period,
                revision: issue.revision,
                supplement: issue.supplement,
                content_id: issues.get(issue).map(|built| built.content_id),
                organ: organ.clone(),
                organ_title: title.clone(),
                language,
                copy: copy.record.number,
                of: copy.record.of,
                file: copy.record.file.clone(),
                sha256: copy.record.sha256,
                sealed: copy.sealed.clone(),
                state: copy.state,
                channel: copy.channel,
                message_id: last.message_ids.get(&place).cloned().flatten(),
                attempts: copy.attempt,
                handed_at: last.handed.get(&place).copied().filter(|_| copy.state.is_handed()),
                words: record.words.clone(),
            });
        }
    }
    let order = |organ: &OrganId| regulation.recipients.iter().position(|r| r.id == *organ);
    rows.sort_by_key(|row| {
        let due = due.iter().position(|d| d.collection == row.collection);
        (due, row.revision, row.supplement, order(&row.organ), row.copy)
    });
    Ok(rows)
}

/// What the journal says last of single copies.
#[derive(Default)]
struct LastWords {
    message_ids: BTreeMap<(ParcelId, u32), Option<String>>,
    handed: BTreeMap<(ParcelId, u32), DateTime<Utc>>,
}

impl LastWords {
    fn of(events: &[Event]) -> Self {
        let mut last = Self::default();
        let mut all: BTreeMap<ParcelId, Vec<u32>> = BTreeMap::new();
        for event in events {
            // None named means all.
            let numbers = |parcel: &ParcelId, copies: &[u32], all: &BTreeMap<ParcelId, Vec<u32>>| -> Vec<u32> {
                if copies.is_empty() { all.get(parcel).cloned().unwrap_or_default() } else { copies.to_vec() }
            };
            match &event.fact {
                Fact::Queued { parcel, copies } => {
                    all.insert(parcel.clone(), copies.iter().map(|c| c.number).collect());
                }
                Fact::Sending { parcel, message_id, copies, .. } => {
                    for number in numbers(parcel, copies, &all) {
                        last.message_ids.insert((parcel.clone(), number), message_id.clone());
                    }
                }
                Fact::Outcome { parcel, state, copies, .. } if *state == ParcelState::Handed => {
                    for number in numbers(parcel, copies, &all) {
                        last.handed.insert((parcel.clone(), number), event.at);
                    }
                }
                Fact::Settled { parcel, state, .. } if *state == ParcelState::Handed => {
                    for number in numbers(parcel, &[], &all) {
                        last.handed.entry((parcel.clone(), number)).or_insert(event.at);
                    }
                }
                _ => {}
            }
        }
        last
    }
}

/// The distribution list as a workbook for printing: a sheet an issue, a line a parcel, room for a signature; and a sheet
/// with every copy and its hash.
///
/// # Errors
/// When it fits no workbook.
pub fn distribution_list(desk: &Desk, period: Period, rows: &[RegisterRow]) -> Result<Vec<u8>, Failure> {
    let language = desk.office.settings.language;
    let mut issues: Vec<Vec<&RegisterRow>> = Vec::new();
    for row in rows {
        match issues.last_mut().filter(|of| of[0].parcel.issue == row.parcel.issue) {
            Some(of) => of.push(row),
            None => issues.push(vec![row]),
        }
    }
    let mut sheets: Vec<PlainSheet> = issues.iter().map(|rows| sheet(desk, rows, language)).collect();
    sheets.push(copies(rows, language));
    let title = format!("{} · {period}", Word::List.of(language));
    let properties =
        Properties { title, author: desk.office.settings.office.name.of(language).into(), ..Properties::default() };
    PlainWorkbook { properties, sheets }
        .write()
        .map_err(|error| Failure::usage(format!("the distribution list fits no workbook: {error}")))
}

/// The words of the printed list.
#[derive(Clone, Copy)]
enum Word {
    List,
    Issue,
    Organ,
    Copies,
    Numbers,
    Way,
    State,
    Day,
    Signature,
    Total,
    Made,
    File,
    Sheet,
}

impl Word {
    const fn of(self, language: Language) -> &'static str {
        let words = match self {
            Self::List => ["Реестр рассылки", "Тарату тізілімі", "Distribution list"],
            Self::Issue => ["Выпуск", "Шығарылым", "Issue"],
            Self::Organ => ["Орган", "Орган", "Organ"],
            Self::Copies => ["Экземпляров", "Дана саны", "Copies"],
            Self::Numbers => ["Номера", "Нөмірлері", "Numbers"],
            Self::Way => ["Способ", "Тәсілі", "Way"],
            Self::State => ["Состояние", "Күйі", "State"],
            Self::Day => ["Передано", "Тапсырылды", "Handed over"],
            Self::Signature => ["Получил (подпись, дата)", "Алды (қолы, күні)", "Received (signature, date)"],
            Self::Total => ["Итого", "Барлығы", "Total"],
            Self::Made => ["Составил (подпись, дата)", "Құрастырған (қолы, күні)", "Made by (signature, date)"],
            Self::File => ["Файл", "Файл", "File"],
            Self::Sheet => ["Экземпляры", "Даналар", "Copies"],
        };
        match language {
            Language::Ru => words[0],
            Language::Kk => words[1],
            Language::En => words[2],
        }
    }
}

fn text(text: impl Into<String>) -> PlainCell {
    PlainCell::Text(text.into())
}

fn count(number: usize) -> PlainCell {
    PlainCell::Number(number as f64)
}

/// The row of the headings on an issue's sheet.
const HEADINGS: u32 = 5;

fn sheet(desk: &Desk, rows: &[&RegisterRow], language: Language) -> PlainSheet {
    let (issue, zone) = (&rows[0].parcel.issue, desk.office.zone);
    let regulation = desk.office.regulation();
    let title = regulation.collection(&issue.collection).map_or("", |c| c.titles.of(language));
    let content = rows[0].content_id.map(|id| id.short()).unwrap_or_default();
    let sample = if desk.origin == crate::domain::Origin::Sample { "SAMPLE DATA" } else { "" };
    let mut cells = vec![
        (0, 0, text(format!("{}. {}", Word::List.of(language), desk.office.settings.office.name.of(language)))),
        (1, 0, text(title)),
        (2, 0, text(prose::capital(&prose::span(issue.period, language)))),
        (3, 0, text(format!("{}: {issue} · {content}", Word::Issue.of(language)))),
        (4, 0, text(sample)),
    ];
    let headings = [Word::Organ, Word::Copies, Word::Numbers, Word::Way, Word::State, Word::Day, Word::Signature];
    cells.push((HEADINGS, 0, text("№")));
    cells.extend(headings.iter().zip(1..).map(|(word, column)| (HEADINGS, column, text(word.of(language)))));
    let mut parcels: Vec<Vec<&RegisterRow>> = Vec::new();
    for row in rows {
        match parcels.last_mut().filter(|of| of[0].parcel == row.parcel) {
            Some(of) => of.push(row),
            None => parcels.push(vec![row]),
        }
    }
    let mut line = HEADINGS;
    for (parcel, number) in parcels.iter().zip(1..) {
        line += 1;
        let first = parcel[0];
        let title = regulation.recipient(&first.organ).map_or(first.organ.as_str(), |r| r.titles.of(language));
        let numbers: Vec<String> = parcel.iter().map(|r| r.copy.to_string()).collect();
        let mut states: Vec<&str> = parcel.iter().map(|r| r.state.word()).collect();
        states.dedup();
        let day = parcel.iter().filter_map(|r| r.handed_at).max();
        let cells_of_line = [
            count(number),
            text(title),
            count(parcel.len()),
            text(numbers.join(", ")),
            text(first.channel.map_or("", Channel::word)),
            text(states.join(", ")),
            text(day.map_or_else(String::new, |at| at.with_timezone(&zone).format("%d.%m.%Y %H:%M").to_string())),
        ];
        cells.extend(cells_of_line.into_iter().zip(0..).map(|(cell, column)| (line, column, cell)));
    }
    cells.push((line + 1, 1, text(Word::Total.of(language))));
    cells.push((line + 1, 2, count(rows.len())));
    cells.push((line + 3, 1, text(Word::Made.of(language))));
    let name = format!("{} {}", issue.collection, issue.label());
    let name: String = name.chars().take(31).collect();
    let widths = vec![(0, 5.0), (1, 60.0), (2, 12.0), (3, 16.0), (4, 10.0), (5, 14.0), (6, 18.0), (7, 28.0)];
    PlainSheet { name, cells, widths, printed_heading: Some(HEADINGS), ..PlainSheet::default() }
}

fn copies(rows: &[RegisterRow], language: Language) -> PlainSheet {
    let headings = [
        Word::Issue.of(language),
        Word::Organ.of(language),
        "№",
        Word::File.of(language),
        "SHA-256",
        Word::State.of(language),
    ];
    let mut cells: Vec<(u32, u16, PlainCell)> =
        headings.iter().zip(0..).map(|(heading, column)| (0, column, text(*heading))).collect();
    for (row, line) in rows.iter().zip(1..) {
        let of_row = [
            text(row.parcel.issue.to_string()),
            text(row.organ.to_string()),
            text(format!("{}/{}", row.copy, row.of)),
            text(&*row.file),
            text(row.sha256.to_string()),
            text(row.state.word()),
        ];
        cells.extend(of_row.into_iter().zip(0..).map(|(cell, column)| (line, column, cell)));
    }
    let widths = vec![(0, 26.0), (1, 26.0), (2, 8.0), (3, 60.0), (4, 68.0), (5, 12.0)];
    PlainSheet {
        name: Word::Sheet.of(language).into(),
        cells,
        widths,
        printed_heading: Some(0),
        ..PlainSheet::default()
    }
}
