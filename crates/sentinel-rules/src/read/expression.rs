//! ARM template expressions, as far as rule files use them: `[variables('x')]`, `[concat(…)]`, members.
//!
//! Names are compared without case, as Azure does. What cannot be known before deployment stays as it is
//! written.

use std::cell::Cell;

use serde_json::{Map, Value};

use super::expression_syntax::{Expression, MAX_EXPRESSION_DEPTH, parse};

/// Calls that are evaluated for one template: variables that name each other twice would double the work
/// with each level.
pub const MAX_CALLS: usize = 100_000;
/// Longest text that an expression makes, in bytes.
pub const MAX_TEXT_BYTES: usize = 16 * 1024 * 1024;

/// Variables and parameters of a template.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    pub variables: Option<&'a Map<String, Value>>,
    pub parameters: Option<&'a Map<String, Value>>,
    /// Calls that may still be evaluated; [`MAX_CALLS`] at first.
    pub calls: &'a Cell<usize>,
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
    let evaluated = parse(&text[1..text.len() - 1]).and_then(|found| names.value(&found, depth));
    evaluated.unwrap_or_else(|| Value::String(text.to_owned()))
}

impl Names<'_> {
    /// The value of an expression; `None` when it is not known before deployment.
    fn value(self, expression: &Expression, depth: usize) -> Option<Value> {
        match expression {
            Expression::Text(text) => Some(Value::from(text.as_str())),
            Expression::Number(number) => Some(Value::from(*number)),
            Expression::Member(of, name) => member(&self.value(of, depth)?, name),
            Expression::Element(of, index) => {
                element(&self.value(of, depth)?, &self.value(index, depth)?)
            }
            Expression::Call(name, arguments) => {
                let arguments = arguments.iter().map(|one| self.value(one, depth));
                self.call(name, &arguments.collect::<Option<Vec<Value>>>()?, depth)
            }
        }
    }

    fn call(self, name: &str, arguments: &[Value], depth: usize) -> Option<Value> {
        self.calls.set(self.calls.get().checked_sub(1)?);
        let first = arguments.first();
        match name.to_ascii_lowercase().as_str() {
            "variables" => {
                let found = find(self.variables?, first?.as_str()?)?;
                match found {
                    // A circle of variables ends at the depth limit.
                    Value::String(_) | Value::Object(_) | Value::Array(_)
                        if depth < MAX_EXPRESSION_DEPTH =>
                    {
                        Some(nested(found, self, depth))
                    }
                    other => Some(other.clone()),
                }
            }
            "parameters" => find(self.parameters?, first?.as_str()?)?
                .get("defaultValue")
                .cloned(),
            "concat" => {
                let text = arguments.iter().map(text_of).collect::<Option<String>>()?;
                (text.len() <= MAX_TEXT_BYTES).then_some(Value::String(text))
            }
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolved(text: &str, variables: &Value) -> Value {
        let names = Names {
            variables: variables.as_object(),
            parameters: None,
            calls: &Cell::new(MAX_CALLS),
        };
        resolve(&Value::from(text), names)
    }

    #[test]
    fn variables_are_followed_without_case() {
        let variables = json!({ "Rule1": { "_id": "[concat('a', variables('b'))]" }, "b": "c" });
        assert_eq!(
            resolved("[variables('rule1')._ID]", &variables),
            json!("ac")
        );
        assert_eq!(resolved("[[x]", &variables), json!("[x]"));
        assert_eq!(
            resolved("[variables('none')]", &variables),
            json!("[variables('none')]")
        );
    }

    #[test]
    fn circles_and_doubling_variables_end() {
        let circle = json!({ "a": "[variables('a')]" });
        assert_eq!(
            resolved("[variables('a')]", &circle),
            json!("[variables('a')]")
        );
        let doubling: Map<String, Value> = (0..60)
            .map(|n| {
                let next = format!("variables('v{}')", n + 1);
                (format!("v{n}"), json!(format!("[concat({next}, {next})]")))
            })
            .collect();
        let text = resolved("[variables('v0')]", &Value::Object(doubling));
        assert!(text.is_string());
    }
}
