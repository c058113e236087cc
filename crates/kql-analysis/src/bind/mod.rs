//! From a syntax tree and the tables around it to a plan, or to diagnostics.
//!
//! Names become indexes, calls become registry entries, lambdas are inlined at each call. Nothing is
//! dropped in silence: what the plan cannot express is an error with its name and place.

mod activity;
mod address_lookup;
mod aggregates;
mod arguments;
mod bag_unpack;
mod bodies;
mod by_names;
mod calls;
mod constants;
mod conversions;
mod datatable;
mod dynamic_kind;
mod each;
mod evaluate;
mod expand;
mod expressions;
mod extend;
mod find;
mod graph;
mod ingestion;
mod is_tabular;
mod join;
mod join_keys;
mod lambda;
mod lists;
mod literals;
mod names;
mod once;
mod operators;
mod options;
mod parse;
mod parts;
mod patterns;
mod pipeline;
mod pivot;
mod plugin_arguments;
mod plugins;
mod project;
mod reduce;
mod references;
mod refused_plugins;
mod report;
mod results;
mod rolling_percentile;
mod scan;
mod scope;
mod search;
mod search_memory;
mod select_columns;
mod series;
mod settings;
mod sort;
mod sources;
mod stars;
mod statements;
mod summarize;
mod tabular;
mod top_nested;
mod union;
mod unique;
mod windows;

use std::cell::Cell;
use std::collections::BTreeMap;

use kql_syntax::ast::Statement;

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::plan::{Expr, Plan, Query, Scalar, Shared, mark_unread};
use crate::types::Schema;
use aggregates::Aggregation;
pub use evaluate::MAX_LATE;
use scope::Scope;
pub use stars::MAX_STAR_TESTS;

/// Deepest nesting of lambda calls and subqueries; recursion is not part of KQL.
pub const MAX_INLINING: usize = 64;
/// Most calls of user functions in a query, those in the bodies of others included.
pub const MAX_CALLS: usize = 10_000;
/// Most findings that are reported for one query: so many of what is wrong, and as many of what is not
/// supported.
pub const MAX_ERRORS: usize = 50;
/// Most scalars and tables that a query may name, after inlining.
pub const MAX_NAMED: usize = 2_000;

/// What binding gives.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The plan; present only without errors.
    pub query: Option<Query>,
    /// Findings in order of place, those of the parser included.
    pub diagnostics: Vec<Diagnostic>,
    /// Columns of the last tabular statement, when it could be bound.
    pub result: Option<Schema>,
    /// Whether further tables in the catalog could have changed this.
    pub looked_beyond: bool,
}

/// Binds a query text against tables. Never fails; what is wrong is in [`Bound::diagnostics`].
pub fn bind(text: &str, catalog: &Catalog) -> Bound {
    bind_with(text, catalog, Reading::Engine, Vec::new())
}

/// Binds a query, knowing the columns that its first data-dependent plugins give.
pub(crate) fn bind_knowing(text: &str, catalog: &Catalog, known: Vec<Schema>) -> Bound {
    bind_with(text, catalog, Reading::Engine, known)
}

/// Binds as the service's checker does. The plan is not to be run.
pub(crate) fn bind_as_checker(text: &str, catalog: &Catalog) -> Bound {
    bind_with(text, catalog, Reading::Checker, Vec::new())
}

/// Whose reading of a query is wanted, where the service's checker and its engine differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// The engine's, which the plan needs.
    Engine,
    /// The checker's, which editors and rule validation use. Its columns differ in a few places.
    Checker,
}

fn bind_with(text: &str, catalog: &Catalog, reading: Reading, known: Vec<Schema>) -> Bound {
    let parse = kql_syntax::parse(text);
    let mut binder = Binder::new(catalog);
    binder.reading = reading;
    binder.known = known;
    binder.diagnostics = parse.diagnostics().iter().map(Diagnostic::from).collect();
    let root = parse.root();
    let statements: Vec<Statement> = root.statements().collect();
    let plans = binder.statements(&statements);
    binder.check_settings(root.syntax());
    binder.finish(plans, text)
}

