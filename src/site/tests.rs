//! Whole sites from made-up input.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone as _, Utc};
use domain::{
    Language, MapLayout, MapTile, Measure, Number, Origin, Period, Periodicity, Region, Severity, Sha256, Titles, Unit,
};

use crate::{SUMS, SiteError, SiteFaultKind, SiteInput, Tree, check, input::*, render};

fn titles(name: &str) -> Titles {
    Titles::ru(format!("{name} по-русски")).with(Language::KK, format!("{name} қазақша")).with(Language::EN, name)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn unit(code: &str) -> Unit {
    code.parse().unwrap()
}

fn at(day: u32, hour: u32) -> LocalTime {
    LocalTime { utc: Utc.with_ymd_and_hms(2025, 7, day, hour, 0, 0).unwrap(), ahead: 300 }
}

fn region(code: &str, name: &str, since: Option<&str>, split_from: Option<&str>) -> Region {
    Region {
        unit: unit(code),
        kato: String::new(),
        iso: String::new(),
        titles: titles(name),
        since: since.map(day),
        split_from: split_from.map(unit),
        population: Vec::new(),
    }
}

fn number(value: i64) -> PlacedFigure {
    PlacedFigure::Number(Number::count(value))
}

/// Two rows and two columns for each unit; a hostile label, an absent figure, and a label without translation.
fn section(shift: i64) -> PlacedSection {
    let row = |code: &str, titles: Titles, part_of: Option<&str>| PlacedRow {
        code: code.parse().unwrap(),
        titles,
        part_of: part_of.map(|code| code.parse().unwrap()),
        key: part_of.is_none(),
    };
    let column = |code: &str, titles: Titles, key| PlacedColumn {
        code: code.parse().unwrap(),
        titles,
        measure: Measure::Count,
        key,
    };
    let figures = |first: i64| vec![number(first + shift), number(7), PlacedFigure::Confidential, number(-3)];
    PlacedSection {
        id: "R1".parse().unwrap(),
        titles: titles("Section <one>"),
        page: true,
        columns: vec![column("1", titles("Registered"), true), column("2", Titles::ru("=Кража \"и\" & <b>"), false)],
        rows: vec![row("1", titles("All"), None), row("2", titles("… / Grave"), Some("1"))],
        figures: [("19", 1234), ("1910", 34), ("1971", 1200)]
            .into_iter()
            .map(|(code, first)| (unit(code), figures(first)))
            .collect(),
    }
}

fn revision(number: u32, sections: Vec<PlacedSection>) -> ReleaseRevision {
    ReleaseRevision {
        revision: number,
        placed: at(5 + number, 5),
        content: Sha256::of(&[number as u8]),
        edition: Some("50119".to_owned()),
        sections,
        changes: Vec::new(),
        why: None,
        findings: Vec::new(),
        documents: vec![DocumentNote {
            unit: unit("19"),
            sha256: Sha256::of(b"document"),
            received: at(4, 3),
            release_number: Some("28327".to_owned()),
        }],
    }
}

/// One form with two revisions, one form that missed its term, one series across the split of 2022.
fn input() -> SiteInput {
    let mut second = revision(1, vec![section(1)]);
    second.changes.push(CellChange {
        section: "R1".parse().unwrap(),
        unit: unit("1971"),
        row: "1".parse().unwrap(),
        column: "1".parse().unwrap(),
        old: number(1200),
        new: number(1201),
    });
    second.why = Some(titles("The source corrected it"));
    second.findings.push(FindingNote {
        severity: Severity::Warning,
        rule: "1-m.r1.sum".to_owned(),
        section: None,
        text: titles("Row 3 is 5353, but rows 4–7 add up to 5352"),
    });
    let form = |id: &str, item, releases| PlacedForm {
        form: id.parse().unwrap(),
        item,
        designation: Titles::ru(id.to_uppercase()),
        titles: titles(&format!("Form {id}")),
        periodicity: Periodicity::Month,
        counted: None,
        editions: vec![EditionNote { edition: "50119".to_owned(), from: Some(period("2022-M12")), until: None }],
        translated: vec![Language::KK],
        known_from: None,
        releases,
    };
    let released =
        Release { period: period("2025-M06"), revisions: vec![revision(0, vec![section(0)]), second], withdrawn: None };
    let term = |form: &str, state| PlacementTerm {
        form: form.parse().unwrap(),
        period: period("2025-M06"),
        statutory: day("2025-07-05"),
        due: day("2025-07-07"),
        moved: Some(titles("5 July is a Saturday")),
        state,
    };
    let point = |code: &str, value, why: Option<Titles>| SeriesPoint {
        period: period(code),
        figure: number(value),
        break_before: why,
    };
    let series = IndicatorSeries {
        id: "registered".to_owned(),
        titles: titles("Registered offences"),
        note: titles("Cumulative from January"),
        measure: Measure::Count,
        form: "1-m".parse().unwrap(),
        section: "R1".parse().unwrap(),
        row: "1".parse().unwrap(),
        column: "1".parse().unwrap(),
        units: [
            (
                unit("19"),
                vec![point("2025-M06", 1235, None), point("2021-M12", 900, None), point("2022-M12", 950, None)],
            ),
            (unit("1971"), vec![point("2025-M06", 1201, Some(titles("Another edition")))]),
            (unit("1910"), vec![point("2022-M12", 30, Some(titles("The split of 2022"))), point("2025-M06", 34, None)]),
        ]
        .into(),
    };
    let tile = |code: &str, row, column| MapTile { unit: unit(code), short: titles(code), row, column };
    SiteInput {
        title: titles("Legal statistics"),
        publisher: titles("The office"),
        act: titles("Order No 25"),
        base: "https://stat.example.kz/".to_owned(),
        languages: vec![Language::RU, Language::KK, Language::EN],
        origin: Origin::Real,
        today: day("2025-07-10"),
        zone: "Asia/Almaty".to_owned(),
        regions: vec![
            region("19", "Republic", None, None),
            region("1910", "Abai", Some("2022-06-08"), Some("1963")),
            region("1971", "Astana", None, None),
        ],
        map: MapLayout::new(vec![tile("1910", 1, 1), tile("1971", 1, 2)]),
        forms: vec![form("1-m", 1, vec![released]), form("1-ol", 4, Vec::new())],
        terms: vec![
            term("1-m", TermState::Placed(at(6, 5))),
            term("1-ol", TermState::Missed { cause: titles("The document <is> held") }),
        ],
        indicators: vec![series],
        analytics: vec![AnalyticText {
            collection: "crime".parse().unwrap(),
            period: period("2025-Q2"),
            titles: titles("On crime"),
            placed: at(8, 5),
            paragraphs: [(Language::RU, vec!["Число выросло <на> 5.".to_owned()])].into(),
        }],
        redirects: vec![Redirect { from: "old".into(), to: "ru/forms/1-m/".into(), since: day("2025-07-01") }],
        templates: BTreeMap::new(),
    }
}

fn sample() -> SiteInput {
    SiteInput { origin: Origin::Sample, ..input() }
}

fn text<'t>(tree: &'t Tree, path: &str) -> &'t str {
    let bytes = tree.file(path).unwrap_or_else(|| panic!("no file `{path}`"));
    std::str::from_utf8(bytes).unwrap()
}

