//! The meaning of `zhinaq.toml`: the settings of an office, with every default in this one place. In: the id of an act.
//! Out: [`Settings`]. This module does not know how the file is written.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::{AlertSettings, CheckSetting, ConsoleSettings, SchedulerUse, StoreSettings};
use domain::{EmailAddress, Hours, Language, LateForm, OrganId, Titles};

/// The settings of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The id of the regulation that is applied.
    pub regulation: String,
    pub outside_force: OutsideForce,
    /// What happens when a form has not come, for collections without a setting of their own.
    pub late_form: LateForm,
    pub scheduler: SchedulerUse,
    /// The folder that runs write to; absolute, or below the home.
    pub output: PathBuf,
    /// The store of the artifacts; `None` = the folder `output`.
    pub store: Option<StoreSettings>,
    pub office: OfficeName,
    pub hours: Hours,
    pub language: Language,
    /// The languages of single organs.
    pub languages: BTreeMap<OrganId, Language>,
    /// The kind of workbook that is made.
    pub profile: String,
    /// The formats beside the workbook, by their ids.
    pub formats: Vec<String>,
    /// `sqlite:PATH` with the path below the home, or `postgres://…` without a password.
    pub ledger: String,
    /// The folder in which each hand-over is recorded a second time; absolute, or below the home.
    pub witness: PathBuf,
    /// The environment variable with the ledger's password.
    pub ledger_password_env: Option<String>,
    pub ledger_waits: LedgerWaits,
    pub limits: Limits,
    pub transport: TransportSettings,
    /// Whether an issue is sent only after a second person has approved it.
    pub approval_required: bool,
    pub addresses: BTreeMap<OrganId, Vec<EmailAddress>>,
    /// The rules for single organs. `delivery_default` applies to what they do not set.
    pub delivery: BTreeMap<OrganId, Delivery>,
    pub delivery_default: Delivery,
    /// A file with the organs' passphrases, readable only by its owner; below the home.
    pub passphrases: Option<PathBuf>,
    /// The mailbox in which bounces and answers are read.
    pub mailbox: Option<MailboxSettings>,
    pub alerts: AlertSettings,
    pub console: ConsoleSettings,
    /// By rule. A rule that is not listed keeps its own severity.
    pub checks: BTreeMap<String, CheckSetting>,
    pub keep: Keep,
    pub copies: KeptCopies,
}

/// How the numbered copies get into the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum KeptCopies {
    /// As a second name of the same file, where the file system can do that.
    #[default]
    Link,
    /// As a file of their own.
    Copy,
}

/// How many days files are kept that can be made again; `None` = for ever. What the register, evidence or a closed period
/// needs has no term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// What dry runs and previews wrote.
    pub trials_days: Option<u64>,
    /// Books in other formats, beside their masters.
    pub formats_days: Option<u64>,
    /// Alerts that were written into the output; the journal has them too.
    pub alerts_days: Option<u64>,
    /// Figures as they were read from snapshots.
    pub data_days: Option<u64>,
}

/// The rules for mail to an organ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Mail may go to addresses in these domains and below them; empty = to any address.
    pub domains: Vec<String>,
    /// The largest mail that the organ takes, in bytes.
    pub max_message_bytes: Option<u64>,
    pub too_large: Option<TooLargeFor>,
    /// Whether copies go in encrypted archives.
    pub encrypt: Option<bool>,
    /// The copies that go to single addresses. Copies without a rule go to all addresses.
    pub copies: BTreeMap<EmailAddress, Vec<u32>>,
}

/// What happens to a parcel that is too large for one mail. It is never sent without its workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TooLargeFor {
    /// Sent as several mails, each with some of the copies.
    #[default]
    Split,
    /// Written to the outbox folder, whole.
    Folder,
}

/// What the program does on a date on which the act is not in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum OutsideForce {
    /// Continue, with a warning wherever the act is applied.
    #[default]
    Warn,
    /// Stop.
    Refuse,
}

