//! The distribution list (реестр рассылки): the register as a person prints, signs and files it.
//!
//! It has a sheet with all issues and their totals, a sheet for each issue with one line for each parcel and room for a
//! signature, and a sheet with every copy and its hash.
//!
//! In: rows of the register. Out: a workbook. Unknown here: the ledger.

use std::collections::BTreeSet;

use super::register_rows::RegisterRow;
use crate::{Context, Failure};
use assemble::prose;
use domain::{Channel, CopyNumbers, Issue, Origin, ParcelState, Period};
use words::{FixedText, Lexicon, texts};
use workbook::{
    plain::{PlainCell, Properties},
    printed::{PrintedColumn, PrintedLists, PrintedSheet},
};

/// The distribution list as a workbook for printing.
///
/// # Errors
/// When it does not fit into a workbook.
pub fn distribution_list(context: &Context, period: Period, rows: &[RegisterRow]) -> Result<Vec<u8>, Failure> {
    let lexicon = context.lexicon(context.office.settings.language)?;
    let list = List { context, period, lexicon };
    let mut issues: Vec<Vec<&RegisterRow>> = Vec::new();
    for row in rows {
        match issues.last_mut().filter(|of| of[0].parcel.issue == row.parcel.issue) {
            Some(of) => of.push(row),
            None => issues.push(vec![row]),
        }
    }
    let mut sheets = vec![list.all(&issues)];
    sheets.extend(issues.iter().map(|rows| list.issue(rows)));
    sheets.push(list.copies(rows));
    let title = format!("{} · {period}", texts::LIST.of(lexicon));
    let properties = Properties { title, author: list.office().into(), ..Properties::default() };
    let page_words = [texts::LIST_PAGE.of(lexicon).to_owned(), texts::OF.of(lexicon).to_owned()];
    PrintedLists { properties, language: lexicon.language(), sheets, page_words }
        .write()
        .map_err(|error| Failure::usage(format!("the distribution list does not fit into a workbook: {error}")))
}

const fn state(state: ParcelState) -> FixedText {
    match state {
        ParcelState::Queued => texts::STATE_QUEUED,
        ParcelState::Sending => texts::STATE_SENDING,
        ParcelState::Handed => texts::STATE_HANDED,
        ParcelState::Bounced => texts::STATE_BOUNCED,
        ParcelState::Failed => texts::STATE_FAILED,
        ParcelState::Uncertain => texts::STATE_UNCERTAIN,
        ParcelState::Withdrawn => texts::STATE_WITHDRAWN,
        ParcelState::Acknowledged => texts::STATE_ACKNOWLEDGED,
    }
}

/// The state of a copy, with the state of its second sending.
fn standing(row: &RegisterRow, lexicon: &Lexicon) -> String {
    let first = state(row.state).of(lexicon);
    match (row.again, &row.readdressed_to) {
        (Some(again), _) => {
            let what = if row.is_rest() { texts::LIST_OTHER_ADDRESSES } else { texts::LIST_AGAIN };
            format!("{first}; {}: {}", what.of(lexicon), state(again).of(lexicon))
        }
        (None, Some(to)) => format!("{first} → {to}"),
        (None, None) => first.to_owned(),
    }
}

const fn way(channel: Channel) -> FixedText {
    match channel {
        Channel::Folder => texts::WAY_FOLDER,
        Channel::Smtp => texts::WAY_MAIL,
        Channel::Memory => texts::WAY_TRIAL,
    }
}

fn text(text: impl Into<String>) -> PlainCell {
    PlainCell::Text(text.into())
}

fn count(number: usize) -> PlainCell {
    PlainCell::Number(number as f64)
}

struct List<'a> {
    context: &'a Context,
    period: Period,
    lexicon: &'a Lexicon,
}

