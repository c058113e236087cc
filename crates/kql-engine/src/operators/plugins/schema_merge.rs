//! `schema_merge`: the rows of several `getschema` as one schema.

use indexmap::IndexMap;
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::functions::to_text;
use crate::table::Table;

/// A column of the merged schema.
struct Merged {
    ordinal: i64,
    moved: bool,
    data_type: String,
    column_type: String,
}

/// Kusto's words for a column whose place differs.
const OUT_OF_ORDER: &str = "ERROR(columns are out of order)";
/// Kusto's words for a column whose type differs.
const TYPES_DIFFER: &str = "ERROR(column types are not compatible)";

/// One row per column name, ordered by place.
pub(super) fn merge(input: &Table, keep_order: bool, schema: &Schema) -> Table {
    let mut merged: IndexMap<String, Merged> = IndexMap::new();
    for row in 0..input.rows() {
        add(input, row, &mut merged);
    }
    merged.sort_by(|_, left, _, right| left.ordinal.cmp(&right.ordinal));
    let mut table = TableBuilder::new(schema.clone());
    for (place, (name, column)) in merged.iter().enumerate() {
        let misfit = match () {
            () if keep_order && column.moved => Some(OUT_OF_ORDER),
            () if column.column_type == TYPES_DIFFER => Some(TYPES_DIFFER),
            () => None,
        };
        table.push_str(0, name);
        match misfit {
            Some(misfit) => {
                table.push(1, Value::Long(-1));
                table.push_str(2, &format!("ERROR(unknown CSL type:{misfit})"));
                table.push_str(3, misfit);
            }
            None => {
                table.push(1, Value::Long(place as i64));
                table.push_str(2, &column.data_type);
                table.push_str(3, &column.column_type);
            }
        }
        table.end_row();
    }
    table.finish()
}

fn add(input: &Table, row: usize, merged: &mut IndexMap<String, Merged>) {
    let text = |name: &str| {
        let cell = input.column_named(name).map(|column| column.get(row));
        to_text(&cell.unwrap_or(Value::Null)).into_owned()
    };
    let ordinal = text("ColumnOrdinal").parse().unwrap_or(0);
    let (data_type, column_type) = (text("DataType"), text("ColumnType"));
    match merged.get_mut(&text("ColumnName")) {
        Some(known) => {
            known.moved |= known.ordinal != ordinal;
            known.ordinal = known.ordinal.max(ordinal);
            let wider = wider(&known.column_type, &column_type);
            if wider == column_type {
                known.data_type = data_type;
            }
            known.column_type = wider;
        }
        None => {
            let column = Merged {
                ordinal,
                moved: false,
                data_type,
                column_type,
            };
            merged.insert(text("ColumnName"), column);
        }
    }
}

/// The type that holds the values of both.
fn wider(known: &str, other: &str) -> String {
    const NUMBERS: [&str; 3] = ["int", "long", "real"];
    let rank = |name: &str| NUMBERS.iter().position(|number| *number == name);
    match (rank(known), rank(other)) {
        _ if known == other => other,
        (Some(left), Some(right)) => NUMBERS[left.max(right)],
        _ => TYPES_DIFFER,
    }
    .to_owned()
}
