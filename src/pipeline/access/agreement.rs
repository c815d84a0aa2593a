//! The agreement that each person signs at the first entry, and again when its text changes. In: the files of the office. Out:
//! the text and its hash; whether somebody signed it as it is now. Unknown here: what the text says.

use serde::Serialize;

use super::{deciding::decide, session::SignedPerson};
use crate::{Context, Failure};
use config::Office;
use domain::{Fact, Language, Sha256};
use ledger::{AccessAct, Filter};

/// The agreement in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgreementText {
    pub language: Language,
    pub text: String,
    pub hash: Sha256,
}

/// The languages of the console. The first one that has a text is the one that is shown if a person's language has none.
const LANGUAGES: [Language; 3] = [Language::KK, Language::RU, Language::EN];

/// The agreement in a language, or in the first one that the office has.
///
/// # Errors
/// When the office has no text at all, or a file cannot be read.
pub fn agreement(office: &Office, language: Option<Language>) -> Result<AgreementText, Failure> {
    let folder = &office.settings.console.agreement;
    for language in language.into_iter().chain(LANGUAGES) {
        let path = folder.join(format!("{language}.md"));
        let text = config::office_text(&office.home, &path).map_err(|fault| Failure::usage(fault.to_string()))?;
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            return Ok(AgreementText { language, hash: Sha256::of(text.as_bytes()), text });
        }
    }
    Err(Failure::usage(format!(
        "the agreement is missing: write it in `{}`, one file for each language, such as ru.md",
        folder.display()
    )))
}

/// Whether an account signed the agreement as it is now, in one of its languages.
///
/// # Errors
/// When the ledger or a file cannot be read.
pub async fn has_signed(context: &Context, account: &str) -> Result<bool, Failure> {
    let events = context.events(&Filter::default().kinds(&["agreement-signed"])).await?;
    let signed = events.iter().rev().find_map(|event| match &event.fact {
        Fact::AgreementSigned { account: who, text, language } if who == account => Some((*text, *language)),
        _ => None,
    });
    let Some((text, language)) = signed else { return Ok(false) };
    Ok(agreement(&context.office, Some(language))?.hash == text)
}

/// Records that a person agrees to the text that was shown.
///
/// # Errors
/// When the text has changed since it was shown, or the ledger cannot be written.
pub async fn sign_agreement(context: &Context, person: &SignedPerson, shown: &AgreementText) -> Result<(), Failure> {
    let now = agreement(&context.office, Some(shown.language))?;
    if now.hash != shown.hash || now.language != shown.language {
        return Err(Failure::usage("the text of the agreement has changed; read it again"));
    }
    decide(context, &person.actor, (&person.account, None), |seen| {
        if !seen.standings.get(&person.account).is_some_and(|standing| standing.is_in(seen.today)) {
            return Err(Failure::usage(format!("`{}` may not sign in", person.account)).coded("not-permitted"));
        }
        let account = person.account.clone();
        let fact = Fact::AgreementSigned { account, text: shown.hash, language: shown.language };
        Ok(AccessAct { facts: vec![fact], changes: Vec::new() })
    })
    .await?;
    Ok(())
}
