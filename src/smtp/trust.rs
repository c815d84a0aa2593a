//! Which certificates are trusted if the office has its own file of authorities.
//!
//! A server of the office often has a self-signed certificate, and OpenSSL makes such a certificate an authority by
//! default. The usual check refuses an authority as a server's certificate. But a person put this certificate into the
//! office's file, so a server may show it if it is the same byte for byte. Its name and dates are still checked.

use std::sync::Arc;

use rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_name,
    },
    crypto::CryptoProvider,
    pki_types::{CertificateDer, ServerName, UnixTime},
    server::ParsedCertificate,
};

/// The check against the authorities of a file, and the certificates in that file.
#[derive(Debug)]
pub struct Trust {
    authorities: Arc<WebPkiServerVerifier>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Trusts the certificates of a file.
    ///
    /// # Errors
    /// When one of the certificates is damaged.
    pub fn new(certificates: Vec<CertificateDer<'static>>, provider: Arc<CryptoProvider>) -> Result<Self, Error> {
        let mut roots = RootCertStore::empty();
        for certificate in &certificates {
            roots.add(certificate.clone())?;
        }
        let authorities = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build();
        let authorities = authorities.map_err(|error| Error::General(error.to_string()))?;
        Ok(Self { authorities, certificates })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.authorities.verify_server_cert(shown, between, name, ocsp, now);
        // The error about an authority used as a server's certificate has no variant of its own. Dates are checked
        // before it.
        let is_unnamed = matches!(&verdict, Err(Error::InvalidCertificate(CertificateError::Other(_))));
        if is_unnamed && self.certificates.iter().any(|known| known.as_ref() == shown.as_ref()) {
            verify_server_name(&ParsedCertificate::try_from(shown)?, name)?;
            return Ok(ServerCertVerified::assertion());
        }
        verdict
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.authorities.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.authorities.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    /// Self-signed certificates of `localhost` that are authorities, as `openssl req -x509` makes them; valid for ten
    /// years from November 2026.
    const OWN: &str = "-----BEGIN CERTIFICATE-----
MIIBmDCCAT+gAwIBAgIUUy/8lO/QXA982vK/h287503ZIAMwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyOTE0NTQ0M1oXDTM2MTEyNjE0
NTQ0M1owFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEc7FWINk6Z2w0sE+Ww/2ufW1gLpkPgQ3C9Wyq0Y8fMuWNe6/GCXdF42gx
7BngJFWep1bSdjOsR95mRYAlXHtyu6NvMG0wHQYDVR0OBBYEFFgwij3uyTwohNUM
4KER+iflu/ZCMB8GA1UdIwQYMBaAFFgwij3uyTwohNUM4KER+iflu/ZCMA8GA1Ud
EwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49
BAMCA0cAMEQCIEkSh94Z/WL38Az7HjNOcC8Y+8FVTGLBja3ykE3o/ZTHAiBE6csI
YRgg5QhFPYtWdZx610tpQTjk0q0eS9xzd0OHHQ==
-----END CERTIFICATE-----";
    const OTHER: &str = "-----BEGIN CERTIFICATE-----
MIIBmjCCAT+gAwIBAgIUOAi6Phpt3I2K1JJM3CyKFq4s06wwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MB4XDTI2MTEyOTE0NTQ0M1oXDTM2MTEyNjE0
NTQ0M1owFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D
AQcDQgAEh5dvuzNaU4cGTmf9Ml2vzg0WmLyf3O+8VOp+I/oQK3lCPfiBTiruwrVs
LJkyKueBMRv/pO+gLlvYY//xWubNAKNvMG0wHQYDVR0OBBYEFN49t8ikDoVZ66+U
88bayu1No7+6MB8GA1UdIwQYMBaAFN49t8ikDoVZ66+U88bayu1No7+6MA8GA1Ud
EwEB/wQFMAMBAf8wGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49
BAMCA0kAMEYCIQDxAgTsIilk+MwuHIytdiraOwyHsRMx8KhMe7OXFmyR1QIhALyV
7gL8pvmVecGcJz3waFHWRurf/UwsUGw17p0rAjo0
-----END CERTIFICATE-----";

    fn certificate(pem: &str) -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
    }

    fn verdict(known: &str, shown: &str, name: &str, year: u64) -> Result<ServerCertVerified, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let trust = Trust::new(vec![certificate(known)], provider).unwrap();
        let now = UnixTime::since_unix_epoch(Duration::from_secs((year - 1970) * 31_556_952));
        trust.verify_server_cert(&certificate(shown), &[], &ServerName::try_from(name.to_owned()).unwrap(), &[], now)
    }

    #[test]
    fn a_certificate_that_the_office_wrote_down_may_be_shown_under_its_name_and_in_its_time() {
        verdict(OWN, OWN, "localhost", 2030).unwrap();
        verdict(OWN, OWN, "127.0.0.1", 2030).unwrap();
        for (shown, name, year, why) in [
            (OTHER, "localhost", 2030, "another one of the same name"),
            (OWN, "mail.example.org", 2030, "another name"),
            (OWN, "localhost", 2040, "its time is over"),
            (OWN, "localhost", 2020, "its time has not come"),
        ] {
            assert!(verdict(OWN, shown, name, year).is_err(), "{why}");
        }
    }
}
