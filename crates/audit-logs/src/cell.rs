//! The cells of one record as they stand in a file, before they have a type.

use std::borrow::Cow;
use std::fmt;

use kql_analysis::text::number_of_digits;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

/// A cell; text is borrowed from the file where it can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell<'t> {
    Null,
    Bool(bool),
    Whole(i64),
    /// A whole number that does not fit into 64 bits with a sign.
    Large(u64),
    Real(f64),
    Text(Cow<'t, str>),
    /// The text of an array or object.
    Nested(Cow<'t, str>),
}

impl<'t> Cell<'t> {
    /// The cell of a JSON value.
    pub fn of(json: &'t Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Bool(*truth),
            Json::Number(number) => Self::number(number),
            Json::String(text) => Self::Text(Cow::Borrowed(text)),
            Json::Array(_) | Json::Object(_) => Self::Nested(Cow::Owned(json.to_string())),
        }
    }

    /// The cell of a JSON number.
    pub fn number(number: &serde_json::Number) -> Self {
        match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Self::Whole(whole),
            (None, Some(large)) => Self::Large(large),
            (None, None) => Self::Real(number.as_f64().unwrap_or(f64::NAN)),
        }
    }

    /// The cell of a JSON text that serde_json found to be one value.
    pub fn of_json(raw: &'t str) -> Result<Self, serde_json::Error> {
        let raw = raw.trim_ascii();
        Ok(match raw.as_bytes().first() {
            Some(b'"') => {
                let inner = raw.get(1..raw.len() - 1).unwrap_or_default();
                match memchr::memchr(b'\\', inner.as_bytes()) {
                    None => Self::Text(Cow::Borrowed(inner)),
                    Some(_) => Self::Text(Cow::Owned(serde_json::from_str(raw)?)),
                }
            }
            Some(b'{' | b'[') => Self::Nested(Cow::Borrowed(raw)),
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            _ => match number_of_digits(raw.as_bytes()) {
                Some(number) => Self::Whole(number),
                None => Self::number(&serde_json::from_str(raw)?),
            },
        })
    }

    /// The same cell, borrowing its text.
    pub fn shared(&self) -> Cell<'_> {
        match self {
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Self::Nested(text) => Cell::Nested(Cow::Borrowed(text)),
            Self::Null => Cell::Null,
            Self::Bool(truth) => Cell::Bool(*truth),
            Self::Whole(number) => Cell::Whole(*number),
            Self::Large(number) => Cell::Large(*number),
            Self::Real(number) => Cell::Real(*number),
        }
    }

    /// The JSON value of the cell.
    pub fn json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::from(*truth),
            Self::Whole(number) => Json::from(*number),
            Self::Large(number) => Json::from(*number),
            Self::Real(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_ref()),
            Self::Nested(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        }
    }
}

/// Names and cells of a record, parallel.
#[derive(Debug, Default)]
pub(crate) struct Fields<'t> {
    pub names: Vec<Cow<'t, str>>,
    pub cells: Vec<Cell<'t>>,
}

impl<'t> Fields<'t> {
    /// Reads a JSON object. A value that is none is an error.
    pub fn of_object(text: &'t str) -> Result<Self, serde_json::Error> {
        let mut source = serde_json::Deserializer::from_str(text);
        let fields = Object.deserialize(&mut source)?;
        source.end()?;
        Ok(fields)
    }

    /// The fields of a record that is already a JSON value.
    pub fn of_map(map: &'t Map<String, Json>) -> Self {
        Self {
            names: map
                .keys()
                .map(|name| Cow::Borrowed(name.as_str()))
                .collect(),
            cells: map.values().map(Cell::of).collect(),
        }
    }
}

impl Fields<'_> {
    /// The fields as a JSON object.
    pub fn to_map(&self) -> Map<String, Json> {
        let names = self.names.iter().map(|name| name.to_string());
        names.zip(self.cells.iter().map(Cell::json)).collect()
    }
}

/// Reads a JSON array into cells.
pub(crate) fn array(text: &str) -> Result<Vec<Cell<'_>>, serde_json::Error> {
    let mut source = serde_json::Deserializer::from_str(text);
    let cells = Array.deserialize(&mut source)?;
    source.end()?;
    Ok(cells)
}

struct Object;

impl<'t> DeserializeSeed<'t> for Object {
    type Value = Fields<'t>;

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<Fields<'t>, D::Error> {
        source.deserialize_map(self)
    }
}

impl<'t> Visitor<'t> for Object {
    type Value = Fields<'t>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a record")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Fields<'t>, A::Error> {
        let mut fields = Fields::default();
        while let Some(name) = map.next_key_seed(Name)? {
            let raw: &'t RawValue = map.next_value()?;
            fields.names.push(name);
            fields.cells.push(cell(raw)?);
        }
        Ok(fields)
    }
}

struct Array;

impl<'t> DeserializeSeed<'t> for Array {
    type Value = Vec<Cell<'t>>;

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<Vec<Cell<'t>>, D::Error> {
        source.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Array {
    type Value = Vec<Cell<'t>>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a row")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut row: A) -> Result<Vec<Cell<'t>>, A::Error> {
        let mut cells = Vec::new();
        while let Some(raw) = row.next_element::<&'t RawValue>()? {
            cells.push(cell(raw)?);
        }
        Ok(cells)
    }
}

fn cell<E: serde::de::Error>(raw: &RawValue) -> Result<Cell<'_>, E> {
    Cell::of_json(raw.get()).map_err(E::custom)
}

/// A name, borrowed unless it holds an escape.
struct Name;

impl<'t> DeserializeSeed<'t> for Name {
    type Value = Cow<'t, str>;

    fn deserialize<D: Deserializer<'t>>(self, source: D) -> Result<Cow<'t, str>, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'t> Visitor<'t> for Name {
    type Value = Cow<'t, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'t str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'t, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_an_object() {
        let fields = Fields::of_object(
            r#"{"a":1,"b\n":"x\"y","c":null,"d":[1, {"e":2}],"f":1.5,"g":18446744073709551615,"h":true,"i":"plain"}"#,
        )
        .expect("an object");
        assert_eq!(
            fields.names,
            ["a", "b\n", "c", "d", "f", "g", "h", "i"].map(Cow::Borrowed)
        );
        assert_eq!(
            fields.cells,
            [
                Cell::Whole(1),
                Cell::Text("x\"y".into()),
                Cell::Null,
                Cell::Nested(r#"[1, {"e":2}]"#.into()),
                Cell::Real(1.5),
                Cell::Large(u64::MAX),
                Cell::Bool(true),
                Cell::Text("plain".into()),
            ]
        );
        assert!(Fields::of_object("[1]").is_err());
        assert!(Fields::of_object(r#"{"a":"\q"}"#).is_err());
    }
}
