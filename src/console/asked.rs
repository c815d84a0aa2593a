//! Who asks for a page, in which language, and in which form the answer goes. In: what `admit` found out. Out: answers:
//! pages, JSON, redirections. Unknown here: what a page shows.

use std::{collections::BTreeSet, ops::Deref, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse as _, Response},
};
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::{
    answer::Refused,
    served::{Console, Served, Tongue},
};
use domain::{Language, Origin, Period, Right};
use pipeline::{
    AccessToken, Failure, SignedPerson,
    views::{self, FindingsView},
};

/// A request that was let in.
#[derive(Clone)]
pub struct Asked(Arc<Asking>);

pub struct Asking {
    pub console: Arc<Console>,
    pub served: Arc<Served>,
    pub language: Language,
    /// Whether the answer is for a program.
    pub wants_json: bool,
    pub signed: Option<Signed>,
    /// The address of the browser, without its port.
    pub network: String,
    /// The browser, in its own words.
    pub agent: String,
    /// The address of the request, without the host.
    pub address: String,
    /// The id of the request, in the log too.
    pub id: String,
}

/// A person with an open session.
pub struct Signed {
    pub person: SignedPerson,
    pub token: AccessToken,
    /// What the person may do, as of this request.
    pub rights: BTreeSet<Right>,
}

/// What the frame of a page shows.
#[derive(Serialize)]
struct Frame<'a> {
    language: String,
    languages: Vec<LanguageChoice>,
    address: &'a str,
    office: &'a str,
    is_sample: bool,
    zone: String,
    version: &'static str,
    /// Why the office's files as they are now are not in use.
    faults: Option<String>,
    person: Option<FramePerson<'a>>,
    /// What the person may do, by the names of [`Right`].
    rights: Vec<String>,
    /// The token of the session's forms.
    forms: &'a str,
    style: &'static str,
}

#[derive(Serialize)]
struct LanguageChoice {
    code: String,
    name: String,
    is_chosen: bool,
}

#[derive(Serialize)]
struct FramePerson<'a> {
    name: &'a str,
    account: &'a str,
    roles: Vec<&'static str>,
    has_agreed: bool,
}

impl Deref for Asked {
    type Target = Asking;

    fn deref(&self) -> &Asking {
        &self.0
    }
}

impl Asked {
    pub fn new(asking: Asking) -> Self {
        Self(Arc::new(asking))
    }

    /// The person who asks.
    ///
    /// # Errors
    /// When nobody is signed in: the door of this address lets in others too.
    pub fn signed(&self) -> Result<&Signed, Refused> {
        self.signed.as_ref().ok_or_else(|| Refused::new(StatusCode::UNAUTHORIZED, Failure::usage("sign in first")))
    }

    /// Whether the person may do something.
    pub fn may(&self, right: Right) -> bool {
        self.signed.as_ref().is_some_and(|signed| signed.rights.contains(&right))
    }

    fn tongue(&self) -> &Tongue {
        self.served.tongue(self.language)
    }

    /// A text of the program in the language of the person.
    pub fn said(&self, text: &str) -> String {
        self.tongue().speech.of(text)
    }

    /// Reads for this page on a thread of its own.
    ///
    /// # Errors
    /// As the work.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl AsyncFnOnce(&Served) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Refused> {
        Ok(self.console.read(self.served.clone(), work).await?)
    }

    /// The findings about a period. Checking takes seconds, so they are kept until the journal has another entry about
    /// figures.
    ///
    /// # Errors
    /// When the period has no forms, or the ledger or the store cannot be read.
    pub async fn findings(&self, period: Period) -> Result<Arc<FindingsView>, Refused> {
        let seen = self.served.context.dataset_events().await?.last().map_or(0, |event| event.seq);
        let overridden = self.served.overridden().await?;
        if let Some(known) = self.served.known_findings(period, (seen, overridden)) {
            return Ok(known);
        }
        let found = Arc::new(self.read(async move |served| views::findings(&served.context, period).await).await?);
        self.served.keep_findings(period, (seen, overridden), &found);
        Ok(found)
    }

    /// A page, or its model as JSON.
    ///
    /// # Errors
    /// When the template cannot show the model.
    pub fn page(&self, template: &str, model: &impl Serialize) -> Result<Response, Refused> {
        self.page_as(StatusCode::OK, template, model)
    }

    /// As [`Asked::page`], with another status.
    ///
    /// # Errors
    /// As [`Asked::page`].
    pub fn page_as(&self, status: StatusCode, template: &str, model: &impl Serialize) -> Result<Response, Refused> {
        if self.wants_json {
            let mut text =
                serde_json::to_string_pretty(model).map_err(|error| Failure::ours("the answer has no JSON", error))?;
            text.push('\n');
            return Ok((status, [(header::CONTENT_TYPE, "application/json")], text).into_response());
        }
        Ok((status, Html(self.rendered(template, model)?)).into_response())
    }

    /// A page as text.
    ///
    /// # Errors
    /// When the template cannot show the model.
    pub fn rendered(&self, template: &str, model: &impl Serialize) -> Result<String, Refused> {
        let page = Value::from(Serde(&self.frame()));
        let shown =
            self.tongue().pages.get_template(template).and_then(|template| {
                template.render(minijinja::context! { page => page, m => Value::from(Serde(model)) })
            });
        Ok(shown.map_err(|error| Failure::ours(format!("the page `{template}` could not be made"), error))?)
    }

    fn frame(&self) -> Frame<'_> {
        let served = &self.served;
        let office = &served.context.office;
        let signed = self.signed.as_ref();
        let chosen = self.tongue().speech.language();
        let languages = served.languages().map(|language| LanguageChoice {
            code: language.to_string(),
            name: served.tongue(language).speech.name(),
            is_chosen: language == chosen,
        });
        Frame {
            language: chosen.to_string(),
            languages: languages.collect(),
            address: &self.address,
            office: office.settings.office.name.of(chosen),
            is_sample: served.context.origin == Origin::Sample,
            zone: self.tongue().speech.zone(),
            version: env!("CARGO_PKG_VERSION"),
            faults: signed.and_then(|_| self.console.faults()),
            person: signed.map(|signed| FramePerson {
                name: &signed.person.name,
                account: &signed.person.account,
                roles: signed.person.roles.iter().map(|role| role.word()).collect(),
                has_agreed: signed.person.has_agreed,
            }),
            rights: signed.iter().flat_map(|signed| &signed.rights).map(|right| format!("{right:?}")).collect(),
            forms: signed.map_or("", |signed| &signed.person.of_forms),
            style: crate::pages::assets::style(),
        }
    }
}

/// Another page, which the browser opens with GET.
///
/// # Errors
/// When the address cannot be written into a header.
pub fn see(address: &str) -> Result<Response, Refused> {
    let place = HeaderValue::from_str(address).map_err(|error| Failure::ours("an address is not one", error))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response())
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            let why = "an address has no door";
            Refused::from(Failure::ours("the page could not be made", why))
        })
    }
}
