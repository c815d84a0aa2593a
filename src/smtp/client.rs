//! The client of one mail server: its name in EHLO, and what its sessions share.

use std::sync::{Arc, atomic::AtomicBool};

use crate::{Security, Session, SmtpFailure, SmtpServer, Tls, TlsError};

/// Opens sessions with one mail server.
#[derive(Debug, Clone)]
pub struct SmtpClient {
    pub(crate) server: Arc<SmtpServer>,
    pub(crate) tls: Option<Tls>,
    pub(crate) name: String,
}

impl SmtpClient {
    /// A client with the domain `name` in EHLO (RFC 5321, 4.1.1.1). Nothing is sent yet.
    ///
    /// # Errors
    /// When the server needs encryption and it cannot be set up.
    pub fn new(server: SmtpServer, name: impl Into<String>) -> Result<Self, TlsError> {
        let tls = match server.security {
            Security::None => None,
            Security::StartTls | Security::Implicit => Some(Tls::new(&server.host, server.authorities.as_deref())?),
        };
        Ok(Self { server: Arc::new(server), tls, name: name.into() })
    }

    /// Connects, encrypts and logs in. `dot` is set when the final dot of a message has left: if the session is lost
    /// after that, it is not known whether the server took the message (RFC 1047). `only_here` is the reason why mails
    /// must not leave this machine; with it, a server on another machine is refused before anything is sent to it.
    ///
    /// # Errors
    /// When the server cannot be reached, its certificate is not trusted, or it refuses the login.
    pub async fn open(&self, only_here: Option<&str>, dot: Arc<AtomicBool>) -> Result<Session, SmtpFailure> {
        Session::open(self, only_here, dot).await
    }
}

#[cfg(test)]
mod tests {
    use std::{path::Path, time::Duration};

    use tokio::{
        io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
        net::TcpListener,
        task::JoinHandle,
    };

    use super::*;
    use crate::{Address, StreamedMail, Timeouts};

    /// What a made-up server does with a message.
    #[derive(Clone, Copy, PartialEq)]
    enum Ending {
        Takes,
        Refuses,
        /// Closes the connection without a reply.
        BeforeTheDot,
        AfterTheDot,
    }

    const MAIL: &[u8] = b"Subject: x\r\n\r\n.a line\r\n";

