//! What is written reads back as it was, whatever a rule says; another reader of HCL agrees.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sentinel_rules::duration::Duration;
use sentinel_rules::rule::{
    Connector, EntityMapping, EventGrouping, FieldMapping, Format, Origin, Rule, RuleKind,
    Schedule, Severity, TriggerOperator,
};
use sentinel_rules::{
    ArmOptions, Automation, Owner, PackageText, differences, read, read_automation, write_arm,
    write_automation, write_bicep, write_package, write_terraform, write_yaml,
};
use serde_json::{Map, Value, json};

/// Pieces that break careless writers, between ordinary ones.
const PIECES: [&str; 40] = [
    "a",
    "Vault",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\t",
    "\r\n",
    "'",
    "''",
    "'''",
    "\"",
    "\\",
    "\\n",
    "${",
    "$${",
    "$$${",
    "$",
    "%{",
    "%%{",
    "%%%{",
    "%",
    "{",
    "}",
    "[",
    "]",
    "[[",
    "=1+1",
    "@x",
    "-2",
    "// c",
    "/*",
    "#",
    "QUERY\n",
    "é",
    "日本",
    "\u{1f600}",
    "\u{1}",
    "\u{2028}",
    "null",
];

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..14)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("a text says something", |text| !text.trim().is_empty())
}

fn columns() -> impl Strategy<Value = (Vec<EntityMapping>, Vec<(String, String)>)> {
    let mapping = text().prop_map(|column| EntityMapping {
        entity_type: "IP".to_owned(),
        field_mappings: vec![FieldMapping {
            identifier: "Address".to_owned(),
            column_name: column,
        }],
    });
    let details = proptest::collection::btree_map("[a-z]{1,4}|a\\$\\{b|'k'", text(), 0..3);
    (proptest::collection::vec(mapping, 0..3), details)
        .prop_map(|(mappings, details)| (mappings, details.into_iter().collect()))
}

/// A rule that says everything that a deployed rule has a place for.
fn deployed() -> impl Strategy<Value = Rule> {
    let texts = (text(), text(), text(), text(), text());
    let choices = (any::<[bool; 5]>(), 0_u32..10_000, 5_u64..20_000);
    (texts, columns(), choices).prop_map(|(texts, (entities, details), (flags, threshold, minutes))| {
        let nrt = flags[0];
        Rule {
            id: "a717a651-a14d-5e02-8111-2c639758b513".to_owned(),
            name: texts.0,
            description: if flags[4] { texts.1 } else { String::new() },
            kind: if nrt { RuleKind::Nrt } else { RuleKind::Scheduled },
            severity: Some(if flags[1] { Severity::High } else { Severity::Informational }),
            version: flags[2].then(|| "1.2.3".to_owned()),
            query: texts.2,
            schedule: (!nrt).then_some(Schedule {
                frequency: Duration::of_seconds(minutes * 60),
                period: Duration::of_seconds(minutes * 60),
                operator: TriggerOperator::NotEqual,
                threshold,
            }),
            tactics: vec!["Impact".to_owned()],
            techniques: vec!["T1485".to_owned(), "T1110".to_owned()],
            connectors: Vec::new(),
            entity_mappings: entities,
            custom_details: details,
            alert_details_override: flags[3].then(|| {
                json!({
                    "alertDisplayNameFormat": texts.3,
                    "alertDynamicProperties": [{ "alertProperty": "ProductName", "value": texts.4 }],
                })
            }),
            event_grouping: if flags[1] { EventGrouping::AlertPerResult } else { EventGrouping::SingleAlert },
            incident_configuration: Some(json!({
                "createIncident": flags[2],
                "groupingConfiguration": {
                    "enabled": flags[3], "reopenClosedIncident": false, "lookbackDuration": "PT5H",
                    "matchingMethod": "Selected", "groupByEntities": ["IP"],
                    "groupByAlertDetails": [], "groupByCustomDetails": [],
                },
            })),
            suppression: flags[4].then(|| Duration::of_seconds(minutes * 60)),
            enabled: Some(flags[0]),
            template_id: flags[2].then(|| "d6491be0-ab2d-439d-95d6-ad8ea39277c5".to_owned()),
            extra: Map::new(),
            origin: Origin { format: Format::Arm, ..Origin::default() },
        }
    })
}

