//! The one model of an analytics rule that every reader fills and every writer reads.
//!
//! Nothing a file says is lost: fields the model does not know are kept in [`Rule::extra`] under the
//! name and in the order of the file, and writers of the same format put them back.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::duration::Duration;

/// An analytics rule, independent of the file format it came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// GUID of the rule or of its template, as written.
    pub id: String,
    /// Display name.
    pub name: String,
    /// Description, without the outer quotes of the house style.
    pub description: String,
    /// Scheduled or NRT.
    pub kind: RuleKind,
    /// Severity of its alerts.
    pub severity: Option<Severity>,
    /// `X.Y.Z`, when the file gives one.
    pub version: Option<String>,
    /// Query text, as it is evaluated.
    pub query: String,
    /// Schedule and trigger; `None` for NRT.
    pub schedule: Option<Schedule>,
    /// MITRE tactics without blanks.
    pub tactics: Vec<String>,
    /// MITRE techniques and sub-techniques (`T1078.003`).
    pub techniques: Vec<String>,
    /// Data connectors that must be connected.
    pub connectors: Vec<Connector>,
    /// How result columns become entities.
    pub entity_mappings: Vec<EntityMapping>,
    /// Custom details: key and column.
    pub custom_details: Vec<(String, String)>,
    /// Alert details override, as in ARM.
    pub alert_details_override: Option<Value>,
    /// One alert for all rows, or one per row.
    pub event_grouping: EventGrouping,
    /// Incident creation and grouping, as in ARM; `None` when the file does not say.
    pub incident_configuration: Option<Value>,
    /// Pause after an alert; `None` when off.
    pub suppression: Option<Duration>,
    /// Whether a deployed rule runs; `None` for templates that do not say.
    pub enabled: Option<bool>,
    /// Template that the rule was made from, by GUID.
    pub template_id: Option<String>,
    /// Fields the model has no place for, by their name in the file.
    pub extra: Map<String, Value>,
    /// Where the rule came from.
    pub origin: Origin,
}

impl Rule {
    /// Name of the pack that the rule says it belongs to, in its `metadata`.
    pub fn pack(&self) -> Option<&str> {
        self.extra.get("metadata")?.get("pack")?.as_str()
    }

    /// Whether a run with this many result rows raises an alert; an NRT rule asks for any.
    pub fn fires(&self, rows: u64) -> bool {
        match &self.schedule {
            Some(schedule) => schedule.operator.fires(rows, schedule.threshold),
            None => rows > 0,
        }
    }
}

/// The kinds of rule that Rulesmith reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RuleKind {
    /// Runs at a frequency over a period.
    Scheduled,
    /// Near real time: runs every minute over the rows ingested in one minute.
    #[serde(rename = "NRT")]
    Nrt,
}

/// Severity of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Severity {
    Informational,
    Low,
    Medium,
    High,
}

/// When a scheduled rule runs and when its result is an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Schedule {
    /// Time between two runs.
    pub frequency: Duration,
    /// Span of log that a run reads, ending at the run.
    pub period: Duration,
    /// How the number of rows is compared.
    pub operator: TriggerOperator,
    /// With what it is compared.
    pub threshold: u32,
}

/// Comparison of a run's number of rows with the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum TriggerOperator {
    GreaterThan,
    LessThan,
    Equal,
    NotEqual,
}

impl TriggerOperator {
    /// Whether `rows` results raise an alert.
    pub fn fires(self, rows: u64, threshold: u32) -> bool {
        let threshold = u64::from(threshold);
        match self {
            Self::GreaterThan => rows > threshold,
            Self::LessThan => rows < threshold,
            Self::Equal => rows == threshold,
            Self::NotEqual => rows != threshold,
        }
    }
}

/// A data connector and the tables it fills.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connector {
    /// Connector id; some old rules have none.
    pub connector_id: Option<String>,
    /// Data types it delivers.
    pub data_types: Vec<String>,
}

/// Columns that identify one entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EntityMapping {
    /// `Account`, `IP`, `AzureResource`, …
    pub entity_type: String,
    /// Identifiers and the columns that hold them.
    pub field_mappings: Vec<FieldMapping>,
}

/// One identifier of an entity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldMapping {
    /// Identifier, such as `Address`.
    pub identifier: String,
    /// Result column.
    pub column_name: String,
}

/// How the rows of a run become alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventGrouping {
    /// One alert for all rows.
    #[default]
    SingleAlert,
    /// One alert per row, up to the documented cap.
    AlertPerResult,
}

/// Where a rule came from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// Name of the uploaded file; inside an archive `archive.zip/inner.yaml`.
    pub file: String,
    /// Place in the file, such as a JSON path; empty when the file is the rule.
    pub path: String,
    /// Format it was read from.
    pub format: Format,
}

/// File formats of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Format {
    /// YAML file of Azure-Sentinel.
    #[default]
    Yaml,
    /// ARM template: portal export or scope form.
    Arm,
    /// Content Hub solution template.
    Solution,
    /// Bicep file.
    Bicep,
    /// Terraform file.
    Terraform,
}

impl Format {
    /// Whether a file of this format describes the deployed rule by the properties of ARM.
    pub fn is_deployment(self) -> bool {
        matches!(self, Self::Arm | Self::Bicep | Self::Terraform)
    }
}
