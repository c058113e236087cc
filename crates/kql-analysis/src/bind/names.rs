//! Names of result columns that the query does not name.

use std::collections::BTreeSet;

use kql_syntax::ast::Expr as Syntax;

use crate::registry::{ResultName, aggregate_signatures, function_signatures};
use crate::types::Schema;

/// The name that Kusto derives from an expression; `None` for `Column1` and so on.
pub(crate) fn derived(expression: &Syntax) -> Option<String> {
    match expression {
        Syntax::Name(name) => Some(name.text()),
        Syntax::Paren(paren) => derived(&paren.inner()?),
        Syntax::Named(named) => named.name().map(|name| name.text()),
        Syntax::Member(member) => joined(
            member.base().and_then(|base| derived(&base)),
            member.member().and_then(|name| derived(&name)),
        ),
        Syntax::Index(index) => {
            let key = match index.index()?.without_parentheses() {
                Syntax::Literal(literal) => literal
                    .string()
                    .or_else(|| Some(literal.syntax().text().to_string())),
                _ => None,
            };
            joined(index.base().and_then(|base| derived(&base)), key)
        }
        Syntax::Call(call) => {
            let name = call.name()?.text();
            let rule = aggregate_signatures(&name)
                .first()
                .map(|signature| signature.declared.result_name)
                .or_else(|| {
                    function_signatures(&name)
                        .first()
                        .map(|signature| signature.declared.result_name)
                })?;
            of_call(&name, rule, &call.arguments())
        }
        _ => None,
    }
}

/// The name of a part of a value, from the names of both.
fn joined(whole: Option<String>, part: Option<String>) -> Option<String> {
    match whole.filter(|name| !name.is_empty()) {
        Some(whole) => Some(format!("{whole}_{}", part.unwrap_or_default())),
        None => part,
    }
}

fn of_call(name: &str, rule: ResultName, arguments: &[Syntax]) -> Option<String> {
    let first = arguments.first().and_then(derived);
    match rule {
        ResultName::Column => None,
        ResultName::First => first,
        ResultName::Only => first.filter(|_| arguments.len() == 1),
        ResultName::NameAndFirst => Some(format!("{name}_{}", first.unwrap_or_default())),
        ResultName::Prefix(prefix) => Some(format!("{prefix}_{}", first.unwrap_or_default())),
        ResultName::ColumnNamed => arguments.first().and_then(Syntax::string),
        ResultName::Fixed(fixed) => Some(fixed.to_owned()),
    }
}

/// Gives out column names that are unique within a table.
#[derive(Debug, Default)]
pub(crate) struct ColumnNames {
    /// Columns whose names are taken. A table has hundreds, and few of them are asked for.
    columns: Schema,
    /// Columns whose names a generated name leaves to others.
    avoided: Schema,
    /// Names that were given out.
    given: BTreeSet<String>,
    /// Names that the query gives to columns, or keeps.
    declared: BTreeSet<String>,
    unnamed: usize,
}

impl ColumnNames {
    /// Names that are taken by a table.
    pub fn of(schema: &Schema) -> Self {
        Self {
            columns: schema.clone(),
            ..Self::default()
        }
    }

    /// No name is taken, but a generated one must not be a name of this table.
    pub fn beside(schema: &Schema) -> Self {
        Self {
            avoided: schema.clone(),
            ..Self::default()
        }
    }

    fn is_taken(&self, name: &str) -> bool {
        self.given.contains(name) || self.columns.index_of(name).is_some()
    }

    fn is_free(&self, name: &str) -> bool {
        !self.is_taken(name) && self.avoided.index_of(name).is_none()
    }

    /// Notes a name that the query gives; false when it has given it before.
    pub fn declare(&mut self, name: &str) -> bool {
        self.declared.insert(name.to_owned())
    }

    /// A name for an expression: the derived one, or the next `ColumnN`.
    pub fn derive(&mut self, expression: &Syntax) -> String {
        match derived(expression) {
            Some(name) => self.take(&name),
            None => self.next(),
        }
    }

    /// The next `ColumnN`.
    pub fn next(&mut self) -> String {
        loop {
            self.unnamed += 1;
            let name = format!("Column{}", self.unnamed);
            if self.is_free(&name) {
                self.given.insert(name.clone());
                return name;
            }
        }
    }

    /// The name itself, or with the first number behind it that is free.
    pub fn take(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        if self.is_taken(&unique) {
            let mut number = 1;
            unique = format!("{name}{number}");
            while !self.is_free(&unique) {
                number += 1;
                unique = format!("{name}{number}");
            }
        }
        self.given.insert(unique.clone());
        unique
    }
}
