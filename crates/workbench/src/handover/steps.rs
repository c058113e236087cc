//! The steps themselves.

use sentinel_rules::rule::Rule;

use super::{Fields, Shell, Step};
use crate::export::FORMATS;

/// Reads of one key in the second test; the rule asks for more than 25.
const READS: u32 = 28;
/// Name of the diagnostic setting.
const SETTING: &str = "managed-hsm-to-sentinel";

const LOGGING: &str = "https://learn.microsoft.com/azure/key-vault/managed-hsm/logging";
const KEYS: &str = "https://learn.microsoft.com/azure/key-vault/managed-hsm/key-management";
const RECOVERY: &str = "https://learn.microsoft.com/azure/key-vault/managed-hsm/recovery";
const DEPLOYMENT: &str = "https://learn.microsoft.com/cli/azure/deployment/group";
const IMPORT: &str = "https://learn.microsoft.com/azure/sentinel/import-export-analytics-rules";
const TERRAFORM: &str = "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/sentinel_alert_rule_scheduled";
const QUERY: &str = "https://learn.microsoft.com/cli/azure/monitor/log-analytics";
const INDICATORS: &str = "https://learn.microsoft.com/azure/sentinel/indicators-bulk-file-import";
const RESOURCE: &str = "https://learn.microsoft.com/cli/azure/resource";
const SETTINGS: &str = "https://learn.microsoft.com/cli/azure/monitor/diagnostic-settings";
const CUSTOM: &str = "https://learn.microsoft.com/azure/azure-resource-manager/templates/quickstart-create-templates-use-the-portal";

pub(super) fn all(fields: &Fields, shell: Shell, rules: &[Rule]) -> Vec<Step> {
    let writer = Writer { fields, shell };
    let mut steps = writer.connect();
    steps.extend(writer.verify());
    steps.extend(writer.deploy());
    steps.extend(writer.tests());
    steps.extend(writer.remove(rules));
    steps
}

struct Writer<'a> {
    fields: &'a Fields,
    shell: Shell,
}

