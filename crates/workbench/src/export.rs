//! Writes converted rules as files to download.

use sentinel_rules::rule::Rule;
use sentinel_rules::{ArmOptions, deploy_command, write_arm, write_yaml};

use crate::protocol::{ExportFile, Problem};
use crate::session::Session;

/// The chosen converted rules in a format; all when none is named.
pub(crate) fn export(
    session: &Session,
    keys: &[String],
    format: &str,
) -> Result<ExportFile, Problem> {
    let rules = chosen(session, keys)?;
    write(&rules, format)
}

/// Rules in a format: `arm`, `portal` (the same template, which the portal imports) or `yaml`.
pub fn write(rules: &[Rule], format: &str) -> Result<ExportFile, Problem> {
    match format {
        "arm" | "portal" => template(rules),
        "yaml" => Ok(yaml(rules)),
        other => Err(Problem::about(
            other,
            "this export format is not known",
            "use `arm`, `portal` or `yaml`",
        )),
    }
}

fn chosen(session: &Session, keys: &[String]) -> Result<Vec<Rule>, Problem> {
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

fn template(rules: &[Rule]) -> Result<ExportFile, Problem> {
    let name = "managed-hsm-rules.json".to_owned();
    let text = write_arm(rules, &ArmOptions::default())?;
    Ok(ExportFile {
        command: deploy_command(&name),
        name,
        mime: "application/json".to_owned(),
        text,
    })
}

fn yaml(rules: &[Rule]) -> ExportFile {
    let documents: Vec<String> = rules.iter().map(write_yaml).collect();
    ExportFile {
        name: "managed-hsm-rules.yaml".to_owned(),
        mime: "application/yaml".to_owned(),
        text: documents.join("---\n"),
        command: String::new(),
    }
}
