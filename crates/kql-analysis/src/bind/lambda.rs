//! User functions: declared by `let`, inlined at each call.

use std::ops::Range;

use kql_syntax::ast::{Body, Expr as Syntax, Lambda, Let, Operator, Statement};

use super::scope::{Binding, Row, Scope};
use super::{Binder, MAX_CALLS, MAX_INLINING};
use crate::plan::{Expr, Plan};
use crate::types::Schema;

impl Binder<'_> {
    /// A `let` that declares a function. Its body is checked here, whether or not it is called.
    pub(crate) fn declare_lambda(&mut self, name: String, lambda: Lambda) {
        let depth = self.scopes.len();
        if let Some(body) = lambda.body() {
            self.check_body(&body, |binder| binder.unknown_arguments(&lambda));
        }
        self.define(name, Binding::Lambda { lambda, depth });
    }

    /// Calls a user function for a value.
    pub(crate) fn call_lambda(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        // The body sees the arguments, which may read the caller's row, but not the row itself.
        let inner = Row {
            schema: None,
            id: row.id,
        };
        self.in_body(name, (None, arguments), row, range, |binder, last| {
            binder.expression(last, &inner)
        })
    }

    /// Calls a user function for a table.
    pub(crate) fn call_tabular_lambda(
        &mut self,
        name: &str,
        arguments: &[Syntax],
        range: Range<usize>,
    ) -> Option<Plan> {
        let arguments = (None, arguments);
        self.in_body(name, arguments, &Row::none(), range, |binder, last| {
            binder.tabular(last)
        })
    }

    /// `T | invoke f(…)`: calls a user function with the input as its first argument.
    pub(crate) fn invoke(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let Some(Syntax::Call(call)) = operator.expression() else {
            let hint = "write `invoke f(…)` with a function that `let` declares".to_owned();
            let message = "`invoke` takes a function call";
            self.error("RS2012", message, Some(hint), operator.range());
            return None;
        };
        let name = call.name()?.text();
        if !matches!(self.lookup(&name), Some(Binding::Lambda { .. })) {
            self.unknown_function(&name, call.range());
            (self.lost, self.lost_rows) = (true, true);
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        }
        let (arguments, range) = (call.arguments(), operator.range());
        let arguments = (Some(input), arguments.as_slice());
        self.in_body(&name, arguments, &Row::none(), range, |binder, last| {
            binder.tabular(last)
        })
    }

    /// Binds arguments, opens the body's scope, declares its `let`s and gives its last expression to
    /// `result`.
    fn in_body<T>(
        &mut self,
        name: &str,
        (input, arguments): (Option<Plan>, &[Syntax]),
        row: &Row<'_>,
        range: Range<usize>,
        result: impl FnOnce(&mut Self, &Syntax) -> Option<T>,
    ) -> Option<T> {
        let Some(Binding::Lambda { lambda, depth }) = self.lookup(name).cloned() else {
            return None;
        };
        self.check_depth(range.clone())?;
        let scope = self.bind_parameters(name, &lambda, (input, arguments), row, range)?;
        let body = lambda.body()?;
        self.in_scope(scope, depth, |binder| binder.body(&body, row, result))
    }

    /// Does something with a scope of its own above the first `depth` ones.
    pub(super) fn in_scope<T>(
        &mut self,
        scope: Scope,
        depth: usize,
        act: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let hidden = self.scopes.split_off(depth);
        let aggregation = self.aggregation.take();
        self.scopes.push(scope);
        self.inlining += 1;
        let outcome = act(self);
        self.inlining -= 1;
        self.scopes.truncate(depth);
        self.scopes.extend(hidden);
        self.aggregation = aggregation;
        outcome
    }

    /// Recursion and chains of functions that call each other often have an end.
    pub(super) fn check_depth(&mut self, range: Range<usize>) -> Option<()> {
        self.calls += 1;
        let message = match (self.inlining >= MAX_INLINING, self.calls > MAX_CALLS) {
            (true, _) => format!("functions are nested deeper than {MAX_INLINING} calls"),
            (_, true) => format!("functions are called more than {MAX_CALLS} times"),
            _ => return Some(()),
        };
        self.error("RS2014", &message, None, range);
        None
    }

    /// Declares the `let`s of a body and gives its last expression to `result`.
    pub(crate) fn body<T>(
        &mut self,
        body: &Body,
        row: &Row<'_>,
        result: impl FnOnce(&mut Self, &Syntax) -> Option<T>,
    ) -> Option<T> {
        let statements = body.statements();
        let (last, declarations) = statements.split_last()?;
        for declaration in declarations {
            if let Statement::Let(declaration) = declaration {
                self.declare_in_body(declaration, row);
            }
        }
        match last {
            Statement::Expression(expression) => result(self, expression),
            _ => {
                let hint = "end the body with an expression".to_owned();
                let message = "the function gives no value";
                self.error("RS2015", message, Some(hint), body.range());
                None
            }
        }
    }

    /// A `let` inside of a body; its value may depend on the caller's row through the arguments.
    fn declare_in_body(&mut self, declaration: &Let, row: &Row<'_>) {
        let scalar = declaration.value().filter(|value| !self.is_tabular(value));
        let (Some(name), Some(value)) = (declaration.name(), scalar) else {
            return self.declare(declaration);
        };
        self.check_new(&name);
        let inner = Row {
            schema: None,
            id: row.id,
        };
        let binding = match self.expression(&value, &inner) {
            Some(expr) => Binding::Scalar {
                expr: Box::new(expr),
                row: row.id,
            },
            None => Binding::Erroneous,
        };
        self.define(name.text(), binding);
    }
}
