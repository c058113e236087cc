//! Every format of a sample loads to the same rows, and broken files say what is wrong.

use std::collections::BTreeMap;

use audit_logs::generate::{Options, SCENARIOS, generate, scenario};
use audit_logs::write::{Format, SHAPES, Shape, write};
use audit_logs::{Loaded, load};
use expect_test::{Expect, expect};
use kql_analysis::time::parse_datetime;
use proptest::prelude::*;

fn options() -> Options {
    let end = parse_datetime("2026-03-02T00:30:00Z").expect("a time");
    Options {
        seed: 1,
        rows: 0,
        end,
        documented_shape: false,
    }
}

fn load_all(name: &str, bytes: &[u8]) -> Vec<Loaded> {
    load(name, bytes).unwrap_or_else(|error| panic!("{error}"))
}

/// The filled cells of a table as text, by row and column.
fn cells(loaded: &Loaded) -> Vec<BTreeMap<String, String>> {
    let table = &loaded.table;
    let row = |row: usize| {
        let cell = |column: usize| format!("{:?}", table.value(row, column));
        let columns = table.schema().columns.iter().enumerate();
        columns
            .map(|(index, column)| (column.name.clone(), cell(index)))
            .filter(|(_, text)| text != "Null" && text != "String(\"\")")
            .collect()
    };
    (0..table.rows()).map(row).collect()
}

#[test]
fn every_format_loads_to_the_same_rows() {
    for name in ["hsm-all", "vault-create-delete-key"] {
        let sample = generate(scenario(name).expect("a scenario"), &options());
        let expected = cells(
            &load_all(
                "raw",
                &write(
                    &sample,
                    Format {
                        shape: Shape::Raw,
                        gzip: false,
                    },
                ),
            )[0],
        );
        assert!(expected.len() > 600, "{name} has {} rows", expected.len());
        for (format, shape) in SHAPES
            .into_iter()
            .filter(|(_, shape)| *shape != Shape::Stix)
        {
            for gzip in [false, true] {
                let loaded = load_all(format, &write(&sample, Format { shape, gzip }));
                assert_eq!(loaded.len(), 1, "{name} {format}");
                assert!(
                    loaded[0].warnings.is_empty(),
                    "{name} {format}: {:?}",
                    loaded[0].warnings
                );
                assert_eq!(cells(&loaded[0]), expected, "{name} {format}");
            }
        }
    }
}

