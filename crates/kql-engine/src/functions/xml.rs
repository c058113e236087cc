//! `parse_xml`: XML as a property bag.
//!
//! An element is a bag of its attributes (`@name`), its child elements and its text (`#text`); with text
//! alone it is a string, with nothing null. Repeated children become an array. Only the predefined
//! entities and character references are expanded, so that a document cannot grow.

use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use super::kernel::{Ctx, Table, arg, string, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[("parse_xml", parse_xml)];

/// Levels of elements that a document may nest.
const DEPTH: usize = 64;

/// The document's bag; null when the text is not well-formed or nests too deep.
fn parse_xml(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut reader = Reader {
        rest: text(arg(args, 0)),
    };
    Ok(reader.document().unwrap_or(Value::Null))
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Option<Value> {
        self.skip_prologue()?;
        let (name, root) = self.element(0)?;
        self.skip_prologue()?;
        let whole = self.rest.is_empty();
        whole.then(|| Value::Bag(Arc::new(Bag::from_iter([(name.into(), root)]))))
    }

    /// Skips white space, the declaration, comments and a document type without a subset.
    fn skip_prologue(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start();
            let end = match () {
                () if self.rest.starts_with("<?") => "?>",
                () if self.rest.starts_with("<!--") => "-->",
                () if self.rest.starts_with("<!DOCTYPE") => ">",
                () => return Some(()),
            };
            self.after(end)?;
        }
    }

    /// What stands before a delimiter; reading goes on behind it.
    fn after(&mut self, delimiter: &str) -> Option<&'a str> {
        let (before, rest) = self.rest.split_once(delimiter)?;
        self.rest = rest;
        Some(before)
    }

    fn name(&mut self) -> Option<&'a str> {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
        let end = self.rest.find(|c| !is_name(c))?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    /// One element from its start tag to its end tag.
    fn element(&mut self, depth: usize) -> Option<(&'a str, Value)> {
        if depth > DEPTH {
            return None;
        }
        self.rest = self.rest.strip_prefix('<')?;
        let name = self.name()?;
        let mut members = Bag::default();
        let closed = self.attributes(&mut members)?;
        let content = if closed {
            String::new()
        } else {
            self.content(name, depth, &mut members)?
        };
        Some((name, assembled(members, content)))
    }

    /// Reads attributes up to the end of the start tag; true when the element is empty (`/>`).
    fn attributes(&mut self, members: &mut Bag) -> Option<bool> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix("/>") {
                self.rest = rest;
                return Some(true);
            }
            if let Some(rest) = self.rest.strip_prefix('>') {
                self.rest = rest;
                return Some(false);
            }
            let name = self.name()?;
            self.rest = self.rest.trim_start().strip_prefix('=')?.trim_start();
            let quote = if self.rest.starts_with('\'') {
                "'"
            } else {
                "\""
            };
            self.rest = self.rest.strip_prefix(quote)?;
            let value = unescape(self.after(quote)?);
            members.insert(format!("@{name}").into(), string(value));
        }
    }

    /// Reads children up to the end tag and gives the text between them.
    fn content(&mut self, name: &str, depth: usize, members: &mut Bag) -> Option<String> {
        let mut content = String::new();
        loop {
            let (before, _) = self.rest.split_once('<')?;
            content.push_str(unescape(before).trim());
            self.rest = &self.rest[before.len()..];
            if let Some(rest) = self.rest.strip_prefix("</") {
                self.rest = rest.strip_prefix(name)?.trim_start().strip_prefix('>')?;
                return Some(content);
            }
            if let Some(rest) = self.rest.strip_prefix("<![CDATA[") {
                self.rest = rest;
                content.push_str(self.after("]]>")?);
            } else if self.rest.starts_with("<!--") {
                self.after("-->")?;
            } else if self.rest.starts_with("<?") {
                self.after("?>")?;
            } else {
                let (child, value) = self.element(depth + 1)?;
                add_child(members, child, value);
            }
        }
    }
}

fn add_child(members: &mut Bag, name: &str, value: Value) {
    match members.get_mut(name) {
        None => {
            members.insert(name.into(), value);
        }
        Some(Value::Array(items)) => Arc::make_mut(items).push(value),
        Some(single) => *single = Value::array(vec![single.clone(), value]),
    }
}

fn assembled(mut members: Bag, content: String) -> Value {
    match (members.is_empty(), content.is_empty()) {
        (true, true) => Value::Null,
        (true, false) => string(content),
        (false, empty) => {
            if !empty {
                members.insert("#text".into(), string(content));
            }
            Value::Bag(Arc::new(members))
        }
    }
}

/// The text with predefined entities and character references replaced; others stay as they are.
fn unescape(source: &str) -> String {
    let mut result = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, after)) = rest.split_once('&') {
        result.push_str(before);
        match after
            .split_once(';')
            .and_then(|(entity, tail)| Some((referenced(entity)?, tail)))
        {
            Some((c, tail)) => {
                result.push(c);
                rest = tail;
            }
            None => {
                result.push('&');
                rest = after;
            }
        }
    }
    result + rest
}

fn referenced(entity: &str) -> Option<char> {
    match entity {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        number => {
            let number = number.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}
