//! Pseudonyms of addresses that keep what a rule asks of an address.
//!
//! Each bit of an address is turned over or not by the bits before it, so two addresses share the same
//! number of leading bits before and after. Loopback stays; a private, link-local, shared or multicast
//! address stays in its range; a public IPv4 address stays public, for which networks larger than a /16
//! may be torn apart, and none smaller. An IPv6 address keeps its first 16 bits, a global one its first 3.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::pseudonyms::Key;

/// Ranges of IPv4 that an address stays in: network and length of its prefix.
const RANGES: [(u32, u32); 8] = [
    (0x0000_0000, 8),
    (0x0a00_0000, 8),
    (0x6440_0000, 10),
    (0xa9fe_0000, 16),
    (0xac10_0000, 12),
    (0xc0a8_0000, 16),
    (0xe000_0000, 4),
    (0xf000_0000, 4),
];
/// First byte of the addresses of one's own machine.
const LOOPBACK: u32 = 127;
/// Most turns until a public address is public again; after as many it is taken as it is.
const MAX_TURNS: usize = 1_000;

/// The pseudonym of an IPv4 address.
pub(super) fn ipv4(address: Ipv4Addr, key: &Key) -> Ipv4Addr {
    let bits = u32::from(address);
    if bits >> 24 == LOOPBACK || bits == 0 || bits == u32::MAX {
        return address;
    }
    if let Some((_, length)) = range_of(bits) {
        return turned(bits, length, key).into();
    }
    let mut now = turned(bits, 0, key);
    for _ in 0..MAX_TURNS {
        if range_of(now).is_none() && now >> 24 != LOOPBACK {
            break;
        }
        now = turned(now, 0, key);
    }
    now.into()
}

fn range_of(bits: u32) -> Option<(u32, u32)> {
    let inside = |(network, length): &(u32, u32)| (bits ^ network) >> (32 - length) == 0;
    RANGES.into_iter().find(inside)
}

/// All bits behind the first `kept` turned over or not by the bits before each.
fn turned(bits: u32, kept: u32, key: &Key) -> u32 {
    let mut out = bits;
    for place in kept..32 {
        let before = if place == 0 { 0 } else { bits >> (32 - place) };
        let flip = key.bit("ipv4", place, u128::from(before));
        out ^= flip << (31 - place);
    }
    out
}

/// The pseudonym of an IPv6 address.
pub(super) fn ipv6(address: Ipv6Addr, key: &Key) -> Ipv6Addr {
    if let Some(inner) = address.to_ipv4_mapped() {
        return ipv4(inner, key).to_ipv6_mapped();
    }
    let bits = u128::from(address);
    if bits <= 1 {
        return address;
    }
    let global = bits >> 125 == 1;
    let mut out = bits;
    for place in (if global { 3 } else { 16 })..128 {
        let before = bits >> (128 - place);
        let flip = u128::from(key.bit("ipv6", place, before));
        out ^= flip << (127 - place);
    }
    out.into()
}
