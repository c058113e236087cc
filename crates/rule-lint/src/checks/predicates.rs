//! Conditions that no row can meet: they exclude each other, or ask for the wrong letter case.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kql_analysis::plan::{Expr, ExprKind, Haystack, Node, Plan, Query};

use crate::constants::{number, texts};
use crate::expressions::{conjuncts, within};
use crate::facts::{Case, Scene};
use crate::finding::Findings;
use crate::registry::{CONTRADICTION, LITERAL_CASE};

/// Most `where` operators in a row that are looked at together.
const MAX_CHAIN: usize = 50;
/// Most conditions on one column that are compared with one another.
const MAX_CONDITIONS: usize = 50;

/// A condition on one column.
#[derive(Clone, Debug)]
enum Condition {
    /// Equal to one of these; without letter case when `folded`.
    OneOf {
        values: BTreeSet<String>,
        folded: bool,
    },
    /// Equal to none of these.
    NoneOf {
        values: BTreeSet<String>,
        folded: bool,
    },
    /// Has the text at its start, end or inside.
    Part {
        operator: &'static str,
        text: String,
    },
    /// Above, or at least when the flag is set.
    Above(f64, bool),
    /// Below, or at most when the flag is set.
    Below(f64, bool),
}

pub(super) fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for expr in scene.plan.parts().exprs {
        literal_cases(scene, expr, findings);
    }
    if let Node::Where { .. } = scene.plan.node {
        contradictions(scene, findings);
    }
}

fn contradictions(scene: &Scene<'_>, findings: &mut Findings) {
    let mut by_column: BTreeMap<usize, Vec<(Condition, Range<usize>)>> = BTreeMap::new();
    for predicate in chain(scene.plan) {
        conjuncts(predicate, &mut |part| {
            if let Some((column, condition)) = condition(scene.query, part) {
                by_column
                    .entry(column)
                    .or_default()
                    .push((condition, part.range.clone()));
            }
        });
    }
    for conditions in by_column.values() {
        for (at, (later, range)) in conditions.iter().enumerate().take(MAX_CONDITIONS) {
            let earlier = conditions.iter().take(at);
            let mut excluding = earlier.filter(|(earlier, _)| excludes(earlier, later));
            // Only what this operator adds is reported here; the rest was at the operators before.
            if let Some((_, other)) = excluding.next()
                && scene.plan.range.contains(&range.start)
            {
                findings.query(&CONTRADICTION, range.clone(), excluded(range, other));
            }
        }
    }
}

fn excluded(range: &Range<usize>, other: &Range<usize>) -> String {
    match range.start > other.start {
        true => "no row meets this condition and the one before it",
        false => "no row meets this condition and another one",
    }
    .to_owned()
}

/// The predicates of `where` operators that follow one another, first one first.
fn chain(plan: &Plan) -> Vec<&Expr> {
    let mut all = Vec::new();
    let mut plan = plan;
    while let Node::Where { input, predicate } = &plan.node {
        all.push(predicate);
        plan = input;
        if all.len() == MAX_CHAIN {
            break;
        }
    }
    all.reverse();
    all
}

fn condition(query: &Query, expr: &Expr) -> Option<(usize, Condition)> {
    match &expr.kind {
        ExprKind::In(list) => {
            let Haystack::Values(values) = &list.haystack else {
                return None;
            };
            let values = texts(query, values)?;
            let folded = list.ignore_case;
            let condition = match list.negated {
                true => Condition::NoneOf { values, folded },
                false => Condition::OneOf { values, folded },
            };
            Some((column(&list.needle)?, condition))
        }
        ExprKind::Call(function, args) => {
            let [left, right] = args.as_slice() else {
                return None;
            };
            match column(left) {
                Some(at) => Some((at, comparison(query, function.name, right)?)),
                None => Some((
                    column(right)?,
                    comparison(query, turned(function.name)?, left)?,
                )),
            }
        }
        _ => None,
    }
}

fn column(expr: &Expr) -> Option<usize> {
    match expr.kind {
        ExprKind::Column(at) => Some(at),
        _ => None,
    }
}

/// The operator with its sides changed.
fn turned(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "==" => "==",
        "=~" => "=~",
        "!=" | "<>" => "!=",
        "!~" => "!~",
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        _ => return None,
    })
}

