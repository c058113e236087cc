//! What the patterns of uap-core say of a user agent: its browser, its system and its device.
//!
//! Follows the specification of uap-core: the first pattern that matches decides; its replacements fill the parts,
//! with `$1` to `$9` for what its groups matched, and groups stand for parts without a replacement. What no pattern
//! matches is of the family `Other`. Patterns are compiled when they are first tried. Classes such as `\d` are those
//! of ASCII.

mod patterns;

use patterns::{List, Part};

/// The family of what no pattern matches, as the specification of uap-core has it.
pub const OTHER: &str = "Other";

static BROWSERS: List = List::new(
    "user_agent_parsers",
    &[
        Part::new("family_replacement", 1),
        Part::new("v1_replacement", 2),
        Part::new("v2_replacement", 3),
        Part::new("v3_replacement", 4),
    ],
);

static SYSTEMS: List = List::new(
    "os_parsers",
    &[
        Part::new("os_replacement", 1),
        Part::new("os_v1_replacement", 2),
        Part::new("os_v2_replacement", 3),
        Part::new("os_v3_replacement", 4),
        Part::new("os_v4_replacement", 5),
    ],
);

static DEVICES: List = List::new(
    "device_parsers",
    &[
        Part::new("device_replacement", 1),
        Part::without_group("brand_replacement"),
        Part::new("model_replacement", 1),
    ],
);

/// Family, major version, minor version and patch of the browser; unknown parts are empty.
pub fn browser(user_agent: &str) -> [String; 4] {
    BROWSERS.parts(user_agent)
}

/// Family, major version, minor version, patch and minor patch of the system; unknown parts are empty.
pub fn system(user_agent: &str) -> [String; 5] {
    SYSTEMS.parts(user_agent)
}

/// Family, brand and model of the device; unknown parts are empty.
pub fn device(user_agent: &str) -> [String; 3] {
    DEVICES.parts(user_agent)
}
