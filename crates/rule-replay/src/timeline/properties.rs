//! Dynamic properties of an alert: what a rule's `alertDynamicProperties` take from columns.
//!
//! A value that does not fit its property is left out, as Microsoft documents it for alert details.

use kql_engine::Table;
use sentinel_rules::rule::Rule;
use serde_json::Value as Json;

use super::details::{
    MAX_FIELD_VALUES, MAX_TEXT_BYTES, MAX_VALUE_BYTES, cell, names, quoted, within, without_value,
};
use crate::cut::{Cut, CutPart};

/// Properties that hold several values (Microsoft's page on alert details).
const COLLECTIONS: [&str; 4] = [
    "ExtendedLinks",
    "RemediationSteps",
    "SubTechniques",
    "Techniques",
];

/// The properties of an alert with their values, in the order of the rule, and which have none.
pub(super) fn properties(
    rule: &Rule,
    rows: &Table,
    row: usize,
) -> (Vec<(String, String)>, Vec<Cut>) {
    let details = rule.alert_details_override.as_ref();
    let listed = details.and_then(|details| details.get("alertDynamicProperties")?.as_array());
    let (mut properties, mut cuts) = (Vec::new(), Vec::new());
    for one in listed.into_iter().flatten() {
        let text = |field: &str| one.get(field).and_then(Json::as_str);
        let (Some(property), Some(column)) = (text("alertProperty"), text("value")) else {
            continue;
        };
        let value = cell(rows, row, column).ok_or_else(|| without_value(column));
        match value.and_then(|value| fitting(property, value)) {
            Ok(value) => properties.push((property.to_owned(), value)),
            Err(reason) => cuts.push(Cut::of(
                CutPart::AlertDetails,
                format!("{property} is left out: {reason}."),
            )),
        }
    }
    (properties, cuts)
}

/// The value of a property; else why it does not fit.
fn fitting(property: &str, value: String) -> Result<String, String> {
    if COLLECTIONS.contains(&property) {
        let value = within(value, MAX_TEXT_BYTES)?;
        let parts = names(&value);
        if parts.len() > MAX_FIELD_VALUES {
            return Err(format!("it would have more than {MAX_FIELD_VALUES} values"));
        }
        let wrong = parts.iter().find(|part| !is_technique(part));
        return match wrong.filter(|_| property == "Techniques") {
            Some(wrong) => Err(format!("`{}` is no technique", quoted(wrong))),
            None => Ok(value),
        };
    }
    let value = within(value, MAX_VALUE_BYTES)?;
    let wanted = match property {
        "ConfidenceLevel" if !["Low", "High", "Unknown"].contains(&value.as_str()) => {
            "neither Low, High nor Unknown"
        }
        "ConfidenceScore" if !is_score(&value) => "no number from 0 to 1",
        _ => return Ok(value),
    };
    Err(format!("`{}` is {wanted}", quoted(&value)))
}

fn is_score(text: &str) -> bool {
    let number = text.parse::<f64>();
    number.is_ok_and(|score| (0.0..=1.0).contains(&score))
}

/// `T` and four digits.
fn is_technique(text: &str) -> bool {
    let digits = text.strip_prefix('T').unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_must_fit_their_property() {
        for (property, value, fits_it) in [
            ("Techniques", "[\"T1485\",\"T1552\"]", true),
            ("Techniques", "T1485, T1552", true),
            ("Techniques", "T1552.001", false),
            ("ConfidenceLevel", "High", true),
            ("ConfidenceLevel", "Medium", false),
            ("ConfidenceScore", "0.5", true),
            ("ConfidenceScore", "1.5", false),
            ("ConfidenceScore", "much", false),
            ("ProductName", "A product", true),
        ] {
            let fitting = fitting(property, value.to_owned());
            assert_eq!(fitting.is_ok(), fits_it, "{property} {value}");
        }
        let long = fitting("AlertLink", "a".repeat(MAX_VALUE_BYTES + 1));
        assert_eq!(
            long.unwrap_err(),
            "it would take 257 bytes, and at most 256 are kept"
        );
    }
}
