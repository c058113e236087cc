//! Running the program as a pipeline does, for all tests of commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Runs the program without standard input.
pub fn rulesmith(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rulesmith"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

/// What it printed.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder of a test.
#[allow(dead_code, reason = "not every file of tests writes files")]
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

/// The path of a file in a folder.
#[allow(dead_code, reason = "not every file of tests needs it")]
pub fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

/// The path of a bundled rule.
#[allow(dead_code, reason = "not every file of tests needs it")]
pub fn bundled(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/key-vault")
        .join(name)
        .display()
        .to_string()
}

/// Logs of the sample in which every rule for vaults fires, as a file in a folder.
#[allow(dead_code, reason = "not every file of tests needs it")]
pub fn sample_logs(dir: &Path) -> String {
    let logs = path(dir, "logs.jsonl");
    let made = rulesmith(&[
        "generate",
        "--scenario",
        "vault-all",
        "--format",
        "jsonl",
        "--out",
        &logs,
    ]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    logs
}

/// Both outputs of a command.
#[allow(dead_code, reason = "not every file of tests needs it")]
pub fn text_of(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

/// Converts one rule into a folder and gives the file that was written there.
#[allow(dead_code, reason = "not every file of tests needs it")]
pub fn converted(rule: &str, choices: &[&str], out: &str) -> PathBuf {
    let arguments = [&["convert", rule, "--out", out], choices].concat();
    let done = rulesmith(&arguments);
    assert!(done.status.success(), "{}", text(&done.stderr));
    let mut files = fs::read_dir(out).expect("a folder");
    files.next().expect("a file").expect("an entry").path()
}
