//! Parsing: the queries of the shared corpus when it is there, and those of the rules that come with the
//! page.

use std::fs;
use std::path::{Path, PathBuf};

use divan::{Bencher, counter::BytesCount};

fn main() {
    divan::main();
}

/// The text of every query below a folder of the shared corpus: a JSON text a line.
fn corpus() -> Vec<String> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("RULESMITH_SHARED").map_or(beside, PathBuf::from);
    let text = fs::read_to_string(shared.join("corpus/rules/queries.jsonl")).unwrap_or_default();
    let cases = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    cases
        .filter_map(|case| Some(case.get("query")?.as_str()?.to_owned()))
        .collect()
}

/// The rules that come with the page; a parser takes the YAML around a query for one long error, so only
/// the lines of the query are kept.
fn bundled() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/key-vault");
    let files = fs::read_dir(folder).expect("the rules").flatten();
    let texts = files.filter(|file| file.path().extension().is_some_and(|one| one == "yaml"));
    let query = |file: fs::DirEntry| {
        let text = fs::read_to_string(file.path()).expect("a rule");
        let lines = text
            .lines()
            .skip_while(|line| !line.starts_with("query:"))
            .skip(1);
        let lines = lines.take_while(|line| line.starts_with(' ') || line.is_empty());
        lines
            .map(|line| format!("{}\n", line.trim_start()))
            .collect()
    };
    texts.map(query).collect()
}

fn all(bencher: Bencher<'_, '_>, queries: &[String]) {
    let bytes: usize = queries.iter().map(String::len).sum();
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        for query in queries {
            divan::black_box(kql_syntax::parse(query));
        }
    });
}

/// The queries of the bundled rules.
#[divan::bench]
fn bundled_rules(bencher: Bencher<'_, '_>) {
    all(bencher, &bundled());
}

/// The shared corpus; the bundled rules where it is missing.
#[divan::bench(sample_count = 10)]
fn shared_corpus(bencher: Bencher<'_, '_>) {
    let queries = corpus();
    all(bencher, if queries.is_empty() { &[] } else { &queries });
}
