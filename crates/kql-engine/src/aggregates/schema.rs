//! `buildschema`: the smallest schema that admits all values of a group.
//!
//! A schema is the name of a type, a bag of schemas by key, or an array of alternatives. The elements of
//! an array have the key `` `indexer` ``.

use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};
use kql_analysis::value::{Bag, Value};

use super::{Accumulator, arg};
use crate::error::EvalError;
use crate::functions::{Ctx, dynamic_type_name};

/// The key under which the schema of the elements of an array stands.
const INDEXER: &str = "`indexer`";

/// What is known of the values at one place.
#[derive(Default)]
struct Schema {
    /// Names of the types of plain values, in order of appearance.
    types: IndexSet<&'static str>,
    /// Schemas of members and elements.
    members: Option<IndexMap<Arc<str>, Schema>>,
}

impl Schema {
    fn admit(&mut self, value: &Value) {
        match value {
            Value::Null => {}
            Value::Array(items) => {
                let elements = self.member(INDEXER);
                items.iter().for_each(|item| elements.admit(item));
            }
            Value::Bag(bag) => {
                self.members.get_or_insert_default();
                for (key, item) in bag.iter() {
                    self.member(key).admit(item);
                }
            }
            plain => {
                self.types.insert(dynamic_type_name(plain));
            }
        }
    }

    fn member(&mut self, key: &str) -> &mut Schema {
        let members = self.members.get_or_insert_default();
        members.entry(key.into()).or_default()
    }

    fn value(&self) -> Value {
        let mut alternatives: Vec<Value> = self
            .types
            .iter()
            .map(|name| Value::String((*name).into()))
            .collect();
        if let Some(members) = &self.members {
            let members = members.iter();
            let members = members.map(|(key, schema)| (Arc::clone(key), schema.value()));
            alternatives.push(Value::Bag(Arc::new(members.collect::<Bag>())));
        }
        match alternatives.len() {
            0 => Value::Null,
            1 => alternatives.remove(0),
            _ => Value::array(alternatives),
        }
    }
}

/// The schema of a group's values; null for none.
#[derive(Default)]
pub(super) struct BuildSchema {
    schema: Schema,
}

impl Accumulator for BuildSchema {
    fn add(&mut self, args: &[Value]) -> Result<(), EvalError> {
        self.schema.admit(arg(args, 0));
        Ok(())
    }

    fn finish(self: Box<Self>, _: &Ctx) -> Result<Vec<Value>, EvalError> {
        Ok(vec![self.schema.value()])
    }
}
