//! What the pages show: what `status` says, in the language of the person, also in a real browser.

use std::process::Command;

use super::serving::{Browser, KEY, Serving, with_admin};

const PERIOD: &str = "2025-Q2";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_page_shows_the_office_in_kazakh_russian_and_english() {
    let office = with_admin();
    office.zhinaq_with(&["run", "--sample", "--period", PERIOD, "--as-of", "2025-07-21"], &[KEY]).exits(0);
    let status = office.zhinaq(&["status", "--sample", "--period", PERIOD, "--format", "json"]).json();
    let console = Serving::of(office);
    let mut viewer = console.enrolled("aliya", "viewer").await;
    let mut browser = console.entered(&mut viewer).await;
    let pages = [
        "/".to_owned(),
        "/calendar".to_owned(),
        "/periods".to_owned(),
        format!("/periods/{PERIOD}"),
        format!("/periods/{PERIOD}/checklist"),
        format!("/periods/{PERIOD}/findings"),
        format!("/collections?period={PERIOD}"),
        format!("/collections/corruption/{PERIOD}"),
        format!("/parcels?period={PERIOD}"),
        format!("/register/{PERIOD}"),
        "/journal".to_owned(),
        "/me".to_owned(),
        "/help".to_owned(),
    ];
    for (language, today) in [("kk", "<h1>Бүгін</h1>"), ("ru", "<h1>Сегодня</h1>"), ("en", "<h1>Today</h1>")]
    {
        browser.language = language;
        for path in &pages {
            let page = browser.get(path).await;
            assert_eq!(page.status, 200, "{path}: {}", page.text);
            assert!(page.text.contains(&format!("<html lang=\"{language}\">")), "{path}");
            assert!(!page.text.contains("<script") && !page.text.contains(" style="), "{path}");
        }
        assert!(browser.get("/").await.text.contains(today), "{language}");
    }
    // The same numbers as `status`.
    let parcels = &status["totals"]["parcels"];
    let shown = browser.get(&format!("/periods/{PERIOD}")).await.text;
    assert!(shown.contains(&format!("{} of {}", parcels["handed"], parcels["expected"])), "{parcels}\n{shown}");
    let json = browser.ask(reqwest::Method::GET, &format!("/periods/{PERIOD}"), None, &[]).await;
    assert!(json.headers["content-type"].to_str().unwrap().starts_with("text/html"));

    // Each parcel of the list has a page, and a file that is taken is in the journal.
    let list = browser.get(&format!("/parcels?period={PERIOD}")).await.text;
    // A slash in a value is written as an entity.
    let written = list.split("href=\"/parcels/").nth(1).unwrap().split('"').next().unwrap();
    let parcel = written.replace("&#x2f;", "/");
    let page = browser.get(&format!("/parcels/{parcel}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(written), "{}", page.text);
    let workbook = browser.ask(reqwest::Method::GET, &format!("/register/{PERIOD}/list.xlsx"), None, &[]).await;
    assert_eq!(workbook.status, 200);
    assert!(browser.get("/journal?kind=downloaded").await.text.contains(PERIOD));
    let preview = browser.get(&format!("/collections/corruption/{PERIOD}/preview?language=ru")).await;
    assert_eq!(preview.status, 200);
    assert!(preview.headers["content-security-policy"].to_str().unwrap().contains("sandbox"));

    // What does not exist, and what is no period, is said.
    for (path, status) in [("/periods/2025-Q9", 404), ("/collections/x/2025-Q2", 404), ("/parcels?state=lost", 400)] {
        let page = browser.get(path).await;
        assert!(page.status == status || page.status == 400, "{path}: {} {}", page.status, page.text);
        assert!(page.text.contains("Nothing was changed."), "{path}: {}", page.text);
    }
    let hostile = browser.get("/periods/%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert!(!hostile.text.contains("<script"), "{}", hostile.text);
}

/// What Chromium makes of the page of signing in, in the language that the browser prefers.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_browser_shows_the_page_of_signing_in_in_kazakh_and_in_russian() {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|output| output.status.success()));
    let Some(chromium) = found else {
        eprintln!("skipped: no Chromium is installed, so no real browser looks at the console");
        return;
    };
    let console = Serving::of(with_admin());
    // The console answers before the browser comes.
    assert_eq!(Browser::new(&console.url).get("/health").await.text, "ok");
    for (language, title, button) in [("kk", "Кіру – zhinaq", "Кіру"), ("ru", "Войти – zhinaq", "Войти")]
    {
        let profile = tempfile::tempdir().unwrap();
        let url = format!("{}/sign-in", console.url);
        let data = format!("--user-data-dir={}", profile.path().display());
        let output = tokio::task::spawn_blocking(move || {
            Command::new(chromium)
                .args(["--headless", "--no-sandbox", "--disable-gpu", "--timeout=20000", "--dump-dom"])
                .args([&format!("--accept-lang={language}"), &format!("--lang={language}"), &data, &url])
                .env("LANGUAGE", language)
                .output()
                .unwrap()
        })
        .await
        .unwrap();
        let dom = String::from_utf8_lossy(&output.stdout).into_owned();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(dom.contains(&format!("<title>{title}</title>")), "{dom}\n{said}");
        assert!(dom.contains(&format!("<button>{button}</button>")), "{dom}");
        assert!(!said.contains("Content Security Policy"), "{said}");
    }
}
