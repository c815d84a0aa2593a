//! What is stored comes back unchanged, or is reported as damaged.

use std::{fs, io::Cursor};

use polars_parquet::{parquet::statistics::Statistics, read::read_metadata};
use proptest::prelude::*;
use zhinaq::{
    domain::{Column, Dataset, DatasetKey, Figure, Number, Origin, Row, Section, Sha256},
    store::{ArtifactKey, Artifacts, Datasets, SnapshotMeta, StoreError, decode, encode},
};

fn meta(name: &str) -> SnapshotMeta {
    SnapshotMeta {
        url: format!("http://127.0.0.1/forms/{name}"),
        name: name.into(),
        headers: vec![("etag".into(), "\"1\"".into())],
        received: "2025-07-04T09:00:00Z".parse().unwrap(),
    }
}

fn dataset(unit: &str, sections: Vec<Section>) -> Dataset {
    let key = DatasetKey {
        form: "1-m".parse().unwrap(),
        period: "2022-M12".parse().unwrap(),
        unit: unit.parse().unwrap(),
        agency: "all".parse().unwrap(),
        origin: Origin::Real,
    };
    Dataset { key, edition: "50119".parse().unwrap(), sections }
}

fn section(id: &str, codes: (&[&str], &[&str]), figures: Vec<Figure>) -> Section {
    let rows = codes.0.iter().map(|c| Row { code: c.parse().unwrap(), label: format!("Всего / {c}").into() });
    let columns = codes.1.iter().map(|c| Column { code: c.parse().unwrap(), label: "".into() });
    Section {
        id: id.parse().unwrap(),
        title: "Раздел 1".into(),
        columns: columns.collect(),
        rows: rows.collect(),
        figures,
    }
}

#[test]
fn a_snapshot_is_kept_once_with_each_way_in_which_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    let first = artifacts.put_snapshot(b"bytes", &meta("a.xlsx")).unwrap();
    let again = artifacts.put_snapshot(b"bytes", &meta("a.xlsx")).unwrap();
    let other_name = artifacts.put_snapshot(b"bytes", &meta("b.xlsx")).unwrap();
    assert_eq!((first, first), (again, other_name));
    let receipts = artifacts.receipts(&first).unwrap();
    let names: Vec<&str> = receipts.iter().map(|r| r.meta.name.as_str()).collect();
    assert_eq!(names, ["a.xlsx", "b.xlsx"]);
    assert_eq!((receipts[0].sha256, receipts[0].bytes), (Sha256::of(b"bytes"), 5));
    assert_eq!(fs::read(folder.path().join(format!("snapshots/{first}"))).unwrap(), b"bytes");
}

#[test]
fn many_snapshots_are_stored_together_and_another_port_is_no_other_way() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    let office = |port: u16, name: &str| SnapshotMeta { url: format!("http://127.0.0.1:{port}/{name}"), ..meta(name) };
    let bodies: Vec<Vec<u8>> = (0..30).map(|n| vec![n / 2; 10]).collect();
    let metas: Vec<SnapshotMeta> = (0..30).map(|n| office(8000, &format!("{n}.xlsx"))).collect();
    let received: Vec<(&[u8], &SnapshotMeta)> = bodies.iter().map(Vec::as_slice).zip(&metas).collect();
    let stored = artifacts.put_snapshots(&received).unwrap();
    for (sha, body) in stored.iter().zip(&bodies) {
        assert_eq!((sha, &artifacts.snapshot(sha).unwrap()), (&Sha256::of(body), body));
        assert_eq!(artifacts.receipts(sha).unwrap().len(), 2, "equal bytes under two names");
    }
    let files = || fs::read_dir(folder.path().join("snapshots")).unwrap().count();
    assert_eq!(files(), 15 + 30);
    let metas: Vec<SnapshotMeta> = (0..30).map(|n| office(9000, &format!("{n}.xlsx"))).collect();
    let again: Vec<(&[u8], &SnapshotMeta)> = bodies.iter().map(Vec::as_slice).zip(&metas).collect();
    assert_eq!(artifacts.put_snapshots(&again).unwrap(), stored);
    assert_eq!(files(), 15 + 30);
}

#[test]
fn a_damaged_snapshot_is_named_and_mended_by_pulling_again() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    let sha = artifacts.put_snapshot(b"bytes", &meta("a.xlsx")).unwrap();
    let path = folder.path().join(ArtifactKey::Snapshot(sha).relative().unwrap());
    fs::write(&path, b"byte5").unwrap();
    let error = artifacts.snapshot(&sha).unwrap_err();
    assert!(error.is_damaged());
    assert!(error.to_string().contains(&sha.to_string()), "{error}");
    assert!(error.to_string().ends_with("pull the form again"), "{error}");
    artifacts.put_snapshot(b"bytes", &meta("a.xlsx")).unwrap();
    assert_eq!(artifacts.snapshot(&sha).unwrap(), b"bytes");
    assert_eq!(fs::read(path.with_extension("damaged")).unwrap(), b"byte5");
}

