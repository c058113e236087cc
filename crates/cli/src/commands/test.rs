//! `rulesmith test`: run the tests that travel with rules.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use rule_convert::{default_accepted, default_profile};
use rule_replay::rule_tests::{Disagreement, Revision, TestOutcome, TestResult, junit};
use rule_replay::words::counted;
use serde_json::json;
use workbench::protocol::Problem;
use workbench::rule_set::{self, RuleSet, Wanted};

use crate::commands::choices::{Format, print_json};
use crate::commands::rules::{problem, samples_beside};
use crate::files::{self, Failure};

/// Arguments of `test`.
#[derive(Args)]
pub struct Arguments {
    /// Rule sets; or rule files with their cases beside them, `NAME.samples.json` beside `NAME.yaml`
    #[arg(required = true)]
    files: Vec<String>,
    /// Also write the results as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Bring what the tests of rule sets expect up to date, for review
    #[arg(long)]
    update: bool,
    /// How the results are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs every test; the status is 1 when one does not pass, cannot be run, or there is none.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let mut results = Vec::new();
    for file in &arguments.files {
        let mut set = open(file)?;
        for found in rule_set::repeated_names(&set) {
            files::warn(&in_line(file, &found));
        }
        let mut of_file = results_of(file, &set)?;
        if of_file.is_empty() {
            return Err(Failure::new(format!(
                "{file}: there is no test; add `tests` to a rule"
            )));
        }
        if arguments.update {
            renew(file, &mut set, &of_file)?;
            of_file = results_of(file, &set)?;
        }
        results.extend(of_file);
    }
    match arguments.format {
        Format::Text => tell(&results)?,
        Format::Json => {
            let document =
                json!({ "passed": results.iter().all(TestResult::passed), "results": results });
            print_json(&document)?;
        }
    }
    if let Some(path) = &arguments.junit {
        files::write(path, junit(&results).as_bytes())?;
    }
    let passed = results.iter().all(TestResult::passed);
    Ok(ExitCode::from(u8::from(!passed)))
}

/// A rule set, or rules with the cases beside them as one.
fn open(file: &str) -> Result<RuleSet, Failure> {
    let bytes = files::read(file)?;
    if rule_set::is_rule_set(&bytes) || rule_set::lacks_version(&bytes) {
        return rule_set::read(file, &bytes).map_err(|found| failure(file, &found));
    }
    let outcome = sentinel_rules::read(file, &bytes);
    if let Some(found) = outcome.problems.first() {
        return Err(Failure::new(problem(found)));
    }
    let tests = samples_beside(file)?.ok_or_else(|| {
        Failure::new(format!("{file}: has no tests; put its cases beside it, in NAME.samples.json, or make a rule set of it"))
    })?;
    let [rule] = outcome.rules.as_slice() else {
        let count = outcome.rules.len();
        return Err(Failure::new(format!(
            "{file}: holds {count} rules; cases beside a file are those of one"
        )));
    };
    // Cases say of a converted rule what the default profile makes of it.
    let converts = tests
        .iter()
        .any(|test| test.revision == Revision::Converted);
    let wanted = converts.then(|| Wanted {
        profile: default_profile().clone(),
        text: None,
        widen: false,
    });
    Ok(rule_set::of_rules(
        &rule.name,
        vec![(rule.clone(), tests)],
        wanted,
        &default_accepted,
    ))
}

fn results_of(file: &str, set: &RuleSet) -> Result<Vec<TestResult>, Failure> {
    let results = rule_set::run_tests(set, &mut |_, _| {});
    results.map_err(|found| failure(file, &found))
}

/// A problem of a rule set in one line.
fn failure(file: &str, found: &Problem) -> Failure {
    Failure::new(in_line(file, found))
}

/// A problem of a rule set with its file, place and remedy.
fn in_line(file: &str, found: &Problem) -> String {
    let place = match (&found.field, found.line) {
        (Some(field), _) if !field.is_empty() => format!(", {field}"),
        (_, Some(line)) => format!(", line {line}"),
        (_, None) => String::new(),
    };
    format!("{file}{place}: {}; {}", found.message, found.remedy)
}

fn renew(file: &str, set: &mut RuleSet, results: &[TestResult]) -> Result<(), Failure> {
    let path = Path::new(file);
    if file == "-" || !rule_set::is_rule_set(&files::read(file)?) {
        return Err(Failure::new(format!(
            "--update: {file} is no rule set in a file"
        )));
    }
    let changed = rule_set::update(set, results);
    let text = set.write().map_err(|found| failure(file, &found))?;
    files::write(path, text.as_bytes())?;
    files::warn(&format!(
        "{file}: {} brought up to date; review them",
        counted(changed as u64, "test")
    ));
    Ok(())
}

fn tell(results: &[TestResult]) -> Result<(), Failure> {
    for result in results {
        let name = format!("{}: {}", result.rule, result.test);
        match &result.outcome {
            TestOutcome::Passed => files::print_line(&format!("ok      {name}"))?,
            TestOutcome::Broken { message } => {
                files::print_line(&format!("BROKEN  {name}\n          {message}"))?;
            }
            TestOutcome::Failed { disagreements } => {
                files::print_line(&format!("FAILED  {name}"))?;
                disagreements.iter().try_for_each(tell_difference)?;
            }
        }
    }
    let passed = results.iter().filter(|result| result.passed()).count();
    files::print_line(&format!(
        "{}, {passed} passed, {} did not",
        counted(results.len() as u64, "test"),
        results.len() - passed
    ))
}

fn tell_difference(one: &Disagreement) -> Result<(), Failure> {
    files::print_line(&format!("          {}", one.path))?;
    for (sign, side) in [('-', &one.expected), ('+', &one.actual)] {
        if let Some(text) = side {
            files::print_line(&format!("            {sign} {text}"))?;
        }
    }
    Ok(())
}
