//! Exports, and what comes before and after them, as a pipeline runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn rulesmith(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rulesmith"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An empty folder of this test.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).display().to_string()
}

fn bundled(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../rules/key-vault")
        .join(name)
        .display()
        .to_string()
}

#[test]
fn rules_are_exported_in_every_format_and_compared() {
    let dir = folder("every-format");
    let rule = bundled("sensitive-operations.yaml");
    for (format, name) in [
        ("arm", "a.json"),
        ("portal", "p.json"),
        ("yaml", "y.yaml"),
        ("bicep", "b.bicep"),
        ("terraform", "t.tf"),
        ("package", "s.zip"),
    ] {
        let file = path(&dir, name);
        let exported = rulesmith(&["export", &rule, "--format", format, "--out", &file]);
        assert!(exported.status.success(), "{}", text(&exported.stderr));
        let compared = rulesmith(&["compare", &rule, &file, "--format", "json"]);
        let found: Value = serde_json::from_str(&text(&compared.stdout)).expect("JSON");
        let fields: Vec<&str> = found[0]["differences"]
            .as_array()
            .expect("differences")
            .iter()
            .filter_map(|one| one["field"].as_str())
            .collect();
        let expected: &[&str] = match format {
            "yaml" | "package" => &[],
            _ => &[
                "version",
                "requiredDataConnectors",
                "metadata",
                "incidentConfiguration",
                "enabled",
            ],
        };
        assert_eq!(fields, expected, "{format}");
        assert_eq!(
            compared.status.code(),
            Some(i32::from(!expected.is_empty()))
        );
    }
    let automation = ["export", &rule, "--format", "automation", "--out", "-"];
    let empty = rulesmith(&automation);
    assert_eq!(empty.status.code(), Some(1));
    assert!(
        text(&empty.stderr).contains("nothing shall happen"),
        "{}",
        text(&empty.stderr)
    );
    let tagged = rulesmith(&[&automation[..], &["--tag", "hsm", "--severity", "high"]].concat());
    assert!(text(&tagged.stdout).contains("\"labelName\": \"hsm\""));
}
