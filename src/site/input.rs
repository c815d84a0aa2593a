//! What a site is made of, as plain data. `place` fills these types from the ledger; this crate reads nothing else.
//!
//! Everything here is public: what the office keeps back must not be in the input at all. The renderer decides nothing
//! about that.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    CollectionId, ColumnCode, FormId, Language, MapLayout, Measure, Number, Origin, Period, Periodicity, Region,
    RowCode, SectionId, Severity, Sha256, Titles, Unit,
};

/// A whole site.
#[derive(Debug, Clone)]
pub struct SiteInput {
    /// The name of the site: `title` of `site.toml`.
    pub title: Titles,
    /// Who places the figures: the office's name. It is the publisher in the catalogue.
    pub publisher: Titles,
    /// The act that asks for the placement, such as "Order No 25 of 2019, clauses 14–16".
    pub act: Titles,
    /// Where the site lies: `http://` or `https://`, ending in `/`. Feeds, the sitemap and the catalogue contain it;
    /// links between pages do not.
    pub base: String,
    /// The languages of the site; `/` shows the first one. Words exist for `ru`, `kk` and `en`.
    pub languages: Vec<Language>,
    /// With [`Origin::Sample`] every page and file is marked SAMPLE DATA.
    pub origin: Origin,
    /// The day in the office's zone for which the site is built. It decides which releases are next, and which 12
    /// months the calendar shows. It is the only "now" of the site.
    pub today: NaiveDate,
    /// The name of the office's time zone, such as `Asia/Almaty`, as pages show it. [`LocalTime`] has the distance from UTC.
    pub zone: String,
    /// The republic first, then its regions.
    pub regions: Vec<Region>,
    /// The tiles of maps. Without tiles no map is drawn; the table beside it stays.
    pub map: MapLayout,
    /// In the order of the act.
    pub forms: Vec<PlacedForm>,
    /// Every placement term that the site may speak of, past and coming, of all forms: also those of forms without a
    /// release. In any order.
    pub terms: Vec<PlacementTerm>,
    /// Key figures as long series.
    pub indicators: Vec<IndicatorSeries>,
    /// The analytical texts of collections that are public. In any order.
    pub analytics: Vec<AnalyticText>,
    /// Addresses that moved. Written as `redirects.csv`.
    pub redirects: Vec<Redirect>,
    /// Templates, words and styles of the office by their path below `templates/site/`, such as `page.html`,
    /// `words/ru.toml`, `style.css`. A file that is not here is the one built into the program.
    pub templates: BTreeMap<String, String>,
}

/// A form that is placed, with its releases.
#[derive(Debug, Clone)]
pub struct PlacedForm {
    pub form: FormId,
    /// Its item in the act's list, from 1.
    pub item: u32,
    /// As it is printed: `1-М`.
    pub designation: Titles,
    pub titles: Titles,
    pub periodicity: Periodicity,
    /// What is counted, and in which unit of account; `None`: not established, and the page says so.
    pub counted: Option<Titles>,
    /// The editions that are described, oldest first.
    pub editions: Vec<EditionNote>,
    /// The languages in which labels are a translation and not the official wording (`translated` of the template).
    pub translated: Vec<Language>,
    /// How the structure is known (`known_from` of the template), if the office shows it.
    pub known_from: Option<Titles>,
    /// In any order; each period once.
    pub releases: Vec<Release>,
}

/// An edition of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionNote {
    /// Such as `50119`.
    pub edition: String,
    pub from: Option<Period>,
    pub until: Option<Period>,
}

/// The figures of a form for one period, in all their revisions.
#[derive(Debug, Clone)]
pub struct Release {
    pub period: Period,
    /// Every placed revision, from 0 on, without a gap. At least one.
    pub revisions: Vec<ReleaseRevision>,
    /// The release was taken back: its pages stay, without figures and files, and give the day and the reason.
    pub withdrawn: Option<Withdrawal>,
}

/// Why a release was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    pub at: LocalTime,
    pub reason: Titles,
}

/// One placement of a release.
#[derive(Debug, Clone)]
pub struct ReleaseRevision {
    /// 0 for the first placement.
    pub revision: u32,
    pub placed: LocalTime,
    /// The hash of the public figures. It is the ETag of the service, and the version in the catalogue.
    pub content: Sha256,
    /// The edition that was read; `None` for a form without editions.
    pub edition: Option<String>,
    /// The public sections, in the order of the form.
    pub sections: Vec<PlacedSection>,
    /// Against the revision before; empty for revision 0.
    pub changes: Vec<CellChange>,
    /// Why the figures changed; `None`: the source gave no reason, and the page says so. Not used for revision 0.
    pub why: Option<Titles>,
    /// What the checks found, as far as it is public.
    pub findings: Vec<FindingNote>,
    /// The documents that the figures were read from.
    pub documents: Vec<DocumentNote>,
}

