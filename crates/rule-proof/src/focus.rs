//! Where a rule says something else than is expected of it, and which columns and constants those places are
//! about, so that logs can be aimed at them.

use std::collections::BTreeSet;
use std::ops::Range;

use kql_analysis::value::Value;
use kql_syntax::ast::{Expr, Name};
use rule_replay::Tables;
use rule_replay::prepared::Prepared;
use sentinel_rules::rule::Rule;

use crate::diff::{FieldChange, Place, QueryChange, field_changes, query_changes};
use crate::reading::{Reading, Source, Sources, Spot};
use crate::verdict::NotToldApart;

/// Fields that do not bear on what a rule does, or that a conversion writes anew.
const WORDS_ABOUT_THE_RULE: [&str; 7] = [
    "id",
    "name",
    "description",
    "version",
    "enabled",
    "relevantTechniques",
    "requiredDataConnectors",
];
/// Places that are named in the sentence of a verdict.
const NAMED_PLACES: usize = 6;
/// Most places that logs are aimed at.
const MAX_FOCI: usize = 24;
/// Most steps from a named value to the values made of it.
const MAX_NAMES: usize = 40;

/// What one difference is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Focus {
    /// Columns of the tables that are given from outside.
    pub sources: Sources,
    /// Constants of both versions.
    pub values: Vec<Value>,
    /// Values of other columns with which the place alone decides.
    pub context: Vec<(Source, Value)>,
}

/// What a rule says that is not expected of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unlike {
    /// Parts of the query; `before` is in the expected one.
    pub changes: Vec<QueryChange>,
    /// Fields that bear on what the rule does.
    pub fields: Vec<FieldChange>,
    /// What the parts are about, each once.
    pub foci: Vec<Focus>,
    /// Where in the given query the parts are, or what they name is used.
    pub places: Vec<Range<usize>>,
}

impl Unlike {
    /// Compares a rule with what is expected of it.
    pub fn of(expected: &Rule, given: &Rule, reading: &Reading, known: &Tables) -> Self {
        let changes = query_changes(&expected.query, &given.query);
        let fields = field_changes(expected, given).into_iter();
        let fields = fields.filter(|change| !WORDS_ABOUT_THE_RULE.contains(&change.field.as_str()));
        let bound = match changes.is_empty() {
            true => None,
            false => Prepared::new(expected, known).ok(),
        };
        let before = bound
            .map(|bound| Reading::of(bound.query()))
            .unwrap_or_default();
        let mut foci: Vec<Focus> = Vec::new();
        for change in &changes {
            let before = spots(&before, &expected.query, change.before.as_ref());
            let after = spots(reading, &given.query, change.after.as_ref());
            for focus in [
                narrow(&before, &after),
                Focus::of(before.iter().chain(&after)),
            ] {
                let is_any = !focus.sources.is_empty() || !focus.values.is_empty();
                if is_any && !foci.contains(&focus) && foci.len() < MAX_FOCI {
                    foci.push(focus);
                }
            }
        }
        Self {
            places: places_of(&changes, &given.query),
            changes,
            fields: fields.collect(),
            foci,
        }
    }

    /// Whether there is any difference.
    pub fn is_any(&self) -> bool {
        !self.changes.is_empty() || !self.fields.is_empty()
    }

    /// What all parts are about together.
    pub fn focus(&self) -> Focus {
        let mut all = Focus {
            sources: self.sources(),
            ..Focus::default()
        };
        for value in self.foci.iter().flat_map(|focus| &focus.values) {
            if !all.values.contains(value) {
                all.values.push(value.clone());
            }
        }
        all
    }

    /// Every place, for a proof that no log told apart.
    pub fn not_told_apart(&self) -> Vec<NotToldApart> {
        let of_query = self.changes.iter().map(place);
        let of_fields = self.fields.iter().map(|change| NotToldApart {
            line: None,
            given: change.after.clone(),
            expected: change.before.clone(),
            sentence: format!(
                "{} is {}; the conversion makes {} of the original.",
                change.field,
                quoted(&change.after),
                quoted(&change.before)
            ),
        });
        of_query.chain(of_fields).collect()
    }

    /// That the places were not told apart, in a sentence that names them.
    pub fn sentence(&self) -> String {
        let mut lines: Vec<usize> = self.changes.iter().map(line_of).collect();
        lines.sort_unstable();
        lines.dedup();
        let lines = lines.iter().map(|line| format!("line {line} of the query"));
        let fields = self.fields.iter().map(|change| change.field.clone());
        let places: Vec<String> = lines.chain(fields).collect();
        let named = places
            .iter()
            .take(NAMED_PLACES)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        let more = match places.len().saturating_sub(NAMED_PLACES) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "But the converted rule says something else than the conversion makes of the original, and no log told them apart: {named}{more}."
        )
    }

    /// Every column that some difference is about.
    pub fn sources(&self) -> Sources {
        let sources = self.foci.iter().flat_map(|focus| &focus.sources);
        sources.cloned().collect()
    }
}

