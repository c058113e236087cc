//! The pattern of a `parse`, ready to be matched against texts.

use kql_analysis::plan::{CaptureColumn, ParseKind, ParsePart};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use regex::Regex;

use crate::error::EvalError;
use crate::functions::{compile_regex, converted_text};

/// Prefix of the names of the groups that hold columns; a pattern may have groups of its own.
const GROUP: &str = "rulesmith_column_";

/// A pattern.
pub(super) enum Pattern<'p> {
    /// Texts as they are.
    Plain(&'p [ParsePart]),
    /// A regular expression with the group and the type of each column.
    Regex(Box<Regex>, Vec<(usize, ScalarType)>),
}

impl<'p> Pattern<'p> {
    pub(super) fn new(kind: &ParseKind, parts: &'p [ParsePart]) -> Result<Self, EvalError> {
        let ParseKind::Regex(flags) = kind else {
            return Ok(Self::Plain(parts));
        };
        let mut types = Vec::new();
        let mut pattern = match flags.is_empty() {
            true => String::new(),
            false => format!("(?{flags})"),
        };
        for part in parts {
            pattern += &match part {
                ParsePart::Text(text) => format!("(?:{text})"),
                ParsePart::Star => ".*?".to_owned(),
                ParsePart::Column(column) => {
                    types.push(column.ty);
                    let inside = inside(column.ty);
                    format!("(?P<{GROUP}{}>{inside})", types.len() - 1)
                }
            };
        }
        let regex = compile_regex(&pattern)?;
        let groups = regex.capture_names().enumerate();
        let groups = groups.filter(|(_, name)| name.is_some_and(|name| name.starts_with(GROUP)));
        let columns = groups.map(|(group, _)| group).zip(types).collect();
        Ok(Self::Regex(Box::new(regex), columns))
    }

    /// The values of the columns; `None` when the text does not match, or when a value does not fit its
    /// type and `relaxed` is not set.
    pub(super) fn values(&self, text: &str, relaxed: bool) -> Option<Vec<Value>> {
        match self {
            Self::Plain(parts) => plain(parts, text, relaxed),
            Self::Regex(regex, columns) => {
                let captures = regex.captures(text)?;
                let pieces = columns.iter().map(|(group, ty)| {
                    let piece = captures.get(*group);
                    fitting(piece.map_or("", |piece| piece.as_str()), *ty, relaxed)
                });
                pieces.collect()
            }
        }
    }
}

/// What a column takes in a regular expression.
fn inside(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Int | ScalarType::Long => r"-?\d+",
        ScalarType::Real | ScalarType::Decimal => r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?",
        _ => ".*",
    }
}

/// A piece of text as a value of a type. Only a relaxed pattern takes null for it.
fn fitting(piece: &str, ty: ScalarType, relaxed: bool) -> Option<Value> {
    match converted_text(piece, ty) {
        Value::Null if !relaxed => None,
        value => Some(value),
    }
}

fn plain(parts: &[ParsePart], text: &str, relaxed: bool) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    let mut rest = text;
    let mut index = 0;
    while let Some(part) = parts.get(index) {
        index += 1;
        match part {
            ParsePart::Text(literal) => rest = rest.strip_prefix(literal.as_str())?,
            ParsePart::Star => {
                let (_, behind) = split(rest, &parts[index..])?;
                rest = behind;
            }
            ParsePart::Column(column) if matches!(parts.get(index), Some(ParsePart::Star)) => {
                let (piece, behind) = leading(rest, column);
                values.push(fitting(piece, column.ty, relaxed)?);
                rest = behind;
            }
            ParsePart::Column(column) => {
                let (piece, behind) = split(rest, &parts[index..])?;
                values.push(fitting(piece, column.ty, relaxed)?);
                rest = behind;
            }
        }
    }
    rest.is_empty().then_some(values)
}

/// The text before the next part of the pattern, and the text from there on.
fn split<'t>(text: &'t str, following: &[ParsePart]) -> Option<(&'t str, &'t str)> {
    // Texts side by side are one text.
    let texts = following.iter().map_while(|part| match part {
        ParsePart::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let texts: Vec<&str> = texts.collect();
    if following.is_empty() {
        return Some((text, ""));
    }
    let sought = texts.concat();
    if texts.len() == following.len() {
        let before = text.strip_suffix(sought.as_str())?;
        return Some(text.split_at(before.len()));
    }
    text.find(&sought).map(|found| text.split_at(found))
}

/// The longest beginning of a text that looks like a value of a column's type, and the rest.
fn leading<'t>(text: &'t str, column: &CaptureColumn) -> (&'t str, &'t str) {
    let belongs = |c: char| match column.ty {
        ScalarType::Int | ScalarType::Long => c.is_ascii_digit(),
        ScalarType::Real | ScalarType::Decimal => c.is_ascii_digit() || ".eE+-".contains(c),
        ScalarType::Bool => c.is_ascii_alphanumeric(),
        ScalarType::Guid => c.is_ascii_hexdigit() || c == '-',
        _ => c.is_ascii_alphanumeric() || "-+:./".contains(c),
    };
    let start = text.len() - text.trim_start_matches(['-', '+']).len();
    let length = text[start..].find(|c| !belongs(c));
    text.split_at(length.map_or(text.len(), |length| start + length))
}
