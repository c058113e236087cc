//! A rule prepared for lints: its query parsed and bound once.

use kql_analysis::plan::{Plan, Query};
use kql_analysis::types::Schema;
use kql_analysis::{Bound, bind};
use kql_syntax::{Parse, SyntaxNode, parse};
use sentinel_rules::rule::Rule;

use crate::environment::Environment;

/// A rule, its query, and what is known around it.
pub(crate) struct Subject<'a> {
    /// The rule.
    pub rule: &'a Rule,
    /// What is known around it.
    pub environment: &'a Environment,
    /// The query's tree.
    pub parse: Parse,
    /// The query bound against the known tables and the loaded ones.
    pub bound: Bound,
}

impl<'a> Subject<'a> {
    /// Parses and binds the query.
    pub fn new(rule: &'a Rule, environment: &'a Environment) -> Self {
        Self {
            rule,
            environment,
            parse: parse(&rule.query),
            bound: bind(&rule.query, &environment.tables),
        }
    }

    /// The root of the query's tree.
    pub fn root(&self) -> SyntaxNode {
        self.parse.syntax()
    }

    /// The plan; absent when the query has errors.
    pub fn query(&self) -> Option<&Query> {
        self.bound
            .query
            .as_ref()
            .filter(|query| query.late.is_none())
    }

    /// The plan of the result: the last statement.
    pub fn result_plan(&self) -> Option<&Plan> {
        self.query()?.statements.last()
    }

    /// The columns of the result, when all of them are known.
    pub fn result(&self) -> Option<&Schema> {
        let schema = self.bound.result.as_ref()?;
        let sound = !self.bound.diagnostics.iter().any(|found| found.is_syntax());
        (sound && !schema.open && !schema.is_empty()).then_some(schema)
    }
}
