//! What a query text names: texts in it, and tables that Sentinel knows.

use kql_engine::Table;
use kql_syntax::ast::{Literal, Name};
use rule_replay::Tables;

/// Every text constant of a query.
pub(crate) fn texts(query: &str) -> Vec<String> {
    let root = kql_syntax::parse(query).syntax();
    let literals = root.descendants().filter_map(Literal::cast);
    literals.filter_map(|literal| literal.string()).collect()
}

/// Adds the tables of Sentinel that a query may name, without rows.
pub(crate) fn add_known_tables(query: &str, tables: &mut Tables) {
    let root = kql_syntax::parse(query).syntax();
    for name in root.descendants().filter_map(Name::cast) {
        let name = name.text();
        if tables.contains_key(&name) {
            continue;
        }
        if let Some(schema) = kql_analysis::tables::schema(&name) {
            tables.insert(name, Table::empty(schema));
        }
    }
}
