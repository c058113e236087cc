//! The scalar functions and operators of KQL, one file per family.
//!
//! Names are those of the registry; operators go by their symbol. Every kernel returns an error or a
//! value for any arguments and never panics.

mod conditional;
mod kernel;

pub use kernel::{Ctx, Kernel, RowKernel};

static FAMILIES: &[kernel::Table] = &[conditional::KERNELS];

/// The kernel of the registry function `name`, or `None` when the engine does not implement it.
pub fn kernel(name: &str) -> Option<Kernel> {
    kernels()
        .find(|(known, _)| *known == name)
        .map(|(_, kernel)| Kernel::Row(*kernel))
}

/// Names of all functions that have a kernel, in family order.
pub fn names() -> impl Iterator<Item = &'static str> {
    kernels().map(|(name, _)| *name)
}

fn kernels() -> impl Iterator<Item = &'static (&'static str, RowKernel)> {
    FAMILIES.iter().flat_map(|family| family.iter())
}
