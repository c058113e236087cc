//! Dynamic arrays and sets.
//!
//! Sets keep the order of first appearance. What is not an array makes the result null.

use std::collections::HashSet;

use indexmap::IndexMap;
use kql_analysis::shed::Shed;
use kql_analysis::value::{Items, Value};

use super::comparison::{compare, same};
use super::conversion::json_text;
use super::kernel::{Ctx, Table, arg, array, check_elements, collected, elements, integer, real};
use crate::error::EvalError;
use crate::interrupt::Pace;
use crate::operators::sort::sorted;

pub(super) const KERNELS: Table = &[
    ("array_length", |_, args| {
        Ok(elements(arg(args, 0)).map_or(Value::Null, |items| Value::Long(items.len() as i64)))
    }),
    ("arraylength", |_, args| {
        Ok(elements(arg(args, 0)).map_or(Value::Null, |items| Value::Long(items.len() as i64)))
    }),
    ("pack_array", pack),
    ("array_concat", concat),
    ("array_slice", slice),
    ("array_index_of", index_of),
    ("array_reverse", reverse),
    ("array_sum", sum),
    ("array_split", split),
    ("array_iff", choose),
    ("array_iif", choose),
    ("array_rotate_left", |_, args| rotate(args, 1)),
    ("array_rotate_right", |_, args| rotate(args, -1)),
    ("array_shift_left", |_, args| shift(args, 1)),
    ("array_shift_right", |_, args| shift(args, -1)),
    ("repeat", repeat),
    ("zip", zip),
    ("set_union", union),
    ("set_intersect", intersect),
    ("set_difference", difference),
    ("set_has_element", has_element),
    ("set_equals", equals),
    ("jaccard_index", jaccard),
];

/// What makes two elements one member of a set: their JSON text.
fn identity(value: &Value) -> String {
    json_text(value)
}

fn pack(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    check_elements(ctx, "pack_array", args.len())?;
    Ok(array(args.to_vec()))
}

/// The elements of all arrays; arguments that are not arrays are skipped.
fn concat(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let lists: Vec<_> = args.iter().filter_map(elements).collect();
    if lists.is_empty() {
        return Ok(Value::Null);
    }
    check_elements(
        ctx,
        "array_concat",
        lists.iter().map(|list| list.len()).sum(),
    )?;
    Ok(array(lists.concat()))
}

/// Elements from `start` to `end`, both included; negative positions count from the end.
fn slice(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let length = items.len() as i64;
    let place = |index: usize| {
        let place = integer(arg(args, index))?;
        Some(if place < 0 {
            place.saturating_add(length)
        } else {
            place
        })
    };
    let (Some(start), Some(end)) = (place(1), place(2)) else {
        return Ok(Value::Null);
    };
    let (start, end) = (start.max(0) as usize, end.min(length - 1));
    let kept = usize::try_from(end + 1)
        .ok()
        .and_then(|end| items.get(start..end));
    Ok(array(kept.unwrap_or_default().to_vec()))
}

/// Position of the `occurrence`-th equal element, at or after `start` and within `length`; -1 when there is
/// none, null when the search is meaningless.
fn index_of(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let start = args.get(2).and_then(integer).unwrap_or(0);
    let start = if start < 0 {
        start.saturating_add(items.len() as i64).max(0)
    } else {
        start
    };
    let length = args.get(3).and_then(integer).unwrap_or(-1);
    let occurrence = args.get(4).and_then(integer).unwrap_or(1);
    if length < -1 || occurrence < 1 {
        return Ok(Value::Null);
    }
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let window = items.iter().enumerate().skip(start as usize).take(length);
    let mut equal = window.filter(|(_, item)| same(item, arg(args, 1)));
    let found = equal.nth(occurrence as usize - 1);
    Ok(Value::Long(found.map_or(-1, |(index, _)| index as i64)))
}

fn reverse(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let reversed = |items: &[Value]| array(items.iter().rev().cloned().collect());
    Ok(elements(arg(args, 0)).map_or(Value::Null, reversed))
}

/// Sum of the numbers; nulls count nothing, anything else and the empty array make the sum null.
fn sum(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)).filter(|items| !items.is_empty()) else {
        return Ok(Value::Null);
    };
    let mut total = 0.0;
    for item in items.iter().filter(|item| !matches!(item, Value::Null)) {
        match real(item) {
            Some(number) => total += number,
            None => return Ok(Value::Null),
        }
    }
    Ok(Value::Real(total))
}

