//! The one place where functions, operators and aggregates are declared.
//!
//! The binder, completion, the evaluator's dispatch and the support page all read these tables.

/// A scalar function or operator.
#[derive(Debug)]
pub struct Function {
    /// Name as written in KQL (`strcat`, `==`, `has`).
    pub name: &'static str,
}

/// An aggregate function.
#[derive(Debug)]
pub struct Aggregate {
    /// Name as written in KQL.
    pub name: &'static str,
}
