//! From a converted query that a user has changed to changes at their places: each stands for itself among
//! the edits, so that it can be refused, and the edits around it still apply.
//!
//! Applying what [`Conversion::rewrite`] gives makes the user's query, letter by letter.

use std::ops::Range;

use kql_syntax::{SyntaxKind, parse};
use sentinel_rules::rule::Rule;

use crate::apply::Converted;
use crate::by_hand::ByHand;
use crate::convert::Conversion;

/// Largest product of tokens that is compared pair by pair; beyond it one change holds everything between
/// the first difference and the last.
const MAX_PAIRS: usize = 4_000_000;

/// What makes a converted query what the user wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rewrite {
    /// Changes at their places in the original query.
    pub changes: Vec<ByHand>,
    /// Earlier changes by hand that these take the place of.
    pub replaced: Vec<String>,
    /// Edits that the user took back by writing the original text again.
    pub refused: Vec<String>,
}

/// An applied edit: its place in the original and in the converted query.
struct Applied {
    id: String,
    by_hand: bool,
    note: String,
    original: Range<usize>,
    converted: Range<usize>,
}

impl Conversion {
    /// The changes that make `converted`, which this conversion gave, into `text`.
    pub fn rewrite(&self, rule: &Rule, converted: &Converted, text: &str) -> Rewrite {
        let query = &converted.rule.query;
        let hunks = differences(query, text);
        let applied = self.applied(converted);
        let mut rewrite = Rewrite::default();
        for region in regions(&hunks, &applied) {
            let inside: Vec<&Applied> = applied.iter().filter(|one| covers(&region, one)).collect();
            let place = original_place(&region, &inside, &applied);
            let hands = inside.iter().filter(|one| one.by_hand);
            rewrite.replaced.extend(hands.map(|one| one.id.clone()));
            let written = rewritten(query, &region, &hunks);
            if rule.query.get(place.clone()) == Some(written.as_str()) {
                let found = inside.iter().filter(|one| !one.by_hand);
                rewrite.refused.extend(found.map(|one| one.id.clone()));
                continue;
            }
            let note = match inside.as_slice() {
                [one] => one.note.clone(),
                _ => String::new(),
            };
            rewrite.changes.push(ByHand {
                range: place,
                text: written,
                note,
            });
        }
        rewrite
    }

    fn applied(&self, converted: &Converted) -> Vec<Applied> {
        let placements = converted.placements.iter();
        placements
            .filter_map(|placement| {
                let edit = self.edits.iter().find(|edit| edit.id == placement.edit)?;
                Some(Applied {
                    id: edit.id.clone(),
                    by_hand: edit.is_by_hand(),
                    note: edit.note().to_owned(),
                    original: edit.target.range()?.clone(),
                    converted: placement.range.clone(),
                })
            })
            .collect()
    }
}

/// A difference: a range of the old text, and what stands there in the new one.
struct Hunk {
    old: Range<usize>,
    new: String,
}

/// Where two texts differ, token by token.
fn differences(old: &str, new: &str) -> Vec<Hunk> {
    let (one, other) = (tokens(old), tokens(new));
    let same = |pair: &(&Token, &Token)| pair.0.text == pair.1.text;
    let head = one.iter().zip(&other).take_while(same).count();
    let (one, other) = (&one[head..], &other[head..]);
    let tail = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let (one, other) = (&one[..one.len() - tail], &other[..other.len() - tail]);
    let begin = |tokens: &[Token], all: &str| {
        let place = tokens.first().map(|token| token.start);
        place.unwrap_or_else(|| all.len() - text_len(tail, all))
    };
    let start = begin(one, old);
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut at = start;
    let mut open: Option<Hunk> = None;
    for step in steps(one, other) {
        match step {
            Step::Same(token) => {
                hunks.extend(open.take());
                at += token.text.len();
            }
            Step::Gone(token) => {
                let hunk = open.get_or_insert_with(|| Hunk {
                    old: at..at,
                    new: String::new(),
                });
                at += token.text.len();
                hunk.old.end = at;
            }
            Step::New(token) => {
                let hunk = open.get_or_insert_with(|| Hunk {
                    old: at..at,
                    new: String::new(),
                });
                hunk.new.push_str(&token.text);
            }
        }
    }
    hunks.extend(open);
    together(old, hunks)
}

/// Bytes of the last tokens of a text.
fn text_len(count: usize, text: &str) -> usize {
    tokens(text)
        .iter()
        .rev()
        .take(count)
        .map(|token| token.text.len())
        .sum()
}

