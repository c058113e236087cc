//! Writes the patterns of uap-core, which come with the package `ua-parser`, as JSON for the library, and the cases
//! that uap-core tests itself with for its tests.
//!
//! The patterns are the work of the uap-core project (Apache-2.0). No copy of them is kept here: the package's
//! version in the lockfile says which patterns a build has.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use granit_parser::{Event, Parser};
use serde_json::{Map, Value};

/// Files of uap-core and what they are called in the output: the patterns, and the cases that its authors test with.
const FILES: [(&str, &str); 4] = [
    ("regexes.yaml", "patterns.json"),
    ("tests/test_ua.yaml", "browsers.json"),
    ("tests/test_os.yaml", "systems.json"),
    ("tests/test_device.yaml", "devices.json"),
];

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../../Cargo.lock");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let source = package("ua-parser").join("uap-core");
    for (yaml, json) in FILES {
        let yaml = source.join(yaml);
        let text =
            fs::read_to_string(&yaml).unwrap_or_else(|error| panic!("{}: {error}", yaml.display()));
        fs::write(out.join(json), Value::Object(lists(&text)).to_string())
            .expect("OUT_DIR can be written");
    }
}

/// The folder of a package of the lockfile, as cargo names it.
fn package(name: &str) -> PathBuf {
    let cargo = env::var_os("CARGO").expect("cargo sets CARGO");
    let host = env::var("HOST").expect("cargo sets HOST");
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            &host,
        ])
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo metadata: {said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let found = packages.iter().find(|package| package["name"] == name);
    let manifest = found.and_then(|package| package["manifest_path"].as_str());
    let manifest = Path::new(manifest.expect("the lockfile has the package"));
    manifest
        .parent()
        .expect("a manifest is in a folder")
        .to_owned()
}

/// The lists of a file that maps names to lists of flat mappings; fails on anything else.
fn lists(yaml: &str) -> Map<String, Value> {
    let mut lists = Map::new();
    let mut entry: Option<Map<String, Value>> = None;
    let mut key: Option<String> = None;
    for event in Parser::new_from_str(yaml) {
        match event.expect("the patterns are YAML").0 {
            Event::Scalar(text, ..) => match (key.take(), &mut entry) {
                (Some(key), Some(entry)) => {
                    let text = if key == "regex" {
                        without_bounds(&text)
                    } else {
                        text.into_owned()
                    };
                    entry.insert(key, Value::String(text));
                }
                _ => key = Some(text.into_owned()),
            },
            Event::SequenceStart(..) => {
                let name = key.take().expect("a list has a name");
                lists.insert(name, Value::Array(Vec::new()));
            }
            Event::MappingStart(..) if !lists.is_empty() => entry = Some(Map::new()),
            Event::MappingEnd => {
                if let (Some(entry), Some((_, Value::Array(list)))) =
                    (entry.take(), lists.iter_mut().last())
                {
                    list.push(Value::Object(entry));
                }
            }
            _ => {}
        }
    }
    lists
}

/// A pattern with `*` and `+` for repetitions of at most so many: uap-core bounds them against engines that try again
/// and again. Ours does not, and each bound costs it as many copies of what is repeated.
fn without_bounds(pattern: &str) -> String {
    let mut pieces = pattern.split('{');
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match bounds(piece) {
            Some((least, rest)) => {
                text.push(if least == "0" { '*' } else { '+' });
                text.push_str(rest);
            }
            None => {
                text.push('{');
                text.push_str(piece);
            }
        }
    }
    text
}

/// The least number and what follows of `0,200}…` or `1,200}…`; nothing of short repetitions.
fn bounds(piece: &str) -> Option<(&str, &str)> {
    let (bounds, rest) = piece.split_once('}')?;
    let (least, most) = bounds.split_once(',')?;
    let long = most.parse::<u32>().is_ok_and(|most| most >= 50);
    (long && matches!(least, "0" | "1")).then_some((least, rest))
}
