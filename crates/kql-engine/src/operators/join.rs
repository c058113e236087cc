//! `join` and `lookup`: pairs of rows whose keys agree, in the order of the left side.

use std::collections::BTreeSet;
use std::sync::Arc;

use kql_analysis::plan::{Expr, ExprKind, JoinColumn, JoinKind, Plan};
use kql_analysis::text::value_text;
use kql_analysis::types::{ScalarType, Schema};

use super::Runner;
use super::met::shown;
use crate::builder::ColumnBuilder;
use crate::column::{Column, NO_ROW};
use crate::error::EvalError;
use crate::explain::{Links, MAX_REASONS, Why};
use crate::interrupt::{self, Pace};
use crate::key::Groups;
use crate::limits::Limits;
use crate::rows_of_keys::RowsOfKeys;
use crate::table::Table;

/// Bytes of the numbers of two rows.
const PAIR_BYTES: usize = 8;

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
    let width = outputs.iter().map(|output| match output {
        JoinColumn::Left(index) => left.column(*index),
        JoinColumn::Right(index) => right.column(*index),
    });
    let width: usize = width.flatten().map(Column::cell_bytes).sum();
    runner
        .room()
        .check(pairs.left.len() * (PAIR_BYTES + width))?;
    note(
        runner,
        &sides,
        &pairs,
        kind,
        [(&left, keys_of(keys, true)), (&right, keys_of(keys, false))],
    )?;
    let mut columns = Vec::with_capacity(outputs.len());
    for output in outputs {
        interrupt::check()?;
        let column = match output {
            JoinColumn::Left(index) => left.column(*index).map(|column| column.take(&pairs.left)),
            JoinColumn::Right(index) => {
                right.column(*index).map(|column| column.take(&pairs.right))
            }
        };
        let missing = || EvalError::new("the join gives a column it does not read");
        columns.push(column.ok_or_else(missing)?);
    }
    Ok(Table::with_rows(schema.clone(), columns, pairs.left.len()).with_schema(schema))
}

fn keys_of(keys: &[(Expr, Expr)], of_left: bool) -> Vec<&Expr> {
    let keys = keys.iter();
    keys.map(|(left, right)| if of_left { left } else { right })
        .collect()
}

/// Notes which rows make the pairs, and why watched rows make none.
fn note(
    runner: &mut Runner<'_>,
    sides: &Sides,
    pairs: &Pairs,
    kind: JoinKind,
    tables: [(&Table, Vec<&Expr>); 2],
) -> Result<(), EvalError> {
    let semi = |of_pair: &[u32], of_row: &[u32], rows: Vec<Vec<u32>>| {
        let set = |row: &u32| of_row.get(*row as usize).copied().unwrap_or(NO_ROW);
        Links::Sets(of_pair.iter().map(set).collect(), Arc::new(rows))
    };
    runner.note(|trace| {
        match kind {
            JoinKind::RightSemi | JoinKind::RightAnti => trace.look_up(0, Links::None),
            _ => trace.link(0, Links::One(pairs.left.clone())),
        }
        match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => trace.look_up(1, Links::None),
            _ => trace.link(1, Links::One(pairs.right.clone())),
        }
        if kind == JoinKind::LeftSemi {
            trace.look_up(1, semi(&pairs.left, &sides.left, sides.right_rows.lists()));
        }
        if kind == JoinKind::RightSemi {
            let rows = RowsOfKeys::of(&sides.left, sides.right_rows.len());
            trace.look_up(0, semi(&pairs.right, &sides.right, rows.lists()));
        }
    });
    for (place, (table, keys)) in tables.into_iter().enumerate() {
        let kept = [&pairs.left, &pairs.right].map(Vec::as_slice)[place];
        let watched = runner.asked(|trace| trace.watched(place));
        if watched.is_empty() {
            continue;
        }
        let kept: BTreeSet<u32> = kept.iter().copied().collect();
        let lost = watched.into_iter().filter(|row| !kept.contains(row));
        for row in lost.take(MAX_REASONS) {
            let key = key_texts(runner, table, &keys, row)?;
            if let Some(why) = sides.why(kind, place, row, key) {
                runner.note(|trace| trace.reason(place, row, why));
            }
        }
    }
    Ok(())
}

/// Names and values of a row's key.
fn key_texts(
    runner: &mut Runner<'_>,
    table: &Table,
    keys: &[&Expr],
    row: u32,
) -> Result<Vec<(String, String)>, EvalError> {
    let mut texts = Vec::with_capacity(keys.len());
    let row = table.take(&[row]);
    for key in keys {
        let name = match &key.kind {
            ExprKind::Column(index) => row.schema().columns.get(*index),
            _ => None,
        };
        let name = name.map_or("the key", |column| column.name.as_str());
        let value = runner.unnoticed(|runner| runner.column(key, &row))?.get(0);
        texts.push((name.to_owned(), shown(&value_text(&value, key.ty))));
    }
    Ok(texts)
}

/// The key of each row, numbered alike on both sides.
struct Sides {
    left: Vec<u32>,
    right: Vec<u32>,
    right_rows: RowsOfKeys,
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
            columns.push(stacked(&left_key, &runner.column(right_key, right)?)?);
        }
        let mut groups = Groups::of(&columns, left.rows() + right.rows());
        interrupt::still_wanted()?;
        let right = groups.of_row.split_off(left.rows());
        Ok(Self {
            right_rows: RowsOfKeys::of(&right, groups.len()),
            left: groups.of_row,
            right,
        })
    }

    /// Why a row is in no pair; `None` when it is only looked up.
    fn why(
        &self,
        kind: JoinKind,
        side: usize,
        row: u32,
        key: Vec<(String, String)>,
    ) -> Option<Why> {
        let keys = if side == 0 { &self.left } else { &self.right };
        let number = *keys.get(row as usize)?;
        let partner = match side {
            0 => !self.matches(number).is_empty(),
            _ => self.left.contains(&number),
        };
        match (kind, side, partner) {
            (JoinKind::LeftSemi | JoinKind::LeftAnti, 1, _) => None,
            (JoinKind::RightSemi | JoinKind::RightAnti, 0, _) => None,
            (JoinKind::LeftAnti | JoinKind::RightAnti, _, true) => Some(Why::HasPartner { key }),
            (JoinKind::InnerUnique, 0, true) => Some(Why::SameKeyAsEarlier { key }),
            (_, _, false) => Some(Why::NoPartner { key }),
            _ => None,
        }
    }

    fn matches(&self, key: u32) -> &[u32] {
        self.right_rows.get(key)
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
        let mut pace = Pace::default();
        for (row, key) in self.left.iter().enumerate() {
            let again = mark(&mut seen, *key);
            if kind == JoinKind::InnerUnique && again {
                continue;
            }
            let matches = self.matches(*key);
            limits.check_rows("join", pairs.left.len() + matches.len())?;
            pace.row()?;
            for right in matches {
                pace.row()?;
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
fn stacked(left: &Column, right: &Column) -> Result<Column, EvalError> {
    let ty = if left.ty() == right.ty() {
        left.ty()
    } else {
        ScalarType::Dynamic
    };
    let mut cells = ColumnBuilder::new(ty);
    cells.extend_in_run(left)?;
    cells.extend_in_run(right)?;
    Ok(cells.finish())
}
