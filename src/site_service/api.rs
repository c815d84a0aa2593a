//! The service for programs: configuration, tables, metadata, data, code lists, as PxWebApi 2 has them. In: a path and a
//! query. Out: JSON-stat, CSV, or a placed file. A limit is never applied in silence: too many cells are refused with both
//! numbers and the address of the file. Unknown here: how a request came.

use std::sync::{Arc, PoisonError};

use domain::{Sha256, did_you_mean, nearest};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{ServiceAnswer, ServiceRequest, SiteService, catalog::PlacedTable, cube, files::decoded};

/// The languages of the service, the default first.
const LANGUAGES: [(&str, &str); 3] = [("ru", "Русский"), ("kk", "Қазақша"), ("en", "English")];
const FORMATS: [&str; 5] = ["json-stat2", "csv", "xlsx", "px", "parquet"];
/// How many tables one page lists.
const PAGE: usize = 100;
/// The longest query that a POST may carry, in bytes.
const LONGEST: usize = 1 << 20;

type Answered = Result<ServiceAnswer, ServiceAnswer>;

/// The parameters of a query, in the order in which they were sent.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The codes of each dimension that are selected.
    fn selected(&self) -> Vec<(String, Vec<String>)> {
        let of = |(key, value): &(String, String)| {
            let inner = key.get(..11).filter(|front| front.eq_ignore_ascii_case("valueCodes["))?;
            let dimension = key[inner.len()..].strip_suffix(']')?;
            Some((dimension.to_owned(), value.split(',').map(|code| code.trim().to_owned()).collect()))
        };
        self.0.iter().filter_map(of).collect()
    }
}

impl SiteService {
    pub(crate) fn api(&self, path: &str, request: &ServiceRequest<'_>) -> ServiceAnswer {
        let answered = self.route(path, request);
        answered.unwrap_or_else(|refused| refused)
    }

    fn route(&self, path: &str, request: &ServiceRequest<'_>) -> Answered {
        let parameters = Parameters(form_urlencoded::parse(request.query.as_bytes()).into_owned().collect());
        let language = language(&parameters)?;
        let decoded = decoded(path);
        let parts: Vec<&str> = decoded.split('/').filter(|part| !part.is_empty()).collect();
        let is_post = request.method == "POST";
        if !(matches!(request.method, "GET" | "HEAD") || is_post && parts.last() == Some(&"data")) {
            return Err(ServiceAnswer::problem(405, "only GET is answered here; POST only with a query to `data`"));
        }
        match parts[..] {
            ["config"] => Ok(json_answer(&self.config(), false)),
            ["tables"] => self.tables(language, &parameters),
            ["tables", id] => {
                let (table, dataset) = self.table(id, language)?;
                Ok(json_answer(&described(&table, &dataset, language), id == table.id_of_revision()))
            }
            ["tables", id, "metadata"] => {
                let (table, dataset) = self.table(id, language)?;
                Ok(json_answer(&cube::without_figures(&dataset), id == table.id_of_revision()))
            }
            ["tables", id, "data"] => {
                let mut selected = parameters.selected();
                if is_post {
                    selected.extend(of_body(request.body)?);
                }
                self.data(id, language, &selected, parameters.one("outputFormat").unwrap_or("json-stat2"))
            }
            ["codelists", id] => self.codelist(id, language),
            _ => {
                let known = ["config", "tables", "codelists"];
                let instead = did_you_mean(nearest(parts.first().copied().unwrap_or_default(), known));
                Err(ServiceAnswer::problem(404, &format!("the service has no `{decoded}`{instead}")))
            }
        }
    }

    fn config(&self) -> Value {
        json!({
            "apiVersion": "2.0.0",
            "languages": LANGUAGES.map(|(id, label)| json!({ "id": id, "label": label })),
            "defaultLanguage": LANGUAGES[0].0,
            "maxDataCells": self.cells,
            "defaultDataFormat": FORMATS[0],
            "dataFormats": FORMATS,
            "features": [{ "id": "CORS", "params": [{ "key": "enabled", "value": "True" }] }],
        })
    }

