//! Drafts of replies. In: a request, its grounds, `templates/requests/<language>/drafts.toml`. Out: the text for a clerk,
//! with the clause cited. Unknown here: who asks; a clerk writes the address.

use serde::Serialize;

use crate::{Context, Failure};
use domain::{CheckFollow, Language, RequestCheck, RequestRecord};

/// The draft of a reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftReply {
    pub language: Language,
    pub text: String,
}

/// The draft that fits the decision about a request; `None` while nothing was decided.
pub(super) fn draft(context: &Context, record: &RequestRecord) -> Result<Option<DraftReply>, Failure> {
    let Some(decided) = record.decided else { return Ok(None) };
    let language = record.taken.language;
    let texts = config::request_drafts(&context.office.home, language)
        .map_err(|faults| Failure::usage(faults.to_string()).coded("configuration"))?;
    let wanted: Vec<&str> = if decided == CheckFollow::Answer {
        vec!["answer"]
    } else {
        let no = |check: &RequestCheck| record.answers.get(check) == Some(&false) && check.follow() == decided;
        RequestCheck::ALL.iter().filter(|check| no(check)).map(|check| check.word()).collect()
    };
    let channels = context.office.requests.iter().flat_map(|rules| rules.channels_of(record.taken.from));
    let channels: Vec<String> = channels.map(|channel| format!("«{}»", channel.id)).collect();
    let mut parts = Vec::new();
    for key in std::iter::once("opening").chain(wanted) {
        let text = texts.get(key).ok_or_else(|| {
            Failure::usage(format!("`templates/requests/{language}/drafts.toml` has no text `{key}`"))
                .coded("configuration")
        })?;
        parts.push(
            text.replace("{number}", record.taken.number.as_ref())
                .replace("{received}", &record.taken.received.format("%d.%m.%Y").to_string())
                .replace("{channels}", &channels.join(", ")),
        );
    }
    Ok(Some(DraftReply { language, text: parts.join("\n\n") + "\n" }))
}
