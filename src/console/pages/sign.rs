//! Signing in and out, the link of an invitation, the agreement, and a person's own page.

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;

use super::{Answered, Query};
use crate::{
    answer::Refused,
    asked::{Asked, see},
    cookies,
    fields::Fields,
};
use chrono::{DateTime, Utc};
use domain::Language;
use pipeline::{EnrolTry, Failure, SessionLine, SignInEnd, SignInTry};

/// How long a browser remembers the language, in seconds.
const REMEMBERED: u64 = 365 * 24 * 3600;

#[derive(Serialize)]
struct SignInPage {
    next: String,
    account: String,
    /// Why the person is not in: `wrong` or `wait`.
    refused: Option<&'static str>,
    until: Option<DateTime<Utc>>,
}

/// The form of signing in.
pub async fn form(asked: Asked, query: Query) -> Answered {
    let next = own_address(query.one("next").unwrap_or("/"));
    if asked.signed.is_some() {
        return see(&next);
    }
    asked.page("sign-in.html", &SignInPage { next, account: String::new(), refused: None, until: None })
}

/// An address of ours, so that no link leads elsewhere.
fn own_address(address: &str) -> String {
    let is_own = address.starts_with('/')
        && !address.starts_with("//")
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if is_own { address.to_owned() } else { "/".to_owned() }
}

/// Signs a person in.
pub async fn sign_in(asked: Asked, fields: Fields) -> Answered {
    let (console, served) = (asked.console.clone(), asked.served.clone());
    let tried = SignInTry {
        account: fields.one("account"),
        password: fields.exactly("password"),
        code: fields.one("code"),
        network: &asked.network,
        agent: &asked.agent,
    };
    let next = own_address(fields.one("next"));
    let refused =
        |refused, until| SignInPage { next: next.clone(), account: fields.one("account").to_owned(), refused, until };
    match pipeline::sign_in(&served.context, &console.key, tried).await? {
        SignInEnd::In { token, person } => {
            // The session that this browser had before is over.
            if let Some(before) = &asked.signed {
                pipeline::sign_out(&served.context, &before.person).await?;
            }
            let next = if person.has_agreed { next } else { "/agreement".to_owned() };
            with_session(see(&next)?, &token.text())
        }
        SignInEnd::Refused => asked.page_as(StatusCode::UNAUTHORIZED, "sign-in.html", &refused(Some("wrong"), None)),
        SignInEnd::Wait { until } => {
            asked.page_as(StatusCode::TOO_MANY_REQUESTS, "sign-in.html", &refused(Some("wait"), Some(until)))
        }
    }
}

fn with_session(mut answer: Response, token: &str) -> Answered {
    let cookie = cookies::set(cookies::SESSION, token, None);
    let cookie = cookie.ok_or_else(|| Failure::ours("no session can be begun", "its cookie is not text"))?;
    answer.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(answer)
}

