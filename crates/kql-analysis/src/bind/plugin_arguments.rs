//! Arguments of plugins: columns and constants, by place or by name.

use kql_syntax::ast::{Call, Expr as Syntax, Operator};

use super::Binder;
use super::scope::Row;
use crate::plan::ExprKind;
use crate::types::{ScalarType, Schema};
use crate::value::Value;

/// The arguments of a plugin's call: those by place, and those by name.
pub(crate) struct PluginArguments {
    pub placed: Vec<Syntax>,
    pub named: Vec<(String, Syntax)>,
}

impl PluginArguments {
    /// The arguments of a call.
    pub fn of(call: &Call) -> Self {
        let (mut placed, mut named) = (Vec::new(), Vec::new());
        for argument in call.arguments() {
            match &argument {
                Syntax::Named(inner) => match (inner.name(), inner.value()) {
                    (Some(name), Some(value)) => named.push((name.text(), value)),
                    _ => placed.push(argument),
                },
                _ => placed.push(argument),
            }
        }
        Self { placed, named }
    }

    /// An argument by its name or its place.
    pub fn get(&self, name: &str, place: usize) -> Option<Syntax> {
        let named = self.named.iter().find(|(known, _)| known == name);
        named
            .map(|(_, value)| value)
            .or(self.placed.get(place))
            .cloned()
    }
}

impl Binder<'_> {
    /// Index of the column that an argument names; `Some(None)` when only running the query tells.
    pub(crate) fn column_argument(
        &mut self,
        schema: &Schema,
        arguments: &PluginArguments,
        place: usize,
        operator: &Operator,
    ) -> Option<Option<usize>> {
        let Some(argument) = arguments.placed.get(place) else {
            let message = format!("the plugin takes a column as argument {}", place + 1);
            self.error("RS2010", &message, None, operator.range());
            return None;
        };
        let row = self.row(schema);
        let found = self.expression(argument, &row)?;
        match found.kind {
            ExprKind::Column(index) => Some(Some(index)),
            _ if found.ty == ScalarType::Unknown => Some(None),
            _ => {
                let hint = "compute it with `extend` before, and name it here";
                self.error(
                    "RS2019",
                    "only the name of a column stands here",
                    Some(hint.to_owned()),
                    argument.range(),
                );
                None
            }
        }
    }

    /// The columns that all arguments from a place on name.
    pub(crate) fn columns_from(
        &mut self,
        schema: &Schema,
        arguments: &PluginArguments,
        first: usize,
        operator: &Operator,
    ) -> Option<Vec<usize>> {
        let mut indexes = Vec::new();
        for place in first..arguments.placed.len() {
            indexes.extend(self.column_argument(schema, arguments, place, operator)?);
        }
        Some(indexes)
    }

    fn constant(&mut self, argument: &Syntax, what: &str) -> Option<Value> {
        let found = self.expression(argument, &Row::none())?;
        match found.kind {
            ExprKind::Literal(value) if found.ty != ScalarType::Unknown => Some(value),
            _ => {
                let message = format!("{what} stands here");
                self.error("RS2031", &message, None, argument.range());
                None
            }
        }
    }

    /// A constant text.
    pub(crate) fn constant_text(&mut self, argument: &Syntax) -> Option<String> {
        match self.constant(argument, "only a constant text")? {
            Value::String(text) => Some(text.to_string()),
            _ => {
                let message = "only a constant text stands here";
                self.error("RS2031", message, None, argument.range());
                None
            }
        }
    }

    /// A constant truth value.
    pub(crate) fn constant_bool(&mut self, argument: &Syntax) -> Option<bool> {
        match self.constant(argument, "only `true` or `false`")? {
            Value::Bool(truth) => Some(truth),
            _ => {
                let message = "only `true` or `false` stands here";
                self.error("RS2031", message, None, argument.range());
                None
            }
        }
    }

    /// The texts of a constant dynamic array.
    pub(crate) fn constant_texts(&mut self, argument: &Syntax) -> Option<Vec<String>> {
        let what = "only a constant array of texts";
        if let Value::Array(items) = self.constant(argument, what)? {
            let texts = items.iter().map(|item| match item {
                Value::String(text) => Some(text.to_string()),
                _ => None,
            });
            if let Some(texts) = texts.collect() {
                return Some(texts);
            }
        }
        let message = format!("{what} stands here");
        self.error("RS2031", &message, None, argument.range());
        None
    }
}
