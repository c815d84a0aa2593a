//! docs/rights.md is as the program asks for rights.

use zhinaq::domain::{Right, Role};

/// The table of the page: a line for each right, a column for each role.
#[test]
fn the_page_about_rights_is_as_the_program_asks_for_them() {
    let page = std::fs::read_to_string("docs/rights.md").unwrap();
    let heading: Vec<String> =
        std::iter::once("act".to_owned()).chain(Role::ALL.map(|r| r.word().to_owned())).collect();
    let line = |right: &Right| {
        let has = |role: Role| if right.roles().contains(&role) { "yes" } else { "–" };
        let cells: Vec<&str> = std::iter::once(right.said()).chain(Role::ALL.map(has)).collect();
        format!("| {} |", cells.join(" | "))
    };
    let rule = format!("|{}", " --- |".repeat(Role::ALL.len() + 1));
    let table = [format!("| {} |", heading.join(" | ")), rule]
        .into_iter()
        .chain(Right::ALL.iter().map(line))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(page.contains(&table), "docs/rights.md has to contain:\n{table}");
    // What is not in a table is in words.
    for role in Role::ALL {
        assert!(page.contains(&format!("`{}`", role.word())), "{}", role.word());
    }
}
