//! Writes converted rules as files to download: one function for every format.
//!
//! A file is read back before it is given. What the format has no place for is named; a file that cannot
//! be read back is not given.

use sentinel_rules::rule::Rule;
use sentinel_rules::{
    ArmOptions, Automation, Difference, PackageText, differences, read, read_automation, validate,
    write_arm, write_automation, write_bicep, write_package, write_terraform, write_yaml,
};
use serde::Serialize;

use crate::protocol::Problem;
use crate::session::Session;

/// A format of exported rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Format {
    /// Its name in the command line.
    pub name: &'static str,
    /// Suggested name of the file; the portal's is that of its own export.
    pub file: &'static str,
    /// MIME type.
    pub mime: &'static str,
}

/// Every format, in the order in which they are offered.
pub const FORMATS: [Format; 7] = [
    format("arm", "managed-hsm-rules.json", "application/json"),
    format(
        "portal",
        "Azure_Sentinel_analytic_rules.json",
        "application/json",
    ),
    format("yaml", "managed-hsm-rules.yaml", "application/yaml"),
    format("bicep", "managed-hsm-rules.bicep", "text/plain"),
    format("terraform", "managed-hsm-rules.tf", "text/plain"),
    format(
        "automation",
        "managed-hsm-automation.json",
        "application/json",
    ),
    format("package", "managed-hsm-rules.zip", "application/zip"),
];

const fn format(name: &'static str, file: &'static str, mime: &'static str) -> Format {
    Format { name, file, mime }
}

/// A file with what is to be known about it.
#[derive(Clone, Debug, Serialize)]
pub struct Exported {
    /// Its format.
    pub format: Format,
    /// Content.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// What is to be known about each rule.
    pub checks: Vec<Check>,
}

/// What is to be known about an exported rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Name of the rule.
    pub rule: String,
    /// What Azure would refuse, or do otherwise than meant: field, message, remedy.
    pub findings: Vec<(String, String, String)>,
    /// What the file says otherwise than the rule, such as fields that the format has no place for.
    pub differences: Vec<Difference>,
}

/// Writes rules in a format of [`FORMATS`] and reads the file back.
pub fn export_rules(
    rules: &[Rule],
    name: &str,
    automation: &Automation,
) -> Result<Exported, Problem> {
    let Some(format) = FORMATS.into_iter().find(|format| format.name == name) else {
        let names: Vec<String> = FORMATS
            .iter()
            .map(|one| format!("`{}`", one.name))
            .collect();
        let remedy = format!("use one of {}", names.join(", "));
        return Err(Problem::about(
            name,
            "this export format is not known",
            remedy,
        ));
    };
    let options = ArmOptions::default();
    let bytes = match name {
        "arm" | "portal" => write_arm(rules, &options)?.into_bytes(),
        "yaml" => yaml(rules).into_bytes(),
        "bicep" => write_bicep(rules, &options)?.into_bytes(),
        "terraform" => write_terraform(rules, &options)?.into_bytes(),
        "automation" => write_automation(rules, automation)?.into_bytes(),
        _ => write_package(rules, &options, &package_text())?,
    };
    let checks = match name {
        "automation" => automation_checks(rules, automation, &bytes)?,
        _ => checks(rules, &format, &bytes)?,
    };
    Ok(Exported {
        format,
        bytes,
        checks,
    })
}

fn package_text() -> PackageText {
    PackageText {
        title: "Analytics rules for Azure Managed HSM".to_owned(),
        about: "Rules for Microsoft Sentinel that watch the audit log of Azure Managed HSM, converted from rules for Azure Key Vault by Rulesmith. This is not a package of Microsoft.".to_owned(),
    }
}

fn checks(rules: &[Rule], format: &Format, bytes: &[u8]) -> Result<Vec<Check>, Problem> {
    let back = read(format.file, bytes);
    if let Some(problem) = back.problems.into_iter().next() {
        return Err(problem.into());
    }
    let check = |rule: &Rule| {
        let same = |other: &&Rule| other.id == rule.id && other.name == rule.name;
        let written = back.rules.iter().find(same).ok_or_else(|| {
            let message = "the written file does not have this rule";
            Problem::about(&rule.name, message, "report this as a bug")
        })?;
        Ok(Check {
            rule: rule.name.clone(),
            findings: findings(rule),
            differences: differences(rule, written),
        })
    };
    rules.iter().map(check).collect()
}

fn automation_checks(
    rules: &[Rule],
    automation: &Automation,
    bytes: &[u8],
) -> Result<Vec<Check>, Problem> {
    let text = String::from_utf8_lossy(bytes);
    let (ids, back) = read_automation("the written file", &text)?;
    let same = ids.iter().eq(rules.iter().map(|rule| &rule.id)) && back == *automation;
    if !same {
        let message = "the written automation rule reads back otherwise";
        return Err(Problem::about(
            &automation.name,
            message,
            "report this as a bug",
        ));
    }
    Ok(Vec::new())
}

fn findings(rule: &Rule) -> Vec<(String, String, String)> {
    validate(rule)
        .into_iter()
        .map(|found| (found.field, found.message, found.remedy))
        .collect()
}

fn yaml(rules: &[Rule]) -> String {
    let documents: Vec<String> = rules.iter().map(write_yaml).collect();
    documents.join("---\n")
}

/// The converted rules with these keys; all when none is named.
pub(crate) fn chosen(session: &Session, keys: &[String]) -> Result<Vec<Rule>, Problem> {
    if keys.is_empty() {
        return Ok(session
            .rules
            .iter()
            .map(|rule| rule.converted.rule.clone())
            .collect());
    }
    let converted = |key: &String| {
        let index = session.rule_index(key)?;
        Ok(session.rules[index].converted.rule.clone())
    };
    keys.iter().map(converted).collect()
}
