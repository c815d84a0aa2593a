//! The relations between the parts of a package.
//!
//! In comes a list of relations; out come the names of parts with their kinds. Programs find parts by relations, not by
//! names (ECMA-376, part 2, 6.5). A program that finds parts by name may read another workbook than the one that a
//! person sees. This module does not know the content of the parts.

use super::scanner::{Partly, unescaped};

/// The relation of a part to another part, with its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRelation {
    pub id: String,
    /// The end of its type: `worksheet`, `sharedStrings`. The beginning differs between the transitional and the strict
    /// form.
    pub kind: String,
    /// The name of the part in the archive, or the address outside the archive.
    pub part: String,
    pub outside: bool,
}

/// The relations of a part with this name; `""` is the package itself.
pub fn relations(of: &str, list: &str) -> Partly<Vec<PartRelation>> {
    Partly::of_tags(list, |tag| {
        let (id, kind, target) = (tag.attribute("Id")?, tag.attribute("Type")?, tag.attribute("Target")?);
        let kind = known_kind(kind.rsplit('/').next().unwrap_or(kind)).to_owned();
        let outside = tag.attribute("TargetMode") == Some("External");
        let target = unescaped(target);
        let part = if outside { target.into_owned() } else { part_of(of, &target) };
        Some(PartRelation { id: id.to_owned(), kind, part, outside })
    })
}

/// The relations to parts of the package.
pub fn inside(mut relations: Vec<PartRelation>) -> Vec<PartRelation> {
    relations.retain(|relation| !relation.outside);
    relations
}

/// The part of a kind; if there are several, the first.
pub fn first<'r>(relations: &'r [PartRelation], kind: &str) -> Option<&'r str> {
    relations.iter().find(|relation| relation.kind == kind).map(|relation| relation.part.as_str())
}

/// A kind of relation in the spelling of the standard, whatever the case in the file.
fn known_kind(kind: &str) -> &str {
    const KINDS: [&str; 7] = [
        "worksheet",
        "sharedStrings",
        "styles",
        "officeDocument",
        "core-properties",
        "custom-properties",
        "extended-properties",
    ];
    KINDS.into_iter().find(|known| known.eq_ignore_ascii_case(kind)).unwrap_or(kind)
}

/// The part with the relations of a part: `xl/workbook.xml` has `xl/_rels/workbook.xml.rels`.
pub fn relations_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').map_or(("", part), |(folder, file)| (folder, file));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}_rels/{file}.rels")
}

/// The part of a target: from the root if the target begins with a slash, otherwise from the folder of the referring
/// part (RFC 3986, 5.2.4).
fn part_of(from: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let folder = if target.starts_with('/') { "" } else { from.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut path: Vec<&str> = Vec::new();
    for step in folder.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            name => path.push(name),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_their_relations() {
        let list = r#"<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="/xl/worksheets/a.xml"/><p:Relationship Id="rId2" Type="http://purl/y/sharedStrings" Target="./../xl/b.xml"/><Relationship Id="rId3" Type="http://x/hyperlink" TargetMode="External" Target="c.xml"/></Relationships>"#;
        let relations = inside(relations("xl/workbook.xml", list).whole().unwrap());
        let told: Vec<_> = relations.iter().map(|r| [&r.id, &r.kind, &r.part].map(String::as_str)).collect();
        assert_eq!(told, [["rId1", "worksheet", "xl/worksheets/a.xml"], ["rId2", "sharedStrings", "xl/b.xml"]]);
        assert_eq!(relations_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!((relations_of("").as_str(), part_of("", "/../xl/a").as_str()), ("_rels/.rels", "xl/a"));
    }

    #[test]
    fn a_target_is_seen_from_its_part() {
        for (from, target, wanted) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../drawings/drawing1.xml", "xl/drawings/drawing1.xml"),
            ("xl/workbook.xml", "..\\xl\\a.xml", "xl/a.xml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../x", "x"),
        ] {
            assert_eq!(part_of(from, target), wanted);
        }
    }

    #[test]
    fn what_leads_out_of_the_package_is_told_apart() {
        let list = r#"<Relationships><Relationship Id="a" Type="t/hyperlink" TargetMode="External" Target="http://x/?a&amp;b"/></Relationships>"#;
        let found = relations("xl/worksheets/sheet1.xml", list).whole().unwrap();
        assert_eq!((found[0].part.as_str(), found[0].outside), ("http://x/?a&b", true));
        assert_eq!(first(&found, "hyperlink"), Some("http://x/?a&b"));
        assert!(inside(found).is_empty());
    }
}
