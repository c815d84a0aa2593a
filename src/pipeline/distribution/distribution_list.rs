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
use domain::{Channel, CopyNumbers, Issue, Language, Origin, ParcelState, Period};
use workbook::{
    plain::{PlainCell, Properties},
    printed::{PrintedColumn, PrintedLists, PrintedSheet},
};

/// The distribution list as a workbook for printing.
///
/// # Errors
/// When it does not fit into a workbook.
pub fn distribution_list(context: &Context, period: Period, rows: &[RegisterRow]) -> Result<Vec<u8>, Failure> {
    let language = context.office.settings.language;
    let list = List { context, period, language };
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
    let title = format!("{} · {period}", Word::List.of(language));
    let properties = Properties { title, author: list.office().into(), ..Properties::default() };
    let page_words = [Word::Page.of(language).to_owned(), Word::Of.of(language).to_owned()];
    PrintedLists { properties, sheets, page_words }
        .write()
        .map_err(|error| Failure::usage(format!("the distribution list fits no workbook: {error}")))
}

/// The words of the printed list.
#[derive(Clone, Copy)]
enum Word {
    List,
    All,
    Collection,
    Period,
    Issue,
    Content,
    Organ,
    Parcels,
    Copies,
    Handed,
    Numbers,
    Way,
    State,
    Day,
    Signature,
    Again,
    OtherAddresses,
    Total,
    Later,
    Made,
    Checked,
    Copy,
    File,
    Sheet,
    Page,
    Of,
}

impl Word {
    const fn of(self, language: Language) -> &'static str {
        let words = match self {
            Self::List => ["Реестр рассылки", "Тарату тізілімі", "Distribution list"],
            Self::All => ["Сводный", "Жиынтық", "All issues"],
            Self::Collection => ["Сборник", "Жинақ", "Collection"],
            Self::Period => ["Период", "Кезең", "Period"],
            Self::Issue => ["Выпуск", "Шығарылым", "Issue"],
            Self::Content => ["Содержание", "Мазмұны", "Content"],
            Self::Organ => ["Орган", "Орган", "Organ"],
            Self::Parcels => ["Отправлений", "Жөнелтілім", "Parcels"],
            Self::Copies => ["Экземпляров", "Дана саны", "Copies"],
            Self::Handed => ["Из них передано", "Оның ішінде тапсырылды", "Handed over"],
            Self::Numbers => ["Номера", "Нөмірлері", "Numbers"],
            Self::Way => ["Способ", "Тәсілі", "Way"],
            Self::State => ["Состояние", "Күйі", "State"],
            Self::Day => ["Передано", "Тапсырылды", "Handed over"],
            Self::Signature => {
                ["Получил (фамилия, подпись, дата)", "Алды (тегі, қолы, күні)", "Received (name, signature, date)"]
            }
            Self::Again => ["повторно", "қайта", "again"],
            Self::OtherAddresses => ["другие адреса", "басқа мекенжайлар", "other addresses"],
            Self::Total => ["Итого", "Барлығы", "Total"],
            Self::Later => ["Дополнения и ревизии", "Қосымшалар мен ревизиялар", "Supplements and revisions"],
            Self::Made => ["Составил (подпись, дата)", "Құрастырған (қолы, күні)", "Made by (signature, date)"],
            Self::Checked => ["Проверил (подпись, дата)", "Тексерген (қолы, күні)", "Checked by (signature, date)"],
            Self::Copy => ["Экземпляр", "Дана", "Copy"],
            Self::File => ["Файл", "Файл", "File"],
            Self::Sheet => ["Экземпляры", "Даналар", "Copies"],
            Self::Page => ["Стр.", "Бет", "Page"],
            Self::Of => ["из", "/", "of"],
        };
        by_language(words, language)
    }
}

const fn by_language(words: [&'static str; 3], language: Language) -> &'static str {
    match language {
        Language::Ru => words[0],
        Language::Kk => words[1],
        Language::En => words[2],
    }
}

const fn state(state: ParcelState, language: Language) -> &'static str {
    let words = match state {
        ParcelState::Queued => ["ожидает", "кезекте", "queued"],
        ParcelState::Sending => ["передаётся", "жіберілуде", "sending"],
        ParcelState::Handed => ["передано", "тапсырылды", "handed"],
        ParcelState::Bounced => ["возвращено", "қайтарылды", "bounced"],
        ParcelState::Failed => ["не передано", "тапсырылмады", "failed"],
        ParcelState::Uncertain => ["не установлено", "анықталмады", "uncertain"],
        ParcelState::Withdrawn => ["отозвано", "қайтарып алынды", "withdrawn"],
        ParcelState::Acknowledged => ["получение подтверждено", "алынғаны расталды", "acknowledged"],
    };
    by_language(words, language)
}

/// The state of a copy, with the state of its second sending.
fn standing(row: &RegisterRow, language: Language) -> String {
    let first = state(row.state, language);
    match (row.again, &row.readdressed_to) {
        (Some(again), _) => {
            let what = if row.is_rest() { Word::OtherAddresses } else { Word::Again };
            format!("{first}; {}: {}", what.of(language), state(again, language))
        }
        (None, Some(to)) => format!("{first} → {to}"),
        (None, None) => first.to_owned(),
    }
}

const fn way(channel: Channel, language: Language) -> &'static str {
    let words = match channel {
        Channel::Folder => ["папка обмена", "алмасу бумасы", "folder"],
        Channel::Smtp => ["электронная почта", "электрондық пошта", "mail"],
        Channel::Memory => ["проба", "сынақ", "trial"],
    };
    by_language(words, language)
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
    language: Language,
}

