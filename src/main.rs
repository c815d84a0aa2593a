//! The `zhinaq` program.

fn main() -> std::process::ExitCode {
    zhinaq::cli::main()
}
