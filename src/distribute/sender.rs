//! How an office sends mails: the server that takes them, and what each of its mails says of the sender.

use std::sync::Arc;

use super::{Mail, MailError};
use domain::EmailAddress;
use smtp::{Dkim, SmtpServer, StreamedMail};

/// The mail server that takes parcels, and who sends them.
#[derive(Debug, Clone)]
pub struct MailSender {
    pub server: SmtpServer,
    pub from: EmailAddress,
    pub from_name: Option<String>,
    /// A mailbox of the office that gets each mail in the same transaction: evidence for what is uncertain.
    pub archive: Option<EmailAddress>,
    /// The largest mail, where it is smaller than what the server itself announces.
    pub max_message_bytes: Option<u64>,
    /// Signs each mail with the office's own key.
    pub dkim: Option<Arc<Dkim>>,
}

impl MailSender {
    /// A mail as the server gets it: signed, where the office signs.
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
