//! What two rules made of the same events, compared: whether they fire, alerts, entities, result rows.
//!
//! Texts are compared in the target's form, so that what the carrying changed does not count. Rows and
//! alerts are compared as sets with repetitions, elements of arrays too: KQL promises no order without
//! `sort`. Name and description of the rules themselves differ on purpose and do not count.

use kql_analysis::text::{real_text, value_text};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::Table;
use rule_replay::entities::Entity;
use rule_replay::timeline::{Alert, SingleRun};
use rule_replay::words::{counted, severity};
use sentinel_rules::rule::Rule;
use serde::{Deserialize, Serialize};

use crate::carry::Carrying;

/// Characters shown of a value in a sentence.
const SHOWN_CHARACTERS: usize = 120;

/// What differs first, in order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// One rule raises an alert and the other does not.
    Fires,
    /// The number of alerts.
    Alerts,
    /// The entities of the alerts.
    Entities,
    /// Severity, tactics, name, custom details or event times of the alerts.
    Details,
    /// Columns of the result that one of them lacks.
    Columns,
    /// Rows of the result.
    Rows,
    /// How alerts are put together to incidents.
    Incidents,
    /// When the rules run.
    Schedule,
    /// One of them cannot be run.
    Runs,
    /// The converted rule reacts to rows of the original's resource.
    Crosses,
}

/// A difference with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// What differs.
    pub aspect: Aspect,
    /// How, in a sentence.
    pub sentence: String,
}

fn differs(aspect: Aspect, sentence: String) -> Option<Difference> {
    Some(Difference { aspect, sentence })
}

/// How the outcomes of two rules differ; `None` when they agree.
pub fn compare(
    carrying: &Carrying,
    (original, converted): (&Rule, &Rule),
    (left, right): (&SingleRun, &SingleRun),
) -> Option<Difference> {
    let names = carrying.roles();
    if left.fires != right.fires {
        let rows = |run: &SingleRun| counted(run.result.rows() as u64, "row");
        let (fires, silent) = match left.fires {
            true => (names.left, names.right),
            false => (names.right, names.left),
        };
        return differs(
            Aspect::Fires,
            format!(
                "The {fires} raises an alert and the {silent} does not: the query of the {} gives {}, that of the {} {}.",
                names.left,
                rows(left),
                names.right,
                rows(right)
            ),
        );
    }
    let alerts = (left.alerts.as_slice(), right.alerts.as_slice());
    of_alerts(carrying, (original, converted), alerts)
        .or_else(|| of_rows(carrying, &left.result, &right.result))
}

/// How two lists of alerts differ.
pub fn of_alerts(
    carrying: &Carrying,
    (original, converted): (&Rule, &Rule),
    (left, right): (&[Alert], &[Alert]),
) -> Option<Difference> {
    let names = carrying.roles();
    if left.len() != right.len() {
        return differs(
            Aspect::Alerts,
            format!(
                "The {} raises {}, the {} {}.",
                names.left,
                counted(left.len() as u64, "alert"),
                names.right,
                counted(right.len() as u64, "alert")
            ),
        );
    }
    let entities = |alerts: &[Alert]| sorted(alerts.iter().map(|alert| entities(carrying, alert)));
    if let Some((one, other)) = first_unlike(&entities(left), &entities(right)) {
        return differs(
            Aspect::Entities,
            format!(
                "The alert of the {} has {}; the alert of the {} has {}.",
                names.left,
                named(&one, "no entities"),
                names.right,
                named(&other, "no entities")
            ),
        );
    }
    let details = |rule: &Rule, alerts: &[Alert]| {
        sorted(alerts.iter().map(|alert| details(carrying, rule, alert)))
    };
    let (one, other) = first_unlike(&details(original, left), &details(converted, right))?;
    differs(
        Aspect::Details,
        format!(
            "The alert of the {} has {one}; the alert of the {} has {other}.",
            names.left, names.right
        ),
    )
}

