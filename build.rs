//! The default schedules and templates are built into the program: a changed file there means a new build.

fn main() {
    for path in ["schedules", "templates", "zhinaq.toml"] {
        println!("cargo::rerun-if-changed={path}");
    }
}
