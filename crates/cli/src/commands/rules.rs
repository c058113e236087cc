//! Reading rule files for the commands that take them.

use kql_syntax::text::LineIndex;
use sentinel_rules::read;
use sentinel_rules::rule::Rule;

use crate::files::{self, Failure};

/// What was read from all files.
pub struct Read {
    /// Rules in order of files.
    pub rules: Vec<Rule>,
    /// Whether a file had a problem, which has been printed.
    pub had_problems: bool,
}

/// Reads every file; a broken one is reported and the others are read.
pub fn read_all(names: &[String]) -> Result<Read, Failure> {
    let mut all = Read {
        rules: Vec::new(),
        had_problems: false,
    };
    for name in names {
        let outcome = read(name, &files::read(name)?);
        for problem in &outcome.problems {
            let line = problem
                .line
                .map(|line| format!(":{line}"))
                .unwrap_or_default();
            files::warn(&format!(
                "{}{line}: {}; {}",
                problem.file, problem.message, problem.remedy
            ));
            all.had_problems = true;
        }
        for skipped in &outcome.skipped {
            files::warn(&format!("{}: left out, {}", skipped.what, skipped.reason));
        }
        all.rules.extend(outcome.rules);
    }
    Ok(all)
}

/// That a rule cannot be run, with its line.
pub fn cannot_run(rule: &Rule, role: &str, failure: &rule_replay::Failure) -> String {
    let line = LineIndex::new(&rule.query).line(failure.range.start);
    let message = format!(
        "{}, {role}, line {line}: {}; {}",
        rule.name, failure.message, failure.hint
    );
    message.trim_end_matches("; ").to_owned()
}