/// The rules of a file, without where they came from.
fn reread(name: &str, bytes: &[u8]) -> Vec<Rule> {
    let outcome = read(name, bytes);
    assert!(
        outcome.problems.is_empty(),
        "{:?}\n{}",
        outcome.problems,
        String::from_utf8_lossy(bytes)
    );
    let home = |rule| Rule {
        origin: Origin {
            format: Format::Arm,
            ..Origin::default()
        },
        ..rule
    };
    outcome.rules.into_iter().map(home).collect()
}

fn only(rule: &Rule) -> &[Rule] {
    std::slice::from_ref(rule)
}

/// An HCL value of the other reader as JSON.
fn hcl_rule(text: &str) -> Value {
    let mut context = hcl::eval::Context::new();
    context.declare_var("string", "string");
    let id = hcl::value!({ "log_analytics_workspace_id" = "id" });
    context.declare_var("var", id);
    let body: Value =
        hcl::eval::from_str(text, &context).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let resources = body["resource"].as_object().expect("resources");
    let named = resources.values().next().expect("a type");
    named
        .as_object()
        .and_then(|rules| rules.values().next())
        .expect("a rule")
        .clone()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_template_reads_back(rule in deployed()) {
        let written = write_arm(only(&rule), &ArmOptions::default()).expect("a template");
        prop_assert_eq!(reread("a.json", written.as_bytes()), vec![rule]);
    }

    #[test]
    fn bicep_reads_back(rule in deployed()) {
        let written = write_bicep(only(&rule), &ArmOptions::default()).expect("Bicep");
        prop_assert_eq!(reread("a.bicep", written.as_bytes()), vec![rule], "{}", written);
    }

    #[test]
    fn terraform_reads_back_and_another_reader_agrees(rule in deployed()) {
        let written = write_terraform(only(&rule), &ArmOptions::default()).expect("Terraform");
        let other = hcl_rule(&written);
        prop_assert_eq!(other["display_name"].as_str(), Some(rule.name.as_str()), "{}", written);
        prop_assert_eq!(other["query"].as_str(), Some(rule.query.as_str()), "{}", written);
        let details: BTreeMap<String, String> = rule.custom_details.iter().cloned().collect();
        if !details.is_empty() {
            prop_assert_eq!(&other["custom_details"], &json!(details));
        }
        let back = reread("a.tf", written.as_bytes());
        prop_assert_eq!(differences(&rule, &back[0]), vec![], "{}", written);
        prop_assert_eq!(&back[0].query, &rule.query);
    }

    #[test]
    fn yaml_reads_back(mut rule in deployed(), connector in text()) {
        // The quotes of the house style and the blanks around them are not part of a description.
        rule.description = rule.description.trim().trim_matches('\'').trim().to_owned();
        rule.connectors = vec![Connector { connector_id: Some(connector), data_types: vec!["T".to_owned()] }];
        let written = write_yaml(&rule);
        let back = reread("a.yaml", written.as_bytes());
        prop_assert_eq!(differences(&rule, &back[0]), vec![], "{}", written);
    }

    #[test]
    fn broken_files_are_problems(rule in deployed(), cut in 0.0_f64..1.0, noise in "[\"'{}$%\\\\<\n]{0,3}") {
        for written in [
            write_bicep(only(&rule), &ArmOptions::default()).expect("Bicep"),
            write_terraform(only(&rule), &ArmOptions::default()).expect("Terraform"),
        ] {
            let mut at = (written.len() as f64 * cut) as usize;
            while !written.is_char_boundary(at) {
                at -= 1;
            }
            let _ = read("cut", &written.as_bytes()[..at]);
            let _ = read("noisy", format!("{}{noise}{}", &written[..at], &written[at..]).as_bytes());
        }
    }
}

