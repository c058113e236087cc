//! One walk over a query: which texts meet the columns that tell resources apart, and which conditions
//! hold for one kind of resource only.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Expr, Lambda, Pattern, Query, Statement, query_parameters};

use super::evaluator::Evaluator;
use super::found::{Change, Found};
use super::value::{Base, Binding, Flow, Names, Scope, TableFlow};
use crate::profile::Profile;

/// Functions inside one another that are followed.
pub(super) const MAX_CALLS: usize = 24;
/// Expressions that one walk looks at.
const MAX_STEPS: usize = 200_000;

/// The state of a walk.
pub(crate) struct Walker<'a> {
    pub profile: &'a Profile,
    pub changes: &'a BTreeMap<usize, Change>,
    pub evaluator: &'a mut Evaluator,
    pub found: Found,
    /// Tables that `as` named.
    pub tables: BTreeMap<String, Rc<TableFlow>>,
    pub source: &'a str,
    steps: usize,
    pub(super) depth: usize,
    /// Above zero where nothing is noted.
    pub quiet: usize,
    /// Above zero inside of a condition that names both kinds.
    pub covered: usize,
    /// Above zero where only rows of another provider's resources are left.
    pub elsewhere: usize,
    /// The `let` statements of the query itself, so far.
    pub lets: Vec<(String, SyntaxNode)>,
    /// Other providers whose rows are let through at this place.
    pub others: BTreeSet<String>,
    /// Start of the assignment that is looked at.
    pub flag: Option<usize>,
    /// Start of a condition of which further kinds of resource are asked.
    pub watched: Option<usize>,
}

impl<'a> Walker<'a> {
    pub fn new(
        profile: &'a Profile,
        source: &'a str,
        changes: &'a BTreeMap<usize, Change>,
        evaluator: &'a mut Evaluator,
    ) -> Self {
        Self {
            profile,
            changes,
            evaluator,
            found: Found::default(),
            tables: BTreeMap::new(),
            source,
            steps: 0,
            depth: 0,
            quiet: 0,
            covered: 0,
            elsewhere: 0,
            lets: Vec::new(),
            others: BTreeSet::new(),
            flag: None,
            watched: None,
        }
    }

    /// Walks a whole query.
    pub fn query(&mut self, query: &Query) {
        self.statements(query.statements(), Names::default());
    }

    /// Walks statements; the last one's value is that of a function's body.
    pub(super) fn statements(
        &mut self,
        statements: impl Iterator<Item = Statement>,
        mut names: Names,
    ) -> Binding {
        let mut last = Binding::Scalar(Flow::default());
        for statement in statements {
            let scope = Scope {
                names: names.clone(),
                ..Scope::default()
            };
            match statement {
                Statement::Let(declaration) => {
                    let Some(name) = declaration.name() else {
                        continue;
                    };
                    if self.depth == 0 {
                        let syntax = declaration.syntax().clone();
                        self.lets.push((name.text(), syntax));
                    }
                    let binding = match (declaration.lambda(), declaration.value()) {
                        (Some(lambda), _) => self.declare(lambda, &names),
                        (None, Some(value)) => self.value(&value, &scope),
                        _ => continue,
                    };
                    Rc::make_mut(&mut names).insert(name.text(), binding);
                }
                Statement::Expression(expression) => last = self.value(&expression, &scope),
                Statement::Other(other) => {
                    if let Some(pattern) = Pattern::of(&other) {
                        self.declare_pattern(pattern, &mut names);
                    }
                    for parameter in query_parameters(&other).unwrap_or_default() {
                        if let (Some(name), Some(default)) = (parameter.name(), parameter.default())
                        {
                            let flow = self.expression(&default, &scope);
                            let names = Rc::make_mut(&mut names);
                            names.insert(name.text(), Binding::Scalar(flow));
                        }
                    }
                }
                Statement::Set(_) => {}
            }
        }
        last
    }

    /// A function without parameters is what its body gives; others are walked at each call.
    fn declare(&mut self, lambda: Lambda, names: &Names) -> Binding {
        let function = Rc::new((lambda, names.clone()));
        // Walked once without arguments, so that the texts of a function nobody calls are known too.
        let blank = vec![None; function.0.parameters().len()];
        self.quiet += 1;
        self.call(&function, blank);
        self.quiet -= 1;
        Binding::Function(function)
    }

    /// Calls a function of the query.
    pub fn call(
        &mut self,
        function: &Rc<(Lambda, Names)>,
        arguments: Vec<Option<Binding>>,
    ) -> Binding {
        if self.depth >= MAX_CALLS {
            self.found.cut = true;
            return Binding::Scalar(Flow::default());
        }
        self.depth += 1;
        let (lambda, names) = (&function.0, &function.1);
        let mut names = names.clone();
        let mut arguments = arguments.into_iter();
        for parameter in lambda.parameters() {
            let given = arguments.next().flatten();
            let value = given.unwrap_or_else(|| match parameter.default() {
                Some(default) => Binding::Scalar(self.expression(&default, &Scope::default())),
                None => Binding::Scalar(Flow::default()),
            });
            if let Some(name) = parameter.name() {
                Rc::make_mut(&mut names).insert(name.text(), value);
            }
        }
        let value = self.statements(lambda.statements().into_iter(), names);
        self.depth -= 1;
        value
    }

