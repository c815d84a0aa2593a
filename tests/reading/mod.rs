//! Reading.
#[test]
fn learn() {
    let Ok(path) = std::env::var("LEARN") else { return };
    let bytes = std::fs::read(&path).unwrap();
    let form = std::env::var("FORM").unwrap().parse().unwrap();
    let draft = zhinaq::read::learn(&form, &zhinaq::read::Document { name: &path, bytes: &bytes }).unwrap();
    std::fs::write(format!("/tmp/learn-{form}-{}.toml", std::env::var("TAG").unwrap_or_default()), draft).unwrap();
}
