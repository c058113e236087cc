//! Functions on text: cutting, joining, searching, replacing, letter case.
//!
//! Positions and lengths count Unicode characters, as Kusto does. Null reads as the empty string.

use std::borrow::Cow;

use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;

use super::conversion::{to_text, typed_text};
use super::kernel::{
    Ctx, Table, TypedTable, arg, array, changed, check_bytes, check_elements, elements, integer,
    string, text,
};
use super::string_operators::{folded, one_for_one};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("tolower", |_, args| {
        let text = arg(args, 0);
        Ok(changed(text, folded(&to_text(text))))
    }),
    ("toupper", |_, args| {
        let text = arg(args, 0);
        Ok(changed(text, upper(&to_text(text))))
    }),
    ("strlen", |_, args| {
        Ok(Value::Long(to_text(arg(args, 0)).chars().count() as i64))
    }),
    ("string_size", |_, args| {
        Ok(Value::Long(to_text(arg(args, 0)).len() as i64))
    }),
    ("reverse", |_, args| {
        Ok(string(
            to_text(arg(args, 0)).chars().rev().collect::<String>(),
        ))
    }),
    ("isascii", |_, args| {
        Ok(Value::Bool(text(arg(args, 0)).is_ascii()))
    }),
    ("isutf8", |_, _| Ok(Value::Bool(true))),
    ("strcmp", compare),
    ("strrep", repeat),
    ("substring", substring),
    ("split", split),
    ("strcat_array", join),
    ("array_strcat", join),
    ("indexof", index_of),
    ("replace_string", replace),
    ("replace_strings", replace_many),
    ("translate", translate),
    ("unicode_codepoints_from_string", code_points),
    ("to_utf8", code_points),
    ("unicode_codepoints_to_string", from_code_points),
    ("make_string", from_code_points),
];

/// The functions whose text depends on the static types of their arguments.
pub(super) const TYPED: TypedTable = &[("strcat", concat), ("strcat_delim", concat_with)];

fn concat(ctx: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let parts: Vec<String> = texts(args, types).collect();
    check_bytes(ctx, "strcat", parts.iter().map(String::len).sum())?;
    Ok(string(parts.concat()))
}

fn concat_with(ctx: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let mut parts = texts(args, types);
    let delimiter = parts.next().unwrap_or_default();
    let joined = parts.collect::<Vec<_>>().join(&delimiter);
    check_bytes(ctx, "strcat_delim", joined.len())?;
    Ok(string(joined))
}

fn texts(args: &[Value], types: &[ScalarType]) -> impl Iterator<Item = String> {
    args.iter().enumerate().map(|(index, value)| {
        let ty = types.get(index).copied().unwrap_or(ScalarType::Unknown);
        typed_text(value, ty).into_owned()
    })
}

/// Every letter in upper case that has one; borrowed when all are.
fn upper(text: &str) -> Cow<'_, str> {
    let is_upper = |byte: u8| byte.is_ascii() && !byte.is_ascii_lowercase();
    if text.bytes().all(is_upper) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_uppercase());
    }
    let upper = |c: char| one_for_one(c, c.to_uppercase());
    Cow::Owned(text.chars().map(upper).collect())
}

fn compare(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let order = text(arg(args, 0)).cmp(text(arg(args, 1)));
    Ok(Value::Int(order as i32))
}

fn repeat(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let unit = to_text(arg(args, 0));
    let delimiter = text(arg(args, 2));
    let Some(count) = integer(arg(args, 1)).map(|count| count.clamp(0, 1024) as usize) else {
        return Ok(Value::Null);
    };
    check_bytes(
        ctx,
        "strrep",
        (unit.len() + delimiter.len()).saturating_mul(count),
    )?;
    Ok(string(vec![unit.as_ref(); count].join(delimiter)))
}

/// Characters from `start` (from the end when negative), `length` of them or all that follow.
fn substring(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let length = match args.get(2) {
        Some(length) => integer(length).unwrap_or(0),
        None => i64::MAX,
    };
    let start = integer(arg(args, 1)).unwrap_or(0);
    let start = if start < 0 {
        start.saturating_add(source.chars().count() as i64)
    } else {
        start
    };
    if start < 0 || length <= 0 {
        return Ok(string(""));
    }
    let kept = source.chars().skip(start as usize).take(length as usize);
    Ok(string(kept.collect::<String>()))
}

/// The parts between delimiters; with an index, an array of that part alone, or null.
fn split(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let delimiter = text(arg(args, 1));
    let parts: Vec<Value> = if delimiter.is_empty() {
        vec![string(&source)]
    } else {
        source.split(delimiter).map(string).collect()
    };
    check_elements(ctx, "split", parts.len())?;
    Ok(match args.get(2) {
        None => array(parts),
        Some(index) => integer(index)
            .and_then(|index| parts.get(usize::try_from(index).ok()?).cloned())
            .map_or(Value::Null, |part| array(vec![part])),
    })
}

fn join(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(string(""));
    };
    let parts: Vec<_> = items
        .iter()
        .map(|item| typed_text(item, ScalarType::Dynamic))
        .collect();
    let joined = parts.join(text(arg(args, 1)));
    check_bytes(ctx, "strcat_array", joined.len())?;
    Ok(string(joined))
}

