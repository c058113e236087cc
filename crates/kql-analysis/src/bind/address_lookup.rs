//! `ipv4_lookup` and `ipv6_lookup`: a join with a table of address ranges.

use kql_syntax::ast::{Expr as Syntax, Operator};

use super::Binder;
use super::names::ColumnNames;
use super::plugin_arguments::PluginArguments;
use super::plugins::evaluated;
use crate::plan::{AddressLookup, JoinColumn, Plan, Plugin};
use crate::types::{ColumnSchema, Schema};

impl Binder<'_> {
    pub(crate) fn address_lookup(
        &mut self,
        input: Plan,
        operator: &Operator,
        arguments: &PluginArguments,
        version_6: bool,
    ) -> Option<Plan> {
        let Some(table) = arguments.placed.first() else {
            let message = "the plugin takes the table of ranges as its first argument";
            self.error("RS2010", message, None, operator.range());
            return None;
        };
        let lookup = self.tabular(table)?;
        let address = self.column_argument(&input.schema, arguments, 1, operator)?;
        let range = self.column_argument(&lookup.schema, arguments, 2, operator)?;
        let unmatched = self.keeps_unmatched(arguments)?;
        let keys = self.lookup_keys(&input.schema, &lookup.schema, arguments, operator)?;
        let turned = version_6 && !self.is_checker();
        let outputs = looked_up(&input.schema, &lookup.schema, &keys, turned);
        let schema = schema_of(&outputs, &input.schema, &lookup.schema);
        let (Some(address), Some(range)) = (address, range) else {
            return Some(self.unknown_table(schema, operator.range()));
        };
        let lookup = AddressLookup {
            lookup,
            address,
            range,
            keys,
            unmatched,
            version_6,
            outputs,
        };
        let plugin = Plugin::AddressLookup(Box::new(lookup));
        Some(evaluated(input, plugin, schema, operator))
    }

    /// `return_unmatched`: by name, or as a truth value behind the keys.
    fn keeps_unmatched(&mut self, arguments: &PluginArguments) -> Option<bool> {
        let mut named = arguments.named.iter();
        let named = named.find(|(name, _)| name == "return_unmatched");
        let placed = arguments.placed.last();
        let placed = placed.filter(|last| matches!(last, Syntax::Literal(_)));
        match named.map(|(_, value)| value).or(placed) {
            Some(value) => self.constant_bool(value),
            None => Some(false),
        }
    }

    /// Further columns that must be equal, of the input and of the table.
    fn lookup_keys(
        &mut self,
        input: &Schema,
        lookup: &Schema,
        arguments: &PluginArguments,
        operator: &Operator,
    ) -> Option<Vec<(usize, usize)>> {
        let mut keys = Vec::new();
        for place in 3..arguments.placed.len() {
            if !matches!(arguments.placed[place], Syntax::Literal(_)) {
                let left = self.column_argument(input, arguments, place, operator)?;
                let right = self.column_argument(lookup, arguments, place, operator)?;
                keys.extend(left.zip(right));
            }
        }
        Some(keys)
    }
}

/// The columns of a lookup: the input's and then the table's, or turned round, as the engine gives those of
/// `ipv6_lookup`.
pub(crate) fn looked_up(
    input: &Schema,
    lookup: &Schema,
    keys: &[(usize, usize)],
    turned: bool,
) -> Vec<JoinColumn> {
    let left = (0..input.len()).map(JoinColumn::Left);
    let is_key = |index: &usize| keys.iter().any(|(_, right)| right == index);
    let right = (0..lookup.len()).filter(|index| !is_key(index));
    let right = right.map(JoinColumn::Right);
    match turned {
        true => right.chain(left).collect(),
        false => left.chain(right).collect(),
    }
}

pub(crate) fn schema_of(outputs: &[JoinColumn], left: &Schema, right: &Schema) -> Schema {
    let mut names = ColumnNames::default();
    let columns = outputs.iter().map(|output| {
        let column = match output {
            JoinColumn::Left(index) => &left.columns[*index],
            JoinColumn::Right(index) => &right.columns[*index],
        };
        ColumnSchema {
            name: names.take(&column.name),
            ty: column.ty,
        }
    });
    let columns: Vec<ColumnSchema> = columns.collect();
    Schema::from(columns).opened(left.open || right.open)
}
