//! Which part of a workbook is which. Programs find parts by the relations between them and not by their names
//! (ECMA-376, part 2, 6.5), so whoever looks by name may be shown another workbook than the reader sees.

use super::{
    parts::Parts,
    xml::{attribute, starts},
};

/// What a part leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub id: String,
    /// The last word of its type: `worksheet`, `sharedStrings`.
    pub kind: String,
    /// The name of the part, in lower case; that of nothing in the archive for what stands elsewhere.
    pub target: String,
}

/// The relations of a part; of the whole archive when the part is `""`.
pub fn of(parts: &Parts, part: &str) -> Vec<Relation> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let rels = format!("{folder}{}_rels/{name}.rels", if folder.is_empty() { "" } else { "/" });
    let found = |start: &quick_xml::events::BytesStart<'_>| {
        let kind = attribute(start, "Type")?;
        let target = attribute(start, "Target")?;
        Some(Relation {
            id: attribute(start, "Id")?,
            kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
            target: resolved(folder, &target),
        })
    };
    parts.text(&rels).map(|xml| starts(xml, "Relationship", found)).unwrap_or_default()
}

/// The target of the first relation of a kind.
pub fn first(relations: &[Relation], kind: &str) -> Option<String> {
    relations.iter().find(|r| r.kind.eq_ignore_ascii_case(kind)).map(|r| r.target.clone())
}

fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/").to_ascii_lowercase();
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut way: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                way.pop();
            }
            step => way.push(step),
        }
    }
    way.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_seen_from_its_part() {
        for (folder, target, wanted) in [
            ("xl", "worksheets/Sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../drawings/drawing1.xml", "xl/drawings/drawing1.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../x", "x"),
        ] {
            assert_eq!(resolved(folder, target), wanted);
        }
    }
}
