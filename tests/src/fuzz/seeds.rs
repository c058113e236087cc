//! Sound inputs that damage starts from: the project's own rules, cases, exports and sample logs.

use std::fs;
use std::path::Path;

use audit_logs::generate::{Options, generate, scenario};
use audit_logs::write::{Format, SHAPES, Shape, write};
use sentinel_rules::rule::Rule;
use sentinel_rules::{ArmOptions, PackageText, bundled, read};

/// The seeds of a target.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "rules" => rule_files(),
        "deployments" => deployments(),
        "logs" => logs(),
        "editor" => queries()
            .into_iter()
            .map(|query| [&[0, 40], query.as_slice()].concat())
            .collect(),
        _ => queries(),
    }
}

fn rules() -> Vec<Rule> {
    let files = bundled();
    let read = files
        .iter()
        .flat_map(|(name, text)| read(name, text.as_bytes()).rules);
    read.collect()
}

/// The queries of the bundled rules, and the cases of the engine.
fn queries() -> Vec<Vec<u8>> {
    let mut queries: Vec<Vec<u8>> = rules()
        .into_iter()
        .map(|rule| rule.query.into_bytes())
        .collect();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/kql-engine/tests");
    for text in texts(&tests.join("queries")) {
        let cases = text.split("====\n");
        let query = |case: &str| case.split("---\n").next().unwrap_or_default().into();
        queries.extend(cases.map(query));
    }
    for text in texts(&tests.join("functions")) {
        let calls = text.lines().filter_map(|line| line.split_once(" => "));
        queries.extend(calls.map(|(call, _)| format!("T | project x = {call}").into_bytes()));
    }
    queries
}

/// The files of a folder, in order of name.
fn texts(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the cases are there");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let texts = paths.iter().map(fs::read_to_string);
    texts.map(|text| text.expect("cases are text")).collect()
}

fn rule_files() -> Vec<Vec<u8>> {
    let yaml = bundled().into_iter().map(|(_, text)| text.into());
    let rules = rules();
    let options = ArmOptions::default();
    let template = sentinel_rules::write_arm(&rules, &options).map(String::into_bytes);
    let package = sentinel_rules::write_package(&rules, &options, &PackageText::default());
    yaml.chain(template).chain(package).collect()
}

fn deployments() -> Vec<Vec<u8>> {
    let rules = rules();
    let mut seeds = Vec::new();
    for rules in [&rules[..1], &rules[1..2], &rules[..]] {
        let options = ArmOptions::default();
        seeds.extend(sentinel_rules::write_bicep(rules, &options).map(String::into_bytes));
        seeds.extend(sentinel_rules::write_terraform(rules, &options).map(String::into_bytes));
    }
    seeds
}

fn logs() -> Vec<Vec<u8>> {
    let shapes = SHAPES.iter().map(|(_, shape)| (*shape, false));
    let formats = shapes.chain([(Shape::JsonLines, true), (Shape::Csv, true)]);
    let options = Options {
        seed: 1,
        rows: 20,
        end: 638_000_000_000_000_000,
        documented_shape: false,
    };
    let sample = scenario("hsm-create-delete-key").map(|one| generate(one, &options));
    let sample = sample.expect("a scenario of this name");
    let written = formats.map(|(shape, gzip)| write(&sample, Format { shape, gzip }));
    written.collect()
}
