//! Who is let in. In: a request, and the right that its address needs. Out: the answer of the page, with what is known of
//! the person; or a refusal. Unknown here: what the page shows.
//!
//! Each request is judged anew: a block, a grant and the day on which a person leaves count at the next request.

use std::{collections::BTreeSet, net::IpAddr, sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{Html, IntoResponse as _, Response},
};
use tokio::time::timeout;
use url::form_urlencoded;

use crate::{
    answer::{Refused, ToBeShown},
    asked::{Asked, Asking, Signed, see},
    cookies,
    doors::Needs,
    log::{Logged, RequestId},
    served::{Console, Served},
    server::Peer,
    speech,
};
use domain::{Language, Right};
use pipeline::{AccessToken, Failure, session_of};

/// How long an answer may take to be made, and a form to come.
const LONGEST: Duration = Duration::from_secs(30);
/// The longest address of a page.
const LONGEST_ADDRESS: usize = 2_000;

/// The door that a request goes through.
#[derive(Clone)]
pub struct Gate {
    pub console: Arc<Console>,
    pub needs: Needs,
    pub path: &'static str,
}

/// Refuses what no page of ours sends: other methods, another host, a form of another site.
pub async fn of_this_site(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let (method, headers) = (request.method(), request.headers());
    if ![Method::GET, Method::HEAD, Method::POST].contains(method) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD, POST")]).into_response();
    }
    let url = &console.settings.public_url;
    let is_probe = request.uri().path() == "/health";
    if !is_probe && !is_host(headers, request.uri(), url) {
        let words = format!("this is not the address of the console; open {url}\n");
        return (StatusCode::MISDIRECTED_REQUEST, words).into_response();
    }
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        return StatusCode::URI_TOO_LONG.into_response();
    }
    if method == Method::POST && !is_own_form(headers, url) {
        return (StatusCode::FORBIDDEN, "this form comes from another site\n").into_response();
    }
    next.run(request).await
}

/// Whether a request is for the host that people open, so that no other name leads here.
fn is_host(headers: &HeaderMap, uri: &Uri, url: &str) -> bool {
    let named = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let named = uri.authority().map(axum::http::uri::Authority::as_str).or(named);
    let Some((scheme, authority)) = url.split_once("://") else { return false };
    let standard = if scheme == "https" { ":443" } else { ":80" };
    let without_port = |host: &str| host.strip_suffix(standard).unwrap_or(host).to_ascii_lowercase();
    named.is_some_and(|named| without_port(named) == without_port(authority))
}

/// Whether a form comes from a page of ours. Every browser says so in one of two headers.
fn is_own_form(headers: &HeaderMap, url: &str) -> bool {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let origin = text(header::ORIGIN);
    let site = text(HeaderName::from_static("sec-fetch-site"));
    match (origin, site) {
        (None, None) => false,
        (origin, site) => origin.is_none_or(|origin| origin == url) && site.is_none_or(|site| site == "same-origin"),
    }
}

/// Lets a request through its door, or refuses it.
pub async fn admit(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let (asked, refusal) = asked(&gate, &parts).await;
    let logged = Logged { door: gate.path, account: asked.signed.as_ref().map(|signed| signed.person.account.clone()) };
    let mut answer = match refusal {
        Some(Turned::Away(refused)) => refused.shown_to(&asked),
        Some(Turned::To(answer)) => answer,
        None => {
            parts.extensions.insert(asked.clone());
            if let Ok(answer) = timeout(LONGEST, next.run(Request::from_parts(parts, body))).await {
                answer
            } else {
                let failure = Failure::usage("the answer took too long; try again");
                Refused::new(StatusCode::SERVICE_UNAVAILABLE, failure).shown_to(&asked)
            }
        }
    };
    if let Some(ToBeShown(refused)) = answer.extensions_mut().remove::<ToBeShown>() {
        answer = refused.shown_to(&asked);
    }
    answer.extensions_mut().insert(logged);
    answer
}

