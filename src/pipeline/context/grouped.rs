//! Many troubles of one cause as one.
//!
//! In: troubles. Out: one trouble for each cause, with the first things that it concerns and their number. Unknown here:
//! what the troubles are about.

use super::Trouble;

/// How many things are named, and up to which length; of longer names, such as addresses, one is enough.
const NAMED: usize = 3;
const SHORT: usize = 48;

/// One trouble for each cause, in the order in which the causes come.
#[must_use]
pub fn grouped(troubles: &[Trouble]) -> Vec<Trouble> {
    let mut groups: Vec<(&str, Vec<&Trouble>)> = Vec::new();
    for trouble in troubles {
        let cause = cause(&trouble.why);
        match groups.iter_mut().find(|(known, _)| *known == cause) {
            Some((_, group)) => group.push(trouble),
            None => groups.push((cause, vec![trouble])),
        }
    }
    let one = |(cause, group): (&str, Vec<&Trouble>)| match &group[..] {
        [single] => (*single).clone(),
        many => Trouble::new(named(many), cause),
    };
    groups.into_iter().map(one).collect()
}

/// The part of a reason that does not depend on the document: the words after its address, or after the name of its file.
fn cause(why: &str) -> &str {
    let after =
        why.find("://").and_then(|scheme| why[scheme..].split_once(['`', ' '])).map(|(_, rest)| rest.trim_start());
    let of_file =
        || why.strip_prefix('`').and_then(|rest| rest.split_once("` ")).filter(|(name, _)| name.contains('.'));
    let after = after.or_else(|| of_file().map(|(_, rest)| rest));
    after.filter(|rest| !rest.is_empty()).unwrap_or(why)
}

/// The first things and the number of the others. What all begin with is written once.
fn named(troubles: &[&Trouble]) -> String {
    let first = troubles.first().map_or("", |trouble| trouble.what.as_str());
    let most = if first.chars().count() > SHORT { 1 } else { NAMED };
    let front = first.find(": ").map_or("", |end| &first[..end + 2]);
    let rest = |what: &str| what.strip_prefix(front).unwrap_or(what).to_owned();
    let others = troubles.iter().skip(1).take(most - 1).map(|trouble| rest(&trouble.what));
    let names = std::iter::once(first.to_owned()).chain(others).collect::<Vec<_>>().join(", ");
    match troubles.len().saturating_sub(most) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cause_is_one_line_with_its_count() {
        let not_there = |form: &str| {
            let url = format!("https://example.org/forms/201003_{form}_00000_19_ru.XLSX");
            Trouble::new(&url, format!("form `{form}` for `2010-M03`: `{url}` is not there (status 404)"))
        };
        let mut troubles: Vec<Trouble> = ["a", "b", "c", "d", "e"].map(not_there).to_vec();
        troubles.extend(["g.json", "h.json"].map(|name| Trouble::new(name, format!("`{name}` was refused: no rows"))));
        troubles.push(Trouble::new("collection `crime`", "none of its forms is here"));
        troubles.push(Trouble::new("collection `courts`", "none of its forms is here"));
        troubles.push(Trouble::new("parcel `x`", "failed: 451 later"));
        let lines: Vec<String> = grouped(&troubles).iter().map(|t| format!("{}: {}", t.what, t.why)).collect();
        assert_eq!(
            lines,
            [
                "https://example.org/forms/201003_a_00000_19_ru.XLSX and 4 more: is not there (status 404)",
                "g.json, h.json: was refused: no rows",
                "collection `crime`, collection `courts`: none of its forms is here",
                "parcel `x`: failed: 451 later",
            ]
        );
    }

    #[test]
    fn three_are_named_and_a_common_beginning_is_written_once() {
        let form = |id: &str| Trouble::new(format!("for comparison: form `{id}` for `2009-M03`"), "was not asked for");
        let troubles = ["a", "b", "c", "d"].map(form);
        assert_eq!(
            grouped(&troubles),
            [Trouble::new(
                "for comparison: form `a` for `2009-M03`, form `b` for `2009-M03`, form `c` for `2009-M03` and 1 more",
                "was not asked for"
            )]
        );
        assert_eq!(grouped(&troubles[..1]), troubles[..1]);
        assert!(grouped(&[]).is_empty());
    }
}
