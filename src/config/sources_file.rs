//! `schedules/sources.toml`. In: the text as a person writes it, the applied act, regions and agencies. Out: the
//! sources in use, those of the sample office, and every fault. This module does not request anything.

use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;

use super::{
    AgenciesWanted, DatePolicy, Fault, SourceKind, SourceSpec, UnitsWanted, Wait,
    reader::Reader,
    settings_file::variable,
    source::{PLACEHOLDERS, unknown_placeholders},
    values::FilePath,
};
use domain::{Agency, AgencyName, FormId, Origin, Region, Regulation, Unit, did_you_mean, nearest};

/// The address of workbooks at the sample office: as the real ones, but in the folder `forms`.
const SAMPLE_WORKBOOK: &str = "{base}/forms/{yyyymm}_{code}_{agency}_{unit}_ru.XLSX";
const PROXY: &str = "{base}/proxy/{index}?apiKey={apiKey}&date={yyyy-MM-dd}";
const PROXY_WITHOUT_DATE: &str = "{base}/proxy/{index}?apiKey={apiKey}";
/// Two question marks, as the portal documents it.
const VIEW: &str = "{base}/datasets/view?index={index}?date={yyyy-MM-dd}";
const VIEW_WITHOUT_DATE: &str = "{base}/datasets/view?index={index}";

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Use {
    Sample,
    Real,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default)]
