//! The findings about an answer that was taken, with their places.
//!
//! In come an answer and the request; out come findings. This module does not change the answer.

use super::{
    super::{letters::excerpt, settle},
    Asked, Frame, REGION_FIELD, ServiceReader,
    answer::{Answer, Odd},
    cell::Oddity,
    outcome::Outcome,
};
use domain::{Dataset, Finding, Region, Remark, Severity, Unit, counted, shown};

/// The findings about one answer, in the order in which they were made.
pub(super) struct Remarks<'a> {
    asked: &'a Asked<'a>,
    reader: &'a ServiceReader<'a>,
    findings: Vec<Finding>,
    /// How many findings are not kept, and the worst severity among them (errors come first in the order).
    more: Option<(usize, Severity)>,
}

/// The most findings about one answer. More would not help a person.
const MOST: usize = 1_000;
/// The most unknown keys for which the nearest known key is searched.
const COMPARED: usize = 50;

impl<'a> Remarks<'a> {
    pub(super) const fn new(asked: &'a Asked<'a>, reader: &'a ServiceReader<'a>) -> Self {
        Self { asked, reader, findings: Vec::new(), more: None }
    }

    /// Adds a finding about the answer as a whole.
    pub(super) fn add(&mut self, rule: &str, severity: Severity, explanation: String) {
        let finding = self.finding(rule, severity, explanation);
        self.push(finding);
    }

    fn finding(&self, rule: &str, severity: Severity, explanation: String) -> Finding {
        Finding {
            period: Some(self.asked.period),
            agency: Some(self.asked.agency.clone()),
            ..Finding::about(rule, severity, self.asked.form.clone(), explanation)
        }
    }

    fn push(&mut self, finding: Finding) {
        if self.findings.len() < MOST {
            self.findings.push(finding);
        } else {
            let (count, worst) = self.more.unwrap_or((0, finding.severity));
            self.more = Some((count + 1, worst.min(finding.severity)));
        }
    }

