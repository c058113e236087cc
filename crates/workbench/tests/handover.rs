//! Commands, links and scripts: hostile text stays one word, is refused, or comes back as it was.

use std::io::Read;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use workbench::handover::{Fields, Shell, steps};
use workbench::kusto_script::kusto_script;
use workbench::links::{data_explorer, log_analytics};

fn fields() -> Fields {
    Fields {
        subscription: "11111111-2222-3333-4444-555555555555".to_owned(),
        resource_group: "rg-(soc)".to_owned(),
        workspace: "law-soc".to_owned(),
        hsm: "hsm-prod".to_owned(),
        key: "test-key".to_owned(),
        address: "203.0.113.9".to_owned(),
    }
}

const HOSTILE: [&str; 9] = [
    "$(touch /tmp/x)",
    "`id`",
    "a; rm -rf ~",
    "it's",
    "\"double\" 'single'",
    "a\nb",
    "\\",
    "",
    "-rf",
];

#[test]
fn a_word_of_bash_is_what_bash_reads() {
    for text in HOSTILE {
        let script = format!("printf %s {}", Shell::Bash.word(text));
        let Ok(output) = Command::new("sh").args(["-c", &script]).output() else {
            return;
        };
        let read = String::from_utf8(output.stdout).expect("text");
        assert_eq!(read, text.replace('\n', " "), "{script}");
    }
}

#[test]
fn a_word_of_powershell_is_one_quoted_text() {
    let words = HOSTILE.map(|text| Shell::PowerShell.word(text));
    assert_eq!(
        words,
        [
            "'$(touch /tmp/x)'",
            "'`id`'",
            "'a; rm -rf ~'",
            "'it''s'",
            "'''double'' ''single'''",
            "'a b'",
            "'\\'",
            "''",
            "-rf",
        ]
    );
    assert_eq!(
        Shell::PowerShell.word("\u{2019}; x"),
        "'\u{2019}\u{2019}; x'"
    );
}

#[test]
fn fields_that_azure_refuses_are_named() {
    let hostile = Fields {
        subscription: "$(id)".to_owned(),
        resource_group: "ends with.".to_owned(),
        workspace: "-abc".to_owned(),
        hsm: "a--b".to_owned(),
        key: "--help".to_owned(),
        address: "1.2.3".to_owned(),
    };
    let problems = steps(&hostile, Shell::Bash, &[]).expect_err("problems");
    let names: Vec<&str> = problems.iter().map(|one| one.subject.as_str()).collect();
    assert_eq!(
        names,
        [
            "subscription",
            "resource group",
            "workspace",
            "hsm",
            "key",
            "address"
        ]
    );
    assert!(steps(&Fields::default(), Shell::Bash, &[]).is_ok());
}

#[test]
fn every_step_names_its_page_and_the_tests_delete_the_key() {
    for shell in [Shell::Bash, Shell::PowerShell] {
        let steps = steps(&fields(), shell, &[]).expect("steps");
        for step in &steps {
            assert!(step.page.starts_with("https://"), "{step:?}");
            assert!(!step.title.is_empty() && !step.about.is_empty());
        }
        let stages: Vec<&str> = steps.iter().map(|step| step.stage.as_str()).collect();
        for stage in ["connect", "verify", "deploy", "test", "remove"] {
            assert!(stages.contains(&stage), "{stage}");
        }
        let first = steps
            .iter()
            .find(|step| step.title.starts_with("Test 1"))
            .expect("test 1");
        assert_eq!(
            first.lines.last().map(String::as_str),
            Some("az keyvault key delete --hsm-name hsm-prod --name test-key")
        );
    }
    let bash = steps(&fields(), Shell::Bash, &[]).expect("steps");
    assert_eq!(
        bash[1].lines[1],
        "az monitor diagnostic-settings create --name managed-hsm-to-sentinel --resource \"$hsm\" --workspace '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-(soc)/providers/Microsoft.OperationalInsights/workspaces/law-soc' --logs '[{category:AuditEvent,enabled:true}]'"
    );
}

