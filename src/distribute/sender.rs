//! How an office sends mails: its mail server, and the sender in each mail.

use std::sync::Arc;

use super::{Mail, MailError};
use domain::EmailAddress;
use smtp::{Dkim, SmtpServer, StreamedMail};

/// The mail server that takes parcels, and the sender.
#[derive(Debug, Clone)]
pub struct MailSender {
    pub server: SmtpServer,
    pub from: EmailAddress,
    pub from_name: Option<String>,
    /// A mailbox of the office that gets each mail in the same transaction, as evidence for uncertain parcels.
    pub archive: Option<EmailAddress>,
    /// The largest mail in bytes, if smaller than the size that the server announces.
    pub max_message_bytes: Option<u64>,
    /// The signer of each mail, with the office's own key.
    pub dkim: Option<Arc<Dkim>>,
}

impl MailSender {
    /// A mail as the server gets it: signed, if the office has a key.
    ///
    /// # Errors
    /// When the mail cannot be written or signed.
    pub fn outgoing(&self, mail: &Mail<'_>) -> Result<StreamedMail, MailError> {
        let mut outgoing = mail.outgoing()?;
        if let Some(dkim) = &self.dkim {
            dkim.sign(&mut outgoing).map_err(|error| MailError::Build(error.to_string()))?;
        }
        Ok(outgoing)
    }
}
