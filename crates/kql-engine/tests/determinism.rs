//! The evaluator answers with the same bytes natively and as WebAssembly.
//!
//! The native test answers every query of `queries/*.txt` and every case of the recorded sets in
//! `../shared/conformance`, when that is there, and keeps cases and answers below `target/tmp`. The test in
//! Node, which runs after it, answers the same cases and compares.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use kql_engine::case::evaluate_case;
#[cfg(not(target_arch = "wasm32"))]
use kql_engine::case::explained_case;

/// A file that the native test keeps; a build for another target has a folder of its own below `target`.
macro_rules! kept {
    ($name:literal) => {
        if cfg!(target_arch = "wasm32") {
            concat!(env!("CARGO_TARGET_TMPDIR"), "/../../tmp/", $name)
        } else {
            concat!(env!("CARGO_TARGET_TMPDIR"), "/", $name)
        }
    };
}

const CASES: &str = kept!("determinism-cases.jsonl");
const ANSWERS: &str = kept!("determinism-answers.jsonl");

/// The answers to cases, one a line.
fn answers(cases: &str) -> String {
    cases
        .lines()
        .map(|case| evaluate_case(case) + "\n")
        .collect()
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::path::{Path, PathBuf};

    use super::{ANSWERS, CASES, answers, evaluate_case, explained_case};

    /// The files of a folder with this extension, in order; none when there is no such folder.
    fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect();
        files.sort();
        files
    }

    fn own_cases() -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
        let mut cases = Vec::new();
        for file in files(&folder, "txt") {
            let text = std::fs::read_to_string(&file).unwrap();
            for (index, case) in text.split("\n====\n").enumerate() {
                let query = case.split("\n---\n").next().unwrap();
                let id = format!("{}#{index}", file.file_stem().unwrap().to_string_lossy());
                cases.push(serde_json::json!({"id": id, "query": query}).to_string());
            }
        }
        cases
    }

    fn recorded_cases() -> Vec<String> {
        let shared = match std::env::var_os("RULESMITH_SHARED") {
            Some(path) => PathBuf::from(path),
            None => PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")),
        };
        let recorded = files(&shared.join("conformance"), "jsonl");
        if recorded.is_empty() {
            println!("skipped: ../shared not present");
        }
        let texts = recorded
            .iter()
            .map(|file| std::fs::read_to_string(file).unwrap());
        texts
            .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }

    #[test]
    fn an_explained_run_gives_the_same_answers() {
        let mut cases = own_cases();
        cases.extend(recorded_cases());
        for case in cases {
            assert_eq!(evaluate_case(&case), explained_case(&case), "{case}");
        }
    }

    #[test]
    fn answers_are_the_same_twice_and_are_kept() {
        let mut cases = own_cases();
        assert!(cases.len() > 50);
        let own = cases.join("\n");
        assert_eq!(answers(&own), answers(&own));
        cases.extend(recorded_cases());
        let cases = cases.join("\n");
        let found = answers(&cases);
        std::fs::write(CASES, cases).unwrap();
        std::fs::write(ANSWERS, found).unwrap();
    }
}

#[cfg(target_arch = "wasm32")]
mod in_node {
    use js_sys::{Array, Function, Reflect, global};
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::{ANSWERS, CASES, answers};

    /// What a method of a JavaScript object gives for texts.
    fn call(target: &JsValue, method: &str, args: &[&str]) -> JsValue {
        let function: Function = Reflect::get(target, &method.into()).unwrap().into();
        let args: Array = args.iter().map(|arg| JsValue::from_str(arg)).collect();
        function.apply(target, &args).unwrap()
    }

    /// A file's text, read with Node's own module.
    fn read(path: &str) -> String {
        let process = Reflect::get(&global(), &"process".into()).unwrap();
        let files = call(&process, "getBuiltinModule", &["node:fs"]);
        let text = call(&files, "readFileSync", &[path, "utf8"]);
        text.as_string().unwrap()
    }

    #[wasm_bindgen_test]
    fn answers_are_those_of_the_native_run() {
        let (cases, expected) = (read(CASES), read(ANSWERS));
        let found = answers(&cases);
        let pairs = cases.lines().zip(found.lines().zip(expected.lines()));
        for (case, (found, expected)) in pairs {
            assert_eq!(found, expected, "{case}");
        }
        assert_eq!(found.len(), expected.len());
    }
}