/// The errors of a site; a label without translation is not one.
fn errors(tree: &Tree) -> Vec<String> {
    let faults = check(tree, "https://stat.example.kz/").into_iter();
    faults.filter(|fault| fault.kind.is_error()).map(|fault| fault.to_string()).collect()
}

#[test]
fn the_same_input_gives_the_same_tree() {
    let tree = render(&input()).unwrap();
    assert_eq!(tree.hash(), render(&input()).unwrap().hash());
    // The order of what has no order does not count.
    let mut other = input();
    other.terms.reverse();
    other.indicators[0].units.get_mut(&unit("19")).unwrap().reverse();
    assert_eq!(tree.hash(), render(&other).unwrap().hash());
    assert_eq!(text(&tree, SUMS), tree.sums());
    other.today = day("2025-07-11");
    assert_ne!(tree.hash(), render(&other).unwrap().hash());
}

#[test]
fn no_link_is_dead_and_every_page_exists_in_every_language() {
    for input in [input(), sample()] {
        let tree = render(&input).unwrap();
        assert_eq!(errors(&tree), Vec::<String>::new());
        let of = |language: &str| -> Vec<String> {
            let pages = tree.files().filter_map(|(path, _)| path.strip_prefix(language)).map(ToOwned::to_owned);
            pages.collect()
        };
        assert_eq!(of("ru/"), of("kk/"));
        assert_eq!(of("ru/"), of("en/"));
        for page in [
            "index.html",
            "calendar/index.html",
            "forms/1-m/index.html",
            "forms/1-m/2025-M06/index.html",
            "forms/1-m/2025-M06/r0/index.html",
            "forms/1-m/2025-M06/r1/R1/index.html",
            "forms/1-m/2025-M06/r1/regions/index.html",
            "regions/1971/index.html",
            "indicators/registered/index.html",
            "changes/2025-07-06/index.html",
            "analytics/crime/2025-Q2/index.html",
            "methods/index.html",
            "quality/index.html",
            "data/index.html",
            "verify/index.html",
        ] {
            assert!(tree.file(&format!("en/{page}")).is_some(), "{page}");
        }
    }
}

