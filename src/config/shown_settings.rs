//! The settings of an office as they apply, and where each comes from. In: an office. Out: one line for each setting.
//! This module does not know what a setting does, and reads no secret.

use std::collections::BTreeMap;

use serde::Serialize;
use toml::{
    Value,
    de::{DeTable, DeValue},
};

use super::{
    AlertSettings, CheckSetting, ConsoleSettings, ConsoleTls, Delivery, DkimSettings, Fault, Keep, LedgerWaits, Limits,
    Login, MailboxSettings, Office, OfficeName, SessionSettings, Settings, SmtpPace, SmtpSettings, StoreSettings,
    TransportSettings, tree::Tree,
};
use domain::{Hours, line_at};

/// The file of the settings, below the home.
const FILE: &str = "zhinaq.toml";

/// One setting that applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownSetting {
    /// Its path in zhinaq.toml, such as `limits.attempts`.
    pub key: String,
    /// The value, as TOML writes it; `None`: not set, and nothing takes its place.
    pub value: Option<String>,
    /// The file that sets it, below the home; `None`: the program's default.
    pub file: Option<String>,
    /// 1-based.
    pub line: Option<usize>,
    /// The value is the name of an environment variable that contains a secret.
    pub is_variable: bool,
}

/// All settings of an office, in the order of zhinaq.toml.
///
/// # Errors
/// When zhinaq.toml cannot be read.
pub fn shown_settings(office: &Office) -> Result<Vec<ShownSetting>, Fault> {
    let text = Tree::of(&office.home).text(FILE)?.unwrap_or_default();
    let mut show = Show { lines: lines(&text), shown: Vec::new() };
    show.all(office);
    Ok(show.shown)
}

/// The value of each setting of an office, as TOML writes it; settings without one are left out.
pub(super) fn values(office: &Office) -> BTreeMap<String, String> {
    let mut show = Show { lines: BTreeMap::new(), shown: Vec::new() };
    show.all(office);
    show.shown.into_iter().filter_map(|shown| Some((shown.key, shown.value?))).collect()
}

/// The line of each key of a text, by its path.
fn lines(text: &str) -> BTreeMap<String, usize> {
    fn walk(text: &str, table: &DeTable<'_>, above: &str, lines: &mut BTreeMap<String, usize>) {
        for (key, value) in table {
            let path = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
            lines.insert(path.clone(), line_at(text, key.span().start));
            if let DeValue::Table(inner) = value.get_ref() {
                walk(text, inner, &path, lines);
            }
        }
    }
    let mut found = BTreeMap::new();
    let (table, _) = DeTable::parse_recoverable(text);
    walk(text, table.get_ref(), "", &mut found);
    found
}

struct Show {
    lines: BTreeMap<String, usize>,
    shown: Vec<ShownSetting>,
}

impl Show {
    fn add(&mut self, key: &str, value: Option<Value>) {
        let line = self.lines.get(key).copied();
        let value = value.map(|value| value.to_string());
        let is_variable = key.ends_with("_env") && value.is_some();
        let file = line.map(|_| FILE.to_owned());
        self.shown.push(ShownSetting { key: key.to_owned(), value, file, line, is_variable });
    }

    #[expect(clippy::needless_pass_by_value, reason = "most values are made for the call")]
    fn text(&mut self, key: &str, value: impl ToString) {
        self.add(key, Some(Value::String(value.to_string())));
    }

    /// A value whose word in TOML serde knows.
    fn word(&mut self, key: &str, value: impl Serialize) {
        self.add(key, Value::try_from(value).ok());
    }

    fn maybe(&mut self, key: &str, value: Option<impl ToString>) {
        self.add(key, value.map(|value| Value::String(value.to_string())));
    }

