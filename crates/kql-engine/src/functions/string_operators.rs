//! The string operators: `has`, `contains`, `startswith`, their relatives, and the `in` of one value.
//!
//! A term is a run of ASCII letters and digits or of other alphanumeric characters; `has` looks for its
//! right side between term boundaries. Operators without `_cs` compare letters without case, by
//! Unicode's simple lower case.

use std::borrow::Cow;

use kql_analysis::value::Value;

use super::conversion::to_text;
use super::kernel::{Ctx, Table, TestTable, TextTest, arg, elements};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("has_any", has_any),
    ("has_all", has_all),
    ("has_any_index", has_any_index),
];

pub(super) const TESTS: TestTable = &[
    ("has", folding(has_term)),
    ("!has", not(folding(has_term))),
    ("has_cs", exact(has_term)),
    ("!has_cs", not(exact(has_term))),
    ("hasprefix", folding(has_prefix)),
    ("!hasprefix", not(folding(has_prefix))),
    ("hasprefix_cs", exact(has_prefix)),
    ("!hasprefix_cs", not(exact(has_prefix))),
    ("hassuffix", folding(has_suffix)),
    ("!hassuffix", not(folding(has_suffix))),
    ("hassuffix_cs", exact(has_suffix)),
    ("!hassuffix_cs", not(exact(has_suffix))),
    ("contains", folding(contains)),
    ("!contains", not(folding(contains))),
    ("contains_cs", exact(contains)),
    ("!contains_cs", not(exact(contains))),
    ("startswith", exact(starts_with_folded)),
    ("!startswith", not(exact(starts_with_folded))),
    ("startswith_cs", exact(starts_with)),
    ("!startswith_cs", not(exact(starts_with))),
    ("endswith", exact(ends_with_folded)),
    ("!endswith", not(exact(ends_with_folded))),
    ("endswith_cs", exact(ends_with)),
    ("!endswith_cs", not(exact(ends_with))),
    ("notcontains", not(folding(contains))),
    ("containscs", exact(contains)),
    ("notcontainscs", not(exact(contains))),
];

/// A test of texts as they are.
const fn exact(test: fn(&str, &str) -> bool) -> TextTest {
    TextTest {
        test,
        folds: false,
        expected: true,
    }
}

/// A test of texts in lower case.
const fn folding(test: fn(&str, &str) -> bool) -> TextTest {
    TextTest {
        folds: true,
        ..exact(test)
    }
}

/// The opposite of a test.
const fn not(test: TextTest) -> TextTest {
    TextTest {
        expected: !test.expected,
        ..test
    }
}

/// Whether two texts are equal but for the case of letters.
pub(super) fn equal_folded(left: &str, right: &str) -> bool {
    if left.is_ascii() && right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    fold(left) == fold(right)
}

/// The text in lower case; borrowed when it is so already, which log fields and terms mostly are.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text
        .bytes()
        .all(|b| b.is_ascii() && !b.is_ascii_uppercase())
    {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(fold(text))
    }
}

/// The text with every letter in lower case, as `tolower` gives it and as comparisons that ignore case see it.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower = |c: char| one_for_one(c, c.to_lowercase());
    text.chars().map(lower).collect()
}

/// The letter in another case, or itself where that would be several letters: `ß` has no upper case of one.
pub(super) fn one_for_one(letter: char, mut mapped: impl Iterator<Item = char>) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => letter,
    }
}

fn contains(haystack: &str, needle: &str) -> bool {
    haystack.contains(needle)
}

fn starts_with(haystack: &str, needle: &str) -> bool {
    haystack.starts_with(needle)
}

fn ends_with(haystack: &str, needle: &str) -> bool {
    haystack.ends_with(needle)
}

/// As [`starts_with`] without case; the rest of the haystack is not looked at.
fn starts_with_folded(haystack: &str, needle: &str) -> bool {
    let beginning = haystack.as_bytes().get(..needle.len());
    is_ascii_affix(beginning, needle)
        .unwrap_or_else(|| folded(haystack).starts_with(&*folded(needle)))
}

