//! Running other programs from the project's root.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The project's root.
pub fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .ancestors()
        .nth(2)
        .unwrap_or(manifest)
        .to_path_buf()
}

/// Runs a program with the terminal as its output; true when it succeeds.
pub fn run(program: &str, arguments: &[&str]) -> Result<bool, String> {
    run_with(program, arguments, &[])
}

/// The same with further environment variables.
pub fn run_with(
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<bool, String> {
    let status = Command::new(program)
        .envs(variables.iter().copied())
        .args(arguments)
        .current_dir(root())
        .status();
    status
        .map(|status| status.success())
        .map_err(|error| cannot_run(program, &error))
}

/// Runs a program, shows each line of its standard output and gives it to `each`; true when it succeeds.
pub fn run_lines(
    program: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
    mut each: impl FnMut(&str),
) -> Result<bool, String> {
    let mut child = Command::new(program)
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(root())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_run(program, &error))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.map_err(|error| format!("cannot read from {program}: {error}"))?;
            println!("{line}");
            each(&line);
        }
    }
    let status = child.wait().map_err(|error| cannot_run(program, &error))?;
    Ok(status.success())
}

fn cannot_run(program: &str, error: &std::io::Error) -> String {
    format!("cannot run {program}: {error}")
}
