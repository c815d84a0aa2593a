//! Sending a notice: one mail over a connection of its own, without a journal, for it may come twice without harm.

use std::sync::{Arc, atomic::AtomicBool};

use super::{Session, Smtp, SmtpError, envelope_address};
use crate::{Notice, Outgoing};

impl Smtp {
    /// Sends a notice and answers the server's word.
    ///
    /// # Errors
    /// When the mail server cannot be reached, or does not take it.
    pub async fn notify(&self, notice: &Notice) -> Result<String, SmtpError> {
        let server = &self.server;
        let wrong = |error: &dyn std::fmt::Display| SmtpError(error.to_string());
        let mail = Outgoing::text(notice.bytes(&server.from, server.from_name.as_deref()).map_err(|e| wrong(&e))?);
        let from = envelope_address(&server.from).map_err(|e| wrong(&e))?;
        let to = [(envelope_address(&notice.to).map_err(|e| wrong(&e))?, notice.to.masked())];
        let dot = Arc::new(AtomicBool::new(false));
        let failed = |failure: super::Failure| SmtpError(failure.words);
        let opened = Session::open(Arc::clone(server), self.tls.as_ref(), self.only_loopback, dot).await;
        let mut session = opened.map_err(failed)?;
        session.offer(from, &to, None, mail.length()).await.map_err(failed)?;
        session.begin().await.map_err(failed)?;
        let words = session.message(&mail).await.map_err(failed)?;
        session.close().await;
        Ok(words)
    }
}
