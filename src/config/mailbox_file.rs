//! `[mailbox]` of `zhinaq.toml`. In: the table as written. Out: the mailbox in which bounces and answers are read. This
//! module does not know whether the mailbox exists.

use serde::Deserialize;
use toml::Spanned;

use super::{
    MailboxSettings, SmtpTls, login_file::WrittenLogin, reader::Reader, smtp_file::check_port, values::FilePath,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMailbox {
    host: Spanned<String>,
    port: Option<Spanned<u16>>,
    tls: Option<Spanned<SmtpTls>>,
    user_env: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    credentials: Option<Spanned<FilePath>>,
    authorities: Option<FilePath>,
    folder: Option<String>,
}

/// Reads the table. `None` if it is not written, or if its login is missing or wrong.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<MailboxSettings> {
    let written: WrittenMailbox = reader.maybe("mailbox")?;
    let tls = written.tls.as_ref().map_or(SmtpTls::Tls, |tls| *tls.get_ref());
    let host = written.host.get_ref();
    if tls == SmtpTls::None && !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]") {
        let span = written.tls.as_ref().map_or(written.host.span(), Spanned::span);
        reader.fault(&span, format!("`{host}` is another machine: a mailbox there needs \"tls\" or \"starttls\""));
    }
    check_port(reader, written.port.as_ref());
    let WrittenMailbox { user_env, password_env, credentials, .. } = written;
    let login = WrittenLogin { user_env, password_env, credentials };
    if login.is_empty() {
        let needed = "a mailbox needs `user_env` and `password_env`, or a file of `credentials`";
        reader.fault(&written.host.span(), needed);
    }
    Some(MailboxSettings {
        port: written.port.map_or(if tls == SmtpTls::Tls { 993 } else { 143 }, Spanned::into_inner),
        tls,
        login: login.meant(reader)?,
        authorities: written.authorities.map(|path| path.0),
        folder: written.folder.unwrap_or_else(|| "INBOX".into()),
        host: written.host.into_inner(),
    })
}
