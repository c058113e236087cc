//! `rulesmith export`: write deployable files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use sentinel_rules::rule::Severity;
use sentinel_rules::{Automation, Owner};
use workbench::export::{Check, export_rules};

use crate::commands::rules::{read_all, read_pack};
use crate::files::{self, Failure};

/// Arguments of `export`.
#[derive(Args)]
pub struct Arguments {
    /// Rule files: YAML, ARM templates, Bicep, Terraform, solutions, zip archives
    #[arg(required_unless_present = "pack")]
    rules: Vec<String>,
    /// Export a pack of rules that comes with the program: key-vault or managed-hsm
    #[arg(long, value_name = "PACK", conflicts_with = "rules")]
    pack: Option<String>,
    /// Shape of the file
    #[arg(long, value_enum)]
    format: Format,
    /// File to write; `-` is standard output
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    automation: AutomationArguments,
}

/// What an automation rule does with the incidents; for `--format automation`.
#[derive(Args)]
struct AutomationArguments {
    /// Name of the automation rule
    #[arg(long, default_value = "Triage of Managed HSM incidents")]
    automation_name: String,
    /// Its place among the automation rules of the workspace
    #[arg(long, default_value_t = 100)]
    order: u16,
    /// Tag to put on the incidents; may be repeated
    #[arg(long = "tag")]
    tags: Vec<String>,
    /// Object id of the user who gets the incidents
    #[arg(long, value_name = "GUID", conflicts_with = "owner_group")]
    owner: Option<String>,
    /// Object id of the group that gets the incidents
    #[arg(long, value_name = "GUID")]
    owner_group: Option<String>,
    /// Severity that the incidents get
    #[arg(long, value_enum)]
    severity: Option<NewSeverity>,
    /// Resource id of the Logic App to run
    #[arg(long, value_name = "ID")]
    playbook: Option<String>,
}

/// Severity of an incident.
#[derive(Clone, Copy, ValueEnum)]
enum NewSeverity {
    Informational,
    Low,
    Medium,
    High,
}

/// Shape of an exported file.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// An ARM template with the workspace's name as parameter
    Arm,
    /// The same, for the portal's import
    Portal,
    /// Azure-Sentinel's YAML
    Yaml,
    /// Bicep with the workspace's name as parameter
    Bicep,
    /// Terraform (azurerm) with the workspace's id as variable
    Terraform,
    /// An ARM template with an automation rule for the rules' incidents
    Automation,
    /// A zip with template, portal form, rules as YAML, read-me and checksums
    Package,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Arm => "arm",
            Self::Portal => "portal",
            Self::Yaml => "yaml",
            Self::Bicep => "bicep",
            Self::Terraform => "terraform",
            Self::Automation => "automation",
            Self::Package => "package",
        }
    }
}

impl AutomationArguments {
    fn automation(&self) -> Automation {
        let owner = |id: &Option<String>, is_group| {
            id.clone().map(|object_id| Owner {
                object_id,
                is_group,
            })
        };
        Automation {
            name: self.automation_name.clone(),
            order: self.order,
            tags: self.tags.clone(),
            owner: owner(&self.owner, false).or_else(|| owner(&self.owner_group, true)),
            severity: self.severity.map(|severity| match severity {
                NewSeverity::Informational => Severity::Informational,
                NewSeverity::Low => Severity::Low,
                NewSeverity::Medium => Severity::Medium,
                NewSeverity::High => Severity::High,
            }),
            playbook: self.playbook.clone(),
        }
    }
}

/// Writes all rules to one file; findings of validation and what the format does not carry are warnings.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let read = match &arguments.pack {
        Some(name) => read_pack(name)?,
        None => read_all(&arguments.rules)?,
    };
    let automation = arguments.automation.automation();
    let exported =
        export_rules(&read.rules, arguments.format.name(), &automation).map_err(|problem| {
            let about = match problem.subject.is_empty() {
                true => String::new(),
                false => format!("{}: ", problem.subject),
            };
            Failure::new(format!("{about}{}; {}", problem.message, problem.remedy))
        })?;
    exported.checks.iter().for_each(warn);
    files::write(&arguments.out, &exported.bytes)?;
    Ok(ExitCode::from(u8::from(read.had_problems)))
}

fn warn(check: &Check) {
    for (field, message, remedy) in &check.findings {
        files::warn(&format!("{}: {field}: {message}; {remedy}", check.rule));
    }
    let lost = |after: &Option<String>| after.is_none();
    let fields = |gone: bool| -> Vec<&str> {
        let those = check.differences.iter();
        those
            .filter(|difference| lost(&difference.after) == gone)
            .map(|difference| difference.field.as_str())
            .collect()
    };
    let (gone, changed) = (fields(true), fields(false));
    if !gone.is_empty() {
        let list = gone.join(", ");
        files::warn(&format!(
            "{}: this format has no place for {list}",
            check.rule
        ));
    }
    if !changed.is_empty() {
        let list = changed.join(", ");
        files::warn(&format!(
            "{}: the file sets {list}, which the rule leaves open or says otherwise",
            check.rule
        ));
    }
}
