//! Posts one text to a webhook: the only request of the program that carries something to the outside.
//!
//! In come an address, a JSON text and a time limit. Out comes nothing, or why it was not taken. This module does not
//! know what the text says.

use std::time::Duration;

use reqwest::{Client, Url, header::CONTENT_TYPE, redirect::Policy};

use super::{FetchFault, fetcher::with_provider, http::is_loopback};

/// Posts a JSON text. Only a status of success counts; redirects are not followed, and the answer is not read.
///
/// # Errors
/// The address is not https (on this machine, http is enough), cannot be reached within the limit, or answers with
/// another status.
pub async fn post_json(address: &str, text: String, limit: Duration) -> Result<(), FetchFault> {
    let url = Url::parse(address).map_err(|error| FetchFault::Address { why: error.to_string() })?;
    let near = is_loopback(&url);
    if url.scheme() != "https" && !(near && url.scheme() == "http") {
        return Err(FetchFault::Address { why: "it does not begin with `https://`".into() });
    }
    with_provider();
    let builder = Client::builder()
        .user_agent(concat!("zhinaq/", env!("CARGO_PKG_VERSION")))
        .timeout(limit)
        .redirect(Policy::none())
        .referer(false);
    let builder = if near { builder.no_proxy() } else { builder };
    let client = builder.build().map_err(|error| FetchFault::Untrusted { why: error.to_string() })?;
    let answer = client.post(url).header(CONTENT_TYPE, "application/json").body(text).send().await;
    // The library's own words contain the whole address, and a webhook's address may be a secret.
    let answer = answer.map_err(|error| {
        if error.is_timeout() {
            FetchFault::Slow { what: "answer", limit }
        } else {
            FetchFault::Unreachable { why: error.without_url().to_string() }
        }
    })?;
    match answer.status() {
        status if status.is_success() => Ok(()),
        status => Err(FetchFault::Failed { status: status.as_u16(), retry_after: None }),
    }
}