#[test]
fn a_snapshot_that_is_not_there_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    assert!(artifacts.snapshot(&Sha256::of(b"nothing")).unwrap_err().is_missing());
}

#[test]
fn a_copy_is_never_replaced_by_other_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    let key = ArtifactKey::Named("2025-Q2/crime/r0/copies/copy-1.xlsx".into());
    let sha = artifacts.put(&key, b"one").unwrap();
    assert_eq!(artifacts.put(&key, b"one").unwrap(), sha);
    assert!(matches!(artifacts.put(&key, b"two"), Err(StoreError::Publish(_))));
    assert_eq!(artifacts.fetch_as(&key, &sha).unwrap(), b"one");
    assert!(artifacts.fetch_as(&key, &Sha256::of(b"two")).unwrap_err().is_damaged());
}

#[test]
fn blank_zero_and_text_stay_apart_in_their_order() {
    let figures = vec![
        Figure::Blank,
        Figure::Number(Number::ZERO),
        Figure::Text("х".into()),
        Figure::Number(Number::thousandths(18_453_949)),
        Figure::Text("".into()),
        Figure::Number(Number::count(-9_007_199_254_740_991)),
    ];
    let whole = section("R1", (&["1", "1", "2.1"], &["1", "1"]), figures);
    let datasets = vec![
        dataset("1971", vec![whole.clone(), section("R1", (&[], &["1", "2"]), vec![]), whole.clone()]),
        dataset("1911", vec![]),
        dataset(
            "1910",
            vec![section("R2", (&["7"], &[]), vec![]), section("R3", (&["7"], &["1"]), vec![Figure::Blank])],
        ),
    ];
    assert_eq!(decode(&encode(&datasets).unwrap()).unwrap(), datasets);
    assert_eq!(decode(&encode(&[]).unwrap()).unwrap(), vec![]);
    let bare = vec![dataset("1911", vec![section("R2", (&["7"], &[]), vec![])])];
    assert_eq!(decode(&encode(&bare).unwrap()).unwrap(), bare);
}

