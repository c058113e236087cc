//! Which columns of a table a query reads.

use kql_analysis::plan::Node;

use crate::prepared::{Tables, bound};

/// The columns of a table that a query reads, in the table's order; all when that is not known.
pub fn columns_read(query: &str, tables: &Tables, table: &str) -> Vec<String> {
    let Some(known) = tables.get(table) else {
        return Vec::new();
    };
    let names = || known.schema().columns.iter().map(|column| &column.name);
    let Ok(query) = bound(query, tables) else {
        return names().cloned().collect();
    };
    let is_read = |wanted: &str| {
        query.any_plan(&|plan| match &plan.node {
            Node::Table { name, unread } if name == table => {
                let place = plan.schema.index_of(wanted);
                place.is_some_and(|place| unread.get(place) != Some(&true))
            }
            _ => false,
        })
    };
    names().filter(|name| is_read(name)).cloned().collect()
}
