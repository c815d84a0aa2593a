//! `zhinaq.toml`. In: the text as a person writes it, and the acts that the office has. Out: [`Settings`] and every
//! fault. This module does not read the files and variables that the settings refer to.

use std::{collections::BTreeMap, time::Duration};

use serde::Deserialize;
use toml::Spanned;

use super::{
    Fault, KeptCopies, Limits, OfficeName, Settings, TransportSettings, alerts_file, checks, console_file,
    delivery_file, keep_file, languages, mailbox_file,
    reader::Reader,
    smtp_file::{self, WrittenSmtp},
    store_file,
    values::{FilePath, Hour},
};
use domain::{Hours, Language, OrganId, Regulation, Titles};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOffice {
    name: Option<Titles>,
    contact: Option<Spanned<String>>,
    address: Option<Spanned<String>>,
    language: Option<Spanned<Language>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenHours {
    opening: Option<Spanned<Hour>>,
    deadline: Option<Spanned<Hour>>,
    cut_off: Option<Spanned<Hour>>,
    send: Option<Spanned<Hour>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWorkbook {
    profile: Option<String>,
    formats: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenApproval {
    required: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenCopies {
    keep: Option<KeptCopies>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLedger {
    url: Option<Spanned<String>>,
    witness: Option<FilePath>,
    password_env: Option<Spanned<String>>,
    connect_seconds: Option<Spanned<u64>>,
    statement_seconds: Option<Spanned<u64>>,
    lock_seconds: Option<Spanned<u64>>,
    lease_seconds: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLimits {
    max_body_bytes: Option<Spanned<u64>>,
    connect_seconds: Option<Spanned<u64>>,
    answer_seconds: Option<Spanned<u64>>,
    attempts: Option<Spanned<u32>>,
    first_pause_seconds: Option<Spanned<u64>>,
    longest_pause_seconds: Option<Spanned<u64>>,
    fetch_at_a_time: Option<Spanned<usize>>,
    hand_over_at_a_time: Option<Spanned<usize>>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum TransportKind {
    Folder,
    Smtp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTransport {
    kind: Option<Spanned<TransportKind>>,
    folder: Option<FilePath>,
    smtp: Option<Spanned<WrittenSmtp>>,
}

/// Reads the settings of a text. `regulations` are those that the office has, each with its deadline.
pub(super) fn parse(
    file: &str,
    text: &str,
    regulations: &[(Regulation, Hour)],
    spoken: &[Language],
    told_in: &[Language],
) -> (Settings, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let written: Option<Spanned<String>> = reader.maybe("regulation");
    let ids: Vec<&str> = regulations.iter().map(|(r, _)| r.id.as_str()).collect();
    let default = ids.first().copied().unwrap_or("order-25-2019").to_owned();
    let regulation = written.filter(|id| reader.known("folder with an act in schedules/", id, ids.iter().copied()));
    let mut settings = Settings::defaults(&regulation.map_or(default, Spanned::into_inner));
    let applied = regulations.iter().find(|(r, _)| r.id == settings.regulation);

    settings.outside_force = reader.maybe("outside_force").unwrap_or_default();
    settings.late_form = reader.maybe("late_form").unwrap_or_default();
    settings.scheduler = reader.maybe("scheduler").unwrap_or_default();
    settings.output = reader.maybe("output").map_or(settings.output, |path: FilePath| path.0);
    settings.store = store_file::read(&mut reader);
    office(&mut reader, told_in, &mut settings.office);
    if let Some((_, deadline)) = applied {
        settings.hours.deadline = deadline.0;
    }
    hours(&mut reader, &mut settings.hours);
    if let Some(WrittenWorkbook { profile, formats }) = reader.maybe("workbook") {
        settings.profile = profile.unwrap_or(std::mem::take(&mut settings.profile));
        settings.formats = formats.unwrap_or_default();
    }
    if let Some(WrittenApproval { required }) = reader.maybe("approval") {
        settings.approval_required = required.unwrap_or_default();
    }
    ledger(&mut reader, &mut settings);
    limits(&mut reader, &mut settings.limits);
    transport(&mut reader, &mut settings.transport);
    let organs: Vec<&str> = applied.map_or(Vec::new(), |(r, _)| r.recipients.iter().map(|o| o.id.as_str()).collect());
    languages_of_organs(&mut reader, &organs, spoken, &mut settings);
    let most = |organ: &OrganId| {
        let matrix = applied.map(|(regulation, _)| &regulation.matrix);
        let copies = matrix.into_iter().flat_map(|m| m.collections().iter().map(|c| m.entitlement(c, organ).copies()));
        copies.max().unwrap_or_default()
    };
    delivery_file::read(&mut reader, &organs, most, &mut settings);
    settings.mailbox = mailbox_file::read(&mut reader);
    settings.alerts = alerts_file::read(&mut reader);
    settings.console = console_file::read(&mut reader);
    settings.checks = checks::parse(&mut reader);
    settings.keep = keep_file::read(&mut reader);
    if let Some(WrittenCopies { keep }) = reader.maybe("copies") {
        settings.copies = keep.unwrap_or_default();
    }
    (settings, reader.close())
}

fn office(reader: &mut Reader<'_>, told_in: &[Language], meant: &mut OfficeName) {
    let Some(written) = reader.maybe::<WrittenOffice>("office") else { return };
    meant.name = written.name.unwrap_or_default();
    if let Some(contact) = written.contact.as_ref().filter(|contact| contact.get_ref().chars().any(char::is_control)) {
        reader.fault(&contact.span(), "the contact contains control characters; write it in one line");
    }
    meant.contact = written.contact.map(Spanned::into_inner).unwrap_or_default();
    meant.address = written.address.and_then(|address| reader.parsed(&address));
    let known: Vec<String> = told_in.iter().map(ToString::to_string).collect();
    meant.language = written
        .language
        .filter(|language| {
            let code = Spanned::new(language.span(), language.get_ref().to_string());
            reader.known("language with messages", &code, known.iter().map(String::as_str))
        })
        .map(Spanned::into_inner);
}

fn hours(reader: &mut Reader<'_>, meant: &mut Hours) {
    let written: WrittenHours = reader.maybe("hours").unwrap_or_default();
    let set = |to: &mut chrono::NaiveTime, hour: &Option<Spanned<Hour>>| {
        if let Some(hour) = hour {
            *to = hour.get_ref().0;
        }
    };
    set(&mut meant.opening, &written.opening);
    set(&mut meant.deadline, &written.deadline);
    set(&mut meant.cut_off, &written.cut_off);
    set(&mut meant.send, &written.send);
    let places = [&written.deadline, &written.opening, &written.cut_off];
    let span = places.into_iter().flatten().next().map_or(0..0, Spanned::span);
    if meant.opening >= meant.deadline {
        reader
            .fault(&span, format!("the opening hour {} is not before the deadline {}", meant.opening, meant.deadline));
    }
    if meant.cut_off <= meant.deadline {
        let message = format!(
            "the cut-off {} is not after the deadline {}: a form that is in time would miss its collection",
            meant.cut_off, meant.deadline
        );
        reader.fault(&written.cut_off.as_ref().map_or(span.clone(), Spanned::span), message);
    }
    if meant.send > meant.cut_off {
        let message = format!(
            "the hour of sending {} is after the cut-off {}: a collection with all its forms would wait longer than one \
             without",
            meant.send, meant.cut_off
        );
        reader.fault(&written.send.as_ref().map_or(span, Spanned::span), message);
    }
}

fn ledger(reader: &mut Reader<'_>, settings: &mut Settings) {
    let Some(written) = reader.maybe::<WrittenLedger>("ledger") else { return };
    if let Some(url) = written.url {
        let text = url.get_ref();
        if !["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme)) {
            reader.fault(&url.span(), "a ledger is `sqlite:` and a path, or `postgres://user@host/database`");
        }
        if text.strip_prefix("sqlite:").is_some_and(|path| path.trim().is_empty()) {
            reader.fault(&url.span(), "the path of the ledger is empty: write `sqlite:` and the path of its file");
        }
        if has_password(text) {
            let message = "a password does not belong into a file; name an environment variable in `password_env`";
            reader.fault(&url.span(), message);
        }
        settings.ledger = url.into_inner();
    }
    if let Some(witness) = written.witness {
        settings.witness = witness.0;
    }
    settings.ledger_password_env = written.password_env.and_then(|name| variable(reader, &name));
    let waits = &mut settings.ledger_waits;
    waits.connect = seconds(reader, written.connect_seconds.as_ref(), waits.connect);
    waits.statement = seconds(reader, written.statement_seconds.as_ref(), waits.statement);
    waits.lock = seconds(reader, written.lock_seconds.as_ref(), waits.lock);
    waits.lease = seconds(reader, written.lease_seconds.as_ref(), waits.lease);
    // One renewal may take a whole statement and a wait for a lock, and the next one has to come in time.
    let needed = (waits.statement + waits.lock) * 2;
    let places = [written.lease_seconds, written.statement_seconds, written.lock_seconds];
    if let (true, Some(place)) = (waits.lease < needed, places.iter().flatten().next()) {
        let message = format!(
            "`lease_seconds` is {}, but at least twice `statement_seconds` and `lock_seconds` together ({}) is needed: a run \
             would lose its claim while it waits for the database",
            waits.lease.as_secs(),
            needed.as_secs()
        );
        reader.fault(&place.span(), message);
    }
}

/// Whether an address contains a password: before the host, or among the parameters after it.
fn has_password(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let before_host = place.split('/').next().and_then(|host| host.rsplit_once('@'));
    // A parameter may be written with escapes, such as `pass%77ord`.
    let is_password = |parameter: &str| {
        let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
        name.contains("password") || name.contains('%')
    };
    before_host.is_some_and(|(user, _)| user.contains(':')) || parameters.split(['&', ';', '#']).any(is_password)
}

/// The longest time that may be set: a day. A longer one is a slip, and its end could not be computed.
pub(super) const LONGEST: u64 = 24 * 60 * 60;

/// A time limit in seconds, or its default.
pub(super) fn seconds(reader: &mut Reader<'_>, written: Option<&Spanned<u64>>, default: Duration) -> Duration {
    let Some(written) = written else { return default };
    match *written.get_ref() {
        0 => reader.fault(&written.span(), "no answer comes within 0 seconds; at least 1"),
        seconds if seconds > LONGEST => {
            reader.fault(&written.span(), format!("{seconds} seconds are more than a day; at most {LONGEST}"));
        }
        seconds => return Duration::from_secs(seconds),
    }
    default
}

/// The first and the longest pause between attempts, in seconds. The first may be 0.
pub(super) fn pauses(
    reader: &mut Reader<'_>,
    (first, longest): (Option<&Spanned<u64>>, Option<&Spanned<u64>>),
    default: (Duration, Duration),
) -> (Duration, Duration) {
    let mut pause = |written: Option<&Spanned<u64>>, default: Duration| {
        let Some(written) = written else { return default };
        if *written.get_ref() > LONGEST {
            let message = format!("{} seconds are more than a day; at most {LONGEST}", written.get_ref());
            reader.fault(&written.span(), message);
            return default;
        }
        Duration::from_secs(*written.get_ref())
    };
    let pauses = (pause(first, default.0), pause(longest, default.1));
    if let (true, Some(place)) = (pauses.0 > pauses.1, first.or(longest)) {
        let message =
            format!("the first pause ({} s) is longer than the longest ({} s)", pauses.0.as_secs(), pauses.1.as_secs());
        reader.fault(&place.span(), message);
    }
    pauses
}

/// The smallest limit for an answer, in bytes: no document is smaller.
const SMALLEST_BODY: u64 = 1024;

/// Checks the name of an environment variable. The fault does not repeat the value, which may be a secret.
pub(super) fn variable(reader: &mut Reader<'_>, name: &Spanned<String>) -> Option<String> {
    let text = name.get_ref();
    let valid = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit());
    if !valid {
        let message =
            "write the NAME of an environment variable, such as `ZHINAQ_MAIL_PASSWORD`, not the secret itself";
        reader.fault(&name.span(), message);
        return None;
    }
    Some(text.clone())
}

fn limits(reader: &mut Reader<'_>, meant: &mut Limits) {
    let Some(written) = reader.maybe::<WrittenLimits>("limits") else { return };
    let counts = [&written.fetch_at_a_time, &written.hand_over_at_a_time];
    for zero in counts.into_iter().flatten().filter(|count| *count.get_ref() == 0) {
        reader.fault(&zero.span(), "at least one at a time");
    }
    if let Some(attempts) = written.attempts.as_ref().filter(|attempts| *attempts.get_ref() == 0) {
        reader.fault(&attempts.span(), "at least one attempt");
    }
    if let Some(small) = written.max_body_bytes.as_ref().filter(|bytes| *bytes.get_ref() < SMALLEST_BODY) {
        reader.fault(&small.span(), format!("no document has so few bytes; at least {SMALLEST_BODY}"));
    }
    meant.max_body_bytes = written.max_body_bytes.map_or(meant.max_body_bytes, Spanned::into_inner);
    meant.connect = seconds(reader, written.connect_seconds.as_ref(), meant.connect);
    meant.answer = seconds(reader, written.answer_seconds.as_ref(), meant.answer);
    meant.attempts = written.attempts.map_or(meant.attempts, Spanned::into_inner);
    (meant.first_pause, meant.longest_pause) = pauses(
        reader,
        (written.first_pause_seconds.as_ref(), written.longest_pause_seconds.as_ref()),
        (meant.first_pause, meant.longest_pause),
    );
    meant.fetch_at_a_time = written.fetch_at_a_time.map_or(meant.fetch_at_a_time, Spanned::into_inner);
    meant.hand_over_at_a_time = written.hand_over_at_a_time.map_or(meant.hand_over_at_a_time, Spanned::into_inner);
}

fn transport(reader: &mut Reader<'_>, meant: &mut TransportSettings) {
    let Some(written) = reader.maybe::<WrittenTransport>("transport") else { return };
    let kind = written.kind.as_ref().map_or(TransportKind::Folder, |kind| *kind.get_ref());
    let smtp = written.smtp.map(|smtp| smtp_file::meant(reader, smtp.into_inner()));
    match (kind, smtp) {
        (TransportKind::Folder, _) => {
            if let Some(FilePath(path)) = written.folder {
                *meant = TransportSettings::Folder { path };
            }
        }
        (TransportKind::Smtp, Some(Some(smtp))) => *meant = TransportSettings::Smtp(smtp),
        (TransportKind::Smtp, Some(None)) => {}
        (TransportKind::Smtp, None) => {
            let span = written.kind.map_or(0..0, |kind| kind.span());
            reader.fault(&span, "mail needs a table `[transport.smtp]` with at least `host` and `from`");
        }
    }
}

fn languages_of_organs(reader: &mut Reader<'_>, organs: &[&str], spoken: &[Language], settings: &mut Settings) {
    let Some(written) = reader.maybe::<BTreeMap<Spanned<String>, Spanned<String>>>("languages") else { return };
    for (organ, code) in written {
        let Some(language) = reader.parsed::<Language>(&code) else { continue };
        if !spoken.contains(&language) {
            reader.fault(&code.span(), languages::message(code.get_ref(), spoken));
            continue;
        }
        if organ.get_ref() == "default" {
            settings.language = language;
        } else if let Some(id) = organ_id(reader, organs, &organ) {
            settings.languages.insert(id, language);
        }
    }
}

fn organ_id(reader: &mut Reader<'_>, organs: &[&str], organ: &Spanned<String>) -> Option<OrganId> {
    reader.known("organ in recipients.toml", organ, organs.iter().copied()).then(|| reader.parsed(organ))?
}
