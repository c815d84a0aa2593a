//! The table of addresses: which one is answered by what, and the right that it needs. In: nothing. Out: the doors, and the
//! router made from them. docs/rights.md shows this table, and a test compares both. Unknown here: what a page shows.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Router,
    handler::Handler,
    middleware::{from_fn, from_fn_with_state},
    routing::{self, MethodRouter},
};

use crate::{
    admit::{self, Gate},
    headers, log,
    pages::{assets, calendar, collections, help, journal, parcels, periods, sign, today},
    served::Console,
};
use domain::{Right, Role};

/// What an address needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing, and nobody is looked for: files of the program, and its health.
    Nothing,
    /// Nothing; who is signed in is known.
    Nobody,
    /// An open session, also before the agreement is signed.
    Session,
    /// A person with any role.
    Person,
    /// A person with a right.
    Right(Right),
    /// A person with one of these rights.
    Any(&'static [Right]),
}

impl Needs {
    /// The roles of which one is needed; `None` if these rights are enough.
    #[must_use]
    pub fn missing(self, rights: &BTreeSet<Right>) -> Option<&'static [Role]> {
        match self {
            Self::Right(right) => (!rights.contains(&right)).then(|| right.roles()),
            Self::Any(any) => {
                let has_one = any.iter().any(|right| rights.contains(right));
                (!has_one).then(|| any.first().map_or(&[] as &[Role], |right| right.roles()))
            }
            Self::Nothing | Self::Nobody | Self::Session | Self::Person => None,
        }
    }

    /// The needs in words, for the table of rights.
    #[must_use]
    pub fn said(self) -> String {
        let roles = |rights: &[Right]| {
            let roles: BTreeSet<Role> = rights.iter().flat_map(|right| right.roles()).copied().collect();
            roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(", ")
        };
        match self {
            Self::Nothing | Self::Nobody => "everybody".into(),
            Self::Session => "signed in".into(),
            Self::Person => "every role".into(),
            Self::Right(right) => roles(&[right]),
            Self::Any(rights) => roles(rights),
        }
    }
}

/// One address with one method.
pub struct ConsoleDoor {
    /// `GET` or `POST`; `GET` answers `HEAD` too.
    pub method: &'static str,
    /// As axum writes it: `/periods/{period}`.
    pub path: &'static str,
    pub needs: Needs,
    answers: MethodRouter,
}

fn get<T: 'static>(path: &'static str, needs: Needs, page: impl Handler<T, ()>) -> ConsoleDoor {
    ConsoleDoor { method: "GET", path, needs, answers: routing::get(page) }
}

fn post<T: 'static>(path: &'static str, needs: Needs, act: impl Handler<T, ()>) -> ConsoleDoor {
    ConsoleDoor { method: "POST", path, needs, answers: routing::post(act) }
}

const VIEW: Needs = Needs::Right(Right::View);

/// Every door of the console.
#[must_use]
pub fn doors() -> Vec<ConsoleDoor> {
    let mut doors = vec![
        get("/health", Needs::Nothing, assets::health),
        get("/console.css", Needs::Nothing, assets::console_css),
        get("/icon.svg", Needs::Nothing, assets::icon),
    ];
    doors.extend(of_persons());
    doors.extend(of_office());
    doors
}

/// Signing in, and what concerns the person alone.
fn of_persons() -> Vec<ConsoleDoor> {
    vec![
        get("/sign-in", Needs::Nobody, sign::form),
        post("/sign-in", Needs::Nobody, sign::sign_in),
        post("/sign-out", Needs::Session, sign::sign_out),
        get("/invite/{token}", Needs::Nobody, sign::invitation),
        post("/invite/{token}", Needs::Nobody, sign::enrol),
        post("/language", Needs::Nobody, sign::language),
        get("/agreement", Needs::Session, sign::agreement),
        post("/agreement", Needs::Session, sign::agree),
        get("/me", Needs::Person, sign::me),
        post("/me/password", Needs::Person, sign::password),
        post("/me/sessions/end", Needs::Session, sign::end_sessions),
        get("/help", Needs::Nobody, help::help),
    ]
}

/// What the office works with.
fn of_office() -> Vec<ConsoleDoor> {
    vec![
        get("/", Needs::Person, today::today),
        get("/calendar", VIEW, calendar::calendar),
        get("/calendar.ics", VIEW, calendar::ics),
        get("/periods", VIEW, periods::list),
        get("/periods/{period}", VIEW, periods::period),
        get("/periods/{period}/checklist", VIEW, periods::checklist),
        get("/periods/{period}/findings", VIEW, periods::findings),
        get("/collections", VIEW, collections::list),
        get("/collections/{collection}/{period}", VIEW, collections::collection),
        get("/collections/{collection}/{period}/preview", VIEW, collections::preview),
        get("/collections/{collection}/{period}/files/{name}", VIEW, collections::issue_file),
        get("/parcels", VIEW, parcels::list),
        get("/parcels/{*parcel}", VIEW, parcels::parcel),
        get("/register/{period}", VIEW, parcels::register),
        get("/register/{period}/list.xlsx", VIEW, parcels::distribution_list),
        get("/journal", Needs::Person, journal::journal),
    ]
}

/// The router with every door, and what surrounds them all.
pub fn router(console: &Arc<Console>) -> Router {
    let gate = |needs, path| from_fn_with_state(Gate { console: console.clone(), needs, path }, admit::admit);
    let mut router = Router::new();
    for door in doors() {
        router = router.route(door.path, door.answers.route_layer(gate(door.needs, door.path)));
    }
    let lost = routing::any(help::lost).layer(gate(Needs::Nobody, "-"));
    router
        .fallback_service(lost)
        .layer(from_fn_with_state(console.clone(), admit::of_this_site))
        .layer(from_fn_with_state(console.settings.is_encrypted(), headers::of_all))
        .layer(from_fn(log::of_each))
}
