//! `rulesmith handover`: the commands before and after an export, filled in.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use workbench::handover::{Fields, Shell, Step, steps};

use crate::commands::choices::Format;
use crate::commands::rules::read_all;
use crate::files::{self, Failure};

/// Arguments of `handover`.
#[derive(Args)]
pub struct Arguments {
    /// Rules that were exported, for the commands that delete them
    rules: Vec<String>,
    /// Subscription of the workspace
    #[arg(long, value_name = "GUID", default_value = "")]
    subscription: String,
    /// Resource group of the workspace
    #[arg(long, value_name = "NAME", default_value = "")]
    resource_group: String,
    /// Log Analytics workspace of Microsoft Sentinel
    #[arg(long, value_name = "NAME", default_value = "")]
    workspace: String,
    /// Managed HSM
    #[arg(long, value_name = "NAME", default_value = "")]
    hsm: String,
    /// Key that the tests make and delete
    #[arg(long, value_name = "NAME", default_value = "rulesmith-test")]
    key: String,
    /// Your own address, for the test with threat intelligence
    #[arg(long, value_name = "ADDRESS", default_value = "")]
    address: String,
    /// Shell of the commands
    #[arg(long, value_enum, default_value_t = For::Bash)]
    shell: For,
    /// How the steps are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Shell of the commands.
#[derive(Clone, Copy, ValueEnum)]
enum For {
    Bash,
    Powershell,
}

/// Prints every step; refuses fields that Azure does not take.
pub fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let read = read_all(&arguments.rules)?;
    let fields = Fields {
        subscription: arguments.subscription.clone(),
        resource_group: arguments.resource_group.clone(),
        workspace: arguments.workspace.clone(),
        hsm: arguments.hsm.clone(),
        key: arguments.key.clone(),
        address: arguments.address.clone(),
    };
    let shell = match arguments.shell {
        For::Bash => Shell::Bash,
        For::Powershell => Shell::PowerShell,
    };
    let steps = steps(&fields, shell, &read.rules).map_err(|problems| {
        let lines = problems
            .iter()
            .map(|one| format!("{}; {}", one.message, one.remedy));
        Failure::new(lines.collect::<Vec<String>>().join("\n"))
    })?;
    let text = match arguments.format {
        Format::Json => {
            serde_json::to_string_pretty(&steps).map_err(|error| Failure::new(error.to_string()))?
        }
        Format::Text => steps.iter().map(shown).collect(),
    };
    files::print_line(text.trim_end())?;
    Ok(ExitCode::from(u8::from(read.had_problems)))
}

fn shown(step: &Step) -> String {
    let lines = step.lines.iter().map(|line| match step.is_command {
        true => format!("{line}\n"),
        // A query is no command: in a script it is a comment.
        false => format!("#     {line}\n"),
    });
    let lines: String = lines.collect();
    format!(
        "# [{}] {}\n# {}\n# {}\n{lines}\n",
        step.stage, step.title, step.about, step.page
    )
}