/// Where changes are in the given query, and where it uses what is named there.
fn places_of(changes: &[QueryChange], query: &str) -> Vec<Range<usize>> {
    let places = changes.iter().filter_map(|change| change.after.as_ref());
    places.flat_map(|place| uses(query, &place.range)).collect()
}

/// The line of a change in the given query; of what is gone, its line in the expected one.
fn line_of(change: &QueryChange) -> usize {
    let place = change.after.as_ref().or(change.before.as_ref());
    place.map_or(1, |place| place.line)
}

fn place(change: &QueryChange) -> NotToldApart {
    let text = |place: &Option<Place>| place.as_ref().map(|place| place.text.clone());
    let (before, after) = (text(&change.before), text(&change.after));
    let line = line_of(change);
    let sentence = match (&before, &after) {
        (Some(before), Some(after)) => format!(
            "Line {line}: the {} is `{after}`; the conversion makes `{before}` of the original.",
            change.what
        ),
        (Some(before), None) => format!(
            "Line {line}: the {} `{before}` is missing, which the conversion keeps.",
            change.what
        ),
        (_, after) => format!(
            "Line {line}: the {} `{}` is not in the conversion of the original.",
            change.what,
            after.as_deref().unwrap_or_default()
        ),
    };
    NotToldApart {
        line: Some(line),
        given: after.unwrap_or_default(),
        expected: before.unwrap_or_default(),
        sentence,
    }
}

fn quoted(text: &str) -> String {
    match text {
        "" => "nothing".to_owned(),
        text => format!("`{text}`"),
    }
}

impl Focus {
    /// What some spots are about together.
    fn of<'s>(spots: impl Iterator<Item = &'s Written<'s>>) -> Self {
        let mut focus = Self::default();
        // Values that stand beside a column first: others, such as what a choice gives, may be many.
        let (beside, alone): (Vec<_>, Vec<_>) =
            spots.partition(|(spot, _)| !spot.sources.is_empty());
        for (spot, _) in beside.into_iter().chain(alone) {
            focus.sources.extend(spot.sources.iter().cloned());
            for value in &spot.values {
                if !focus.values.contains(value) {
                    focus.values.push(value.clone());
                }
            }
            if focus.context.is_empty() {
                focus.context.clone_from(&spot.context);
            }
        }
        focus
    }
}

/// A spot with its text.
type Written<'s> = (&'s Spot, &'s str);

/// What only one of both has at a changed place.
fn narrow(before: &[Written<'_>], after: &[Written<'_>]) -> Focus {
    let lacks = |list: &[Written<'_>], text: &str| !list.iter().any(|(_, known)| *known == text);
    let gone = before.iter().filter(|(_, text)| lacks(after, text));
    let come = after.iter().filter(|(_, text)| lacks(before, text));
    Focus::of(gone.chain(come))
}

/// What a query reads at a place, and where the value is used that is named there.
fn spots<'s>(reading: &'s Reading, query: &'s str, place: Option<&Place>) -> Vec<Written<'s>> {
    let ranges = place
        .map(|place| uses(query, &place.range))
        .unwrap_or_default();
    let found = ranges.iter().flat_map(|range| reading.at(range));
    found
        .map(|spot| (spot, query.get(spot.range.clone()).unwrap_or_default()))
        .collect()
}

/// A place, and where in the query the values are named that are declared there.
fn uses(query: &str, place: &Range<usize>) -> Vec<Range<usize>> {
    let root = kql_syntax::parse(query).root();
    let lets: Vec<(String, Range<usize>)> = root
        .statements()
        .filter_map(|statement| match statement {
            kql_syntax::ast::Statement::Let(one) => {
                let value = one.value()?;
                let is_table = matches!(
                    value.without_parentheses(),
                    Expr::Pipeline(_) | Expr::Source(_)
                );
                (!is_table).then_some((one.name()?.text(), value.range()))
            }
            _ => None,
        })
        .collect();
    let names = kql_syntax::parse(query).syntax();
    let names: Vec<(String, Range<usize>)> = names
        .descendants()
        .filter_map(Name::cast)
        .map(|name| (name.text(), kql_syntax::ast::range_of(name.syntax())))
        .collect();
    let mut found = vec![place.clone()];
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let mut next = 0;
    while let Some(range) = found.get(next).cloned() {
        next += 1;
        let declared = lets.iter().filter(|(_, value)| meets(value, &range));
        for (name, _) in declared {
            if known.len() < MAX_NAMES && known.insert(name) {
                let named = names.iter().filter(|(known, _)| known == name);
                found.extend(named.map(|(_, range)| range.clone()));
            }
        }
    }
    found
}

/// Whether two ranges have something in common.
pub(crate) fn meets(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}
