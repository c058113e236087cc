//! ARM template expressions, as far as rule files use them: `[variables('x')]`, `[concat(…)]`, members.
//!
//! Names are compared without case, as Azure does. What cannot be known before deployment stays as it is
//! written.

use serde_json::{Map, Value};

/// Deepest nesting of calls and variables that is followed.
pub const MAX_EXPRESSION_DEPTH: usize = 32;

/// Variables and parameters of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    pub variables: Option<&'a Map<String, Value>>,
    pub parameters: Option<&'a Map<String, Value>>,
}

/// Replaces every expression inside a value that can be known.
pub(super) fn resolve(value: &Value, names: Names<'_>) -> Value {
    match value {
        Value::String(text) => resolve_text(text, names, 0),
        Value::Array(items) => {
            Value::Array(items.iter().map(|item| resolve(item, names)).collect())
        }
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, item)| (key.clone(), resolve(item, names)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn resolve_text(text: &str, names: Names<'_>, depth: usize) -> Value {
    if !(text.starts_with('[') && text.ends_with(']')) {
        return Value::String(text.to_owned());
    }
    // A doubled bracket stands for itself.
    if let Some(rest) = text.strip_prefix("[[") {
        return Value::String(format!("[{rest}"));
    }
    let mut parser = Parser {
        rest: &text[1..text.len() - 1],
        names,
        depth,
    };
    match parser.expression() {
        Some(value) if parser.rest.trim().is_empty() => value,
        _ => Value::String(text.to_owned()),
    }
}

struct Parser<'a> {
    rest: &'a str,
    names: Names<'a>,
    depth: usize,
}

impl Parser<'_> {
    /// A call, text or number with its members; `None` when it is not understood or not known.
    fn expression(&mut self) -> Option<Value> {
        if self.depth >= MAX_EXPRESSION_DEPTH {
            return None;
        }
        self.depth += 1;
        let mut value = self.primary()?;
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix('.') {
                self.rest = rest;
                value = member(&value, &self.word()?)?;
            } else if let Some(rest) = self.rest.strip_prefix('[') {
                self.rest = rest;
                let index = self.expression()?;
                self.rest = self.rest.trim_start().strip_prefix(']')?;
                value = element(&value, &index)?;
            } else {
                self.depth -= 1;
                return Some(value);
            }
        }
    }

    fn primary(&mut self) -> Option<Value> {
        self.rest = self.rest.trim_start();
        match self.rest.chars().next()? {
            '\'' => self.text(),
            c if c.is_ascii_digit() || c == '-' => self.number(),
            _ => self.call(),
        }
    }

    /// `'text'`, in which a doubled quote stands for one.
    fn text(&mut self) -> Option<Value> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('\'')?;
        loop {
            let (before, after) = rest.split_once('\'')?;
            text.push_str(before);
            match after.strip_prefix('\'') {
                Some(more) => {
                    text.push('\'');
                    rest = more;
                }
                None => {
                    self.rest = after;
                    return Some(Value::String(text));
                }
            }
        }
    }

    fn number(&mut self) -> Option<Value> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit() && c != '-')
            .unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse::<i64>().ok().map(Value::from)
    }

    fn word(&mut self) -> Option<String> {
        let end = self
            .rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn call(&mut self) -> Option<Value> {
        let name = self.word()?;
        self.rest = self.rest.trim_start().strip_prefix('(')?;
        let mut arguments = Vec::new();
        loop {
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(')') {
                self.rest = rest;
                return self.apply(&name, &arguments);
            }
            if !arguments.is_empty() {
                self.rest = self.rest.strip_prefix(',')?;
            }
            arguments.push(self.expression()?);
        }
    }

    fn apply(&self, name: &str, arguments: &[Value]) -> Option<Value> {
        let first = arguments.first();
        match name.to_ascii_lowercase().as_str() {
            "variables" => {
                let found = find(self.names.variables?, first?.as_str()?)?;
                match found {
                    Value::String(text) => Some(resolve_text(text, self.names, self.depth)),
                    Value::Object(_) | Value::Array(_) if self.depth < MAX_EXPRESSION_DEPTH => {
                        Some(nested(found, self.names, self.depth))
                    }
                    other => Some(other.clone()),
                }
            }
            "parameters" => find(self.names.parameters?, first?.as_str()?)?
                .get("defaultValue")
                .cloned(),
            "concat" => Some(Value::String(
                arguments.iter().map(text_of).collect::<Option<String>>()?,
            )),
            "tolower" => Some(Value::String(text_of(first?)?.to_lowercase())),
            "string" => Some(Value::String(text_of(first?)?)),
            "last" => first?.as_array()?.last().cloned(),
            "first" => first?.as_array()?.first().cloned(),
            "split" => {
                let separator = arguments.get(1)?.as_str()?;
                Some(first?.as_str()?.split(separator).map(Value::from).collect())
            }
            _ => None,
        }
    }
}

/// The strings inside a variable's value, resolved one level deeper, so that a circle ends.
fn nested(value: &Value, names: Names<'_>, depth: usize) -> Value {
    match value {
        Value::String(text) => resolve_text(text, names, depth + 1),
        Value::Array(items) => Value::Array(
            items
                .iter()
                .map(|item| nested(item, names, depth + 1))
                .collect(),
        ),
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|(key, item)| (key.clone(), nested(item, names, depth + 1)))
                .collect(),
        ),
        other => other.clone(),
    }
}

fn find<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn member(value: &Value, name: &str) -> Option<Value> {
    find(value.as_object()?, name).cloned()
}

fn element(value: &Value, index: &Value) -> Option<Value> {
    match index {
        Value::String(name) => member(value, name),
        _ => value
            .as_array()?
            .get(usize::try_from(index.as_u64()?).ok()?)
            .cloned(),
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
