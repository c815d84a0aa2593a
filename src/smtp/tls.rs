//! Encryption with TLS. The certificate is always checked, against the system's authorities or the office's own.

use std::{fs, path::Path, sync::Arc};

use rustls::{
    ClientConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, pem::PemObject as _},
};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

use crate::trust::Trust;

/// Why encryption cannot be set up; trying again does not help.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("`{path}` holds no certificates: {why}")]
    Authorities { path: String, why: String },
    #[error("`{0}` is not the name of a server")]
    Name(String),
    #[error("encryption cannot be set up: {0}")]
    SetUp(#[from] rustls::Error),
}

/// Makes encrypted streams to one server.
#[derive(Clone)]
pub struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Sets up encryption for the server `host`. Its certificate is checked against a PEM file of authorities, or
    /// against those of the system.
    ///
    /// # Errors
    /// When `host` cannot be a server's name, or the authorities cannot be read.
    pub fn new(host: &str, authorities: Option<&Path>) -> Result<Self, TlsError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name(host.into()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
        let config = match authorities {
            Some(path) => {
                let trust = Arc::new(read_authorities(path, provider)?);
                builder.dangerous().with_custom_certificate_verifier(trust).with_no_client_auth()
            }
            None => builder.with_platform_verifier()?.with_no_client_auth(),
        };
        Ok(Self { connector: TlsConnector::from(Arc::new(config)), name })
    }

    /// Encrypts a connection.
    ///
    /// # Errors
    /// When the other side refuses, or its certificate is not trusted.
    pub async fn encrypt(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        self.encrypt_any(stream).await
    }

    /// As [`Self::encrypt`], for any stream.
    ///
    /// # Errors
    /// As [`Self::encrypt`].
    pub async fn encrypt_any<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> std::io::Result<TlsStream<S>> {
        self.connector.connect(self.name.clone(), stream).await
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tls({:?})", self.name)
    }
}

/// Checks that a PEM file contains authorities for checking a server's certificate.
///
/// # Errors
/// When the file cannot be read, contains no certificate, or contains a damaged one.
pub fn certificates(path: &Path) -> Result<(), TlsError> {
    read_authorities(path, Arc::new(rustls::crypto::ring::default_provider())).map(drop)
}

/// Reads the authorities of a PEM file.
///
/// # Errors
/// When the file cannot be read, contains no certificate, or contains a damaged one.
pub fn read_authorities(path: &Path, provider: Arc<CryptoProvider>) -> Result<Trust, TlsError> {
    let wrong = |why: String| TlsError::Authorities { path: path.display().to_string(), why };
    let pem = fs::read(path).map_err(|e| wrong(e.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let found = found.map_err(|e| wrong(e.to_string()))?;
    if found.is_empty() {
        return Err(wrong("no certificate in it".into()));
    }
    Trust::new(found, provider).map_err(|e| wrong(e.to_string()))
}
