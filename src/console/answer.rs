//! Answers that refuse. In: a failure of the pipeline, or why a request is not let in. Out: a status, and a page or JSON
//! that says what was wrong and what to do. Unknown here: what was asked for.

use std::sync::Arc;

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::asked::Asked;
use domain::Role;
use pipeline::{Exit, Failure, chain};

/// Why a request gets no page.
#[derive(Debug)]
pub struct Refused {
    pub status: StatusCode,
    pub failure: Failure,
    /// The roles of which one is needed, if the person has none of them.
    pub roles: &'static [Role],
}

/// What the page of a refusal shows.
#[derive(Serialize)]
struct RefusalPage<'a> {
    status: u16,
    code: &'a str,
    message: String,
    roles: Vec<&'static str>,
    /// To find it in the log.
    request: &'a str,
}

impl Refused {
    pub const fn new(status: StatusCode, failure: Failure) -> Self {
        Self { status, failure, roles: &[] }
    }

    /// The address is of something that does not exist.
    pub fn unknown(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Failure::usage(message).coded("unknown-id"))
    }

    /// The form cannot be read, or came from elsewhere.
    pub fn form(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Failure::usage(message))
    }

    /// The page of the refusal, or JSON.
    pub fn shown_to(&self, asked: &Asked) -> Response {
        let is_ours = self.failure.exit == Exit::Ours;
        if is_ours {
            tracing::error!(request = asked.id, error = %chain(&self.failure), "a page could not be made");
        }
        let message = asked.said(&self.failure.message);
        let page = RefusalPage {
            status: self.status.as_u16(),
            code: self.failure.code,
            message,
            roles: self.roles.iter().map(|role| role.word()).collect(),
            request: &asked.id,
        };
        let shown = asked.page_as(self.status, "refused.html", &page);
        shown.unwrap_or_else(|second| {
            tracing::error!(request = asked.id, error = %chain(&second.failure), "a refusal could not be shown");
            self.status.into_response()
        })
    }
}

impl From<Failure> for Refused {
    fn from(failure: Failure) -> Self {
        let status = match (failure.code, failure.exit) {
            ("not-permitted", _) => StatusCode::FORBIDDEN,
            ("unknown-id", _) => StatusCode::NOT_FOUND,
            ("busy" | "closed-period" | "witness", _) => StatusCode::CONFLICT,
            (_, Exit::Ours) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::new(status, failure)
    }
}

/// A refusal on its way to where the language of the person is known.
#[derive(Clone)]
pub struct ToBeShown(pub Arc<Refused>);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut answer = self.status.into_response();
        answer.extensions_mut().insert(ToBeShown(Arc::new(self)));
        answer
    }
}
