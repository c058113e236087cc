//! The `rulesmith` command: thin wrappers over the workspace crates.

fn main() {}
