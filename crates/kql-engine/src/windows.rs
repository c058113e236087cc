//! One query at many times, each seeing the rows of its own window.
//!
//! The answer for a window is the one that [`run`](crate::run()) gives with that window and time. It costs
//! less: operators that treat each row alone are run once over all rows, and what they leave is cut by
//! time; and a query that only groups what is left is run for many windows at once.

mod sharing;

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::ops::Range;

use kql_analysis::plan::{Node, Query};

use crate::error::EvalError;
use crate::limits::Limits;
use crate::operators::{Computed, Marked, Marks, Runner};
use crate::rows_of_keys::RowsOfKeys;
use crate::run::{RunOptions, TIME_COLUMN, run_with};
use crate::table::Table;
use crate::time_order::TimeOrder;
use sharing::Shape;

/// Rows of all windows that are evaluated together.
const ROWS_AT_ONCE: usize = 1 << 20;

/// A run: its time, and the times of the rows that it sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowRun {
    /// What `now()` gives.
    pub now: i64,
    /// Ticks from (included) and to (not included) of `TimeGenerated`.
    pub window: Range<i64>,
}

/// A query over tables, to be run with many windows.
pub struct Windows<'t> {
    original: &'t Query,
    tables: &'t BTreeMap<String, Table>,
    limits: Limits,
    /// What could be shared between the runs; `None` when nothing could be.
    shared: Option<Shared>,
    /// What a run gives whose rows are all gone before the runs part; `None` when that depends on its time.
    idle: OnceCell<Option<Table>>,
}

struct Shared {
    /// The query behind the shared operators.
    rest: Query,
    shape: Shape,
    sources: Vec<Source>,
}

/// What the operators that are run once have left.
struct Source {
    table: Table,
    /// By the time of the row that each came from; `None` for a table without times.
    order: Option<TimeOrder>,
    /// Where the last window began in that order: runs mostly follow one another.
    near: Cell<usize>,
}

impl Source {
    fn rows_in(&self, window: &Range<i64>) -> Vec<u32> {
        match &self.order {
            Some(order) => order.rows_in(window.start, window.end),
            None => (0..self.table.rows() as u32).collect(),
        }
    }

    fn count_in(&self, window: &Range<i64>) -> usize {
        match &self.order {
            Some(order) => order.count_in(window.start, window.end),
            None => self.table.rows(),
        }
    }

    fn any_in(&self, window: &Range<i64>) -> bool {
        match &self.order {
            Some(order) => {
                let place = order.place_near(self.near.get(), window.start);
                self.near.set(place);
                order
                    .times()
                    .get(place)
                    .is_some_and(|first| *first < window.end)
            }
            None => self.table.rows() > 0,
        }
    }

    fn slice(&self, window: &Range<i64>) -> Table {
        match self.count_in(window) == self.table.rows() {
            true => self.table.clone(),
            false => self.table.take(&self.rows_in(window)),
        }
    }
}

impl<'t> Windows<'t> {
    /// Prepares a query and runs what all windows share.
    pub fn new(query: &'t Query, tables: &'t BTreeMap<String, Table>, limits: Limits) -> Self {
        Self {
            original: query,
            tables,
            limits,
            shared: Shared::of(query, tables, limits),
            idle: OnceCell::new(),
        }
    }

    /// The results of these runs, each computed when it is asked for.
    pub fn results<'w>(&'w self, runs: &'w [WindowRun]) -> Results<'w, 't> {
        Results {
            windows: self,
            runs,
            ready: Ready::default(),
        }
    }

    /// The last table that the query gives for one run.
    fn single(&self, run: &WindowRun) -> Result<Table, EvalError> {
        match &self.shared {
            Some(shared) => self.behind(shared, run),
            None => last(crate::run(self.original, self.tables, &self.options(run))?.tables),
        }
    }

    /// As [`Self::single`], of a run that has no rows.
    fn idle(&self, shared: &Shared, run: &WindowRun) -> Result<Table, EvalError> {
        match self.idle.get_or_init(|| self.when_idle(shared, run)) {
            Some(result) => Ok(result.clone()),
            None => self.behind(shared, run),
        }
    }

    /// What every run gives that has no rows.
    fn when_idle(&self, shared: &Shared, run: &WindowRun) -> Option<Table> {
        let result = self.behind(shared, run).ok()?;
        let always = !shared.shape.reads_time || (shared.shape.vanishes && result.rows() == 0);
        (always && !shared.shape.reads_tables).then_some(result)
    }

    /// Runs what stands behind the shared operators.
    fn behind(&self, shared: &Shared, run: &WindowRun) -> Result<Table, EvalError> {
        let mut computed = Computed::default();
        for source in &shared.sources {
            computed.keep_late(source.slice(&run.window));
        }
        let options = self.options(run);
        last(
            run_with(&shared.rest, self.tables, &options, computed)?
                .0
                .tables,
        )
    }

    fn options(&self, run: &WindowRun) -> RunOptions {
        RunOptions {
            now: run.now,
            limits: self.limits,
            time_window: Some((run.window.start, run.window.end)),
            ..RunOptions::default()
        }
    }
}

