//! Carrying a log there and back gives the log again, and carries nothing that is not of the resource.

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;
use kql_engine::{Column, Table};
use proptest::prelude::*;
use rule_convert::default_profile;
use rule_proof::carry::{Carrying, Direction, Reads};
use rule_replay::Tables;

const COLUMNS: [&str; 5] = [
    "ResourceProvider",
    "ResourceType",
    "OperationName",
    "ResourceId",
    "requestUri_s",
];

fn tables(rows: &[[String; 5]]) -> Tables {
    let column = |place: usize| {
        let cells = rows
            .iter()
            .map(|row| Value::String(row[place].as_str().into()));
        Column::from_values(ScalarType::String, cells)
    };
    let schema = Schema::new(COLUMNS.map(|name| (name, ScalarType::String)));
    let columns = (0..COLUMNS.len()).map(column).collect();
    Tables::from([(
        "AzureDiagnostics".to_owned(),
        Table::with_rows(schema, columns, rows.len()),
    )])
}

fn rows(tables: &Tables) -> Vec<[String; 5]> {
    let table = &tables["AzureDiagnostics"];
    let cell = |row: usize, column: usize| match table.value(row, column) {
        Value::String(text) => text.to_string(),
        other => panic!("{other:?}"),
    };
    (0..table.rows())
        .map(|row| std::array::from_fn(|column| cell(row, column)))
        .collect()
}

fn carrying() -> Carrying {
    Carrying::new(default_profile(), Reads::Across, &|_| false)
}

fn row(provider: &str, ty: &str, operation: &str, name: &str) -> [String; 5] {
    let id = format!("/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/{provider}/{ty}/{name}");
    let uri = format!("https://{name}.vault.azure.net/keys/k?api-version=7.4");
    [provider, ty, operation, &id, &uri].map(str::to_owned)
}

#[test]
fn a_vault_becomes_a_managed_hsm() {
    let log = tables(&[
        row("MICROSOFT.KEYVAULT", "VAULTS", "VaultGet", "kv"),
        row("MICROSOFT.KEYVAULT", "vaults", "KEYGET", "kv"),
        row("MICROSOFT.RECOVERYSERVICES", "VAULTS", "Backup", "rs"),
    ]);
    let carried = rows(&carrying().tables(&log, Direction::Forth));
    let expected = [
        [
            "MICROSOFT.KEYVAULT",
            "MANAGEDHSMS",
            "ManagedHsmGet",
            "/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.KEYVAULT/MANAGEDHSMS/kv",
            "https://kv.managedhsm.azure.net/keys/k?api-version=7.4",
        ],
        [
            "MICROSOFT.KEYVAULT",
            "managedhsms",
            "KEYGET",
            "/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.KEYVAULT/managedhsms/kv",
            "https://kv.managedhsm.azure.net/keys/k?api-version=7.4",
        ],
        [
            "MICROSOFT.RECOVERYSERVICES",
            "VAULTS",
            "Backup",
            "/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.RECOVERYSERVICES/VAULTS/rs",
            "https://rs.vault.azure.net/keys/k?api-version=7.4",
        ],
    ];
    assert_eq!(carried, expected.map(|row| row.map(str::to_owned)));
}

#[test]
fn results_are_compared_in_one_form() {
    let carrying = carrying();
    let forms = [
        ("VAULTS", "MANAGEDHSMS"),
        ("vaults", "managedhsms"),
        ("VaultGet by ada", "ManagedHsmGet by ada"),
        ("kv.VAULT.AZURE.NET", "kv.MANAGEDHSM.AZURE.NET"),
        ("KeyGet", "KeyGet"),
    ];
    for (left, right) in forms {
        assert_eq!(carrying.canonical(left), carrying.canonical(right));
    }
    assert_ne!(carrying.canonical("VAULTS"), carrying.canonical("vaults"));
}

#[test]
fn rows_without_a_counterpart_are_counted_and_left_out() {
    let log = tables(&[
        row("MICROSOFT.KEYVAULT", "VAULTS", "SecretGet", "kv"),
        row("MICROSOFT.KEYVAULT", "VAULTS", "KeyGet", "kv"),
        row("OTHER", "DATABASES", "SecretGet", "db"),
    ]);
    let (kept, counts) = carrying().without_left_out(&log);
    assert_eq!(rows(&kept).len(), 2);
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("SecretGet".to_owned(), 1)]
    );
}

proptest! {
    #[test]
    fn there_and_back_is_the_same(
        picks in prop::collection::vec((0..3_usize, 0..4_usize, 0..5_usize, "[a-z]{0,6}"), 0..12)
    ) {
        let made = picks.iter().map(|(provider, ty, operation, name)| row(
            ["MICROSOFT.KEYVAULT", "", "MICROSOFT.SQL"][*provider],
            ["VAULTS", "vaults", "DATABASES", ""][*ty],
            ["VaultGet", "vaultget", "KeyGet", "SecretGet", ""][*operation],
            name,
        ));
        let made: Vec<[String; 5]> = made.collect();
        let carrying = carrying();
        let carried = carrying.tables(&tables(&made), Direction::Forth);
        let vaults = carrying.is_carried(&carried["AzureDiagnostics"], Direction::Forth);
        prop_assert!(!vaults.contains(&true));
        let back = carrying.tables(&carried, Direction::Back);
        prop_assert_eq!(rows(&back), made);
    }

    #[test]
    fn no_text_breaks_the_carrying(text in "\\PC*") {
        let carrying = carrying();
        let once = carrying.canonical(&text);
        prop_assert_eq!(carrying.canonical(&once), once.clone());
        carrying.is_natural(&text, "requestUri_s");
    }
}
