//! Help, and addresses that do not exist.

use super::Answered;
use crate::{answer::Refused, asked::Asked};

/// What the console is for, and what each role does in it.
pub async fn help(asked: Asked) -> Answered {
    let rights: Vec<_> = domain::Right::ALL
        .into_iter()
        .map(|right| {
            let roles: Vec<&str> = right.roles().iter().map(|role| role.word()).collect();
            serde_json::json!({ "said": right.said(), "roles": roles })
        })
        .collect();
    asked.page("help.html", &serde_json::json!({ "rights": rights }))
}

/// An address without a page.
pub async fn lost() -> Refused {
    Refused::unknown("no page has this address")
}
