//! `rulesmith format`: queries in their usual form.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use kql_syntax::format::{Refusal, format};
use kql_syntax::text::LineIndex;

use crate::files::{self, Failure};

/// Arguments of `format`.
#[derive(Args)]
pub struct Arguments {
    /// Write the files themselves instead of standard output
    #[arg(long, conflicts_with = "check")]
    write: bool,
    /// Name the files that are not in their usual form; the status is 1 when there is one
    #[arg(long)]
    check: bool,
    /// Files with queries; standard input when none is given
    files: Vec<String>,
}

/// Formats files; one with syntax errors is a failure.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let names = match arguments.files.as_slice() {
        [] => vec!["-".to_owned()],
        files => files.to_vec(),
    };
    let mut usual = true;
    for name in &names {
        let text = files::read_text(name)?;
        let formatted = format(&text).map_err(|refusal| failure(name, &text, &refusal))?;
        match (arguments.check, arguments.write) {
            (true, _) if formatted == text => {}
            (true, _) => {
                usual = false;
                files::print_line(name)?;
            }
            (_, true) if formatted == text => {}
            (_, true) => files::write(Path::new(name), formatted.as_bytes())?,
            _ => files::print_line(formatted.trim_end_matches('\n'))?,
        }
    }
    Ok(ExitCode::from(u8::from(!usual)))
}

fn failure(name: &str, text: &str, refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::Erroneous(first) => {
            let lines = LineIndex::new(text);
            let (line, column) = (
                lines.line(first.range.start),
                lines.column(first.range.start),
            );
            Failure::new(format!(
                "{name}:{line}:{column}: {} {}; correct it first",
                first.code, first.message
            ))
        }
        Refusal::Changed => Failure::new(format!(
            "{name} was left as it is: formatted, it would read otherwise"
        )),
    }
}
