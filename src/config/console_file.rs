//! `[console]` of `zhinaq.toml`. In: the table as written. Out: [`ConsoleSettings`] and every fault. This module does not
//! read the files and variables that the settings refer to.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use serde::Deserialize;
use toml::Spanned;

use super::{
    ConsoleSettings, ConsoleTls, SessionSettings,
    reader::Reader,
    settings_file::variable,
    values::{FilePath, Lasting},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenConsole {
    listen: Option<Spanned<String>>,
    public_url: Option<Spanned<String>>,
    tls: Option<Spanned<WrittenTls>>,
    behind: Option<Spanned<Behind>>,
    trusted_proxies: Option<Spanned<Vec<Spanned<String>>>>,
    session: Option<WrittenSession>,
    agreement: Option<FilePath>,
    key_env: Option<Spanned<String>>,
    local: Option<Spanned<bool>>,
    oidc: Option<Spanned<WrittenOidc>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTls {
    certificate: FilePath,
    key_file: FilePath,
}

/// What stands between the browsers and the console.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Behind {
    Proxy,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSession {
    idle: Option<Spanned<Lasting>>,
    lifetime: Option<Spanned<Lasting>>,
    per_person: Option<Spanned<u32>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "a program without OIDC reads it only to say so")]
struct WrittenOidc {
    issuer: Option<String>,
    client_id: Option<String>,
    secret_env: Option<String>,
    account_claim: Option<String>,
    acr: Option<String>,
}

/// The shortest and the longest time of a session: shorter ones make the console useless, longer ones make sessions that
/// nobody remembers.
const SHORTEST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(24);
/// The most sessions of one person.
const MOST_SESSIONS: u32 = 20;

/// Reads the table; without it, the console serves this machine only.
pub(super) fn read(reader: &mut Reader<'_>) -> ConsoleSettings {
    let mut meant = ConsoleSettings::default();
    let Some(written) = reader.maybe::<WrittenConsole>("console") else { return meant };
    let listen_span = written.listen.as_ref().map_or(0..0, Spanned::span);
    if let Some(text) = &written.listen {
        match text.get_ref().parse::<SocketAddr>() {
            Ok(address) if address.port() == 0 => reader.fault(&text.span(), "write a port other than 0"),
            Ok(address) => meant.listen = address,
            Err(_) => reader.fault(&text.span(), "write an address with its port, such as `127.0.0.1:8080`"),
        }
    }
    meant.is_behind_proxy = written.behind.is_some();
    meant.tls = written.tls.as_ref().map(|tls| {
        let WrittenTls { certificate, key_file } = tls.get_ref();
        ConsoleTls { certificate: certificate.0.clone(), key_file: key_file.0.clone() }
    });
    proxies(reader, &written, &mut meant);
    if let (Some(tls), Some(_)) = (&written.tls, &written.behind) {
        reader.fault(&tls.span(), "the proxy encrypts, or the console does: write `tls` or `behind`, not both");
    }
    if !meant.listen.ip().is_loopback() && meant.tls.is_none() && !meant.is_behind_proxy {
        reader.fault(&listen_span, "other machines reach this address: write `tls`, or `behind = \"proxy\"`");
    }
    public_url(reader, written.public_url.as_ref(), (&mut meant, &listen_span));
    if let Some(session) = written.session {
        sessions(reader, &session, &mut meant.session);
    }
    if let Some(path) = written.agreement {
        meant.agreement = path.0;
    }
    if let Some(name) = written.key_env.as_ref().and_then(|name| variable(reader, name)) {
        meant.key_env = name;
    }
    if let Some(oidc) = &written.oidc {
        reader.fault(
            &oidc.span(),
            "this program was built without OIDC; leave `oidc` out, and people sign in with passwords",
        );
    }
    if let Some(local) = written.local.as_ref().filter(|local| !local.get_ref()) {
        reader.fault(&local.span(), "without OIDC and without passwords nobody could sign in; write `true`");
    }
    meant
}

fn proxies(reader: &mut Reader<'_>, written: &WrittenConsole, meant: &mut ConsoleSettings) {
    for text in written.trusted_proxies.iter().flat_map(toml::Spanned::get_ref) {
        match text.get_ref().parse::<IpAddr>() {
            Ok(address) => meant.trusted_proxies.push(address),
            Err(_) => reader.fault(&text.span(), "write the address of the proxy, such as `10.0.0.2`"),
        }
    }
    match (&written.behind, &written.trusted_proxies) {
        (Some(behind), list) if list.as_ref().is_none_or(|list| list.get_ref().is_empty()) => {
            reader.fault(&behind.span(), "write the addresses of the proxy in `trusted_proxies`");
        }
        (None, Some(list)) => reader.fault(&list.span(), "`trusted_proxies` is for `behind = \"proxy\"`"),
        _ => {}
    }
}

fn public_url(
    reader: &mut Reader<'_>,
    written: Option<&Spanned<String>>,
    (meant, listen): (&mut ConsoleSettings, &std::ops::Range<usize>),
) {
    let Some(text) = written else {
        if meant.is_local_only() && meant.tls.is_none() {
            meant.public_url = format!("http://{}", meant.listen);
        } else {
            reader.fault(
                listen,
                "write `public_url`: the address that people open, such as `https://zhinaq.example.org`",
            );
        }
        return;
    };
    let url = text.get_ref().trim_end_matches('/');
    match wrong_url(url, meant.is_local_only() && meant.tls.is_none()) {
        Some(why) => reader.fault(&text.span(), why),
        None => meant.public_url = url.to_ascii_lowercase(),
    }
}

/// Why an address is not one of the console; `None` if it is.
fn wrong_url(url: &str, may_be_plain: bool) -> Option<&'static str> {
    let example = "write scheme, host and port only, such as `https://zhinaq.example.org`";
    let Some((scheme, authority)) = url.split_once("://") else { return Some(example) };
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if authority.is_empty() || !authority.chars().all(is_host) {
        return Some(example);
    }
    match scheme {
        "https" => None,
        "http" if may_be_plain => {
            let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
            let is_local = ["localhost", "127.0.0.1", "[::1]"].contains(&host);
            (!is_local).then_some("passwords would go unencrypted over the network; write `https://`")
        }
        "http" => Some("passwords would go unencrypted over the network; write `https://`"),
        _ => Some(example),
    }
}