impl List<'_> {
    fn office(&self) -> &str {
        self.context.office.settings.office.name.of(self.language)
    }

    fn sheet(&self, name: &str, about: Vec<String>, columns: &[(Option<Word>, f64)]) -> PrintedSheet {
        let heading = |word: &Option<Word>| word.map_or("№", |word| word.of(self.language)).to_owned();
        let columns = columns.iter().map(|(word, width)| PrintedColumn { heading: heading(word), width: *width });
        PrintedSheet {
            name: name.chars().take(31).collect(),
            title: Word::List.of(self.language).into(),
            about: [vec![self.office().to_owned()], about].concat(),
            alert: (self.context.origin == Origin::Sample).then(|| "SAMPLE DATA".into()),
            columns: columns.collect(),
            ..PrintedSheet::default()
        }
    }

    fn signed_by(&self) -> Vec<String> {
        [Word::Made, Word::Checked].map(|word| word.of(self.language).to_owned()).to_vec()
    }

    /// Every issue with its parcels and copies. First issues and later issues have a total each.
    fn all(&self, issues: &[Vec<&RegisterRow>]) -> PrintedSheet {
        let columns = [
            (None, 5.0),
            (Some(Word::Collection), 58.0),
            (Some(Word::Period), 11.0),
            (Some(Word::Issue), 9.0),
            (Some(Word::Content), 16.0),
            (Some(Word::Parcels), 14.0),
            (Some(Word::Copies), 14.0),
            (Some(Word::Handed), 14.0),
        ];
        let about = vec![prose::capital(&prose::span(self.period, self.language))];
        let mut sheet = self.sheet(Word::All.of(self.language), about, &columns);
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
        let total = |word: Word, first: bool| {
            let rows: Vec<&RegisterRow> =
                issues.iter().flatten().copied().filter(|row| row.parcel.issue.is_first() == first).collect();
            let mut cells = vec![PlainCell::Blank, text(word.of(self.language))];
            cells.extend([PlainCell::Blank, PlainCell::Blank, PlainCell::Blank]);
            cells.extend(sums(&rows));
            (!rows.is_empty() || first).then_some(cells)
        };
        sheet.totals = [total(Word::Total, true), total(Word::Later, false)].into_iter().flatten().collect();
        sheet.signed_by = self.signed_by();
        sheet
    }

    fn title(&self, issue: &Issue) -> String {
        let known = self.context.office.regulation().collection(&issue.collection);
        known.map_or_else(|| issue.collection.to_string(), |c| c.titles.of(self.language).to_owned())
    }

    /// The parcels of one issue, one line each.
    fn issue(&self, rows: &[&RegisterRow]) -> PrintedSheet {
        let (issue, zone, language) = (&rows[0].parcel.issue, self.context.office.zone, self.language);
        let content = rows[0].content_id.map(|id| id.short()).unwrap_or_default();
        let about = vec![
            self.title(issue),
            prose::capital(&prose::span(issue.period, language)),
            format!("{}: {issue} · {content}", Word::Issue.of(language)),
        ];
        let columns = [
            (None, 5.0),
            (Some(Word::Organ), 52.0),
            (Some(Word::Copies), 13.0),
            (Some(Word::Numbers), 12.0),
            (Some(Word::Way), 19.0),
            (Some(Word::State), 15.0),
            (Some(Word::Day), 17.0),
            (Some(Word::Signature), 38.0),
        ];
        let mut sheet = self.sheet(&format!("{} {}", issue.collection, issue.label()), about, &columns);
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
            let title = regulation.recipient(&first.organ).map_or(first.organ.as_str(), |r| r.titles.of(language));
            let mut states: Vec<String> = parcel.iter().map(|row| standing(row, language)).collect();
            states.dedup();
            let day = parcel.iter().filter_map(|r| r.handed_at).max();
            vec![
                count(number),
                text(title),
                count(counted(parcel)),
                text(parcel.iter().map(|r| r.copy).collect::<CopyNumbers>().to_string().replace('-', "–")),
                text(first.channel.map_or("", |channel| way(channel, language))),
                text(states.join(", ")),
                text(day.map_or_else(String::new, |at| at.with_timezone(&zone).format("%d.%m.%Y %H:%M").to_string())),
            ]
        };
        sheet.rows = parcels.iter().zip(1..).map(line).collect();
        sheet.totals = vec![vec![PlainCell::Blank, text(Word::Total.of(language)), count(counted(rows))]];
        sheet.signed_by = self.signed_by();
        sheet.tall = true;
        sheet
    }

    fn copies(&self, rows: &[RegisterRow]) -> PrintedSheet {
        let columns = [
            (Some(Word::Issue), 26.0),
            (Some(Word::Organ), 26.0),
            (Some(Word::Copy), 11.0),
            (Some(Word::File), 62.0),
            (None, 68.0),
            (Some(Word::State), 15.0),
        ];
        let about = vec![prose::capital(&prose::span(self.period, self.language))];
        let mut sheet = self.sheet(Word::Sheet.of(self.language), about, &columns);
        if let Some(hash) = sheet.columns.get_mut(4) {
            hash.heading = "SHA-256".into();
        }
        let line = |row: &RegisterRow| {
            vec![
                text(row.parcel.issue.to_string()),
                text(row.organ.to_string()),
                text(format!("{} {} {}", row.copy, Word::Of.of(self.language), row.of)),
                text(&*row.file),
                text(row.sha256.to_string()),
                text(standing(row, self.language)),
            ]
        };
        sheet.rows = rows.iter().map(line).collect();
        sheet
    }
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
