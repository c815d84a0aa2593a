//! `[transport.smtp]` of `zhinaq.toml`. In: the table as written. Out: the mail server, its login, its signature and
//! its pace. This module does not know whether the server exists.

use std::{path::PathBuf, time::Duration};

use serde::Deserialize;
use toml::Spanned;

use super::{DkimSettings, SmtpPace, SmtpSettings, SmtpTls, login_file::WrittenLogin, reader::Reader};
use domain::EmailAddress;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSmtp {
    host: Spanned<String>,
    port: Option<u16>,
    tls: Option<Spanned<SmtpTls>>,
    user_env: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    credentials: Option<Spanned<PathBuf>>,
    authorities: Option<PathBuf>,
    from: Spanned<String>,
    archive: Option<Spanned<String>>,
    max_message_bytes: Option<u64>,
    dkim: Option<WrittenDkim>,
    connections: Option<Spanned<usize>>,
    mails_a_minute: Option<Spanned<u32>>,
    attempts: Option<Spanned<u32>>,
    first_pause_seconds: Option<u64>,
    longest_pause_seconds: Option<u64>,
    connect_seconds: Option<Spanned<u64>>,
    reply_seconds: Option<Spanned<u64>>,
    block_seconds: Option<Spanned<u64>>,
    end_seconds: Option<Spanned<u64>>,
    stop_seconds: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenDkim {
    selector: Spanned<String>,
    key: PathBuf,
    domain: Option<Spanned<String>>,
}

/// Reads the table. `None` if the sender is not an address.
pub(super) fn meant(reader: &mut Reader<'_>, written: WrittenSmtp) -> Option<SmtpSettings> {
    let tls = written.tls.as_ref().map_or(SmtpTls::Starttls, |tls| *tls.get_ref());
    let host = written.host.get_ref();
    if tls == SmtpTls::None && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]") {
        let span = written.tls.as_ref().map_or(written.host.span(), Spanned::span);
        reader.fault(&span, format!("`{host}` is another machine: mail to it needs \"starttls\" or \"tls\""));
    }
    let pace = pace(reader, &written);
    let WrittenSmtp { user_env, password_env, credentials, .. } = written;
    let login = WrittenLogin { user_env, password_env, credentials }.meant(reader);
    let archive = written.archive.and_then(|address| reader.parsed(&address));
    let from: EmailAddress = reader.parsed(&written.from)?;
    let port = match tls {
        SmtpTls::Starttls => 587,
        SmtpTls::Tls => 465,
        SmtpTls::None => 25,
    };
    let dkim = written.dkim.and_then(|dkim| dkim_meant(reader, dkim, &from));
    Some(SmtpSettings {
        host: written.host.into_inner(),
        port: written.port.unwrap_or(port),
        tls,
        login,
        authorities: written.authorities,
        from,
        archive,
        // The default of Postfix.
        max_message_bytes: written.max_message_bytes.unwrap_or(10_240_000),
        dkim,
        pace,
    })
}

fn pace(reader: &mut Reader<'_>, written: &WrittenSmtp) -> SmtpPace {
    if let Some(zero) = written.connections.as_ref().filter(|count| *count.get_ref() == 0) {
        reader.fault(&zero.span(), "at least one connection");
    }
    for zero in [&written.mails_a_minute, &written.attempts].into_iter().flatten().filter(|n| *n.get_ref() == 0) {
        reader.fault(&zero.span(), "at least one; leave the line out for what the program does by itself");
    }
    let mut seconds = |written: &Option<Spanned<u64>>, default: Duration| {
        let Some(written) = written else { return default };
        if *written.get_ref() == 0 {
            reader.fault(&written.span(), "no server answers within 0 seconds");
        }
        Duration::from_secs(*written.get_ref())
    };
    let default = SmtpPace::default();
    SmtpPace {
        connections: written.connections.as_ref().map(|count| *count.get_ref()),
        mails_a_minute: written.mails_a_minute.as_ref().map(|count| *count.get_ref()),
        attempts: written.attempts.as_ref().map_or(default.attempts, |count| *count.get_ref()),
        first_pause: written.first_pause_seconds.map_or(default.first_pause, Duration::from_secs),
        longest_pause: written.longest_pause_seconds.map_or(default.longest_pause, Duration::from_secs),
        connect: seconds(&written.connect_seconds, default.connect),
        reply: seconds(&written.reply_seconds, default.reply),
        block: seconds(&written.block_seconds, default.block),
        end: seconds(&written.end_seconds, default.end),
        stop: seconds(&written.stop_seconds, default.stop),
    }
}

/// Reads the key of signatures. A signature is for the sender's domain, unless another one is written.
fn dkim_meant(reader: &mut Reader<'_>, written: WrittenDkim, from: &EmailAddress) -> Option<DkimSettings> {
    let domain = written.domain.as_ref().map_or(from.domain(), |domain| domain.get_ref().as_str()).to_ascii_lowercase();
    let selector = written.selector.get_ref().to_ascii_lowercase();
    if format!("x@{selector}._domainkey.{domain}").replace('_', "").parse::<EmailAddress>().is_err() {
        reader.fault(
            &written.selector.span(),
            "selector and domain make no name of the DNS: write `post` and `example.org`",
        );
        return None;
    }
    if !from.is_within(&domain) {
        let span = written.domain.map_or(written.selector.span(), |domain| domain.span());
        reader.fault(&span, format!("mail from `{}` cannot be signed for `{domain}`", from.domain()));
    }
    Some(DkimSettings { selector, key: written.key, domain })
}