#[test]
fn the_queries_that_verify_bind() {
    let catalog = kql_analysis::tables::catalog();
    for step in steps(&fields(), Shell::Bash, &[]).expect("steps") {
        if !step.is_command {
            let report = kql_analysis::check::check(&step.lines.join("\n"), &catalog);
            assert!(
                report.syntax_errors.is_empty() && report.semantic_errors.is_empty(),
                "{}: {report:?}",
                step.title
            );
        }
    }
}

/// The query of an address.
fn unpacked(address: &str, mark: &str) -> String {
    let (_, packed) = address.split_once(mark).expect("a query");
    let packed = packed.split(['&', '/']).next().unwrap_or_default();
    let base64 = packed
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=");
    let bytes = STANDARD.decode(base64).expect("base64");
    let mut text = String::new();
    GzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .expect("gzip");
    text
}

#[test]
fn links_hold_the_query() {
    let query = "AzureDiagnostics\n| where x == \"é & # ? %\" // ''";
    let portal = log_analytics(query, "/subscriptions/1/resourceGroups/rg (a)/x").expect("a link");
    assert_eq!(unpacked(&portal.address, "/q/"), query);
    assert!(
        portal
            .address
            .contains("resourceId/%2Fsubscriptions%2F1%2FresourceGroups%2Frg%20%28a%29%2Fx/")
    );
    let explorer = data_explorer(query, "https://help.kusto.windows.net/", "a b").expect("a link");
    assert!(explorer.address.starts_with(
        "https://dataexplorer.azure.com/clusters/help.kusto.windows.net/databases/a%20b?query="
    ));
    assert_eq!(unpacked(&explorer.address, "?query="), query);
    assert!(data_explorer(query, "evil.example/x?y", "d").is_err());
    let random: String = (0..40_000_u32)
        .map(|n| format!("{:x}", n.wrapping_mul(2_654_435_761)))
        .collect();
    assert!(log_analytics(&random, "x").is_err());
}

#[test]
fn a_script_gives_the_table_again() {
    let log = concat!(
        r#"{"OperationName":"KeyGet","TimeGenerated":"2026-03-01T10:00:00Z","CallerIPAddress":"::1","weird_s":"a\"b\\c\n.drop table T\r\n\n]\u2028${x} '''","n_d":1.5,"ok_b":true}"#,
        "\n",
        r#"{"OperationName":"=1+1","TimeGenerated":"2026-03-01T11:00:00.1234567Z","weird_s":"","n_d":null}"#,
        "\n"
    );
    let loaded = audit_logs::load("log", log.as_bytes())
        .expect("rows")
        .remove(0);
    let script = kusto_script("Azure\"Diagnostics", &loaded.table).expect("a script");
    assert!(
        !script.trim_end().contains("\n\n"),
        "an empty line ends a command"
    );
    let start = script.find("datatable(").expect("rows");
    let end = script[start..].find("\n]\n").expect("an end") + start + 2;
    let bound = kql_analysis::bind(&script[start..end], &kql_analysis::Catalog::default());
    let query = bound
        .query
        .unwrap_or_else(|| panic!("{:?}\n{script}", bound.diagnostics));
    let tables = std::collections::BTreeMap::new();
    let back = kql_engine::run(&query, &tables, &kql_engine::RunOptions::default())
        .expect("a table")
        .tables
        .remove(0);
    assert_eq!(back.rows(), loaded.table.rows());
    for (index, column) in back.schema().columns.iter().enumerate() {
        let original = loaded
            .table
            .schema()
            .index_of(&column.name)
            .expect("a column");
        assert_eq!(column.ty, loaded.table.schema().columns[original].ty);
        for row in 0..back.rows() {
            assert_eq!(
                back.value(row, index),
                loaded.table.value(row, original),
                "{} {row}",
                column.name
            );
        }
    }
    assert!(script.contains(".set-or-replace [\"Azure\\\"Diagnostics\"]"));
}
