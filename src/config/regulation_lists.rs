//! Lists of an act. In: its forms, collections, organs and matrix as a person writes them. Out: the entries, and every
//! fault, also where the lists disagree. This module does not know which act is applied.

use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use toml::Spanned;

use super::{Fault, csv, parse_cron, reader::Reader, values::Day};
use domain::{
    CollectionId, CollectionTerm, Entitlement, FormTerm, LateForm, Matrix, OrganId, Periodicity, Recipient, Titles,
    did_you_mean, nearest,
};

/// The values of a form that writes none of its own.
#[derive(Default)]
pub(super) struct FormDefaults {
    pub rolls: bool,
    /// `{item}` is replaced by the form's number.
    pub clause: String,
    pub probe: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForm {
    id: Spanned<String>,
    item: Spanned<u32>,
    #[serde(default)]
    designation: Titles,
    titles: Titles,
    periodicity: Periodicity,
    day: Spanned<u32>,
    rolls: Option<bool>,
    probe: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCollection {
    id: Spanned<String>,
    clause: String,
    titles: Titles,
    periodicity: Periodicity,
    day: Spanned<u32>,
    forms: Vec<Spanned<String>>,
    rolls: Option<bool>,
    late_form: Option<LateForm>,
    #[serde(default)]
    late: BTreeMap<Spanned<String>, LateForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOrgan {
    id: Spanned<String>,
    column: Option<Spanned<u32>>,
    #[serde(default)]
    under: Vec<Titles>,
    titles: Titles,
    valid_from: Option<Day>,
    valid_until: Option<Spanned<Day>>,
    successor: Option<Spanned<String>>,
}

/// A list of an act: the entries that could be read, the ids of all entries, and the faults.
pub(super) struct List<T> {
    pub entries: Vec<T>,
    pub ids: Vec<String>,
    pub faults: Vec<Fault>,
}

/// Allows the days that every month has: a term on the 31st would not exist in June.
fn check_day(reader: &mut Reader<'_>, day: &Spanned<u32>) {
    if !(1..=28).contains(day.get_ref()) {
        reader.fault(&day.span(), format!("day {} does not exist in every month: write 1 to 28", day.get_ref()));
    }
}

/// Adds a fault for each number of the act that an earlier entry has too: the act gives each once.
fn numbered_once<'a>(
    reader: &mut Reader<'_>,
    key: &str,
    numbers: impl IntoIterator<Item = (&'a Spanned<String>, &'a Spanned<u32>)>,
) {
    let mut seen: BTreeMap<u32, &str> = BTreeMap::new();
    for (id, number) in numbers {
        let (id, value) = (id.get_ref().as_str(), *number.get_ref());
        match seen.get(&value) {
            Some(first) if *first != id => {
                reader.fault(&number.span(), format!("`{key} = {value}` of `{id}` is that of `{first}` too"));
            }
            _ => drop(seen.insert(value, id)),
        }
    }
}

/// Reads the forms of an act.
pub(super) fn forms(file: &str, text: &str, defaults: &FormDefaults) -> List<FormTerm> {
    let mut reader = Reader::open(file, text);
    let ids = reader.ids("form");
    let written: Vec<WrittenForm> = reader.many("form");
    reader.once("form", written.iter().map(|f| &f.id));
    numbered_once(&mut reader, "item", written.iter().map(|f| (&f.id, &f.item)));
    let mut forms = Vec::new();
    for form in written {
        check_day(&mut reader, &form.day);
        if let Some(probe) = &form.probe
            && let Err(message) = parse_cron(probe.get_ref())
        {
            reader.fault(&probe.span(), message);
        }
        let Some(id) = reader.parsed(&form.id) else { continue };
        forms.push(FormTerm {
            id,
            item: *form.item.get_ref(),
            designation: form.designation,
            titles: form.titles,
            periodicity: form.periodicity,
            day: form.day.into_inner(),
            rolls: form.rolls.unwrap_or(defaults.rolls),
            clause: defaults.clause.replace("{item}", &form.item.get_ref().to_string()),
            probe: form.probe.map_or_else(|| defaults.probe.clone(), Spanned::into_inner),
        });
    }
    List { entries: forms, ids, faults: reader.close() }
}

/// Reads the collections of an act; `known` contains the ids of its forms.
pub(super) fn collections(
    file: &str,
    text: &str,
    rolls: bool,
    late_form: LateForm,
    known: &[String],
) -> List<CollectionTerm> {
    let mut reader = Reader::open(file, text);
    let ids = reader.ids("collection");
    let written: Vec<WrittenCollection> = reader.many("collection");
    reader.once("collection", written.iter().map(|c| &c.id));
    let mut collections = Vec::new();
    for collection in written {
        check_day(&mut reader, &collection.day);
        reader.once("form", &collection.forms);
        let mut forms = Vec::new();
        for form in &collection.forms {
            if reader.known("form of forms.toml", form, known.iter().map(String::as_str)) {
                forms.extend(reader.parsed(form));
            }
        }
        let mut late = BTreeMap::new();
        for (form, policy) in &collection.late {
            let of_this = collection.forms.iter().map(|f| f.get_ref().as_str()).collect::<Vec<_>>();
            if reader.known("form of this collection", form, of_this) {
                late.extend(reader.parsed(form).map(|id| (id, *policy)));
            }
        }
        let Some(id) = reader.parsed(&collection.id) else { continue };
        collections.push(CollectionTerm {
            id,
            clause: collection.clause,
            titles: collection.titles,
            periodicity: collection.periodicity,
            day: collection.day.into_inner(),
            rolls: collection.rolls.unwrap_or(rolls),
            forms,
            late_form: collection.late_form.unwrap_or(late_form),
            late,
        });
    }
    List { entries: collections, ids, faults: reader.close() }
}

/// Reads the organs of an act.
pub(super) fn recipients(file: &str, text: &str) -> List<Recipient> {
    let mut reader = Reader::open(file, text);
    let all = reader.ids("organ");
    let written: Vec<WrittenOrgan> = reader.many("organ");
    reader.once("organ", written.iter().map(|o| &o.id));
    numbered_once(&mut reader, "column", written.iter().filter_map(|o| Some((&o.id, o.column.as_ref()?))));
    let mut recipients = Vec::new();
    for organ in &written {
        let mut successor = None;
        if let Some(name) = &organ.successor {
            let others = all.iter().map(String::as_str).filter(|id| *id != organ.id.get_ref()).collect::<Vec<_>>();
            if reader.known("other organ of this file", name, others) {
                successor = reader.parsed(name);
            }
            if organ.valid_until.is_none() {
                reader.fault(&name.span(), "an organ with a successor needs `valid_until`");
            }
        }
        if let (Some(from), Some(until)) = (organ.valid_from, &organ.valid_until)
            && until.get_ref() <= &from
        {
            reader.fault(&until.span(), "the organ would end before it begins");
        }
        let Some(id) = reader.parsed(&organ.id) else { continue };
        recipients.push(Recipient {
            id,
            column: organ.column.as_ref().map(|column| *column.get_ref()),
            titles: organ.titles.clone(),
            under: organ.under.clone(),
            valid_from: organ.valid_from.map(|day| day.0),
            valid_until: organ.valid_until.as_ref().map(|day| day.get_ref().0),
            successor,
        });
    }
    List { entries: recipients, ids: all, faults: reader.close() }
}

/// Reads the matrix: a row for each collection, a column for each organ that has a column in the act.
pub(super) fn matrix(
    file: &str,
    text: &str,
    collections: &[String],
    recipients: &List<Recipient>,
) -> (Matrix, Vec<Fault>) {
    let mut faults = Vec::new();
    let at = |line: usize, message: String| Fault { file: file.into(), line: Some(line), message };
    let lines = match csv::lines(text) {
        Ok(lines) => lines,
        Err(line) => return (Matrix::default(), vec![at(line, "a quoted cell does not end".into())]),
    };
    let Some((head, rows)) = lines.split_first() else {
        return (Matrix::default(), vec![Fault::of_file(file, "has no line with the names of the organs")]);
    };
    let unknown = |what: &str, name: &str, ids: &[&str]| {
        let near = did_you_mean(nearest(name, ids.iter().copied()));
        format!("`{name}` is not {} {what}{near}", domain::article(what))
    };

    // An organ whose entry could not be read may or may not have a column. So neither is a fault.
    let without = recipients.entries.iter().filter(|r| r.column.is_none());
    let without: HashSet<&str> = without.map(|r| r.id.as_str()).collect();
    let may: Vec<&str> = recipients.ids.iter().map(String::as_str).filter(|id| !without.contains(id)).collect();
    let is_known: HashSet<&str> = may.iter().copied().collect();
    let must: Vec<&str> = recipients.entries.iter().filter(|r| r.column.is_some()).map(|r| r.id.as_str()).collect();
    let names: Vec<&str> = head.cells.iter().skip(1).map(String::as_str).collect();
    let strange = names.iter().filter(|name| !is_known.contains(*name));
    let strange = strange.map(|name| unknown("organ with a column in recipients.toml", name, &may));
    faults.extend(strange.map(|message| at(head.number, message)));
    let is_named: HashSet<&str> = names.iter().copied().collect();
    let missing = must.iter().filter(|id| !is_named.contains(*id));
    faults.extend(missing.map(|id| at(head.number, format!("organ `{id}` of recipients.toml has no column here"))));
    faults.extend(twice(&names).map(|name| at(head.number, format!("organ `{name}` occurs here twice"))));

    let ids: Vec<&str> = collections.iter().map(String::as_str).collect();
    let organs = names.iter().filter_map(|n| n.parse::<OrganId>().ok()).collect();
    let (mut listed, mut copies): (Vec<CollectionId>, Vec<Entitlement>) = (Vec::new(), Vec::new());
    for row in rows {
        let name = row.cells.first().map_or("", String::as_str);
        if !ids.contains(&name) {
            faults.push(at(row.number, unknown("collection of collections.toml", name, &ids)));
            continue;
        }
        let Ok(id) = name.parse::<CollectionId>() else { continue };
        if listed.contains(&id) {
            faults.push(at(row.number, format!("collection `{id}` occurs here twice")));
            continue;
        }
        listed.push(id);
        // A spreadsheet may add blank cells at the end of a line. A line with too few cells may have lost one in its
        // middle: then the organs after it would get the copies of their neighbours.
        if row.cells.len() < head.cells.len() {
            let (here, there) = (row.cells.len() - 1, names.len());
            let message =
                format!("the line has cells for {here} organs, and the first line has {there}: a cell is missing");
            faults.push(at(row.number, message));
        }
        let cells = row.cells.iter().skip(1).map(String::as_str).chain(std::iter::repeat("")).take(names.len());
        for (cell, organ) in cells.zip(&names) {
            if entitlement(cell).is_none() {
                let is_too_many = cell.parse().is_ok_and(|copies: u64| copies > MOST_COPIES.into());
                let message = if is_too_many {
                    format!("`{cell}` for `{organ}` is more than {MOST_COPIES} copies: write what the act lists")
                } else {
                    format!("`{cell}` for `{organ}` is neither a number of copies, nor blank, nor `?`")
                };
                faults.push(at(row.number, message));
            }
            copies.push(entitlement(cell).unwrap_or(Entitlement::Blank));
        }
        if row.cells.iter().skip(1 + names.len()).any(|cell| !cell.is_empty()) {
            faults.push(at(row.number, "the line is longer than the line with the names of the organs".into()));
        }
    }
    let missing = ids.iter().filter(|id| !listed.iter().any(|c| c.as_str() == **id));
    faults.extend(
        missing.map(|id| Fault::of_file(file, format!("collection `{id}` of collections.toml has no line here"))),
    );
    (Matrix::new(listed, organs, copies), faults)
}

/// The most copies in one cell. The largest number in appendix 1 is 7. Each copy is a file, so a typing error would
/// fill the disk.
const MOST_COPIES: u32 = 999;

fn entitlement(cell: &str) -> Option<Entitlement> {
    match cell {
        "" => Some(Entitlement::Blank),
        "?" => Some(Entitlement::Illegible),
        digits => digits
            .parse()
            .ok()
            .filter(|copies| (1..=MOST_COPIES).contains(copies))
            .map(|copies| Entitlement::Listed { copies }),
    }
}

fn twice<'a>(names: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let mut seen = HashSet::new();
    names.iter().copied().filter(move |name| !seen.insert(*name))
}