    /// A server for one session. It refuses `no@example.net`. The task returns the message that it got, with the dots.
    async fn server(ending: Ending) -> (SmtpServer, JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let task = tokio::spawn(async move {
            let mut stream = BufReader::new(listener.accept().await.unwrap().0);
            stream.write_all(b"220 made up\r\n").await.unwrap();
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).await.unwrap_or_default() == 0 {
                    return Vec::new();
                }
                let answer: &[u8] = match line.trim_end() {
                    "EHLO example.org" => b"250-made up\r\n250 SIZE 1000\r\n",
                    "DATA" => b"354 go on\r\n",
                    line if line.contains("no@example.net") => b"550 nobody here\r\n",
                    _ => b"250 well\r\n",
                };
                stream.write_all(answer).await.unwrap();
                if line == "DATA\r\n" {
                    break;
                }
            }
            if ending == Ending::BeforeTheDot {
                return Vec::new();
            }
            let mut message = Vec::new();
            while !message.ends_with(b"\r\n.\r\n") {
                message.push(stream.read_u8().await.unwrap());
            }
            match ending {
                Ending::Takes => stream.write_all(b"250 taken as 7\r\n").await.unwrap(),
                Ending::Refuses => stream.write_all(b"554 not this one\r\n").await.unwrap(),
                Ending::BeforeTheDot | Ending::AfterTheDot => {}
            }
            message
        });
        let wait = Duration::from_secs(5);
        let timeouts = Timeouts { connect: wait, command: wait, block: wait, end: wait, ..Timeouts::default() };
        (SmtpServer { timeouts, ..SmtpServer::new("127.0.0.1", port, Security::None) }, task)
    }

    fn recipients(addresses: &[&str]) -> Vec<Address> {
        addresses.iter().map(|a| a.parse().unwrap()).collect()
    }

    /// Sends a message. Returns its result, whether its dot had left, and what the server got.
    async fn sent(ending: Ending) -> (Result<String, SmtpFailure>, bool, Vec<u8>) {
        let (server, task) = server(ending).await;
        let dot = Arc::new(AtomicBool::new(false));
        let client = SmtpClient::new(server, "example.org").unwrap();
        let mut session = client.open(Some("it is private"), Arc::clone(&dot)).await.unwrap();
        assert_eq!(session.size_limit, Some(1000));
        let mail = StreamedMail::text(MAIL.to_vec());
        let to = recipients(&["yes@example.net", "no@example.net"]);
        let offer = session.offer("a@example.org".parse().unwrap(), &to, None, mail.length()).await.unwrap();
        assert!(offer.refusals[0].is_none() && offer.is_accepted());
        assert_eq!(offer.refusals[1].as_ref().unwrap().words, "550 nobody here");
        session.begin().await.unwrap();
        let result = session.message(&mail).await;
        assert_eq!(session.dot_has_left(), dot.load(std::sync::atomic::Ordering::SeqCst));
        (result, session.dot_has_left(), task.await.unwrap())
    }

    #[tokio::test]
    async fn a_mail_that_is_taken_has_the_words_of_the_server() {
        let (result, dot, message) = sent(Ending::Takes).await;
        assert_eq!((result, dot), (Ok("250 taken as 7".into()), true));
        assert_eq!(String::from_utf8(message).unwrap(), "Subject: x\r\n\r\n..a line\r\n.\r\n");
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer_and_the_session_goes_on() {
        let (result, _, _) = sent(Ending::Refuses).await;
        let failure = result.unwrap_err();
        assert_eq!(failure.to_string(), "554 not this one");
        assert!(failure.is_answer && !failure.transient && !failure.is_lost, "{failure:?}");
    }

    #[tokio::test]
    async fn which_side_of_the_dot_a_loss_fell_on_is_known() {
        let (before, dot, _) = sent(Ending::BeforeTheDot).await;
        assert!(!dot && before.as_ref().is_err_and(|f| f.is_lost && !f.is_answer), "{before:?}");
        let (after, dot, _) = sent(Ending::AfterTheDot).await;
        assert!(dot && after.as_ref().is_err_and(|f| f.is_lost && !f.is_answer), "{after:?}");
    }

    #[tokio::test]
    async fn a_mail_that_nobody_would_get_is_not_offered() {
        let (server, _task) = server(Ending::Takes).await;
        let client = SmtpClient::new(server, "example.org").unwrap();
        let mut session = client.open(None, Arc::default()).await.unwrap();
        let offered = session.offer("a@example.org".parse().unwrap(), &recipients(&["no@example.net"]), None, 7).await;
        let offer = offered.unwrap();
        assert!(!offer.is_accepted());
        let failure = offer.refusals[0].as_ref().unwrap();
        assert!(!failure.is_lost && !failure.transient, "{failure:?}");
        session.take_back().await.unwrap();
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_is_the_trouble_of_every_mail() {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let client = SmtpClient::new(SmtpServer::new("127.0.0.1", free, Security::None), "example.org").unwrap();
        let failure = client.open(None, Arc::default()).await.err().unwrap();
        assert!(failure.is_of_server && failure.transient, "{failure:?}");
    }

    #[test]
    fn encryption_that_cannot_be_set_up_is_found_before_anything_is_sent() {
        let nowhere = SmtpServer::new("two words", 25, Security::StartTls);
        assert!(matches!(SmtpClient::new(nowhere.clone(), "example.org"), Err(TlsError::Name(_))));
        assert!(SmtpClient::new(SmtpServer { security: Security::None, ..nowhere.clone() }, "example.org").is_ok());
        let folder = tempfile::tempdir().unwrap();
        let authorities = folder.path().join("authorities.pem");
        std::fs::write(&authorities, "no certificate").unwrap();
        let server = SmtpServer { host: "localhost".into(), authorities: Some(authorities.clone()), ..nowhere };
        assert!(matches!(SmtpClient::new(server, "example.org"), Err(TlsError::Authorities { .. })));
        assert!(crate::certificates(&authorities).is_err() && crate::certificates(Path::new("/nowhere")).is_err());
    }
}
