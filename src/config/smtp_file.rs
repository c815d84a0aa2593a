//! `[transport.smtp]` of `zhinaq.toml`. In: the table as written. Out: the mail server, its login, its signature and
//! its pace. This module does not know whether the server exists.

use serde::Deserialize;
use toml::Spanned;

use super::{
    DkimSettings, SmtpPace, SmtpSettings, SmtpTls,
    delivery_file::SMALLEST,
    login_file::WrittenLogin,
    reader::Reader,
    settings_file::{pauses, seconds},
    values::FilePath,
};
use domain::EmailAddress;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenSmtp {
    host: Spanned<String>,
    port: Option<Spanned<u16>>,
    tls: Option<Spanned<SmtpTls>>,
    user_env: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    credentials: Option<Spanned<FilePath>>,
    authorities: Option<FilePath>,
    from: Spanned<String>,
    archive: Option<Spanned<String>>,
    max_message_bytes: Option<Spanned<u64>>,
    dkim: Option<WrittenDkim>,
    connections: Option<Spanned<usize>>,
    mails_a_minute: Option<Spanned<u32>>,
    attempts: Option<Spanned<u32>>,
    first_pause_seconds: Option<Spanned<u64>>,
    longest_pause_seconds: Option<Spanned<u64>>,
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
    key: FilePath,
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
    check_port(reader, written.port.as_ref());
    if let Some(limit) = written.max_message_bytes.as_ref().filter(|limit| *limit.get_ref() < SMALLEST) {
        reader.fault(&limit.span(), format!("no mail with a workbook fits; at least {SMALLEST}"));
    }
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
        port: written.port.map_or(port, Spanned::into_inner),
        tls,
        login,
        authorities: written.authorities.map(|path| path.0),
        from,
        archive,
        // The default of Postfix.
        max_message_bytes: written.max_message_bytes.map_or(10_240_000, Spanned::into_inner),
        dkim,
        pace,
    })
}

/// Adds a fault for port 0, on which no server listens.
pub(super) fn check_port(reader: &mut Reader<'_>, port: Option<&Spanned<u16>>) {
    if let Some(zero) = port.filter(|port| *port.get_ref() == 0) {
        reader.fault(&zero.span(), "no server listens on port 0; write its port, or leave the line out");
    }
}

fn pace(reader: &mut Reader<'_>, written: &WrittenSmtp) -> SmtpPace {
    if let Some(zero) = written.connections.as_ref().filter(|count| *count.get_ref() == 0) {
        reader.fault(&zero.span(), "at least one connection");
    }
    for zero in [&written.mails_a_minute, &written.attempts].into_iter().flatten().filter(|n| *n.get_ref() == 0) {
        reader.fault(&zero.span(), "at least one; leave the line out for what the program does by itself");
    }
    let default = SmtpPace::default();
    let (first_pause, longest_pause) = pauses(
        reader,
        (written.first_pause_seconds.as_ref(), written.longest_pause_seconds.as_ref()),
        (default.first_pause, default.longest_pause),
    );
    SmtpPace {
        connections: written.connections.as_ref().map(|count| *count.get_ref()),
        mails_a_minute: written.mails_a_minute.as_ref().map(|count| *count.get_ref()),
        attempts: written.attempts.as_ref().map_or(default.attempts, |count| *count.get_ref()),
        first_pause,
        longest_pause,
        connect: seconds(reader, written.connect_seconds.as_ref(), default.connect),
        reply: seconds(reader, written.reply_seconds.as_ref(), default.reply),
        block: seconds(reader, written.block_seconds.as_ref(), default.block),
        end: seconds(reader, written.end_seconds.as_ref(), default.end),
        stop: seconds(reader, written.stop_seconds.as_ref(), default.stop),
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
    Some(DkimSettings { selector, key: written.key.0, domain })
}