#[serde(rename_all = "lowercase")]
enum ServiceAddress {
    #[default]
    Proxy,
    View,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReal {
    workbooks: Option<Spanned<String>>,
    workbook_name: Option<Spanned<String>>,
    services: Option<Spanned<String>>,
    service_address: Option<ServiceAddress>,
    key_env: Option<Spanned<String>>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Shape {
    Workbook,
    Service,
}

#[derive(Deserialize, Clone)]
#[serde(untagged, expecting = "write \"workbook\", \"service\" or { folder = \"inbox\" }")]
enum WrittenRealKind {
    Shape(Shape),
    Folder { folder: FilePath },
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "write \"each\", \"republic\" or a list of codes such as [\"19\", \"1971\"]")]
enum WrittenUnits {
    Word(String),
    Listed(Vec<String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenSource {
    id: Spanned<String>,
    #[serde(rename = "use")]
    use_: Option<Use>,
    code: Spanned<String>,
    units: Option<Spanned<WrittenUnits>>,
    #[serde(default)]
    agencies: Vec<Spanned<String>>,
    sample: Spanned<Shape>,
    index: Option<String>,
    real: Spanned<WrittenRealKind>,
    #[serde(default)]
    date: DatePolicy,
    region_field: Option<String>,
    wait: Option<Spanned<WrittenWait>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the keys name their unit, as a person writes them")]
struct WrittenWait {
    answer_seconds: Option<u64>,
    idle_seconds: Option<u64>,
    whole_seconds: Option<u64>,
}

/// The table `[real]`, resolved.
#[derive(Default)]
struct Real {
    workbooks: String,
    workbook_name: String,
    services: String,
    address: ServiceAddress,
    key_env: Option<String>,
}

/// The sources in a text.
#[derive(Default)]
pub(super) struct Written {
    /// The sources that `use` chose.
    pub in_use: Vec<SourceSpec>,
    /// The sources of the sample office, whatever `use` chose: for work with `--sample`.
    pub sample: Vec<SourceSpec>,
}

/// Reads the sources of a text, in its order. Every form of the applied act needs a source.
pub(super) fn parse(
    file: &str,
    text: &str,
    applied: Option<&Regulation>,
    regions: &[Region],
    agencies: &[AgencyName],
) -> (Written, Vec<Fault>) {
    let mut reader = Reader::open(file, text);
    let everywhere: Use = reader.one("use").unwrap_or(Use::Sample);
    let real = reader.maybe::<WrittenReal>("real").map(|written| real(&mut reader, written)).unwrap_or_default();
    let ids = reader.ids("form");
    let written: Vec<WrittenSource> = reader.many("form");
    reader.once("form", written.iter().map(|w| &w.id));
    let forms: Vec<&str> = applied.map_or(Vec::new(), |r| r.forms.iter().map(|f| f.id.as_str()).collect());
    for form in forms.iter().filter(|form| !ids.iter().any(|id| id == *form)) {
        reader.of_file(format!("form `{form}` has no source; add a `[[form]]` with this id"));
    }
    let mut found = Written::default();
    for source in &written {
        if applied.is_some() && !reader.known("form of forms.toml", &source.id, forms.iter().copied()) {
            continue;
        }
        let units = units(&mut reader, source.units.as_ref(), regions);
        let agencies = source.agencies.iter().filter_map(|code| agency(&mut reader, code, agencies)).collect();
        let Some(kind) = kind(&mut reader, source, source.use_.unwrap_or(everywhere), &real) else { continue };
        let Some(form) = reader.parsed::<FormId>(&source.id) else { continue };
        if !source.code.get_ref().bytes().all(|b| b.is_ascii_alphanumeric()) || source.code.get_ref().is_empty() {
            reader.fault(&source.code.span(), "a code is made of latin letters and digits, such as `3k`");
        }
        let code = source.code.get_ref().clone();
        let wait = source.wait.as_ref().map(|wait| self::wait(&mut reader, wait)).unwrap_or_default();
        let agencies = AgenciesWanted(agencies);
        let spec = |(origin, base, kind)| SourceSpec {
            form: form.clone(),
            origin,
            kind,
            code: code.clone(),
            base,
            units: units.clone(),
            agencies: agencies.clone(),
            wait,
        };
        found.in_use.push(spec(kind));
        found.sample.extend(self::kind(&mut reader, source, Use::Sample, &real).map(spec));
    }
    (found, reader.close())
}

/// Reads how long to wait for a source: from 1 second to 1 hour.
fn wait(reader: &mut Reader<'_>, written: &Spanned<WrittenWait>) -> Wait {
    let WrittenWait { answer_seconds, idle_seconds, whole_seconds } = written.get_ref();
    let wrong = [answer_seconds, idle_seconds, whole_seconds].into_iter().flatten().any(|s| !(1..=3600).contains(s));
    if wrong {
        reader.fault(&written.span(), "a wait is 1 to 3600 seconds");
    }
    if answer_seconds.is_some_and(|answer| whole_seconds.is_some_and(|whole| whole < answer)) {
        reader.fault(&written.span(), "`whole_seconds` is shorter than `answer_seconds`, with which it begins");
    }
    let seconds = |written: &Option<u64>| written.map(Duration::from_secs);
    Wait { answer: seconds(answer_seconds), idle: seconds(idle_seconds), whole: seconds(whole_seconds) }
}

fn real(reader: &mut Reader<'_>, written: WrittenReal) -> Real {
    let name = written.workbook_name.as_ref().map(Spanned::get_ref).cloned().unwrap_or_default();
    for unknown in unknown_placeholders(&name) {
        let near = did_you_mean(nearest(&unknown, PLACEHOLDERS).map(|near| format!("{{{near}}}")).as_deref());
        let span = written.workbook_name.as_ref().map_or(0..0, Spanned::span);
        reader.fault(&span, format!("`{{{unknown}}}` is not filled by anything{near}"));
    }
    let mut base = |url: Option<Spanned<String>>| {
        let Some(url) = url else { return String::new() };
        let text = url.get_ref().trim_end_matches('/').to_owned();
        if !text.is_empty() && !text.starts_with("https://") && !text.starts_with("http://") {
            reader.fault(&url.span(), format!("`{text}` is not an address: it begins with `https://`"));
        }
        text
    };
    let (workbooks, services) = (base(written.workbooks), base(written.services));
    let key_env = written.key_env.and_then(|name| variable(reader, &name));
    Real { workbooks, workbook_name: name, services, address: written.service_address.unwrap_or_default(), key_env }
}

fn units(reader: &mut Reader<'_>, written: Option<&Spanned<WrittenUnits>>, regions: &[Region]) -> UnitsWanted {
    let Some(written) = written else { return UnitsWanted::Each };
    match written.get_ref() {
        WrittenUnits::Word(word) => match word.as_str() {
            "each" => UnitsWanted::Each,
            "republic" => UnitsWanted::Republic,
            other => {
                let message =
                    format!("`{other}` is not a choice of units: write \"each\", \"republic\" or a list of codes");
                reader.fault(&written.span(), message);
                UnitsWanted::Each
            }
        },
        WrittenUnits::Listed(codes) => {
            let known: Vec<&str> = regions.iter().map(|r| r.unit.as_str()).chain(["19"]).collect();
            if codes.is_empty() {
                let message = "the list of units is empty: write \"each\", \"republic\" or the codes of the units";
                reader.fault(&written.span(), message);
            }
            let mut listed: Vec<Unit> = Vec::new();
            for code in codes {
                let code = Spanned::new(written.span(), code.clone());
                if reader.known("unit in regions.toml", &code, known.iter().copied()) {
                    listed.extend(reader.parsed::<Unit>(&code));
                }
            }
            UnitsWanted::Listed(listed)
        }
    }
}

fn agency(reader: &mut Reader<'_>, code: &Spanned<String>, agencies: &[AgencyName]) -> Option<Agency> {
    let known = agencies.iter().map(|a| a.agency.as_str());
    reader.known("agency in regions.toml", code, known).then(|| reader.parsed(code))?
}

/// Origin, base and shape of a source. Adds a fault and returns `None` if something is missing.
fn kind(
    reader: &mut Reader<'_>,
    source: &WrittenSource,
    use_: Use,
    real: &Real,
) -> Option<(Origin, Option<String>, SourceKind)> {
    if use_ == Use::Sample {
        let kind = match source.sample.get_ref() {
            Shape::Workbook => SourceKind::Workbook { url: SAMPLE_WORKBOOK.into() },
            Shape::Service => service(reader, source, ServiceAddress::Proxy, None)?,
        };
        return Some((Origin::Sample, None, kind));
    }
    let span = source.real.span();
    match source.real.get_ref() {
        WrittenRealKind::Folder { folder } => Some((Origin::Real, None, SourceKind::Folder { path: folder.0.clone() })),
        WrittenRealKind::Shape(Shape::Workbook) if real.workbooks.is_empty() || real.workbook_name.is_empty() => {
            Some((Origin::Real, None, SourceKind::Brought))
        }
        WrittenRealKind::Shape(Shape::Workbook) => {
            let url = format!("{{base}}/{}", real.workbook_name);
            Some((Origin::Real, Some(real.workbooks.clone()), SourceKind::Workbook { url }))
        }
        WrittenRealKind::Shape(Shape::Service) if real.services.is_empty() => {
            reader.fault(
                &span,
                format!("form `{}` uses a real service, but `services` under [real] is empty", source.id.get_ref()),
            );
            None
        }
        WrittenRealKind::Shape(Shape::Service) => {
            let kind = service(reader, source, real.address, real.key_env.clone())?;
            Some((Origin::Real, Some(real.services.clone()), kind))
        }
    }
}

fn service(
    reader: &mut Reader<'_>,
    source: &WrittenSource,
    address: ServiceAddress,
    key_env: Option<String>,
) -> Option<SourceKind> {
    let Some(index) = source.index.clone() else {
        reader.fault(&source.id.span(), format!("form `{}` is a service, but has no `index`", source.id.get_ref()));
        return None;
    };
    let url = match (address, source.date) {
        (ServiceAddress::Proxy, DatePolicy::None) => PROXY_WITHOUT_DATE,
        (ServiceAddress::Proxy, _) => PROXY,
        (ServiceAddress::View, DatePolicy::None) => VIEW_WITHOUT_DATE,
        (ServiceAddress::View, _) => VIEW,
    };
    let region_field = source.region_field.clone().unwrap_or_else(|| "region".into());
    Some(SourceKind::Service { url: url.into(), index, key_env, region_field, date: source.date })
}