/// The pieces between the given positions.
fn split(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(items) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let positions = elements(arg(args, 1)).unwrap_or(std::slice::from_ref(arg(args, 1)));
    let length = items.len() as i64;
    let mut places: Vec<usize> = positions
        .iter()
        .filter_map(integer)
        .map(|place| {
            if place < 0 {
                place.saturating_add(length)
            } else {
                place
            }
        })
        .map(|place| place.clamp(0, length) as usize)
        .collect();
    places.sort_unstable();
    places.push(items.len());
    let mut from = 0;
    let pieces = places.into_iter().map(|to| {
        let piece = items.get(from..to).unwrap_or_default().to_vec();
        from = to;
        Ok(array(piece))
    });
    collected(pieces)
}

/// Element by element, the second argument where the first holds and the third elsewhere.
fn choose(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(conditions) = elements(arg(args, 0)) else {
        return Ok(Value::Null);
    };
    let pick = |side: &Value, index: usize| match elements(side) {
        Some(items) => arg(items, index).clone(),
        None => side.clone(),
    };
    let chosen = conditions
        .iter()
        .enumerate()
        .map(|(index, condition)| match truth(condition) {
            Some(true) => pick(arg(args, 1), index),
            Some(false) => pick(arg(args, 2), index),
            None => Value::Null,
        });
    collected(chosen.map(Ok))
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        number => real(number).map(|x| x != 0.0),
    }
}

