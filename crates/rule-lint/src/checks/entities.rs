//! Entity mappings against the columns of the result.

use kql_analysis::nearest;
use kql_analysis::plan::Plan;
use kql_analysis::types::{ScalarType, Schema};
use sentinel_rules::rule::FieldMapping;
use sentinel_rules::validate;

use super::placeholders;
use crate::finding::Findings;
use crate::registry::{
    ENTITY_COLUMN, ENTITY_COLUMN_LOST, ENTITY_IDENTIFIER, ENTITY_LIMITS, ENTITY_TYPE, NO_ENTITIES,
};
use crate::subject::Subject;

/// Deepest nesting of operators that is looked into for a lost column.
const MAX_DEPTH: usize = 200;

/// The identifiers of each type, as the service's documentation and Azure-Sentinel's tests list them.
const IDENTIFIERS: [(&str, &str); 19] = [
    (
        "Account",
        "Name FullName NTDomain DnsDomain UPNSuffix Sid AadTenantId AadUserId PUID IsDomainJoined DisplayName ObjectGuid CloudAppAccountId",
    ),
    (
        "Host",
        "DnsDomain NTDomain HostName FullName NetBiosName AzureID OMSAgentID OSFamily OSVersion IsDomainJoined",
    ),
    ("IP", "Address"),
    ("URL", "Url"),
    ("AzureResource", "ResourceId"),
    ("CloudApplication", "AppId Name InstanceName"),
    ("DNS", "DomainName"),
    ("File", "Directory Name"),
    ("FileHash", "Algorithm Value"),
    ("Malware", "Name Category"),
    (
        "Process",
        "ProcessId CommandLine ElevationToken CreationTimeUtc",
    ),
    ("RegistryKey", "Hive Key"),
    ("RegistryValue", "Name Value ValueType"),
    ("SecurityGroup", "DistinguishedName SID ObjectGuid"),
    (
        "Mailbox",
        "MailboxPrimaryAddress DisplayName Upn ExternalDirectoryObjectId RiskLevel",
    ),
    (
        "MailCluster",
        "NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats Query QueryTime MailCount IsVolumeAnomaly Source ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup",
    ),
    (
        "MailMessage",
        "Recipient Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain ReceivedDate NetworkMessageId InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4 BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods",
    ),
    (
        "SubmissionMail",
        "NetworkMessageId Timestamp Recipient Sender SenderIp Subject ReportType SubmissionId SubmissionDate Submitter",
    ),
    (
        "IoTDevice",
        "DeviceId DeviceName Manufacturer Model FirmwareVersion OperatingSystem MacAddress Protocols SerialNumber Source IoTSecurityAgentId DeviceType",
    ),
];

/// Identifiers that are lists, so that a dynamic column fits.
const LISTS: [&str; 5] = [
    "NetworkMessageIds",
    "Urls",
    "Threats",
    "Protocols",
    "ThreatDetectionMethods",
];

pub(super) fn check(subject: &Subject<'_>, findings: &mut Findings) {
    let rule = subject.rule;
    if rule.entity_mappings.is_empty() && !rule.extra.contains_key("sentinelEntitiesMappings") {
        findings.field(
            &NO_ENTITIES,
            "entityMappings",
            "no column of the result is mapped to an entity",
        );
    }
    for found in validate(rule) {
        if found.field == "entityMappings" {
            findings.field(&ENTITY_LIMITS, found.field, found.message);
            findings.remedy(&found.remedy);
        }
    }
    for (at, mapping) in rule.entity_mappings.iter().enumerate() {
        for (number, field) in mapping.field_mappings.iter().enumerate() {
            let path = format!("entityMappings[{at}].fieldMappings[{number}]");
            check_identifier(&mapping.entity_type, field, &path, findings);
            check_column(subject, &mapping.entity_type, field, &path, findings);
        }
    }
}

