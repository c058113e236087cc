//! Dynamic properties of an alert: what a rule's `alertDynamicProperties` take from columns.
//!
//! A value that does not fit its property is left out, as Microsoft documents it for alert details.

use kql_engine::Table;
use sentinel_rules::rule::Rule;
use serde_json::Value as Json;

use super::details::{MAX_DETAIL_VALUES, MAX_TEXT_BYTES, MAX_VALUE_BYTES, cell, names};

/// Properties that hold several values (Microsoft's page on alert details).
const COLLECTIONS: [&str; 4] = [
    "ExtendedLinks",
    "RemediationSteps",
    "SubTechniques",
    "Techniques",
];

/// The properties of an alert with their values, in the order of the rule.
pub(super) fn properties(rule: &Rule, rows: &Table, row: usize) -> Vec<(String, String)> {
    let details = rule.alert_details_override.as_ref();
    let listed = details.and_then(|details| details.get("alertDynamicProperties")?.as_array());
    let of_one = |one: &Json| {
        let text = |field: &str| one.get(field).and_then(Json::as_str);
        let (property, column) = (text("alertProperty")?, text("value")?);
        let value = cell(rows, row, column).filter(|value| fits(property, value))?;
        Some((property.to_owned(), value))
    };
    listed.into_iter().flatten().filter_map(of_one).collect()
}

/// Whether a property can have a value.
fn fits(property: &str, value: &str) -> bool {
    if COLLECTIONS.contains(&property) {
        let parts = names(value);
        let are_techniques = || parts.iter().all(|part| is_technique(part));
        return value.len() <= MAX_TEXT_BYTES
            && parts.len() <= MAX_DETAIL_VALUES
            && (property != "Techniques" || are_techniques());
    }
    value.len() <= MAX_VALUE_BYTES
        && match property {
            "ConfidenceLevel" => ["Low", "High", "Unknown"].contains(&value),
            "ConfidenceScore" => value
                .parse::<f64>()
                .is_ok_and(|score| (0.0..=1.0).contains(&score)),
            _ => true,
        }
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
            assert_eq!(fits(property, value), fits_it, "{property} {value}");
        }
        assert!(!fits("AlertLink", &"a".repeat(MAX_VALUE_BYTES + 1)));
    }
}