/// Ends the session.
pub async fn sign_out(asked: Asked, _: Fields) -> Answered {
    pipeline::sign_out(&asked.served.context, &asked.signed()?.person).await?;
    let mut answer = see("/sign-in")?;
    if let Some(cookie) = cookies::removed() {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

/// Chooses a language for this browser.
pub async fn language(asked: Asked, fields: Fields) -> Answered {
    let language: Language = fields.of("language")?;
    if !asked.served.languages().any(|known| known == language) {
        return Err(Refused::form(format!("the console does not speak `{language}`")));
    }
    let mut answer = see(&own_address(fields.one("back")))?;
    if let Some(cookie) = cookies::set(cookies::LANGUAGE, &language.to_string(), Some(REMEMBERED)) {
        answer.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(answer)
}

#[derive(Serialize)]
struct InvitePage {
    token: String,
    account: String,
    name: String,
    letters: String,
    sealed: String,
    /// The picture for the telephone: its side in squares, and the path of the dark ones.
    side: i32,
    squares: String,
    shortest: usize,
    /// Why the form was refused.
    refused: Option<String>,
}

async fn invite_page(asked: &Asked, token: &str, refused: Option<String>) -> Result<InvitePage, Refused> {
    let enrolment = pipeline::begin_enrolment(&asked.served.context, &asked.console.key, token).await?;
    let picture = QrCode::encode_text(&enrolment.address, QrCodeEcc::Medium)
        .map_err(|error| Failure::ours("the second factor has no picture", error))?;
    Ok(InvitePage {
        token: token.to_owned(),
        account: enrolment.account,
        name: enrolment.name,
        letters: enrolment.letters,
        sealed: enrolment.sealed,
        side: picture.size(),
        squares: squares(&picture),
        shortest: pipeline::SHORTEST_PASSWORD,
        refused,
    })
}

/// The dark squares of a picture as the path of an SVG.
fn squares(picture: &QrCode) -> String {
    let mut path = String::new();
    for y in 0..picture.size() {
        for x in (0..picture.size()).filter(|x| picture.get_module(*x, y)) {
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    path
}

/// The page of an invitation.
pub async fn invitation(asked: Asked, Path(token): Path<String>) -> Answered {
    let page = invite_page(&asked, &token, None).await?;
    asked.page("invite.html", &page)
}

#[derive(Serialize)]
struct EnrolledPage {
    account: String,
    recovery: Vec<String>,
}

/// Sets password and second factor.
pub async fn enrol(asked: Asked, Path(token): Path<String>, fields: Fields) -> Answered {
    let (context, key) = (&asked.served.context, &asked.console.key);
    if fields.exactly("password") != fields.exactly("again") {
        let page = invite_page(&asked, &token, Some("the two passwords differ".into())).await?;
        return asked.page_as(StatusCode::BAD_REQUEST, "invite.html", &page);
    }
    let tried = EnrolTry {
        token: &token,
        password: fields.exactly("password"),
        sealed: fields.one("sealed"),
        code: fields.one("code"),
    };
    match pipeline::enrol(context, key, tried).await {
        Ok(enrolled) => {
            let page = EnrolledPage { account: enrolled.account, recovery: enrolled.recovery };
            asked.page("enrolled.html", &page)
        }
        // The link is still good: what was typed was not.
        Err(failure) if failure.code == "usage" => {
            let page = invite_page(&asked, &token, Some(failure.message)).await?;
            asked.page_as(StatusCode::BAD_REQUEST, "invite.html", &page)
        }
        Err(failure) => Err(failure.into()),
    }
}

#[derive(Serialize)]
struct AgreementPage {
    paragraphs: Vec<String>,
    language: String,
    hash: String,
    has_agreed: bool,
}

/// The agreement in the language of the person.
pub async fn agreement(asked: Asked) -> Answered {
    let text = pipeline::agreement(&asked.served.context.office, Some(asked.language))?;
    let paragraphs = text.text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned);
    let page = AgreementPage {
        paragraphs: paragraphs.collect(),
        language: text.language.to_string(),
        hash: text.hash.to_string(),
        has_agreed: asked.signed()?.person.has_agreed,
    };
    asked.page("agreement.html", &page)
}

/// Signs the agreement that was shown.
pub async fn agree(asked: Asked, fields: Fields) -> Answered {
    let context = &asked.served.context;
    if !fields.has("agree") {
        return Err(Refused::form("tick that you have read the agreement and agree to it"));
    }
    let shown = pipeline::agreement(&context.office, Some(fields.of("language")?))?;
    if shown.hash.to_string() != fields.one("hash") {
        return Err(Refused::form("the text of the agreement has changed; read it again"));
    }
    pipeline::sign_agreement(context, &asked.signed()?.person, &shown).await?;
    see("/")
}

#[derive(Serialize)]
struct MePage {
    sessions: Vec<SessionLine>,
    /// The first digits of the session of this browser.
    own: String,
    shortest: usize,
}

/// A person's own page.
pub async fn me(asked: Asked) -> Answered {
    let person = &asked.signed()?.person;
    let sessions = pipeline::sessions(&asked.served.context, Some(&person.account)).await?;
    let page = MePage { sessions, own: person.session.short(), shortest: pipeline::SHORTEST_PASSWORD };
    asked.page("me.html", &page)
}

/// Gives the person a new password. Every session ends, this one too.
pub async fn password(asked: Asked, fields: Fields) -> Answered {
    let account = &asked.signed()?.person.account;
    if fields.exactly("new") != fields.exactly("again") {
        return Err(Refused::form("the two passwords differ"));
    }
    let typed = (fields.exactly("old"), fields.one("code"), fields.exactly("new"));
    pipeline::change_password(&asked.served.context, &asked.console.key, account, typed).await?;
    see("/sign-in")
}

/// Ends every session of the person, this one too.
pub async fn end_sessions(asked: Asked, _: Fields) -> Answered {
    let person = &asked.signed()?.person;
    pipeline::end_sessions(&asked.served.context, &person.actor, &person.account).await?;
    Ok(see("/sign-in")?.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_link_leads_elsewhere() {
        for address in ["/", "/periods/2025-Q2?done=3", "/parcels/2025-Q2/crime/r0/mia"] {
            assert_eq!(own_address(address), address);
        }
        for address in ["", "https://x.org", "//x.org", "/\\x.org", "x", "/a\r\nSet-Cookie: a=b", "/ә"] {
            assert_eq!(own_address(address), "/", "{address:?}");
        }
    }

    #[test]
    fn the_picture_has_its_dark_squares() {
        let picture = QrCode::encode_text("otpauth://totp/x:y?secret=ABC", QrCodeEcc::Medium).unwrap();
        let path = squares(&picture);
        assert!(path.starts_with("M0 0h1v1h-1z") && path.matches('M').count() > 200);
    }
}
