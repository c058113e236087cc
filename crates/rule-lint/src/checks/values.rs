//! Values that columns of tables are compared with, against what is known of the columns' values.

use super::comparisons::{Comparison, comparisons, list};
use super::operations::{self, AUDIT};
use crate::facts::Scene;
use crate::finding::Findings;
use crate::registry::{NOT_IN_DATA, SUCCESS, VARYING_CASE};
use crate::subject::Subject;

/// Columns that hold ids and names of Azure resources, whose letter case differs between services.
const RESOURCE_COLUMNS: [&str; 6] = [
    "ResourceId",
    "_ResourceId",
    "ResourceType",
    "ResourceGroup",
    "ResourceProvider",
    "Resource",
];
/// The table in which the service writes resources in upper case.
const CAPITALS: &str = "AzureDiagnostics";
/// Columns that hold user names, which people and services write in different letter cases.
const USER_COLUMNS: [&str; 5] = [
    "UserPrincipalName",
    "Caller",
    "AccountUPN",
    "InitiatingProcessAccountUpn",
    "RequesterUpn",
];

pub(super) fn check(subject: &Subject<'_>, scene: &Scene<'_>, findings: &mut Findings) {
    operations::check_parts(subject, scene, findings);
    for comparison in comparisons(scene) {
        if AUDIT.contains(&comparison.table.as_str()) {
            operations::check(subject, &comparison, findings);
            check_success(&comparison, findings);
        }
        check_varying(&comparison, findings);
        check_data(subject, &comparison, findings);
    }
}

/// `ResultType` says that the service has answered, not that it did what was asked for.
fn check_success(comparison: &Comparison, findings: &mut Findings) {
    let mut values = comparison.values.iter();
    let asks = values.any(|value| value.eq_ignore_ascii_case("Success"));
    if comparison.column == "ResultType" && asks {
        let message = "`ResultType` is Success for denied and failed calls too";
        findings.query(&SUCCESS, comparison.range.clone(), message);
    }
}

/// Values whose letter case differs from row to row.
fn check_varying(comparison: &Comparison, findings: &mut Findings) {
    let column = comparison.column.as_str();
    let of_resource = RESOURCE_COLUMNS.contains(&column);
    if comparison.folded || !(of_resource || USER_COLUMNS.contains(&column)) {
        return;
    }
    let is_id = column.ends_with("ResourceId");
    let doubtful = |value: &&String| {
        let letters = value.chars().any(char::is_alphabetic);
        // A word such as `None` stands for no id.
        letters && (!is_id || value.contains('/'))
    };
    let mut doubtful = comparison.values.iter().filter(doubtful);
    let in_capitals = of_resource && !column.starts_with('_') && comparison.table == CAPITALS;
    let message = match in_capitals {
        false if doubtful.next().is_none() => return,
        false => format!("the letter case of `{column}` varies, and the comparison regards it"),
        true => match doubtful.find(|value| value.to_uppercase() != **value) {
            None => return,
            Some(value) => format!("`{CAPITALS}` has `{column}` in upper case, never `{value}`"),
        },
    };
    findings.query(&VARYING_CASE, comparison.range.clone(), message);
}

/// Values that the column never has in the loaded logs.
fn check_data(subject: &Subject<'_>, comparison: &Comparison, findings: &mut Findings) {
    let known = subject.environment;
    let Some(values) = known.values(&comparison.table, &comparison.column) else {
        return;
    };
    if comparison.negated || comparison.values.is_empty() {
        return;
    }
    let has = |value: &&String| match comparison.folded {
        true => {
            let value = value.to_lowercase();
            values.iter().any(|known| known.to_lowercase() == value)
        }
        false => values.contains(*value),
    };
    let asked = comparison.values.iter();
    let absent: Vec<&String> = asked.filter(|value| !has(value)).collect();
    if absent.len() < comparison.values.len() {
        return;
    }
    let message = format!(
        "`{}` is never {} in the loaded logs",
        comparison.column,
        list(&absent)
    );
    findings.query(&NOT_IN_DATA, comparison.range.clone(), message);
    let folded = absent.first().map(|value| value.to_lowercase());
    let mut known = values.iter();
    if let Some(near) = known.find(|known| Some(known.to_lowercase()) == folded) {
        findings.remedy(&format!("the logs have `{near}`: mind the letter case"));
    }
}
