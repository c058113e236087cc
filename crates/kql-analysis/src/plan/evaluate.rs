//! The plugins of `evaluate`, and queries that are bound in steps because a plugin's columns depend on
//! the data.

use super::{AggregateCall, Expr, JoinColumn, Plan};
use crate::bind::{Bound, bind_knowing};
use crate::catalog::Catalog;
use crate::types::Schema;

/// A plugin with its input.
#[derive(Clone, Debug)]
pub struct Evaluate {
    /// Rows read.
    pub input: Plan,
    /// What is done with them.
    pub plugin: Plugin,
    /// Whether the query declares the result's columns: then they are taken from the plugin's by name.
    pub declared: bool,
}

/// The plugins that are evaluated.
#[derive(Clone, Debug)]
pub enum Plugin {
    /// `bag_unpack`: a column for each key of the bags in a column.
    BagUnpack(BagUnpack),
    /// `pivot`: the last column but one of the input names the result columns that take the last one's
    /// values; rows that agree in all other columns are one. The aggregate gives the value of a cell
    /// without rows.
    Pivot(AggregateCall),
    /// `narrow`: a row for each cell.
    Narrow,
    /// `schema_merge`: rows of several `getschema` as one schema.
    SchemaMerge {
        /// Whether columns must keep their places.
        keep_order: bool,
    },
    /// `rolling_percentile`: a percentile over a window of bins.
    RollingPercentile(RollingPercentile),
    /// `activity_counts_metrics`: for each window, rows and different values. The last columns of the input
    /// are the start of a row's window and its value; those before tell series apart.
    ActivityCounts,
    /// `sliding_window_counts`: rows and different values in the bins of a period before each bin's end. The
    /// columns of the input are as for `ActivityCounts`.
    SlidingCounts(SlidingCounts),
    /// `rows_near`: the rows near those that a condition holds for.
    RowsNear {
        /// What holds.
        condition: Expr,
        /// Number of rows before it.
        before: Expr,
        /// Number of rows behind it.
        after: Expr,
    },
    /// `dcount_intersect`: columns for the number of values that the first, the first two, … sketches of
    /// `hll` have in common.
    CommonValues(Vec<Expr>),
    /// `ipv4_lookup` and `ipv6_lookup`: rows of a table of address ranges, joined by address.
    AddressLookup(Box<AddressLookup>),
}

/// The parts of `bag_unpack`.
#[derive(Clone, Debug)]
pub struct BagUnpack {
    /// Column of bags; it is not in the result.
    pub column: usize,
    /// What the names of the new columns begin with.
    pub prefix: String,
    /// What happens when a new column has the name of an old one.
    pub conflict: Conflict,
    /// Keys that give no column.
    pub ignored: Vec<String>,
}

/// What happens when a plugin's column has the name of a column of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// The query fails.
    Error,
    /// The new column takes the old one's place.
    ReplaceSource,
    /// The old column stays.
    KeepSource,
}

/// The parts of `rolling_percentile`. The last columns of the input are the start of a row's bin and its
/// value; those before tell series apart.
#[derive(Clone, Debug)]
pub struct RollingPercentile {
    /// From 0 to 100.
    pub percent: Expr,
    /// Width of a bin.
    pub step: Expr,
    /// Number of bins in a window.
    pub window: Expr,
}

/// The parts of `sliding_window_counts`.
#[derive(Clone, Debug)]
pub struct SlidingCounts {
    /// Start of the first bin.
    pub start: Expr,
    /// No bin starts behind it.
    pub end: Expr,
    /// Length of the window; what is no whole number of bins is rounded down.
    pub lookback: Expr,
    /// Width of a bin.
    pub step: Expr,
}

/// The parts of `ipv4_lookup` and `ipv6_lookup`.
#[derive(Clone, Debug)]
pub struct AddressLookup {
    /// The table of ranges.
    pub lookup: Plan,
    /// Column of the input with addresses.
    pub address: usize,
    /// Column of the table with ranges.
    pub range: usize,
    /// Further columns that must be equal: of the input and of the table.
    pub keys: Vec<(usize, usize)>,
    /// Whether rows of the input without a range stay.
    pub unmatched: bool,
    /// Addresses of version 6.
    pub version_6: bool,
    /// Where each result column comes from; left is the input.
    pub outputs: Vec<JoinColumn>,
}

/// The plugin that has to run before the rest of its query can be bound.
#[derive(Clone, Debug)]
pub struct LateBinding {
    /// The plugin on its input. The scalars and shared tables that it reads have the same numbers when the
    /// query is bound anew.
    pub plan: Plan,
    pub(crate) text: String,
    pub(crate) catalog: Catalog,
    pub(crate) known: Vec<Schema>,
}

impl LateBinding {
    /// Binds the query anew, now that the columns of the plugin's result are known.
    pub fn bind(&self, result: &Schema) -> Bound {
        let mut known = self.known.clone();
        known.push(result.clone());
        bind_knowing(&self.text, &self.catalog, known)
    }
}
