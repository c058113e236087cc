//! Where what came of a test is otherwise than stated.

use kql_analysis::time::parse_datetime;
use serde::Serialize;

use super::test::{Expected, ExpectedAlert, ExpectedEntity, ExpectedIncident};

/// A member whose value is otherwise; absent on the side that has no such member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// Where, such as `incidents[0].time`.
    pub path: String,
    /// As the test states it.
    pub expected: Option<String>,
    /// As it came.
    pub actual: Option<String>,
}

/// What disagrees, in order of the test.
pub(super) fn disagreements(expected: &Expected, actual: &Expected) -> Vec<Disagreement> {
    let mut found = Found(Vec::new());
    found.values("hit", expected.hit, actual.hit);
    if let (Some(expected), Some(actual)) = (&expected.alerts, &actual.alerts) {
        found.lists("alerts", expected, actual, alert, Found::alert);
    }
    if let (Some(expected), Some(actual)) = (&expected.incidents, &actual.incidents) {
        found.lists("incidents", expected, actual, incident, Found::incident);
    }
    found.0
}

struct Found(Vec<Disagreement>);

impl Found {
    fn add(&mut self, path: String, expected: Option<String>, actual: Option<String>) {
        self.0.push(Disagreement {
            path,
            expected,
            actual,
        });
    }

    /// Compares a value when it is stated.
    fn values<T: PartialEq + std::fmt::Debug>(
        &mut self,
        path: &str,
        expected: Option<T>,
        actual: Option<T>,
    ) {
        if expected.is_some() && expected != actual {
            let text = |value: Option<T>| value.map(|value| format!("{value:?}"));
            self.add(path.to_owned(), text(expected), text(actual));
        }
    }

    /// Compares two lists element by element; an element of one side only is told as a whole.
    fn lists<T>(
        &mut self,
        path: &str,
        expected: &[T],
        actual: &[T],
        whole: fn(&T) -> String,
        each: fn(&mut Self, &str, &T, &T),
    ) {
        for index in 0..expected.len().max(actual.len()) {
            let path = format!("{path}[{index}]");
            match (expected.get(index), actual.get(index)) {
                (Some(expected), Some(actual)) => each(self, &path, expected, actual),
                (expected, actual) => self.add(path, expected.map(whole), actual.map(whole)),
            }
        }
    }

    fn times(&mut self, path: &str, expected: &Option<String>, actual: &Option<String>) {
        let ticks = |text: &Option<String>| text.as_deref().and_then(parse_datetime);
        if expected.is_some() && (ticks(expected).is_none() || ticks(expected) != ticks(actual)) {
            self.add(format!("{path}.time"), expected.clone(), actual.clone());
        }
    }

    fn texts(&mut self, path: String, expected: &Option<String>, actual: &Option<String>) {
        if expected.is_some() && expected != actual {
            self.add(path, expected.clone(), actual.clone());
        }
    }

    fn entities(
        &mut self,
        path: &str,
        expected: &Option<Vec<ExpectedEntity>>,
        actual: &Option<Vec<ExpectedEntity>>,
    ) {
        let (Some(expected), Some(actual)) = (expected, actual) else {
            return;
        };
        let mut more = actual.clone();
        for one in expected {
            match more.iter().position(|other| other == one) {
                Some(index) => drop(more.remove(index)),
                None => self.add(format!("{path}.entities"), Some(entity(one)), None),
            }
        }
        for one in more {
            self.add(format!("{path}.entities"), None, Some(entity(&one)));
        }
    }

    fn alert(&mut self, path: &str, expected: &ExpectedAlert, actual: &ExpectedAlert) {
        self.times(path, &expected.time, &actual.time);
        self.texts(format!("{path}.name"), &expected.name, &actual.name);
        self.values(
            &format!("{path}.severity"),
            expected.severity,
            actual.severity,
        );
        self.values(&format!("{path}.rows"), expected.rows, actual.rows);
        self.entities(path, &expected.entities, &actual.entities);
    }

    fn incident(&mut self, path: &str, expected: &ExpectedIncident, actual: &ExpectedIncident) {
        self.times(path, &expected.time, &actual.time);
        self.texts(format!("{path}.title"), &expected.title, &actual.title);
        self.values(
            &format!("{path}.severity"),
            expected.severity,
            actual.severity,
        );
        self.values(&format!("{path}.alerts"), expected.alerts, actual.alerts);
        self.entities(path, &expected.entities, &actual.entities);
    }
}

fn entity(entity: &ExpectedEntity) -> String {
    let identifiers = entity.identifiers.iter();
    let identifiers: Vec<String> = identifiers
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    format!("{} {}", entity.entity_type, identifiers.join(", "))
}

fn alert(alert: &ExpectedAlert) -> String {
    let time = alert.time.clone().unwrap_or_default();
    let name = alert.name.clone().unwrap_or_default();
    told("an alert", &time, &name, &alert.entities)
}

fn incident(incident: &ExpectedIncident) -> String {
    let time = incident.time.clone().unwrap_or_default();
    let title = incident.title.clone().unwrap_or_default();
    told("an incident", &time, &title, &incident.entities)
}

fn told(what: &str, time: &str, name: &str, entities: &Option<Vec<ExpectedEntity>>) -> String {
    let entities = entities.iter().flatten().map(entity);
    let parts = [what.to_owned(), time.to_owned(), name.to_owned()].into_iter();
    let parts: Vec<String> = parts
        .chain(entities)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(", ")
}
