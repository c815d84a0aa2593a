//! Requests to a small site.

use std::fs;

use serde_json::{Value, json};

use super::{ServiceAnswer, ServiceRequest, SiteService};

/// A site with one table: two units, two rows, one column.
fn site(cells: u64) -> (tempfile::TempDir, SiteService) {
    let home = tempfile::tempdir().unwrap();
    for revision in [0, 1] {
        let folder = home.path().join(format!("a/files/1-m/2025-M06/r{revision}"));
        fs::create_dir_all(&folder).unwrap();
        let category = |codes: &[&str]| {
            let labels: serde_json::Map<String, Value> =
                codes.iter().map(|code| ((*code).to_owned(), json!(format!("label {code}")))).collect();
            json!({ "label": "d", "category": { "index": codes, "label": labels } })
        };
        let dataset = json!({
            "version": "2.0", "class": "dataset", "label": "l", "updated": "2025-07-05T05:00:00Z", "source": "s",
            "id": ["unit", "row", "column", "time"], "size": [2, 2, 1, 1],
            "dimension": {
                "unit": category(&["19", "1971"]), "row": category(&["1", "2"]),
                "column": category(&["A"]), "time": category(&["2025-M06"]),
            },
            "value": [10 + revision, 20, 30, null], "status": { "3": "x" },
            "extension": { "section": "R1" },
        });
        for language in ["ru", "kk", "en"] {
            let name = format!("1-m-2025-M06-r{revision}-R1-{language}.json");
            fs::write(folder.join(name), dataset.to_string()).unwrap();
        }
    }
    fs::write(home.path().join("a/index.html"), "<title>t</title>").unwrap();
    std::os::unix::fs::symlink("a", home.path().join("current")).unwrap();
    let service = SiteService::new(home.path().to_owned(), cells);
    (home, service)
}

fn ask(service: &SiteService, address: &str) -> ServiceAnswer {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    service.answer(&ServiceRequest { method: "GET", path, query, if_none_match: None, body: &[] })
}

fn json_of(answer: &ServiceAnswer) -> Value {
    serde_json::from_slice(&answer.body).unwrap()
}

fn header<'a>(answer: &'a ServiceAnswer, name: &str) -> &'a str {
    answer.headers.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
}

const TABLE: &str = "/api/v2/tables/1-m_2025-M06_R1";

#[test]
fn the_newest_revision_is_found_by_its_name_and_each_one_by_its_number() {
    let (_home, service) = site(100);
    let listed = json_of(&ask(&service, "/api/v2/tables"));
    assert_eq!(listed["page"]["totalElements"], 1, "{listed}");
    assert_eq!((&listed["tables"][0]["id"], &listed["tables"][0]["revision"]), (&json!("1-m_2025-M06_R1"), &json!(1)));
    let newest = ask(&service, &format!("{TABLE}/data"));
    let first = ask(&service, "/api/v2/tables/1-m_2025-M06_r0_R1/data");
    assert_eq!((&json_of(&newest)["value"][0], &json_of(&first)["value"][0]), (&json!(11), &json!(10)));
    assert!(header(&first, "cache-control").contains("immutable"));
    assert!(!header(&newest, "cache-control").contains("immutable"));
    assert_eq!(json_of(&ask(&service, &format!("{TABLE}/metadata"))).get("value"), None);
    assert_eq!(json_of(&ask(&service, "/api/v2/config"))["maxDataCells"], 100);
}

