//! `evaluate`: the plugins, and the binding of those whose columns depend on the data.

use kql_syntax::ast::Operator;

use super::Binder;
use super::plugin_arguments::PluginArguments;
use super::tabular::plan;
use crate::plan::{Evaluate, LateBinding, Node, Plan, Plugin};
use crate::types::{ColumnSchema, Columns, Schema};

/// Plugins with data-dependent columns that one query may have; each binds the query once more.
pub const MAX_LATE: usize = 50;

impl Binder<'_> {
    /// `T | evaluate plugin(…)`.
    pub(crate) fn evaluate(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let call = operator.call()?;
        let name = call.name()?.text();
        let arguments = PluginArguments::of(&call);
        match name.as_str() {
            "bag_unpack" => self.bag_unpack(input, operator, &arguments),
            "pivot" => self.pivot(input, operator, &arguments),
            _ => self.fixed_plugin(input, operator, &name, &arguments),
        }
    }

    /// A plugin whose columns depend on the data, unless the query declares them.
    pub(crate) fn data_dependent(
        &mut self,
        input: Plan,
        plugin: Plugin,
        natural: Schema,
        operator: &Operator,
    ) -> Option<Plan> {
        let declared = self.declared_result(&input, &plugin, operator)?;
        let evaluate = Evaluate {
            input,
            plugin,
            declared: declared.is_some(),
        };
        if let Some(declared) = declared {
            let node = Node::Evaluate(Box::new(evaluate));
            return Some(plan(node, declared, operator.range()));
        }
        if self.parts > 0 {
            let what = "a plugin with open columns inside a subquery";
            self.unsupported(what, operator.range());
            return Some(self.unknown_table(natural, operator.range()));
        }
        let index = self.late;
        self.late += 1;
        if index >= MAX_LATE {
            let message = format!("the query has more than {MAX_LATE} plugins with open columns");
            let hint = "declare the columns: `evaluate bag_unpack(d) : (name: string)`";
            self.error("RS2002", &message, Some(hint.to_owned()), operator.range());
            return None;
        }
        if let Some(known) = self.known.get(index) {
            return Some(plan(Node::Late { index }, known.clone(), operator.range()));
        }
        if self.probe.is_none() {
            let node = Node::Evaluate(Box::new(evaluate));
            self.probe = Some(plan(node, natural.clone(), operator.range()));
        }
        Some(plan(Node::Late { index }, natural, operator.range()))
    }

    /// The columns that a query declares for a plugin's result; `*` stands for those of its input.
    fn declared_result(
        &mut self,
        input: &Plan,
        plugin: &Plugin,
        operator: &Operator,
    ) -> Option<Option<Schema>> {
        let declarations = operator.columns();
        let star = operator.schema_is_open();
        if declarations.is_empty() && !star {
            return Some(None);
        }
        let mut columns = Columns::default();
        if star {
            columns = input.schema.columns.clone();
            if let Plugin::BagUnpack(unpack) = plugin {
                columns.remove(unpack.column);
            }
        }
        for declaration in declarations {
            let name = declaration.name()?.text();
            let ty = self.declared_type(&declaration.type_name()?, declaration.range())?;
            columns.retain(|column| column.name != name);
            columns.push(ColumnSchema { name, ty });
        }
        Some(Some(columns.into()))
    }

    /// What has to run before the query can be bound with all columns.
    pub(crate) fn late_binding(&mut self, text: &str) -> Option<Box<LateBinding>> {
        let plan = self.probe.take()?;
        self.looked_beyond.set(true);
        Some(Box::new(LateBinding {
            plan,
            text: text.to_owned(),
            catalog: self.catalog.clone(),
            known: std::mem::take(&mut self.known),
        }))
    }
}