/// How the rows of two results differ, over the columns of the original.
pub fn of_rows(carrying: &Carrying, left: &Table, right: &Table) -> Option<Difference> {
    let roles = carrying.roles();
    let names: Vec<&str> = left
        .schema()
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let lacks = names
        .iter()
        .find(|name| right.schema().index_of(name).is_none());
    if let Some(column) = lacks {
        // A result without rows has no column that anybody could miss.
        return (left.rows() > 0).then(|| Difference {
            aspect: Aspect::Columns,
            sentence: format!("The rows of the {} lack the column {column}.", roles.right),
        });
    }
    let rows =
        |table: &Table| sorted((0..table.rows()).map(|row| cells(carrying, table, row, &names)));
    let (one, other) = (rows(left), rows(right));
    if one.len() != other.len() {
        return differs(
            Aspect::Rows,
            format!(
                "The query of the {} gives {}, that of the {} {}.",
                roles.left,
                counted(one.len() as u64, "row"),
                roles.right,
                counted(other.len() as u64, "row")
            ),
        );
    }
    let (one, other) = first_unlike(&one, &other)?;
    let unlike = names.iter().zip(one.iter().zip(&other));
    let unlike = unlike.filter(|(_, (one, other))| one != other);
    let sentences: Vec<String> = unlike
        .map(|(name, (one, other))| {
            format!(
                "{name} is {} for the {} and {} for the {}",
                quoted(one),
                roles.left,
                quoted(other),
                roles.right
            )
        })
        .take(3)
        .collect();
    differs(
        Aspect::Rows,
        format!("A row differs: {}.", sentences.join("; ")),
    )
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

/// The first items of two sorted lists of one length that the other list lacks.
fn first_unlike<T: Ord + Clone + Default>(left: &[T], right: &[T]) -> Option<(T, T)> {
    if left == right {
        return None;
    }
    let lone = |one: &[T], other: &[T]| {
        let mut rest = other.to_vec();
        let found = one.iter().find(|item| match rest.binary_search(item) {
            Ok(at) => {
                rest.remove(at);
                false
            }
            Err(_) => true,
        });
        found.cloned().unwrap_or_default()
    };
    Some((lone(left, right), lone(right, left)))
}

fn named(text: &str, nothing: &str) -> String {
    if text.is_empty() {
        nothing.to_owned()
    } else {
        text.to_owned()
    }
}

fn quoted(text: &str) -> String {
    let short: String = text.chars().take(SHOWN_CHARACTERS).collect();
    match short.as_str() {
        "" => "empty".to_owned(),
        _ if short.len() < text.len() => format!("`{short}…`"),
        _ => format!("`{short}`"),
    }
}

fn entities(carrying: &Carrying, alert: &Alert) -> String {
    let words = |entity: &Entity| {
        let identifiers = sorted(
            entity
                .identifiers
                .iter()
                .map(|(name, value)| format!("{name} {}", carrying.canonical(value))),
        );
        format!("{} {}", entity.entity_type, identifiers.join(" "))
    };
    sorted(alert.entities.iter().map(words)).join(", ")
}

fn details(carrying: &Carrying, rule: &Rule, alert: &Alert) -> String {
    let own = |text: &str, of_rule: &str, what: &str| match text == of_rule {
        true => format!("the rule's {what}"),
        false => format!("the {what} {}", quoted(&carrying.canonical(text))),
    };
    let custom = alert.custom_details.iter().map(|(key, values)| {
        let values = sorted(values.iter().map(|value| carrying.canonical(value)));
        format!("{key} {}", values.join(" "))
    });
    let time = kql_analysis::time::format_datetime;
    let mut words = vec![
        own(&alert.name, &rule.name, "name"),
        own(&alert.description, &rule.description, "description"),
        format!("severity {}", named(severity(alert.severity), "not given")),
        format!(
            "tactics {}",
            named(
                &sorted(alert.tactics.iter().cloned()).join(" "),
                "not given"
            )
        ),
        format!(
            "events from {} to {}",
            time(alert.events.0),
            time(alert.events.1)
        ),
    ];
    words.extend(custom.map(|detail| format!("custom detail {detail}")));
    words.join(", ")
}

fn cells(carrying: &Carrying, table: &Table, row: usize, names: &[&str]) -> Vec<String> {
    let cell = |name: &&str| {
        let Some(index) = table.schema().index_of(name) else {
            return String::new();
        };
        let ty = table
            .schema()
            .columns
            .get(index)
            .map_or(ScalarType::Dynamic, |column| column.ty);
        canonical(&table.value(row, index), ty, &|text| {
            carrying.canonical(text)
        })
    };
    names.iter().map(cell).collect()
}

/// The rows of a table as texts.
pub(crate) fn plain_rows(table: &Table) -> Vec<String> {
    let row = |row: usize| {
        let columns = table.schema().columns.iter().enumerate();
        let cells = columns
            .map(|(index, column)| canonical(&table.value(row, index), column.ty, &str::to_owned));
        cells.collect::<Vec<_>>().join("\u{1f}")
    };
    (0..table.rows()).map(row).collect()
}

/// A value as text, with texts inside of it changed; arrays and bags in order of their elements.
fn canonical(value: &Value, ty: ScalarType, text: &dyn Fn(&str) -> String) -> String {
    match value {
        Value::String(inner) => text(inner),
        Value::Array(items) => {
            let items = items
                .iter()
                .map(|item| canonical(item, ScalarType::Dynamic, text));
            format!("[{}]", sorted(items).join(", "))
        }
        Value::Bag(members) => {
            let members = members.iter().map(|(key, item)| {
                format!(
                    "{}: {}",
                    text(key),
                    canonical(item, ScalarType::Dynamic, text)
                )
            });
            format!("{{{}}}", sorted(members).join(", "))
        }
        // Sums in another order of rows may differ in the last digits.
        Value::Real(number) => real_text(format!("{number:.9e}").parse().unwrap_or(*number)),
        other => value_text(other, ty).into_owned(),
    }
}