/// Turns the array round by the second argument; `direction` is 1 for left and -1 for right.
fn rotate(args: &[Value], direction: i64) -> Result<Value, EvalError> {
    let (Some(items), Some(count)) = (elements(arg(args, 0)), integer(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    let mut turned = items.to_vec();
    if let Some(places) = count
        .wrapping_mul(direction)
        .checked_rem_euclid(items.len() as i64)
    {
        turned.rotate_left(places as usize);
    }
    Ok(array(turned))
}

/// Moves the elements and fills the gap with the third argument, or null.
fn shift(args: &[Value], direction: i64) -> Result<Value, EvalError> {
    let (Some(items), Some(count)) = (elements(arg(args, 0)), integer(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    let places = count.saturating_mul(direction);
    let moved = (0..items.len() as i64).map(|index| {
        let source = usize::try_from(index.saturating_add(places)).ok();
        source
            .and_then(|source| items.get(source))
            .unwrap_or(arg(args, 2))
            .clone()
    });
    collected(moved.map(Ok))
}

fn repeat(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(count) = integer(arg(args, 1)) else {
        return Ok(Value::Null);
    };
    if matches!(arg(args, 0), Value::Array(_) | Value::Bag(_)) {
        return Err(EvalError::new("repeat() does not repeat arrays and bags")
            .with_hint("The service repeats plain values only."));
    }
    let Ok(count) = usize::try_from(count) else {
        return Ok(Value::Null);
    };
    check_elements(ctx, "repeat", count)?;
    Ok(array(vec![arg(args, 0).clone(); count]))
}

/// Arrays of the first, second, … elements; short arrays are filled up with null.
fn zip(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let lists: Vec<&[Value]> = args
        .iter()
        .map(|list| elements(list).unwrap_or_default())
        .collect();
    let longest = lists.iter().map(|list| list.len()).max().unwrap_or(0);
    check_elements(ctx, "zip", longest.saturating_mul(lists.len()))?;
    let row = |index| array(lists.iter().map(|list| arg(list, index).clone()).collect());
    collected((0..longest).map(|index| Ok(row(index))))
}

/// The places of the members of an array, each with its identity, in order of first appearance.
fn members(items: &[Value]) -> Result<Shed<IndexMap<String, usize>>, EvalError> {
    let (mut members, mut pace) = (Shed::from(IndexMap::new()), Pace::default());
    for (place, item) in items.iter().enumerate() {
        pace.row()?;
        members.entry(identity(item)).or_insert(place);
    }
    Ok(members)
}

/// The identities of members.
type Identities = Shed<HashSet<String>>;

/// The identities of the members of an array.
fn identities(items: &[Value]) -> Result<Identities, EvalError> {
    let mut pace = Pace::default();
    let identity = |item| pace.row().map(|()| identity(item));
    items.iter().map(identity).collect()
}

fn union(ctx: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let Some(all) = elements_of_all(args) else {
        return Ok(Value::Null);
    };
    let members = members(&all)?;
    let kept = members.values().map(|place| arg(&all, *place).clone());
    let kept: Vec<Value> = kept.collect();
    check_elements(ctx, "set_union", kept.len())?;
    Ok(array(kept))
}

fn elements_of_all(args: &[Value]) -> Option<Items> {
    let lists: Option<Vec<_>> = args.iter().map(elements).collect();
    Some(lists?.concat().into())
}

fn intersect(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    filter_members(args, |key, others| {
        others.iter().all(|other| other.contains(key))
    })
}

fn difference(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    filter_members(args, |key, others| {
        !others.iter().any(|other| other.contains(key))
    })
}

/// The members of the first array that `keep` accepts, given the identities in the other arrays.
fn filter_members(
    args: &[Value],
    keep: fn(&String, &[Identities]) -> bool,
) -> Result<Value, EvalError> {
    let lists: Option<Vec<_>> = args.iter().map(elements).collect();
    let Some([first, others @ ..]) = lists.as_deref() else {
        return Ok(Value::Null);
    };
    let others = others.iter().map(|list| identities(list));
    let others: Vec<Identities> = others.collect::<Result<_, EvalError>>()?;
    let members = members(first)?;
    let kept = members.iter().filter(|(key, _)| keep(key, &others));
    let kept = kept.map(|(_, place)| arg(first, *place).clone());
    Ok(array(kept.collect()))
}

fn has_element(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let holds = |items: &[Value]| Value::Bool(items.iter().any(|item| same(item, arg(args, 1))));
    Ok(elements(arg(args, 0)).map_or(Value::Null, holds))
}

fn equals(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (Some(left), Some(right)) = (elements(arg(args, 0)), elements(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    Ok(Value::Bool(identities(left)? == identities(right)?))
}

/// Size of the intersection over size of the union.
fn jaccard(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (Some(left), Some(right)) = (elements(arg(args, 0)), elements(arg(args, 1))) else {
        return Ok(Value::Null);
    };
    let (left, right) = (identities(left)?, identities(right)?);
    let shared = left.intersection(&right).count();
    let all = left.len() + right.len() - shared;
    Ok(if all == 0 {
        Value::Null
    } else {
        Value::Real(shared as f64 / all as f64)
    })
}

/// Sorts arrays by the first of them; the engine spreads the result of several over columns.
pub(super) const SORTS: Table = &[
    ("array_sort_asc", |_, args| sort(args, false)),
    ("array_sort_desc", |_, args| sort(args, true)),
];

/// The order of kinds in a sorted array: numbers and times, texts, identifiers, everything else.
fn kind(value: &Value) -> u8 {
    match value {
        Value::Int(_) | Value::Long(_) | Value::Real(_) | Value::Decimal(_) => 0,
        Value::DateTime(_) | Value::TimeSpan(_) => 0,
        Value::String(_) => 1,
        Value::Guid(_) => 2,
        _ => 3,
    }
}

/// The first array sorted, the others in the order that sorts the first. A last argument that is a
/// bool says whether nulls go last, which is also the default.
fn sort(args: &[Value], descending: bool) -> Result<Value, EvalError> {
    let (lists, nulls_last) = match args {
        [lists @ .., Value::Bool(last)] => (lists, *last),
        lists => (lists, true),
    };
    let Some(keys) = lists.first().and_then(elements) else {
        return Ok(Value::Null);
    };
    let order = sorted(keys.len(), usize::MAX, |a, b| {
        let (a, b) = (arg(keys, a as usize), arg(keys, b as usize));
        let nulls = (*a == Value::Null).cmp(&(*b == Value::Null));
        let nulls = if nulls_last { nulls } else { nulls.reverse() };
        let kinds = kind(a).cmp(&kind(b));
        let values = compare(a, b);
        nulls
            .then(kinds)
            .then(if descending { values.reverse() } else { values })
    })?;
    let arranged = |list: &Value| match elements(list) {
        Some(items) if items.len() == keys.len() => {
            let order = order.iter();
            collected(order.map(|index| Ok(arg(items, *index as usize).clone())))
        }
        _ => Ok(Value::Null),
    };
    match lists {
        [only] => arranged(only),
        several => collected(several.iter().map(arranged)),
    }
}
