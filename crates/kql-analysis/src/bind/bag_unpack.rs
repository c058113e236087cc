//! `bag_unpack`: a column for each key of the bags in a column.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::plugin_arguments::PluginArguments;
use crate::plan::{BagUnpack, Conflict, Plan, Plugin};
use crate::types::ScalarType;

impl Binder<'_> {
    pub(crate) fn bag_unpack(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
    ) -> Option<Plan> {
        let column = self.column_argument(&input.schema, arguments, 0, operator)?;
        let mut natural = input.schema.clone().opened(true);
        let Some(column) = column else {
            return Some(self.unknown_table(natural, operator.range()));
        };
        let ty = natural.columns.remove(column).ty;
        if !matches!(ty, ScalarType::Dynamic | ScalarType::Unknown) {
            let what = format!("`bag_unpack` of a column of type {}", ty.name());
            let hint = "convert it with `parse_json(…)` before";
            self.refuse("RS3005", &what, Some(hint), operator.range());
            return Some(self.unknown_table(natural, operator.range()));
        }
        let unpack = self.unpacking(column, arguments)?;
        self.data_dependent(input, Plugin::BagUnpack(unpack), natural, operator)
    }

    fn unpacking(&mut self, column: usize, arguments: &PluginArguments) -> Option<BagUnpack> {
        let prefix = match arguments.get("OutputColumnPrefix", 1) {
            Some(prefix) => self.constant_text(&prefix)?,
            None => String::new(),
        };
        let conflict = match arguments.get("columnsConflict", 2) {
            Some(conflict) => self.conflict(&conflict)?,
            None => Conflict::Error,
        };
        let ignored = match arguments.get("ignoredProperties", 3) {
            Some(ignored) => self.constant_texts(&ignored)?,
            None => Vec::new(),
        };
        Some(BagUnpack {
            column,
            prefix,
            conflict,
            ignored,
        })
    }

    fn conflict(&mut self, argument: &Syntax) -> Option<Conflict> {
        match self.constant_text(argument)?.as_str() {
            "error" => Some(Conflict::Error),
            "replace_source" => Some(Conflict::ReplaceSource),
            "keep_source" => Some(Conflict::KeepSource),
            other => {
                let message = format!("`{other}` is no way to resolve a conflict of columns");
                let hint = "use `error`, `replace_source` or `keep_source`";
                self.error("RS2031", &message, Some(hint.to_owned()), argument.range());
                None
            }
        }
    }
}