fn comparison(query: &Query, operator: &str, value: &Expr) -> Option<Condition> {
    if let Some(number) = number(query, value) {
        return Some(match operator {
            ">" => Condition::Above(number, false),
            ">=" => Condition::Above(number, true),
            "<" => Condition::Below(number, false),
            "<=" => Condition::Below(number, true),
            "==" => Condition::OneOf {
                values: BTreeSet::from([number.to_string()]),
                folded: false,
            },
            _ => return None,
        });
    }
    let values = texts(query, std::slice::from_ref(value))?;
    let part = |operator| {
        let text = values.first()?.to_lowercase();
        Some(Condition::Part { operator, text })
    };
    match operator {
        "==" => Some(Condition::OneOf {
            values,
            folded: false,
        }),
        "=~" => Some(Condition::OneOf {
            values,
            folded: true,
        }),
        "!=" | "<>" => Some(Condition::NoneOf {
            values,
            folded: false,
        }),
        "!~" => Some(Condition::NoneOf {
            values,
            folded: true,
        }),
        "startswith" => part("startswith"),
        "endswith" => part("endswith"),
        "contains" => part("contains"),
        _ => None,
    }
}

/// Whether no value meets both conditions.
fn excludes(first: &Condition, second: &Condition) -> bool {
    use Condition::{Above, Below, NoneOf, OneOf, Part};
    match (first, second) {
        (
            OneOf { values, folded },
            OneOf {
                values: others,
                folded: also,
            },
        ) => {
            let fold = *folded || *also;
            !values
                .iter()
                .any(|value| others.iter().any(|other| same(value, other, fold)))
        }
        (
            OneOf { values, folded },
            NoneOf {
                values: others,
                folded: also,
            },
        )
        | (
            NoneOf {
                values: others,
                folded: also,
            },
            OneOf { values, folded },
        ) => {
            // What is equal without letter case is only excluded without letter case.
            let fold = *also;
            (!folded || *also)
                && !values.is_empty()
                && values
                    .iter()
                    .all(|value| others.iter().any(|other| same(value, other, fold)))
        }
        (OneOf { values, .. }, Part { operator, text })
        | (Part { operator, text }, OneOf { values, .. }) => {
            !values.is_empty() && !values.iter().any(|value| has_part(value, operator, text))
        }
        (Above(low, at_low), Below(high, at_high)) | (Below(high, at_high), Above(low, at_low)) => {
            low > high || (low == high && !(*at_low && *at_high))
        }
        (OneOf { values, .. }, Above(low, at_low)) | (Above(low, at_low), OneOf { values, .. }) => {
            numbers(values).is_some_and(|all| all.iter().all(|v| v < low || (v == low && !at_low)))
        }
        (OneOf { values, .. }, Below(high, at_high))
        | (Below(high, at_high), OneOf { values, .. }) => numbers(values)
            .is_some_and(|all| all.iter().all(|v| v > high || (v == high && !at_high))),
        _ => false,
    }
}

fn numbers(values: &BTreeSet<String>) -> Option<Vec<f64>> {
    values.iter().map(|value| value.parse().ok()).collect()
}

fn same(left: &str, right: &str, folded: bool) -> bool {
    match folded {
        true => left.to_lowercase() == right.to_lowercase(),
        false => left == right,
    }
}

/// Whether a text has another one, in small letters, at its start, its end or anywhere.
pub(super) fn has_part(value: &str, operator: &str, text: &str) -> bool {
    let value = value.to_lowercase();
    match operator {
        "startswith" => value.starts_with(text),
        "endswith" => value.ends_with(text),
        _ => value.contains(text),
    }
}

/// Literals that the other side's letter case cannot be.
fn literal_cases(scene: &Scene<'_>, expr: &Expr, findings: &mut Findings) {
    for expr in within(expr) {
        let sides = match &expr.kind {
            ExprKind::Call(function, args) if function.name == "==" => match args.as_slice() {
                [left, right] => vec![(left, vec![right]), (right, vec![left])],
                _ => Vec::new(),
            },
            ExprKind::In(list) if !list.ignore_case && !list.negated => match &list.haystack {
                Haystack::Values(values) => vec![(&list.needle, values.iter().collect())],
                Haystack::Table(_) => Vec::new(),
            },
            _ => Vec::new(),
        };
        for (side, others) in sides {
            if let Some(case) = scene.fact(side, 0).case {
                let others: Vec<Expr> = others.into_iter().cloned().collect();
                wrong_case(scene, case, &others, expr, findings);
            }
        }
    }
}

/// Reports the first of some texts that are not in a letter case.
fn wrong_case(
    scene: &Scene<'_>,
    case: Case,
    others: &[Expr],
    whole: &Expr,
    findings: &mut Findings,
) {
    let Some(values) = texts(scene.query, others) else {
        return;
    };
    let converted = |value: &String| match case {
        Case::Lower => value.to_lowercase(),
        Case::Upper => value.to_uppercase(),
    };
    let mut values = values.iter();
    if let Some(first) = values.find(|value| converted(value) != **value) {
        let word = match case {
            Case::Lower => "lower",
            Case::Upper => "upper",
        };
        let message = format!("the text is in {word} case, so it is never `{first}`");
        findings.query(&LITERAL_CASE, whole.range.clone(), message);
        findings.remedy(&format!("write `{}`", converted(first)));
    }
}