#[test]
fn the_front_page_is_the_first_language_with_links_from_the_root() {
    let tree = render(&input()).unwrap();
    let root = text(&tree, "index.html");
    assert!(root.contains("<html lang=\"ru\">"));
    assert!(root.contains("href=\"ru/forms/1-m/2025-M06/\""));
    assert!(root.contains("href=\"style.css\""));
    assert!(root.contains("<link rel=\"canonical\" href=\"https://stat.example.kz/ru/\">"));
}

#[test]
fn texts_are_escaped_everywhere() {
    let tree = render(&input()).unwrap();
    let page = text(&tree, "ru/forms/1-m/2025-M06/r0/R1/index.html");
    assert!(page.contains("=Кража &quot;и&quot; &amp; &lt;b&gt;"), "{page}");
    assert!(!page.contains("<b>") && !page.contains("Section <one>"));
    let (_, script) = page.split_once("<script type=\"application/ld+json\">").unwrap();
    let script = script.split("</script>").next().unwrap();
    assert!(script.contains("Section \\u003cone\\u003e") && !script.contains('<'));
    assert!(text(&tree, "ru/index.html").contains("href="));
    assert!(text(&tree, "en/forms/1-ol/index.html").contains("term missed: The document &lt;is&gt; held"));
    // A spreadsheet program would take the label for a formula.
    let csv = text(&tree, "files/1-m/2025-M06/r0/1-m-2025-M06-r0-R1-ru.csv");
    assert!(csv.starts_with("unit,Регион,row,Строка,1 · Registered по-русски,\"2 · =Кража"), "{csv}");
}

#[test]
fn the_policy_of_a_page_has_the_hash_of_its_description() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let tree = render(&input()).unwrap();
    let page = text(&tree, "kk/forms/1-m/2025-M06/r1/index.html");
    let (_, script) = page.split_once("<script type=\"application/ld+json\">").unwrap();
    let script = script.split("</script>").next().unwrap();
    let hash = STANDARD.encode(Sha256::of(script.as_bytes()).as_bytes());
    // The attribute is escaped: `/` and `+` are not, quotation marks are.
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    let plain = policy.replace("&#x27;", "'").replace("&#39;", "'").replace("&#x2f;", "/");
    assert!(plain.ends_with(&format!("script-src 'sha256-{hash}'")), "{policy}");
    let described: serde_json::Value = serde_json::from_str(script).unwrap();
    assert_eq!(described["@type"], "Dataset");
    assert_eq!(described["temporalCoverage"], "2025-01-01/2025-06-30");
    for file in described["distribution"].as_array().unwrap() {
        let path = file["contentUrl"].as_str().unwrap().strip_prefix("https://stat.example.kz/").unwrap();
        let bytes = tree.file(path).unwrap();
        assert_eq!(file["sha256"], Sha256::of(bytes).to_string());
        assert_eq!(file["contentSize"], bytes.len().to_string());
    }
}

#[test]
fn a_label_without_translation_is_russian_and_says_so() {
    let tree = render(&input()).unwrap();
    let page = text(&tree, "en/forms/1-m/2025-M06/r0/R1/index.html");
    assert!(page.contains("2 · <span lang=\"ru\">=Кража"));
    assert!(
        text(&tree, "en/analytics/crime/2025-Q2/index.html").contains("<span lang=\"ru\">Число выросло &lt;на&gt; 5.")
    );
    let faults = check(&tree, "https://stat.example.kz/");
    let fault = faults.iter().find(|fault| fault.kind == SiteFaultKind::NotTranslated).unwrap();
    assert!(fault.path.starts_with("en/") || fault.path.starts_with("kk/"), "{fault}");
}