impl List<'_> {
    fn office(&self) -> &str {
        self.context.office.settings.office.name.of(self.lexicon.language())
    }

    /// A sheet by its name and the name of its table.
    fn sheet(
        &self,
        (name, table): (&str, String),
        about: Vec<String>,
        columns: &[(Option<FixedText>, f64)],
    ) -> PrintedSheet {
        let heading = |word: &Option<FixedText>| word.map_or("№", |word| word.of(self.lexicon)).to_owned();
        let columns = columns.iter().map(|(word, width)| PrintedColumn { heading: heading(word), width: *width });
        PrintedSheet {
            name: name.chars().take(31).collect(),
            table,
            title: texts::LIST.of(self.lexicon).into(),
            about: [vec![self.office().to_owned()], about].concat(),
            alert: (self.context.origin == Origin::Sample).then(|| "SAMPLE DATA".into()),
            columns: columns.collect(),
            ..PrintedSheet::default()
        }
    }

    fn signed_by(&self) -> Vec<String> {
        [texts::LIST_MADE, texts::LIST_CHECKED].map(|word| word.of(self.lexicon).to_owned()).to_vec()
    }

    /// Every issue with its parcels and copies. First issues and later issues have a total each.
    fn all(&self, issues: &[Vec<&RegisterRow>]) -> PrintedSheet {
        let columns = [
            (None, 5.0),
            (Some(texts::LIST_COLLECTION), 58.0),
            (Some(texts::PERIOD), 11.0),
            (Some(texts::EDITION), 9.0),
            (Some(texts::LIST_CONTENT), 16.0),
            (Some(texts::LIST_PARCELS), 14.0),
            (Some(texts::LIST_COPIES), 14.0),
            (Some(texts::LIST_HANDED), 14.0),
        ];
        let about = vec![prose::capital(&prose::span(self.period, self.lexicon))];
        let mut sheet = self.sheet((texts::LIST_ALL.of(self.lexicon), "list_of_issues".to_owned()), about, &columns);
        let line = |of: &[&RegisterRow], number: usize| {
            let issue = &of[0].parcel.issue;
            let mut cells = vec![
                count(number),
                text(self.title(issue)),
                text(issue.period.to_string()),
                text(issue.label()),
                text(of[0].content_id.map(|id| id.short()).unwrap_or_default()),
            ];
            cells.extend(sums(of));
            cells
        };
        sheet.rows = issues.iter().zip(1..).map(|(of, number)| line(of, number)).collect();
        let total = |word: FixedText, first: bool| {
            let rows: Vec<&RegisterRow> =
                issues.iter().flatten().copied().filter(|row| row.parcel.issue.is_first() == first).collect();
            let mut cells = vec![PlainCell::Blank, text(word.of(self.lexicon))];
            cells.extend([PlainCell::Blank, PlainCell::Blank, PlainCell::Blank]);
            cells.extend(sums(&rows));
            (!rows.is_empty() || first).then_some(cells)
        };
        sheet.totals =
            [total(texts::LIST_TOTAL, true), total(texts::LIST_LATER, false)].into_iter().flatten().collect();
        sheet.signed_by = self.signed_by();
        sheet
    }

    fn title(&self, issue: &Issue) -> String {
        let known = self.context.office.regulation().collection(&issue.collection);
        known.map_or_else(|| issue.collection.to_string(), |c| c.titles.of(self.lexicon.language()).to_owned())
    }

    /// The parcels of one issue, one line each.
    fn issue(&self, rows: &[&RegisterRow]) -> PrintedSheet {
        let (issue, zone, lexicon) = (&rows[0].parcel.issue, self.context.office.zone, self.lexicon);
        let content = rows[0].content_id.map(|id| id.short()).unwrap_or_default();
        let about = vec![
            self.title(issue),
            prose::capital(&prose::span(issue.period, lexicon)),
            format!("{}: {issue} · {content}", texts::EDITION.of(lexicon)),
        ];
        let columns = [
            (None, 5.0),
            (Some(texts::LIST_ORGAN), 52.0),
            (Some(texts::LIST_COPIES), 13.0),
            (Some(texts::LIST_NUMBERS), 12.0),
            (Some(texts::LIST_WAY), 19.0),
            (Some(texts::LIST_STATE), 15.0),
            (Some(texts::LIST_DAY), 17.0),
            (Some(texts::LIST_SIGNATURE), 38.0),
        ];
        let (name, table) = (format!("{} {}", issue.collection, issue.label()), table_of(issue));
        let mut sheet = self.sheet((&name, table), about, &columns);
        let mut parcels: Vec<Vec<&RegisterRow>> = Vec::new();
        for row in rows {
            match parcels.last_mut().filter(|of| of[0].parcel == row.parcel) {
                Some(of) => of.push(row),
                None => parcels.push(vec![row]),
            }
        }
        let regulation = self.context.office.regulation();
        let line = |(parcel, number): (&Vec<&RegisterRow>, usize)| {
            let first = parcel[0];
            let title =
                regulation.recipient(&first.organ).map_or(first.organ.as_str(), |r| r.titles.of(lexicon.language()));
            let mut states: Vec<String> = parcel.iter().map(|row| standing(row, lexicon)).collect();
            states.dedup();
            let day = parcel.iter().filter_map(|r| r.handed_at).max();
            vec![
                count(number),
                text(title),
                count(counted(parcel)),
                text(parcel.iter().map(|r| r.copy).collect::<CopyNumbers>().to_string().replace('-', "–")),
                text(first.channel.map_or("", |channel| way(channel).of(lexicon))),
                text(states.join(", ")),
                text(day.map_or_else(String::new, |at| at.with_timezone(&zone).format("%d.%m.%Y %H:%M").to_string())),
            ]
        };
        sheet.rows = parcels.iter().zip(1..).map(line).collect();
        sheet.totals = vec![vec![PlainCell::Blank, text(texts::LIST_TOTAL.of(lexicon)), count(counted(rows))]];
        sheet.signed_by = self.signed_by();
        sheet.tall = true;
        sheet
    }

    fn copies(&self, rows: &[RegisterRow]) -> PrintedSheet {
        let columns = [
            (Some(texts::EDITION), 26.0),
            (Some(texts::LIST_ORGAN), 26.0),
            (Some(texts::COPY), 11.0),
            (Some(texts::LIST_FILE), 62.0),
            (None, 68.0),
            (Some(texts::LIST_STATE), 15.0),
        ];
        let about = vec![prose::capital(&prose::span(self.period, self.lexicon))];
        let mut sheet = self.sheet((texts::LIST_SHEET.of(self.lexicon), "list_of_copies".to_owned()), about, &columns);
        if let Some(hash) = sheet.columns.get_mut(4) {
            hash.heading = "SHA-256".into();
        }
        let line = |row: &RegisterRow| {
            vec![
                text(row.parcel.issue.to_string()),
                text(row.organ.to_string()),
                text(format!("{} {} {}", row.copy, texts::OF.of(self.lexicon), row.of)),
                text(&*row.file),
                text(row.sha256.to_string()),
                text(standing(row, self.lexicon)),
            ]
        };
        sheet.rows = rows.iter().map(line).collect();
        sheet
    }
}

/// The name of the table with the parcels of an issue, such as `parcels_of_prosecution_bodies_r0`.
fn table_of(issue: &Issue) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    format!("parcels_of_{}_{}", issue.collection, issue.label()).chars().map(plain).collect()
}

/// The numbers of parcels, of copies, and of copies that were handed over; withdrawn copies count in none of them.
fn sums(rows: &[&RegisterRow]) -> [PlainCell; 3] {
    let parcels: BTreeSet<_> = rows.iter().filter(|row| row.state.counts()).map(|row| &row.parcel).collect();
    let handed = rows.iter().filter(|row| row.state.is_handed()).count();
    [count(parcels.len()), count(counted(rows)), count(handed)]
}

fn counted(rows: &[&RegisterRow]) -> usize {
    rows.iter().filter(|row| row.state.counts()).count()
}
