//! Limits of entity mappings, and the identifiers that each type of entity needs.

use super::Findings;
use crate::rule::{EntityMapping, Rule};

/// Most entity mappings of a rule.
pub const MAX_MAPPINGS: usize = 10;
/// Most identifiers of one mapping.
pub const MAX_IDENTIFIERS: usize = 3;

/// Type of entity and the sets of identifiers of which a mapping needs one (Azure-Sentinel's tests).
const NEEDED: [(&str, &[&[&str]]); 18] = [
    (
        "Account",
        &[
            &["FullName"],
            &["Sid"],
            &["Name"],
            &["AadUserId"],
            &["PUID"],
            &["ObjectGuid"],
        ],
    ),
    (
        "Host",
        &[
            &["FullName"],
            &["HostName"],
            &["NetBiosName"],
            &["AzureID"],
            &["OMSAgentID"],
        ],
    ),
    ("IP", &[&["Address"]]),
    ("URL", &[&["Url"]]),
    ("AzureResource", &[&["ResourceId"]]),
    ("CloudApplication", &[&["AppId"], &["Name"]]),
    ("DNS", &[&["DomainName"]]),
    ("File", &[&["Name"]]),
    ("FileHash", &[&["Algorithm", "Value"]]),
    ("Malware", &[&["Name"]]),
    ("Process", &[&["CommandLine"], &["ProcessId"]]),
    ("RegistryKey", &[&["Key"], &["Hive"]]),
    ("RegistryValue", &[&["Name"]]),
    (
        "SecurityGroup",
        &[&["DistinguishedName"], &["SID"], &["ObjectGuid"]],
    ),
    ("Mailbox", &[&["MailboxPrimaryAddress"]]),
    ("MailCluster", &[&["Query"], &["Source"]]),
    ("MailMessage", &[&["NetworkMessageId"], &["Recipient"]]),
    (
        "SubmissionMail",
        &[
            &["SubmissionId"],
            &["NetworkMessageId"],
            &["Recipient"],
            &["Submitter"],
        ],
    ),
];

/// Type of entity and every identifier that it has (Azure-Sentinel's tests).
const IDENTIFIERS: [(&str, &[&str]); 18] = [
    (
        "Account",
        &[
            "Name",
            "FullName",
            "NTDomain",
            "DnsDomain",
            "UPNSuffix",
            "Sid",
            "AadTenantId",
            "AadUserId",
            "PUID",
            "IsDomainJoined",
            "DisplayName",
            "ObjectGuid",
            "CloudAppAccountId",
        ],
    ),
    (
        "Host",
        &[
            "DnsDomain",
            "NTDomain",
            "HostName",
            "FullName",
            "NetBiosName",
            "AzureID",
            "OMSAgentID",
            "OSFamily",
            "OSVersion",
            "IsDomainJoined",
        ],
    ),
    ("IP", &["Address"]),
    ("URL", &["Url"]),
    ("AzureResource", &["ResourceId"]),
    ("CloudApplication", &["AppId", "Name", "InstanceName"]),
    ("DNS", &["DomainName"]),
    ("File", &["Directory", "Name"]),
    ("FileHash", &["Algorithm", "Value"]),
    ("Malware", &["Name", "Category"]),
    (
        "Process",
        &[
            "ProcessId",
            "CommandLine",
            "ElevationToken",
            "CreationTimeUtc",
        ],
    ),
    ("RegistryKey", &["Hive", "Key"]),
    ("RegistryValue", &["Name", "Value", "ValueType"]),
    ("SecurityGroup", &["DistinguishedName", "SID", "ObjectGuid"]),
    (
        "Mailbox",
        &[
            "MailboxPrimaryAddress",
            "DisplayName",
            "Upn",
            "ExternalDirectoryObjectId",
            "RiskLevel",
        ],
    ),
    (
        "MailCluster",
        &[
            "NetworkMessageIds",
            "CountByDeliveryStatus",
            "CountByThreatType",
            "CountByProtectionStatus",
            "Threats",
            "Query",
            "QueryTime",
            "MailCount",
            "IsVolumeAnomaly",
            "Source",
            "ClusterSourceIdentifier",
            "ClusterSourceType",
            "ClusterQueryStartTime",
            "ClusterQueryEndTime",
            "ClusterGroup",
        ],
    ),
    (
        "MailMessage",
        &[
            "Recipient",
            "Urls",
            "Threats",
            "Sender",
            "P1Sender",
            "P1SenderDisplayName",
            "P1SenderDomain",
            "SenderIP",
            "P2Sender",
            "P2SenderDisplayName",
            "P2SenderDomain",
            "ReceivedDate",
            "NetworkMessageId",
            "InternetMessageId",
            "Subject",
            "BodyFingerprintBin1",
            "BodyFingerprintBin2",
            "BodyFingerprintBin3",
            "BodyFingerprintBin4",
            "BodyFingerprintBin5",
            "AntispamDirection",
            "DeliveryAction",
            "DeliveryLocation",
            "Language",
            "ThreatDetectionMethods",
        ],
    ),
    (
        "SubmissionMail",
        &[
            "NetworkMessageId",
            "Timestamp",
            "Recipient",
            "Sender",
            "SenderIp",
            "Subject",
            "ReportType",
            "SubmissionId",
            "SubmissionDate",
            "Submitter",
        ],
    ),
];

pub(super) fn check(rule: &Rule, findings: &mut Findings) {
    if rule.entity_mappings.len() > MAX_MAPPINGS {
        let message = format!("at most {MAX_MAPPINGS} mappings are allowed");
        findings.add("entityMappings", message, "leave the least useful out");
    }
    for mapping in &rule.entity_mappings {
        check_mapping(mapping, findings);
    }
}

fn check_mapping(mapping: &EntityMapping, findings: &mut Findings) {
    let entity = &mapping.entity_type;
    let Some((_, needed)) = NEEDED.iter().find(|(known, _)| known == entity) else {
        let message = format!("`{entity}` is no type of entity that a template may map");
        return findings.add("entityMappings", message, "map one of the documented types");
    };
    if !(1..=MAX_IDENTIFIERS).contains(&mapping.field_mappings.len()) {
        let message =
            format!("the mapping of `{entity}` does not have 1 to {MAX_IDENTIFIERS} identifiers");
        findings.add("entityMappings", message, "keep the strongest ones");
    }
    let known = IDENTIFIERS.iter().find(|(known, _)| known == entity);
    for field in &mapping.field_mappings {
        let name = &field.identifier;
        let Some((_, identifiers)) = known.filter(|(_, all)| !all.contains(&name.as_str())) else {
            continue;
        };
        let similar = identifiers
            .iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        let remedy = match similar {
            Some(similar) => format!("write it as {similar}"),
            None => format!("use {}", identifiers.join(", ")),
        };
        let message = format!("`{name}` is no identifier of `{entity}`");
        findings.add("entityMappings", message, &remedy);
    }
    let has = |name: &&str| {
        mapping
            .field_mappings
            .iter()
            .any(|field| field.identifier == *name)
    };
    if !needed.iter().any(|set| set.iter().all(has)) {
        let sets: Vec<String> = needed.iter().map(|set| set.join(" with ")).collect();
        let message = format!(
            "the mapping of `{entity}` identifies nothing; it needs {}",
            sets.join(" or ")
        );
        findings.add("entityMappings", message, "add one of them");
    }
}
