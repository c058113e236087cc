//! JSON read into values, node by node, so that reading a text of many megabytes can be ended.

use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::interrupt::Pace;
use crate::value::{Bag, Items, Value};

/// Reads JSON into a value: whole numbers as long, others as real; of several members of one name the last, in
/// the place of the first. `None` when it is not JSON, nests deeper than 128 levels or has a number that no
/// real holds, and when the work is to end.
pub fn parse_json(text: &str) -> Option<Value> {
    let mut json = serde_json::Deserializer::from_str(text);
    let mut pace = Pace::default();
    let value = Node { pace: &mut pace }.deserialize(&mut json).ok()?;
    json.end().is_ok().then_some(value)
}

/// Reads one value.
struct Node<'p> {
    pace: &'p mut Pace,
}

impl Node<'_> {
    /// Reads a value inside of this one; an error when the work is to end.
    fn inner<E: Error>(&mut self) -> Result<Node<'_>, E> {
        match self.pace.is_over() {
            true => Err(E::custom("the work is to end")),
            false => Ok(Node { pace: self.pace }),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Long(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        let whole = i64::try_from(number).map(Value::Long);
        Ok(whole.unwrap_or(Value::Real(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Real(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<Value, A::Error> {
        let mut items = Items::default();
        while let Some(item) = elements.next_element_seed(self.inner()?)? {
            items.push(item);
        }
        Ok(Value::Array(Arc::new(items)))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut bag = Bag::default();
        while let Some(key) = members.next_key_seed(Key)? {
            let value = members.next_value_seed(self.inner()?)?;
            bag.insert(key, value);
        }
        Ok(Value::Bag(Arc::new(bag)))
    }
}

/// Reads the name of a member.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Arc<str>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Arc<str>, D::Error> {
        json.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Arc<str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E>(self, text: &str) -> Result<Arc<str>, E> {
        Ok(text.into())
    }
}
