//! What a proof says besides its verdict, and the sentence of the verdict.

use kql_syntax::text::LineIndex;
use rule_convert::Certainty;
use rule_replay::Tables;
use rule_replay::timeline::simulate;
use rule_replay::words::counted;

use crate::carry::{Direction, SHAPES, Shape};
use crate::compare::{Aspect, compare};
use crate::coverage::Seen;
use crate::generate::Base;
use crate::made_of;
use crate::pair::{CannotRun, Pair, Side};
use crate::prove::Trial;
use crate::schedule::span;
use crate::verdict::{Finding, Intended, NotExercised, Proof, Verdict};

/// Characters of a part of a query that are quoted.
const QUOTED_CHARACTERS: usize = 90;

/// The report of a trial.
pub(crate) fn proof(trial: &Trial<'_>, stopped: bool) -> Proof {
    let verdict = match () {
        () if trial.counter_example.is_some() => Verdict::Differs,
        () if stopped => Verdict::Stopped,
        () if trial.tried.fired == 0 => Verdict::NothingShown,
        () if trial.unlike.is_any() => Verdict::NotToldApart,
        () => Verdict::Same,
    };
    let mut tried = trial.tried;
    tried.predicates = trial.coverage.iter().map(|one| one.parts()).sum();
    let mut findings = crossing(trial);
    findings.extend(lost_alerts(trial));
    findings.extend(as_if_logged(trial));
    if trial.counter_example.is_none() {
        findings.extend(trial.shapes());
    }
    let not_exercised = match verdict {
        Verdict::Differs => Vec::new(),
        _ => not_exercised(trial),
    };
    Proof {
        original: trial.input.original.name.clone(),
        converted: trial.input.converted.name.clone(),
        verdict,
        sentence: sentence(trial, verdict, not_exercised.len()),
        not_told_apart: match verdict {
            Verdict::Differs => Vec::new(),
            _ => trial.unlike.not_told_apart(),
        },
        tried,
        counter_example: trial.counter_example.clone(),
        together: None,
        findings,
        intended: trial.intended(),
        not_exercised,
        carried: trial.carried(),
    }
}

fn sentence(trial: &Trial<'_>, verdict: Verdict, unexercised: usize) -> String {
    let tried = &trial.tried;
    let cases = format!(
        "{} ({} on their schedule, {})",
        counted(tried.cases as u64, "case"),
        counted(tried.logs as u64, "log"),
        counted(tried.generated as u64, "generated log"),
    );
    match verdict {
        Verdict::Same | Verdict::NotToldApart => {
            let open = match unexercised {
                0 => "Every part of every predicate was both true and false.".to_owned(),
                1 => "1 part of the rules was not put to the test.".to_owned(),
                count => format!("{count} parts of the rules were not put to the test."),
            };
            let unlike = match verdict {
                Verdict::NotToldApart => format!("{} ", trial.unlike.sentence()),
                _ => String::new(),
            };
            format!(
                "Both rules did the same in {cases}; the original fired in {}. {unlike}{open}",
                tried.fired
            )
        }
        Verdict::Differs => {
            let example = trial.counter_example.as_ref();
            let words = example
                .map(|example| example.difference.sentence.clone())
                .unwrap_or_default();
            let rows = example.map_or(0, |example| {
                example.tables.iter().map(|table| table.rows.len()).sum()
            });
            // What was changed by hand may be the reason as well.
            let plain = example.filter(|_| !trial.unlike.is_any());
            let made = plain.and_then(|example| {
                made_of::sentence(example, &trial.reading, &trial.pair.carrying)
            });
            let made = made.map_or_else(String::new, |made| format!("{made} "));
            match rows {
                0 => format!("The rules differ. {words} {made}Found after {cases}."),
                rows => format!(
                    "The rules differ on {}. {words} {made}Found after {cases}.",
                    counted(rows as u64, "row")
                ),
            }
        }
        Verdict::NothingShown => format!(
            "Nothing is shown: the original raised no alert in any of {cases}. Load a log on which it should fire."
        ),
        Verdict::Stopped => format!(
            "Stopped; until then both rules did the same in {cases}, and the original fired in {}.",
            tried.fired
        ),
    }
}

/// Rules that look at rows of the other rule's resource.
fn crossing(trial: &Trial<'_>) -> Vec<Finding> {
    if !trial.crosses() {
        return Vec::new();
    }
    let (from, to) = trial.carried_types();
    let mut findings = Vec::new();
    if trial.crossings[0].is_some() {
        findings.push(Finding {
            title: format!("The original finds rows of {to}"),
            sentence: format!("It does not tell the two kinds of resource apart, so it raises alerts on rows of {to} already, and after the conversion both rules may."),
            certainty: Certainty::Documented,
        });
    }
    if trial.crossings[1].is_some() {
        findings.push(Finding {
            title: format!("The converted rule finds rows of {from}"),
            sentence: format!("It raises alerts on rows of {from} too. Compare the resource type with {to} in every part that reads the table."),
            certainty: Certainty::Documented,
        });
    }
    findings
}

/// What a proof about operations is worth that the target is not known to log.
fn as_if_logged(trial: &Trial<'_>) -> Option<Finding> {
    let (_, to) = trial.carried_types();
    (!trial.as_if_logged.is_empty()).then(|| Finding {
        title: "Operations carried under their own names".to_owned(),
        sentence: format!(
            "The original fires on rows of {} only, which {to} is not known to log, and the converted rule looks for them too. So this is about rows of {to} as if they were logged under the same name.",
            trial.as_if_logged.join(", ")
        ),
        certainty: Certainty::Unknown,
    })
}

