//! A rule prepared for lints: its query parsed and bound once.

use kql_analysis::plan::{Plan, Query};
use kql_analysis::types::Schema;
use kql_analysis::{Bound, Diagnostic};
use kql_syntax::{Parse, SyntaxNode, parse};
use sentinel_rules::rule::Rule;

use crate::environment::Environment;
use crate::workspace::{Tolerant, bind_tolerantly};

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
    /// Columns of which only the workspace can tell whether they exist.
    pub doubtful: Vec<Diagnostic>,
}

impl<'a> Subject<'a> {
    /// Parses and binds the query.
    pub fn new(rule: &'a Rule, environment: &'a Environment) -> Self {
        let Tolerant { bound, doubtful } = bind_tolerantly(&rule.query, &environment.tables);
        Self {
            rule,
            environment,
            parse: parse(&rule.query),
            bound,
            doubtful,
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
