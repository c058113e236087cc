//! `rulesmith lint`: say what is likely wrong with rules, with places in their files.

use std::collections::BTreeMap;
use std::ops::Range;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use kql_syntax::text::LineIndex;
use rule_convert::{Mode, Profile, default_accepted, profiles};
use rule_lint::{
    Environment, Finding, Level, Located, Places, by_code, in_original, lint_together, sarif,
};
use rule_proof::{Paired, pair_up};
use sentinel_rules::rule::Rule;
use serde_json::{Value, json};

use super::choices::profile_of;
use super::replay::tables;
use super::rules::read_all_with;
use crate::files::{self, Failure};

/// Arguments of `lint`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, solutions, zip archives
    #[arg(required = true)]
    rules: Vec<String>,
    /// Logs whose columns and values the rules are compared with; may be repeated
    #[arg(long, value_name = "FILE", num_args = 1..)]
    logs: Vec<String>,
    /// How the findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Lowest level at which the exit status is 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = Deny::Error)]
    deny: Deny,
    /// Codes of findings that are not reported, with commas between them; may be repeated
    #[arg(long, value_name = "CODE,…", value_delimiter = ',')]
    allow: Vec<String>,
    /// Profiles by which rules among these were converted from others: names, or files of your own; those that
    /// come with the program are known
    #[arg(long, value_name = "NAME|FILE")]
    profile: Vec<String>,
}

/// How findings are printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each finding
    Text,
    /// One JSON document
    Json,
    /// SARIF 2.1.0
    Sarif,
}

/// Levels of findings.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Deny {
    /// Everything
    Note,
    /// Warnings and errors
    Warning,
    /// Errors
    Error,
    /// Nothing
    Never,
}

/// The text of a rule file, read once for all its rules.
struct File {
    lines: LineIndex,
    text: String,
}

/// Lints every rule; the status is 1 when a finding is denied or a file could not be read.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let allowed = allowed(&arguments.allow)?;
    let environment = match arguments.logs.as_slice() {
        [] => Environment::default(),
        logs => Environment::with_logs(&tables(logs, &[])?.0),
    };
    let mut known: BTreeMap<String, File> = BTreeMap::new();
    let read = read_all_with(&arguments.rules, |name, bytes| {
        if let Ok(text) = std::str::from_utf8(bytes) {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
            let lines = LineIndex::new(&text);
            known.insert(name.to_owned(), File { lines, text });
        }
    })?;
    let rules: Vec<&Rule> = read.rules.iter().collect();
    let mut found: Vec<(&Rule, Vec<Finding>)> = Vec::new();
    for (rule, mut findings) in rules.iter().zip(lint_together(&rules, &environment)) {
        findings.retain(|finding| !allowed.contains(&finding.code));
        found.push((rule, findings));
    }
    let known_before = known_before(&read.rules, &found, &ways(&arguments.profile)?);
    let placed = placed(&found, &known, &known_before);
    match arguments.format {
        Format::Text => tell(&placed)?,
        Format::Json => print(&json!({
            "findings": placed.iter().map(document).collect::<Vec<_>>(),
        }))?,
        Format::Sarif => print(&sarif(&placed, env!("CARGO_PKG_VERSION")))?,
    }
    let denied = placed
        .iter()
        .any(|one| one.finding.suppression.is_none() && denies(arguments.deny, one.finding.level));
    Ok(ExitCode::from(u8::from(denied || read.had_problems)))
}

/// The profiles that are given, and those that come with the program.
fn ways(given: &[String]) -> Result<Vec<Profile>, Failure> {
    let given: Result<Vec<Profile>, Failure> = given.iter().map(|one| profile_of(one)).collect();
    let mut all = given?;
    all.extend(profiles().iter().cloned());
    Ok(all)
}

