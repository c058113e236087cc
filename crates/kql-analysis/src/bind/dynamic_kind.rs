//! What the service's checker knows of a dynamic value: that it is an array, a bag or a plain value.
//!
//! It tells by the expression alone; of columns and of parsed text it knows nothing. Where a function takes
//! a text, an array or a bag, it objects to a value that is known to be something else. The engine reads
//! what it gets, so this is never a reason not to run a query.

use crate::plan::{Expr, ExprKind};
use crate::registry::{Class, result_parts};
use crate::types::ScalarType;
use crate::value::Value;

/// Functions whose arrays hold plain values.
const ARRAYS_OF_VALUES: [&str; 27] = [
    "bag_keys",
    "extent_tags",
    "jaccard_index",
    "parse_command_line",
    "range",
    "repeat",
    "series_acos",
    "series_asin",
    "series_atan",
    "series_cos",
    "series_divide",
    "series_equals",
    "series_exp",
    "series_fir",
    "series_greater",
    "series_greater_equals",
    "series_less",
    "series_less_equals",
    "series_log",
    "series_not_equals",
    "series_pow",
    "series_seasonal",
    "series_sign",
    "series_sin",
    "series_tan",
    "split",
    "treepath",
];

/// Functions whose arrays hold anything.
const ARRAYS: [&str; 18] = [
    "base64_decode_toarray",
    "datetime_list_timezones",
    "extract_all",
    "hll_merge",
    "ipv4_range_to_cidr_list",
    "merge_tdigest",
    "parse_csv",
    "percentiles_array_tdigest",
    "series_add",
    "series_floor",
    "series_multiply",
    "series_subtract",
    "set_difference",
    "set_intersect",
    "set_union",
    "tdigest_merge",
    "to_utf8",
    "unicode_codepoints_from_string",
];

/// Functions that give an array of the kind of their first argument.
const LIKE_THE_FIRST: [&str; 9] = [
    "array_concat",
    "array_reverse",
    "array_rotate_left",
    "array_rotate_right",
    "array_shift_left",
    "array_shift_right",
    "array_slice",
    "array_sort_asc",
    "array_sort_desc",
];

const BAGS: [&str; 18] = [
    "bag_merge",
    "bag_pack",
    "bag_pack_columns",
    "bag_remove_keys",
    "bag_zip",
    "current_principal_details",
    "pack_all",
    "pack_dictionary",
    "parse_path",
    "parse_url",
    "parse_urlquery",
    "parse_user_agent",
    "parse_xml",
    "parseurl",
    "parseurlquery",
    "series_fit_2lines_dynamic",
    "series_fit_line_dynamic",
    "series_stats_dynamic",
];

/// Deepest expression that is looked into.
const MOST_LEVELS: usize = 16;

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Nothing is known.
    Any,
    /// An array of elements of a kind.
    Array(Box<Kind>),
    Bag,
    /// A number, text, time or truth value.
    Plain,
    /// The values of a function with several, such as `series_fit_line`.
    Several,
}

/// Whether the checker lets an argument pass that fits by its type.
pub(super) fn passes(class: Class, argument: &Expr) -> bool {
    if argument.ty != ScalarType::Dynamic {
        return true;
    }
    let kind = || kind(argument, MOST_LEVELS);
    match class {
        Class::Scalar(ScalarType::String) => kind() == Kind::Any,
        Class::Array => matches!(kind(), Kind::Any | Kind::Array(_)),
        Class::Bag => matches!(kind(), Kind::Any | Kind::Bag),
        Class::Codes => matches!(kind(), Kind::Any | Kind::Array(_)),
        Class::Text => kind() != Kind::Several,
        _ => true,
    }
}

fn kind(expr: &Expr, levels: usize) -> Kind {
    let Some(levels) = levels.checked_sub(1) else {
        return Kind::Any;
    };
    if expr.ty != ScalarType::Dynamic {
        return Kind::Plain;
    }
    match &expr.kind {
        ExprKind::Literal(value) => kind_of_value(value, levels),
        ExprKind::Array(items) => {
            Kind::Array(Box::new(common(items.iter().map(|one| kind(one, levels)))))
        }
        ExprKind::Index(base, index) => element(base, index, levels),
        ExprKind::Call(function, arguments) => kind_of_call(function.name, arguments, levels),
        ExprKind::Column(_) | ExprKind::Scalar(_) | ExprKind::In(_) => Kind::Any,
    }
}

fn kind_of_value(value: &Value, levels: usize) -> Kind {
    match (value, levels.checked_sub(1)) {
        (Value::Null, _) | (_, None) => Kind::Any,
        (Value::Array(items), Some(levels)) => {
            let kinds = items.iter().map(|item| kind_of_value(item, levels));
            Kind::Array(Box::new(common(kinds)))
        }
        (Value::Bag(_), _) => Kind::Bag,
        _ => Kind::Plain,
    }
}

fn element(base: &Expr, index: &Expr, levels: usize) -> Kind {
    match kind(base, levels) {
        Kind::Array(inner) if matches!(index.ty, ScalarType::Int | ScalarType::Long) => *inner,
        Kind::Bag => match &index.kind {
            ExprKind::Literal(Value::String(key)) => member(base, key, levels),
            _ => Kind::Any,
        },
        _ => Kind::Any,
    }
}

/// What stands under a key of a bag that is written in the query.
fn member(bag: &Expr, key: &str, levels: usize) -> Kind {
    let found = match &bag.kind {
        ExprKind::Literal(Value::Bag(bag)) => {
            bag.get(key).map(|value| kind_of_value(value, levels))
        }
        ExprKind::Call(function, arguments) if function.name == "bag_pack" => {
            let is_key = |one: &Expr| matches!(&one.kind, ExprKind::Literal(Value::String(text)) if &**text == key);
            let mut pairs = arguments.chunks_exact(2);
            let pair = pairs.find(|pair| is_key(&pair[0]));
            pair.map(|pair| kind(&pair[1], levels))
        }
        _ => None,
    };
    found.unwrap_or(Kind::Any)
}

fn kind_of_call(name: &str, arguments: &[Expr], levels: usize) -> Kind {
    let of = |argument: &Expr| kind(argument, levels);
    match name {
        "pack_array" => {
            let first = arguments.first().map(|argument| argument.ty);
            let alike = arguments.iter().all(|argument| Some(argument.ty) == first);
            let inner = match alike {
                true => common(arguments.iter().map(of)),
                false => Kind::Any,
            };
            Kind::Array(Box::new(inner))
        }
        "zip" => Kind::Array(Box::new(Kind::Array(Box::new(Kind::Any)))),
        "iff" | "iif" => common(arguments.iter().skip(1).map(of)),
        _ if !result_parts(name).is_empty() => Kind::Several,
        _ if ARRAYS_OF_VALUES.contains(&name) => Kind::Array(Box::new(Kind::Plain)),
        _ if ARRAYS.contains(&name) => Kind::Array(Box::new(Kind::Any)),
        _ if BAGS.contains(&name) => Kind::Bag,
        _ if LIKE_THE_FIRST.contains(&name) => match arguments.first().map(of) {
            Some(Kind::Array(inner)) => Kind::Array(inner),
            _ => Kind::Any,
        },
        _ => Kind::Any,
    }
}

/// The kind that all have.
fn common(mut kinds: impl Iterator<Item = Kind>) -> Kind {
    let first = kinds.next().unwrap_or(Kind::Any);
    match kinds.all(|kind| kind == first) {
        true => first,
        false => Kind::Any,
    }
}
