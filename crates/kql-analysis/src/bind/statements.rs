//! Statements: `let`, `set`, `declare`, and the expressions whose tables a query gives.

use kql_syntax::SyntaxNode;
use kql_syntax::ast::{Expr as Syntax, Let, Name, Pattern, Statement, query_parameters, range_of};

use super::Binder;
use super::scope::{Binding, Row};
use crate::plan::Plan;

impl Binder<'_> {
    /// The plans of the statements that give a table; the others change what names mean.
    pub(super) fn statements(&mut self, statements: &[Statement]) -> Vec<Plan> {
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

    /// `declare query_parameters` gives names their default values, `declare pattern` tables; other statements
    /// are refused.
    fn other_statement(&mut self, node: &SyntaxNode) {
        if let Some(pattern) = Pattern::of(node) {
            return self.declare_pattern(pattern);
        }
        let Some(parameters) = query_parameters(node) else {
            let text = node.text().to_string();
            let word = text.split_whitespace().next().unwrap_or_default();
            let what = format!("the statement `{word}`");
            return self.unsupported(&what, range_of(node));
        };
        for parameter in parameters {
            if let Some((name, binding)) = self.query_parameter(&parameter) {
                self.define(name, binding);
            }
        }
    }

    /// An expression statement: a table, by itself or by its name.
    fn statement(&mut self, expression: &Syntax) -> Option<Plan> {
        if self.is_tabular(expression) {
            let plan = self.tabular(expression);
            self.lost |= self.graph.take().is_some();
            return plan;
        }
        if let Syntax::Name(name) = expression
            && matches!(
                self.lookup(&name.text()),
                None | Some(Binding::Pattern { .. })
            )
        {
            return self.table(&name.text(), expression.range());
        }
        let row = Row::none();
        self.expression(expression, &row)?;
        let hint = "put `print` in front to see its value".to_owned();
        let message = "this is a value, not a table";
        self.error("RS3006", message, Some(hint), expression.range());
        None
    }

    /// A `let` statement.
    pub(super) fn declare(&mut self, declaration: &Let) {
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
            self.define(name.text(), binding.unwrap_or(Binding::Erroneous));
        }
    }

    /// Reports a name that its scope has already.
    pub(super) fn check_new(&mut self, name: &Name) {
        let text = name.text();
        let scope = self.scopes.last();
        if scope.is_some_and(|scope| scope.names.contains_key(&text)) {
            let message = format!("`{text}` is declared already");
            self.object(&message, name.range());
        }
    }

    fn declare_table(&mut self, name: String, value: &Syntax) -> Option<Binding> {
        let plan = self.tabular(value)?;
        self.share(name, Some(plan.clone()), plan.schema, value.range())
            .map(Binding::Table)
    }

    fn declare_scalar(&mut self, name: String, value: &Syntax) -> Option<Binding> {
        let expr = self.expression(value, &Row::none())?;
        Some(self.named_scalar(name, expr, value.range())?.into())
    }
}
