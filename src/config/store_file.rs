//! `[store]` of `zhinaq.toml`. In: the table as written. Out: [`StoreSettings`] and faults. This module reads no key: it
//! keeps the variables that contain them.

use std::path::PathBuf;

use serde::Deserialize;
use toml::Spanned;

use super::{reader::Reader, settings_file::variable, values::FilePath};

/// A store of artifacts on S3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    pub bucket: String,
    /// The names of all objects of the office begin with it; empty = the office has the whole bucket.
    pub prefix: String,
    /// The address of the server; `None` = that of AWS for the region.
    pub endpoint: Option<String>,
    pub region: String,
    /// The environment variables with the key and its secret.
    pub key_env: String,
    pub secret_env: String,
    /// The folder in which objects are kept that were read or written; absolute, or below the home.
    pub cache: PathBuf,
}

impl StoreSettings {
    /// The address as written, such as `s3://zhinaq/karaganda`.
    #[must_use]
    pub fn url(&self) -> String {
        let slash = if self.prefix.is_empty() { "" } else { "/" };
        format!("s3://{}{slash}{}", self.bucket, self.prefix)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStore {
    url: Option<Spanned<String>>,
    endpoint: Option<Spanned<String>>,
    region: Option<String>,
    key_env: Option<Spanned<String>>,
    secret_env: Option<Spanned<String>>,
    cache: Option<FilePath>,
}

/// Reads the table; without it the artifacts are in the folder `output`.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<StoreSettings> {
    let written = reader.maybe::<Spanned<WrittenStore>>("store")?;
    let place = written.span();
    let WrittenStore { url, endpoint, region, key_env, secret_env, cache } = written.into_inner();
    let Some(url) = url else {
        reader.fault(&place, "`url` is missing: write `s3://` and the bucket, or leave out the table `store`");
        return None;
    };
    let Some((bucket, prefix)) = bucket_and_prefix(url.get_ref()) else {
        reader.fault(&url.span(), "a store is `s3://` and a bucket, such as `s3://zhinaq/karaganda`, without a key");
        return None;
    };
    if let Some(endpoint) = endpoint.as_ref()
        && let Some(message) = unsafe_endpoint(endpoint.get_ref())
    {
        reader.fault(&endpoint.span(), message);
    }
    let mut name = |written: Option<Spanned<String>>, default: &str| match written {
        Some(name) => variable(reader, &name).unwrap_or_default(),
        None => default.to_owned(),
    };
    Some(StoreSettings {
        key_env: name(key_env, "ZHINAQ_S3_KEY"),
        secret_env: name(secret_env, "ZHINAQ_S3_SECRET"),
        bucket,
        prefix,
        endpoint: endpoint.map(Spanned::into_inner),
        region: region.unwrap_or_else(|| "us-east-1".to_owned()),
        cache: cache.map_or_else(|| "cache".into(), |path| path.0),
    })
}

/// The two parts of `s3://bucket/prefix`, if they have only letters, digits, points and hyphens.
fn bucket_and_prefix(url: &str) -> Option<(String, String)> {
    let rest = url.strip_prefix("s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let is_plain = |part: &str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !part.is_empty() && !part.starts_with('.') && part.chars().all(plain)
    };
    let prefix = prefix.trim_end_matches('/');
    let is_good = is_plain(bucket) && (prefix.is_empty() || prefix.split('/').all(is_plain));
    is_good.then(|| (bucket.to_owned(), prefix.to_owned()))
}

/// Why the address of a server is unsafe; `None` if it is safe. The artifacts contain the copies of organs.
fn unsafe_endpoint(text: &str) -> Option<&'static str> {
    let (scheme, rest) = text.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority
        .strip_prefix('[')
        .and_then(|v6| v6.split(']').next())
        .unwrap_or_else(|| authority.split(':').next().unwrap_or_default());
    match scheme {
        _ if authority.contains('@') => Some("a user or a key does not belong into the address of a store"),
        _ if host.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) => {
            Some("the address of a store is such as `https://s3.example.org`")
        }
        "https" => None,
        "http" if ["localhost", "127.0.0.1", "::1"].contains(&host) => None,
        "http" => Some("a store without encryption is only allowed on this machine; write `https://`"),
        _ => Some("the address of a store is such as `https://s3.example.org`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: &str) -> (Option<StoreSettings>, Vec<String>) {
        let text = format!("[store]\n{table}");
        let mut reader = Reader::open("zhinaq.toml", &text);
        let meant = read(&mut reader);
        (meant, reader.close().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_store_is_a_bucket_and_a_prefix() {
        let (meant, faults) = of("url = \"s3://zhinaq/karaganda/\"\nendpoint = \"http://127.0.0.1:9000\"\n");
        assert!(faults.is_empty(), "{faults:?}");
        let meant = meant.unwrap();
        assert_eq!((meant.bucket.as_str(), meant.prefix.as_str()), ("zhinaq", "karaganda"));
        assert_eq!((meant.url().as_str(), meant.key_env.as_str()), ("s3://zhinaq/karaganda", "ZHINAQ_S3_KEY"));
        assert_eq!(of("url = \"s3://zhinaq\"").0.unwrap().url(), "s3://zhinaq");
    }

    #[test]
    fn what_cannot_be_a_store_is_refused() {
        for (table, wanted) in [
            ("region = \"kz-1\"", "`url` is missing"),
            ("url = \"zhinaq\"", "a store is `s3://`"),
            ("url = \"s3://key:secret@zhinaq\"", "a store is `s3://`"),
            ("url = \"s3://zhinaq/../other\"", "a store is `s3://`"),
            ("url = \"s3://zhinaq\"\nendpoint = \"http://s3.example.org\"", "only allowed on this machine"),
            ("url = \"s3://zhinaq\"\nendpoint = \"https://a:b@s3.example.org\"", "a user or a key"),
            ("url = \"s3://zhinaq\"\nkey_env = \"secret value\"", "the NAME of an environment variable"),
        ] {
            let faults = of(table).1;
            assert!(faults.len() == 1 && faults[0].contains(wanted), "{table}: {faults:?}");
        }
    }
}
