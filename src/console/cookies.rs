//! Cookies: the token of a session, and the language of a person. In: the headers of a request. Out: their values, or
//! the header that sets one. Unknown here: what a token is worth.
//!
//! Both names begin with `__Host-`: a browser takes and sends such a cookie only for this host, only for the whole site,
//! and only encrypted; it counts the machine's own address as encrypted.

use axum::http::{HeaderMap, HeaderValue, header};

/// The cookie with the token of a session.
pub const SESSION: &str = "__Host-zhinaq";
/// The cookie with the language that a person chose.
pub const LANGUAGE: &str = "__Host-zhinaq-language";

/// The value of a cookie. If a name comes twice, neither is believed.
pub fn value<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let mut found = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value);
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// The header that sets a cookie until the browser is closed, or for so many seconds.
pub fn set(name: &str, value: &str, seconds: Option<u64>) -> Option<HeaderValue> {
    let lasts = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Strict{lasts}")).ok()
}

/// The header that removes the cookie of a session.
pub fn removed() -> Option<HeaderValue> {
    set(SESSION, "", Some(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, line.parse().unwrap())).collect()
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_once() {
        let of = |lines: &[&str]| value(&headers(lines), SESSION).map(str::to_owned);
        assert_eq!(of(&["a=b; __Host-zhinaq=12; c"]).as_deref(), Some("12"));
        assert_eq!(of(&["a=b", "__Host-zhinaq=12"]).as_deref(), Some("12"));
        assert_eq!(of(&["zhinaq=12; x__Host-zhinaq=3; __Host-zhinaq-language=ru"]), None);
        assert_eq!(of(&["__Host-zhinaq=1; __Host-zhinaq=2"]), None);
    }

    #[test]
    fn a_cookie_is_for_this_host_only_and_no_script_reads_it() {
        let set = set(SESSION, "12", None).unwrap();
        assert_eq!(set, "__Host-zhinaq=12; Path=/; Secure; HttpOnly; SameSite=Strict");
        assert!(removed().unwrap().to_str().unwrap().ends_with("; Max-Age=0"));
    }
}
