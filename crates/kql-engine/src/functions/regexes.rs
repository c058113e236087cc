//! Regular expressions: `matches regex`, `extract`, `replace_regex`, `trim` and their relatives.
//!
//! The `regex` crate has the syntax and the linear time of RE2, which Kusto uses. Patterns are compiled
//! once per thread and kept while the number of different ones stays small.

use std::cell::RefCell;
use std::collections::HashMap;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use regex::{Captures, Regex, RegexBuilder};

use super::conversion::{convert, to_text};
use super::kernel::{
    Ctx, Table, arg, array, check_bytes, check_elements, elements, integer, string, text,
};
use crate::error::EvalError;
use crate::interrupt::Pace;

pub(super) const KERNELS: Table = &[
    ("matches regex", matches),
    ("extract", extract),
    ("extract_all", extract_all),
    ("extractall", extract_all),
    ("replace_regex", replace),
    ("replace", replace_old),
    ("trim", |_, args| trim(args, true, true)),
    ("trim_start", |_, args| trim(args, true, false)),
    ("trim_end", |_, args| trim(args, false, true)),
    ("countof", count),
    ("indexof_regex", index_of),
    ("regex_quote", |_, args| {
        Ok(string(regex::escape(text(arg(args, 0)))))
    }),
];

/// Compiled patterns kept by one thread.
const CACHED_PATTERNS: usize = 256;
/// Bytes that one compiled pattern may take.
const PATTERN_BYTES: usize = 1 << 21;

thread_local! {
    static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::new(HashMap::new());
}

/// A compiled pattern, or an error that names it.
pub(crate) fn compile(pattern: &str) -> Result<Regex, EvalError> {
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(known) = patterns.get(pattern) {
            return Ok(known.clone());
        }
        let compiled = RegexBuilder::new(pattern)
            .size_limit(PATTERN_BYTES)
            .build()
            .map_err(|error| {
                EvalError::new(format!(
                    "the regular expression {pattern:?} is not valid: {error}"
                ))
                .with_hint("Use RE2 syntax: it has no look-around and no backreferences.")
            })?;
        if patterns.len() >= CACHED_PATTERNS {
            patterns.clear();
        }
        patterns.insert(pattern.to_owned(), compiled.clone());
        Ok(compiled)
    })
}

fn matches(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let regex = compile(text(arg(args, 1)))?;
    Ok(Value::Bool(regex.is_match(&to_text(arg(args, 0)))))
}

/// The text of a capture group of the first match, converted to the type named last.
fn extract(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let regex = compile(text(arg(args, 0)))?;
    let source = to_text(arg(args, 2));
    let group = integer(arg(args, 1)).and_then(|group| usize::try_from(group).ok());
    let found = regex
        .captures(&source)
        .and_then(|captures| Some(captures.get(group?)?.as_str()))
        .unwrap_or("");
    Ok(match args.get(3) {
        Some(ty) => {
            let ty = ScalarType::from_name(text(ty)).unwrap_or(ScalarType::String);
            convert(&string(found), ty)
        }
        None => string(found),
    })
}

/// All matches: their text when one group is asked for, else arrays of the groups' texts.
fn extract_all(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let regex = compile(text(arg(args, 0)))?;
    let (groups, source) = match args {
        [_, groups, source] => (group_indexes(&regex, groups)?, to_text(source)),
        _ => ((1..regex.captures_len()).collect(), to_text(arg(args, 1))),
    };
    if groups.is_empty() {
        return Err(
            EvalError::new("extract_all() needs a capture group in its pattern")
                .with_hint("Put parentheses around the part to extract."),
        );
    }
    let (mut found, mut pace) = (Vec::new(), Pace::default());
    for captures in regex.captures_iter(&source) {
        pace.row()?;
        found.push(groups_of(&captures, &groups));
    }
    check_elements(ctx, "extract_all", found.len())?;
    Ok(if found.is_empty() {
        Value::Null
    } else {
        array(found)
    })
}

