//! What was recognised in a log file.

use kql_analysis::time::format_datetime;

use crate::loaded_log::LoadedLog;
use crate::problems::warning;
use crate::protocol::LogView;

/// The view of a log.
pub(crate) fn of(log: &LoadedLog) -> LogView {
    LogView {
        key: log.key.clone(),
        name: log.name.clone(),
        format: log.loaded.format.clone(),
        table: log.loaded.table_name.clone(),
        rows: log.loaded.table.rows(),
        columns: log.loaded.filled_columns.clone(),
        span: log
            .loaded
            .span
            .map(|(first, last)| (format_datetime(first), format_datetime(last))),
        resource_types: log.loaded.resource_types.clone(),
        warnings: log.loaded.warnings.iter().map(warning).collect(),
    }
}