/// For each rule that is the conversion of another one among them, which of its findings that one has too.
fn known_before(
    rules: &[Rule],
    found: &[(&Rule, Vec<Finding>)],
    ways: &[Profile],
) -> Vec<Option<Vec<bool>>> {
    let pairs = ways.iter().flat_map(|profile| {
        let way = (profile, Mode::Replace);
        pair_up(rules, &[], way, &default_accepted).pairs
    });
    let pairs: Vec<Paired> = pairs.collect();
    let of = |(rule, findings): &(&Rule, Vec<Finding>)| {
        let pair = pairs.iter().find(|pair| {
            pair.converted.id.eq_ignore_ascii_case(&rule.id) && pair.original.id != rule.id
        })?;
        let mut others = found.iter();
        let (_, of_original) = others.find(|(other, _)| other.id == pair.original.id)?;
        Some(in_original(findings, of_original))
    };
    found.iter().map(of).collect()
}

/// The codes given by `--allow`, as they are written in findings.
fn allowed(codes: &[String]) -> Result<Vec<&'static str>, Failure> {
    let lints = codes.iter().map(|code| {
        let lint = by_code(code).map(|lint| lint.code);
        lint.ok_or_else(|| Failure::new(format!("--allow: `{code}` is no code; see docs/lints.md")))
    });
    lints.collect()
}

fn denies(deny: Deny, level: Level) -> bool {
    match deny {
        Deny::Note => true,
        Deny::Warning => level >= Level::Warning,
        Deny::Error => level >= Level::Error,
        Deny::Never => false,
    }
}

/// Every finding with its place in its file.
fn placed<'a>(
    found: &'a [(&'a Rule, Vec<Finding>)],
    known: &'a BTreeMap<String, File>,
    known_before: &[Option<Vec<bool>>],
) -> Vec<Located<'a>> {
    let mut places: BTreeMap<&str, Places<'_>> = BTreeMap::new();
    let mut all = Vec::new();
    for ((rule, findings), before) in found.iter().zip(known_before) {
        let file = known.get(&rule.origin.file);
        for (number, finding) in findings.iter().enumerate() {
            let place = file.and_then(|file| {
                let places = places
                    .entry(&rule.origin.file)
                    .or_insert_with(|| Places::new(&file.text));
                let range: Range<usize> = places.range(rule, finding)?;
                Some((&file.lines, range))
            });
            all.push(Located {
                file: &rule.origin.file,
                place,
                rule: &rule.name,
                query: &rule.query,
                finding,
                in_original: before.as_ref().and_then(|all| all.get(number).copied()),
            });
        }
    }
    all
}

fn tell(placed: &[Located<'_>]) -> Result<(), Failure> {
    let mut counts: BTreeMap<Level, usize> = BTreeMap::new();
    for one in placed {
        let finding = one.finding;
        if finding.suppression.is_some() {
            continue;
        }
        *counts.entry(finding.level).or_default() += 1;
        files::print_line(&format!(
            "{}{}: {} {} {}; {}{}",
            one.file,
            place(one),
            finding.level.name(),
            finding.code,
            finding.message,
            finding.remedy,
            match one.in_original {
                Some(true) => " (in the original too)",
                _ => "",
            }
        ))?;
    }
    let of = |level| counts.get(&level).copied().unwrap_or_default();
    files::print_line(&format!(
        "{} errors, {} warnings, {} notes",
        of(Level::Error),
        of(Level::Warning),
        of(Level::Note)
    ))
}

/// `:line:column` in the file, or the rule and the line of its query.
fn place(one: &Located<'_>) -> String {
    match &one.place {
        Some((lines, range)) => {
            format!(":{}:{}", lines.line(range.start), lines.column(range.start))
        }
        None => format!(", {}{}", one.rule, one.query_line()),
    }
}

fn document(one: &Located<'_>) -> Value {
    let finding = one.finding;
    let place = one.place.as_ref().map(|(lines, range)| {
        json!({
            "line": lines.line(range.start),
            "column": lines.column(range.start),
            "endLine": lines.line(range.end),
            "endColumn": lines.column(range.end),
        })
    });
    json!({
        "file": one.file,
        "rule": one.rule,
        "place": place,
        "finding": finding,
        "inOriginal": one.in_original,
    })
}

fn print(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    files::print_line(&text.map_err(|error| Failure::new(error.to_string()))?)
}
