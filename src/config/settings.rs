//! What `zhinaq.toml` means, with every default in this one place.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use super::CheckSetting;
use domain::{EmailAddress, Hours, Language, LateForm, OrganId, Titles};

/// The settings of an office.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The id of the regulation that is applied.
    pub regulation: String,
    pub outside_force: OutsideForce,
    /// What a collection without a setting of its own does when a form has not come.
    pub late_form: LateForm,
    /// Where runs write; absolute, or below the home.
    pub output: PathBuf,
    pub office: OfficeName,
    pub hours: Hours,
    pub language: Language,
    /// The languages of single organs.
    pub languages: BTreeMap<OrganId, Language>,
    /// The kind of workbook that is made.
    pub profile: String,
    /// `sqlite:PATH` with the path below the home, or `postgres://…` without a password.
    pub ledger: String,
    /// The folder, absolute or below the home, where what was handed over is written a second time.
    pub witness: PathBuf,
    /// The environment variable with the ledger's password.
    pub ledger_password_env: Option<String>,
    pub limits: Limits,
    pub transport: TransportSettings,
    /// Whether an issue goes only after a second person approved it.
    pub approval_required: bool,
    pub addresses: BTreeMap<OrganId, Vec<EmailAddress>>,
    /// What is particular about delivering to single organs; what they leave open `delivery_default` says.
    pub delivery: BTreeMap<OrganId, Delivery>,
    pub delivery_default: Delivery,
    /// A file with the organs' passphrases, readable by its owner alone; below the home.
    pub passphrases: Option<PathBuf>,
    /// Where bounces and answers are read.
    pub mailbox: Option<MailboxSettings>,
    /// By rule; a rule that is not here weighs as it weighs.
    pub checks: BTreeMap<String, CheckSetting>,
}

/// How an organ takes its mail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delivery {
    /// Mail may go to addresses in these domains and those below them; empty: anywhere.
    pub domains: Vec<String>,
    /// The largest mail that the organ takes.
    pub max_message_bytes: Option<u64>,
    pub too_large: Option<TooLargeFor>,
    /// Whether copies go in encrypted archives.
    pub encrypt: Option<bool>,
    /// The copies that go to single addresses; those that no rule names go to all.
    pub copies: BTreeMap<EmailAddress, Vec<u32>>,
}

/// What becomes of a parcel that is too large for one mail. It never goes without its workbooks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TooLargeFor {
    /// Several mails, each with some of the copies.
    #[default]
    Split,
    /// Into the outbox folder, whole.
    Folder,
}

/// What happens on a date on which the act is not in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum OutsideForce {
    /// Go on and say so everywhere.
    #[default]
    Warn,
    /// Stop.
    Refuse,
}

/// How the office calls itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OfficeName {
    pub name: Titles,
    /// Empty: the line is left out.
    pub contact: String,
    /// Where alerts go.
    pub address: Option<EmailAddress>,
}

/// What the program allows itself and others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one answer.
    pub max_body_bytes: u64,
    pub connect: Duration,
    pub answer: Duration,
    /// How often one document is asked for in one go.
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
    pub fetch_at_a_time: usize,
    pub hand_over_at_a_time: usize,
}

/// How parcels leave the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportSettings {
    /// Absolute, or below the home.
    Folder {
        path: PathBuf,
    },
    Smtp(SmtpSettings),
}

/// A mail server. Secrets are named, never held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    /// None where the server asks for none.
    pub login: Option<Login>,
    /// A PEM file with the authorities that may have signed the server's certificate; below the home.
    pub authorities: Option<PathBuf>,
    pub from: EmailAddress,
    /// Gets a copy of each mail in the same transmission.
    pub archive: Option<EmailAddress>,
    pub max_message_bytes: u64,
    pub dkim: Option<DkimSettings>,
    pub pace: SmtpPace,
}

/// Where user and password for a server come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// A file with `user` and `password`, readable by its owner alone; below the home.
    File(PathBuf),
    /// The names of two variables of the environment.
    Environment { user: String, password: String },
}

impl Login {
    /// The file, where one holds the secrets.
    #[must_use]
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Environment { .. } => None,
        }
    }
}

/// How fast and how patiently a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpPace {
    /// Open at a time; as many as parcels are handed over at a time, unless it is written.
    pub connections: Option<usize>,
    /// Over all connections; as many as it takes, unless it is written.
    pub mails_a_minute: Option<u32>,
    /// How often one mail is tried in one go.
    pub attempts: u32,
    pub first_pause: Duration,
    pub longest_pause: Duration,
    pub connect: Duration,
    /// For the greeting and each reply to a command.
    pub reply: Duration,
    /// Without any byte of a mail leaving.
    pub block: Duration,
    /// For the reply to a mail's end.
    pub end: Duration,
}

/// A mailbox on an IMAP server. Secrets are named, never held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxSettings {
    pub host: String,
    pub port: u16,
    pub tls: SmtpTls,
    pub login: Login,
    /// A PEM file with the authorities that may have signed the server's certificate; below the home.
    pub authorities: Option<PathBuf>,
    pub folder: String,
}

/// The key that mails are signed with (DKIM); its public half stands in the DNS under the selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    pub selector: String,
    /// A PEM file; below the home.
    pub key: PathBuf,
    pub domain: String,
}

/// Whether and how the line to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmtpTls {
    /// Upgraded on a plain connection; refused where the server does not offer it.
    Starttls,
    /// From the first byte.
    Tls,
    /// Only to this machine itself.
    None,
}

impl Default for SmtpPace {
    /// The time-outs are those of RFC 5321, 4.5.3.2, but for connecting, which is none of that document's matters.
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
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // The largest real form is 8.5 MB of XML in 1.5 MB; a whole service answer is below 10 MB.
            max_body_bytes: 64 << 20,
            connect: Duration::from_secs(10),
            answer: Duration::from_mins(1),
            attempts: 4,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            fetch_at_a_time: 4,
            // About 24 MB of memory for each mail in flight.
            hand_over_at_a_time: 4,
        }
    }
}

impl Settings {
    /// What an office has that writes nothing; `deadline` is the regulation's.
    #[must_use]
    pub fn defaults(regulation: &str) -> Self {
        Self {
            regulation: regulation.to_owned(),
            outside_force: OutsideForce::default(),
            late_form: LateForm::default(),
            output: "output".into(),
            office: OfficeName::default(),
            hours: Hours::default(),
            language: Language::Ru,
            languages: BTreeMap::new(),
            profile: "accessible".into(),
            ledger: "sqlite:output/ledger.sqlite".into(),
            witness: ".zhinaq".into(),
            ledger_password_env: None,
            limits: Limits::default(),
            transport: TransportSettings::Folder { path: "output/outbox".into() },
            approval_required: false,
            addresses: BTreeMap::new(),
            delivery: BTreeMap::new(),
            delivery_default: Delivery::default(),
            passphrases: None,
            mailbox: None,
            checks: BTreeMap::new(),
        }
    }

    /// The domains that an organ's mail may go to; empty: anywhere.
    #[must_use]
    pub fn domains_of(&self, organ: &OrganId) -> &[String] {
        let own = self.delivery.get(organ).map(|d| d.domains.as_slice()).filter(|domains| !domains.is_empty());
        own.unwrap_or(&self.delivery_default.domains)
    }

    /// The largest mail that an organ takes, where that is known.
    #[must_use]
    pub fn largest_mail_of(&self, organ: &OrganId) -> Option<u64> {
        self.delivery.get(organ).and_then(|d| d.max_message_bytes).or(self.delivery_default.max_message_bytes)
    }

    /// What becomes of an organ's parcel that is too large for one mail.
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