#[test]
fn a_selection_has_its_cells_only_in_json_and_in_csv() {
    let (_home, service) = site(100);
    let part = json_of(&ask(&service, &format!("{TABLE}/data?valueCodes%5Bunit%5D=1971&valueCodes[row]=2")));
    assert_eq!((&part["size"], &part["value"]), (&json!([1, 1, 1, 1]), &json!([null])));
    assert_eq!(part["status"], json!({ "0": "x" }));
    let csv = ask(&service, &format!("{TABLE}/data?valueCodes[row]=1&outputFormat=csv"));
    let text = String::from_utf8(csv.body).unwrap();
    assert_eq!(text, "unit,row,column,time,value,status\r\n19,1,A,2025-M06,11,\r\n1971,1,A,2025-M06,30,\r\n");
    let body = br#"{"selection":[{"variableCode":"unit","valueCodes":["19"]}]}"#;
    let path = format!("{TABLE}/data");
    let posted = service.answer(&ServiceRequest { method: "POST", path: &path, query: "", if_none_match: None, body });
    assert_eq!(json_of(&posted)["value"], json!([11, 20]));
    let list = json_of(&ask(&service, "/api/v2/codelists/1-m_2025-M06_R1.unit"));
    assert_eq!((list["values"].as_array().unwrap().len(), &list["values"][1]["code"]), (2, &json!("1971")));
}

#[test]
fn what_cannot_be_answered_says_why_and_what_is_near() {
    let (_home, service) = site(3);
    let of = |address: &str| {
        let answer = ask(&service, address);
        (answer.status, json_of(&answer)["detail"].as_str().unwrap_or_default().to_owned())
    };
    let (status, why) = of(&format!("{TABLE}/data"));
    assert_eq!(status, 403);
    assert!(why.contains("4 cells") && why.contains("at most 3") && why.contains("files/1-m/2025-M06/r1/"), "{why}");
    for (address, status, wanted) in [
        (format!("{TABLE}/data?valueCodes[unit]=1972"), 400, "did you mean `1971`?"),
        (format!("{TABLE}/data?valueCodes[unite]=19"), 400, "`unite` is not a dimension"),
        (format!("{TABLE}/data?outputFormat=cvs"), 400, "did you mean `csv`?"),
        (format!("{TABLE}/data?outputFormat=px&valueCodes[unit]=19"), 400, "leave the selection out"),
        ("/api/v2/tables/1-m_2025-M06_R2".to_owned(), 404, "did you mean `1-m_2025-M06_R1`?"),
        (format!("{TABLE}?lang=uz"), 400, "it has ru, kk, en"),
        ("/api/v2/tabels".to_owned(), 404, "did you mean `tables`?"),
        ("/api/v2/tables?pageSize=0".to_owned(), 400, "not a number from 1 on"),
    ] {
        let (found, why) = of(&address);
        assert_eq!(found, status, "{address}: {why}");
        assert!(why.contains(wanted), "{address}: {why}");
    }
    let posted = service.answer(&ServiceRequest {
        method: "POST",
        path: "/api/v2/config",
        query: "",
        if_none_match: None,
        body: &[],
    });
    assert_eq!(posted.status, 405);
}

#[test]
fn files_are_those_of_the_site_and_nothing_beside_it() {
    let (home, service) = site(100);
    fs::write(home.path().join("secret.txt"), "x").unwrap();
    let page = ask(&service, "/");
    assert_eq!((page.status, header(&page, "content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(header(&page, "access-control-allow-origin"), "*");
    for outside in ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/nothing", "//etc/passwd"] {
        assert_eq!(ask(&service, outside).status, 404, "{outside}");
    }
    assert_eq!(ask(&service, "/files/1-m").status, 308);
    let tag = header(&page, "etag").to_owned();
    let again =
        service.answer(&ServiceRequest { method: "GET", path: "/", query: "", if_none_match: Some(&tag), body: &[] });
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn a_new_site_is_seen_with_the_next_request() {
    let (home, service) = site(100);
    assert_eq!(ask(&service, TABLE).status, 200);
    fs::create_dir(home.path().join("b")).unwrap();
    fs::remove_file(home.path().join("current")).unwrap();
    std::os::unix::fs::symlink("b", home.path().join("current")).unwrap();
    assert_eq!(ask(&service, TABLE).status, 404);
}
