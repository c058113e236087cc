//! User functions: declared by `let`, inlined at each call.

use std::ops::Range;

use kql_syntax::ast::{
    ColumnDeclaration, Expr as Syntax, Lambda, Operator, Parameter, ParameterType, Statement,
};

use super::conversions::converted;
use super::scope::{Binding, Row, Scope};
use super::{Binder, MAX_CALLS, MAX_INLINING, expressions};
use crate::plan::{Expr, Plan};
use crate::types::{ScalarType, Schema};

impl Binder<'_> {
    pub(crate) fn declare_lambda(&mut self, name: String, lambda: Lambda) {
        let depth = self.scopes.len();
        self.check_body(&lambda);
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
        self.in_body(
            name,
            (None, arguments),
            &Row::none(),
            range,
            |binder, last| binder.tabular(last),
        )
    }

    /// `T | invoke f(…)`: calls a user function with the input as its first argument.
    pub(crate) fn invoke(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let Some(Syntax::Call(call)) = operator.expression() else {
            let hint = "write `invoke f(…)` with a function that `let` declares";
            self.error(
                "RS2012",
                "`invoke` takes a function call",
                Some(hint.to_owned()),
                operator.range(),
            );
            return None;
        };
        let name = call.name()?.text();
        if !matches!(self.lookup(&name), Some(Binding::Lambda { .. })) {
            self.unknown_function(&name, call.range());
            (self.lost, self.lost_rows) = (true, true);
            return Some(self.unknown_table(Schema::unknown(), operator.range()));
        }
        self.in_body(
            &name,
            (Some(input), &call.arguments()),
            &Row::none(),
            operator.range(),
            |binder, last| binder.tabular(last),
        )
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
        let hidden = self.scopes.split_off(depth);
        let aggregation = self.aggregation.take();
        self.scopes.push(scope);
        self.inlining += 1;
        let outcome = self.body(&lambda, row, result);
        self.inlining -= 1;
        self.scopes.truncate(depth);
        self.scopes.extend(hidden);
        self.aggregation = aggregation;
        outcome
    }

    /// Recursion and chains of functions that call each other often have an end.
    fn check_depth(&mut self, range: Range<usize>) -> Option<()> {
        self.calls += 1;
        let message = match (self.inlining >= MAX_INLINING, self.calls > MAX_CALLS) {
            (true, _) => format!("functions are nested deeper than {MAX_INLINING} calls"),
            (_, true) => format!("functions are called more than {MAX_CALLS} times"),
            _ => return Some(()),
        };
        self.error("RS2014", &message, None, range);
        None
    }

    pub(crate) fn body<T>(
        &mut self,
        lambda: &Lambda,
        row: &Row<'_>,
        result: impl FnOnce(&mut Self, &Syntax) -> Option<T>,
    ) -> Option<T> {
        let statements = lambda.statements();
        let (last, declarations) = statements.split_last()?;
        for declaration in declarations {
            if let Statement::Let(declaration) = declaration {
                self.declare_in_body(declaration, row);
            }
        }
        match last {
            Statement::Expression(expression) => result(self, expression),
            _ => {
                let hint = "end the body with an expression";
                self.error(
                    "RS2015",
                    "the function gives no value",
                    Some(hint.to_owned()),
                    lambda.range(),
                );
                None
            }
        }
    }

    /// A `let` inside of a body; its value may depend on the caller's row through the arguments.
    fn declare_in_body(&mut self, declaration: &kql_syntax::ast::Let, row: &Row<'_>) {
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

    fn bind_parameters(
        &mut self,
        name: &str,
        lambda: &Lambda,
        (input, arguments): (Option<Plan>, &[Syntax]),
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Scope> {
        let mut scope = Scope::default();
        let mut parameters = lambda.parameters();
        if let Some(input) = input {
            let first = parameters.drain(..parameters.len().min(1)).next();
            let (parameter, binding) = self.bind_input(name, first, input, range.clone())?;
            scope.names.insert(parameter, binding);
        }
        if arguments.len() > parameters.len() {
            let message = format!(
                "`{name}` takes {} arguments, not {}",
                parameters.len(),
                arguments.len()
            );
            self.error("RS2010", &message, None, range);
            return None;
        }
        self.check_argument_names(name, arguments, &parameters)?;
        for (index, parameter) in parameters.iter().enumerate() {
            let parameter_name = parameter.name()?.text();
            let argument =
                argument_for(arguments, index, &parameter_name).or_else(|| parameter.default());
            let Some(argument) = argument else {
                let message = format!("the argument `{parameter_name}` of `{name}` is missing");
                self.error("RS2010", &message, None, range);
                return None;
            };
            let binding = self.bind_argument(parameter, &argument, row)?;
            scope.names.insert(parameter_name, binding);
        }
        Some(scope)
    }

    /// An argument with a name is for a parameter of that name.
    fn check_argument_names(
        &mut self,
        function: &str,
        arguments: &[Syntax],
        parameters: &[Parameter],
    ) -> Option<()> {
        for argument in arguments {
            let Syntax::Named(named) = argument else {
                continue;
            };
            let name = named.name()?.text();
            let mut known = parameters.iter().filter_map(Parameter::name);
            if !known.any(|known| known.text() == name) {
                let message = format!("`{function}` has no parameter `{name}`");
                self.error("RS2010", &message, None, argument.range());
                return None;
            }
        }
        Some(())
    }

    /// The table before `invoke`, as the first parameter.
    fn bind_input(
        &mut self,
        name: &str,
        parameter: Option<Parameter>,
        input: Plan,
        range: Range<usize>,
    ) -> Option<(String, Binding)> {
        let declared = parameter.and_then(|parameter| match parameter.ty() {
            Some(ParameterType::Table(columns)) => Some((parameter.name()?, columns)),
            _ => None,
        });
        let Some((table, columns)) = declared else {
            let message = format!("the first parameter of `{name}` is not a table");
            let hint = "declare it as `(T: (*), …)` to use it with `invoke`";
            self.error("RS2011", &message, Some(hint.to_owned()), range);
            return None;
        };
        let schema = input.schema.clone();
        self.check_table(&columns, &schema, range.clone())?;
        let index = self.share(table.text(), Some(input), schema, range)?;
        Some((table.text(), Binding::Table(index)))
    }

    /// A table has the columns that a parameter asks for.
    fn check_table(
        &mut self,
        columns: &[ColumnDeclaration],
        schema: &Schema,
        range: Range<usize>,
    ) -> Option<()> {
        for column in columns {
            let name = column.name()?.text();
            let Some(ty) = ScalarType::from_name(&column.type_name()?) else {
                continue;
            };
            let found = schema.index_of(&name).map(|index| schema.columns[index].ty);
            let fits = match found {
                Some(found) => found == ty || found == ScalarType::Unknown,
                None => schema.open,
            };
            if !fits {
                let message = format!("the table has no column `{name}` of type {}", ty.name());
                self.error("RS2011", &message, None, range);
                return None;
            }
        }
        Some(())
    }

    fn bind_argument(
        &mut self,
        parameter: &Parameter,
        argument: &Syntax,
        row: &Row<'_>,
    ) -> Option<Binding> {
        let argument = match argument {
            Syntax::Named(named) => named.value()?,
            other => other.clone(),
        };
        if let Some(ParameterType::Table(columns)) = parameter.ty() {
            let plan = self.tabular(&argument)?;
            self.check_table(&columns, &plan.schema, argument.range())?;
            let (name, schema) = (parameter.name()?.text(), plan.schema.clone());
            return self
                .share(name, Some(plan), schema, argument.range())
                .map(Binding::Table);
        }
        let expr = self.expression(&argument, row)?;
        let expr = match expressions::has_column(&expr) {
            true => expr,
            false => self.named_scalar(parameter.name()?.text(), expr, argument.range())?,
        };
        let expr = self.as_declared(parameter, expr);
        Some(Binding::Scalar {
            expr: Box::new(expr),
            row: row.id,
        })
    }

    /// A parameter of the query itself: it has its default value.
    pub(crate) fn query_parameter(&mut self, parameter: &Parameter) -> Option<(String, Binding)> {
        let name = parameter.name()?.text();
        if let Some(default) = parameter.default() {
            let binding = self.bind_argument(parameter, &default, &Row::none())?;
            return Some((name, binding));
        }
        let what = format!("the parameter `{name}` without a default value");
        self.unsupported(&what, parameter.range());
        let missing = self.erroneous(parameter.range());
        let expr = self.as_declared(parameter, missing);
        Some((name, Binding::from(expr)))
    }

    /// An argument as a value of its parameter's type. Kusto converts numbers and dynamic values.
    fn as_declared(&mut self, parameter: &Parameter, argument: Expr) -> Expr {
        let Some(ParameterType::Scalar(declared)) = parameter.ty() else {
            return argument;
        };
        let Some(ty) = self.declared_type(&declared, parameter.range()) else {
            return argument;
        };
        if argument.ty == ty || argument.ty == ScalarType::Unknown || ty == ScalarType::Dynamic {
            return Expr { ty, ..argument };
        }
        let given = argument.ty;
        if given == ScalarType::Dynamic || given.is_numeric() && ty.is_numeric() {
            return converted(argument, ty);
        }
        let what = format!(
            "an argument of type {} for a {} parameter",
            given.name(),
            ty.name()
        );
        let range = argument.range.clone();
        self.refuse("RS3005", &what, Some("convert it in the call"), range);
        Expr { ty, ..argument }
    }
}

/// The argument for a parameter, by name or by position.
fn argument_for(arguments: &[Syntax], index: usize, name: &str) -> Option<Syntax> {
    let named = arguments.iter().find(|argument| match argument {
        Syntax::Named(named) => named.name().is_some_and(|written| written.text() == name),
        _ => false,
    });
    named
        .or_else(|| {
            arguments
                .get(index)
                .filter(|argument| !matches!(argument, Syntax::Named(_)))
        })
        .cloned()
}
