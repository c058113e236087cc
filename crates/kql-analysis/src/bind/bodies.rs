//! Bodies of user functions and patterns, checked where they are declared.
//!
//! A call inlines the body with its arguments. The service's checker also reads the body by itself, so that
//! a function that is never called may have errors; here only names that do not exist are reported, because
//! what else may be wrong depends on the arguments.

use kql_syntax::ast::{Body, Lambda, ParameterType};

use super::Binder;
use super::literals::constant;
use super::scope::{Binding, Row, Scope};
use crate::diagnostic::Diagnostic;
use crate::types::{ColumnSchema, ScalarType, Schema};
use crate::value::Value;

impl Binder<'_> {
    /// Reports names in a body that do not exist, whatever the arguments are; `arguments` stands in for them.
    pub(crate) fn check_body(&mut self, body: &Body, arguments: impl FnOnce(&mut Self) -> Scope) {
        if !self.is_checker() || self.inlining > 0 {
            return;
        }
        let (before, broken) = (self.diagnostics.len(), self.broken);
        let named = (self.scalars.len(), self.shared.len());
        let scope = arguments(self);
        self.scopes.push(scope);
        self.inlining += 1;
        self.body(body, &Row::none(), |binder, last| {
            match binder.is_tabular(last) {
                true => binder.tabular(last).map(|_| ()),
                false => binder.expression(last, &Row::none()).map(|_| ()),
            }
        });
        self.inlining -= 1;
        self.scopes.pop();
        self.scalars.truncate(named.0);
        self.shared.truncate(named.1);
        // What cannot be bound without arguments may be bound with them.
        self.broken = broken;
        let found = self.diagnostics.split_off(before);
        let unknown = |found: &Diagnostic| matches!(found.code, "RS2006" | "RS2012" | "RS2017");
        self.diagnostics.extend(found.into_iter().filter(unknown));
    }

    /// Parameters without values: scalars of their types, tables with the columns that are declared.
    pub(super) fn unknown_arguments(&mut self, lambda: &Lambda) -> Scope {
        let mut scope = Scope::default();
        for parameter in lambda.parameters() {
            let Some(name) = parameter.name().map(|name| name.text()) else {
                continue;
            };
            let range = parameter.range();
            let binding = match parameter.ty() {
                Some(ParameterType::Table(declared)) => {
                    let open = declared.is_empty();
                    let columns = declared.into_iter().filter_map(|column| {
                        let written = column.type_name()?;
                        Some(ColumnSchema {
                            name: column.name()?.text(),
                            ty: ScalarType::from_name(&written).unwrap_or(ScalarType::Unknown),
                        })
                    });
                    let schema = Schema::from(columns.collect::<Vec<_>>()).opened(open);
                    self.share(name.clone(), None, schema, range)
                        .map_or(Binding::Erroneous, Binding::Table)
                }
                Some(ParameterType::Scalar(written)) => {
                    let ty = ScalarType::from_name(&written).unwrap_or(ScalarType::Unknown);
                    Binding::from(constant(Value::Null, ty, range))
                }
                None => Binding::Erroneous,
            };
            scope.names.insert(name, binding);
        }
        scope
    }
}
