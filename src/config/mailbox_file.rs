//! `[mailbox]` of `zhinaq.toml`: where bounces and answers are read.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::{MailboxSettings, SmtpTls, reader::Reader, settings_file::variable};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMailbox {
    host: Spanned<String>,
    port: Option<u16>,
    tls: Option<Spanned<SmtpTls>>,
    user_env: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    credentials: Option<Spanned<PathBuf>>,
    authorities: Option<PathBuf>,
    folder: Option<String>,
}

/// Reads the table, where it is written.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<MailboxSettings> {
    let written: WrittenMailbox = reader.maybe("mailbox")?;
    let tls = written.tls.as_ref().map_or(SmtpTls::Tls, |tls| *tls.get_ref());
    let host = written.host.get_ref();
    if tls == SmtpTls::None && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]") {
        let span = written.tls.as_ref().map_or(written.host.span(), Spanned::span);
        reader.fault(&span, format!("`{host}` is another machine: a mailbox there needs \"tls\" or \"starttls\""));
    }
    match (&written.user_env, &written.password_env, &written.credentials) {
        (Some(_), Some(_), None) | (None, None, Some(_)) => {}
        (_, _, Some(file)) if written.user_env.is_some() || written.password_env.is_some() => {
            reader.fault(&file.span(), "user and password come from a file or from the environment, not from both");
        }
        _ => reader
            .fault(&written.host.span(), "a mailbox needs `user_env` and `password_env`, or a file of `credentials`"),
    }
    Some(MailboxSettings {
        port: written.port.unwrap_or(if tls == SmtpTls::Tls { 993 } else { 143 }),
        tls,
        user_env: written.user_env.and_then(|name| variable(reader, &name)),
        password_env: written.password_env.and_then(|name| variable(reader, &name)),
        credentials: written.credentials.map(Spanned::into_inner),
        authorities: written.authorities,
        folder: written.folder.unwrap_or_else(|| "INBOX".into()),
        host: written.host.into_inner(),
    })
}