fn sessions(reader: &mut Reader<'_>, written: &WrittenSession, meant: &mut SessionSettings) {
    for (text, to) in [(&written.idle, &mut meant.idle), (&written.lifetime, &mut meant.lifetime)] {
        let Some(lasting) = text else { continue };
        if (SHORTEST..=LONGEST).contains(&lasting.get_ref().0) {
            *to = lasting.get_ref().0;
        } else {
            reader.fault(&lasting.span(), "write a time from \"1m\" to \"24h\"");
        }
    }
    let place = written.idle.as_ref().or(written.lifetime.as_ref());
    if let (true, Some(place)) = (meant.idle > meant.lifetime, place) {
        reader.fault(&place.span(), "a session that may be unused for longer than it lasts has no idle time");
    }
    if let Some(count) = &written.per_person {
        if (1..=MOST_SESSIONS).contains(count.get_ref()) {
            meant.per_person = *count.get_ref();
        } else {
            reader.fault(&count.span(), format!("write 1 to {MOST_SESSIONS} sessions"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(table: &str) -> (ConsoleSettings, Vec<String>) {
        let text = format!("[console]\n{table}");
        let mut reader = Reader::open("zhinaq.toml", &text);
        let meant = read(&mut reader);
        (meant, reader.close().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn without_a_table_only_this_machine_is_served() {
        let (meant, faults) = of("");
        assert!(faults.is_empty() && meant == ConsoleSettings::default(), "{faults:?}");
        assert!(meant.is_local_only() && !meant.is_encrypted());
        let (meant, faults) = of("listen = \"127.0.0.1:9090\"");
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(meant.public_url, "http://127.0.0.1:9090");
    }

    #[test]
    fn a_console_for_others_is_encrypted() {
        let (meant, faults) = of(
            "listen = \"0.0.0.0:443\"\npublic_url = \"https://Zhinaq.example.org/\"\ntls = { certificate = \"c.pem\", key_file = \"k.pem\" }\nsession = { idle = \"15m\", lifetime = \"8h\", per_person = 1 }\n",
        );
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!((meant.public_url.as_str(), meant.is_encrypted()), ("https://zhinaq.example.org", true));
        assert_eq!((meant.session.idle.as_secs(), meant.session.lifetime.as_secs()), (900, 28_800));
        let (meant, faults) =
            of("behind = \"proxy\"\ntrusted_proxies = [\"10.0.0.2\"]\npublic_url = \"https://zhinaq.example.org\"\n");
        assert!(faults.is_empty() && !meant.is_local_only(), "{faults:?}");
    }

    #[test]
    fn each_fault_says_what_is_right() {
        let tls = "tls = { certificate = \"c.pem\", key_file = \"k.pem\" }";
        for (table, why) in [
            ("listen = \"8080\"", "write an address with its port"),
            ("listen = \"127.0.0.1:0\"", "other than 0"),
            ("listen = \"10.0.0.1:80\"\npublic_url = \"https://x.org\"", "other machines reach this address"),
            ("listen = \"10.0.0.1:80\"\nbehind = \"proxy\"\ntrusted_proxies = [\"10.0.0.2\"]", "write `public_url`"),
            ("public_url = \"http://zhinaq.example.org\"", "unencrypted"),
            (&format!("public_url = \"http://localhost:8080\"\n{tls}"), "unencrypted"),
            ("public_url = \"https://x.org/path\"", "scheme, host and port only"),
            ("public_url = \"https://user@x.org\"", "scheme, host and port only"),
            ("public_url = \"ftp://x.org\"", "scheme, host and port only"),
            ("behind = \"proxy\"\npublic_url = \"https://x.org\"", "in `trusted_proxies`"),
            ("trusted_proxies = [\"10.0.0.2\"]", "is for `behind"),
            (
                &format!("behind = \"proxy\"\ntrusted_proxies = [\"10.0.0.2\"]\npublic_url = \"https://x.org\"\n{tls}"),
                "not both",
            ),
            (
                "behind = \"proxy\"\ntrusted_proxies = [\"proxy\"]\npublic_url = \"https://x.org\"",
                "address of the proxy",
            ),
            ("session = { idle = \"30\" }", "is not a time"),
            ("session = { idle = \"30s\" }", "from \"1m\" to \"24h\""),
            ("session = { idle = \"11h\" }", "has no idle time"),
            ("session = { per_person = 0 }", "1 to 20 sessions"),
            ("key_env = \"secret of mine\"", "write the NAME of an environment variable"),
            ("agreement = \"\"", "the path is empty"),
            ("oidc = { issuer = \"https://sso.example.org\" }", "built without OIDC"),
            ("local = false", "nobody could sign in"),
            ("port = 8080", "unknown key"),
        ] {
            let (_, faults) = of(table);
            assert!(faults.iter().any(|fault| fault.contains(why)), "{table}: {faults:?}");
        }
    }
}