/// Hunks between which there is nothing but space are one.
fn together(old: &str, hunks: Vec<Hunk>) -> Vec<Hunk> {
    let mut joined: Vec<Hunk> = Vec::new();
    for hunk in hunks {
        match joined.last_mut() {
            Some(last) if is_space(old, &(last.old.end..hunk.old.start)) => {
                last.new
                    .push_str(old.get(last.old.end..hunk.old.start).unwrap_or_default());
                last.new.push_str(&hunk.new);
                last.old.end = hunk.old.end;
            }
            _ => joined.push(hunk),
        }
    }
    joined
}

fn is_space(text: &str, range: &Range<usize>) -> bool {
    let between = text.get(range.clone()).unwrap_or_default();
    between.chars().all(char::is_whitespace)
}

struct Token {
    start: usize,
    text: String,
}

fn tokens(text: &str) -> Vec<Token> {
    let tokens = parse(text).syntax().descendants_with_tokens();
    let tokens = tokens.filter_map(|element| element.into_token());
    tokens
        .filter(|token| token.kind() != SyntaxKind::Root && !token.text().is_empty())
        .map(|token| Token {
            start: usize::from(token.text_range().start()),
            text: token.text().to_owned(),
        })
        .collect()
}

enum Step<'t> {
    Same(&'t Token),
    Gone(&'t Token),
    New(&'t Token),
}

/// The shortest way from one list of tokens to another.
fn steps<'t>(one: &'t [Token], other: &'t [Token]) -> Vec<Step<'t>> {
    if one.len().saturating_mul(other.len()) > MAX_PAIRS {
        let gone = one.iter().map(Step::Gone);
        return gone.chain(other.iter().map(Step::New)).collect();
    }
    // Length of the longest common part behind each pair of places.
    let width = other.len() + 1;
    let mut common = vec![0_u32; (one.len() + 1) * width];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            common[i * width + j] = match one[i].text == other[j].text {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut steps = Vec::with_capacity(one.len() + other.len());
    while i < one.len() || j < other.len() {
        let same = i < one.len() && j < other.len() && one[i].text == other[j].text;
        let drop = j == other.len()
            || i < one.len() && common[(i + 1) * width + j] >= common[i * width + j + 1];
        if same {
            steps.push(Step::Same(&one[i]));
            (i, j) = (i + 1, j + 1);
        } else if drop {
            steps.push(Step::Gone(&one[i]));
            i += 1;
        } else {
            steps.push(Step::New(&other[j]));
            j += 1;
        }
    }
    steps
}

/// Whether a region of the converted query takes an applied edit with it. One that only inserts or only
/// removes has no other place than its borders.
fn covers(region: &Range<usize>, one: &Applied) -> bool {
    let place = &one.converted;
    let overlap = place.start < region.end && region.start < place.end;
    let touches = place.start <= region.end && region.start <= place.end;
    overlap || touches && (place.is_empty() || one.original.is_empty())
}

/// Regions of the converted query to be written anew: the differences, with the whole of each edit that
/// they touch.
fn regions(hunks: &[Hunk], applied: &[Applied]) -> Vec<Range<usize>> {
    let mut regions: Vec<Range<usize>> = Vec::new();
    for hunk in hunks {
        let mut region = hunk.old.clone();
        loop {
            let before = region.clone();
            for one in applied.iter().filter(|one| covers(&before, one)) {
                region.start = region.start.min(one.converted.start);
                region.end = region.end.max(one.converted.end);
            }
            if region == before {
                break;
            }
        }
        match regions.last_mut() {
            Some(last) if region.start <= last.end => {
                last.start = last.start.min(region.start);
                last.end = last.end.max(region.end);
            }
            _ => regions.push(region),
        }
    }
    regions
}

/// What stands in a region afterwards.
fn rewritten(query: &str, region: &Range<usize>, hunks: &[Hunk]) -> String {
    let (mut out, mut copied) = (String::new(), region.start);
    let inside = hunks
        .iter()
        .filter(|hunk| region.start <= hunk.old.start && hunk.old.end <= region.end);
    for hunk in inside {
        out.push_str(query.get(copied..hunk.old.start).unwrap_or_default());
        out.push_str(&hunk.new);
        copied = hunk.old.end;
    }
    out.push_str(query.get(copied..region.end).unwrap_or_default());
    out
}

/// The place in the original query of a region of the converted one. Behind an edit, both run alike.
fn original_place(region: &Range<usize>, inside: &[&Applied], all: &[Applied]) -> Range<usize> {
    let behind = |place: usize, last: Option<&Applied>| match last {
        Some(one) => one.original.end + (place - one.converted.end),
        None => place,
    };
    let mut outside = all.iter().filter(|one| !covers(region, one));
    let before = outside.rfind(|one| one.converted.end <= region.start);
    let start = match inside
        .first()
        .filter(|one| one.converted.start <= region.start)
    {
        Some(one) => one.original.start,
        None => behind(region.start, before),
    };
    let end = behind(region.end, inside.last().copied().or(before));
    start..end
}
