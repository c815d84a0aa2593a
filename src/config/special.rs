//! Types that read more than one kind of value, or only some texts. In: the path of a type. Out: how it is written, for
//! people and as JSON Schema. This module does not read values.

use serde_json::{Value, json};

/// How the values of a type are written.
pub(super) struct Special {
    /// The end of the type's path.
    path: &'static str,
    /// A value that the type reads.
    pub example: &'static str,
    /// For people, in Markdown.
    pub words: &'static str,
    pub schema: fn() -> Value,
}

/// The text of an hour of the day.
pub(super) const HOUR: &str = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
/// The code of a language.
pub(super) const LANGUAGE: &str = "^[a-z]{2,3}$";

fn text() -> Value {
    json!({ "type": "string" })
}

fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn texts() -> Value {
    json!({ "type": "array", "items": text() })
}

pub(super) fn titles() -> Value {
    json!({
        "type": "object",
        "required": ["ru"],
        "properties": {},
        "patternProperties": { (LANGUAGE): text() },
        "additionalProperties": false
    })
}

fn weight() -> Value {
    json!({ "enum": ["error", "warning", "info", "off"] })
}

const ALL: &[Special] = &[
    Special {
        path: "::values::Hour",
        example: "18:00",
        words: "hour, such as `\"18:00\"`",
        schema: || json!({ "type": "string", "pattern": HOUR }),
    },
    Special {
        path: "::values::Lasting",
        example: "30m",
        words: "time with its unit, such as `\"30m\"` or `\"10h\"`",
        schema: || json!({ "type": "string", "pattern": "^[0-9]+[smh]$" }),
    },
    Special {
        path: "::values::Day",
        example: "2025-01-05",
        words: "date without quotes, such as `2025-01-05`",
        schema: date,
    },
    Special {
        path: "::values::Issued",
        example: "not known",
        words: "date without quotes, or `\"not known\"`",
        schema: || json!({ "anyOf": [date(), { "const": "not known" }] }),
    },
    Special {
        path: "::titles::Titles",
        example: "x",
        words: "texts by language: `{ ru = \"…\", kk = \"…\", en = \"…\" }`",
        schema: titles,
    },
    Special {
        path: "::titles::Language",
        example: "ru",
        words: "code of a language, such as `\"kk\"`",
        schema: || json!({ "type": "string", "pattern": LANGUAGE }),
    },
    Special {
        path: "::checks::Written",
        example: "info",
        words: "`\"error\"`, `\"warning\"`, `\"info\"`, `\"off\"`, or `{ severity = \"info\", forms = [\"3-k\"] }`",
        schema: || {
            let scoped = json!({
                "type": "object",
                "required": ["severity", "forms"],
                "properties": { "severity": weight(), "forms": texts() },
                "additionalProperties": false
            });
            json!({ "anyOf": [weight(), scoped] })
        },
    },
    Special {
        path: "::sources_file::WrittenUnits",
        example: "each",
        words: "`\"each\"`, `\"republic\"`, or a list of codes",
        schema: || json!({ "anyOf": [{ "enum": ["each", "republic"] }, texts()] }),
    },
    Special {
        path: "::sources_file::WrittenRealKind",
        example: "workbook",
        words: "`\"workbook\"`, `\"service\"`, or `{ folder = \"…\" }`",
        schema: || {
            let folder = json!({
                "type": "object",
                "required": ["folder"],
                "properties": { "folder": text() },
                "additionalProperties": false
            });
            json!({ "anyOf": [{ "enum": ["workbook", "service"] }, folder] })
        },
    },
    Special {
        path: "::site_file::WrittenPublic",
        example: "false",
        words: "`true`, `false`, or a list of sections",
        schema: || json!({ "anyOf": [{ "type": "boolean" }, texts()] }),
    },
    Special {
        path: "::form_edition::Heading",
        example: "x",
        words: "text in Russian, or texts by language",
        schema: || json!({ "anyOf": [text(), titles()] }),
    },
    Special {
        path: "::form_lines::Shift",
        example: "1",
        words: "code that is printed instead, number by which the code is moved, or `false`: not there",
        schema: || json!({ "type": ["string", "integer", "boolean"] }),
    },
    Special {
        path: "::form_rules::OneOrMore",
        example: "1",
        words: "code, or list of codes",
        schema: || json!({ "anyOf": [text(), texts()] }),
    },
    Special {
        path: "toml::value::Value",
        example: "all",
        words: "`\"all\"`, `\"first 6\"`, or list of codes and ranges",
        schema: || json!({ "anyOf": [text(), texts()] }),
    },
];

/// How a type is written, if it is one of these.
pub(super) fn find(path: &str) -> Option<&'static Special> {
    ALL.iter().find(|special| path.ends_with(special.path))
}