    fn tables(&self, language: &str, parameters: &Parameters) -> Answered {
        let tables = self.listed();
        let wanted = parameters.one("query").unwrap_or_default().to_lowercase();
        let number = |name: &str, least: usize| match parameters.one(name) {
            None => Ok(None),
            Some(text) => match text.parse::<usize>() {
                Ok(number) if number >= least => Ok(Some(number)),
                _ => Err(ServiceAnswer::problem(400, &format!("`{name}` is `{text}`, not a number from {least} on"))),
            },
        };
        let (page, size) = (number("pageNumber", 1)?.unwrap_or(1), number("pageSize", 1)?.unwrap_or(PAGE).min(PAGE));
        let found: Vec<&PlacedTable> =
            tables.iter().filter(|table| table.is_newest && table.id().to_lowercase().contains(&wanted)).collect();
        let shown = found.iter().skip((page - 1).saturating_mul(size)).take(size);
        let listed: Vec<Value> = shown
            .filter_map(|table| {
                let dataset = self.figures(table, language)?;
                Some(described(table, &dataset, language))
            })
            .collect();
        let pages = found.len().div_ceil(size);
        let answer = json!({
            "language": language,
            "tables": listed,
            "page": { "pageNumber": page, "pageSize": size, "totalElements": found.len(), "totalPages": pages },
        });
        Ok(json_answer(&answer, false))
    }

    fn data(&self, id: &str, language: &str, selected: &[(String, Vec<String>)], format: &str) -> Answered {
        let (table, dataset) = self.table(id, language)?;
        let is_fixed = id == table.id_of_revision();
        if !FORMATS.contains(&format) {
            let instead = did_you_mean(nearest(format, FORMATS));
            let known = FORMATS.join(", ");
            return Err(ServiceAnswer::problem(
                400,
                &format!("`{format}` is not an output format{instead}; known: {known}"),
            ));
        }
        let dimensions = cube::dimensions(&dataset);
        let selection = selection(&dimensions, selected)?;
        let cells = cube::cells(&selection);
        let folder = table.folder();
        if matches!(format, "xlsx" | "px" | "parquet") {
            let stem = format!("{}-{}-r{}", table.form, table.period, table.revision);
            let file = if format == "px" { format!("{stem}-{}.px", table.section) } else { format!("{stem}.{format}") };
            if !selected.is_empty() {
                let message = format!(
                    "`{format}` is a file of the whole table: leave the selection out, or take `/{folder}{file}`"
                );
                return Err(ServiceAnswer::problem(400, &message));
            }
            let path = format!("/{folder}{file}");
            let whole = ServiceRequest { method: "GET", path: &path, query: "", if_none_match: None, body: &[] };
            return Ok(self.file(&whole));
        }
        if cells > self.cells {
            let file = table.files.get(language).cloned().unwrap_or(folder);
            let message = format!(
                "the query has {cells} cells, and at most {} are answered; select fewer, or take the file `/{file}`",
                self.cells
            );
            return Err(ServiceAnswer::problem(403, &message));
        }
        let part = cube::part(&dataset, &selection);
        if format == "csv" {
            let bytes = cube::csv(&part).into_bytes();
            let tag = Sha256::of(&bytes).to_string();
            return Ok(ServiceAnswer::found("text/csv; charset=utf-8", &tag, is_fixed, bytes));
        }
        Ok(json_answer(&part, is_fixed))
    }

    /// The codes of a dimension: `1-m_2025-M06_R1.unit`.
    fn codelist(&self, id: &str, language: &str) -> Answered {
        let (table, dimension) = id.rsplit_once('.').unwrap_or((id, ""));
        let (_, dataset) = self.table(table, language)?;
        let known = cube::dimensions(&dataset);
        let Some((_, codes)) = known.iter().find(|(known, _)| known == dimension) else {
            let names = known.iter().map(|(name, _)| name.as_str());
            let instead = domain::known_instead(dimension, names);
            return Err(ServiceAnswer::problem(
                404,
                &format!("`{dimension}` is not a dimension of `{table}`: {instead}"),
            ));
        };
        let of = &dataset["dimension"][dimension];
        let label = |code: &String| of["category"]["label"].get(code.as_str()).cloned().unwrap_or(Value::Null);
        let values: Vec<Value> =
            codes.iter().map(|code| json!({ "code": code, "label": label(code), "valueMap": [code] })).collect();
        let answer = json!({
            "id": id, "label": of["label"], "language": language, "type": "Valueset", "values": values,
        });
        Ok(json_answer(&answer, false))
    }

    fn listed(&self) -> Arc<Vec<PlacedTable>> {
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner).tables(&self.folder)
    }

    fn figures(&self, table: &PlacedTable, language: &str) -> Option<Arc<Value>> {
        let file = table.files.get(language).or_else(|| table.files.values().next())?;
        self.catalog.lock().unwrap_or_else(PoisonError::into_inner).figures(file)
    }

    /// A table by its id, with its figures.
    fn table(&self, id: &str, language: &str) -> Result<(PlacedTable, Arc<Value>), ServiceAnswer> {
        let tables = self.listed();
        let is_it = |table: &&PlacedTable| table.id_of_revision() == id || table.is_newest && table.id() == id;
        let found = tables.iter().find(is_it).and_then(|table| Some((table.clone(), self.figures(table, language)?)));
        found.ok_or_else(|| {
            let ids: Vec<String> = tables.iter().filter(|table| table.is_newest).map(PlacedTable::id).collect();
            let instead = did_you_mean(nearest(id, ids.iter().map(String::as_str)));
            ServiceAnswer::problem(404, &format!("no table `{id}` was placed{instead}"))
        })
    }
}

