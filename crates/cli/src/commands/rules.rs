//! Reading rule files for the commands that take them.

use kql_syntax::text::LineIndex;
use std::path::Path;

use rule_replay::rule_tests::RuleTest;
use sentinel_rules::bundled::Pack;
use sentinel_rules::rule::Rule;
use sentinel_rules::{Problem, read};

use workbench::rule_set;

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
    read_all_with(names, |_, _| {})
}

/// As [`read_all`], and shows the bytes of each file.
pub fn read_all_with(names: &[String], mut see: impl FnMut(&str, &[u8])) -> Result<Read, Failure> {
    let mut all = Read {
        rules: Vec::new(),
        had_problems: false,
    };
    for name in names {
        let bytes = files::read(name)?;
        see(name, &bytes);
        if rule_set::is_rule_set(&bytes) {
            files::warn(&format!(
                "{name}: is a rule set, which `rulesmith test` takes; give the files of its rules"
            ));
            all.had_problems = true;
            continue;
        }
        let outcome = read(name, &bytes);
        for problem in &outcome.problems {
            files::warn(&self::problem(problem));
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

/// A problem in one line.
pub fn problem(problem: &Problem) -> String {
    let line = problem.line.map(|line| format!(":{line}"));
    let line = line.unwrap_or_default();
    let file = &problem.file;
    format!("{file}{line}: {}; {}", problem.message, problem.remedy)
}

/// The cases that lie beside a rule file, `NAME.samples.json` beside `NAME.yaml`, as tests; `None` when
/// there are none.
pub fn samples_beside(file: &str) -> Result<Option<Vec<RuleTest>>, Failure> {
    let samples = Path::new(file).with_extension("samples.json");
    if file == "-" || !samples.is_file() {
        return Ok(None);
    }
    let name = samples.display().to_string();
    let tests = rule_set::samples_as_tests(&files::read_text(&name)?);
    tests
        .map(Some)
        .map_err(|message| Failure::new(format!("{name}, {message}")))
}

/// The rules of a pack that comes with the program.
pub fn read_pack(name: &str) -> Result<Read, Failure> {
    let Some(pack) = Pack::ALL.into_iter().find(|pack| pack.id() == name) else {
        let known = Pack::ALL.map(Pack::id).join(", ");
        return Err(Failure::new(format!(
            "--pack: there is no `{name}`; there is {known}"
        )));
    };
    let files = pack.rules().into_iter();
    Ok(Read {
        rules: files
            .flat_map(|(file, text)| read(file, text.as_bytes()).rules)
            .collect(),
        had_problems: false,
    })
}