#[test]
fn indicators_fill_both_tables() {
    let sample = generate(scenario("hsm-all").expect("a scenario"), &options());
    let loaded = load_all(
        "bundle.json",
        &write(
            &sample,
            Format {
                shape: Shape::Stix,
                gzip: false,
            },
        ),
    );
    let tables: Vec<(&str, usize)> = loaded
        .iter()
        .map(|one| (one.table_name.as_str(), one.table.rows()))
        .collect();
    assert_eq!(
        tables,
        [
            ("ThreatIntelIndicators", 3),
            ("ThreatIntelligenceIndicator", 3)
        ]
    );
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_one_does_not() {
    let format = Format {
        shape: Shape::Csv,
        gzip: false,
    };
    for scenario in &SCENARIOS {
        let bytes = |seed: u64| write(&generate(scenario, &Options { seed, ..options() }), format);
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }
}

#[test]
fn the_documented_shape_has_no_id_and_the_same_claims() {
    let sample = generate(
        scenario("hsm-all").expect("a scenario"),
        &Options {
            documented_shape: true,
            ..options()
        },
    );
    let loaded = load_all(
        "hsm.json",
        &write(
            &sample,
            Format {
                shape: Shape::RawArray,
                gzip: false,
            },
        ),
    );
    let filled = &loaded[0].filled_columns;
    assert!(!filled.contains(&"id_s".to_owned()));
    for column in [
        "identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g",
        "properties_sku_Name_s",
        "properties_PoolType_s",
        "requestUri_s",
    ] {
        assert!(
            filled.contains(&column.to_owned()),
            "{column} of {filled:?}"
        );
    }
}

/// Checks what a file is recognised as and what is reported.
fn check(text: &str, expected: Expect) {
    let report = match load("file", text.as_bytes()) {
        Ok(loaded) => loaded
            .iter()
            .flat_map(|one| {
                let head = format!(
                    "{}: {} rows of {} {:?}",
                    one.table_name,
                    one.table.rows(),
                    one.format,
                    one.filled_columns
                );
                let warnings = one
                    .warnings
                    .iter()
                    .map(|warning| format!("warning {:?} {}", warning.line, warning.message));
                std::iter::once(head).chain(warnings)
            })
            .collect::<Vec<_>>()
            .join("\n"),
        Err(error) => format!("error {:?} {}; {}", error.line, error.message, error.remedy),
    };
    expected.assert_eq(&report);
}

#[test]
fn a_vault_record_is_flattened_as_in_the_worked_example() {
    check(
        r#"{"time":"2026-03-02T09:14:07.1234567Z","category":"AuditEvent","operationName":"KeyGet","resultType":"Success","correlationId":"6a3f2f0e-0b51-4c3f-9a55-0d7f3c1b9e21","callerIpAddress":"198.51.100.24","identity":{"claim":{"oid":"2f9b6d53-70c0-4f0e-8a0c-2c5a4a1f7d10","appid":"04b07795-8ddb-461a-bbee-02f9e1bf7b46","appidacr":"0","xms_az_nwperimid":[],"upn":"ada@contoso.example"}},"properties":{"id":"https://kv-demo.vault.azure.net/keys/app-key","clientInfo":"sdk","httpStatusCode":200,"requestUri":"https://kv-demo.vault.azure.net/keys/app-key?api-version=7.4","isRbacAuthorized":true,"appliedAssignmentId":"5c1e77a90b3d4f6e8a21d4c09be3f712","keyProperties":{"type":"RSA","size":2048,"operations":["sign","verify"],"attributes":{"enabled":true,"hsmPlatform":"0"}},"properties":{"networkAcls":null}},"resourceId":"/SUBSCRIPTIONS/11111111-2222-3333-4444-555555555555/RESOURCEGROUPS/RG-KV/PROVIDERS/MICROSOFT.KEYVAULT/VAULTS/KV-DEMO","durationMs":"18"}"#,
        expect![[
            r#"AzureDiagnostics: 1 rows of JSON object of raw resource logs (Key Vault) ["TimeGenerated", "ResourceId", "Category", "ResourceGroup", "SubscriptionId", "ResourceProvider", "Resource", "ResourceType", "OperationName", "ResultType", "DurationMs", "CallerIPAddress", "CorrelationId", "Type", "SourceSystem", "_ResourceId", "requestUri_s", "clientInfo_s", "httpStatusCode_d", "id_s", "isRbacAuthorized_b", "appliedAssignmentId_g", "identity_claim_appid_g", "identity_claim_oid_g", "identity_claim_upn_s", "identity_claim_appidacr_s", "identity_claim_xms_az_nwperimid_s", "keyProperties_type_s", "keyProperties_operations_s", "keyProperties_attributes_hsmPlatform_s", "keyProperties_size_d", "keyProperties_attributes_enabled_b"]"#
        ]],
    );
}

#[test]
fn a_bad_line_is_reported_and_the_others_are_kept() {
    check(
        "{\"OperationName\":\"KeyGet\",\"TimeGenerated\":\"2026-03-01T00:00:00Z\"}\n{broken}\n\n{\"OperationName\":\"KeyGet\",\"TimeGenerated\":\"not a time\"}\n[1]\n{\"a\":1}\n",
        expect![[r#"
            AzureDiagnostics: 2 rows of JSON Lines of table rows ["TimeGenerated", "OperationName"]
            warning Some(2) this is not JSON: key must be a string at line 1 column 2
            warning Some(4) TimeGenerated is not of type datetime; left empty here and wherever else it does not fit
            warning Some(5) this is no record
            warning Some(6) neither an audit-log record nor an indicator: it has no OperationName, operationName or ObservableValue"#]],
    );
}

#[test]
fn portal_csv_with_zones_and_quoted_times() {
    check(
        "\u{feff}\"TimeGenerated [UTC]\",OperationName,httpStatusCode_d,isRbacAuthorized_b\n\"1/29/2026, 5:44:10.000 AM\",KeyGet,200,true\n2026-01-29,KeyGet\n",
        expect![[r#"
            AzureDiagnostics: 1 rows of CSV of table rows ["TimeGenerated", "OperationName", "httpStatusCode_d", "isRbacAuthorized_b"]
            warning Some(3) 2 cells instead of 4"#]],
    );
}

#[test]
fn files_that_are_no_logs() {
    check(
        "",
        expect!["error None the file is empty; export the log again"],
    );
    check(
        "hello",
        expect![
            "error Some(1) this is neither JSON nor CSV with a header; load audit logs as JSON or CSV, or a rule as YAML or JSON"
        ],
    );
    check(
        "{\"a\":",
        expect![
            "error Some(1) this is not JSON: EOF while parsing a value at line 1 column 5; check this line, or export the log again"
        ],
    );
    check(
        "[{\"a\":1}]",
        expect![
            "error Some(1) recognised as JSON array, but it holds no audit-log row and no indicator: neither an audit-log record nor an indicator: it has no OperationName, operationName or ObservableValue; load audit logs of Key Vault or Managed HSM, or threat-intelligence indicators"
        ],
    );
}

#[test]
fn broken_compression_is_named() {
    let error = load("x.gz", &[0x1f, 0x8b, 8, 0, 0]).expect_err("broken");
    assert!(
        error.message.starts_with("the gzip data is broken"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = load("x", &bytes);
    }

    #[test]
    fn any_json(text in "[\\[{\"a-zA-Z:,0-9}\\] \\n]{0,120}") {
        let _ = load("x", text.as_bytes());
    }
}
