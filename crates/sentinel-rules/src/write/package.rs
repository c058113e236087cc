//! A solution-like package: template, form of the portal, rules as YAML, read-me and checksums in a zip.
//!
//! The same rules give the same bytes: entries carry no time of their own.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::arm::{ArmOptions, pretty, write_arm};
use super::check::refused;
use super::yaml::write_yaml;
use crate::problem::Problem;
use crate::rule::Rule;

/// Longest name of a file that is made from a rule's.
const MAX_STEM: usize = 64;

/// What a package says of itself.
#[derive(Clone, Debug, Default)]
pub struct PackageText {
    /// Title of the read-me.
    pub title: String,
    /// What the rules are, in a sentence or more.
    pub about: String,
}

/// Writes the package as the bytes of a zip file.
pub fn write_package(
    rules: &[Rule],
    options: &ArmOptions,
    text: &PackageText,
) -> Result<Vec<u8>, Problem> {
    let mut files = vec![
        ("mainTemplate.json".to_owned(), write_arm(rules, options)?),
        (
            "createUiDefinition.json".to_owned(),
            pretty(&portal_form())?,
        ),
    ];
    let mut stems = BTreeSet::new();
    for rule in rules {
        let stem = file_stem(&rule.name, &mut stems);
        files.push((format!("rules/{stem}.yaml"), write_yaml(rule)));
    }
    files.push(("README.md".to_owned(), read_me(rules, text)));
    files.push(("SHA256SUMS".to_owned(), checksums(&files)));
    zipped(&files).map_err(|error| refused("", "", &error.to_string(), "report this as a bug"))
}

fn zipped(files: &[(String, String)]) -> zip::result::ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        writer.start_file(name.as_str(), options)?;
        writer.write_all(content.as_bytes())?;
    }
    Ok(writer.finish()?.into_inner())
}

/// Checksums as `sha256sum --check` reads them.
fn checksums(files: &[(String, String)]) -> String {
    let mut lines = String::new();
    for (name, content) in files {
        for byte in Sha256::digest(content.as_bytes()) {
            let _ = write!(lines, "{byte:02x}");
        }
        let _ = writeln!(lines, "  {name}");
    }
    lines
}

/// The form in which the portal asks for the workspace.
fn portal_form() -> Value {
    json!({
        "$schema": "https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#",
        "handler": "Microsoft.Azure.CreateUIDef",
        "version": "0.1.2-preview",
        "parameters": {
            "basics": [{
                "name": "workspace",
                "type": "Microsoft.Solutions.ResourceSelector",
                "label": "Log Analytics workspace",
                "toolTip": "The workspace that Microsoft Sentinel uses. Deploy into its resource group.",
                "resourceType": "Microsoft.OperationalInsights/workspaces",
                "constraints": { "required": true },
                "options": { "filter": { "subscription": "onBasics", "location": "onBasics" } },
            }],
            "steps": [],
            "outputs": { "workspace": "[basics('workspace').name]" },
        },
    })
}

fn read_me(rules: &[Rule], text: &PackageText) -> String {
    let mut out = format!("# {}\n\n{}\n\n## Rules\n\n", text.title, text.about);
    for rule in rules {
        let version = rule.version.as_deref().unwrap_or("without version");
        let kind = super::arm::kind(rule);
        let _ = writeln!(
            out,
            "- {} ({kind}, {version}, {})",
            one_line(&rule.name),
            rule.id
        );
    }
    out.push_str(
        "\n## Deploy\n\n\
        The rules are created in the resource group of the workspace. Rules of the same id are updated.\n\n\
        With Azure CLI (https://learn.microsoft.com/cli/azure/deployment/group):\n\n    \
        az deployment group create --resource-group <resource-group> --template-file mainTemplate.json --parameters workspace=<workspace>\n\n\
        In the portal, open Deploy a custom template, load `mainTemplate.json`, and `createUiDefinition.json` as its form.\n\
        In Microsoft Sentinel, Analytics, Import takes `mainTemplate.json` as well.\n\n\
        ## Check\n\n    sha256sum --check SHA256SUMS\n",
    );
    out
}

fn one_line(text: &str) -> String {
    let line = text
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter });
    line.collect()
}

/// The name of a file for a rule: plain letters, and used once.
pub fn file_stem(name: &str, taken: &mut BTreeSet<String>) -> String {
    let letters = name.chars().map(|letter| match letter {
        plain if plain.is_ascii_alphanumeric() => plain.to_ascii_lowercase(),
        _ => '-',
    });
    let words: String = letters.take(MAX_STEM).collect();
    let words: Vec<&str> = words.split('-').filter(|word| !word.is_empty()).collect();
    let base = match words.is_empty() {
        true => "rule".to_owned(),
        false => words.join("-"),
    };
    let mut stem = base.clone();
    let mut number = 1;
    while !taken.insert(stem.clone()) {
        number += 1;
        stem = format!("{base}-{number}");
    }
    stem
}
