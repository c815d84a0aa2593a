//! The files of a site, its feeds and its catalogue, and the input and templates that they are made from.

use super::*;
use crate::{KeptFile, SUMS, SiteError, render, render_onto};

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
    // The next day, when nothing happened, no page is another; a month later the calendar is.
    other.today = day("2025-07-11");
    assert_eq!(tree.hash(), render(&other).unwrap().hash());
    other.today = day("2025-08-01");
    assert_ne!(tree.hash(), render(&other).unwrap().hash());
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
    let words = include_str!("../../../templates/site/words/en.toml").replace("home = \"Home\"", "home = \"Start\"");
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
    assert_eq!(text(&tree, "en/feed.atom"), include_str!("../golden/feed.atom"));
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
    assert_eq!(catalogue, include_str!("../golden/catalog.ttl"));
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

/// The files of a tree as an earlier site has them.
fn earlier(tree: &Tree) -> Vec<KeptFile> {
    let files = tree.files().filter(|(path, _)| path.starts_with("files/"));
    files
        .map(|(path, bytes)| KeptFile { path: path.to_owned(), size: bytes.len() as u64, sha256: Sha256::of(bytes) })
        .collect()
}

#[test]
fn files_of_a_placed_revision_stay_as_they_were() {
    let first = render(&input()).unwrap();
    // Nothing changed: the whole site is the same, and no file was made again.
    let again = render_onto(&input(), &earlier(&first)).unwrap();
    assert_eq!(again.hash(), first.hash());
    assert_eq!(again.kept().count(), earlier(&first).len());
    assert!(!again.files().any(|(path, _)| path.starts_with("files/")));
    assert_eq!(errors(&again), Vec::<String>::new());
    // A label was corrected and a revision came: the pages have the new label, the files of old revisions the old one.
    let mut later = input();
    let release = &mut later.forms[0].releases[0];
    for revision in &mut release.revisions {
        revision.sections[0].rows[0].titles = titles("Everything");
    }
    release.revisions.push(revision(2, vec![section(2)]));
    let second = render_onto(&later, &earlier(&first)).unwrap();
    let old = "files/1-m/2025-M06/r0/1-m-2025-M06-r0-R1-en.csv";
    let found = second.kept().find(|(path, _)| *path == old).unwrap();
    assert_eq!(found.1, Sha256::of(first.file(old).unwrap()));
    assert!(second.file("files/1-m/2025-M06/r2/1-m-2025-M06-r2-R1-en.csv").is_some());
    let page = text(&second, "en/forms/1-m/2025-M06/r0/R1/index.html");
    assert!(page.contains("Everything") && page.contains(&found.1.to_string()));
    assert!(text(&second, SUMS).contains(&format!("{}  {old}", found.1)));
}

#[test]
fn kept_files_are_written_from_the_earlier_site_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let first = render(&input()).unwrap();
    first.write(&one).unwrap();
    let again = render_onto(&input(), &earlier(&first)).unwrap();
    // A second time too, as after a kill: the earlier site stays whole.
    again.write_onto(&two, Some(&one)).unwrap();
    again.write_onto(&two, Some(&one)).unwrap();
    first.write(&two).unwrap();
    for (path, bytes) in first.files() {
        assert_eq!(std::fs::read(two.join(path)).unwrap(), bytes, "{path}");
        assert_eq!(std::fs::read(one.join(path)).unwrap(), bytes, "{path}");
    }
    assert!(again.write(&folder.path().join("three")).unwrap_err().to_string().contains("none is given"));
    let (path, _) = again.kept().next().unwrap();
    std::fs::write(one.join(path), "other").unwrap();
    let error = again.write_onto(&folder.path().join("four"), Some(&one)).unwrap_err().to_string();
    assert!(error.contains(path) && error.contains("other bytes"), "{error}");
}

#[test]
fn a_placed_workbook_passes_every_rule_for_readers_of_a_screen() {
    for input in [input(), sample()] {
        let tree = render(&input).unwrap();
        let bytes = tree.file("files/1-m/2025-M06/r1/1-m-2025-M06-r1.xlsx").unwrap();
        let report = workbook::accessibility::examine(bytes).unwrap();
        assert!(report.passes(), "{report:?}");
    }
}
