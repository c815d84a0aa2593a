//! The certificate of the console. In: the files of the settings. Out: what encrypts connections. Unknown here: who may
//! read the files; that is asked before the start.

use std::{fs, path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use config::Office;
use pipeline::Failure;

/// What encrypts connections; `None` if nothing is to be encrypted here.
///
/// # Errors
/// When a file cannot be read, or key and certificate do not belong together.
pub fn acceptor(office: &Office) -> Result<Option<TlsAcceptor>, Failure> {
    let Some(tls) = &office.settings.console.tls else { return Ok(None) };
    let (certificate, key) = (office.path(&tls.certificate), office.path(&tls.key_file));
    let chain = CertificateDer::pem_slice_iter(&read(&certificate)?)
        .collect::<Result<Vec<_>, _>>()
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| not_pem(&certificate, "certificate"))?;
    let key = PrivateKeyDer::from_pem_slice(&read(&key)?).map_err(|_| not_pem(&key, "key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let set_up = |error: rustls::Error| Failure::usage(format!("the console cannot encrypt: {error}"));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(set_up)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(set_up)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::usage(format!("`{}` cannot be read: {error}", path.display())))
}

fn not_pem(path: &Path, what: &str) -> Failure {
    Failure::usage(format!("`{}` holds no {what} in PEM", path.display()))
}