#[test]
fn a_scheduled_rule_without_connectors_has_the_field_that_is_asked_of_it() {
    for mut rule in bundled_rules() {
        rule.connectors.clear();
        let written = write_yaml(&rule);
        let is_scheduled = rule.kind == RuleKind::Scheduled;
        assert_eq!(
            written.contains("\nrequiredDataConnectors: []\n"),
            is_scheduled,
            "{written}"
        );
        assert!(
            reread("a.yaml", written.as_bytes())[0]
                .connectors
                .is_empty()
        );
    }
}

fn bundled_rules() -> Vec<Rule> {
    sentinel_rules::bundled()
        .into_iter()
        .flat_map(|(file, text)| read(file, text.as_bytes()).rules)
        .collect()
}

/// The fields in which the rules of a file differ from the bundled ones.
fn lost(file: &str, bytes: &[u8]) -> Vec<String> {
    let back = reread(file, bytes);
    let rules = bundled_rules();
    assert_eq!(back.len(), rules.len());
    let pairs = rules.iter().zip(&back);
    let mut fields: Vec<String> = pairs
        .flat_map(|(rule, back)| differences(rule, back))
        .map(|difference| difference.field)
        .collect();
    fields.sort();
    fields.dedup();
    fields
}

#[test]
fn what_a_format_has_no_place_for_is_named() {
    let rules = bundled_rules();
    let options = ArmOptions::default();
    let deployed = [
        "enabled",
        "incidentConfiguration",
        "metadata",
        "requiredDataConnectors",
        "version",
    ];
    let arm = write_arm(&rules, &options).expect("a template");
    assert_eq!(lost("a.json", arm.as_bytes()), deployed);
    let bicep = write_bicep(&rules, &options).expect("Bicep");
    assert_eq!(lost("a.bicep", bicep.as_bytes()), deployed);
    let terraform = write_terraform(&rules, &options).expect("Terraform");
    assert_eq!(lost("a.tf", terraform.as_bytes()), deployed);
    let text = PackageText {
        title: "Rules".to_owned(),
        about: "For a test.".to_owned(),
    };
    let package = write_package(&rules, &options, &text).expect("a package");
    assert_eq!(lost("a.zip", &package), Vec::<String>::new());
    assert_eq!(
        package,
        write_package(&rules, &options, &text).expect("a package")
    );
}

#[test]
fn signs_of_templates_in_a_row_stand_in_terraform() {
    for signs in ["${$%{", "$%{", "%${", "%{${", "$$%{", "%%${"] {
        let mut rule = bundled_rules().remove(0);
        rule.query = format!("T // {signs}\n");
        let written = write_terraform(only(&rule), &ArmOptions::default()).expect("Terraform");
        let other = hcl_rule(&written);
        assert_eq!(
            other["query"].as_str(),
            Some(rule.query.as_str()),
            "{written}"
        );
        assert_eq!(reread("a.tf", written.as_bytes())[0].query, rule.query);
    }
}

#[test]
fn terraform_stands_as_its_formatter_leaves_it() {
    let mut rule = bundled_rules().remove(0);
    rule.custom_details = [("Callers", "CallerIPs"), ("Uris", "RequestUris")]
        .map(|(name, column)| (name.to_owned(), column.to_owned()))
        .into();
    let written = write_terraform(only(&rule), &ArmOptions::default()).expect("Terraform");
    for lines in [
        "\n  severity                   = \"Low\"\n",
        "\n  query                      = <<QUERY\n",
        "\n  techniques                 = [\"T1485\"]\n  custom_details = {\n    \"Callers\" = \"CallerIPs\"\n    \"Uris\"    = \"RequestUris\"\n  }\n",
        "\n      identifier  = \"AadUserId\"\n      column_name = \"AadUserId\"\n",
    ] {
        assert!(written.contains(lines), "{lines}\nis not in\n{written}");
    }
}

#[test]
fn an_empty_column_of_an_entity_stands_in_terraform() {
    let mut rules = bundled_rules();
    let rule = &mut rules[0];
    rule.entity_mappings[0].field_mappings[0]
        .column_name
        .clear();
    let written = write_terraform(only(rule), &ArmOptions::default()).expect("Terraform");
    let back = reread("a.tf", written.as_bytes());
    assert_eq!(back[0].entity_mappings, rule.entity_mappings);
}