/// As [`ends_with`] without case; the rest of the haystack is not looked at.
fn ends_with_folded(haystack: &str, needle: &str) -> bool {
    let from = haystack.len().checked_sub(needle.len());
    let end = from.and_then(|from| haystack.as_bytes().get(from..));
    is_ascii_affix(end, needle).unwrap_or_else(|| folded(haystack).ends_with(&*folded(needle)))
}

/// Whether a part of a haystack is the needle but for case; `None` when other letters than those of ASCII,
/// some of which are one of ASCII in lower case, have a say.
fn is_ascii_affix(part: Option<&[u8]>, needle: &str) -> Option<bool> {
    let part = part.filter(|part| part.is_ascii() && needle.is_ascii())?;
    Some(part.eq_ignore_ascii_case(needle.as_bytes()))
}

fn has_term(haystack: &str, needle: &str) -> bool {
    occurs(haystack, needle, true, true)
}

fn has_prefix(haystack: &str, needle: &str) -> bool {
    occurs(haystack, needle, true, false)
}

fn has_suffix(haystack: &str, needle: &str) -> bool {
    occurs(haystack, needle, false, true)
}

/// Whether the needle occurs with a term boundary on the sides asked for.
fn occurs(haystack: &str, needle: &str, at_start: bool, at_end: bool) -> bool {
    if needle.is_empty() {
        return true;
    }
    let mut from = 0;
    while let Some(found) = haystack.get(from..).and_then(|rest| rest.find(needle)) {
        let start = from + found;
        let end = start + needle.len();
        if (!at_start || boundary(haystack, start)) && (!at_end || boundary(haystack, end)) {
            return true;
        }
        from = start + haystack[start..].chars().next().map_or(1, char::len_utf8);
    }
    false
}

/// Whether a term ends or begins at a byte offset: not both neighbours are term characters.
fn boundary(text: &str, at: usize) -> bool {
    let (before, after) = text.split_at(at);
    let is_term = |c: char| c.is_alphanumeric();
    !(before.chars().next_back().is_some_and(is_term) && after.chars().next().is_some_and(is_term))
}

/// The right side of `has_any`: arguments and the elements of dynamic arrays among them.
fn needles(args: &[Value]) -> impl Iterator<Item = String> {
    args.iter().skip(1).flat_map(|value| match elements(value) {
        Some(items) => items.iter().map(|item| fold(&to_text(item))).collect(),
        None => vec![fold(&to_text(value))],
    })
}

fn has_any(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let haystack = fold(&to_text(arg(args, 0)));
    Ok(Value::Bool(
        needles(args).any(|needle| has_term(&haystack, &needle)),
    ))
}

fn has_all(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let haystack = fold(&to_text(arg(args, 0)));
    Ok(Value::Bool(
        needles(args).all(|needle| has_term(&haystack, &needle)),
    ))
}

/// Index of the first of the terms that the text has; -1 when it has none.
fn has_any_index(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let haystack = fold(&to_text(arg(args, 0)));
    let found = needles(args).position(|needle| has_term(&haystack, &needle));
    Ok(Value::Long(found.map_or(-1, |index| index as i64)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn affixes_without_case_are_those_of_the_folded_texts(
            haystack in "[aAkK\u{212a}sS\u{17f}éÉ-]{0,6}",
            needle in "[aAkK\u{212a}sSéÉ-]{0,3}",
        ) {
            let (folded_haystack, folded_needle) = (fold(&haystack), fold(&needle));
            prop_assert_eq!(starts_with_folded(&haystack, &needle), folded_haystack.starts_with(&folded_needle));
            prop_assert_eq!(ends_with_folded(&haystack, &needle), folded_haystack.ends_with(&folded_needle));
        }
    }
}