/// State while one query is bound.
pub(crate) struct Binder<'c> {
    catalog: &'c Catalog,
    /// Whether a table was looked for that the catalog does not have, or all that it has.
    looked_beyond: Cell<bool>,
    scopes: Vec<Scope>,
    scalars: Vec<Scalar>,
    shared: Vec<Shared>,
    diagnostics: Vec<Diagnostic>,
    /// Set while the aggregates of a `summarize` are bound.
    aggregation: Option<Aggregation>,
    /// Columns of an open table that the operator at hand reads without their being declared.
    inferred: Vec<String>,
    reading: Reading,
    /// Whether the pipeline at hand ends in a function that is not known, so that it gives nothing.
    lost: bool,
    /// Whether nothing is known of the rows at hand, not even names of columns, because the function that
    /// gives them is not known.
    lost_rows: bool,
    /// The same of the input of the operator at hand.
    lost_input: bool,
    /// Whether something could not be bound; then there is no plan.
    broken: bool,
    /// Whether the query has plugins, which may run before the tables that `as` names; once it is asked.
    evaluates: Option<bool>,
    /// Columns that data-dependent plugins have given, in order of binding.
    known: Vec<Schema>,
    /// Data-dependent plugins so far.
    late: usize,
    /// Set inside of the predicate of `search` and `find`.
    searching: Option<search_memory::SearchMemory>,
    /// Tests of single columns that `*` and terms stand for, so far.
    star_tests: usize,
    /// Set inside of `search kind=case_sensitive`.
    case_sensitive: bool,
    /// The first data-dependent plugin whose columns are not known.
    probe: Option<Plan>,
    /// Whether a call of `ingestion_time` was bound.
    reads_ingestion_time: bool,
    inlining: usize,
    calls: usize,
    rows: usize,
    /// Whether the rows of the table bound last, or of the operator's input, have a fixed order.
    in_order: bool,
    /// The same for each shared table.
    shared_in_order: Vec<bool>,
    /// The graph that the expression bound last is, when it is one.
    graph: Option<graph::Graph>,
    /// The graph that the operator at hand reads.
    graph_input: Option<graph::Graph>,
    /// The graph that each shared table is.
    shared_graphs: Vec<Option<graph::Graph>>,
    /// Set while the steps of a `scan` are bound.
    steps: Option<scan::StepNames>,
    /// Subqueries over parts of rows around the place that is bound.
    parts: usize,
    /// Values of the options that `set` statements name.
    options: BTreeMap<String, Expr>,
}

impl<'c> Binder<'c> {
    /// The columns of a table from outside.
    fn outside(&self, name: &str) -> Option<&'c Schema> {
        let found = self.catalog.tables.get(name);
        if found.is_none() {
            self.looked_beyond.set(true);
        }
        found
    }

    /// Names of all tables from outside.
    fn all_outside(&self) -> impl Iterator<Item = &'c str> + use<'c> {
        self.looked_beyond.set(true);
        self.catalog.tables.keys().map(String::as_str)
    }

    fn new(catalog: &'c Catalog) -> Self {
        Self {
            catalog,
            looked_beyond: Cell::new(false),
            scopes: vec![Scope::default()],
            scalars: Vec::new(),
            shared: Vec::new(),
            diagnostics: Vec::new(),
            aggregation: None,
            inferred: Vec::new(),
            reading: Reading::Engine,
            lost: false,
            lost_rows: false,
            lost_input: false,
            broken: false,
            evaluates: None,
            known: Vec::new(),
            late: 0,
            searching: None,
            star_tests: 0,
            case_sensitive: false,
            probe: None,
            inlining: 0,
            calls: 0,
            rows: 0,
            in_order: false,
            shared_in_order: Vec::new(),
            graph: None,
            graph_input: None,
            shared_graphs: Vec::new(),
            steps: None,
            parts: 0,
            reads_ingestion_time: false,
            options: BTreeMap::new(),
        }
    }

    /// The plan and the findings, once all statements are bound.
    fn finish(mut self, plans: Vec<Plan>, text: &str) -> Bound {
        let late = self.late_binding(text);
        if late.is_some() {
            // Columns that nothing is known of yet may be those of the plugin.
            self.diagnostics
                .retain(|found| found.code != references::UNDECLARED);
            self.broken = false;
        }
        self.check_outcome(&plans, text);
        self.diagnostics.sort_by_key(|found| found.range.start);
        let sound = !self.has_errors();
        let last = plans.last().filter(|_| !self.lost);
        // `consume` and its relatives have no columns.
        let result = last.map(|plan| plan.schema.clone());
        let result = result.filter(|schema| schema.open || !schema.is_empty());
        let mut query = Query {
            scalars: self.scalars,
            shared: self.shared,
            statements: plans,
            late,
            reads_ingestion_time: self.reads_ingestion_time,
        };
        mark_unread(&mut query);
        Bound {
            query: sound.then_some(query),
            diagnostics: self.diagnostics,
            result,
            looked_beyond: self.looked_beyond.get(),
        }
    }

    /// Reports a query without a table, and one that could not be bound although no error tells why.
    fn check_outcome(&mut self, plans: &[Plan], text: &str) {
        if plans.is_empty() && !self.has_errors() {
            let hint =
                "end the query with a table and operators, such as `AzureDiagnostics | take 10`";
            let message = "the query gives no table";
            self.error("RS3006", message, Some(hint.to_owned()), 0..text.len());
        }
        if self.broken && !self.has_errors() {
            self.unsupported("a part of this query", 0..text.len());
        }
    }

    fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Whether the reading of the service's checker is wanted.
    fn is_checker(&self) -> bool {
        self.reading == Reading::Checker
    }
}