/// Position of the `occurrence`-th match at or after `start` and within `length` characters; -1 when
/// there is none, null when the search is meaningless.
fn index_of(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source: Vec<char> = to_text(arg(args, 0)).chars().collect();
    let needle: Vec<char> = to_text(arg(args, 1)).chars().collect();
    let start = args.get(2).and_then(integer).unwrap_or(0);
    let length = args.get(3).and_then(integer).filter(|length| *length >= 0);
    let occurrence = args.get(4).and_then(integer).unwrap_or(1);
    let meaningless = args.get(3).and_then(integer).is_some_and(|n| n < -1);
    if needle.is_empty() || occurrence < 1 || meaningless {
        return Ok(Value::Null);
    }
    let start = if start < 0 {
        (source.len() as i64).saturating_add(start).max(0)
    } else {
        start
    } as usize;
    let end = |from: usize| {
        length.map_or(source.len(), |length| {
            from.saturating_add(length as usize).min(source.len())
        })
    };
    let mut from = start;
    let mut found = None;
    // The length counts anew after each occurrence, as documented results have it.
    for _ in 0..occurrence {
        let window = source.get(from..end(from)).unwrap_or_default();
        let next = window.windows(needle.len()).position(|part| part == needle);
        found = next.map(|index| from + index);
        match found {
            Some(place) => from = place + 1,
            None => break,
        }
    }
    Ok(Value::Long(found.map_or(-1, |place| place as i64)))
}

fn replace(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let replaced = replace_in(ctx, &source, text(arg(args, 1)), text(arg(args, 2)))?;
    Ok(string(replaced))
}

fn replace_in(ctx: &Ctx, source: &str, lookup: &str, rewrite: &str) -> Result<String, EvalError> {
    if lookup.is_empty() {
        return Ok(source.to_owned());
    }
    let matches = source.matches(lookup).count();
    check_bytes(
        ctx,
        "replace_string",
        source.len() + matches.saturating_mul(rewrite.len()),
    )?;
    Ok(source.replace(lookup, rewrite))
}

/// Part of a text: still to be searched, or a rewrite, which later lookups leave alone.
#[derive(Clone, Copy)]
enum Piece<'a> {
    Source(&'a str),
    Rewrite(&'a str),
}

impl<'a> Piece<'a> {
    fn text(&self) -> &'a str {
        match self {
            Self::Source(text) | Self::Rewrite(text) => text,
        }
    }

    /// The parts that are left when a lookup is replaced in this one.
    fn replaced(&self, lookup: &str, rewrite: &'a str) -> Vec<Piece<'a>> {
        let source = match self {
            Self::Source(source) if !lookup.is_empty() => source,
            other => return vec![*other],
        };
        let mut pieces = Vec::new();
        for (index, part) in source.split(lookup).enumerate() {
            if index > 0 {
                pieces.push(Self::Rewrite(rewrite));
            }
            pieces.push(Self::Source(part));
        }
        pieces
    }
}

/// Replaces lookups in the order of the list. What one has written is not searched by the next. One
/// rewrite may serve all lookups.
fn replace_many(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let mut pieces = vec![Piece::Source(&source)];
    let lookups = elements(arg(args, 1)).unwrap_or_default();
    for (index, lookup) in lookups.iter().enumerate() {
        let rewrite = match elements(arg(args, 2)) {
            Some(rewrites) => arg(rewrites, index),
            None => arg(args, 2),
        };
        // A match with a rewrite that is no text stays as it is, but is not searched again either.
        let rewrite = match rewrite {
            Value::String(rewrite) => rewrite,
            _ => text(lookup),
        };
        pieces = pieces
            .iter()
            .flat_map(|piece| piece.replaced(text(lookup), rewrite))
            .collect();
        let bytes = pieces.iter().map(|piece| piece.text().len()).sum();
        check_bytes(ctx, "replace_strings", bytes)?;
    }
    Ok(string(pieces.iter().map(Piece::text).collect::<String>()))
}

/// Replaces characters one for one; a short replacement list repeats its last, an empty one deletes.
fn translate(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let search: Vec<char> = text(arg(args, 0)).chars().collect();
    let replacement: Vec<char> = text(arg(args, 1)).chars().collect();
    let swap = |c: char| match search.iter().position(|s| *s == c) {
        Some(index) => replacement.get(index).or(replacement.last()).copied(),
        None => Some(c),
    };
    let source = to_text(arg(args, 2));
    Ok(string(source.chars().filter_map(swap).collect::<String>()))
}

fn code_points(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = to_text(arg(args, 0));
    let points: Vec<Value> = source
        .chars()
        .map(|c| Value::Long(i64::from(u32::from(c))))
        .collect();
    check_elements(ctx, "unicode_codepoints_from_string", points.len())?;
    Ok(array(points))
}

/// The text of code points; empty when one of them is none.
fn from_code_points(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let points = args.iter().flat_map(|value| match elements(value) {
        Some(items) => items,
        None => std::slice::from_ref(value),
    });
    let character = |value: &Value| char::from_u32(u32::try_from(integer(value)?).ok()?);
    let made: Option<String> = points.map(character).collect();
    Ok(string(made.unwrap_or_default()))
}
