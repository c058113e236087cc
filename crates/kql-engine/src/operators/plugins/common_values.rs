//! `dcount_intersect`: how many values the first sketches of `hll` have in common.

use kql_analysis::plan::Expr;
use kql_analysis::types::{ScalarType, Schema};
use kql_analysis::value::Value;

use crate::builder::ColumnBuilder;
use crate::error::EvalError;
use crate::operators::Runner;
use crate::sketch::Hashes;
use crate::table::Table;

/// The input, and a column for the first sketch, for the first two, and so on.
pub(super) fn counts(
    runner: &mut Runner<'_>,
    input: &Table,
    sketches: &[Expr],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let sketches = runner.each_column(sketches, input)?;
    let mut counts = (0..sketches.len())
        .map(|_| ColumnBuilder::new(ScalarType::Long))
        .collect::<Vec<_>>();
    for row in 0..input.rows() {
        let mut common: Option<Hashes> = None;
        for (sketch, counts) in sketches.iter().zip(&mut counts) {
            let hashes = Hashes::read(&sketch.get(row))?.unwrap_or_default();
            let rest = match common.take() {
                Some(common) => common.in_common(&hashes),
                None => hashes,
            };
            counts.push(&Value::Long(rest.count()));
            common = Some(rest);
        }
    }
    let mut columns = input.columns().to_vec();
    columns.extend(counts.into_iter().map(ColumnBuilder::finish));
    Ok(Table::with_rows(schema.clone(), columns, input.rows()))
}