/// Why a request does not reach its page.
enum Turned {
    Away(Refused),
    /// To the page where the person has to go first.
    To(Response),
}

async fn asked(gate: &Gate, request: &Parts) -> (Asked, Option<Turned>) {
    let headers = &request.headers;
    let served = gate.console.served().await;
    let found = if gate.needs == Needs::Nothing { Ok(None) } else { signed(&served, headers).await };
    let (signed, failed) = match found {
        Ok(signed) => (signed, None),
        Err(failure) => (None, Some(Turned::Away(failure.into()))),
    };
    let asked = Asked::new(Asking {
        language: language(&served, headers),
        wants_json: wants_json(headers),
        network: network(&gate.console, request),
        agent: text(headers, header::USER_AGENT),
        address: request.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        id: request.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        console: gate.console.clone(),
        served,
        signed,
    });
    let refusal = failed.or_else(|| turned(gate, &asked, request));
    (asked, refusal)
}

/// The person whose session a request shows.
async fn signed(served: &Arc<Served>, headers: &HeaderMap) -> Result<Option<Signed>, Failure> {
    let context = &served.context;
    let Some(shown) = cookies::value(headers, cookies::SESSION).filter(|shown| !shown.is_empty()) else {
        return Ok(None);
    };
    let Ok(token) = shown.parse::<AccessToken>() else { return Ok(None) };
    let Some(person) = session_of(context, shown).await? else { return Ok(None) };
    let standings = context.standings().await?;
    let may = |right: &Right| context.judged(&standings, &person.actor, *right).is_ok();
    let rights: BTreeSet<Right> = Right::ALL.into_iter().filter(may).collect();
    Ok(Some(Signed { person, token, rights }))
}

fn turned(gate: &Gate, asked: &Asked, request: &Parts) -> Option<Turned> {
    if matches!(gate.needs, Needs::Nothing | Needs::Nobody) {
        return None;
    }
    let Some(signed) = &asked.signed else { return Some(without_session(asked, request)) };
    if gate.needs != Needs::Session && !signed.person.has_agreed {
        if asked.wants_json {
            let failure = Failure::usage("sign the agreement first").coded("not-permitted");
            return Some(Turned::Away(Refused::new(StatusCode::FORBIDDEN, failure)));
        }
        return see("/agreement").ok().map(Turned::To);
    }
    let missing = gate.needs.missing(&signed.rights)?;
    let failure = Failure::usage("this page needs a role that you do not have").coded("not-permitted");
    Some(Turned::Away(Refused { roles: missing, ..Refused::new(StatusCode::FORBIDDEN, failure) }))
}

/// Where somebody goes who is not signed in.
fn without_session(asked: &Asked, request: &Parts) -> Turned {
    if asked.wants_json {
        return Turned::Away(Refused::new(StatusCode::UNAUTHORIZED, Failure::usage("sign in first")));
    }
    let is_get = request.method != Method::POST;
    // A link in a mail comes without the cookie, because it comes from another site. A page of ours that opens the same
    // address brings it.
    if is_get && text(&request.headers, HeaderName::from_static("sec-fetch-site")) == "cross-site" {
        let shown = asked.rendered("arrival.html", &());
        return match shown {
            Ok(shown) => Turned::To(Html(shown).into_response()),
            Err(refused) => Turned::Away(refused),
        };
    }
    let next = if is_get && asked.address != "/" {
        format!("?next={}", form_urlencoded::byte_serialize(asked.address.as_bytes()).collect::<String>())
    } else {
        String::new()
    };
    match see(&format!("/sign-in{next}")) {
        Ok(answer) => Turned::To(answer),
        Err(refused) => Turned::Away(refused),
    }
}

/// The language that a person chose; else the first that the browser prefers and the console speaks; else that of the
/// office.
fn language(served: &Served, headers: &HeaderMap) -> Language {
    let chosen = cookies::value(headers, cookies::LANGUAGE).and_then(|code| code.parse().ok());
    let accepted = speech::wanted(&text(headers, header::ACCEPT_LANGUAGE));
    let of_office = served.context.office.messages.as_ref().map(words::Messages::language);
    let wishes = chosen.into_iter().chain(accepted).chain(of_office);
    let mut known = wishes.filter(|wish| served.languages().any(|language| language == *wish));
    known.next().unwrap_or(Language::EN)
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = text(headers, header::ACCEPT);
    accept.contains("application/json") && !accept.contains("text/html")
}

