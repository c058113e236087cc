//! Columnar tables and the evaluator of bound KQL queries.
