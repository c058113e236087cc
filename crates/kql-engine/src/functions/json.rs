//! JSON and dynamic values: `parse_json`, `extract_json`, `dynamic_to_json`, `treepath`.

use std::sync::Arc;

use indexmap::IndexSet;
use kql_analysis::text::parse_json;
use kql_analysis::types::ScalarType;
use kql_analysis::value::{Bag, Value};

use super::conversion::{convert, json_text, to_text, typed_text};
use super::json_path;
use super::kernel::{Ctx, Table, TypedTable, arg, array, check_elements, collected, string, text};
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::operators::sort::in_order;

pub(super) const KERNELS: Table = &[
    ("parse_json", parse),
    ("parsejson", parse),
    ("todynamic", parse),
    ("toobject", parse),
    ("extract_json", extract),
    ("extractjson", extract),
    ("treepath", tree_path),
];

pub(super) const TYPED: TypedTable = &[("dynamic_to_json", to_json)];

/// JSON text as a value; text that is not JSON stays a string, the empty text is null.
fn parse(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(match arg(args, 0) {
        Value::String(source) if source.trim().is_empty() => Value::Null,
        Value::String(source) => {
            parse_json(source).unwrap_or_else(|| Value::String(source.clone()))
        }
        other => other.clone(),
    })
}

/// What a JSON path finds in JSON text, converted to the type named last; text by default.
fn extract(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let source = match arg(args, 1) {
        Value::String(source) => parse_json(source).unwrap_or(Value::Null),
        dynamic => dynamic.clone(),
    };
    let found = json_path::find(&source, text(arg(args, 0))).unwrap_or(Value::Null);
    let ty = args
        .get(2)
        .and_then(|ty| ScalarType::from_name(text(ty)))
        .unwrap_or(ScalarType::String);
    Ok(match ty {
        ScalarType::String => string(to_text(&found)),
        ty => convert(&found, ty),
    })
}

/// JSON with the keys of all bags sorted, so that equal values have equal text; what is not dynamic is
/// written as `tostring` writes it.
fn to_json(_: &Ctx, args: &[Value], types: &[ScalarType]) -> Result<Value, EvalError> {
    let ty = types.first().copied().unwrap_or(ScalarType::Dynamic);
    Ok(string(match ty {
        ScalarType::Dynamic | ScalarType::Unknown => json_text(&sorted(arg(args, 0))?),
        ty => typed_text(arg(args, 0), ty).into_owned(),
    }))
}

/// The value with the members of all bags in the order of their names.
fn sorted(value: &Value) -> Result<Value, EvalError> {
    match value {
        Value::Array(items) => collected(items.iter().map(sorted)),
        Value::Bag(bag) => {
            let members: Vec<_> = bag.iter().collect();
            let mut sorted_bag = Bag::default();
            let mut pace = Pace::default();
            for (key, item) in in_order(members, usize::MAX, |a, b| a.0.cmp(b.0))? {
                pace.row()?;
                sorted_bag.insert(Arc::clone(key), sorted(item)?);
            }
            Ok(Value::Bag(Arc::new(sorted_bag)))
        }
        other => Ok(other.clone()),
    }
}

/// The paths to all members of a bag, such as `['a']['b']`; elements of arrays share the path `[0]`.
fn tree_path(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let mut paths = IndexSet::new();
    collect_paths(arg(args, 0), "", &mut paths);
    check_elements(ctx, "treepath", paths.len())?;
    Ok(if paths.is_empty() {
        Value::Null
    } else {
        array(paths.iter().map(string).collect())
    })
}

fn collect_paths(value: &Value, base: &str, paths: &mut IndexSet<String>) {
    let mut visit = |path: String, item: &Value| {
        paths.insert(path.clone());
        collect_paths(item, &path, paths);
    };
    match value {
        Value::Bag(bag) => bag
            .iter()
            .for_each(|(key, item)| visit(format!("{base}['{key}']"), item)),
        Value::Array(items) => items
            .iter()
            .for_each(|item| visit(format!("{base}[0]"), item)),
        _ => {}
    }
}