/// A field that the type of entity does not have.
fn check_identifier(entity: &str, field: &FieldMapping, path: &str, findings: &mut Findings) {
    let Some((_, identifiers)) = IDENTIFIERS.iter().find(|(known, _)| *known == entity) else {
        return;
    };
    let known = || identifiers.split(' ');
    if known().any(|known| known == field.identifier) {
        return;
    }
    let message = format!("`{entity}` has no identifier `{}`", field.identifier);
    findings.field(&ENTITY_IDENTIFIER, format!("{path}.identifier"), message);
    let near = nearest(&field.identifier, known());
    let remedy = near.map(|near| format!("did you mean `{near}`?"));
    findings.remedy(&remedy.unwrap_or_default());
}

/// A column that is missing, or whose type or values do not fit.
fn check_column(
    subject: &Subject<'_>,
    entity: &str,
    field: &FieldMapping,
    path: &str,
    findings: &mut Findings,
) {
    let Some(result) = subject.result() else {
        return;
    };
    let path = format!("{path}.columnName");
    let what = format!("{entity} {}", field.identifier);
    match result.index_of(&field.column_name) {
        None => missing(subject, result, &field.column_name, &what, path, findings),
        Some(at) => {
            let ty = result.columns[at].ty;
            if !fits(&field.identifier, ty) {
                let message = format!(
                    "{what} is mapped from `{}`, which is of type {}",
                    field.column_name,
                    ty.name()
                );
                findings.field(&ENTITY_TYPE, path.clone(), message);
            }
            placeholders::check(subject, field, &what, path, findings);
        }
    }
}

/// Whether values of a type say what an identifier needs.
fn fits(identifier: &str, ty: ScalarType) -> bool {
    match ty {
        ScalarType::String | ScalarType::Guid | ScalarType::Unknown => true,
        ScalarType::Dynamic => LISTS.contains(&identifier),
        ScalarType::DateTime => identifier.contains("Time") || identifier.contains("Date"),
        ScalarType::Bool => identifier.starts_with("Is"),
        ScalarType::TimeSpan => false,
        _ => !matches!(
            identifier,
            "Address" | "ResourceId" | "Url" | "UPNSuffix" | "DomainName"
        ),
    }
}

/// A column that the result lacks: lost on the way, or never there.
fn missing(
    subject: &Subject<'_>,
    result: &Schema,
    column: &str,
    what: &str,
    path: String,
    findings: &mut Findings,
) {
    let plan = subject.result_plan();
    if let Some(operator) = plan.and_then(|plan| loser(plan, column, MAX_DEPTH)) {
        let word = subject.rule.query.get(operator.range.clone());
        let word = word.unwrap_or_default();
        let word = word.split_whitespace().next().unwrap_or("an operator");
        let message = format!("{what} is mapped from `{column}`, which `{word}` drops");
        findings.query(&ENTITY_COLUMN_LOST, operator.range.clone(), message);
        return;
    }
    let message = format!("{what} is mapped from `{column}`, which the result does not have");
    findings.field(&ENTITY_COLUMN, path, message);
    findings.remedy(&near_column(result, column).unwrap_or_default());
}

/// A remedy that names the nearest column.
pub(super) fn near_column(result: &Schema, column: &str) -> Option<String> {
    let columns = result.columns.iter().map(|column| column.name.as_str());
    let near = nearest(column, columns)?;
    Some(format!("did you mean `{near}`?"))
}

/// The last operator whose input has a column and whose result does not.
fn loser<'p>(plan: &'p Plan, column: &str, depth: usize) -> Option<&'p Plan> {
    let depth = depth.checked_sub(1)?;
    let inputs = plan.parts().plans;
    let has = |input: &&Plan| input.schema.index_of(column).is_some();
    if inputs.iter().any(has) {
        return Some(plan);
    }
    let mut inputs = inputs.into_iter();
    inputs.find_map(|input| loser(input, column, depth))
}