/// The address of the browser. A proxy is believed about it, if the settings trust the proxy.
fn network(console: &Console, request: &Parts) -> String {
    let Some(Peer(peer)) = request.extensions.get::<Peer>().copied() else { return String::new() };
    let trusted = &console.settings.trusted_proxies;
    let forwarded = text(&request.headers, HeaderName::from_static("x-forwarded-for"));
    behind(peer, trusted, &forwarded).to_string()
}

/// The last address of a chain of proxies that is not one of ours.
fn behind(peer: IpAddr, trusted: &[IpAddr], forwarded: &str) -> IpAddr {
    let mut known = peer;
    for part in forwarded.rsplit(',') {
        if !trusted.contains(&known) {
            break;
        }
        match part.trim().parse() {
            Ok(address) => known = address,
            Err(_) => break,
        }
    }
    known
}

fn text(headers: &HeaderMap, name: HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_form_comes_from_a_page_of_ours() {
        let url = "https://zhinaq.example.org";
        let own = |pairs: &[(&'static str, &str)]| is_own_form(&headers(pairs), url);
        assert!(own(&[("origin", url)]) && own(&[("sec-fetch-site", "same-origin")]));
        assert!(own(&[("origin", url), ("sec-fetch-site", "same-origin")]));
        for (origin, site) in [
            (Some("https://other.example.org"), None),
            (Some("https://other.example.org"), Some("same-origin")),
            (Some(url), Some("cross-site")),
            (Some(url), Some("same-site")),
            (Some("null"), None),
            (Some("http://zhinaq.example.org"), None),
            (None, Some("none")),
        ] {
            let pairs = origin.map(|o| ("origin", o)).into_iter().chain(site.map(|s| ("sec-fetch-site", s)));
            assert!(!own(&pairs.collect::<Vec<_>>()), "{origin:?} {site:?}");
        }
        assert!(!own(&[]));
    }

    #[test]
    fn no_other_name_leads_here() {
        let here =
            |host: &str| is_host(&headers(&[("host", host)]), &Uri::from_static("/"), "https://zhinaq.example.org");
        assert!(here("zhinaq.example.org") && here("Zhinaq.example.org:443"));
        assert!(!here("zhinaq.example.org:8443") && !here("127.0.0.1") && !here("x.zhinaq.example.org"));
        assert!(!is_host(&HeaderMap::new(), &Uri::from_static("/"), "https://zhinaq.example.org"));
    }

    #[test]
    fn only_our_proxies_are_believed_about_addresses() {
        let (proxy, peer): (IpAddr, IpAddr) = ("10.0.0.2".parse().unwrap(), "192.0.2.7".parse().unwrap());
        let of = |peer, forwarded: &str| behind(peer, &[proxy], forwarded).to_string();
        assert_eq!(of(peer, "203.0.113.9"), "192.0.2.7", "a browser says what it likes");
        assert_eq!(of(proxy, "203.0.113.9"), "203.0.113.9");
        assert_eq!(of(proxy, "198.51.100.1, 203.0.113.9"), "203.0.113.9", "the last one is what the proxy saw");
        assert_eq!(of(proxy, "203.0.113.9, 10.0.0.2"), "203.0.113.9");
        assert_eq!((of(proxy, ""), of(proxy, "x")), ("10.0.0.2".into(), "10.0.0.2".into()));
    }

    #[test]
    fn json_is_for_programs_that_take_no_page() {
        assert!(wants_json(&headers(&[("accept", "application/json")])));
        assert!(!wants_json(&headers(&[("accept", "text/html,application/json;q=0.9")])));
        assert!(!wants_json(&HeaderMap::new()));
    }
}
