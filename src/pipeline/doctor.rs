//! Examines an office as a whole: the checks that need all of its files at once.
//!
//! In: an office whose files were read and resolved, the options of this call, and today's date. Out: faults and notes,
//! as sentences. Unknown here: the ledger, and faults within a single file, which `config` reports.

use super::{
    collections::other_formats,
    distribution::{encrypt, impossible, transport_setup},
};
use chrono::NaiveDate;

use crate::Invocation;
use config::{
    self, Force, Office, SourceKind, SourceSpec, TransportSettings, agreement_notes, comment_faults, disagreements,
    message_faults,
};
use distribute::Letters;
use domain::{Entitlement, FormTerm, Origin};
use validate::catalogue_faults;
use workbook::{Profile, theme::Theme};

/// The faults that keep the office from working, and the notes for its people.
#[must_use]
pub fn examine(office: &Office, call: &Invocation, today: NaiveDate) -> (Vec<String>, Vec<String>) {
    let mut faults: Vec<String> = disagreements(office);
    faults.extend(catalogue_faults(&office.forms));
    faults.extend(other_codes(office));
    if let Err(found) = Letters::load(&office.home, office.words.languages()) {
        faults.extend(found.0.iter().map(ToString::to_string));
    }
    faults.extend(impossible::faults(office));
    faults.extend(encrypt::faults(office));
    faults.extend(other_look(office));
    if let Force::Refused(why) = office.force_on(today) {
        faults.push(why);
    }
    faults.extend(office.settings.profile.parse::<Profile>().err().map(|error| format!("zhinaq.toml: {error}")));
    faults.extend(message_faults(&office.home).iter().map(ToString::to_string));
    faults.extend(comment_faults(office).iter().map(ToString::to_string));
    faults.extend(other_formats::of_office(office).err().map(|failure| failure.to_string()));
    let mut notes = notes(office, call);
    notes.extend(without_template(office, call));
    notes.extend(agreement_notes(office, today));
    (faults, notes)
}

/// The fault of a `theme.toml` that differs from the built-in one. Workbooks always have the built-in look, so such a
/// file would have no effect.
fn other_look(office: &Office) -> Option<String> {
    const FILE: &str = "templates/workbook/theme.toml";
    let written = match std::fs::read_to_string(office.home.join(FILE)) {
        Ok(written) => written,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        Err(error) => return Some(format!("{FILE}: cannot be read: {error}")),
    };
    match Theme::parse(&written) {
        Err(error) => Some(error.to_string()),
        Ok(theme) if Theme::embedded().is_ok_and(|own| own == theme) => None,
        Ok(_) => Some(format!(
            "{FILE}: is not the look that the program carries, and no other is read: workbooks do not change; put the file that `init` writes back, or remove it"
        )),
    }
}

/// The forms whose code in `sources.toml` differs from the `file_code` of their template. A form is requested by the
/// one, and its files are recognised by the other, so both have to be the same.
fn other_codes(office: &Office) -> Vec<String> {
    let differ = |source: &&SourceSpec| office.forms.get(&source.form).is_some_and(|t| t.file_code != source.code);
    let told = |source: &SourceSpec| {
        let (form, code) = (&source.form, &source.code);
        let known = office.forms.get(form).map_or("", |t| t.file_code.as_str());
        format!(
            "schedules/sources.toml: form `{form}` is requested as `{code}`, but templates/forms/{form}.toml has the code `{known}` (`file_code`); write the same in both"
        )
    };
    office.sources.iter().filter(differ).map(told).collect()
}

/// The command that drafts a template, for each form without one.
fn without_template(office: &Office, call: &Invocation) -> Vec<String> {
    let lacks = |term: &&FormTerm| !office.forms.contains_key(&term.id);
    let how = |term: &FormTerm| {
        let how = call.command("form learn").option("--form", &term.id).flag("FILE");
        format!("{how} drafts the template of form `{}` from a workbook", term.id)
    };
    office.regulation().forms.iter().filter(lacks).map(how).collect()
}

/// The note that nobody hears of an alert: it would only lie in a folder.
fn without_alerts(office: &Office) -> Option<String> {
    let alerts = &office.settings.alerts;
    let by_mail =
        matches!(office.settings.transport, TransportSettings::Smtp(_)) && office.settings.office.address.is_some();
    let is_heard = by_mail || !alerts.command.is_empty() || alerts.webhook.is_some();
    (!is_heard).then(|| {
        "nobody would be alerted: alerts are only written into `alerts` in the output folder; set `command` or `webhook` \
         under [alerts] in zhinaq.toml, or `address` under [office] where parcels go by mail"
            .to_owned()
    })
}

fn notes(office: &Office, call: &Invocation) -> Vec<String> {
    let mut notes = Vec::new();
    let (all, sample) = (office.sources.len(), office.sources.iter().filter(|s| s.origin == Origin::Sample).count());
    let of = "schedules/sources.toml";
    notes.push(match office.origin() {
        Origin::Sample => format!("origin sample: every form comes from the embedded sample office (`use = \"sample\"` in {of})"),
        Origin::Real if sample > 0 => {
            format!("origin real: {sample} of {all} forms have `use = \"sample\"` in {of} and so no source; bring their files, or write `use = \"real\"`")
        }
        Origin::Real => "origin real".into(),
    });
    let brought = office.sources.iter().filter(|s| s.kind == SourceKind::Brought).count();
    if brought > 0 {
        let how = call.command("pull").asked("--from-file");
        notes.push(format!("{brought} of {all} forms have no address (`workbooks` under [real] in {of} is empty): a person brings their files with {how}"));
    }
    let illegible: Vec<String> = office
        .regulation()
        .matrix
        .collections()
        .iter()
        .flat_map(|c| {
            office
                .regulation()
                .matrix
                .of_collection(c)
                .filter(|(_, e)| *e == Entitlement::Illegible)
                .map(move |(o, _)| format!("{c}/{o}"))
        })
        .collect();
    if !illegible.is_empty() {
        notes.push(format!("matrix.csv: not legible in the act, counted as none: {}", illegible.join(", ")));
    }
    notes.extend(transport_setup::unset(office));
    notes.extend(transport_setup::stored_twice(office));
    notes.extend(without_alerts(office));
    if office.people.is_empty() {
        notes.push("schedules/people.toml lists no person: no person may act on real figures".into());
    }
    let built_in = config::built_in_used(&office.home);
    if !config::is_office(&office.home) {
        notes.push(
            "no office here: what is shown are the files built into the program, which the sample works with".into(),
        );
    } else if !built_in.is_empty() {
        let names: Vec<String> = built_in.iter().map(|path| path.display().to_string()).collect();
        notes.push(format!("not here, so those built into the program are used: {}", names.join(", ")));
    }
    notes
}
