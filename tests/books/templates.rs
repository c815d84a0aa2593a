//! The built-in templates of collections.

use zhinaq::{
    config::check_collection,
    domain::{TableKind, Titles, names_a_sheet},
};

use crate::support::{
    trial::{collection_templates, form_templates},
    words,
};

#[test]
fn every_place_that_a_collection_shows_is_a_place_of_its_form() {
    let forms = form_templates();
    let collections = collection_templates();
    assert_eq!(collections.len(), 6);
    for template in collections.values() {
        let faults = check_collection(template, &forms);
        assert!(faults.is_empty(), "{}", faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn a_place_that_the_form_lacks_is_told_with_its_line() {
    let forms = form_templates();
    let mut template = collection_templates().remove(&"narcotics".parse().unwrap()).unwrap();
    template.chapters[0].tables[0].section = "R9".parse().unwrap();
    let faults = check_collection(&template, &forms);
    assert_eq!(faults.len(), 1);
    assert!(faults[0].line.is_some());
    assert!(faults[0].message.starts_with("form `1-n` has no section `R9`"), "{}", faults[0]);
}

#[test]
fn every_title_is_there_in_three_languages() {
    for template in collection_templates().values() {
        let mut titles: Vec<&Titles> = vec![&template.about];
        titles.extend(template.key_figures.iter().map(|k| &k.titles));
        for chapter in &template.chapters {
            titles.extend([&chapter.titles, &chapter.reason]);
            titles.extend(chapter.tables.iter().map(|t| &t.titles));
        }
        for title in titles {
            assert!(words().languages().all(|language| title.has(language)), "{}: {}", template.collection, title.ru);
        }
    }
}

#[test]
fn the_name_of_every_sheet_says_what_its_table_is_about() {
    for template in collection_templates().values() {
        for table in template.chapters.iter().flat_map(|c| &c.tables) {
            let short = table.short();
            let unnamed = words().languages().find(|language| !names_a_sheet(short.of(*language)));
            assert_eq!(unnamed, None, "{}: {} needs a short title", template.collection, table.id);
        }
    }
}

#[test]
fn every_form_has_a_table_and_those_with_regions_have_them_by_region() {
    // Form 3-K has figures of the republic and of agencies.
    for template in collection_templates().values() {
        for form in template.forms() {
            let tables = template.chapters.iter().filter(|c| c.form == *form).flat_map(|c| &c.tables);
            let kinds: Vec<TableKind> = tables.map(|t| t.kind).collect();
            let wanted = if form.as_str() == "3-k" { TableKind::Agencies } else { TableKind::Regions };
            assert!(kinds.contains(&wanted), "{}: {form} {kinds:?}", template.collection);
        }
    }
}
