//! IPv4 and IPv6 addresses, prefixes and ranges.
//!
//! An address may carry a prefix length (`10.0.0.0/8`); a comparison uses the shortest prefix of the two
//! sides and the call. Text that is no address makes the result null.

use std::net::{Ipv4Addr, Ipv6Addr};

use kql_analysis::value::Value;

use super::kernel::{Ctx, Table, arg, array, elements, integer, string, text};
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("ipv4_is_private", is_private),
    ("ipv4_compare", compare_v4),
    ("ipv4_is_match", |ctx, args| {
        compare_v4(ctx, args).map(is_equal)
    }),
    ("ipv4_is_in_range", in_range_v4),
    ("ipv4_is_in_any_range", in_any_range_v4),
    ("ipv4_netmask_suffix", netmask_suffix),
    ("ipv4_range_to_cidr_list", range_to_prefixes),
    ("parse_ipv4", parse_v4),
    ("parse_ipv4_mask", parse_v4_mask),
    ("format_ipv4", format_v4),
    ("format_ipv4_mask", format_v4_mask),
    ("ipv6_compare", compare_v6),
    ("ipv6_is_match", |ctx, args| {
        compare_v6(ctx, args).map(is_equal)
    }),
    ("ipv6_is_in_range", in_range_v6),
    ("ipv6_is_in_any_range", in_any_range_v6),
    ("parse_ipv6", parse_v6),
    ("parse_ipv6_mask", parse_v6_mask),
    ("has_ipv4", |_, args| {
        Ok(Value::Bool(has_any(args, is_address)))
    }),
    ("has_any_ipv4", |_, args| {
        Ok(Value::Bool(has_any(args, is_address)))
    }),
    ("has_ipv4_prefix", |_, args| {
        Ok(Value::Bool(has_any(args, has_prefix)))
    }),
    ("has_any_ipv4_prefix", |_, args| {
        Ok(Value::Bool(has_any(args, has_prefix)))
    }),
];

/// The private ranges of RFC 1918 and the link-local range, which Kusto counts among them.
const PRIVATE: [(u32, u32); 4] = [
    (0x0A00_0000, 8),
    (0xAC10_0000, 12),
    (0xC0A8_0000, 16),
    (0xA9FE_0000, 16),
];

/// An IPv4 address and its prefix length, from `a.b.c.d` or `a.b.c.d/n`.
fn v4(source: &str) -> Option<(u32, u32)> {
    let (address, prefix) = match source.split_once('/') {
        Some((address, prefix)) => (address, prefix.parse().ok().filter(|n| *n <= 32)?),
        None => (source, 32),
    };
    Some((u32::from(address.trim().parse::<Ipv4Addr>().ok()?), prefix))
}

fn masked_v4(address: u32, prefix: u32) -> u32 {
    address & u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0)
}

/// An IPv6 address and its prefix length; an IPv4 address reads as its mapped IPv6 address.
fn v6(source: &str) -> Option<(u128, u32)> {
    if let Some((address, prefix)) = v4(source) {
        return Some((
            u128::from(Ipv4Addr::from(address).to_ipv6_mapped()),
            prefix + 96,
        ));
    }
    let (address, prefix) = match source.split_once('/') {
        Some((address, prefix)) => (address, prefix.parse().ok().filter(|n| *n <= 128)?),
        None => (source, 128),
    };
    // Behind an address that ends in IPv4 notation, the prefix counts the bits of that part.
    let dotted = address.contains('.') && source.contains('/');
    let prefix = if dotted && prefix <= 32 {
        prefix + 96
    } else {
        prefix
    };
    Some((u128::from(address.trim().parse::<Ipv6Addr>().ok()?), prefix))
}

/// As [`v6`] for a comparison, where `::192.168.1.1` is the old way to write a mapped address.
fn comparable_v6(source: &str) -> Option<(u128, u32)> {
    let (address, prefix) = v6(source)?;
    let mapped = Ipv6Addr::from(address)
        .to_ipv4()
        .filter(|_| source.contains('.'))
        .map_or(address, |address| u128::from(address.to_ipv6_mapped()));
    Some((mapped, prefix))
}

