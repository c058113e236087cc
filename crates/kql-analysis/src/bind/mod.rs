//! From a syntax tree and the tables around it to a plan, or to diagnostics.
//!
//! Names become indexes, calls become registry entries, lambdas are inlined at each call. Nothing is
//! dropped in silence: what the plan cannot express is an error with its name and place.

mod activity;
mod address_lookup;
mod aggregates;
mod bag_unpack;
mod bodies;
mod by_names;
mod calls;
mod constants;
mod conversions;
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
mod lambda;
mod lists;
mod literals;
mod names;
mod operators;
mod options;
mod parse;
mod parts;
mod pipeline;
mod pivot;
mod plugin_arguments;
mod plugins;
mod project;
mod reduce;
mod refused_plugins;
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
mod summarize;
mod tabular;
mod top_nested;
mod union;
mod unique;
mod windows;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;

use kql_syntax::ast::{Expr as Syntax, Statement};

use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity};
use crate::plan::{Expr, Plan, Query, Scalar, ScalarSource, Shared, mark_unread};
use crate::types::Schema;
use aggregates::Aggregation;
pub use evaluate::MAX_LATE;
use scope::{Row, Scope};
pub use stars::MAX_STAR_TESTS;

/// Deepest nesting of lambda calls and subqueries; recursion is not part of KQL.
pub const MAX_INLINING: usize = 64;
/// Most calls of user functions in a query, those in the bodies of others included.
pub const MAX_CALLS: usize = 10_000;
/// Most errors that are reported for one query.
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
            options: BTreeMap::new(),
        }
    }

    fn finish(mut self, plans: Vec<Plan>, text: &str) -> Bound {
        let late = self.late_binding(text);
        if late.is_some() {
            // Columns that nothing is known of yet may be those of the plugin.
            self.diagnostics
                .retain(|found| found.code != expressions::UNDECLARED);
            self.broken = false;
        }
        let has_errors = self.diagnostics.iter().any(Diagnostic::is_error);
        if plans.is_empty() && !has_errors {
            let hint =
                "end the query with a table and operators, such as `AzureDiagnostics | take 10`";
            let message = "the query gives no table";
            self.error("RS3006", message, Some(hint.to_owned()), 0..text.len());
        }
        if self.broken && !self.diagnostics.iter().any(Diagnostic::is_error) {
            self.unsupported("a part of this query", 0..text.len());
        }
        self.diagnostics.sort_by_key(|found| found.range.start);
        let sound = !self.diagnostics.iter().any(Diagnostic::is_error);
        let last = plans.last().filter(|_| !self.lost);
        // `consume` and its relatives have no columns.
        let result = last.map(|plan| plan.schema.clone());
        let result = result.filter(|schema| schema.open || !schema.is_empty());
        let mut query = Query {
            scalars: self.scalars,
            shared: self.shared,
            statements: plans,
            late,
        };
        mark_unread(&mut query);
        Bound {
            query: sound.then_some(query),
            diagnostics: self.diagnostics,
            result,
            looked_beyond: self.looked_beyond.get(),
        }
    }

    fn statements(&mut self, statements: &[Statement]) -> Vec<Plan> {
        let mut plans = Vec::new();
        for statement in statements {
            match statement {
                Statement::Let(declaration) => self.declare(declaration),
                Statement::Set(set) => self.set_option(set),
                Statement::Other(node) => self.other_statement(node),
                Statement::Expression(expression) => plans.extend(self.statement(expression)),
            }
        }
        plans
    }

    /// `declare query_parameters` gives names their default values; other statements are refused.
    fn other_statement(&mut self, node: &kql_syntax::SyntaxNode) {
        let Some(parameters) = kql_syntax::ast::query_parameters(node) else {
            let text = node.text().to_string();
            let word = text.split_whitespace().next().unwrap_or_default();
            let what = format!("the statement `{word}`");
            return self.unsupported(&what, kql_syntax::ast::range_of(node));
        };
        for parameter in parameters {
            if let Some((name, binding)) = self.query_parameter(&parameter) {
                self.define(name, binding);
            }
        }
    }

    fn statement(&mut self, expression: &Syntax) -> Option<Plan> {
        if self.is_tabular(expression) {
            let plan = self.tabular(expression);
            self.lost |= self.graph.take().is_some();
            return plan;
        }
        if let Syntax::Name(name) = expression
            && self.lookup(&name.text()).is_none()
        {
            return self.table(&name.text(), expression.range());
        }
        let row = Row::none();
        self.expression(expression, &row)?;
        let hint = "put `print` in front to see its value";
        let message = "this is a value, not a table";
        self.error("RS3006", message, Some(hint.to_owned()), expression.range());
        None
    }

    fn declare(&mut self, declaration: &kql_syntax::ast::Let) {
        let Some(name) = declaration.name() else {
            return;
        };
        self.check_new(&name);
        if let Some(lambda) = declaration.lambda() {
            self.declare_lambda(name.text(), lambda);
        } else if let Some(value) = declaration.value() {
            let binding = match self.is_tabular(&value) {
                true => self.declare_table(name.text(), &value),
                false => self.declare_scalar(name.text(), &value),
            };
            // A name whose value has an error is known, so that its uses are not errors too.
            self.define(name.text(), binding.unwrap_or(scope::Binding::Erroneous));
        }
    }

    /// Reports a name that its scope has already.
    fn check_new(&mut self, name: &kql_syntax::ast::Name) {
        let text = name.text();
        let scope = self.scopes.last();
        if scope.is_some_and(|scope| scope.names.contains_key(&text)) {
            let message = format!("`{text}` is declared already");
            self.object(&message, name.range());
        }
    }

    fn declare_table(&mut self, name: String, value: &Syntax) -> Option<scope::Binding> {
        let plan = self.tabular(value)?;
        self.share(name, Some(plan.clone()), plan.schema, value.range())
            .map(scope::Binding::Table)
    }

    fn declare_scalar(&mut self, name: String, value: &Syntax) -> Option<scope::Binding> {
        let expr = self.expression(value, &Row::none())?;
        Some(self.named_scalar(name, expr, value.range())?.into())
    }

    /// Adds a table that is evaluated at most once, and gives its index.
    fn share(
        &mut self,
        name: String,
        plan: Option<Plan>,
        schema: Schema,
        range: Range<usize>,
    ) -> Option<usize> {
        self.check_named(range)?;
        self.shared.push(Shared { name, plan, schema });
        self.shared_in_order.push(self.in_order);
        self.shared_graphs.push(self.graph.take());
        Some(self.shared.len() - 1)
    }

    /// Adds a scalar that is evaluated at most once, and gives its index and type.
    fn add_scalar(&mut self, scalar: Scalar, range: Range<usize>) -> Option<usize> {
        self.check_named(range)?;
        self.scalars.push(scalar);
        Some(self.scalars.len() - 1)
    }

    /// An expression by itself, or as an entry of its own when that saves computing it for each row.
    fn named_scalar(&mut self, name: String, expr: Expr, range: Range<usize>) -> Option<Expr> {
        use crate::plan::ExprKind;
        if matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Scalar(_))
            || expressions::has_column(&expr)
        {
            return Some(expr);
        }
        let (ty, place) = (expr.ty, expr.range.clone());
        let index = self.add_scalar(
            Scalar {
                name,
                source: ScalarSource::Expr(expr),
                ty,
            },
            range,
        )?;
        Some(Expr {
            kind: ExprKind::Scalar(index),
            ty,
            range: place,
        })
    }

    fn check_named(&mut self, range: Range<usize>) -> Option<()> {
        if self.scalars.len() + self.shared.len() < MAX_NAMED {
            return Some(());
        }
        let message = format!("the query names more than {MAX_NAMED} values and tables");
        self.error(
            "RS2002",
            &message,
            Some("call fewer functions, or shorten their bodies".to_owned()),
            range,
        );
        None
    }

    fn error(
        &mut self,
        code: &'static str,
        message: &str,
        hint: Option<String>,
        range: Range<usize>,
    ) {
        self.report(code, Severity::Error, message, hint, range);
    }

    fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: &str,
        hint: Option<String>,
        range: Range<usize>,
    ) {
        let repeated = self
            .diagnostics
            .iter()
            .any(|known| known.range == range && known.message == message);
        let found = Diagnostic {
            code,
            severity,
            message: message.to_owned(),
            hint,
            range,
            repair: None,
        };
        // What is not supported must not crowd out errors.
        let alike = |known: &&Diagnostic| known.is_unsupported() == found.is_unsupported();
        if !repeated && self.diagnostics.iter().filter(alike).count() < MAX_ERRORS {
            self.diagnostics.push(found);
        }
    }

    /// Reports a name that is not known; `meant` is one that is near, `place` where it stands.
    fn misspelt(
        &mut self,
        code: &'static str,
        message: &str,
        meant: Option<String>,
        range: Range<usize>,
        place: Range<usize>,
    ) {
        let known = self.diagnostics.len();
        let hint = meant.as_ref().map(|near| format!("did you mean `{near}`?"));
        self.error(code, message, hint, range);
        if let (Some(text), Some(found)) = (meant, self.diagnostics.get_mut(known)) {
            found.repair = Some(kql_syntax::Repair { range: place, text });
        }
    }

    /// Reports a construct that is part of KQL but that Rulesmith does not evaluate.
    fn unsupported(&mut self, what: &str, range: Range<usize>) {
        self.refuse("RS3001", what, None, range);
    }

    fn refuse(&mut self, code: &'static str, what: &str, hint: Option<&str>, range: Range<usize>) {
        let hint = hint.map(str::to_owned);
        self.error(code, &format!("{what} is not supported"), hint, range);
    }

    fn is_checker(&self) -> bool {
        self.reading == Reading::Checker
    }

    /// Reports what the service's checker objects to, although its engine runs it.
    fn object(&mut self, message: &str, range: Range<usize>) {
        self.report("RS4001", Severity::Warning, message, None, range);
    }
}