    fn number(&mut self, key: &str, value: u64) {
        self.add(key, Some(Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))));
    }

    fn maybe_number(&mut self, key: &str, value: Option<u64>) {
        self.add(key, value.map(|value| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX))));
    }

    fn flag(&mut self, key: &str, value: bool) {
        self.add(key, Some(Value::Boolean(value)));
    }

    fn list(&mut self, key: &str, values: impl IntoIterator<Item = impl ToString>) {
        self.add(key, Some(Value::Array(values.into_iter().map(|value| Value::String(value.to_string())).collect())));
    }

    /// Every setting is taken apart here, so that a new one cannot be forgotten.
    fn all(&mut self, office: &Office) {
        let Settings {
            regulation,
            outside_force,
            late_form,
            scheduler,
            output,
            store,
            office: name,
            hours,
            language,
            languages,
            profile,
            formats,
            ledger,
            ledger_waits,
            witness,
            ledger_password_env,
            limits,
            transport,
            approval_required,
            addresses,
            delivery,
            delivery_default,
            passphrases,
            mailbox,
            checks,
            keep,
            copies,
            alerts,
            console,
        } = &office.settings;
        self.text("regulation", regulation);
        self.word("outside_force", outside_force);
        self.word("late_form", late_form);
        self.word("scheduler", scheduler);
        self.text("output", output.display());
        self.office(name);
        self.hours(hours, regulation);
        self.word("languages.default", language);
        for (organ, language) in languages {
            self.word(&format!("languages.{organ}"), language);
        }
        self.flag("approval.required", *approval_required);
        self.text("workbook.profile", profile);
        self.list("workbook.formats", formats);
        self.text("ledger.url", ledger);
        self.maybe("ledger.password_env", ledger_password_env.as_ref());
        self.text("ledger.witness", witness.display());
        let LedgerWaits { connect, statement, lock, lease } = ledger_waits;
        for (key, time) in [("connect", connect), ("statement", statement), ("lock", lock), ("lease", lease)] {
            self.number(&format!("ledger.{key}_seconds"), time.as_secs());
        }
        if let Some(StoreSettings { endpoint, region, key_env, secret_env, cache, .. }) = store {
            self.text("store.url", store.as_ref().map(StoreSettings::url).unwrap_or_default());
            self.maybe("store.endpoint", endpoint.as_ref());
            self.text("store.region", region);
            self.maybe("store.key_env", Some(key_env));
            self.maybe("store.secret_env", Some(secret_env));
            self.text("store.cache", cache.display());
        }
        self.keep(*keep);
        self.word("copies.keep", copies);
        self.alerts(alerts);
        self.console(console);
        self.limits(limits);
        for (rule, setting) in checks {
            self.check(rule, setting);
        }
        self.transport(transport);
        if let Some(mailbox) = mailbox {
            self.mailbox(mailbox);
        }
        for (organ, list) in addresses {
            self.list(&format!("addresses.{organ}"), list.iter().map(domain::EmailAddress::as_str));
        }
        self.delivery("default", delivery_default);
        for (organ, delivery) in delivery {
            self.delivery(organ.as_str(), delivery);
        }
        self.maybe("encryption.passphrases", passphrases.as_ref().map(|path| path.display()));
    }

    fn office(&mut self, office: &OfficeName) {
        let OfficeName { name, contact, address, language } = office;
        for (language, text) in name.texts() {
            self.text(&format!("office.name.{language}"), text);
        }
        self.text("office.contact", contact);
        self.maybe("office.address", address.as_ref().map(domain::EmailAddress::as_str));
        self.maybe("office.language", language.as_ref());
    }

    fn hours(&mut self, hours: &Hours, regulation: &str) {
        let Hours { opening, deadline, cut_off, send } = hours;
        for (key, hour) in
            [("hours.opening", opening), ("hours.deadline", deadline), ("hours.cut_off", cut_off), ("hours.send", send)]
        {
            self.text(key, hour.format("%H:%M"));
            if let Some(last) = self.shown.last_mut().filter(|last| last.key == "hours.deadline" && last.line.is_none())
            {
                last.file = Some(format!("schedules/{regulation}/regulation.toml"));
            }
        }
    }

    fn alerts(&mut self, alerts: &AlertSettings) {
        let AlertSettings { command, webhook, limit, free_bytes } = alerts;
        self.list("alerts.command", command);
        // The path of such an address is often a secret.
        let host = |address: &String| address.splitn(4, '/').take(3).collect::<Vec<_>>().join("/") + "/…";
        self.maybe("alerts.webhook", webhook.as_ref().map(host));
        self.number("alerts.limit_seconds", limit.as_secs());
        self.number("alerts.free_bytes", *free_bytes);
    }

    fn keep(&mut self, keep: Keep) {
        let Keep { trials_days, formats_days, alerts_days, data_days } = keep;
        self.maybe_number("keep.trials_days", trials_days);
        self.maybe_number("keep.formats_days", formats_days);
        self.maybe_number("keep.alerts_days", alerts_days);
        self.maybe_number("keep.data_days", data_days);
    }

    fn limits(&mut self, limits: &Limits) {
        let Limits {
            max_body_bytes,
            connect,
            answer,
            attempts,
            first_pause,
            longest_pause,
            fetch_at_a_time,
            hand_over_at_a_time,
        } = limits;
        self.number("limits.max_body_bytes", *max_body_bytes);
        self.number("limits.connect_seconds", connect.as_secs());
        self.number("limits.answer_seconds", answer.as_secs());
        self.number("limits.attempts", u64::from(*attempts));
        self.number("limits.first_pause_seconds", first_pause.as_secs());
        self.number("limits.longest_pause_seconds", longest_pause.as_secs());
        self.number("limits.fetch_at_a_time", *fetch_at_a_time as u64);
        self.number("limits.hand_over_at_a_time", *hand_over_at_a_time as u64);
    }

    fn check(&mut self, rule: &str, setting: &CheckSetting) {
        let severity = setting.severity.map_or_else(|| "off".to_owned(), |severity| severity.to_string());
        let forms: Vec<&str> = setting.forms.iter().map(AsRef::as_ref).collect();
        let of = if forms.is_empty() { String::new() } else { format!(" for {}", forms.join(", ")) };
        self.text(&format!("checks.{rule}"), severity + &of);
    }

    fn transport(&mut self, transport: &TransportSettings) {
        match transport {
            TransportSettings::Folder { path } => {
                self.text("transport.kind", "folder");
                self.text("transport.folder", path.display());
            }
            TransportSettings::Smtp(smtp) => {
                self.text("transport.kind", "smtp");
                self.smtp(smtp);
            }
        }
    }

    fn smtp(&mut self, smtp: &SmtpSettings) {
        let SmtpSettings { host, port, tls, login, authorities, from, archive, max_message_bytes, dkim, pace } = smtp;
        self.text("transport.smtp.host", host);
        self.number("transport.smtp.port", u64::from(*port));
        self.word("transport.smtp.tls", tls);
        self.login("transport.smtp", login.as_ref());
        self.maybe("transport.smtp.authorities", authorities.as_ref().map(|path| path.display()));
        self.text("transport.smtp.from", from.as_str());
        self.maybe("transport.smtp.archive", archive.as_ref().map(domain::EmailAddress::as_str));
        self.number("transport.smtp.max_message_bytes", *max_message_bytes);
        if let Some(DkimSettings { selector, key, domain }) = dkim {
            self.text("transport.smtp.dkim.selector", selector);
            self.text("transport.smtp.dkim.key", key.display());
            self.text("transport.smtp.dkim.domain", domain);
        }
        let SmtpPace {
            connections,
            mails_a_minute,
            attempts,
            first_pause,
            longest_pause,
            connect,
            reply,
            block,
            end,
            stop,
        } = pace;
        self.maybe_number("transport.smtp.connections", connections.map(|count| count as u64));
        self.maybe_number("transport.smtp.mails_a_minute", mails_a_minute.map(u64::from));
        self.number("transport.smtp.attempts", u64::from(*attempts));
        for (key, time) in [
            ("first_pause", first_pause),
            ("longest_pause", longest_pause),
            ("connect", connect),
            ("reply", reply),
            ("block", block),
            ("end", end),
            ("stop", stop),
        ] {
            self.number(&format!("transport.smtp.{key}_seconds"), time.as_secs());
        }
    }

    /// The place of a login, never the login itself.
    fn login(&mut self, above: &str, login: Option<&Login>) {
        match login {
            Some(Login::File(path)) => self.text(&format!("{above}.credentials"), path.display()),
            Some(Login::Environment { user, password }) => {
                self.text(&format!("{above}.user_env"), user);
                self.text(&format!("{above}.password_env"), password);
            }
            None => {}
        }
    }

    fn mailbox(&mut self, mailbox: &MailboxSettings) {
        let MailboxSettings { host, port, tls, login, authorities, folder } = mailbox;
        self.text("mailbox.host", host);
        self.number("mailbox.port", u64::from(*port));
        self.word("mailbox.tls", tls);
        self.login("mailbox", Some(login));
        self.maybe("mailbox.authorities", authorities.as_ref().map(|path| path.display()));
        self.text("mailbox.folder", folder);
    }

    fn console(&mut self, console: &ConsoleSettings) {
        let ConsoleSettings {
            listen,
            public_url,
            tls,
            is_behind_proxy,
            trusted_proxies,
            session: SessionSettings { idle, lifetime, per_person },
            agreement,
            key_env,
            local,
        } = console;
        self.text("console.listen", listen);
        self.text("console.public_url", public_url);
        if let Some(ConsoleTls { certificate, key_file }) = tls {
            self.text("console.tls.certificate", certificate.display());
            self.text("console.tls.key_file", key_file.display());
        }
        self.maybe("console.behind", is_behind_proxy.then_some("proxy"));
        self.list("console.trusted_proxies", trusted_proxies);
        for (key, time) in [("idle", idle), ("lifetime", lifetime)] {
            let seconds = time.as_secs();
            let units = [(3600, 'h'), (60, 'm'), (1, 's')];
            let (size, unit) = units.into_iter().find(|(size, _)| seconds % size == 0).unwrap_or((1, 's'));
            self.text(&format!("console.session.{key}"), format!("{}{unit}", seconds / size));
        }
        self.number("console.session.per_person", u64::from(*per_person));
        self.text("console.agreement", agreement.display());
        self.text("console.key_env", key_env);
        self.flag("console.local", *local);
    }

    fn delivery(&mut self, organ: &str, delivery: &Delivery) {
        let Delivery { domains, max_message_bytes, too_large, encrypt, copies } = delivery;
        let key = |name: &str| format!("delivery.{organ}.{name}");
        if !domains.is_empty() {
            self.list(&key("domains"), domains);
        }
        if max_message_bytes.is_some() {
            self.maybe_number(&key("max_message_bytes"), *max_message_bytes);
        }
        if let Some(too_large) = too_large {
            self.word(&key("too_large"), too_large);
        }
        if let Some(encrypt) = encrypt {
            self.flag(&key("encrypt"), *encrypt);
        }
        for (address, numbers) in copies {
            let numbers = numbers.iter().map(|number| Value::Integer(i64::from(*number))).collect();
            self.add(&key(&format!("copies.{}", address.as_str())), Some(Value::Array(numbers)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::init;

    fn shown(home: &Path) -> BTreeMap<String, ShownSetting> {
        let office = Office::load(home).unwrap_or_else(|faults| panic!("{faults}"));
        shown_settings(&office).unwrap().into_iter().map(|setting| (setting.key.clone(), setting)).collect()
    }

    #[test]
    fn each_setting_has_its_value_and_its_line() {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path()).unwrap();
        let file = folder.path().join(FILE);
        let text = fs::read_to_string(&file).unwrap();
        let text =
            text.replace("attempts = 4\nfirst", "attempts = 7\nfirst").replacen("#password_env", "password_env", 1);
        fs::write(&file, format!("{text}\n[addresses]\nmia = [\"a@example.org\"]\n").replace("[addresses]\n#", "#"))
            .unwrap();
        let shown = shown(folder.path());
        let attempts = &shown["limits.attempts"];
        let written = fs::read_to_string(&file).unwrap();
        assert_eq!(attempts.value.as_deref(), Some("7"));
        assert_eq!(written.lines().nth(attempts.line.unwrap() - 1), Some("attempts = 7"));
        assert!(shown["ledger.password_env"].is_variable, "{:?}", shown["ledger.password_env"]);
        assert_eq!(shown["addresses.mia"].value.as_deref(), Some("[\"a@example.org\"]"));
        assert!(!shown.contains_key("delivery.default.encrypt"));
    }

    #[test]
    fn a_setting_that_is_not_written_has_the_default_and_no_line() {
        let folder = tempfile::tempdir().unwrap();
        init(folder.path()).unwrap();
        fs::write(folder.path().join(FILE), "regulation = \"order-25-2019\"\n").unwrap();
        let shown = shown(folder.path());
        assert_eq!((shown["regulation"].line, shown["outside_force"].line), (Some(1), None));
        assert_eq!(shown["limits.attempts"].value.as_deref(), Some("4"));
        let deadline = &shown["hours.deadline"];
        assert_eq!(deadline.value.as_deref(), Some("\"18:00\""));
        assert_eq!(deadline.file.as_deref(), Some("schedules/order-25-2019/regulation.toml"));
    }
}