impl Writer<'_> {
    fn command(&self, words: &[&str]) -> String {
        self.shell.command(words)
    }

    /// `az … --hsm-name … --name …` for a key.
    fn key(&self, verb: &str, more: &[&str]) -> String {
        let hsm = self.fields.hsm.as_str();
        let mut words = vec![
            "az",
            "keyvault",
            "key",
            verb,
            "--hsm-name",
            hsm,
            "--name",
            &self.fields.key,
        ];
        words.extend(more);
        self.command(&words)
    }

    /// A variable that holds the HSM's resource id, and how it is read.
    fn hsm_id(&self) -> (String, &'static str) {
        let show = [
            "az",
            "keyvault",
            "show",
            "--hsm-name",
            &self.fields.hsm,
            "--query",
            "id",
            "--output",
            "tsv",
        ];
        let show = self.command(&show);
        match self.shell {
            Shell::Bash => (format!("hsm=$({show})"), "\"$hsm\""),
            Shell::PowerShell => (format!("$hsm = {show}"), "$hsm"),
        }
    }

    fn connect(&self) -> Vec<Step> {
        let (assign, hsm) = self.hsm_id();
        let settings = self.command(&[
            "az",
            "monitor",
            "diagnostic-settings",
            "create",
            "--name",
            SETTING,
            "--resource",
        ]);
        let rest = self.command(&[
            "--workspace",
            &self.fields.workspace_id(),
            "--logs",
            "[{category:AuditEvent,enabled:true}]",
        ]);
        vec![
            command(
                "connect",
                "Sign in and choose the subscription",
                "Once per session.",
                vec![
                    self.command(&["az", "login"]),
                    self.command(&[
                        "az",
                        "account",
                        "set",
                        "--subscription",
                        &self.fields.subscription,
                    ]),
                ],
                "https://learn.microsoft.com/cli/azure/account",
            ),
            command(
                "connect",
                "Send the HSM's audit log to the workspace",
                "Without it no rule finds anything. The rows go to AzureDiagnostics. The list of logs is in Azure CLI's shorthand, which needs no quotes of JSON.",
                vec![assign, format!("{settings} {hsm} {rest}")],
                LOGGING,
            ),
        ]
    }

    fn verify(&self) -> Vec<Step> {
        let filter = "AzureDiagnostics\n| where ResourceProvider == 'MICROSOFT.KEYVAULT' and ResourceType == 'MANAGEDHSMS'";
        let filled = format!(
            "{filter}\n| where TimeGenerated > ago(1d)\n| summarize Rows = count(), First = min(TimeGenerated), Last = max(TimeGenerated) by Resource"
        );
        let customer = self.command(&[
            "az",
            "monitor",
            "log-analytics",
            "workspace",
            "show",
            "--subscription",
            &self.fields.subscription,
            "--resource-group",
            &self.fields.resource_group,
            "--workspace-name",
            &self.fields.workspace,
            "--query",
            "customerId",
            "--output",
            "tsv",
        ]);
        let (assign, workspace) = match self.shell {
            Shell::Bash => (format!("workspace=$({customer})"), "\"$workspace\""),
            Shell::PowerShell => (format!("$workspace = {customer}"), "$workspace"),
        };
        let ask = self.command(&["az", "monitor", "log-analytics", "query", "--workspace"]);
        let query = self.command(&["--analytics-query", &filled, "--output", "table"]);
        vec![
            kql(
                "Is the table filled?",
                "The first rows come some minutes after the setting. None after half an hour: check the setting, and use the HSM once.",
                &filled,
            ),
            command(
                "verify",
                "The same from the command line",
                "Needs the extension log-analytics, which Azure CLI offers to install.",
                vec![assign, format!("{ask} {workspace} {query}")],
                QUERY,
            ),
            kql(
                "Which operations occur?",
                "Microsoft publishes no list of the operations of a Managed HSM: compare these with those that the rules name.",
                &format!(
                    "{filter}\n| where TimeGenerated > ago(30d)\n| summarize Rows = count(), Callers = dcount(CallerIPAddress), Last = max(TimeGenerated) by OperationName, ResultType\n| sort by Rows desc"
                ),
            ),
            kql(
                "Which columns are filled?",
                "A rule that reads a column which is not there is refused, or disabled later.",
                &format!(
                    "{filter}\n| where TimeGenerated > ago(30d)\n| take 1000\n| extend Row = pack_all(true)\n| mv-expand Column = bag_keys(Row) to typeof(string)\n| summarize Rows = count() by Column\n| sort by Column asc"
                ),
            ),
        ]
    }

    fn deploy(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = ["arm", "bicep", "automation"]
            .into_iter()
            .map(|format| {
                let about = match format {
                    "automation" => "After the rules: a condition on a rule that is not there never holds.",
                    _ => "The first command shows what would change, the second changes it. A rule of the same id is updated.",
                };
                let lines = ["what-if", "create"].map(|verb| self.group(verb, file(format)));
                command("deploy", &format!("Deploy {}", file(format)), about, lines.into(), DEPLOYMENT)
            })
            .collect();
        steps.push(command(
            "deploy",
            &format!("Deploy {}", file("terraform")),
            "Run in the folder of the file.",
            vec![
                self.command(&["terraform", "init"]),
                self.terraform("plan"),
                self.terraform("apply"),
            ],
            TERRAFORM,
        ));
        steps.push(command(
            "deploy",
            &format!("Import {} in the portal", file("portal")),
            "Microsoft Sentinel, Analytics, Import. At most 50 rules from one file.",
            Vec::new(),
            IMPORT,
        ));
        steps.push(command(
            "deploy",
            &format!("Deploy {} in the portal", file("package")),
            "Unpack it. Deploy a custom template, with mainTemplate.json as the template and createUiDefinition.json as its form.",
            Vec::new(),
            CUSTOM,
        ));
        steps
    }

    fn group(&self, verb: &str, file: &str) -> String {
        self.command(&[
            "az",
            "deployment",
            "group",
            verb,
            "--subscription",
            &self.fields.subscription,
            "--resource-group",
            &self.fields.resource_group,
            "--template-file",
            file,
            "--parameters",
            &format!("workspace={}", self.fields.workspace),
        ])
    }

    fn terraform(&self, verb: &str) -> String {
        let variable = format!("log_analytics_workspace_id={}", self.fields.workspace_id());
        let subscription = match self.shell {
            Shell::Bash => format!(
                "ARM_SUBSCRIPTION_ID={} ",
                self.shell.word(&self.fields.subscription)
            ),
            Shell::PowerShell => format!(
                "$env:ARM_SUBSCRIPTION_ID = {}; ",
                self.shell.word(&self.fields.subscription)
            ),
        };
        format!(
            "{subscription}{}",
            self.command(&["terraform", verb, "-var", &variable])
        )
    }

    fn tests(&self) -> Vec<Step> {
        let indicator = format!(
            "[ipv{}-addr:value = '{}']",
            if self.fields.address.contains(':') {
                6
            } else {
                4
            },
            self.fields.address
        );
        vec![
            command(
                "test",
                "Test 1: create a key and delete it",
                "Sensitive operation. The article of 2022 repeats the creation where the deletion belongs; the last command is the one that raises the alert.",
                vec![
                    self.key("create", &["--kty", "RSA-HSM", "--size", "2048"]),
                    self.key("show", &[]),
                    self.key("delete", &[]),
                ],
                KEYS,
            ),
            command(
                "test",
                "Test 2: read one key many times",
                "Mass retrieval asks for more than 25 reads by one caller. Versions of Microsoft's rule from 1.0.5 on ask for more than 10 different addresses as well and stay quiet.",
                vec![
                    self.key("create", &["--kty", "RSA-HSM", "--size", "2048"]),
                    self.shell
                        .repeated(READS, &self.key("show", &["--output", "none"])),
                ],
                KEYS,
            ),
            command(
                "test",
                "Test 3: be known to threat intelligence",
                &format!(
                    "In Microsoft Sentinel, Threat intelligence, add an indicator for your own address: {indicator}, valid from now. Then use the HSM once. Remove the indicator afterwards."
                ),
                vec![self.key("show", &[])],
                INDICATORS,
            ),
        ]
    }

    fn remove(&self, rules: &[Rule]) -> Vec<Step> {
        let (assign, hsm) = self.hsm_id();
        let delete = self.command(&[
            "az",
            "monitor",
            "diagnostic-settings",
            "delete",
            "--name",
            SETTING,
            "--resource",
        ]);
        let workspace = self.fields.workspace_id();
        let rule = |rule: &Rule| {
            let id = format!(
                "{workspace}/providers/Microsoft.SecurityInsights/alertRules/{}",
                rule.id
            );
            self.command(&[
                "az",
                "resource",
                "delete",
                "--ids",
                &id,
                "--api-version",
                "2025-09-01",
            ])
        };
        vec![
            command(
                "remove",
                "Delete the key of the tests, and purge it",
                "A deleted key can be recovered until it is purged. Purging raises an alert of its own, and is refused where purge protection is on.",
                vec![self.key("delete", &[]), self.key("purge", &[])],
                RECOVERY,
            ),
            command(
                "remove",
                "Delete the rules",
                "Alerts and incidents that they raised stay. Rules of Terraform are removed by `terraform destroy` with the same variable.",
                rules.iter().map(rule).collect(),
                RESOURCE,
            ),
            command(
                "remove",
                "Stop sending the audit log",
                "Rows that have arrived stay in the workspace.",
                vec![assign, format!("{delete} {hsm}")],
                SETTINGS,
            ),
        ]
    }
}

fn file(format: &str) -> &'static str {
    let found = FORMATS.iter().find(|known| known.name == format);
    found.map_or("", |known| known.file)
}

fn command(stage: &str, title: &str, about: &str, lines: Vec<String>, page: &str) -> Step {
    Step {
        stage: stage.to_owned(),
        title: title.to_owned(),
        about: about.to_owned(),
        is_command: true,
        lines,
        page: page.to_owned(),
    }
}

fn kql(title: &str, about: &str, query: &str) -> Step {
    Step {
        is_command: false,
        page: "https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics"
            .to_owned(),
        ..command(
            "verify",
            title,
            about,
            query.lines().map(str::to_owned).collect(),
            "",
        )
    }
}
