//! The `zhinaq` program.

use zhinaq::cli::{self, BuiltFrom};

fn main() -> std::process::ExitCode {
    cli::main(BuiltFrom {
        commit: option_env!("ZHINAQ_BUILD_COMMIT"),
        date: option_env!("ZHINAQ_BUILD_DATE"),
        modified: option_env!("ZHINAQ_BUILD_MODIFIED").is_some(),
    })
}
