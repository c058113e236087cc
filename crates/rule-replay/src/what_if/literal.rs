//! Values of controls as text, and as literals of KQL.

use kql_analysis::text::real_text;
use kql_analysis::time::{format_datetime, parse_datetime, parse_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::{TICKS_PER_DAY, TICKS_PER_SECOND};
use kql_syntax::ast::{Literal, LiteralKind};
use serde_json::Value as Json;

use super::control::ControlKind;

/// How a literal is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// By itself, such as `25`.
    Plain,
    /// With the name of its type, such as `long(25)`.
    Typed(String),
}

/// A literal as a value: its kind, text and form. `None` for null and for what cannot be read.
pub(super) fn read(literal: &Literal) -> Option<(ControlKind, String, Form)> {
    let plain = |kind, text| Some((kind, text, Form::Plain));
    match literal.value()? {
        LiteralKind::Bool(truth) => plain(ControlKind::Truth, truth.to_string()),
        LiteralKind::Long(number) => plain(ControlKind::Integer, number?.to_string()),
        LiteralKind::Real(number) => plain(ControlKind::Real, real_text(number)),
        LiteralKind::String(text) => plain(ControlKind::Text, text?),
        LiteralKind::TimeSpan(ticks) => plain(ControlKind::Timespan, timespan_text(ticks?)),
        LiteralKind::Typed(name, raw) => {
            let kind = kind_of(ScalarType::from_name(&name.to_ascii_lowercase())?)?;
            let text = canonical(kind, &raw).ok()?;
            Some((kind, text, Form::Typed(name)))
        }
        LiteralKind::Null => None,
    }
}

fn kind_of(ty: ScalarType) -> Option<ControlKind> {
    Some(match ty {
        ScalarType::Bool => ControlKind::Truth,
        ScalarType::Int | ScalarType::Long => ControlKind::Integer,
        ScalarType::Real | ScalarType::Decimal => ControlKind::Real,
        ScalarType::DateTime => ControlKind::DateTime,
        ScalarType::TimeSpan => ControlKind::Timespan,
        _ => return None,
    })
}

/// The one text of a value, however it was written; the error says what would be a value.
pub(super) fn canonical(kind: ControlKind, text: &str) -> Result<String, String> {
    let trimmed = text.trim();
    let found = match kind {
        ControlKind::Integer => trimmed.parse::<i64>().ok().map(|one| one.to_string()),
        ControlKind::Real => {
            let number = trimmed.parse::<f64>().ok().filter(|one| one.is_finite());
            number.map(real_text)
        }
        ControlKind::Truth => trimmed
            .to_ascii_lowercase()
            .parse::<bool>()
            .ok()
            .map(|one| one.to_string()),
        ControlKind::Timespan => parse_timespan(trimmed).map(timespan_text),
        ControlKind::DateTime => parse_datetime(trimmed).map(format_datetime),
        ControlKind::List => list_of(text).map(|items| Json::Array(items).to_string()),
        _ => Some(text.to_owned()),
    };
    found.ok_or_else(|| {
        let wanted = match kind {
            ControlKind::Integer => "a whole number",
            ControlKind::Real => "a number",
            ControlKind::Truth => "true or false",
            ControlKind::Timespan => "a timespan such as 90m or 1d",
            ControlKind::DateTime => "a time such as 2026-03-02T00:30:00Z",
            _ => "a JSON array of texts and numbers, or texts between commas",
        };
        wanted.to_owned()
    })
}

/// A timespan in its largest whole unit, which is a literal of KQL.
pub(super) fn timespan_text(ticks: i64) -> String {
    const UNITS: [(&str, i64); 5] = [
        ("d", TICKS_PER_DAY),
        ("h", 3_600 * TICKS_PER_SECOND),
        ("m", 60 * TICKS_PER_SECOND),
        ("s", TICKS_PER_SECOND),
        ("ms", TICKS_PER_SECOND / 1_000),
    ];
    let whole = UNITS
        .iter()
        .find(|(_, length)| ticks % length == 0 && ticks != 0);
    match whole {
        Some((unit, length)) => format!("{}{unit}", ticks / length),
        None if ticks == 0 => "0s".to_owned(),
        None => format!("{ticks}tick"),
    }
}

/// Elements of a list, written as JSON or between commas.
pub(super) fn list_of(text: &str) -> Option<Vec<Json>> {
    let trimmed = text.trim();
    if trimmed.starts_with('[') {
        let items: Vec<Json> = serde_json::from_str(trimmed).ok()?;
        let scalar = |item: &Json| item.is_string() || item.is_number() || item.is_boolean();
        return items.iter().all(scalar).then_some(items);
    }
    let items = trimmed.split(',').map(str::trim);
    Some(
        items
            .filter(|item| !item.is_empty())
            .map(Json::from)
            .collect(),
    )
}

/// A literal with the value of a canonical text.
pub(super) fn write(kind: ControlKind, text: &str, form: &Form) -> String {
    match (form, kind) {
        (Form::Typed(name), _) => format!("{name}({text})"),
        (Form::Plain, ControlKind::Text) => quoted(text),
        (Form::Plain, ControlKind::DateTime) => format!("datetime({text})"),
        (Form::Plain, ControlKind::Real) if !text.contains(['.', 'e', 'E']) => {
            signed(&format!("{text}.0"))
        }
        (Form::Plain, _) => signed(text),
    }
}

/// A negative number in parentheses, so that it may stand behind an operator.
fn signed(text: &str) -> String {
    match text.starts_with('-') {
        true => format!("({text})"),
        false => text.to_owned(),
    }
}

/// One element of a list of values outside of `dynamic(…)`.
pub(super) fn element(item: &Json) -> String {
    match item {
        Json::String(text) => quoted(text),
        Json::Number(number) => signed(&number.to_string()),
        other => other.to_string(),
    }
}

/// A text as a literal, with the escapes that KQL and JSON share.
fn quoted(text: &str) -> String {
    Json::from(text).to_string()
}