/// The bits of an address that its prefix fixes.
pub(crate) fn masked_v6(address: u128, prefix: u32) -> u128 {
    address & u128::MAX.checked_shl(128 - prefix.min(128)).unwrap_or(0)
}

/// An address range as an IPv6 address and its prefix length, which IPv4 ones are mapped to. `None` when
/// the text is no address of the version.
pub(crate) fn address_range(text: &str, version_6: bool) -> Option<(u128, u32)> {
    match version_6 {
        true => comparable_v6(text),
        false => v4(text).and_then(|_| v6(text)),
    }
}

/// The prefix length given as argument `index`, or `widest` when the call has none.
fn prefix_argument(args: &[Value], index: usize, widest: u32) -> Option<u32> {
    match args.get(index) {
        None => Some(widest),
        Some(value) => u32::try_from(integer(value)?).ok().filter(|n| *n <= widest),
    }
}

fn is_private(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let private = |(address, prefix): (u32, u32)| {
        let inside =
            |(range, width): &(u32, u32)| prefix >= *width && masked_v4(address, *width) == *range;
        Value::Bool(PRIVATE.iter().any(inside))
    };
    Ok(v4(text(arg(args, 0))).map_or(Value::Null, private))
}

fn compare_v4(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let order = || {
        let (left, left_prefix) = v4(text(arg(args, 0)))?;
        let (right, right_prefix) = v4(text(arg(args, 1)))?;
        let prefix = prefix_argument(args, 2, 32)?
            .min(left_prefix)
            .min(right_prefix);
        Some(masked_v4(left, prefix).cmp(&masked_v4(right, prefix)) as i64)
    };
    Ok(order().map_or(Value::Null, Value::Long))
}

fn compare_v6(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let order = || {
        let (left, left_prefix) = comparable_v6(text(arg(args, 0)))?;
        let (right, right_prefix) = comparable_v6(text(arg(args, 1)))?;
        let prefix = prefix_argument(args, 2, 128)?
            .min(left_prefix)
            .min(right_prefix);
        Some(masked_v6(left, prefix).cmp(&masked_v6(right, prefix)) as i64)
    };
    Ok(order().map_or(Value::Null, Value::Long))
}

fn is_equal(order: Value) -> Value {
    match order {
        Value::Long(order) => Value::Bool(order == 0),
        other => other,
    }
}

fn within_v4(address: &str, range: &str) -> Option<bool> {
    let (address, _) = v4(address)?;
    let (range, prefix) = v4(range)?;
    Some(masked_v4(address, prefix) == masked_v4(range, prefix))
}

fn within_v6(address: &str, range: &str) -> Option<bool> {
    let (address, _) = comparable_v6(address)?;
    let (range, prefix) = comparable_v6(range)?;
    Some(masked_v6(address, prefix) == masked_v6(range, prefix))
}

fn in_range_v4(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let inside = within_v4(text(arg(args, 0)), text(arg(args, 1)));
    Ok(inside.map_or(Value::Null, Value::Bool))
}

fn in_range_v6(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let inside = within_v6(text(arg(args, 0)), text(arg(args, 1)));
    Ok(inside.map_or(Value::Null, Value::Bool))
}

fn in_any_range_v4(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(in_any_range(args, within_v4))
}

fn in_any_range_v6(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(in_any_range(args, within_v6))
}

/// True if any range holds the address, null if no range could be compared.
fn in_any_range(args: &[Value], within: fn(&str, &str) -> Option<bool>) -> Value {
    let answers: Vec<bool> = listed(args)
        .filter_map(|range| within(text(arg(args, 0)), range))
        .collect();
    if answers.is_empty() {
        return Value::Null;
    }
    Value::Bool(answers.contains(&true))
}

/// The texts after the first argument, including the elements of dynamic arrays.
fn listed(args: &[Value]) -> impl Iterator<Item = &str> {
    args.iter().skip(1).flat_map(|value| match elements(value) {
        Some(items) => items.iter().map(text).collect(),
        None => vec![text(value)],
    })
}

