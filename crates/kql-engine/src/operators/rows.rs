//! `getschema`: the columns of a table as rows.

use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use crate::builder::TableBuilder;
use crate::table::Table;

/// One row per column: name, place, .NET type and Kusto type.
pub(super) fn schema_rows(described: &Schema, schema: &Schema) -> Table {
    let mut table = TableBuilder::new(schema.clone());
    for (place, column) in described.columns.iter().enumerate() {
        table.push_str(0, &column.name);
        table.push(1, Value::Long(place as i64));
        table.push_str(2, net_type(column.ty));
        table.push_str(3, column.ty.name());
        table.end_row();
    }
    table.finish()
}

fn net_type(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Bool => "System.SByte",
        ScalarType::Int => "System.Int32",
        ScalarType::Long => "System.Int64",
        ScalarType::Real => "System.Double",
        ScalarType::Decimal => "System.Data.SqlTypes.SqlDecimal",
        ScalarType::String => "System.String",
        ScalarType::DateTime => "System.DateTime",
        ScalarType::TimeSpan => "System.TimeSpan",
        ScalarType::Guid => "System.Guid",
        ScalarType::Dynamic | ScalarType::Unknown => "System.Object",
    }
}
