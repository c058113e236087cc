//! What the arguments of Terraform's azurerm provider are called in ARM. Writer and reader use one table.
//!
//! Names and shapes after the provider's pages of `azurerm_sentinel_alert_rule_scheduled` and `…_nrt`.

/// How an argument is written.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// `name = value`.
    Value,
    /// One block.
    Block(&'static [Argument]),
    /// A block for each item of a list.
    Blocks(&'static [Argument]),
}

/// An argument by its names.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Argument {
    pub arm: &'static str,
    pub hcl: &'static str,
    pub shape: Shape,
}

const fn value(arm: &'static str, hcl: &'static str) -> Argument {
    Argument {
        arm,
        hcl,
        shape: Shape::Value,
    }
}

const fn block(arm: &'static str, hcl: &'static str, inner: &'static [Argument]) -> Argument {
    Argument {
        arm,
        hcl,
        shape: Shape::Block(inner),
    }
}

const fn blocks(arm: &'static str, hcl: &'static str, inner: &'static [Argument]) -> Argument {
    Argument {
        arm,
        hcl,
        shape: Shape::Blocks(inner),
    }
}

/// Resource types and the kind of rule each makes.
pub(crate) const KINDS: [(&str, &str); 2] = [
    ("azurerm_sentinel_alert_rule_scheduled", "Scheduled"),
    ("azurerm_sentinel_alert_rule_nrt", "NRT"),
];

/// The argument that names the workspace.
pub(crate) const WORKSPACE: &str = "log_analytics_workspace_id";

/// Arguments of a rule, beside its name and its workspace.
pub(crate) const ARGUMENTS: [Argument; 21] = [
    value("displayName", "display_name"),
    value("description", "description"),
    value("severity", "severity"),
    value("enabled", "enabled"),
    value("query", "query"),
    value("queryFrequency", "query_frequency"),
    value("queryPeriod", "query_period"),
    value("triggerOperator", "trigger_operator"),
    value("triggerThreshold", "trigger_threshold"),
    value("suppressionEnabled", "suppression_enabled"),
    value("suppressionDuration", "suppression_duration"),
    value("tactics", "tactics"),
    value("techniques", "techniques"),
    value("alertRuleTemplateName", "alert_rule_template_guid"),
    value("templateVersion", "alert_rule_template_version"),
    value("customDetails", "custom_details"),
    block("eventGroupingSettings", "event_grouping", &EVENT_GROUPING),
    block("incidentConfiguration", "incident", &INCIDENT),
    block("alertDetailsOverride", "alert_details_override", &OVERRIDE),
    blocks("entityMappings", "entity_mapping", &ENTITY),
    blocks(
        "sentinelEntitiesMappings",
        "sentinel_entity_mapping",
        &SENTINEL_ENTITY,
    ),
];

const EVENT_GROUPING: [Argument; 1] = [value("aggregationKind", "aggregation_method")];

const INCIDENT: [Argument; 2] = [
    value("createIncident", "create_incident_enabled"),
    block("groupingConfiguration", "grouping", &GROUPING),
];

const GROUPING: [Argument; 7] = [
    value("enabled", "enabled"),
    value("lookbackDuration", "lookback_duration"),
    value("reopenClosedIncident", "reopen_closed_incidents"),
    value("matchingMethod", "entity_matching_method"),
    value("groupByEntities", "by_entities"),
    value("groupByAlertDetails", "by_alert_details"),
    value("groupByCustomDetails", "by_custom_details"),
];

const OVERRIDE: [Argument; 5] = [
    value("alertDisplayNameFormat", "display_name_format"),
    value("alertDescriptionFormat", "description_format"),
    value("alertSeverityColumnName", "severity_column_name"),
    value("alertTacticsColumnName", "tactics_column_name"),
    blocks("alertDynamicProperties", "dynamic_property", &DYNAMIC),
];

const DYNAMIC: [Argument; 2] = [value("alertProperty", "name"), value("value", "value")];

const ENTITY: [Argument; 2] = [
    value("entityType", "entity_type"),
    blocks("fieldMappings", "field_mapping", &FIELD),
];

const FIELD: [Argument; 2] = [
    value("identifier", "identifier"),
    value("columnName", "column_name"),
];

const SENTINEL_ENTITY: [Argument; 1] = [value("columnName", "column_name")];
