//! The fields of a form. In: the body of a POST. Out: fields by name, once it is certain that the form is one of this
//! session's. Unknown here: what the fields mean.

use std::str::FromStr;

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};
use url::form_urlencoded;

use crate::{answer::Refused, asked::Asked};
use pipeline::Failure;

/// The largest form, in bytes. A reason is a page of text at most.
const LARGEST: usize = 64 * 1024;
const MOST_FIELDS: usize = 300;

/// The fields of a form, in the order in which they came.
#[derive(Debug, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    fn read(body: &[u8]) -> Result<Self, Refused> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body)
            .take(MOST_FIELDS + 1)
            .map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")))
            .collect();
        if fields.len() > MOST_FIELDS || fields.iter().any(|(_, value)| value.contains('\u{fffd}')) {
            return Err(Refused::form("the form has too many fields, or a field is not text"));
        }
        Ok(Self(fields))
    }

    /// The first value of a field, without blanks around it; empty if the form does not have it.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// The first value of a field as it was typed: for passwords.
    pub fn exactly(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Whether a box was ticked.
    pub fn has(&self, name: &str) -> bool {
        !self.one(name).is_empty()
    }

    /// The value of a field.
    ///
    /// # Errors
    /// When it is missing, or is not one of `T`.
    pub fn of<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<T, Refused> {
        self.one(name).parse().map_err(|error: T::Err| Refused::form(error.to_string()))
    }
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Refused;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/x-www-form-urlencoded" {
            let failure = Failure::usage("send the form as application/x-www-form-urlencoded");
            return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, failure));
        }
        let body = to_bytes(body, LARGEST).await.map_err(|_| {
            Refused::new(StatusCode::PAYLOAD_TOO_LARGE, Failure::usage("the form is too large, or broke off"))
        })?;
        let fields = Self::read(&body)?;
        let asked = parts.extensions.get::<Asked>();
        if let Some(signed) = asked.and_then(|asked| asked.signed.as_ref())
            && !signed.token.is_of_forms(fields.one("forms"))
        {
            let failure = Failure::usage("this form is not one of your session: open its page again");
            return Err(Refused::new(StatusCode::FORBIDDEN, failure.coded("not-permitted")));
        }
        Ok(fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_once_or_again_and_without_blanks() {
        let fields = Fields::read(b"a=1&b=+x%0D%0Ay+&a=2&a=&c=%20&d=%D3%99").unwrap();
        assert_eq!((fields.one("a"), fields.one("b"), fields.one("c"), fields.one("d")), ("1", "x\ny", "", "ә"));
        assert_eq!((fields.exactly("b"), fields.exactly("e")), (" x\ny ", ""));
        assert!(fields.has("a") && !fields.has("c"));
        assert!(fields.of::<u32>("b").is_err() && fields.of::<u32>("c").is_err());
        assert_eq!(fields.of::<u32>("a").unwrap(), 1);
    }

    #[test]
    fn what_is_not_text_is_refused() {
        assert!(Fields::read(b"a=%ff").is_err());
        assert!(Fields::read("a&".repeat(MOST_FIELDS + 1).as_bytes()).is_err());
    }
}
