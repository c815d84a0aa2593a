//! The sheets in the list of a workbook (ECMA-376 part 1, 18.2.19).
//!
//! In comes the XML of the workbook part; out come the names of its sheets and their relations. This module does not
//! know the sheets themselves.

use super::scanner::{Partly, unescaped};

/// A sheet in the list of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedSheet {
    pub name: String,
    pub hidden: bool,
    /// The id of the sheet's part in the list of relations.
    pub relation: String,
}

/// The sheets in `xl/workbook.xml`, in its order.
pub fn listed(workbook: &str) -> Partly<Vec<ListedSheet>> {
    Partly::of_tags(workbook, |tag| {
        if tag.name != "sheet" {
            return None;
        }
        let relation = tag.attributes().find(|(name, _)| name.ends_with(":id"));
        Some(ListedSheet {
            name: unescaped(tag.attribute("name").unwrap_or_default()).into_owned(),
            hidden: tag.attribute("state").is_some_and(|state| state != "visible"),
            relation: relation.map(|(_, id)| id.to_owned()).unwrap_or_default(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_listed_with_their_relations() {
        let workbook = r#"<workbook xmlns:r="x"><sheets><sheet name="R1" sheetId="7" r:id="rId2"/><sheet name="&quot;x&quot;" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>"#;
        let sheets = listed(workbook).whole().unwrap();
        assert_eq!((sheets[0].name.as_str(), sheets[0].hidden, sheets[0].relation.as_str()), ("R1", false, "rId2"));
        assert_eq!((sheets[1].name.as_str(), sheets[1].hidden), ("\"x\"", true));
        let broken = listed(&workbook.replace("</sheets>", "</sheet>"));
        assert_eq!((broken.found.len(), broken.whole().is_err()), (2, true));
    }
}