/// The name of the office, and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeName {
    pub name: Titles,
    /// Empty = the line is left out.
    pub contact: String,
    /// The address that alerts are sent to.
    pub address: Option<EmailAddress>,
    /// The language in which the program speaks to the people of the office; `None` = English.
    pub language: Option<Language>,
}

/// Limits of size, time and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest answer, in bytes.
    pub max_body_bytes: u64,
    pub connect: Duration,
    pub answer: Duration,
    /// The most requests for one document in one fetch.
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
    pub fetch_at_a_time: usize,
    pub hand_over_at_a_time: usize,
}

/// How long the ledger's database is waited for, and how long the claim of a run lasts without being renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LedgerWaits {
    pub connect: Duration,
    /// For the answer to one statement.
    pub statement: Duration,
    /// For another program's transaction.
    pub lock: Duration,
    pub lease: Duration,
}

/// How parcels are handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportSettings {
    /// Absolute, or below the home.
    Folder {
        path: PathBuf,
    },
    Smtp(SmtpSettings),
}

/// A mail server. It contains the places of secrets, never the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// `None` if the server needs no login.
    pub login: Option<Login>,
    /// A PEM file with the authorities that may sign the server's certificate; below the home.
    pub authorities: Option<PathBuf>,
    pub from: EmailAddress,
    /// Gets a copy of each mail in the same transmission.
    pub archive: Option<EmailAddress>,
    pub max_message_bytes: u64,
    pub dkim: Option<DkimSettings>,
    pub pace: SmtpPace,
}

/// Where the user and the password for a server come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// A file with `user` and `password`, readable only by its owner; below the home.
    File(PathBuf),
    /// The names of two variables of the environment.
    Environment { user: String, password: String },
}

impl Login {
    /// The file with the secrets, if they are in a file.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Environment { .. } => None,
        }
    }
}

/// The pace of work with a mail server: connections, attempts, pauses and time-outs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpPace {
    /// The most connections at a time. `None` = as many as parcels are handed over at a time.
    pub connections: Option<usize>,
    /// The most mails a minute over all connections. `None` = no limit.
    pub mails_a_minute: Option<u32>,
    /// The most attempts for one mail in one hand-over.
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
    pub connect: Duration,
    /// The time-out of the greeting and of each reply to a command.
    pub reply: Duration,
    /// The time-out while no byte of a mail can be sent.
    pub block: Duration,
    /// The time-out of the reply to the end of a mail.
    pub end: Duration,
    /// How long a mail under way may take after the program was asked to stop.
    pub stop: Duration,
}

/// A mailbox on an IMAP server. It contains the places of secrets, never the secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub login: Login,
    /// A PEM file with the authorities that may sign the server's certificate; below the home.
    pub authorities: Option<PathBuf>,
    pub folder: String,
}

/// The key that mails are signed with (DKIM). The public key is in the DNS, under the selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    pub selector: String,
    /// A PEM file; below the home.
    pub key: PathBuf,
    pub domain: String,
}

/// Whether and how the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// The connection begins plain and is upgraded. It is refused if the server does not offer this.
    Starttls,
    /// The connection is encrypted from the first byte.
    Tls,
    /// The connection is plain. Allowed only to this machine.
    None,
}

impl Default for SmtpPace {
    /// The time-outs are those of RFC 5321, 4.5.3.2. The time-out of connecting is not: the RFC does not give one.
    fn default() -> Self {
        Self {
            connections: None,
            mails_a_minute: None,
            attempts: 4,
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_mins(1),
            connect: Duration::from_secs(30),
            reply: Duration::from_mins(5),
            block: Duration::from_mins(3),
            end: Duration::from_mins(10),
            // Half of the time that systemd leaves before it kills.
            stop: Duration::from_mins(5),
        }
    }
}

