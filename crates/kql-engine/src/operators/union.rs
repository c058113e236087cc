//! `union`: the rows of all inputs, one input after the other.

use kql_analysis::plan::Plan;
use kql_analysis::types::Schema;

use super::Runner;
use crate::builder::ColumnBuilder;
use crate::error::EvalError;
use crate::explain::Links;
use crate::interrupt;
use crate::table::Table;

/// All rows of all inputs; each input names the source of every result column.
pub(super) fn union(
    runner: &mut Runner<'_>,
    inputs: &[(Plan, Vec<Option<usize>>)],
    source_column: Option<&(usize, Vec<String>)>,
    schema: &Schema,
) -> Result<Table, EvalError> {
    let columns = schema.columns.iter();
    let mut columns: Vec<ColumnBuilder> = columns
        .map(|column| ColumnBuilder::new(column.ty))
        .collect();
    let mut rows = 0;
    for (input, (plan, sources)) in inputs.iter().enumerate() {
        let table = runner.plan(plan)?;
        runner.note(|trace| trace.link(input, Links::Span(rows as u32)));
        rows += table.rows();
        runner.options.limits.check_rows("union", rows)?;
        let held: usize = columns.iter().map(ColumnBuilder::held_bytes).sum();
        runner
            .room()
            .check(held + table.rows() * table.row_bytes())?;
        for (index, cells) in columns.iter_mut().enumerate() {
            interrupt::check()?;
            let source = sources.get(index).copied().flatten();
            if let Some(column) = source.and_then(|source| table.column(source)) {
                cells.extend_in_run(column)?;
            }
            match source_column {
                Some((target, names)) if *target == index => {
                    let name = names.get(input).map_or("", String::as_str);
                    (0..table.rows()).for_each(|_| cells.push_str(name));
                }
                _ => cells.fill(rows),
            }
        }
    }
    let columns = columns.into_iter().map(ColumnBuilder::finish).collect();
    Ok(Table::with_rows(schema.clone(), columns, rows))
}
