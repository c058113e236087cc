//! Development tasks of the project, run as `cargo xtask <task>`.

fn main() {}
