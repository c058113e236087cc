//! STIX 2.1 indicators as rows of both indicator tables.

use serde_json::{Map, Value, json};

/// Types of STIX objects that are no indicators and are left out in silence.
const OTHER_OBJECTS: [&str; 14] = [
    "identity",
    "relationship",
    "marking-definition",
    "malware",
    "threat-actor",
    "report",
    "attack-pattern",
    "campaign",
    "observed-data",
    "intrusion-set",
    "tool",
    "vulnerability",
    "sighting",
    "extension-definition",
];

/// Whether an object of this type with these fields is an indicator.
pub(crate) fn is_indicator(kind: &str, has: impl Fn(&str) -> bool) -> bool {
    kind == "indicator" && has("pattern")
}

/// Whether an object of this type with these fields is another part of a bundle.
pub(crate) fn is_other_object(kind: &str, has: impl Fn(&str) -> bool) -> bool {
    OTHER_OBJECTS.contains(&kind) && has("id")
}

/// A row of ThreatIntelIndicators.
pub(crate) fn row(stix: &Map<String, Value>) -> Map<String, Value> {
    let (key, value) = observable(stix).unwrap_or_default();
    let revoked = stix
        .get("revoked")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let row = json!({
        "Type": crate::schema::INDICATORS,
        "TimeGenerated": time(stix),
        "Id": text(stix, "id"),
        "SourceSystem": "STIX file",
        "Pattern": text(stix, "pattern"),
        "ObservableKey": key,
        "ObservableValue": value,
        "ValidFrom": stix.get("valid_from"),
        "ValidUntil": stix.get("valid_until"),
        "Created": stix.get("created"),
        "Modified": stix.get("modified"),
        "IsActive": !revoked,
        "IsDeleted": false,
        "Revoked": revoked,
        "Confidence": confidence(stix),
        "Tags": stix.get("labels").map(Value::to_string),
        "Data": stix,
    });
    fields(row)
}

/// A row of ThreatIntelligenceIndicator.
pub(crate) fn legacy_row(stix: &Map<String, Value>) -> Map<String, Value> {
    let (key, value) = observable(stix).unwrap_or_default();
    let column = match key.as_str() {
        "ipv4-addr:value" | "ipv6-addr:value" => "NetworkIP",
        "network-traffic:src_ref.value" => "NetworkSourceIP",
        "network-traffic:dst_ref.value" => "NetworkDestinationIP",
        "domain-name:value" => "DomainName",
        "url:value" => "Url",
        "email-addr:value" => "EmailSenderAddress",
        _ => "AdditionalInformation",
    };
    let revoked = stix
        .get("revoked")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    let row = json!({
        "Type": crate::schema::INDICATORS_LEGACY,
        "TimeGenerated": time(stix),
        "IndicatorId": text(stix, "id"),
        "SourceSystem": "STIX file",
        "Description": text(stix, "description"),
        "ThreatType": stix.pointer_text("/indicator_types/0"),
        "ExpirationDateTime": stix.get("valid_until"),
        "ConfidenceScore": confidence(stix),
        "Active": !revoked,
        "Tags": stix.get("labels").map(Value::to_string),
        column: value,
    });
    fields(row)
}

/// Key and value of the first comparison of a pattern such as `[ipv4-addr:value = '203.0.113.7']`.
fn observable(stix: &Map<String, Value>) -> Option<(String, String)> {
    let pattern = stix.get("pattern")?.as_str()?;
    let inner = pattern.trim().strip_prefix('[')?;
    let (key, rest) = inner.split_once('=')?;
    let quoted = rest.trim_start().strip_prefix('\'')?;
    let (value, _) = quoted.split_once('\'')?;
    Some((key.trim().to_owned(), value.to_owned()))
}

/// The time at which Sentinel would show the indicator: its last change.
fn time(stix: &Map<String, Value>) -> Option<&Value> {
    ["modified", "created", "valid_from"]
        .iter()
        .find_map(|field| stix.get(*field))
}

fn text<'a>(stix: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    stix.get(field).and_then(Value::as_str)
}

/// Confidence, which files write as a number or as text.
fn confidence(stix: &Map<String, Value>) -> Option<i64> {
    match stix.get("confidence")? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Text at a path inside an object.
trait PointerText {
    fn pointer_text(&self, path: &str) -> Option<String>;
}

impl PointerText for Map<String, Value> {
    fn pointer_text(&self, path: &str) -> Option<String> {
        let mut parts = path.trim_start_matches('/').split('/');
        let mut value = self.get(parts.next()?)?;
        for part in parts {
            value = match value {
                Value::Array(items) => items.get(part.parse::<usize>().ok()?)?,
                Value::Object(fields) => fields.get(part)?,
                _ => return None,
            };
        }
        value.as_str().map(str::to_owned)
    }
}