#[test]
fn figures_are_written_as_each_language_writes_them() {
    let tree = render(&input()).unwrap();
    let page = |language: &str| text(&tree, &format!("{language}/forms/1-m/2025-M06/r0/R1/index.html")).to_owned();
    assert!(page("ru").contains("<td class=\"n\">1\u{a0}234</td>"));
    assert!(page("en").contains("<td class=\"n\">1,234</td>"));
    assert!(page("en").contains("<td class=\"n\">[c]</td>"));
    assert!(page("en").contains("<td class=\"n\">−3</td>"));
    assert!(page("kk").contains("<th scope=\"row\" class=\"d1\">Grave қазақша</th>"), "a part is indented");
}

#[test]
fn a_revision_shows_its_cells_and_both_stay() {
    let tree = render(&input()).unwrap();
    let newest = text(&tree, "en/forms/1-m/2025-M06/index.html");
    for part in ["1,200", "1,201", "The source corrected it", "Cells changed: 1", "28327", "placed in time"] {
        assert!(newest.contains(part), "{part}");
    }
    let first = text(&tree, "en/forms/1-m/2025-M06/r0/index.html");
    assert!(first.contains("There is a newer revision") && first.contains("href=\"../r1/\""));
    let csv = text(&tree, "files/1-m/2025-M06/r1/changes.csv");
    assert_eq!(csv.lines().nth(1).unwrap(), "R1,1971,1,1,1200,1201,2025-M06,1,real");
    assert!(tree.file("files/1-m/2025-M06/r0/1-m-2025-M06-r0.xlsx").is_some());
}

#[test]
fn both_days_of_a_term_and_their_reason_are_shown() {
    let tree = render(&input()).unwrap();
    let page = text(&tree, "en/calendar/index.html");
    for part in ["2025-07-05", "2025-07-07", "5 July is a Saturday", "placed in time, 2025-07-06 10:00 +05:00"] {
        assert!(page.contains(part), "{part}");
    }
    let ics = text(&tree, "calendar.ics");
    assert!(ics.contains("DTSTART;VALUE=DATE:20250707") && ics.contains("placement.1-ol.2025-m06@zhinaq"));
    assert!(ics.split("\r\n").all(|line| line.len() <= 75));
}

#[test]
fn a_break_is_marked_in_the_chart_the_table_and_the_list() {
    let tree = render(&input()).unwrap();
    let page = text(&tree, "en/indicators/registered/index.html");
    assert!(page.contains("2022-M12: The split of 2022 (Abai)"));
    assert!(page.contains("<tr class=\"b\">") && page.contains("30 [b]"));
    let mut broken = input();
    broken.indicators[0].units.get_mut(&unit("19")).unwrap()[0].break_before = Some(titles("Another edition"));
    let tree = render(&broken).unwrap();
    let page = text(&tree, "en/indicators/registered/index.html");
    assert!(page.contains("2025-M06: Another edition (Republic, Astana)"));
    // The line has two parts where it was one.
    let line = |page: &str| page.split("<path d=\"").last().unwrap().split('"').next().unwrap().matches('M').count();
    assert_eq!(line(page), 2);
}

#[test]
fn the_map_has_dots_for_those_who_do_not_see_colours() {
    let tree = render(&input()).unwrap();
    let page = text(&tree, "en/forms/1-m/2025-M06/r1/regions/index.html");
    assert!(page.contains("role=\"img\" aria-label=\"Tile map of regions: Registered, All."));
    assert!(page.contains(">●<") && page.contains(">●●<"));
    let mut without = input();
    without.map = MapLayout::default();
    assert!(!text(&render(&without).unwrap(), "en/forms/1-m/2025-M06/r1/regions/index.html").contains("<svg"));
}

