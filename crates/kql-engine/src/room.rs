//! Bytes that a run holds besides the tables that it was given, counted against a limit with a name.
//!
//! The count is an estimate, the same on every platform: cells, dictionaries and what values own. Tables
//! that were given, and columns that several tables share, count once or not at all. What an operator is
//! about to make is counted while it is made, so that a run ends with an error and not with its process.

use std::collections::BTreeSet;
use std::mem::size_of_val;
use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use crate::column::{Cells, Column, Data};
use crate::error::EvalError;
use crate::table::Table;

/// Bytes of a value in a list of values.
pub(crate) const VALUE_BYTES: usize = 32;
/// Bytes of a text besides its letters: pointer and length, and the counters of the shared allocation.
pub(crate) const TEXT_BYTES: usize = 32;
/// Bytes of a member of a bag besides its key and value.
const MEMBER_BYTES: usize = 24;
/// Values of a column that are looked into; of more, as many stand for all.
const LOOKED_INTO: usize = 4096;
/// Rows below which only lists and bags are counted: fewer cells of other kinds are not worth it.
const FEW_ROWS: usize = 1024;
const MEBIBYTE: usize = 1 << 20;

/// What is left for the tables of a run, and who asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    operator: &'static str,
    left: usize,
    limit: usize,
}

impl Room {
    /// The room that `operator` has when a run that may hold `limit` bytes holds `held`.
    pub(crate) fn of(operator: &'static str, held: usize, limit: usize) -> Self {
        Self {
            operator,
            left: limit.saturating_sub(held),
            limit,
        }
    }

    /// An error unless there is room for so many bytes more.
    #[inline]
    pub(crate) fn check(&self, bytes: usize) -> Result<(), EvalError> {
        match bytes <= self.left {
            true => Ok(()),
            false => Err(self.exceeded()),
        }
    }

    #[cold]
    fn exceeded(&self) -> EvalError {
        let (operator, limit) = (self.operator, self.limit / MEBIBYTE);
        EvalError::new(format!(
            "{operator} makes more than fits into memory: the tables of a run may take {limit} MiB"
        ))
        .with_hint("Filter or summarize the rows before it, or keep fewer columns with project.")
    }
}

/// Buffers that are counted already, by their places in memory; they live as long as the run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted(BTreeSet<usize>);

impl Counted {
    /// Takes a table in, whose columns live as long as the run, and gives the bytes that it adds.
    pub(crate) fn take_in(&mut self, table: &Table) -> usize {
        let mut bytes = 0;
        for column in table.columns() {
            bytes += added(column, &mut self.0);
        }
        bytes
    }

    /// Bytes that a table holds besides what is counted.
    pub(crate) fn besides(&self, table: &Table) -> usize {
        let mut seen = Seen {
            counted: &self.0,
            now: BTreeSet::new(),
        };
        let columns = table.columns().iter();
        columns.map(|column| seen.of_column(column)).sum()
    }

    /// As [`Self::besides`], of a column.
    pub(crate) fn besides_column(&self, column: &Column) -> usize {
        let mut seen = Seen {
            counted: &self.0,
            now: BTreeSet::new(),
        };
        seen.of_column(column)
    }
}

fn added(column: &Column, all: &mut BTreeSet<usize>) -> usize {
    let none = BTreeSet::new();
    let mut seen = Seen {
        counted: &none,
        now: std::mem::take(all),
    };
    let bytes = seen.of_column(column);
    *all = seen.now;
    bytes
}

/// Whether a table has so few rows that only what its values own counts.
pub(crate) fn is_small(rows: usize) -> bool {
    rows < FEW_ROWS
}

/// Bytes that the lists and bags of a small table own.
pub(crate) fn of_containers(table: &Table) -> usize {
    let columns = table.columns().iter();
    columns.map(Column::container_bytes).sum()
}

/// Buffers met so far.
struct Seen<'c> {
    counted: &'c BTreeSet<usize>,
    now: BTreeSet<usize>,
}

impl Seen<'_> {
    /// The bytes of a shared buffer, the first time.
    fn once<T: ?Sized>(&mut self, shared: &Arc<T>, bytes: impl FnOnce(&T) -> usize) -> usize {
        let place = Arc::as_ptr(shared).cast::<u8>() as usize;
        match !self.counted.contains(&place) && self.now.insert(place) {
            true => bytes(shared),
            false => 0,
        }
    }

    fn cells<T>(&mut self, cells: &Cells<T>) -> usize {
        let values = self.once(&cells.values, |values| size_of_val(values.as_slice()));
        let nulls = cells.nulls.as_ref();
        values + nulls.map_or(0, |nulls| self.once(nulls, Vec::len))
    }

    fn of_column(&mut self, column: &Column) -> usize {
        self.of_data(column.stored())
    }

    fn of_data(&mut self, data: &Data) -> usize {
        match data {
            Data::Constant(value, _) => match value {
                Value::Array(items) => self.once(items, |items| owned_by_all(items)),
                other => owned(other),
            },
            Data::Bool(cells) => self.cells(cells),
            Data::Int(cells) => self.cells(cells),
            Data::Long(cells) => self.cells(cells),
            Data::Real(cells) => self.cells(cells),
            Data::Decimal(cells) => self.cells(cells),
            Data::Guid(cells) => self.cells(cells),
            Data::Text(codes, texts) => {
                self.once(codes, |codes| codes.held_bytes())
                    + self.once(texts, |texts| texts.held_bytes())
            }
            Data::Ids(ids) => self.once(ids, |ids| ids.held_bytes()),
            Data::Lists(lists) => {
                let own = self.once(lists, |lists| lists.held_bytes());
                own + self.once(lists.texts(), |texts| texts.held_bytes())
            }
            Data::Any(values) => self.once(values, |values| owned_by_all(values)),
            Data::Picked(picked) => {
                let rows = self.once(picked.rows(), |rows| size_of_val(rows.as_slice()));
                let gathered = picked.gathered().map_or(0, |cells| self.of_data(cells));
                rows + gathered + self.of_column(picked.of())
            }
        }
    }
}

/// Bytes of a list of values with what they own; of a long one a part stands for all.
fn owned_by_all(values: &[Value]) -> usize {
    let step = values.len().div_ceil(LOOKED_INTO).max(1);
    let looked_into = values.iter().step_by(step);
    values.len() * VALUE_BYTES + looked_into.map(owned).sum::<usize>() * step
}

/// As [`owned_by_all`], of the members of a bag.
fn owned_by_members(bag: &Bag) -> usize {
    let step = bag.len().div_ceil(LOOKED_INTO).max(1);
    let looked_into = bag.iter().step_by(step);
    let owned = looked_into.map(|(key, value)| owned_text(key) + owned(value));
    bag.len() * (MEMBER_BYTES + VALUE_BYTES) + owned.sum::<usize>() * step
}

/// Bytes that a value owns alone: what other values share was counted with them.
pub(crate) fn owned(value: &Value) -> usize {
    match value {
        Value::String(text) => owned_text(text),
        Value::Array(items) if Arc::strong_count(items) == 1 => owned_by_all(items),
        Value::Bag(bag) if Arc::strong_count(bag) == 1 => owned_by_members(bag),
        _ => 0,
    }
}

fn owned_text(text: &Arc<str>) -> usize {
    match Arc::strong_count(text) {
        1 => TEXT_BYTES + text.len(),
        _ => 0,
    }
}
