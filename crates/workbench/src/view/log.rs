//! What was recognised in a log file.

use kql_analysis::name::written;
use kql_analysis::time::format_datetime;

use crate::loaded_log::LoadedLog;
use crate::problems::warning;
use crate::protocol::{LogColumn, LogView};

/// The view of a log.
pub(crate) fn of(log: &LoadedLog) -> LogView {
    LogView {
        key: log.key.clone(),
        name: log.name.clone(),
        format: log.loaded.format.clone(),
        table: log.loaded.table_name.clone(),
        rows: log.loaded.table.rows(),
        columns: columns(log),
        span: log
            .loaded
            .span
            .map(|(first, last)| (format_datetime(first), format_datetime(last))),
        resource_types: log.loaded.resource_types.clone(),
        warnings: log.loaded.warnings.iter().map(warning).collect(),
    }
}

/// The columns that hold a value, in order of the table.
fn columns(log: &LoadedLog) -> Vec<LogColumn> {
    let schema = log.loaded.table.schema();
    let filled = log.loaded.filled_columns.iter();
    filled
        .filter_map(|name| schema.columns.get(schema.index_of(name)?))
        .map(|column| LogColumn {
            name: column.name.clone(),
            written: written(&column.name),
            ty: column.ty.name().to_owned(),
        })
        .collect()
}