/// The statistics of a column as other programs read them: nulls, and the smallest and the largest value.
fn statistics(bytes: &[u8], name: &str) -> (i64, Option<String>, Option<String>) {
    let file = read_metadata(&mut Cursor::new(bytes)).unwrap();
    let [group] = file.row_groups.as_slice() else { panic!("{} groups", file.row_groups.len()) };
    let columns = group.parquet_columns();
    let column = columns.iter().find(|c| c.descriptor().path_in_schema[0].as_str() == name).unwrap();
    if name == "scale" {
        let kind = format!("{:?}", column.descriptor().descriptor.primitive_type);
        assert!(kind.contains("Int32") && !kind.contains("UInt32"), "Iceberg has no unsigned numbers: {kind}");
    }
    let text = |value: Option<Vec<u8>>| value.map(|value| String::from_utf8(value).unwrap());
    match column.statistics(&file.footer_buf).unwrap().unwrap() {
        Statistics::Int32(s) => {
            (s.null_count.unwrap(), s.min_value.map(|v| v.to_string()), s.max_value.map(|v| v.to_string()))
        }
        Statistics::Int64(s) => {
            (s.null_count.unwrap(), s.min_value.map(|v| v.to_string()), s.max_value.map(|v| v.to_string()))
        }
        Statistics::Binary(s) => (s.null_count.unwrap(), text(s.min_value), text(s.max_value)),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn other_programs_find_the_exact_bounds_and_nulls_of_each_column() {
    let figures = vec![
        Figure::Number(Number::count(7)),
        Figure::Blank,
        Figure::Number(Number::thousandths(1_250)),
        Figure::Text("нет".into()),
    ];
    // A table without cells has a unit, a section and a row, and no line.
    let datasets = vec![
        dataset("1971", vec![section("R1", (&["2", "1"], &["1", "3"]), figures)]),
        dataset("1911", vec![section("R9", (&["7"], &[]), vec![])]),
    ];
    let bytes = encode(&datasets).unwrap();
    for (name, nulls, least, largest) in [
        ("unit", 0, "1971", "1971"),
        ("section", 0, "R1", "R1"),
        ("row", 0, "1", "2"),
        ("column", 0, "1", "3"),
        ("mantissa", 2, "7", "1250"),
        ("scale", 2, "0", "3"),
        ("text", 3, "нет", "нет"),
    ] {
        assert_eq!(statistics(&bytes, name), (nulls, Some(least.into()), Some(largest.into())), "{name}");
    }
    assert_eq!(decode(&bytes).unwrap(), datasets);
    let money =
        vec![dataset("1971", vec![section("R1", (&["1"], &["1"]), vec![Figure::Number(Number::thousandths(5))])])];
    let bytes = encode(&money).unwrap();
    assert_eq!(statistics(&bytes, "scale"), (0, Some("3".into()), Some("3".into())));
    assert_eq!(statistics(&bytes, "text"), (1, None, None), "a column without values has no bounds");
    assert_eq!(decode(&bytes).unwrap(), money);
}

#[test]
fn the_nulls_of_a_long_column_are_counted_once() {
    let code = |n: usize| n.to_string();
    let rows = (0..3_000).map(|n| Row { code: code(n).parse().unwrap(), label: code(n).into() }).collect();
    let columns = (0..80).map(|n| Column { code: code(n).parse().unwrap(), label: code(n).into() }).collect();
    let figure = |n: i64| if n % 2 == 0 { Figure::Blank } else { Figure::Number(Number::count(n)) };
    let figures = (0..240_000).map(figure).collect();
    let long = Section { id: "R1".parse().unwrap(), title: "".into(), columns, rows, figures };
    let datasets = vec![dataset("1971", vec![long])];
    let bytes = encode(&datasets).unwrap();
    assert_eq!(statistics(&bytes, "mantissa"), (120_000, Some("1".into()), Some("239999".into())));
    assert_eq!(statistics(&bytes, "scale"), (120_000, Some("0".into()), Some("0".into())));
    assert_eq!(statistics(&bytes, "text"), (240_000, None, None));
    assert_eq!(decode(&bytes).unwrap(), datasets);
}

#[test]
fn a_table_that_is_not_filled_is_refused() {
    let uneven = dataset("1971", vec![section("R1", (&["1"], &["1", "2"]), vec![Figure::Blank])]);
    let error = encode(&[uneven]).unwrap_err();
    assert_eq!(error, "section `R1` has 1 figures in 1 rows of 2 columns");
}

#[test]
fn datasets_are_saved_once_and_a_damaged_file_is_named_and_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let artifacts = Artifacts::open(folder.path()).unwrap();
    let store = Datasets::new(artifacts.clone());
    let snapshot = Sha256::of(b"workbook");
    let saved = vec![dataset("1971", vec![section("R1", (&["1"], &["1"]), vec![Figure::Number(Number::count(7))])])];
    assert!(store.load(&snapshot, "r1").unwrap_err().is_missing());
    store.save(&snapshot, "r1", &saved).unwrap();
    store.save(&snapshot, "r1", &saved).unwrap();
    assert_eq!(store.load(&snapshot, "r1").unwrap(), saved);

    let mut other = saved.clone();
    other[0].sections[0].figures[0] = Figure::Number(Number::count(8));
    assert!(matches!(store.save(&snapshot, "r1", &other), Err(StoreError::OtherFigures { .. })));
    store.save(&snapshot, "r2", &other).unwrap();

    let path = folder.path().join(format!("data/{snapshot}.r1.parquet"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let error = store.load(&snapshot, "r1").unwrap_err();
    assert!(error.is_damaged());
    assert!(error.to_string().contains("r1.parquet"), "{error}");
    store.save(&snapshot, "r1", &saved).unwrap();
    assert_eq!(store.load(&snapshot, "r1").unwrap(), saved);
    assert!(store.save(&snapshot, "../r1", &saved).is_err());
}

#[test]
fn bytes_that_are_no_parquet_are_an_error_and_no_panic() {
    let whole = encode(&[dataset("1971", vec![section("R1", (&["1"], &["1"]), vec![Figure::Blank])])]).unwrap();
    for wrong in [&b""[..], b"PAR1", b"PAR1xxxxPAR1", &whole[..whole.len() - 9], &whole[9..]] {
        assert!(decode(wrong).is_err());
    }
}

fn figure() -> impl Strategy<Value = Figure> {
    prop_oneof![
        Just(Figure::Blank),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(|n| Figure::Number(Number::count(n))),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(|n| Figure::Number(Number::thousandths(n))),
        "\\PC{0,12}".prop_map(|t| Figure::Text(t.into())),
    ]
}

fn any_section() -> impl Strategy<Value = Section> {
    (0_usize..6, 0_usize..6).prop_flat_map(|(rows, columns)| {
        let line = || ("[0-9а-я.]{1,6}", "\\PC{0,20}");
        (
            "[A-Za-zА-Я0-9-]{1,8}",
            "\\PC{0,30}",
            prop::collection::vec(line(), columns),
            prop::collection::vec(line(), rows),
            prop::collection::vec(figure(), rows * columns),
        )
            .prop_map(|(id, title, columns, rows, figures)| Section {
                id: id.parse().unwrap(),
                title: title.into(),
                columns: columns
                    .into_iter()
                    .map(|(code, label)| Column { code: code.parse().unwrap(), label: label.into() })
                    .collect(),
                rows: rows
                    .into_iter()
                    .map(|(code, label)| Row { code: code.parse().unwrap(), label: label.into() })
                    .collect(),
                figures,
            })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_datasets_come_back_as_they_were_with_equal_bytes(
        parts in prop::collection::vec((1910_u32..1980, prop::collection::vec(any_section(), 0..4)), 0..4)
    ) {
        let datasets: Vec<Dataset> =
            parts.into_iter().map(|(unit, sections)| dataset(&unit.to_string(), sections)).collect();
        let bytes = encode(&datasets).unwrap();
        prop_assert_eq!(&encode(&datasets).unwrap(), &bytes);
        prop_assert_eq!(decode(&bytes).unwrap(), datasets);
    }
}
