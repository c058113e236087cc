//! `ingestion_time()`: the time of a row's event, plus the delay of the catalog, stands in for the time of its
//! ingestion, which logs lack.

use std::ops::Range;

use super::Binder;
use super::literals::constant;
use super::scope::Row;
use crate::plan::Expr;
use crate::types::ScalarType;
use crate::value::Value;

/// The column that every table of a workspace has its rows' times in.
const EVENT_TIME: &str = "TimeGenerated";

impl Binder<'_> {
    /// The column of event times, later by the delay; refused where the row at hand has none any more.
    pub(crate) fn ingestion_time(&mut self, row: &Row<'_>, range: Range<usize>) -> Expr {
        self.reads_ingestion_time = true;
        let index = row.schema.and_then(|schema| {
            let index = schema.index_of(EVENT_TIME)?;
            Some((schema, index)).filter(|_| schema.columns[index].ty == ScalarType::DateTime)
        });
        if let Some((schema, index)) = index {
            let event = self.column(schema, index, range.clone());
            return self.delayed(event, range);
        }
        let what = "`ingestion_time()` of rows without `TimeGenerated`";
        let hint = "logs do not say when they were ingested; `TimeGenerated` stands in for it";
        self.refuse("RS3001", what, Some(hint), range.clone());
        constant(Value::Null, ScalarType::DateTime, range)
    }

    fn delayed(&mut self, event: Expr, range: Range<usize>) -> Expr {
        let delay = match self.catalog.ingestion_delay {
            0 => return event,
            ticks => constant(Value::TimeSpan(ticks), ScalarType::TimeSpan, range.clone()),
        };
        let later = self.operation("+", vec![event.clone(), delay], range);
        later.unwrap_or(event)
    }
}