/// A table of a release, of all units.
#[derive(Debug, Clone)]
pub struct PlacedSection {
    pub id: SectionId,
    pub titles: Titles,
    /// Whether the section has an HTML page (`pages` of `site.toml`). Its figures are in the files in any case.
    pub page: bool,
    pub columns: Vec<PlacedColumn>,
    pub rows: Vec<PlacedRow>,
    /// For each unit `rows.len() × columns.len()` figures, row by row. The republic is the unit `19`. A unit that is
    /// not here was not placed. With another number of figures [`render`](crate::render) stops with an error.
    pub figures: BTreeMap<Unit, Vec<PlacedFigure>>,
}

/// A column of a placed table.
#[derive(Debug, Clone)]
pub struct PlacedColumn {
    pub code: ColumnCode,
    pub titles: Titles,
    pub measure: Measure,
    /// Whether the matrix of regions shows it: every key row with every key column of the section.
    pub key: bool,
}

/// A row of a placed table.
#[derive(Debug, Clone)]
pub struct PlacedRow {
    pub code: RowCode,
    pub titles: Titles,
    pub part_of: Option<RowCode>,
    /// Whether the matrix of regions shows it.
    pub key: bool,
}

/// A figure, or why there is none. A blank cell of a form is what the office says it is: 0 or not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlacedFigure {
    Number(Number),
    /// `[x]`: it exists, and is not here. `..` in PX.
    NotAvailable,
    /// `[c]`: hidden to protect persons.
    Confidential,
    /// `[z]`: the form does not have this place in this edition.
    NotApplicable,
}

/// A cell that a revision changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellChange {
    pub section: SectionId,
    pub unit: Unit,
    pub row: RowCode,
    pub column: ColumnCode,
    pub old: PlacedFigure,
    pub new: PlacedFigure,
}

/// A public note about what the checks found.
#[derive(Debug, Clone)]
pub struct FindingNote {
    pub severity: Severity,
    /// The id of the rule.
    pub rule: String,
    pub section: Option<SectionId>,
    pub text: Titles,
}

/// A document that figures were read from: the answer to "how did this figure come here".
#[derive(Debug, Clone)]
pub struct DocumentNote {
    pub unit: Unit,
    pub sha256: Sha256,
    pub received: LocalTime,
    /// The number of the source's release (`28327`), if the document has one.
    pub release_number: Option<String>,
}

/// An instant, with the office's clock beside it, so that this crate needs no time zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    pub utc: DateTime<Utc>,
    /// How far the office's clock is ahead of UTC at this instant, in minutes: 300 for UTC+5.
    pub ahead: i32,
}

/// The term of one placement.
#[derive(Debug, Clone)]
pub struct PlacementTerm {
    pub form: FormId,
    pub period: Period,
    /// The day that the act sets.
    pub statutory: NaiveDate,
    /// The day that counts, after days off are taken into account.
    pub due: NaiveDate,
    /// Why the two days differ; `None` where they are equal.
    pub moved: Option<Titles>,
    pub state: TermState,
}

/// How a placement term went.
#[derive(Debug, Clone)]
pub enum TermState {
    /// Its day has not passed.
    Expected,
    /// Placed on this instant, in time or late.
    Placed(LocalTime),
    /// The term passed and nothing was placed; with the cause.
    Missed { cause: Titles },
    /// A check, a document or a lacking approval holds it; with the cause.
    Held { cause: Titles },
    /// The office keeps the form back by its settings. It is never counted as kept.
    Withheld,
}

/// A key figure over many periods.
#[derive(Debug, Clone)]
pub struct IndicatorSeries {
    /// Small Latin letters, digits and hyphens: it is in the address.
    pub id: String,
    pub titles: Titles,
    /// What it counts, and how it is read: cumulative from 1 January, of which form.
    pub note: Titles,
    pub measure: Measure,
    /// Where it is read from today.
    pub form: FormId,
    pub section: SectionId,
    pub row: RowCode,
    pub column: ColumnCode,
    /// The points of each unit, in any order.
    pub units: BTreeMap<Unit, Vec<SeriesPoint>>,
}

/// A point of a series.
#[derive(Debug, Clone)]
pub struct SeriesPoint {
    pub period: Period,
    pub figure: PlacedFigure,
    /// The series breaks before this point: why, such as the split of 2022 or another edition.
    pub break_before: Option<Titles>,
}

/// The analytical text of a collection for a period.
#[derive(Debug, Clone)]
pub struct AnalyticText {
    pub collection: CollectionId,
    pub period: Period,
    pub titles: Titles,
    pub placed: LocalTime,
    /// The paragraphs of each language that has the text. A language without it shows the Russian one, marked.
    pub paragraphs: BTreeMap<Language, Vec<String>>,
}

/// An address that moved. Both are paths below the site, without a `/` in front.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Redirect {
    pub from: String,
    pub to: String,
    pub since: NaiveDate,
}
