//! Which expressions are tables, told before they are bound.

use std::collections::BTreeMap;

use kql_syntax::ast::{Call, Expr as Syntax, Lambda, ParameterType, Statement};

use super::scope::Binding;
use super::{Binder, MAX_INLINING};

/// Names of a lambda's body, and whether each is a table.
type Locals = BTreeMap<String, bool>;

impl Binder<'_> {
    /// Whether an expression gives a table.
    pub(crate) fn is_tabular(&self, expression: &Syntax) -> bool {
        self.is_table(expression, &Locals::new(), 0)
    }

    fn is_table(&self, expression: &Syntax, locals: &Locals, depth: usize) -> bool {
        match expression {
            Syntax::Pipeline(_) | Syntax::Source(_) | Syntax::Wildcard(_) => true,
            Syntax::Paren(paren) => paren
                .inner()
                .is_some_and(|inner| self.is_table(&inner, locals, depth)),
            Syntax::Name(name) => self.names_table(&name.text(), locals, depth),
            Syntax::Call(_) | Syntax::Member(_) | Syntax::Index(_)
                if self.is_pattern(expression) =>
            {
                true
            }
            Syntax::Call(call) => called(call).is_some_and(|name| self.calls_table(&name, depth)),
            Syntax::Member(member) => match member.base() {
                Some(Syntax::Call(place)) => called(&place).is_some_and(|name| is_place(&name)),
                Some(base @ Syntax::Member(_)) => self.is_table(&base, locals, depth),
                _ => false,
            },
            _ => false,
        }
    }

    fn calls_table(&self, function: &str, depth: usize) -> bool {
        match self.lookup(function) {
            Some(Binding::Lambda { lambda, .. }) => self.gives_table(lambda, depth),
            _ => {
                matches!(function, "materialize" | "table" | "graph")
                    || crate::tables::function(function).is_some()
            }
        }
    }

    fn names_table(&self, name: &str, locals: &Locals, depth: usize) -> bool {
        if let Some(table) = locals.get(name) {
            return *table;
        }
        match self.lookup(name) {
            Some(Binding::Table(_)) => true,
            Some(Binding::Lambda { lambda, .. }) => self.gives_table(lambda, depth),
            Some(_) => false,
            None => self.outside(name).is_some(),
        }
    }

    /// Whether a user function gives a table. One that is nested too deeply is reported when it is called.
    fn gives_table(&self, lambda: &Lambda, depth: usize) -> bool {
        if depth >= MAX_INLINING {
            return false;
        }
        let mut locals = Locals::new();
        for parameter in lambda.parameters() {
            let table = matches!(parameter.ty(), Some(ParameterType::Table(_)));
            locals.extend(parameter.name().map(|name| (name.text(), table)));
        }
        for statement in lambda.statements() {
            match statement {
                Statement::Let(declaration) => {
                    let table = declaration
                        .value()
                        .is_some_and(|value| self.is_table(&value, &locals, depth + 1));
                    locals.extend(declaration.name().map(|name| (name.text(), table)));
                }
                Statement::Expression(last) => return self.is_table(&last, &locals, depth + 1),
                _ => {}
            }
        }
        false
    }
}

/// Name of the function that a call names.
fn called(call: &Call) -> Option<String> {
    call.name().map(|name| name.text())
}

/// Functions that name where a table is: `database("name").Table`.
fn is_place(function: &str) -> bool {
    matches!(function, "database" | "cluster" | "workspace" | "app")
}