/// Alerts of the original that rest on operations without a counterpart.
fn lost_alerts(trial: &Trial<'_>) -> Option<Finding> {
    let (with, without) = trial.alerts_with_left_out;
    (with != without).then(|| Finding {
        title: "Alerts that have no counterpart".to_owned(),
        sentence: format!(
            "On the tried logs the original raises {} with rows of operations that {} never logs, and {} without them. This difference is intended.",
            counted(with as u64, "alert"),
            trial.carried_types().1,
            without
        ),
        certainty: Certainty::Inferred,
    })
}

/// Alerts of the original over a whole log.
pub(crate) fn alerts_of_original(
    pair: &Pair<'_>,
    tables: &Tables,
    phase: Option<i64>,
) -> Result<usize, CannotRun> {
    let Some(options) = span(pair.original.rule, tables, phase) else {
        return Ok(0);
    };
    let timeline = simulate(pair.original.rule, tables, options);
    let timeline = timeline.map_err(|failure| CannotRun {
        side: Side::Original,
        failure,
    })?;
    Ok(timeline.alerts.len())
}

/// Operations without a counterpart that the original names.
pub(crate) fn intended(trial: &Trial<'_>) -> Vec<Intended> {
    let named = crate::names::texts(&trial.input.original.query);
    let left_out = trial.pair.carrying.left_out().iter();
    let left_out = left_out.filter(|operation| {
        named
            .iter()
            .any(|text| text.eq_ignore_ascii_case(&operation.name))
    });
    let intended = left_out.map(|operation| Intended {
        operation: operation.name.clone(),
        reason: match &operation.counterpart {
            Some(counterpart) => format!(
                "{}; the converted rule goes on naming {} and not {counterpart}",
                operation.reason, operation.name
            ),
            None => operation.reason.clone(),
        },
        certainty: operation.certainty,
        rows: trial
            .left_out
            .get(&operation.name)
            .copied()
            .unwrap_or_default(),
    });
    intended.collect()
}

/// What changes when rows of the target are filled differently than carried ones.
pub(crate) fn shapes(pair: &Pair<'_>, bases: &[Base], known: &Tables) -> Vec<Finding> {
    SHAPES
        .iter()
        .filter_map(|shape| of_shape(pair, bases, known, *shape))
        .collect()
}

fn of_shape(pair: &Pair<'_>, bases: &[Base], known: &Tables, shape: Shape) -> Option<Finding> {
    let rule = pair.converted.rule;
    let mut changed: Vec<(Aspect, String)> = Vec::new();
    for base in bases {
        let carried = pair
            .carrying
            .tables(&base.log.tables(known), Direction::Forth);
        let shaped = pair.carrying.shaped(&carried, shape);
        let plain = pair.run(Side::Converted, &carried, base.time).ok()?;
        let other = pair.run(Side::Converted, &shaped, base.time).ok()?;
        let difference = compare(&pair.carrying, (rule, rule), (&plain, &other));
        changed.extend(difference.map(|one| (one.aspect, String::new())));
    }
    let (worst, _) = changed.iter().min()?;
    let effect = match worst {
        Aspect::Fires => "the converted rule changes whether it fires",
        Aspect::Alerts => "the converted rule raises another number of alerts",
        Aspect::Entities => "the alerts of the converted rule have other entities",
        _ => "the results of the converted rule change",
    };
    let fact = shape.fact();
    Some(Finding {
        title: format!("If {}", fact.what),
        sentence: format!(
            "On {} of {} on which the rule fires, {effect} when {}. That is not certain: {}.",
            changed.len(),
            counted(bases.len() as u64, "log"),
            fact.what,
            fact.reason
        ),
        certainty: fact.certainty,
    })
}

/// Predicate parts that were never both, and operators that never gave a row.
fn not_exercised(trial: &Trial<'_>) -> Vec<NotExercised> {
    let queries = [&trial.input.original.query, &trial.input.converted.query];
    let mut found = Vec::new();
    for (in_converted, (query, coverage)) in [false, true]
        .into_iter()
        .zip(queries.into_iter().zip(&trial.coverage))
    {
        let lines = LineIndex::new(query);
        let part = |range: std::ops::Range<usize>, sentence: &str| NotExercised {
            in_converted,
            line: lines.line(range.start),
            text: quote(query.get(range).unwrap_or_default(), QUOTED_CHARACTERS),
            sentence: sentence.to_owned(),
        };
        found.extend(
            coverage
                .one_sided()
                .map(|seen| part(seen.range.clone(), one_sided(seen))),
        );
        found.extend(
            coverage
                .barren()
                .map(|range| part(range, "No row ever came out of it.")),
        );
    }
    let mut unique: Vec<NotExercised> = Vec::new();
    for one in found {
        // What both rules have in common is told once, of the converted rule.
        let same = |known: &NotExercised| known.text == one.text && known.sentence == one.sentence;
        unique.retain(|known| !same(known) || known.in_converted == one.in_converted);
        if !unique.contains(&one) {
            unique.push(one);
        }
    }
    unique
}

fn one_sided(seen: &Seen) -> &'static str {
    match (seen.was_true, seen.was_false) {
        (false, false) => "No row ever reached it.",
        (false, true) => "It was never true.",
        _ => "It was never false.",
    }
}

pub(crate) fn quote(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(most) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
