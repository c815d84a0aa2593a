//! How parcels reach their organs: the way, the addresses, and what happens to one that is too large.

use std::{
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::Deserialize;

use crate::{
    config::{Office, SmtpSettings, SmtpTls, TooLargeFor, TransportSettings, parse_toml},
    distribute::{Credentials, Dkim, Parcel, Security, Smtp, SmtpServer, Timeouts, Transport, wire_size},
    domain::{EmailAddress, OrganId, Origin},
    pipeline::{Desk, Failure},
};

/// The addresses that one copy of an organ goes to.
#[must_use]
pub fn addresses(office: &Office, organ: &OrganId, copy: u32) -> Vec<EmailAddress> {
    office.settings.addresses_of(organ, copy)
}

/// The parcel in parts, where its copies go to different addresses; it stays one parcel, for the journal speaks of
/// copies.
#[must_use]
pub fn by_address(office: &Office, parcel: &Parcel) -> Vec<Parcel> {
    let mut parts: Vec<Parcel> = Vec::new();
    for copy in &parcel.copies {
        let to = addresses(office, &parcel.id.organ, copy.record.number);
        match parts.iter_mut().find(|part| part.to == to) {
            Some(part) => part.copies.push(copy.clone()),
            None => parts.push(Parcel { to, copies: vec![copy.clone()], ..parcel.clone() }),
        }
    }
    parts
}

/// Whether a parcel goes into the folder, for it is too large for one mail and its organ wants it whole.
#[must_use]
pub fn goes_by_folder(office: &Office, parcel: &Parcel) -> bool {
    let TransportSettings::Smtp(smtp) = &office.settings.transport else { return true };
    let wire: u64 = parcel.copies.iter().map(|c| wire_size(c.length())).sum();
    let limit = parcel.max_message_bytes.map_or(smtp.max_message_bytes, |own| own.min(smtp.max_message_bytes));
    wire > limit && office.settings.too_large_for(&parcel.id.organ) == TooLargeFor::Folder
}

/// The folder that parcels are laid into. Sample parcels stay below the sample office's own output, wherever the real
/// outbox is.
#[must_use]
pub fn outbox(desk: &Desk) -> PathBuf {
    match &desk.office.settings.transport {
        TransportSettings::Folder { path } if desk.origin == Origin::Real => desk.office.path(path),
        TransportSettings::Folder { .. } | TransportSettings::Smtp(_) => desk.artifacts.root().join("outbox"),
    }
}

/// The way by which parcels leave the house.
///
/// # Errors
/// When the mail server's settings cannot be used, or its credentials are not there.
pub fn transport(desk: &Desk, dry_run: bool) -> Result<Transport, Failure> {
    let settings = match &desk.office.settings.transport {
        _ if dry_run && matches!(desk.office.settings.transport, TransportSettings::Folder { .. }) => {
            return Ok(Transport::folder(desk.artifacts.root().join("dry-run")));
        }
        TransportSettings::Folder { .. } => {
            return Ok(Transport::folder(outbox(desk)));
        }
        TransportSettings::Smtp(settings) => settings,
    };
    let server = server(desk, settings, dry_run)?;
    if dry_run {
        return Ok(Transport::drawer(desk.artifacts.root().join("dry-run"), server));
    }
    let smtp = if desk.origin == Origin::Sample { Smtp::on_this_machine(server) } else { Smtp::new(server) };
    let smtp =
        smtp.map_err(|error| Failure::usage(format!("the mail server of zhinaq.toml cannot be used: {error}")))?;
    Ok(Transport::Smtp(smtp))
}

fn server(desk: &Desk, settings: &SmtpSettings, dry_run: bool) -> Result<SmtpServer, Failure> {
    Ok(SmtpServer {
        host: settings.host.clone(),
        port: settings.port,
        security: match settings.tls {
            SmtpTls::Starttls => Security::StartTls,
            SmtpTls::Tls => Security::Implicit,
            SmtpTls::None => Security::None,
        },
        authorities: settings.authorities.as_ref().map(|path: &PathBuf| desk.office.path(path)),
        credentials: if dry_run { None } else { credentials(&desk.office, settings)? },
        from: settings.from.clone(),
        from_name: Some(desk.office.settings.office.name.ru.clone()).filter(|name| !name.is_empty()),
        archive: settings.archive.clone(),
        max_message_bytes: Some(settings.max_message_bytes),
        dkim: dkim(&desk.office, settings)?,
        timeouts: Timeouts::default(),
    })
}

fn dkim(office: &Office, settings: &SmtpSettings) -> Result<Option<Arc<Dkim>>, Failure> {
    let Some(written) = &settings.dkim else { return Ok(None) };
    let dkim = Dkim::new(&written.domain, &written.selector, &office.path(&written.key));
    dkim.map(|dkim| Some(Arc::new(dkim))).map_err(|error| Failure::usage(format!("mails cannot be signed: {error}")))
}

fn credentials(office: &Office, settings: &SmtpSettings) -> Result<Option<Credentials>, Failure> {
    if let Some(path) = &settings.credentials {
        return from_file(&office.path(path)).map(Some);
    }
    let value = |name: &str| {
        std::env::var(name)
            .map_err(|_| Failure::usage(format!("the environment variable `{name}` for the mail server is not set")))
    };
    match (settings.user_env.as_deref(), settings.password_env.as_deref()) {
        (Some(user), Some(password)) => Ok(Some(Credentials::new(value(user)?, value(password)?))),
        (None, None) => Ok(None),
        _ => {
            Err(Failure::usage("zhinaq.toml names only one of `user_env` and `password_env`; a mail server wants both"))
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    user: String,
    password: String,
}

/// User and password from a file that nobody but its owner can read. No fault repeats what stands in it.
///
/// # Errors
/// When it is not there, others can read it, or it does not hold the two.
pub fn from_file(path: &Path) -> Result<Credentials, Failure> {
    let shown = path.display();
    let wrong = |error: std::io::Error| Failure::usage(format!("the credentials `{shown}` cannot be read: {error}"));
    let mode = std::fs::metadata(path).map_err(wrong)?.mode();
    if mode & 0o077 != 0 {
        return Err(Failure::usage(format!("others can read the credentials `{shown}`: `chmod 600` the file")));
    }
    let text = std::fs::read_to_string(path).map_err(wrong)?;
    let written: Written = parse_toml("credentials", &text).map_err(|fault| {
        let line = fault.line.map(|line| format!(", line {line}")).unwrap_or_default();
        Failure::usage(format!("the credentials `{shown}`{line}: write `user = \"…\"` and `password = \"…\"`, no more"))
    })?;
    Ok(Credentials::new(written.user, written.password))
}
