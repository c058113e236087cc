//! What is known about the values of columns, from the tables to the result: where they come from, to what
//! width times are binned, in which letter case texts are.
//!
//! A fact is only kept where it holds for every row; what is not understood has none.

mod results;

use std::collections::BTreeMap;

use kql_analysis::plan::{Expr, Haystack, Plan, Query, ScalarSource};

pub(crate) use results::fact;

/// Deepest nesting of tables that is looked into.
const MAX_DEPTH: usize = 200;

/// The letter case of all texts of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Converted by `tolower`.
    Lower,
    /// Converted by `toupper`.
    Upper,
}

/// What is known about a column or an expression.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fact {
    /// Table and column that the value is taken from unchanged.
    pub origin: Option<(String, String)>,
    /// Width in ticks that times are binned to.
    pub grain: Option<i64>,
    /// Letter case of the texts.
    pub case: Option<Case>,
}

/// An operator with the facts of the columns that it reads.
pub(crate) struct Scene<'s> {
    /// The plan around.
    pub query: &'s Query,
    /// The operator.
    pub plan: &'s Plan,
    /// Facts of each input's columns, in the order of `plan.parts().plans`.
    pub inputs: &'s [Vec<Fact>],
    /// Facts of the tables behind `let`.
    shared: &'s BTreeMap<usize, Vec<Fact>>,
}

impl Scene<'_> {
    /// What is known of an expression over an input.
    pub fn fact(&self, expr: &Expr, input: usize) -> Fact {
        let none = Vec::new();
        fact(self.query, expr, self.inputs.get(input).unwrap_or(&none))
    }

    /// What is known of the first column of the table behind `in`.
    pub fn haystack(&self, plan: &Plan) -> Fact {
        let mut known = Walk {
            query: self.query,
            shared: self.shared.clone(),
            hook: &mut |_| {},
        };
        let first = known.plan(plan, MAX_DEPTH).into_iter().next();
        first.unwrap_or_default()
    }
}

/// Shows every operator of a query with the facts of its inputs, sources first.
pub(crate) fn walk(query: &Query, hook: &mut dyn FnMut(&Scene<'_>)) {
    let mut walk = Walk {
        query,
        shared: BTreeMap::new(),
        hook,
    };
    for scalar in &query.scalars {
        match &scalar.source {
            ScalarSource::FirstCell(plan) => {
                walk.plan(plan, MAX_DEPTH);
            }
            ScalarSource::Expr(expr) => walk.tables_inside(expr, MAX_DEPTH),
        }
    }
    for index in 0..query.shared.len() {
        walk.shared_table(index, MAX_DEPTH);
    }
    for statement in &query.statements {
        walk.plan(statement, MAX_DEPTH);
    }
}

/// The walk over a plan, sources first.
struct Walk<'q, 'h> {
    query: &'q Query,
    shared: BTreeMap<usize, Vec<Fact>>,
    hook: &'h mut dyn FnMut(&Scene<'_>),
}

impl Walk<'_, '_> {
    /// Facts of the columns of a table behind `let`.
    fn shared_table(&mut self, index: usize, depth: usize) -> Vec<Fact> {
        if let Some(known) = self.shared.get(&index) {
            return known.clone();
        }
        let shared = self.query.shared.get(index);
        let Some(plan) = shared.and_then(|shared| shared.plan.as_ref()) else {
            return Vec::new();
        };
        // A table cannot read itself; an entry ends what a broken plan would repeat.
        self.shared.insert(index, Vec::new());
        let facts = self.plan(plan, depth);
        self.shared.insert(index, facts.clone());
        facts
    }

    /// Facts of the columns of an operator's result.
    fn plan(&mut self, plan: &Plan, depth: usize) -> Vec<Fact> {
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let parts = plan.parts();
        let inputs: Vec<Vec<Fact>> = parts
            .plans
            .iter()
            .map(|input| self.plan(input, depth))
            .collect();
        for expr in &parts.exprs {
            self.tables_inside(expr, depth);
        }
        (self.hook)(&Scene {
            query: self.query,
            plan,
            inputs: &inputs,
            shared: &self.shared,
        });
        let mut facts = self.result(plan, &inputs, depth);
        facts.resize(plan.schema.len(), Fact::default());
        facts
    }

    /// Visits the tables of membership tests inside of an expression.
    fn tables_inside(&mut self, expr: &Expr, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let parts = expr.parts();
        for plan in parts.plans {
            self.plan(plan, depth);
        }
        for inner in parts.exprs {
            self.tables_inside(inner, depth);
        }
    }
}

/// The table behind a membership test, when there is one.
pub(crate) fn table_of(haystack: &Haystack) -> Option<&Plan> {
    match haystack {
        Haystack::Table(plan) => Some(plan),
        Haystack::Values(_) => None,
    }
}