impl Default for LedgerWaits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            statement: Duration::from_secs(20),
            lock: Duration::from_secs(10),
            // A run renews it three times in this time, so one renewal may fail for the whole limit of a statement.
            lease: Duration::from_mins(1),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The largest real form has 1.5 MB: 8.5 MB of XML. A whole answer of a service has less than 10 MB.
            max_body_bytes: 64 << 20,
            connect: Duration::from_secs(10),
            answer: Duration::from_mins(1),
            attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            fetch_at_a_time: 4,
            // Each mail that is being handed over takes about 24 MB of memory.
            hand_over_at_a_time: 4,
        }
    }
}

impl Settings {
    /// The settings of an office that writes none.
    #[must_use]
    pub fn defaults(regulation: &str) -> Self {
        Self {
            regulation: regulation.to_owned(),
            outside_force: OutsideForce::default(),
            late_form: LateForm::default(),
            scheduler: SchedulerUse::default(),
            output: "output".into(),
            store: None,
            office: OfficeName::default(),
            hours: Hours::default(),
            language: Language::RU,
            languages: BTreeMap::new(),
            profile: "accessible".into(),
            formats: Vec::new(),
            ledger: "sqlite:output/ledger.sqlite".into(),
            witness: ".zhinaq".into(),
            ledger_password_env: None,
            ledger_waits: LedgerWaits::default(),
            limits: Limits::default(),
            transport: TransportSettings::Folder { path: "output/outbox".into() },
            approval_required: false,
            addresses: BTreeMap::new(),
            delivery: BTreeMap::new(),
            delivery_default: Delivery::default(),
            passphrases: None,
            mailbox: None,
            alerts: AlertSettings::default(),
            console: ConsoleSettings::default(),
            checks: BTreeMap::new(),
            keep: Keep::default(),
            copies: KeptCopies::default(),
        }
    }

    /// The domains that an organ's mail may go to; empty = any domain.
    #[must_use]
    pub fn domains_of(&self, organ: &OrganId) -> &[String] {
        let own = self.delivery.get(organ).map(|d| d.domains.as_slice()).filter(|domains| !domains.is_empty());
        own.unwrap_or(&self.delivery_default.domains)
    }

    /// The largest mail that an organ takes, in bytes, if it is known.
    #[must_use]
    pub fn largest_mail_of(&self, organ: &OrganId) -> Option<u64> {
        self.delivery.get(organ).and_then(|d| d.max_message_bytes).or(self.delivery_default.max_message_bytes)
    }

    /// What happens to an organ's parcel that is too large for one mail.
    #[must_use]
    pub fn too_large_for(&self, organ: &OrganId) -> TooLargeFor {
        let own = self.delivery.get(organ).and_then(|d| d.too_large);
        own.or(self.delivery_default.too_large).unwrap_or_default()
    }

    /// Whether an organ's copies go in encrypted archives.
    #[must_use]
    pub fn encrypts_for(&self, organ: &OrganId) -> bool {
        let own = self.delivery.get(organ).and_then(|d| d.encrypt);
        own.or(self.delivery_default.encrypt).unwrap_or_default()
    }

    /// The addresses that one copy of an organ goes to.
    #[must_use]
    pub fn addresses_of(&self, organ: &OrganId, copy: u32) -> Vec<EmailAddress> {
        let all = self.addresses.get(organ).cloned().unwrap_or_default();
        let Some(delivery) = self.delivery.get(organ) else { return all };
        if !delivery.copies.values().any(|numbers| numbers.contains(&copy)) {
            return all;
        }
        all.into_iter().filter(|a| delivery.copies.get(a).is_some_and(|numbers| numbers.contains(&copy))).collect()
    }

    /// The language of an organ's workbooks and mails.
    #[must_use]
    pub fn language_of(&self, organ: &OrganId) -> Language {
        self.languages.get(organ).copied().unwrap_or(self.language)
    }
}