fn language(parameters: &Parameters) -> Result<&str, ServiceAnswer> {
    let Some(wanted) = parameters.one("lang") else { return Ok(LANGUAGES[0].0) };
    if LANGUAGES.iter().any(|(known, _)| *known == wanted) {
        return Ok(wanted);
    }
    let known = LANGUAGES.map(|(known, _)| known).join(", ");
    Err(ServiceAnswer::problem(400, &format!("the service has no language `{wanted}`; it has {known}")))
}

/// The places of the selected codes of each dimension; all where nothing is selected.
fn selection(
    dimensions: &[(String, Vec<String>)],
    selected: &[(String, Vec<String>)],
) -> Result<Vec<Vec<usize>>, ServiceAnswer> {
    let names = || dimensions.iter().map(|(name, _)| name.as_str());
    for (name, _) in selected {
        if !names().any(|known| known.eq_ignore_ascii_case(name)) {
            let instead = domain::known_instead(name, names());
            return Err(ServiceAnswer::problem(400, &format!("`{name}` is not a dimension: {instead}")));
        }
    }
    let mut selection = Vec::new();
    for (name, codes) in dimensions {
        let wanted: Vec<&String> =
            selected.iter().filter(|(of, _)| of.eq_ignore_ascii_case(name)).flat_map(|(_, codes)| codes).collect();
        if wanted.is_empty() || wanted.iter().any(|code| *code == "*") {
            selection.push((0..codes.len()).collect());
            continue;
        }
        let mut places: Vec<usize> = Vec::new();
        for code in wanted {
            let Some(place) = codes.iter().position(|known| known == code) else {
                let instead = did_you_mean(nearest(code, codes.iter().map(String::as_str)));
                return Err(ServiceAnswer::problem(400, &format!("dimension `{name}` has no code `{code}`{instead}")));
            };
            if !places.contains(&place) {
                places.push(place);
            }
        }
        selection.push(places);
    }
    Ok(selection)
}

/// The selection in the body of a POST: `{"selection": [{"variableCode": "unit", "valueCodes": ["19"]}]}`.
fn of_body(body: &[u8]) -> Result<Vec<(String, Vec<String>)>, ServiceAnswer> {
    let wrong = |why: &str| ServiceAnswer::problem(400, &format!("the query of the body cannot be read: {why}"));
    if body.len() > LONGEST {
        return Err(wrong(&format!("it has {} bytes, more than {LONGEST}", body.len())));
    }
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let query: Value = serde_json::from_slice(body).map_err(|_| wrong("it is not JSON"))?;
    let list = query["selection"].as_array().ok_or_else(|| wrong("it has no list `selection`"))?;
    let mut selected = Vec::new();
    for one in list {
        let name = one["variableCode"].as_str().ok_or_else(|| wrong("an entry has no `variableCode`"))?;
        let codes = one["valueCodes"].as_array().ok_or_else(|| wrong("an entry has no list `valueCodes`"))?;
        let codes = codes.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect();
        selected.push((name.to_owned(), codes));
    }
    Ok(selected)
}

fn described(table: &PlacedTable, dataset: &Value, language: &str) -> Value {
    let names: Vec<String> = cube::dimensions(dataset).into_iter().map(|(name, _)| name).collect();
    json!({
        "id": table.id(),
        "label": dataset["label"],
        "updated": dataset["updated"],
        "firstPeriod": table.period,
        "lastPeriod": table.period,
        "variableNames": names,
        "source": dataset["source"],
        "language": language,
        "revision": table.revision,
        "links": [
            { "rel": "self", "href": format!("/api/v2/tables/{}", table.id()) },
            { "rel": "version", "href": format!("/api/v2/tables/{}", table.id_of_revision()) },
            { "rel": "metadata", "href": format!("/api/v2/tables/{}/metadata", table.id()) },
            { "rel": "data", "href": format!("/api/v2/tables/{}/data", table.id()) },
        ],
    })
}

fn json_answer(value: &Value, is_fixed: bool) -> ServiceAnswer {
    let bytes = format!("{value}\n").into_bytes();
    let tag = Sha256::of(&bytes).to_string();
    ServiceAnswer::found("application/json", &tag, is_fixed, bytes)
}
