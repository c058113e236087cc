//! `join` and `lookup`: pairs of rows whose keys agree, in the order of the left side.

use kql_analysis::plan::{Expr, JoinColumn, JoinKind, Plan};
use kql_analysis::types::{ScalarType, Schema};

use super::Runner;
use crate::builder::ColumnBuilder;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::key::Groups;
use crate::limits::Limits;
use crate::table::Table;

/// Rows of both sides whose keys agree, as the kind asks.
pub(super) fn join(
    runner: &mut Runner<'_>,
    [left, right]: [&Plan; 2],
    kind: JoinKind,
    keys: &[(Expr, Expr)],
    outputs: &[JoinColumn],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let (left, right) = (runner.plan(left)?, runner.plan(right)?);
    let sides = Sides::of(runner, &left, &right, keys)?;
    let pairs = sides.pairs(kind, &runner.options.limits)?;
    let columns = outputs.iter().map(|output| match output {
        JoinColumn::Left(index) => left.column(*index).map(|column| column.take(&pairs.left)),
        JoinColumn::Right(index) => right.column(*index).map(|column| column.take(&pairs.right)),
    });
    let columns: Option<Vec<Column>> = columns.collect();
    let columns =
        columns.ok_or_else(|| EvalError::new("the join gives a column it does not read"))?;
    Ok(Table::with_rows(schema.clone(), columns, pairs.left.len()).with_schema(schema))
}

/// The key of each row, numbered alike on both sides.
struct Sides {
    left: Vec<u32>,
    right: Vec<u32>,
    /// The right rows of each key.
    right_rows: Vec<Vec<u32>>,
}

/// Rows of the result: a row of each side, or [`NO_ROW`].
#[derive(Default)]
struct Pairs {
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Pairs {
    fn push(&mut self, left: u32, right: u32) {
        self.left.push(left);
        self.right.push(right);
    }
}

impl Sides {
    fn of(
        runner: &mut Runner<'_>,
        left: &Table,
        right: &Table,
        keys: &[(Expr, Expr)],
    ) -> Result<Self, EvalError> {
        let mut columns = Vec::with_capacity(keys.len());
        for (left_key, right_key) in keys {
            let left_key = runner.column(left_key, left)?;
            columns.push(stacked(&left_key, &runner.column(right_key, right)?));
        }
        let groups = Groups::of(&columns, left.rows() + right.rows());
        let mut right_rows = vec![Vec::new(); groups.len()];
        let (left, right) = groups.of_row.split_at(left.rows());
        for (row, key) in right.iter().enumerate() {
            if let Some(rows) = right_rows.get_mut(*key as usize) {
                rows.push(row as u32);
            }
        }
        Ok(Self {
            left: left.to_vec(),
            right: right.to_vec(),
            right_rows,
        })
    }

    fn matches(&self, key: u32) -> &[u32] {
        self.right_rows.get(key as usize).map_or(&[], Vec::as_slice)
    }

    fn pairs(&self, kind: JoinKind, limits: &Limits) -> Result<Pairs, EvalError> {
        match kind {
            JoinKind::LeftSemi => Ok(self.left_alone(true)),
            JoinKind::LeftAnti => Ok(self.left_alone(false)),
            JoinKind::RightSemi => Ok(self.right_alone(true)),
            JoinKind::RightAnti => Ok(self.right_alone(false)),
            _ => self.matched(kind, limits),
        }
    }

    fn left_alone(&self, with_partner: bool) -> Pairs {
        let mut pairs = Pairs::default();
        for (row, key) in self.left.iter().enumerate() {
            if self.matches(*key).is_empty() != with_partner {
                pairs.push(row as u32, NO_ROW);
            }
        }
        pairs
    }

    fn right_alone(&self, with_partner: bool) -> Pairs {
        let mut partners = vec![false; self.right_rows.len()];
        for key in &self.left {
            mark(&mut partners, *key);
        }
        let mut pairs = Pairs::default();
        for (row, key) in self.right.iter().enumerate() {
            if partners.get(*key as usize) == Some(&with_partner) {
                pairs.push(NO_ROW, row as u32);
            }
        }
        pairs
    }

    /// All pairs, then what an outer join adds.
    fn matched(&self, kind: JoinKind, limits: &Limits) -> Result<Pairs, EvalError> {
        let keep_left = matches!(kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        let mut seen = vec![false; self.right_rows.len()];
        let mut pairs = Pairs::default();
        for (row, key) in self.left.iter().enumerate() {
            let again = mark(&mut seen, *key);
            if kind == JoinKind::InnerUnique && again {
                continue;
            }
            let matches = self.matches(*key);
            limits.check_rows("join", pairs.left.len() + matches.len())?;
            for right in matches {
                pairs.push(row as u32, *right);
            }
            if matches.is_empty() && keep_left {
                pairs.push(row as u32, NO_ROW);
            }
        }
        if matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter) {
            let rest = self.right_alone(false);
            pairs.left.extend(rest.left);
            pairs.right.extend(rest.right);
        }
        Ok(pairs)
    }
}

/// Marks a key and tells whether it was marked before.
fn mark(marks: &mut [bool], key: u32) -> bool {
    let mark = marks.get_mut(key as usize);
    mark.is_some_and(|mark| std::mem::replace(mark, true))
}

/// Both columns one after the other, in a type that keeps the values of both.
fn stacked(left: &Column, right: &Column) -> Column {
    let ty = if left.ty() == right.ty() {
        left.ty()
    } else {
        ScalarType::Dynamic
    };
    let mut cells = ColumnBuilder::new(ty);
    cells.extend(left);
    cells.extend(right);
    cells.finish()
}
