//! The page of Rulesmith.

fn main() {}