/// The indexes that a dynamic array of group numbers and names stands for.
fn group_indexes(regex: &Regex, groups: &Value) -> Result<Vec<usize>, EvalError> {
    let index = |group: &Value| {
        let found = match group {
            Value::String(name) => regex.capture_names().position(|known| known == Some(name)),
            number => integer(number)
                .and_then(|number| usize::try_from(number).ok())
                .filter(|number| *number < regex.captures_len()),
        };
        found.ok_or_else(|| {
            let group = to_text(group);
            EvalError::new(format!(
                "extract_all(): the pattern has no capture group {group}"
            ))
        })
    };
    elements(groups)
        .unwrap_or_default()
        .iter()
        .map(index)
        .collect()
}

fn groups_of(captures: &Captures<'_>, groups: &[usize]) -> Value {
    let group = |index: &usize| string(captures.get(*index).map_or("", |found| found.as_str()));
    match groups {
        [only] => group(only),
        several => array(several.iter().map(group).collect()),
    }
}

/// Replaces all matches; `\1` in the rewrite stands for a group and `\0` for the match.
fn replace(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let regex = compile(text(arg(args, 1)))?;
    let source = to_text(arg(args, 0));
    replace_matches(ctx, &regex, &source, text(arg(args, 2)))
}

/// The function's old form: pattern, rewrite, source.
fn replace_old(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let regex = compile(text(arg(args, 0)))?;
    replace_matches(ctx, &regex, &to_text(arg(args, 2)), text(arg(args, 1)))
}

fn replace_matches(
    ctx: &Ctx,
    regex: &Regex,
    source: &str,
    rewrite: &str,
) -> Result<Value, EvalError> {
    let mut result = String::new();
    let (mut done, mut pace) = (0, Pace::default());
    for captures in regex.captures_iter(source) {
        pace.row()?;
        let Some(whole) = captures.get(0) else {
            continue;
        };
        result.push_str(&source[done..whole.start()]);
        expand(&captures, rewrite, &mut result);
        check_bytes(ctx, "replace_regex", result.len())?;
        done = whole.end();
    }
    result.push_str(&source[done..]);
    Ok(string(result))
}

fn expand(captures: &Captures<'_>, rewrite: &str, result: &mut String) {
    let mut characters = rewrite.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            result.push(c);
            continue;
        }
        match characters.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).unwrap_or(0) as usize;
                result.push_str(captures.get(group).map_or("", |found| found.as_str()));
            }
            Some(other) => result.push(other),
            None => result.push('\\'),
        }
    }
}

/// Removes one match of the pattern at the start, at the end or both.
fn trim(args: &[Value], at_start: bool, at_end: bool) -> Result<Value, EvalError> {
    let pattern = text(arg(args, 0));
    let source = to_text(arg(args, 1));
    let mut kept: &str = &source;
    if at_start {
        let found = compile(&format!("^(?:{pattern})"))?.find(kept);
        kept = found.map_or(kept, |found| &kept[found.end()..]);
    }
    if at_end {
        let found = compile(&format!("(?:{pattern})$"))?.find(kept);
        kept = found.map_or(kept, |found| &kept[..found.start()]);
    }
    Ok(string(kept))
}

/// How often a text occurs, overlaps included, or how often a pattern matches.
fn count(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let search = text(arg(args, 1));
    let (mut found, mut pace) = (0, Pace::default());
    if text(arg(args, 2)) == "regex" {
        for _ in compile(search)?.find_iter(&source) {
            pace.row()?;
            found += 1;
        }
    } else if !search.is_empty() {
        for (at, _) in source.char_indices() {
            pace.row()?;
            found += i64::from(source[at..].starts_with(search));
        }
    }
    Ok(Value::Long(found))
}

/// Position of the `occurrence`-th match at or after `start`, in characters; -1 when there is none.
fn index_of(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let regex = compile(text(arg(args, 1)))?;
    let start = args.get(2).and_then(integer).unwrap_or(0);
    let length = args.get(3).and_then(integer).filter(|length| *length >= 0);
    let occurrence = args.get(4).and_then(integer).unwrap_or(1);
    let (Ok(start), Ok(nth @ 1..)) = (usize::try_from(start), usize::try_from(occurrence)) else {
        return Ok(Value::Null);
    };
    let count = length.map_or(usize::MAX, |length| length as usize);
    let window: String = source.chars().skip(start).take(count).collect();
    let found = regex.find_iter(&window).nth(nth - 1);
    Ok(Value::Long(found.map_or(-1, |found| {
        (start + window[..found.start()].chars().count()) as i64
    })))
}