#[test]
fn a_sample_is_marked_on_every_page_and_in_every_file() {
    let tree = render(&sample()).unwrap();
    // The list of hashes has no room for it, the style has no figures, and a workbook is packed.
    for (path, bytes) in
        tree.files().filter(|(path, _)| ![SUMS, "style.css"].contains(path) && !path.ends_with(".xlsx"))
    {
        let found = bytes.windows(11).any(|part| part == b"SAMPLE DATA" || part == b"SAMPLE_DATA");
        assert!(found, "{path} does not say SAMPLE DATA");
    }
    let real = render(&input()).unwrap();
    for (path, bytes) in real.files() {
        assert!(!bytes.windows(11).any(|part| part == b"SAMPLE DATA"), "{path} says SAMPLE DATA");
    }
}

#[test]
fn a_heavy_table_is_cut_into_pages() {
    let mut heavy = input();
    let section = &mut heavy.forms[0].releases[0].revisions[0].sections[0];
    section.rows = (1..=900)
        .map(|code| PlacedRow {
            code: code.to_string().parse().unwrap(),
            titles: titles("A long label of a row that takes its room on the page"),
            part_of: None,
            key: false,
        })
        .collect();
    section.columns = (1..=30)
        .map(|code| PlacedColumn {
            code: code.to_string().parse().unwrap(),
            titles: titles("A column"),
            measure: Measure::Persons,
            key: false,
        })
        .collect();
    for figures in section.figures.values_mut() {
        *figures = (0..27_000).map(number).collect();
    }
    let tree = render(&heavy).unwrap();
    assert_eq!(errors(&tree), Vec::<String>::new());
    let pages: Vec<_> =
        tree.files().map(|(path, _)| path).filter(|path| path.starts_with("ru/forms/1-m/2025-M06/r0/R1/")).collect();
    assert!(pages.len() >= 3, "{pages:?}");
    // Every row is on one of the pages.
    let rows: usize = pages.iter().map(|path| text(&tree, path).matches("A long label").count()).sum();
    assert_eq!(rows, 900);
}

#[test]
fn a_withdrawn_release_keeps_its_addresses_and_shows_no_figure() {
    let before = render(&input()).unwrap();
    let mut withdrawn = input();
    withdrawn.forms[0].releases[0].withdrawn = Some(Withdrawal { at: at(9, 5), reason: titles("A closed row") });
    withdrawn.indicators.clear();
    let tree = render(&withdrawn).unwrap();
    assert_eq!(errors(&tree), Vec::<String>::new());
    let pages = before.files().map(|(path, _)| path).filter(|path| path.starts_with("ru/forms/"));
    assert!(pages.into_iter().all(|path| tree.file(path).is_some()));
    assert!(!tree.files().any(|(path, _)| path.starts_with("files/")));
    for (path, bytes) in tree.files() {
        let found = |figure: &str| String::from_utf8_lossy(bytes).contains(figure);
        assert!(!found("1,201") && !found("1\u{a0}201") && !found("1201"), "{path} shows a figure");
    }
    assert!(text(&tree, "en/forms/1-m/2025-M06/r0/R1/index.html").contains("A closed row"));
}

#[test]
fn a_contradiction_in_the_input_is_named() {
    let mut short = input();
    short.forms[0].releases[0].revisions[0].sections[0].figures.get_mut(&unit("19")).unwrap().pop();
    let error = render(&short).unwrap_err().to_string();
    assert!(error.contains("form `1-m` for 2025-M06: section `R1`, unit `19`: 3 figures in 4 places"), "{error}");
    let mut strange = input();
    strange.regions.remove(2);
    assert!(render(&strange).unwrap_err().to_string().contains("the unit `1971` is not among the regions"));
    let mut gap = input();
    gap.forms[0].releases[0].revisions.remove(0);
    assert!(render(&gap).unwrap_err().to_string().contains("revision 1 is where revision 0 has to be"));
    let mut base = input();
    base.base = "https://stat.example.kz".to_owned();
    assert!(matches!(render(&base), Err(SiteError::Input(_))));
}

#[test]
fn the_offices_own_templates_are_used_and_their_faults_named() {
    let mut own = input();
    own.templates.insert("style.css".to_owned(), "body{}".to_owned());
    let words = include_str!("../../templates/site/words/en.toml").replace("home = \"Home\"", "home = \"Start\"");
    own.templates.insert("words/en.toml".to_owned(), words);
    let tree = render(&own).unwrap();
    assert_eq!(text(&tree, "style.css"), "body{}");
    assert!(text(&tree, "en/index.html").contains(">Start</a>"));
    own.templates.insert("page.html".to_owned(), "{{ no_such_name }}".to_owned());
    let error = render(&own).unwrap_err().to_string();
    assert!(error.starts_with("`templates/site/page.html`"), "{error}");
    let mut strange = input();
    strange.languages.push("uz".parse().unwrap());
    assert!(render(&strange).unwrap_err().to_string().starts_with("`templates/site/words/uz.toml`"));
}

