//! `rulesmith compare`: what two files say differently about the same rules.

use std::process::ExitCode;

use clap::Args;
use sentinel_rules::rule::Rule;
use sentinel_rules::{Difference, LineChange, differences};
use serde::Serialize;

use crate::commands::choices::Format;
use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Lines around a changed one that are shown.
const CONTEXT: usize = 2;

/// Arguments of `compare`.
#[derive(Args)]
pub struct Arguments {
    /// The file with the rules as they were
    before: String,
    /// The file with the rules as they are now, in any format
    after: String,
    /// How the differences are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Serialize)]
struct Compared {
    rule: String,
    /// `None` when only one of the files has the rule.
    differences: Option<Vec<Difference>>,
    only_in: Option<String>,
}

/// Compares rules of the same id, else of the same name. Ends with 1 when something differs.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let before = read_all(std::slice::from_ref(&arguments.before))?;
    let after = read_all(std::slice::from_ref(&arguments.after))?;
    let compared = compare(arguments, &before.rules, &after.rules);
    let same = compared
        .iter()
        .all(|one| one.differences.as_ref().is_some_and(Vec::is_empty));
    let text = match arguments.format {
        Format::Json => serde_json::to_string_pretty(&compared)
            .map_err(|error| Failure::new(error.to_string()))?,
        Format::Text => compared.iter().map(shown).collect(),
    };
    files::print_line(text.trim_end())?;
    let failed = before.had_problems || after.had_problems || !same;
    Ok(ExitCode::from(u8::from(failed)))
}

fn compare(arguments: &Arguments, before: &[Rule], after: &[Rule]) -> Vec<Compared> {
    let mut left: Vec<&Rule> = after.iter().collect();
    let alone = |rule: &Rule, file: &String| Compared {
        rule: rule.name.clone(),
        differences: None,
        only_in: Some(file.clone()),
    };
    let mut compared = Vec::new();
    for rule in before {
        let twin = left
            .iter()
            .position(|other| other.id == rule.id)
            .or_else(|| left.iter().position(|other| other.name == rule.name));
        compared.push(match twin.map(|index| left.remove(index)) {
            Some(other) => Compared {
                rule: rule.name.clone(),
                differences: Some(differences(rule, other)),
                only_in: None,
            },
            None => alone(rule, &arguments.before),
        });
    }
    compared.extend(left.iter().map(|rule| alone(rule, &arguments.after)));
    compared
}

fn shown(compared: &Compared) -> String {
    let name = &compared.rule;
    match (&compared.differences, &compared.only_in) {
        (Some(found), _) if found.is_empty() => format!("{name}: no difference\n"),
        (Some(found), _) => {
            let fields: String = found.iter().map(field).collect();
            format!("{name}\n{fields}")
        }
        (None, file) => format!("{name}: only in {}\n", file.as_deref().unwrap_or_default()),
    }
}

fn field(difference: &Difference) -> String {
    let name = &difference.field;
    if difference.lines.is_empty() {
        let side = |sign: char, text: &Option<String>| match text {
            Some(text) => format!("    {sign} {text}\n"),
            None => String::new(),
        };
        let (before, after) = (side('-', &difference.before), side('+', &difference.after));
        return format!("  {name}\n{before}{after}");
    }
    let changed = |index: &usize| !matches!(difference.lines[*index], LineChange::Same(_));
    let marks: Vec<usize> = (0..difference.lines.len()).filter(changed).collect();
    let near = |index: usize| marks.iter().any(|mark| mark.abs_diff(index) <= CONTEXT);
    let lines = difference.lines.iter().enumerate();
    let lines: String = lines
        .filter(|(index, _)| near(*index))
        .map(|(_, line)| match line {
            LineChange::Same(text) => format!("      {text}\n"),
            LineChange::Removed(text) => format!("    - {text}\n"),
            LineChange::Added(text) => format!("    + {text}\n"),
        })
        .collect();
    format!("  {name}\n{lines}")
}
