//! The office's mailbox on an IMAP server: what has come since the last reading, and what it contains about uncertain
//! mails.
//!
//! Each mail is taken once: a fact records how far the mailbox was read. A report may be read twice, because the server
//! numbered its mails anew or the program died in between; then it is recognised by its hash.
//!
//! In: the settings, and how far the mailbox was read. Out: mails, and how far it is read now. Unknown here: what a
//! mail means.

use std::collections::BTreeSet;

use crate::{Context, Failure, distribution::transport_setup};
use config::{MailboxSettings, Office};
use distribute::{Imap, ImapError, ImapServer, MailNumber};
use domain::{Event, Fact, Origin};

/// How many mails one reading takes; the rest comes with the next reading.
const AT_ONE_TIME: usize = 2_000;

/// Reads the new mails, and the mails about one of those in `uncertain`. `take` gets each mail with a name for people,
/// or the message that it is larger than `limit` bytes. Returns the fact of how far the mailbox was read; `None` if
/// nothing is new.
///
/// # Errors
/// When zhinaq.toml has no mailbox, its credentials are missing, or the server fails. Then nothing counts as read.
pub async fn read(
    context: &Context,
    events: &[Event],
    uncertain: &BTreeSet<String>,
    limit: u64,
    mut take: impl FnMut(String, Result<Vec<u8>, String>),
) -> Result<Option<Fact>, Failure> {
    let settings = context.office.settings.mailbox.as_ref();
    let settings = settings
        .ok_or_else(|| Failure::usage("zhinaq.toml has no `[mailbox]`: write where bounces and answers come in"))?;
    let failed = |error: ImapError| Failure::usage(format!("`{}`: {error}", settings.host));
    let mut imap =
        Imap::open(&server(&context.office, settings)?, context.origin == Origin::Sample).await.map_err(failed)?;
    let mailbox = format!("{}:{}/{}", settings.host, settings.port, settings.folder);
    let before = last(events, &mailbox, imap.validity);
    let mut new = imap.after(before).await.map_err(failed)?;
    new.truncate(AT_ONE_TIME);
    let until = new.last().map_or(before, |mail| mail.uid);
    let mut mails: BTreeSet<MailNumber> = new.into_iter().collect();
    for id in uncertain {
        mails.extend(imap.about(id).await.map_err(failed)?.into_iter().filter(|mail| mail.uid <= before));
    }
    for mail in mails {
        let name = format!("{mailbox};uid={}", mail.uid);
        if mail.bytes > limit {
            take(name, Err(format!("is larger than {limit} bytes; read it yourself")));
            continue;
        }
        take(name, Ok(imap.fetch(mail).await.map_err(failed)?));
    }
    let validity = imap.validity;
    imap.close().await;
    Ok((until > before).then_some(Fact::MailboxRead { mailbox, validity, uid: until }))
}

/// The number of the last mail that was read; 0 if the server has numbered its mails anew since (UIDVALIDITY of IMAP).
fn last(events: &[Event], of: &str, now: u32) -> u32 {
    let read = events.iter().rev().find_map(|event| match &event.fact {
        Fact::MailboxRead { mailbox, validity, uid } if mailbox == of => Some((*validity, *uid)),
        _ => None,
    });
    read.filter(|(validity, _)| *validity == now).map_or(0, |(_, uid)| uid)
}

fn server(office: &Office, settings: &MailboxSettings) -> Result<ImapServer, Failure> {
    let credentials = transport_setup::credentials(office, &settings.login)?;
    Ok(ImapServer {
        host: settings.host.clone(),
        port: settings.port,
        security: transport_setup::security(settings.tls),
        authorities: settings.authorities.as_ref().map(|path| office.path(path)),
        credentials,
        folder: settings.folder.clone(),
    })
}
