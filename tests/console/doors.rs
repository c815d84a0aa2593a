//! Who gets through which door of the console.

use reqwest::Method;
use zhinaq::{
    console::{ConsoleDoor, Needs, doors},
    pipeline,
};

use super::serving::{Browser, KEY, Serving, with_admin};
use crate::support::program::Office;

/// The address of a door with a value in each place.
fn address(door: &ConsoleDoor) -> String {
    door.path
        .replace("{period}", "2025-Q2")
        .replace("{collection}", "corruption")
        .replace("{name}", "x")
        .replace("{token}", &"0".repeat(64))
        .replace("{*parcel}", "2025-Q2/corruption/r0/mia")
}

#[test]
fn only_these_doors_are_open_without_a_person() {
    let open: Vec<String> = doors()
        .iter()
        .filter(|door| !matches!(door.needs, Needs::Person | Needs::Right(_) | Needs::Any(_)))
        .map(|door| format!("{} {}", door.method, door.path))
        .collect();
    let expected = [
        "GET /health",
        "GET /console.css",
        "GET /icon.svg",
        "GET /sign-in",
        "POST /sign-in",
        "POST /sign-out",
        "GET /invite/{token}",
        "POST /invite/{token}",
        "POST /language",
        "GET /agreement",
        "POST /agreement",
        "POST /me/sessions/end",
        "GET /help",
    ];
    assert_eq!(open, expected);
}

#[test]
fn the_page_about_the_console_lists_every_door() {
    let page = std::fs::read_to_string("docs/console.md").unwrap();
    let lines =
        doors().iter().map(|d| format!("| {} `{}` | {} |\n", d.method, d.path, d.needs.said())).collect::<String>();
    assert!(page.contains(&lines), "docs/console.md has to contain:\n{lines}");
}

#[test]
fn it_does_not_start_while_anything_is_wrong() {
    let office = Office::small();
    let words = ["serve", "--sample", "--listen", "127.0.0.1:0"];
    let nobody = office.zhinaq_with(&words, &[KEY]).exits(1);
    assert!(nobody.err.contains("nobody is an administrator"), "{}", nobody.err);
    let office = with_admin();
    let keyless = office.zhinaq(&words).exits(1);
    assert!(keyless.err.contains("ZHINAQ_CONSOLE_KEY"), "{}", keyless.err);
    let open = office.zhinaq_with(&["serve", "--sample", "--listen", "0.0.0.0:0"], &[KEY]).exits(1);
    assert!(open.err.contains("unencrypted"), "{}", open.err);
    office.zhinaq_with(&["serve", "--sample", "--check"], &[KEY]).exits(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_in_without_a_session_and_each_answer_is_guarded() {
    let console = Serving::of(with_admin());
    let mut browser = Browser::new(&console.url);
    for door in doors() {
        let path = address(&door);
        let page = match door.method {
            "GET" => browser.get(&path).await,
            _ => browser.post(&path, &[]).await,
        };
        let is_open = matches!(door.needs, Needs::Nothing | Needs::Nobody);
        if !is_open {
            assert_eq!(page.status, 303, "{} {path}", door.method);
            assert!(page.headers["location"].to_str().unwrap().starts_with("/sign-in"), "{path}");
        }
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(page.headers["x-content-type-options"], "nosniff");
        assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{path}");
    }
    assert_eq!(browser.get("/no-such-page").await.status, 404);
    assert_eq!(browser.ask(Method::DELETE, "/sign-in", None, &[]).await.status, 405);
    assert_eq!(browser.get(&format!("/help?{}", "a".repeat(2_100))).await.status, 414);
    assert_eq!(browser.post("/sign-in", &[("account", &"a".repeat(22_000))]).await.status, 413);
    let elsewhere = browser.ask(Method::GET, "/help", None, &[("host", "zhinaq.example.org")]).await;
    assert_eq!(elsewhere.status, 421);
    let wrong = browser.post("/sign-in", &[("account", "x"), ("password", "y"), ("code", "1")]).await;
    assert_eq!((wrong.status, browser.cookies().is_empty()), (401, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_sees_the_agreement_first_and_then_what_the_role_allows() {
    let console = Serving::of(with_admin());
    let mut viewer = console.enrolled("aliya", "viewer").await;
    let mut browser = console.sign_in(&mut viewer).await;
    for door in doors().iter().filter(|door| door.method == "GET") {
        if matches!(door.needs, Needs::Person | Needs::Right(_) | Needs::Any(_)) {
            let page = browser.get(&address(door)).await;
            assert_eq!(
                (page.status, &page.headers["location"]),
                (303, &"/agreement".parse().unwrap()),
                "{}",
                door.path
            );
        }
    }
    let mut browser = console.entered(&mut viewer).await;
    assert_eq!(browser.get("/").await.status, 200);

    // A form of another site, of no site, or without the token of the session, changes nothing.
    let forms = browser.forms.clone();
    let token = [("forms", &*forms)];
    for (origin, fields) in [
        (Some("https://other.example.org"), &token[..]),
        (None, &token[..]),
        (Some(&*console.url), &[][..]),
        (Some(&*console.url), &[("forms", "0")][..]),
    ] {
        assert_eq!(browser.post_from("/sign-out", fields, origin).await.status, 403, "{origin:?} {fields:?}");
    }
    assert_eq!(browser.get("/").await.status, 200, "still signed in");

    // An administrator sees no figures.
    let mut admin = console.enrolled("deputy", "admin").await;
    let mut second = console.entered(&mut admin).await;
    for path in ["/periods", "/parcels", "/collections", "/calendar", "/periods/2025-Q2/findings"] {
        let page = second.get(path).await;
        assert_eq!(page.status, 403, "{path}: {}", page.text);
    }
    assert_eq!(second.get("/journal").await.status, 200, "their own entries");

    // A block ends the session at the next request.
    let words = ["person", "block", "aliya", "--reason", "left", "--sample"];
    console.office.zhinaq_with(&words, &[KEY]).exits(0);
    let page = browser.get("/periods").await;
    assert_eq!((page.status, page.headers["location"].to_str().unwrap()), (303, "/sign-in?next=%2Fperiods"));
    assert!(pipeline::SHORTEST_PASSWORD <= super::serving::PASSWORD.len());

    assert_eq!(second.post("/sign-out", &[("forms", &second.forms.clone())]).await.status, 303);
    assert_eq!(second.get("/journal").await.status, 303, "signed out");
}