    /// Whether the walk may look at one more expression.
    pub fn step(&mut self) -> bool {
        self.steps += 1;
        self.found.cut |= self.steps > MAX_STEPS;
        self.steps <= MAX_STEPS
    }

    /// A scalar or tabular expression.
    pub fn value(&mut self, expression: &Expr, scope: &Scope) -> Binding {
        if let Some(table) = self.pattern(expression, scope) {
            return table;
        }
        match expression {
            Expr::Paren(paren) => match paren.inner() {
                Some(inner) if scope.row.is_none() || is_tabular(&inner) => {
                    self.value(&inner, scope)
                }
                _ => Binding::Scalar(self.expression(expression, scope)),
            },
            Expr::Pipeline(_) | Expr::Source(_) => {
                Binding::Table(Rc::new(self.table(expression, scope)))
            }
            Expr::Name(name) if scope.row.is_none() => {
                let text = name.text();
                match scope.names.get(&text) {
                    Some(Binding::Function(function)) if function.0.parameters().is_empty() => {
                        let function = function.clone();
                        self.call(&function, Vec::new())
                    }
                    Some(binding) => binding.clone(),
                    None => Binding::Table(Rc::new(self.named_table(&text, &expression.range()))),
                }
            }
            Expr::Call(call) => {
                let name = call.name().map(|name| name.text()).unwrap_or_default();
                match (name.as_str(), call.arguments().as_slice()) {
                    ("materialize" | "view", [inner]) => self.value(inner, scope),
                    ("table" | "cluster" | "database" | "workspace" | "app" | "resource", _)
                        if scope.row.is_none() =>
                    {
                        Binding::Table(Rc::new(self.table(expression, scope)))
                    }
                    _ => match scope.names.get(&name) {
                        Some(Binding::Function(function)) => {
                            let function = function.clone();
                            let arguments = self.arguments(&function.0, &call.arguments(), scope);
                            self.call(&function, arguments)
                        }
                        _ => Binding::Scalar(self.expression(expression, scope)),
                    },
                }
            }
            _ => Binding::Scalar(self.expression(expression, scope)),
        }
    }

    /// The arguments of a call in the order of the parameters; some may be given by name.
    fn arguments(
        &mut self,
        function: &Lambda,
        arguments: &[Expr],
        scope: &Scope,
    ) -> Vec<Option<Binding>> {
        let parameters = function.parameters();
        let names: Vec<Option<String>> = parameters
            .iter()
            .map(|parameter| parameter.name().map(|name| name.text()))
            .collect();
        let mut given = vec![None; names.len()];
        for (at, argument) in arguments.iter().enumerate() {
            let (at, value) = match argument {
                Expr::Named(named) => {
                    let name = named.name().map(|name| name.text());
                    let place = names.iter().position(|known| *known == name);
                    (place.unwrap_or(at), named.value())
                }
                other => (at, Some(other.clone())),
            };
            let value = value.map(|value| self.value(&value, scope));
            if let Some(place) = given.get_mut(at) {
                *place = value;
            }
        }
        given
    }

    /// A table by its name.
    pub fn named_table(&mut self, name: &str, range: &Range<usize>) -> TableFlow {
        if let Some(table) = self.tables.get(name) {
            return (**table).clone();
        }
        if name == self.profile.table {
            let mut table = TableFlow::of_base(Base::Shared);
            table.reads.insert(range.end);
            self.found.reads.insert(range.end, range.clone());
            return table;
        }
        let known = kql_analysis::tables::schema(name).is_some();
        let mut table = TableFlow::of_base(if known { Base::Other } else { Base::Unknown });
        let mut own = self.profile.own_tables.iter();
        if let Some(number) = own.position(|own| own.table == name) {
            table.reads.insert(range.end);
            self.found.own.insert(range.end, (range.clone(), number));
        }
        table
    }

    /// What a name stands for in a row, or else as declared by `let`.
    pub fn resolve(&mut self, name: &str, scope: &Scope) -> Flow {
        if let Some(row) = &scope.row
            && let Some(flow) = self.column(row, name)
        {
            return flow;
        }
        match scope.names.get(name) {
            Some(binding) => binding.scalar(),
            None => {
                let row = scope.row.as_ref();
                if row.is_some_and(|row| row.bases.contains(&Base::Shared)) && self.quiet == 0 {
                    self.found.columns.insert(name.to_owned());
                }
                Flow {
                    column: Some(name.to_owned()),
                    ..Flow::default()
                }
            }
        }
    }
}

/// Whether an expression is a table by its shape.
fn is_tabular(expression: &Expr) -> bool {
    match expression {
        Expr::Paren(paren) => paren.inner().is_some_and(|inner| is_tabular(&inner)),
        Expr::Pipeline(_) | Expr::Source(_) => true,
        _ => false,
    }
}