    /// All findings. The last one counts those beyond [`MOST`], with the severity of the worst of them.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        if let Some((count, worst)) = self.more {
            let explanation = format!("{} about this answer not listed", counted(count, "more finding"));
            let finding = self.finding("service.more", worst, explanation);
            self.findings.push(Finding { more: Some(count), ..finding });
        }
        self.findings
    }

    /// Adds a finding about one unit.
    pub(super) fn of_unit(&mut self, rule: &str, severity: Severity, unit: &Unit, explanation: String) {
        let before = self.findings.len();
        self.add(rule, severity, explanation);
        if let Some(added) = self.findings.get_mut(before) {
            added.unit = Some(unit.clone());
        }
    }

    /// Reports what is odd about the members beside the rows.
    pub(super) fn about_answer(&mut self, answer: &Answer<'_>, marked: bool) {
        if marked {
            let text = "the answer begins with a UTF-8 byte-order mark; it was left out".to_owned();
            self.add("service.bom", Severity::Info, text);
        }
        if !answer.beside.is_empty() {
            let members: Vec<String> = answer.beside.iter().take(10).map(|m| format!("`{m}`")).collect();
            let text = format!("next to the rows, the answer has {}; they were not used", members.join(", "));
            self.add("service.member-unknown", Severity::Info, text);
        }
        for (name, said, outcome) in &answer.unclear {
            let severity = if *outcome == Outcome::UnclearCode { Severity::Error } else { Severity::Warning };
            let text = format!(
                "next to the rows, the answer has `{name}`: `{}`; whether that means success is unknown: ask the service",
                excerpt(said, 60)
            );
            self.add("service.outcome-unclear", severity, text);
        }
        self.about_number(answer);
        for (number, what) in answer.strays.iter().take(20) {
            self.add(
                "service.no-row",
                Severity::Error,
                format!("element {number} of the list is {what}, not a row; it was left out"),
            );
        }
        if let Some((field, said)) = &answer.unclear_period {
            let text = format!("field `{field}` is `{said}`, which could not be compared with `{}`", self.asked.period);
            self.add("service.period-unclear", Severity::Error, text);
        }
        if let Some(field) = &answer.keys.region_by {
            let text = format!(
                "field `{}` is not there; the region was taken from `{field}`: name it in schedules/sources.toml",
                self.asked.region_field.unwrap_or(REGION_FIELD)
            );
            self.add("service.region-field", Severity::Warning, text);
        }
    }

    /// Reports what the answer says about its number of rows, if the answer was not refused for it.
    fn about_number(&mut self, answer: &Answer<'_>) {
        if let Some((name, total)) = answer.paging.too_small(answer.length) {
            let text = format!("the answer contains `{name}` {total}, but {}", domain::counted(answer.length, "row"));
            self.add("service.total", Severity::Warning, text);
        }
        let last_day = self.asked.period.last_day();
        let existing = self.reader.regions.iter().filter(|r| !r.unit.is_republic() && r.exists(last_day)).count();
        if let Some(name) = answer.paging.of_units(answer.length, existing as u64 + 1) {
            let text = format!(
                "`{name}` next to the rows equals the number of units, but {} rows came: the answer may be only a part",
                answer.length
            );
            self.add("service.total", Severity::Error, text);
        }
    }

    /// Reports the keys that are not in the template, and the columns that are missing in the answer.
    pub(super) fn about_keys(&mut self, answer: &Answer<'_>) {
        let columns = self.reader.keys.columns();
        let file = format!("templates/forms/{}.toml", self.reader.template.form);
        for (place, key) in answer.keys.unknown.iter().enumerate() {
            let nearest = (place < COMPARED).then(|| self.reader.keys.nearest(key)).flatten();
            let near = nearest.map_or_else(String::new, |near| format!("; the nearest known key is `{near}`"));
            self.add("service.key-unknown", Severity::Info, format!("key `{key}` is not in {file}{near}"));
        }
        self.about_unknown_columns(answer);
        if answer.keys.more_unknown > 0 {
            let text = format!("{} more keys are not in {file}", answer.keys.more_unknown);
            self.add("service.key-unknown", Severity::Info, text);
        }
        for (key, column) in &answer.keys.loose {
            let text =
                format!("key `{key}` was taken for column {} ({})", columns[*column].place, columns[*column].title);
            self.add("service.key-alike", Severity::Info, text);
        }
        for (key, a, b) in &answer.keys.ambiguous {
            let text = format!(
                "key `{key}` fits columns {} and {} equally and was used for neither; give them keys in {file}",
                columns[*a].place, columns[*b].place
            );
            self.add("service.key-ambiguous", Severity::Warning, text);
        }
        for frame in &self.reader.frames {
            self.about_missing(frame, answer);
        }
    }

    /// Whether the answer has some of the columns whose keys are lost. Then it marks such columns in its own way, and
    /// those that it lacks are absent.
    fn marks_lost_columns(&self, answer: &Answer<'_>) -> bool {
        let mut columns = self.reader.keys.columns().iter().zip(&answer.counted);
        columns.any(|(column, count)| column.key.is_none() && *count > 0)
    }

    /// Reports keys that look like numbered columns (`R1.5`), but are not in the form. The answer may be of another form
    /// whose first columns have the same numbers.
    fn about_unknown_columns(&mut self, answer: &Answer<'_>) {
        if !self.marks_lost_columns(answer) {
            return;
        }
        let sections = &self.reader.template.sections;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_column = |key: &str| {
            (sections.len() == 1 && is_number(key))
                || sections.iter().any(|s| {
                    key.strip_prefix(s.id.as_str()).and_then(|rest| rest.strip_prefix('.')).is_some_and(is_number)
                })
        };
        let unknown: Vec<&str> = answer.keys.unknown.iter().map(String::as_str).filter(|key| is_column(key)).collect();
        if let [first, ..] = unknown[..] {
            let text = format!(
                "the answer has {} that form `{}` does not have, the first is `{first}`: it may be of another form",
                domain::counted(unknown.len(), "numbered column"),
                self.reader.template.form
            );
            self.add("service.columns-unknown", Severity::Error, text);
        }
    }

    fn about_missing(&mut self, frame: &Frame, answer: &Answer<'_>) {
        let range = frame.columns();
        let columns = &self.reader.keys.columns()[range.clone()];
        let counts = &answer.counted[range];
        if counts.iter().all(|count| *count == 0) {
            let text = format!("no row of the answer has a column of section `{}`", frame.section.id);
            self.at(frame, None, "service.section-missing", Severity::Warning, text);
            return;
        }
        let marks_lost = self.marks_lost_columns(answer);
        for (place, (column, count)) in columns.iter().zip(counts).enumerate() {
            let (name, title) = (&column.place, &column.title);
            let missing = answer.rows.len() - count;
            if missing == 0 {
                continue;
            }
            let rows = if *count == 0 {
                "no row has".to_owned()
            } else {
                format!("{missing} of {} rows lack", answer.rows.len())
            };
            let (severity, text) = match &column.key {
                Some(key) => (Severity::Error, format!("{rows} key `{key}` of column {name} ({title})")),
                None if *count > 0 => (
                    Severity::Error,
                    format!("{rows} column {name} ({title}), which the others have; its key is lost in the source"),
                ),
                None => {
                    let severity = if marks_lost { Severity::Error } else { Severity::Warning };
                    (severity, format!("{rows} column {name} ({title}), whose key is lost in the source"))
                }
            };
            self.at(frame, Some(place), "service.key-missing", severity, text);
        }
        // An answer of another form under the name of this one shares a few keys or numbers.
        let here = counts.iter().filter(|count| **count > 0).count();
        if here * 2 < columns.len() {
            let text = format!(
                "the answer has {here} of {} columns of section {}: it may be of another form",
                columns.len(),
                frame.section.id
            );
            self.at(frame, None, "service.columns-missing", Severity::Error, text);
        }
    }

    /// Adds a finding about a section, or about one of its columns.
    fn at(&mut self, frame: &Frame, column: Option<usize>, rule: &str, severity: Severity, explanation: String) {
        let before = self.findings.len();
        self.add(rule, severity, explanation);
        if let Some(added) = self.findings.get_mut(before) {
            added.section = Some(frame.section.id.clone());
            added.row = frame.section.rows.first().map(|row| row.code.clone());
            added.column = column.map(|place| frame.section.columns[place].code.clone());
        }
    }

    /// Reports the cells that are not plain figures; `units` = the unit of each row.
    pub(super) fn about_cells(&mut self, answer: &Answer<'_>, units: &[Option<Unit>]) {
        let mut noisy = answer.more_noisy;
        for Odd { row, column, what } in &answer.odd {
            let name = &self.reader.keys.columns()[*column];
            let sent = &answer.rows[*row];
            let place = format!(
                "row {} ({}), column {} ({})",
                sent.number,
                quoted(sent.region.as_deref().unwrap_or_default()),
                name.place,
                name.title
            );
            let (rule, severity, text) = match what {
                Oddity::Remark(_, Remark::Noise) => {
                    noisy += 1;
                    continue;
                }
                Oddity::Remark(text, Remark::Footnote) => (
                    "figure.footnote",
                    Severity::Warning,
                    format!("{place}: `{}` was read without its raised digits", shown(&excerpt(text, 60))),
                ),
                Oddity::Remark(text, Remark::Invisible) => (
                    "figure.invisible",
                    Severity::Info,
                    format!("{place}: `{}` was read without its invisible characters", shown(&excerpt(text, 60))),
                ),
                Oddity::Text(text, doubt) => {
                    let (rule, severity) = settle::rule_of(doubt);
                    (rule, severity, format!("{place}: `{}` {doubt}; it was kept as text", shown(&excerpt(text, 60))))
                }
                Oddity::NoFigure(text) => (
                    "figure.no-decimal",
                    Severity::Error,
                    format!(
                        "{place}: `{}` is not a number of at most three decimals below 2^53; it was kept as text",
                        excerpt(text, 60)
                    ),
                ),
                Oddity::OtherKind(text) => (
                    "figure.kind",
                    Severity::Error,
                    format!("{place}: `{}` is written where a figure belongs; it was kept as text", excerpt(text, 60)),
                ),
                Oddity::Twice { first, second } => (
                    "service.key-twice",
                    Severity::Error,
                    format!(
                        "{place}: the key occurs twice, with `{}` and `{}`; neither was used",
                        excerpt(first, 40),
                        excerpt(second, 40)
                    ),
                ),
                Oddity::Repeated => (
                    "service.key-twice",
                    Severity::Warning,
                    format!("{place}: the key occurs twice, with the same value"),
                ),
            };
            let Some((frame, within)) = self.frame_of(*column) else { continue };
            let before = self.findings.len();
            self.at(frame, Some(within), rule, severity, text);
            if let Some(added) = self.findings.get_mut(before) {
                added.unit.clone_from(&units[*row]);
            }
        }
        if noisy > 0 {
            let text = format!(
                "{} rounded by less than a millionth, as sums of doubles need it",
                if noisy == 1 { "1 number is".to_owned() } else { format!("{noisy} numbers are") }
            );
            self.add("figure.noise", Severity::Info, text);
        }
        if answer.more_odd > 0 {
            let severity = if answer.more_doubtful { Severity::Error } else { Severity::Warning };
            let said = format!("{} more cells are not plain figures", answer.more_odd);
            let finding = self.finding("figure.more", severity, said);
            self.push(Finding { more: Some(answer.more_odd), ..finding });
        }
    }

    fn frame_of(&self, column: usize) -> Option<(&'a Frame, usize)> {
        let reader = self.reader;
        let frame = reader.frames.iter().find(|frame| frame.columns().contains(&column))?;
        Some((frame, column - frame.first))
    }

    /// The units with a row that could not be taken.
    pub(super) fn refused_units(&self) -> Vec<Unit> {
        self.findings.iter().filter(|f| f.rule.starts_with("service.")).filter_map(|f| f.unit.clone()).collect()
    }

    /// Reports the units that existed at the end of the period but have no row, and the regions that did not exist but
    /// have one. An answer without the republic or without a region is only a part. `refused` = the units with a row
    /// that was left out.
    pub(super) fn about_absent(&mut self, found: &[Dataset], refused: &[Unit]) {
        let has = |unit: &Unit| found.iter().any(|dataset| dataset.key.unit == *unit);
        if let Some(unit) = &self.asked.unit {
            if !has(unit) && !refused.contains(unit) {
                self.of_unit(
                    "service.region-absent",
                    Severity::Error,
                    unit,
                    format!("there is no row of unit `{unit}`"),
                );
            }
            return;
        }
        let last_day = self.asked.period.last_day();
        let regions: Vec<&Region> = self.reader.regions.iter().filter(|r| !r.unit.is_republic()).collect();
        let named = |r: &&Region| format!("`{}` {}", r.unit, r.titles.ru);
        let came = |r: &Region| has(&r.unit) || refused.contains(&r.unit);
        let mut missing: Vec<String> =
            regions.iter().copied().filter(|r| r.exists(last_day) && !came(r)).map(|r| named(&r)).collect();
        let republic = Unit::republic();
        if !has(&republic) && !refused.contains(&republic) {
            missing.insert(0, format!("the republic (`{republic}`)"));
        }
        let early = regions.iter().copied().filter(|r| !r.exists(last_day) && has(&r.unit)).map(|r| named(&r));
        let early = early.collect::<Vec<_>>().join(", ");
        if !missing.is_empty() {
            let text = format!("there is no row of {}; the answer is only a part", missing.join(", "));
            self.add("service.region-absent", Severity::Error, text);
        }
        if !early.is_empty() {
            let text = format!("there are rows of {early}, which did not exist at the end of `{}`", self.asked.period);
            self.add("service.region-early", Severity::Error, text);
        }
    }
}

/// A text as a message quotes it.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", excerpt(text, 60))
}
