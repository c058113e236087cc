//! Functions on IP addresses, as Microsoft's language service declares them.

use super::ResultName::*;
use super::{Function, function as f};

pub(super) static FUNCTIONS: &[Function] = &[
    f("parse_ipv4", "ip: string", "long", Column),
    f(
        "parse_ipv4_mask",
        "ip: string, prefix: long",
        "long",
        Column,
    ),
    f("parse_ipv6", "ip: string", "string", Column),
    f(
        "parse_ipv6_mask",
        "ip: string, prefix: long",
        "string",
        Column,
    ),
    f(
        "ipv4_compare",
        "ip1: string, ip2: string, prefix: long?",
        "long",
        Column,
    ),
    f(
        "ipv4_is_match",
        "ip1: string, ip2: string, prefix: long?",
        "bool",
        Column,
    ),
    f(
        "ipv6_compare",
        "ip1: string, ip2: string, prefix: long?",
        "long",
        Column,
    ),
    f("ipv4_is_private", "ip: string", "bool", Column),
    f(
        "ipv6_is_match",
        "ip1: string, ip2: string, prefix: long?",
        "bool",
        Column,
    ),
    f(
        "ipv6_is_in_range",
        "ip: string, ip_range: string",
        "bool",
        Column,
    ),
    f(
        "ipv6_is_in_any_range",
        "ip: text, ranges: string…",
        "bool",
        Column,
    ),
    f(
        "ipv6_is_in_any_range",
        "ip: text, ranges: array",
        "bool",
        Column,
    ),
    f(
        "ipv4_is_in_range",
        "ip: string, ip_range: string",
        "bool",
        Column,
    ),
    f(
        "ipv4_is_in_any_range",
        "ip: text, ranges: string…",
        "bool",
        Column,
    ),
    f(
        "ipv4_is_in_any_range",
        "ip: text, ranges: array",
        "bool",
        Column,
    ),
    f("ipv4_netmask_suffix", "ip: string", "long", Column),
    f("format_ipv4", "ip: any, prefix: long?", "string", Column),
    f(
        "format_ipv4_mask",
        "ip: any, prefix: long",
        "string",
        Column,
    ),
    f("has_ipv4", "source: text, ip: string", "bool", Column),
    f(
        "has_ipv4_prefix",
        "source: text, ip_prefix: string",
        "bool",
        Column,
    ),
    f("has_any_ipv4", "source: text, ips: string…", "bool", Column),
    f("has_any_ipv4", "source: text, ips: array", "bool", Column),
    f(
        "has_any_ipv4_prefix",
        "source: text, ip_prefixes: string…",
        "bool",
        Column,
    ),
    f(
        "has_any_ipv4_prefix",
        "source: text, ip_prefixes: array",
        "bool",
        Column,
    ),
    f(
        "ipv4_range_to_cidr_list",
        "start_ip: string, end_ip: string",
        "dynamic",
        Column,
    ),
];
