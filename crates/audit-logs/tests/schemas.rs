//! The columns that logs fill have the types that the checker knows.

use std::collections::BTreeSet;

use kql_analysis::tables;

/// Columns of Managed HSM that the reference of the table does not list.
const OF_MANAGED_HSM: [&str; 2] = ["properties_PoolType_s", "PoolName_s"];

#[test]
fn types_are_those_of_the_built_in_tables() {
    for (table, schema) in audit_logs::schema::schemas() {
        let known = tables::schema(table).expect("the table is built in");
        let mut unlisted = BTreeSet::new();
        for column in &schema.columns {
            match known.index_of(&column.name) {
                Some(index) => assert_eq!(column, &known.columns[index], "{table}"),
                None => {
                    unlisted.insert(column.name.as_str());
                }
            }
        }
        let expected: BTreeSet<&str> = match table {
            audit_logs::schema::AZURE_DIAGNOSTICS => OF_MANAGED_HSM.into_iter().collect(),
            _ => BTreeSet::new(),
        };
        assert_eq!(unlisted, expected, "{table}");
    }
}
