//! `top-nested`: groups inside of groups, the best of each level.
//!
//! Of groups with equal ranks those that appear first are kept. What a level does not keep becomes a
//! row of its own when that level, or one below, names its others; levels without such a name are
//! empty in it.

use std::sync::Arc;

use kql_analysis::plan::{NestedLevel, Plan};
use kql_analysis::types::Schema;
use kql_analysis::value::Value;

use super::{Runner, project, select, sort, summarize};
use crate::builder::TableBuilder;
use crate::column::Column;
use crate::error::EvalError;
use crate::explain::Links;
use crate::key::Groups;
use crate::table::Table;

/// One row per path through the levels, the paths of one group side by side.
pub(super) fn top_nested(
    runner: &mut Runner<'_>,
    input: &Plan,
    levels: &[NestedLevel],
    schema: &Schema,
) -> Result<Table, EvalError> {
    let table = runner.plan(input)?;
    let mut tree = Tree::of(&table);
    for (depth, level) in levels.iter().enumerate() {
        let below = levels.get(depth..).unwrap_or_default();
        let named = below.iter().any(|level| level.others.is_some());
        tree.descend(runner, level, named)?;
        let paths = tree.paths.len();
        runner.options.limits.check_rows("top-nested", paths)?;
    }
    let names_others = levels.iter().any(|level| level.others.is_some());
    if !names_others {
        runner.note(|trace| trace.link(0, tree.links()));
    }
    Ok(tree.finish(schema))
}

/// A way through the levels so far: the cells of the result, and whether it stands for others.
#[derive(Clone, Default)]
struct Path {
    cells: Vec<Value>,
    is_rest: bool,
}

impl Path {
    fn with(&self, value: Value, rank: Value, is_rest: bool) -> Self {
        let mut cells = self.cells.clone();
        cells.extend([value, rank]);
        Self { cells, is_rest }
    }
}

/// The rows that are still part of a path, and the paths.
struct Tree {
    table: Table,
    /// The path of each row of the table.
    path_of_row: Vec<u32>,
    paths: Vec<Path>,
    /// The rows of each path of the first level, and the path of that level that each path is in.
    first_level: Vec<Vec<u32>>,
    first_of_path: Vec<u32>,
}

impl Tree {
    fn of(table: &Table) -> Self {
        Self {
            table: table.clone(),
            path_of_row: vec![0; table.rows()],
            paths: vec![Path::default()],
            first_level: Vec::new(),
            first_of_path: Vec::new(),
        }
    }

    /// A path rests on the rows of its group of the first level: those of its other groups are among them.
    fn links(&self) -> Links {
        Links::Sets(
            self.first_of_path.clone(),
            Arc::new(self.first_level.clone()),
        )
    }

    /// Keeps which rows are in which group of the first level.
    fn keep_first_level(&mut self, split: &Split) {
        if self.first_level.is_empty() {
            self.first_level = vec![Vec::new(); split.origins.len()];
            for (row, path) in split.rows.iter().zip(&split.path_of_row) {
                if let Some(rows) = self.first_level.get_mut(*path as usize) {
                    rows.push(*row);
                }
            }
            self.first_of_path = (0..split.origins.len() as u32).collect();
            return;
        }
        let origins = split.origins.iter();
        let first = origins.filter_map(|origin| self.first_of_path.get(origin.parent).copied());
        self.first_of_path = first.collect();
    }

    /// Splits each path by a level; `named` tells whether this level or one below names its others.
    fn descend(
        &mut self,
        runner: &mut Runner<'_>,
        level: &NestedLevel,
        named: bool,
    ) -> Result<(), EvalError> {
        let most = match &level.count {
            Some(count) => select::row_count(runner, count)?,
            None => usize::MAX,
        };
        let values = runner.column(&level.value.expr, &self.table)?;
        let groups = self.groups(&values);
        let ranks = rank(runner, level, &self.table, &groups.of_row, groups.len())?;
        let kept = self.kept(runner, level, &groups, &ranks, most)?;
        let split = Split::of(self, &groups, &kept, named);
        let rest = Rest::of(runner, level, &split, &self.table)?;
        let origins = split.origins.iter().enumerate();
        let paths = origins.map(|(index, origin)| {
            let parent = self.paths.get(origin.parent).cloned().unwrap_or_default();
            let Some(group) = origin.group else {
                return parent.with(rest.value.clone(), rest.rank(index), true);
            };
            let first = groups.first_rows.get(group).copied().unwrap_or(0);
            parent.with(values.get(first as usize), ranks.get(group), false)
        });
        let paths = paths.collect();
        if runner.is_traced() {
            self.keep_first_level(&split);
        }
        self.table = self.table.take(&split.rows);
        self.path_of_row = split.path_of_row;
        self.paths = paths;
        Ok(())
    }

    /// Rows of one path and one value; rows of others stay together whatever their value is.
    fn groups(&self, values: &Column) -> Groups {
        let rows = self.path_of_row.len();
        let paths = self
            .path_of_row
            .iter()
            .map(|path| Value::Long(i64::from(*path)));
        let paths = Column::from_values(kql_analysis::types::ScalarType::Long, paths);
        Groups::of(&[paths, values.clone()], rows)
    }