#[test]
fn an_automation_rule_reads_back() {
    let rules = bundled_rules();
    let automation = Automation {
        name: "[Triage]".to_owned(),
        order: 7,
        tags: vec!["managed-hsm".to_owned(), "[x]".to_owned()],
        owner: Some(Owner { object_id: "3f1d6f0e-5b0a-4f6e-9a51-7c2f7f3a1c11".to_owned(), is_group: true }),
        severity: Some(Severity::High),
        playbook: Some("/subscriptions/3f1d6f0e-5b0a-4f6e-9a51-7c2f7f3a1c11/resourceGroups/rg/providers/Microsoft.Logic/workflows/notify".to_owned()),
    };
    let text = write_automation(&rules, &automation).expect("a template");
    let (ids, back) = read_automation("a.json", &text).expect("an automation rule");
    assert_eq!(back, automation);
    assert_eq!(
        ids,
        rules.iter().map(|rule| rule.id.clone()).collect::<Vec<_>>()
    );
    fits_schema(&text);
    let without = Automation {
        tags: vec![],
        owner: None,
        severity: None,
        playbook: None,
        ..automation.clone()
    };
    let problem = write_automation(&rules, &without).expect_err("nothing to do");
    assert_eq!(problem.field.as_deref(), Some("actions"));
    let hostile = Automation {
        playbook: Some("/subscriptions/x'); drop".to_owned()),
        ..automation
    };
    assert!(write_automation(&rules, &hostile).is_err());
}

/// Holds a text against the strict schema beside the project, when it is there.
#[allow(clippy::print_stderr, reason = "a skipped test says so")]
fn fits_schema(text: &str) {
    let folder = std::env::var_os("RULESMITH_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let Ok(schema) =
        std::fs::read_to_string(folder.join("schemas/automation-rule-template.schema.json"))
    else {
        eprintln!("skipped: ../shared not present");
        return;
    };
    let schema =
        jsonschema::validator_for(&serde_json::from_str(&schema).expect("JSON")).expect("a schema");
    let template = serde_json::from_str(text).expect("JSON");
    let errors: Vec<String> = schema
        .iter_errors(&template)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn what_cannot_be_read_is_named_with_its_line() {
    let problem = |file: &str, text: &str| {
        let outcome = read(file, text.as_bytes());
        let problem = &outcome.problems[0];
        format!("{:?}: {}", problem.line, problem.message)
    };
    let bicep =
        "resource r 'Microsoft.SecurityInsights/alertRules@2025-09-01' = {\n  name: guid('x')\n}\n";
    assert_eq!(
        problem("a.bicep", bicep),
        "Some(2): this Bicep file cannot be read: the function `guid` is not evaluated"
    );
    let head = "resource \"azurerm_sentinel_alert_rule_nrt\" \"a\" {\n";
    assert_eq!(
        problem(
            "a.tf",
            &format!("{head}  display_name = \"x ${{var.y}}\"\n}}\n")
        ),
        "Some(2): this Terraform file cannot be read: `${…}` in a text is not evaluated"
    );
    assert_eq!(
        problem("a.tf", &format!("{head}  quary = \"x\"\n}}\n")),
        "Some(2): this Terraform file cannot be read: `quary` is no argument here"
    );
}

#[test]
fn a_difference_shows_the_lines() {
    let before = bundled_rules()
        .into_iter()
        .find(|rule| rule.query.contains("= 25;"))
        .expect("a rule");
    let after = Rule {
        query: before.query.replacen("25", "26", 1),
        severity: Some(Severity::High),
        ..before.clone()
    };
    let found = differences(&before, &after);
    let fields: Vec<&str> = found.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(fields, ["severity", "query"]);
    let changed: Vec<String> = found[1]
        .lines
        .iter()
        .filter_map(|line| match line {
            sentinel_rules::LineChange::Same(_) => None,
            sentinel_rules::LineChange::Removed(text) => Some(format!("-{text}")),
            sentinel_rules::LineChange::Added(text) => Some(format!("+{text}")),
        })
        .collect();
    assert_eq!(
        changed,
        [
            "-let readsPerOperation = 25;",
            "+let readsPerOperation = 26;"
        ]
    );
}