#[test]
fn five_figures_are_the_same_in_every_format() {
    let tree = render(&input()).unwrap();
    let file = |name: &str| text(&tree, &format!("files/1-m/2025-M06/r1/1-m-2025-M06-r1{name}"));
    let csv = file("-R1-en.csv");
    assert!(csv.contains("1971,Astana,1,All,1201,7,2025-M06,1,2025-07-06T10:00:00+05:00,real"), "{csv}");
    let stat: serde_json::Value = serde_json::from_str(file("-R1-en.json")).unwrap();
    assert_eq!(stat["size"], serde_json::json!([3, 2, 2, 1]));
    assert_eq!(stat["dimension"]["unit"]["category"]["index"], serde_json::json!(["19", "1910", "1971"]));
    assert_eq!(stat["value"][8], 1201);
    assert_eq!((&stat["value"][2], &stat["status"]["2"]), (&serde_json::Value::Null, &"c".into()));
    let sdmx = file(".sdmx.csv");
    let line = "dataflow,KZ_CLS:FORM_1-M(2025.6.1),I,M,R1,1,1,1971,2025-M06,1201,PURE_NUMB,0,A,F,REAL";
    assert!(sdmx.lines().any(|found| found == line), "{sdmx}");
    let px = file("-R1.px");
    assert!(px.contains("DATA=\n1235 7 \n\"...\" -3 \n35 7 \n\"...\" -3 \n1201 7 \n"), "{px}");
    assert!(px.contains("LANGUAGES=\"ru\",\n\"kk\",\n\"en\";") && px.contains("AXIS-VERSION=\"2013\";"));
    assert!(tree.file("files/1-m/2025-M06/r1/1-m-2025-M06-r1.parquet").unwrap().starts_with(b"PAR1"));
    let page = text(&tree, "en/forms/1-m/2025-M06/r1/index.html");
    for (path, bytes) in tree.files().filter(|(path, _)| path.starts_with("files/1-m/2025-M06/r1/")) {
        let is_here = !path.ends_with("-ru.csv") && !path.ends_with("-kk.csv");
        if is_here && !path.ends_with("-ru.json") && !path.ends_with("-kk.json") {
            assert!(page.contains(&Sha256::of(bytes).to_string()), "{path} is not listed");
        }
    }
}

#[test]
fn a_small_feed() {
    let tree = render(&input()).unwrap();
    assert_eq!(text(&tree, "en/feed.atom"), include_str!("golden/feed.atom"));
}

#[test]
fn a_small_catalogue() {
    let mut small = input();
    small.languages = vec![Language::RU, Language::EN];
    let tree = render(&small).unwrap();
    // The sizes and hashes of files are those of the tree; the golden text has none of them.
    let catalogue: String = text(&tree, "catalog.ttl")
        .lines()
        .filter(|line| !line.contains("byteSize") && !line.contains("checksumValue"))
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(catalogue, include_str!("golden/catalog.ttl"));
}

#[test]
fn the_sitemap_has_every_page_once() {
    let tree = render(&input()).unwrap();
    let map = text(&tree, "sitemap.xml");
    for (path, _) in tree.files().filter(|(path, _)| path.ends_with(".html")) {
        let address = format!("<loc>https://stat.example.kz/{}</loc>", path.trim_end_matches("index.html"));
        assert_eq!(map.matches(&address).count(), 1, "{address}");
    }
    assert!(text(&tree, "robots.txt").contains("Sitemap: https://stat.example.kz/sitemap.xml"));
    assert_eq!(text(&tree, "redirects.csv"), "from,to,since,origin\r\nold,ru/forms/1-m/,2025-07-01,real\r\n");
    let changes: serde_json::Value = serde_json::from_str(text(&tree, "changes.json")).unwrap();
    assert_eq!(changes["changes"][0]["kind"], "revised");
    assert_eq!(changes["changes"][1]["kind"], "placed");
}
