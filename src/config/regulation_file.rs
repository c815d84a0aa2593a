//! `schedules/<act>/regulation.toml` and the lists beside it. In: the texts of an act's folder. Out: a [`Regulation`],
//! its zone and its deadline, and every fault. This module does not know which act is applied.

use chrono_tz::Tz;
use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault, parse_cron,
    reader::Reader,
    regulation_lists::{self, FormDefaults},
    tree::Tree,
    values::{Day, Hour},
};
use domain::{LateForm, Regulation, Titles};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAct {
    short: Titles,
    full: Titles,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenForce {
    from: Day,
    until: Option<Spanned<Day>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum ByTheDay {
    Inclusive,
    Exclusive,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTerms {
    zone: Spanned<String>,
    by_the_day: ByTheDay,
    deadline: Hour,
    forms_roll: bool,
    collections_roll: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenClauses {
    forms: String,
    roll: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSchedule {
    probe: Spanned<String>,
}

/// A regulation, with the time zone and the deadline of its folder.
pub(super) struct RegulationFolder {
    pub regulation: Regulation,
    pub zone: Tz,
    pub deadline: Hour,
}

/// Reads the folder of one act. `late_form` is the office's setting, the default of collections that have none.
pub(super) fn read(tree: &Tree, id: &str, late_form: LateForm, faults: &mut Vec<Fault>) -> Option<RegulationFolder> {
    let path = |name: &str| format!("schedules/{id}/{name}");
    let mut texts = Vec::new();
    for name in ["regulation.toml", "forms.toml", "collections.toml", "recipients.toml", "matrix.csv"] {
        match tree.text(&path(name)) {
            Ok(Some(text)) => texts.push(text),
            Ok(None) => faults.push(Fault::of_file(&path(name), "is missing; an act needs it")),
            Err(fault) => faults.push(fault),
        }
    }
    let [main, forms, collections, recipients, matrix] = &texts[..] else { return None };

    let (head, found) = head(&path("regulation.toml"), main);
    faults.extend(found);
    let defaults = head.as_ref().map_or_else(FormDefaults::default, |head| FormDefaults {
        rolls: head.forms_roll,
        clause: head.form_clause.clone(),
        probe: head.probe.clone(),
    });
    let rolls = head.as_ref().is_none_or(|head| head.collections_roll);
    let forms = regulation_lists::forms(&path("forms.toml"), forms, &defaults);
    let collections =
        regulation_lists::collections(&path("collections.toml"), collections, rolls, late_form, &forms.ids);
    let recipients = regulation_lists::recipients(&path("recipients.toml"), recipients);
    let (matrix, found) = regulation_lists::matrix(&path("matrix.csv"), matrix, &collections.ids, &recipients);
    for found in [forms.faults, collections.faults, recipients.faults, found] {
        faults.extend(found);
    }

    let head = head?;
    let regulation = Regulation {
        id: id.to_owned(),
        act: head.act.full,
        short: head.act.short,
        in_force_from: head.force.from.0,
        in_force_until: head.force.until.map(|until| until.get_ref().0),
        inclusive: head.inclusive,
        roll_clause: head.roll_clause,
        forms: forms.entries,
        collections: collections.entries,
        recipients: recipients.entries.into(),
        matrix,
    };
    Some(RegulationFolder { regulation, zone: head.zone, deadline: head.deadline })
}

struct Head {
    act: WrittenAct,
    force: WrittenForce,
    zone: Tz,
    inclusive: bool,
    deadline: Hour,
    forms_roll: bool,
    collections_roll: bool,
    form_clause: String,
    roll_clause: String,
    probe: String,
}

fn head(file: &str, text: &str) -> (Option<Head>, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let act: Option<WrittenAct> = reader.one("act");
    let force: Option<WrittenForce> = reader.one("force");
    let terms: Option<WrittenTerms> = reader.one("terms");
    let clauses: Option<WrittenClauses> = reader.one("clauses");
    let schedule: Option<WrittenSchedule> = reader.one("schedule");
    if let Some(force) = &force
        && let Some(until) = force.until.as_ref().filter(|until| until.get_ref().0 <= force.from.0)
    {
        reader.fault(&until.span(), "the act would end before it begins");
    }
    let zone = terms.as_ref().and_then(|terms| {
        let found = terms.zone.get_ref().parse::<Tz>().ok();
        if found.is_none() {
            let known = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect::<Vec<_>>();
            reader.known("zone of the time-zone database", &terms.zone, known);
        }
        found
    });
    if let Some(schedule) = &schedule
        && let Err(message) = parse_cron(schedule.probe.get_ref())
    {
        reader.fault(&schedule.probe.span(), message);
    }
    let head = (|| {
        let (terms, clauses) = (terms?, clauses?);
        Some(Head {
            act: act?,
            force: force?,
            zone: zone?,
            inclusive: terms.by_the_day == ByTheDay::Inclusive,
            deadline: terms.deadline,
            forms_roll: terms.forms_roll,
            collections_roll: terms.collections_roll,
            form_clause: clauses.forms,
            roll_clause: clauses.roll,
            probe: schedule?.probe.into_inner(),
        })
    })();
    (head, reader.close())
}
