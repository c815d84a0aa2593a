//! The pages of a site.

use domain::{MapLayout, Measure};

use super::*;
use crate::{SiteFaultKind, input::Withdrawal, render};

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
    let page = text(&tree, "en/indicators/registered/index.html").to_owned();
    assert!(page.contains("2025-M06: Another edition (Republic, Astana)"));
    // The parts of the line: two ends of years, then six months, which are cumulative and join no end of a year.
    let line = |page: &str| page.split("<path d=\"").last().unwrap().split('"').next().unwrap().matches('M').count();
    assert_eq!(line(&page), 2);
    broken.indicators[0].units.get_mut(&unit("19")).unwrap()[2].break_before = Some(titles("Another act"));
    let tree = render(&broken).unwrap();
    assert_eq!(line(text(&tree, "en/indicators/registered/index.html")), 3);
    // Abai did not exist before June 2022; Astana did, and its figure is not here.
    let row = page.split("2021-M12)").last().unwrap().split("</tr>").next().unwrap();
    assert_eq!(row.matches("[z]").count(), 1);
    assert_eq!(row.matches("[x]").count(), 1);
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
fn long_lists_are_cut_aloud_and_whole_in_the_file() {
    let mut long = input();
    let revision = &mut long.forms[0].releases[0].revisions[1];
    revision.changes = vec![revision.changes[0].clone(); 1000];
    revision.findings = vec![revision.findings[0].clone(); 1000];
    let tree = render(&long).unwrap();
    assert_eq!(errors(&tree), Vec::<String>::new());
    let page = text(&tree, "en/forms/1-m/2025-M06/r1/index.html");
    for part in ["Cells changed: 1000", "The first 300 are shown", ">changes.csv</a>", "300 of 1000 are shown."] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(text(&tree, "files/1-m/2025-M06/r1/changes.csv").lines().count(), 1001);
}