    /// The groups that each path keeps, best first.
    fn kept(
        &self,
        runner: &mut Runner<'_>,
        level: &NestedLevel,
        groups: &Groups,
        ranks: &Column,
        most: usize,
    ) -> Result<Vec<Vec<usize>>, EvalError> {
        let schema = Schema::new([(level.rank.name.as_str(), ranks.ty())]);
        let ranked = Table::with_rows(schema, vec![ranks.clone()], ranks.len());
        let keys = std::slice::from_ref(&level.key);
        let mut kept = vec![Vec::new(); self.paths.len()];
        for group in sort::order(runner, &ranked, keys)? {
            let row = groups.first_rows.get(group as usize).copied().unwrap_or(0);
            let path = self.path_of_row.get(row as usize).copied().unwrap_or(0) as usize;
            let is_rest = self.paths.get(path).is_some_and(|path| path.is_rest);
            if let Some(kept) = kept.get_mut(path)
                && !is_rest
                && kept.len() < most
            {
                kept.push(group as usize);
            }
        }
        Ok(kept)
    }

    fn finish(self, schema: &Schema) -> Table {
        let mut table = TableBuilder::new(schema.clone());
        // Without rows there is no path: the one that every tree begins with has no cells.
        let paths = self.paths.into_iter().filter(|path| !path.cells.is_empty());
        for path in paths {
            for (column, cell) in path.cells.into_iter().enumerate() {
                table.push(column, cell);
            }
            table.end_row();
        }
        table.finish()
    }
}

/// Where a new path comes from: a path of the level above, and one of its groups or what it leaves.
struct Origin {
    parent: usize,
    group: Option<usize>,
}

/// The rows that go on to the next level.
struct Split {
    origins: Vec<Origin>,
    /// Rows of the table that belong to a new path, and that path.
    rows: Vec<u32>,
    path_of_row: Vec<u32>,
}

impl Split {
    fn of(tree: &Tree, groups: &Groups, kept: &[Vec<usize>], named: bool) -> Self {
        let mut origins = Vec::new();
        let mut path_of_group = vec![None; groups.len()];
        let mut rest_of_path = vec![None; tree.paths.len()];
        let left = left_rows(tree, groups, kept);
        for (parent, kept) in kept.iter().enumerate() {
            for group in kept {
                path_of_group[*group] = Some(origins.len() as u32);
                let group = Some(*group);
                origins.push(Origin { parent, group });
            }
            let is_rest = tree.paths.get(parent).is_some_and(|path| path.is_rest);
            if left.get(parent) == Some(&true) && (named || is_rest) {
                rest_of_path[parent] = Some(origins.len() as u32);
                origins.push(Origin {
                    parent,
                    group: None,
                });
            }
        }
        let mut split = Self {
            origins,
            rows: Vec::new(),
            path_of_row: Vec::new(),
        };
        for (row, (group, path)) in groups.of_row.iter().zip(&tree.path_of_row).enumerate() {
            let own = path_of_group.get(*group as usize).copied().flatten();
            let rest = rest_of_path.get(*path as usize).copied().flatten();
            if let Some(path) = own.or(rest) {
                split.rows.push(row as u32);
                split.path_of_row.push(path);
            }
        }
        split
    }
}

/// What a level shows of the groups that it does not keep: nothing, unless it names them.
struct Rest {
    value: Value,
    /// The ranks of all new paths; those that stand for others read theirs here.
    ranks: Option<Column>,
}

impl Rest {
    fn of(
        runner: &mut Runner<'_>,
        level: &NestedLevel,
        split: &Split,
        table: &Table,
    ) -> Result<Self, EvalError> {
        let Some(others) = &level.others else {
            return Ok(Self {
                value: Value::Null,
                ranks: None,
            });
        };
        let rows = table.take(&split.rows);
        let (path_of_row, paths) = (&split.path_of_row, split.origins.len());
        let ranks = rank(runner, level, &rows, path_of_row, paths)?;
        Ok(Self {
            value: runner.constant(others)?,
            ranks: Some(ranks),
        })
    }

    fn rank(&self, path: usize) -> Value {
        let ranks = self.ranks.as_ref();
        ranks.map_or(Value::Null, |ranks| ranks.get(path))
    }
}

/// Whether each path has rows in groups that it does not keep.
fn left_rows(tree: &Tree, groups: &Groups, kept: &[Vec<usize>]) -> Vec<bool> {
    let mut is_kept = vec![false; groups.len()];
    for group in kept.iter().flatten() {
        is_kept[*group] = true;
    }
    let mut left = vec![false; tree.paths.len()];
    for (group, path) in groups.of_row.iter().zip(&tree.path_of_row) {
        if is_kept.get(*group as usize) == Some(&false)
            && let Some(left) = left.get_mut(*path as usize)
        {
            *left = true;
        }
    }
    left
}

/// The rank of each group.
fn rank(
    runner: &mut Runner<'_>,
    level: &NestedLevel,
    table: &Table,
    group_of_row: &[u32],
    groups: usize,
) -> Result<Column, EvalError> {
    let aggregated = summarize::aggregated(runner, &level.aggregates, table, group_of_row, groups)?;
    let rank = std::slice::from_ref(&level.rank);
    let ranks = project::named(runner, &aggregated, rank)?;
    let column = ranks.column(0).cloned();
    column.ok_or_else(|| EvalError::new("top-nested has nothing to rank by"))
}
