//! A mail server on loopback that encrypts after STARTTLS, with a certificate that the test chooses, and that may send
//! more than it should before that.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

pub struct TlsSmtp {
    pub address: SocketAddr,
    mails: Arc<AtomicUsize>,
    senders: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl TlsSmtp {
    /// Starts a server with a certificate and its key; `injected` is sent with the reply to STARTTLS, in one piece.
    pub async fn start(certificate: &Path, key: &Path, injected: &'static [u8]) -> Self {
        let chain: Vec<_> = CertificateDer::pem_file_iter(certificate).unwrap().map(Result::unwrap).collect();
        let key = PrivateKeyDer::from_pem_file(key).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (mails, senders) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let task = tokio::spawn({
            let (mails, senders) = (Arc::clone(&mails), Arc::clone(&senders));
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let (acceptor, mails, senders) = (acceptor.clone(), Arc::clone(&mails), Arc::clone(&senders));
                    tokio::spawn(async move {
                        let mut talk = Talk { mails, senders };
                        let Ok(plain) = talk.plain(stream, injected).await else { return };
                        let Ok(encrypted) = acceptor.accept(plain).await else { return };
                        let _ = talk.hold(&mut BufReader::new(encrypted), &[]).await;
                    });
                }
            }
        });
        Self { address, mails, senders, task }
    }

    /// How many mails it took, and how many senders it received.
    pub fn taken(&self) -> (usize, usize) {
        (self.mails.load(Ordering::SeqCst), self.senders.load(Ordering::SeqCst))
    }
}

impl Drop for TlsSmtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Talk {
    mails: Arc<AtomicUsize>,
    senders: Arc<AtomicUsize>,
}

impl Talk {
    /// The conversation up to STARTTLS.
    async fn plain(&mut self, stream: TcpStream, injected: &[u8]) -> std::io::Result<TcpStream> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 fake.invalid ESMTP\r\n").await?;
        self.hold(&mut stream, injected).await?;
        Ok(stream.into_inner())
    }

    /// Answers commands until the client closes the connection or starts to encrypt.
    async fn hold<S>(&mut self, stream: &mut BufReader<S>, injected: &[u8]) -> std::io::Result<()>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let mut in_message = false;
        loop {
            let mut line = Vec::new();
            if stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let verb =
                String::from_utf8_lossy(&line).split_ascii_whitespace().next().unwrap_or_default().to_uppercase();
            let reply: &[u8] = match verb.as_str() {
                "." if in_message => {
                    in_message = false;
                    self.mails.fetch_add(1, Ordering::SeqCst);
                    b"250 2.0.0 Ok: queued as F00D\r\n"
                }
                _ if in_message => continue,
                "EHLO" => b"250-fake.invalid\r\n250-SIZE 10240000\r\n250-8BITMIME\r\n250 STARTTLS\r\n",
                "STARTTLS" => {
                    stream.write_all(&[b"220 2.0.0 Ready\r\n", injected].concat()).await?;
                    return Ok(());
                }
                "MAIL" => {
                    self.senders.fetch_add(1, Ordering::SeqCst);
                    b"250 2.1.0 Ok\r\n"
                }
                "DATA" => {
                    in_message = true;
                    b"354 End data with <CR><LF>.<CR><LF>\r\n"
                }
                _ => b"250 2.0.0 Ok\r\n",
            };
            stream.write_all(reply).await?;
            stream.flush().await?;
        }
    }
}
