//! Columns of the result that custom details, alert details and the alert's times need.

use kql_analysis::types::{ScalarType, Schema};

use super::entities::near_column;
use super::fields::placeholders;
use crate::finding::Findings;
use crate::registry::{DETAIL_COLUMN, NO_TIME, OVERRIDE_COLUMN};
use crate::subject::Subject;

/// Formats of the alert details, in which `{{Column}}` stands for a value.
const FORMATS: [&str; 2] = ["alertDisplayNameFormat", "alertDescriptionFormat"];
/// Fields of the alert details that name a column.
const NAMES: [&str; 2] = ["alertTacticsColumnName", "alertSeverityColumnName"];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let Some(result) = subject.result() else {
        return;
    };
    for (key, column) in &subject.rule.custom_details {
        if result.index_of(column).is_none() {
            let message = format!(
                "the custom detail `{key}` names `{column}`, which the result does not have"
            );
            findings.field(&DETAIL_COLUMN, format!("customDetails.{key}"), message);
            findings.remedy(&near_column(result, column).unwrap_or_default());
        }
    }
    for (field, column) in overridden(subject) {
        if result.index_of(&column).is_none() {
            let message = format!("`{field}` names `{column}`, which the result does not have");
            findings.field(
                &OVERRIDE_COLUMN,
                format!("alertDetailsOverride.{field}"),
                message,
            );
            findings.remedy(&near_column(result, &column).unwrap_or_default());
        }
    }
    check_time(subject, result, findings);
}

/// The columns that the alert details override names, with the field that does.
fn overridden(subject: &Subject<'_>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for field in FORMATS {
        let names = placeholders(subject.format(field).unwrap_or_default());
        all.extend(
            names
                .into_iter()
                .map(|name| (field.to_owned(), name.to_owned())),
        );
    }
    for field in NAMES {
        let name = subject.format(field).filter(|name| !name.is_empty());
        all.extend(name.map(|name| (field.to_owned(), name.to_owned())));
    }
    let properties = subject.rule.alert_details_override.as_ref();
    let properties = properties.and_then(|all| all.get("alertDynamicProperties")?.as_array());
    for property in properties.into_iter().flatten() {
        let column = property.get("value").and_then(|value| value.as_str());
        all.extend(column.map(|column| ("alertDynamicProperties".to_owned(), column.to_owned())));
    }
    all
}

fn check_time(subject: &Subject<'_>, result: &Schema, findings: &mut Findings) {
    let has_time = result
        .columns
        .iter()
        .any(|column| column.ty == ScalarType::DateTime);
    let unknown = result
        .columns
        .iter()
        .any(|column| column.ty == ScalarType::Unknown);
    if has_time || unknown {
        return;
    }
    let last = subject.result_plan().map(|plan| plan.range.clone());
    match last {
        Some(range) => findings.query(&NO_TIME, range, "no column of the result is a time"),
        None => findings.field(&NO_TIME, "query", "no column of the result is a time"),
    }
}