fn last(mut tables: Vec<Table>) -> Result<Table, EvalError> {
    Ok(tables.pop().unwrap_or_default())
}

impl Shared {
    /// Runs the operators that treat each row alone. An error in one of them may lie in a row that no run
    /// sees, so that nothing is shared then.
    fn of(query: &Query, tables: &BTreeMap<String, Table>, limits: Limits) -> Option<Self> {
        let parted = sharing::part(query)?;
        let options = RunOptions {
            limits,
            ..RunOptions::default()
        };
        let mut sources = Vec::with_capacity(parted.prefixes.len());
        for prefix in &parted.prefixes {
            let mut runner = Runner::new(query, tables, &options, Computed::default());
            let mut order = None;
            let left = runner.marked(prefix, &mut |runner, plan| {
                let table = runner.plan(plan)?;
                // The query itself may not read the time.
                if let Node::Table { name, .. } = &plan.node {
                    let given = tables.get(name);
                    order = given
                        .and_then(|given| given.column_named(TIME_COLUMN))
                        .cloned();
                }
                let marks = Marks::Own(table.rows());
                Ok(Marked { table, marks })
            });
            let left = left.ok()?;
            let marks = left.marks.into_vec();
            let order = order.and_then(|times| TimeOrder::of(&times.take(&marks)));
            sources.push(Source {
                table: left.table,
                order,
                near: Cell::default(),
            });
        }
        Some(Self {
            rest: parted.rest,
            shape: parted.shape,
            sources,
        })
    }

    fn is_idle(&self, window: &Range<i64>) -> bool {
        !self.sources.iter().any(|source| source.any_in(window))
    }
}

/// Results of many runs.
pub struct Results<'w, 't> {
    windows: &'w Windows<'t>,
    runs: &'w [WindowRun],
    ready: Ready,
}

/// Results of neighbouring runs that were computed together.
#[derive(Default)]
struct Ready {
    runs: Range<usize>,
    table: Table,
    /// The rows of each run.
    rows: RowsOfKeys,
}

impl Results<'_, '_> {
    /// Whether nothing is left of the rows of a run before the runs part.
    pub fn is_idle(&self, index: usize) -> bool {
        let run = self.runs.get(index);
        let shared = self.windows.shared.as_ref();
        run.zip(shared)
            .is_some_and(|(run, shared)| shared.is_idle(&run.window))
    }

    /// The last table that the query gives for the run of this number.
    pub fn get(&mut self, index: usize) -> Result<Table, EvalError> {
        let Some(run) = self.runs.get(index) else {
            return Ok(Table::default());
        };
        let shared = self.windows.shared.as_ref();
        if let Some(shared) = shared.filter(|shared| shared.is_idle(&run.window)) {
            return self.windows.idle(shared, run);
        }
        if let Some(shared) = shared.filter(|shared| shared.shape.groups_only) {
            if !self.ready.runs.contains(&index) {
                match self.windows.together(shared, self.runs, index) {
                    Ok(ready) => self.ready = ready,
                    // The error may be another run's.
                    Err(_) => return self.windows.single(run),
                }
            }
            let rows = self.ready.rows.get((index - self.ready.runs.start) as u32);
            return Ok(self.ready.table.take(rows));
        }
        self.windows.single(run)
    }
}

impl Windows<'_> {
    /// Runs as many windows at once, from the run of this number on, as there is room for.
    fn together(
        &self,
        shared: &Shared,
        runs: &[WindowRun],
        first: usize,
    ) -> Result<Ready, EvalError> {
        let [source] = shared.sources.as_slice() else {
            return Err(EvalError::new("the query reads several tables"));
        };
        let (mut rows, mut marks) = (Vec::new(), Vec::new());
        let mut count = 0;
        for (mark, run) in (0..).zip(runs.iter().skip(first)) {
            if source.any_in(&run.window) {
                let of_run = source.rows_in(&run.window);
                if count > 0 && rows.len() + of_run.len() > ROWS_AT_ONCE {
                    break;
                }
                rows.extend(of_run);
                marks.resize(rows.len(), mark);
            }
            count += 1;
        }
        let options = RunOptions {
            limits: self.limits,
            ..RunOptions::default()
        };
        let Some(plan) = shared.rest.statements.last() else {
            return Ok(Ready::default());
        };
        let mut runner = Runner::new(&shared.rest, self.tables, &options, Computed::default());
        let table = source.table.take(&rows);
        let marks = Marks::Of(marks);
        let mut start = Some(Marked { table, marks });
        let result = runner.marked(plan, &mut |_, _| {
            start
                .take()
                .ok_or_else(|| EvalError::new("the rows are read twice"))
        })?;
        let rows = RowsOfKeys::of(&result.marks.into_vec(), count);
        Ok(Ready {
            runs: first..first + count,
            table: result.table,
            rows,
        })
    }
}
