//! Rebuilds the program when a default schedule or template changes, because they are built into it.

fn main() {
    for path in ["schedules", "templates", "zhinaq.toml"] {
        println!("cargo::rerun-if-changed={path}");
    }
}