fn netmask_suffix(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    Ok(v4(text(arg(args, 0))).map_or(Value::Null, |(_, prefix)| Value::Long(i64::from(prefix))))
}

/// The fewest prefixes that together hold exactly the addresses from the first to the last.
fn range_to_prefixes(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let (Some((first, _)), Some((last, _))) = (v4(text(arg(args, 0))), v4(text(arg(args, 1))))
    else {
        return Ok(Value::Null);
    };
    let (mut next, end) = (u64::from(first), u64::from(last) + 1);
    let mut prefixes = Vec::new();
    while next < end {
        let aligned = if next == 0 {
            32
        } else {
            next.trailing_zeros().min(32)
        };
        let fitting = 63 - (end - next).leading_zeros();
        let bits = aligned.min(fitting);
        prefixes.push(string(format!(
            "{}/{}",
            Ipv4Addr::from(next as u32),
            32 - bits
        )));
        next += 1 << bits;
    }
    Ok(array(prefixes))
}

fn parse_v4(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let number = |(address, prefix)| Value::Long(i64::from(masked_v4(address, prefix)));
    Ok(v4(text(arg(args, 0))).map_or(Value::Null, number))
}

fn parse_v4_mask(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let masked = || {
        let (address, prefix) = v4(text(arg(args, 0)))?;
        Some(masked_v4(
            address,
            prefix.min(prefix_argument(args, 1, 32)?),
        ))
    };
    Ok(masked().map_or(Value::Null, |address| Value::Long(i64::from(address))))
}

/// An address from its text or number, with the prefix of the call or of the text.
fn v4_argument(args: &[Value]) -> Option<(u32, u32)> {
    let (address, prefix) = match arg(args, 0) {
        Value::String(source) => v4(source)?,
        number => (u32::try_from(integer(number)?).ok()?, 32),
    };
    let prefix = prefix.min(prefix_argument(args, 1, 32)?);
    Some((masked_v4(address, prefix), prefix))
}

fn format_v4(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let shown = v4_argument(args).map(|(address, _)| Ipv4Addr::from(address).to_string());
    Ok(string(shown.unwrap_or_default()))
}

fn format_v4_mask(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let shown =
        v4_argument(args).map(|(address, prefix)| format!("{}/{prefix}", Ipv4Addr::from(address)));
    Ok(string(shown.unwrap_or_default()))
}

fn parse_v6(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let shown = v6(text(arg(args, 0))).map(|(address, prefix)| full_v6(masked_v6(address, prefix)));
    Ok(string(shown.unwrap_or_default()))
}

fn parse_v6_mask(_: &Ctx, args: &[Value]) -> Result<Value, EvalError> {
    let shown = || {
        let (address, prefix) = v6(text(arg(args, 0)))?;
        let prefix = prefix.min(prefix_argument(args, 1, 128)?);
        Some(full_v6(masked_v6(address, prefix)))
    };
    Ok(string(shown().unwrap_or_default()))
}

/// All eight groups with all four digits.
fn full_v6(address: u128) -> String {
    let groups = Ipv6Addr::from(address).segments();
    groups.map(|group| format!("{group:04x}")).join(":")
}

/// Whether the first argument has an address that passes `test` with any of the others.
fn has_any(args: &[Value], test: fn(&str, &str) -> bool) -> bool {
    let found = addresses(text(arg(args, 0)));
    listed(args).any(|wanted| found.iter().any(|address| test(address, wanted)))
}

fn is_address(address: &str, wanted: &str) -> bool {
    address == wanted
}

/// A prefix ends with a dot or is a whole address.
fn has_prefix(address: &str, prefix: &str) -> bool {
    address == prefix || (prefix.ends_with('.') && address.starts_with(prefix))
}

/// The addresses in a text that stand alone, between characters that are neither letters nor digits.
fn addresses(source: &str) -> Vec<&str> {
    source
        .split(|c: char| !(c.is_alphanumeric() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .filter(|word| word.parse::<Ipv4Addr>().is_ok())
        .collect()
}
