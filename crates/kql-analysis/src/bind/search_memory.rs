//! Tables and values inside the predicate of a search.
//!
//! The predicate is bound to each table that is searched. What it reads elsewhere is bound once.

use std::collections::BTreeMap;

use kql_syntax::ast::Expr as Syntax;

use super::Binder;
use super::tabular::plan;
use crate::plan::{Expr, Node, Plan};

/// What has been bound, by its place in the text.
#[derive(Clone, Debug, Default)]
pub(crate) struct SearchMemory {
    /// How deep in user functions the search stands. One text means different things in calls.
    inlining: usize,
    tables: BTreeMap<(usize, usize), Plan>,
    values: BTreeMap<(usize, usize), Expr>,
}

impl SearchMemory {
    /// Nothing yet, of a search at this depth of user functions.
    pub fn at(inlining: usize) -> Self {
        Self {
            inlining,
            ..Self::default()
        }
    }

    /// The value that was bound for a table.
    pub fn value(&self, syntax: &Syntax) -> Option<Expr> {
        self.values.get(&place(syntax)).cloned()
    }

    /// Keeps the value of a table.
    pub fn keep_value(&mut self, syntax: &Syntax, value: Expr) {
        self.values.insert(place(syntax), value);
    }
}

fn place(syntax: &Syntax) -> (usize, usize) {
    let range = syntax.range();
    (range.start, range.end)
}

impl Binder<'_> {
    /// What is known of the search whose predicate is bound here.
    pub(crate) fn search_memory(&mut self) -> Option<&mut SearchMemory> {
        let inlining = self.inlining;
        let memory = self.searching.as_mut();
        memory.filter(|memory| memory.inlining == inlining)
    }

    /// A table that an expression reads.
    pub(crate) fn inner_table(&mut self, syntax: &Syntax) -> Option<Plan> {
        let known = self.search_memory();
        if let Some(table) = known.and_then(|known| known.tables.get(&place(syntax))) {
            return Some(table.clone());
        }
        let outer = (self.aggregation.take(), self.in_order);
        let table = self.tabular(syntax);
        (self.aggregation, self.in_order) = outer;
        let table = table?;
        if self.search_memory().is_none() {
            return Some(table);
        }
        let (schema, range) = (table.schema.clone(), table.range.clone());
        let index = self.share(String::new(), Some(table), schema.clone(), range.clone())?;
        let shared = plan(Node::Shared { index }, schema, range);
        if let Some(known) = self.search_memory() {
            known.tables.insert(place(syntax), shared.clone());
        }
        Some(shared)
    }
}
