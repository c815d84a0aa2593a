//! A visitor of the running office: plain HTTP over loopback.

use zhinaq::{clock::Clock, sample};

use super::premises::small_premises;

/// A response.
pub struct Came {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// An office with faults, as of an instant; without the large forms.
pub async fn office(faults: &str, now: &str) -> sample::SampleOffice {
    sample::serve(small_premises(1), faults.parse().unwrap(), Clock::set_at(now.parse().unwrap())).await.unwrap()
}

/// A client that follows no redirect and decodes nothing.
pub fn visitor() -> reqwest::Client {
    // The second caller finds the provider installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_gzip().redirect(reqwest::redirect::Policy::none());
    builder.timeout(std::time::Duration::from_secs(20)).build().unwrap()
}

pub async fn get(base: &str, path: &str) -> Came {
    let response = visitor().get(format!("{base}{path}")).send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Came { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
}
