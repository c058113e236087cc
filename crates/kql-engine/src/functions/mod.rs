//! The scalar functions and operators of KQL, one file per family.
//!
//! Names are those of the registry; operators go by their symbol. Every kernel returns an error or a
//! value for any arguments and never panics.

mod arithmetic;
mod arrays;
mod bags;
mod beta;
mod binary;
mod comparison;
mod compression;
mod conditional;
mod conversion;
mod datetime;
mod decomposition;
mod encoding;
mod fits;
mod fourier;
mod ipv4;
mod json;
mod json_path;
mod kernel;
mod logic;
mod math;
mod parsing;
mod punycode;
mod refused;
mod regexes;
mod rounding;
mod series;
mod series_analysis;
mod series_filters;
mod series_gaps;
mod series_products;
mod sketches;
mod string_operators;
mod strings;
mod time_format;
mod time_zones;
mod units;
mod user_agents;
mod xml;

pub use conversion::convert;
pub(crate) use conversion::{converted_text, dynamic_type_name, to_text};
pub(crate) use encoding::hash_of;
pub(crate) use ipv4::{address_range, masked_v6 as masked_address};
pub use kernel::{Ctx, Kernel, RowKernel, TextTest, TypedKernel};
pub(crate) use regexes::compile as compile_regex;
pub(crate) use string_operators::fold;

static FAMILIES: &[kernel::Table] = &[
    arithmetic::KERNELS,
    arrays::KERNELS,
    arrays::SORTS,
    bags::KERNELS,
    beta::KERNELS,
    binary::KERNELS,
    comparison::KERNELS,
    compression::KERNELS,
    conditional::KERNELS,
    conversion::KERNELS,
    datetime::KERNELS,
    encoding::KERNELS,
    fits::KERNELS,
    fourier::KERNELS,
    ipv4::KERNELS,
    json::KERNELS,
    logic::KERNELS,
    math::KERNELS,
    parsing::KERNELS,
    punycode::KERNELS,
    refused::KERNELS,
    regexes::KERNELS,
    rounding::KERNELS,
    series::KERNELS,
    series_filters::KERNELS,
    series_gaps::KERNELS,
    series_products::KERNELS,
    series_analysis::KERNELS,
    sketches::KERNELS,
    string_operators::KERNELS,
    strings::KERNELS,
    time_format::KERNELS,
    time_zones::KERNELS,
    units::KERNELS,
    user_agents::KERNELS,
    xml::KERNELS,
];

static TYPED_FAMILIES: &[kernel::TypedTable] = &[
    conversion::TYPED,
    encoding::TYPED,
    json::TYPED,
    strings::TYPED,
];

/// The kernel of the registry function `name`, or `None` when the engine does not implement it.
pub fn kernel(name: &str) -> Option<Kernel> {
    kernels()
        .find(|(known, _)| *known == name)
        .map(|(_, kernel)| kernel)
}

/// The kernel that the service uses for a function of constants, where it gives something else.
pub(crate) fn kernel_of_constants(name: &str) -> Option<Kernel> {
    let mut known = conversion::OF_CONSTANTS.iter();
    known
        .find(|(known, _)| *known == name)
        .map(|(_, kernel)| Kernel::Row(*kernel))
}

/// Whether queries with a function run. What is refused has a kernel too, which says why.
pub fn evaluates(name: &str) -> bool {
    let refused = refused::KERNELS.iter().any(|(known, _)| *known == name);
    let bound = kql_analysis::registry::BOUND_AWAY.contains(&name);
    let computed = kernel(name).is_some() || crate::eval::is_window(name);
    !refused && (computed || bound)
}

/// Names of all functions that have a kernel, in family order.
pub fn names() -> impl Iterator<Item = &'static str> {
    kernels().map(|(name, _)| name)
}

fn kernels() -> impl Iterator<Item = (&'static str, Kernel)> {
    let rows = FAMILIES.iter().flat_map(|family| family.iter());
    let typed = TYPED_FAMILIES.iter().flat_map(|family| family.iter());
    let tests = string_operators::TESTS.iter();
    rows.map(|(name, kernel)| (*name, Kernel::Row(*kernel)))
        .chain(typed.map(|(name, kernel)| (*name, Kernel::Typed(*kernel))))
        .chain(tests.map(|(name, test)| (*name, Kernel::Test(*test))))
}
