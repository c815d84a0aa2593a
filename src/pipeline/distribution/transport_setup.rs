//! How parcels reach their organs: the way, the addresses, and what happens to a parcel that is too large.
//!
//! In: the settings of the office. Out: a transport, and the faults of its settings. Unknown here: the wire, which the
//! crate `distribute` deals with.

use std::{
    fs,
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::{Context, Failure, status::witnesses::outbox};
use config::{KeptCopies, Login, Office, SmtpSettings, SmtpTls, TransportSettings, parse_toml};
use distribute::{
    Credentials, Dkim, DryRun, Folder, MailSender, Pace, Parcel, Repetition, Security, Smtp, SmtpServer, Timeouts,
    Transport, certificates, is_one_mail,
};
use domain::{EmailAddress, OrganId, Origin};

/// The addresses that one copy of an organ goes to.
#[must_use]
pub fn addresses(office: &Office, organ: &OrganId, copy: u32) -> Vec<EmailAddress> {
    office.settings.addresses_of(organ, copy)
}

/// The parcel in parts, if its copies go to different addresses. `of_copy` returns the addresses that still have to get a
/// copy, and those that its mail names. It stays one parcel, because the journal records copies.
#[must_use]
pub fn by_address(parcel: &Parcel, of_copy: impl Fn(u32) -> (Vec<EmailAddress>, Vec<EmailAddress>)) -> Vec<Parcel> {
    let mut parts: Vec<Parcel> = Vec::new();
    for copy in &parcel.copies {
        let (to, named) = of_copy(copy.record.number);
        if let Some(part) = parts.iter_mut().find(|part| part.to == to && part.sending.named == named) {
            part.copies.push(copy.clone());
        } else {
            let sending = Repetition { named, ..parcel.sending.clone() };
            parts.push(Parcel { to, sending, copies: vec![copy.clone()], ..parcel.clone() });
        }
    }
    parts
}

/// Whether a parcel goes into the folder, because it is too large for one mail by the settings, and its organ wants it
/// whole. The mail server may have a smaller limit, which the transport finds out.
#[must_use]
pub fn goes_by_folder(office: &Office, parcel: &Parcel) -> bool {
    let TransportSettings::Smtp(smtp) = &office.settings.transport else { return true };
    let copies: Vec<(u32, u64)> = parcel.copies.iter().map(|c| (c.record.number, c.length())).collect();
    let limit = parcel.max_message_bytes.map_or(smtp.max_message_bytes, |own| own.min(smtp.max_message_bytes));
    parcel.by_folder_if_large && !is_one_mail(&copies, parcel.letter_bytes(), Some(limit))
}

/// The way by which parcels are sent. It is chosen only here.
///
/// # Errors
/// When the mail server's settings cannot be used, or its credentials are missing.
pub fn transport(context: &Context, dry_run: bool) -> Result<Arc<dyn Transport>, Failure> {
    let TransportSettings::Smtp(settings) = &context.office.settings.transport else {
        return Ok(folder(context, dry_run));
    };
    let sender = sender(&context.office, settings, dry_run)?;
    if dry_run {
        return Ok(Arc::new(DryRun::new(dry_run_folder(&context.output), sender)));
    }
    let smtp = if context.origin == Origin::Sample { Smtp::on_this_machine(sender) } else { Smtp::new(sender) };
    let smtp =
        smtp.map_err(|error| Failure::usage(format!("the mail server of zhinaq.toml cannot be used: {error}")))?;
    Ok(Arc::new(smtp))
}

/// The folder from which organs fetch parcels, including those that are too large for mail.
#[must_use]
pub fn folder(context: &Context, dry_run: bool) -> Arc<dyn Transport> {
    if dry_run {
        // Who looks at a dry run may change its files.
        return Arc::new(Folder::new(dry_run_folder(&context.output)));
    }
    let folder = Folder::new(outbox(context));
    Arc::new(match context.office.settings.copies {
        KeptCopies::Link => folder.linking(),
        KeptCopies::Copy => folder,
    })
}

/// The note that each copy is stored twice, because the outbox is where no link can reach it.
pub fn stored_twice(office: &Office) -> Option<String> {
    let settings = &office.settings;
    let TransportSettings::Folder { path } = &settings.transport else { return None };
    let (output, outbox) = (office.path(&settings.output), office.path(path));
    let system = |path: &Path| durable::nearest_place(path).metadata().ok().map(|found| found.dev());
    let is_reached = system(&output)? == system(&outbox)?;
    (settings.copies == KeptCopies::Link && !is_reached).then(|| {
        format!(
            "the outbox `{}` is on another file system than the output `{}`, so each copy is stored twice; put both on one file system, or write `keep = \"copy\"` under [copies] in zhinaq.toml",
            outbox.display(),
            output.display()
        )
    })
}

/// The folder of an organ, for people.
pub fn outbox_of(context: &Context, organ: &OrganId) -> String {
    outbox(context).join(organ.as_str()).display().to_string()
}

fn dry_run_folder(output: &Path) -> PathBuf {
    output.join("dry-run")
}

/// How fast parcels are sent, and how often an attempt is repeated.
#[must_use]
pub fn pace(office: &Office) -> Pace {
    let workers = office.settings.limits.hand_over_at_a_time;
    let TransportSettings::Smtp(smtp) = &office.settings.transport else { return Pace { workers, ..Pace::default() } };
    Pace {
        workers: smtp.pace.connections.unwrap_or(workers),
        retries: smtp.pace.attempts.saturating_sub(1),
        first_pause: smtp.pace.first_pause,
        longest_pause: smtp.pace.longest_pause,
        stop_bound: smtp.pace.stop,
    }
}

fn sender(office: &Office, settings: &SmtpSettings, dry_run: bool) -> Result<MailSender, Failure> {
    let server = SmtpServer {
        host: settings.host.clone(),
        port: settings.port,
        security: security(settings.tls),
        authorities: settings.authorities.as_ref().map(|path: &PathBuf| office.path(path)),
        credentials: match &settings.login {
            Some(login) if !dry_run => Some(credentials(office, login)?),
            _ => None,
        },
        mails_a_minute: settings.pace.mails_a_minute,
        timeouts: Timeouts {
            connect: settings.pace.connect,
            command: settings.pace.reply,
            block: settings.pace.block,
            end: settings.pace.end,
            ..Timeouts::default()
        },
    };
    Ok(MailSender {
        server,
        from: settings.from.clone(),
        from_name: Some(office.settings.office.name.ru.clone()).filter(|name| !name.is_empty()),
        archive: settings.archive.clone(),
        max_message_bytes: Some(settings.max_message_bytes),
        dkim: dkim(office, settings)?,
    })
}

pub(super) const fn security(tls: SmtpTls) -> Security {
    match tls {
        SmtpTls::Starttls => Security::StartTls,
        SmtpTls::Tls => Security::Implicit,
        SmtpTls::None => Security::None,
    }
}

fn dkim(office: &Office, settings: &SmtpSettings) -> Result<Option<Arc<Dkim>>, Failure> {
    let Some(written) = &settings.dkim else { return Ok(None) };
    let dkim = Dkim::new(&written.domain, &written.selector, &office.path(&written.key));
    dkim.map(|dkim| Some(Arc::new(dkim))).map_err(|error| Failure::usage(format!("mails cannot be signed: {error}")))
}

/// User and password from the place that the settings contain.
///
/// # Errors
/// When they are missing.
pub(super) fn credentials(office: &Office, login: &Login) -> Result<Credentials, Failure> {
    let value = |name: &str| {
        std::env::var(name)
            .map_err(|_| Failure::usage(format!("the environment variable `{name}` for the mail server is not set")))
    };
    match login {
        Login::File(path) => from_file(&office.path(path)),
        Login::Environment { user, password } => Ok(Credentials::new(value(user)?, value(password)?)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    user: String,
    password: String,
}

/// User and password from a file that only its owner can read. No error repeats its content.
///
/// # Errors
/// When the file is missing, others can read it, or it does not contain the two.
pub fn from_file(path: &Path) -> Result<Credentials, Failure> {
    let written: Written = secrets("credentials", path, "write `user = \"…\"` and `password = \"…\"`, no more")?;
    Ok(Credentials::new(written.user, written.password))
}

/// The content of a TOML file that only its owner can read. No error repeats any of it.
pub(super) fn secrets<T: DeserializeOwned>(what: &str, path: &Path, rule: &str) -> Result<T, Failure> {
    let shown = path.display();
    let wrong = |error: std::io::Error| Failure::usage(format!("the {what} `{shown}` cannot be read: {error}"));
    let found = fs::metadata(path).map_err(wrong)?;
    if found.mode() & 0o077 != 0 {
        return Err(Failure::usage(format!("others can read the {what} `{shown}`: `chmod 600` the file")));
    }
    if found.len() > SECRETS {
        return Err(Failure::usage(format!("the {what} `{shown}` have {} bytes: {rule}", found.len())));
    }
    let text = fs::read_to_string(path).map_err(wrong)?;
    parse_toml(what, &text).map_err(|fault| {
        let line = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
        Failure::usage(format!("the {what} `{shown}`{line}: {rule}"))
    })
}

/// The largest size of a file of secrets, in bytes.
const SECRETS: u64 = 1 << 20;

/// What keeps mail from being sent: faults in the files of the settings. Nothing is sent, and no secret is printed.
#[must_use]
pub fn faults(office: &Office) -> Vec<String> {
    let of_file = |login: &Login| from_file(&office.path(login.file()?)).err();
    let of_mailbox = office.settings.mailbox.as_ref().and_then(|mailbox| of_file(&mailbox.login));
    let mut faults: Vec<String> = of_mailbox.into_iter().map(|failure| format!("zhinaq.toml: {failure}")).collect();
    let TransportSettings::Smtp(smtp) = &office.settings.transport else { return faults };
    let credentials = smtp.login.as_ref().and_then(of_file);
    let key = dkim(office, smtp).err();
    let authorities = smtp.authorities.as_ref().and_then(|path| {
        let path = office.path(path);
        let error = certificates(&path).err()?;
        Some(Failure::usage(format!("the mail server's authorities: mail cannot be sent: {error}")))
    });
    let found = [credentials, key, authorities].into_iter().flatten();
    faults.extend(found.map(|failure| format!("zhinaq.toml: {failure}")));
    faults
}

/// The files that contain the office's secrets, wherever they lie.
#[must_use]
pub fn secret_files(office: &Office) -> Vec<PathBuf> {
    let settings = &office.settings;
    let of_login = |login: &Login| login.file().map(Path::to_owned);
    let mailbox = settings.mailbox.as_ref().and_then(|mailbox| of_login(&mailbox.login));
    let smtp = match &settings.transport {
        TransportSettings::Smtp(smtp) => {
            vec![smtp.login.as_ref().and_then(of_login), smtp.dkim.as_ref().map(|dkim| dkim.key.clone())]
        }
        TransportSettings::Folder { .. } => Vec::new(),
    };
    let console = settings.console.tls.as_ref().map(|tls| tls.key_file.clone());
    let named = [settings.passphrases.clone(), mailbox, console].into_iter().chain(smtp).flatten();
    named.map(|path| office.path(&path)).map(|path| path.canonicalize().unwrap_or(path)).collect()
}

/// The environment variables that mail needs and that are not set here. They are not faults, because a shell seldom has
/// the environment of the daemon.
#[must_use]
pub fn unset(office: &Office) -> Vec<String> {
    let TransportSettings::Smtp(smtp) = &office.settings.transport else { return Vec::new() };
    let Some(Login::Environment { user, password }) = &smtp.login else { return Vec::new() };
    let unset = [user, password].into_iter().filter(|name| std::env::var_os(name).is_none());
    let told = |name: &String| format!("the environment variable `{name}` for the mail server is not set here");
    unset.map(told).collect()
}
