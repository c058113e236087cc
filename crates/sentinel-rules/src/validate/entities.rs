//! Limits of entity mappings, and the identifiers that each type of entity needs.

use super::Findings;
use crate::rule::{EntityMapping, Rule};

/// Most entity mappings of a rule.
const MAX_MAPPINGS: usize = 10;
/// Most identifiers of one mapping.
const MAX_IDENTIFIERS: usize = 3;

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
