//! Dynamic property bags.
//!
//! Keys keep their order of insertion. What is not a bag makes the result null.

use std::sync::Arc;

use kql_analysis::value::{Bag, Value};

use super::conversion::to_text;
use super::kernel::{Ctx, Table, arg, check_elements, collected, elements, text};
use crate::error::EvalError;
use crate::interrupt::Pace;

pub(super) const KERNELS: Table = &[
    ("bag_pack", pack),
    ("pack", pack),
    ("pack_dictionary", pack),
    ("pack_all", pack_all),
    ("bag_keys", keys),
    ("bag_merge", merge),
    ("bag_has_key", has_key),
    ("bag_remove_keys", remove_keys),
    ("bag_set_key", set_key),
    ("bag_zip", zip),
];

fn bag(value: &Value) -> Option<&Bag> {
    match value {
        Value::Bag(bag) => Some(bag),
        _ => None,
    }
}

fn from_pairs(pairs: impl Iterator<Item = (Arc<str>, Value)>) -> Value {
    Value::Bag(Arc::new(pairs.collect()))
}

/// The text of a value as a key, which shares the text of a text.
fn key_of(value: &Value) -> Arc<str> {
    match value {
        Value::String(text) => Arc::clone(text),
        other => to_text(other).into(),
    }
}

/// A bag of alternating keys and values.
fn pack(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    check_elements(ctx, "bag_pack", args.len() / 2)?;
    let pairs = args
        .chunks_exact(2)
        .map(|pair| (key_of(arg(pair, 0)), arg(pair, 1).clone()));
    Ok(from_pairs(pairs))
}

/// A bag of keys and values behind a flag that says whether nulls and empty strings are left out.
fn pack_all(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (flag, columns) = args.split_first().unwrap_or((&Value::Null, &[]));
    if *flag != Value::Bool(true) {
        return pack(ctx, columns);
    }
    let has_value = |pair: &&[Value]| match arg(pair, 1) {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        _ => true,
    };
    let kept: Vec<Value> = columns
        .chunks_exact(2)
        .filter(has_value)
        .flatten()
        .cloned()
        .collect();
    pack(ctx, &kept)
}

fn keys(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let names = |bag: &Bag| collected(bag.keys().map(|key| Ok(Value::String(Arc::clone(key)))));
    bag(arg(args, 0)).map_or(Ok(Value::Null), names)
}

/// All bags in one; of several values of a key the first stays.
fn merge(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let bags: Vec<&Bag> = args.iter().filter_map(bag).collect();
    if bags.is_empty() {
        return Ok(Value::Null);
    }
    let mut merged = Bag::default();
    let mut pace = Pace::default();
    for (key, value) in bags.into_iter().flatten() {
        pace.row()?;
        merged.entry(key.clone()).or_insert_with(|| value.clone());
    }
    check_elements(ctx, "bag_merge", merged.len())?;
    Ok(Value::Bag(Arc::new(merged)))
}

/// Whether the bag has a key, or the path of keys that starts with `$.`.
fn has_key(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let key = text(arg(args, 1));
    Ok(match bag(arg(args, 0)) {
        Some(bag) if bag.contains_key(key) => Value::Bool(true),
        Some(_) => Value::Bool(super::json_path::find(arg(args, 0), key).is_some()),
        None => Value::Null,
    })
}

/// The bag without the named keys; a name that starts with `$.` is a path into it.
fn remove_keys(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(source) = bag(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let mut kept = source.clone();
    for key in elements(arg(args, 1)).unwrap_or_default() {
        match text(key).strip_prefix("$.") {
            Some(path) => remove_path(&mut kept, path),
            None => drop(kept.shift_remove(text(key))),
        }
    }
    Ok(Value::Bag(Arc::new(kept)))
}

fn remove_path(bag: &mut Bag, path: &str) {
    let Some((head, rest)) = path.split_once('.') else {
        bag.shift_remove(path);
        return;
    };
    if let Some(Value::Bag(inner)) = bag.get_mut(head) {
        remove_path(Arc::make_mut(inner), rest);
    }
}

/// The bag with a key set; a name that starts with `$.` is a path into it.
fn set_key(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(source) = bag(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let key = text(arg(args, 1));
    let path: Vec<&str> = match key.strip_prefix("$.") {
        Some(path) => path.split('.').collect(),
        None => vec![key],
    };
    let mut changed = source.clone();
    set_path(&mut changed, &path, arg(args, 2));
    Ok(Value::Bag(Arc::new(changed)))
}

fn set_path(bag: &mut Bag, path: &[&str], value: &Value) {
    match path {
        [] => {}
        [last] => {
            bag.insert((*last).into(), value.clone());
        }
        [head, rest @ ..] => {
            let inner = bag
                .entry((*head).into())
                .or_insert_with(|| Value::Bag(Arc::default()));
            if let Value::Bag(inner) = inner {
                set_path(Arc::make_mut(inner), rest, value);
            }
        }
    }
}

/// A bag of an array of keys and an array of values; missing values are null.
fn zip(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(keys) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let values = elements(arg(args, 1)).unwrap_or_default();
    let named = keys
        .iter()
        .enumerate()
        .filter(|(_, key)| matches!(key, Value::String(_)));
    Ok(from_pairs(named.map(|(index, key)| {
        (key_of(key), arg(values, index).clone())
    })))
}
