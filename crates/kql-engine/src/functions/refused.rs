//! Functions that are refused by name, because what they give cannot come from the logs alone.

use kql_analysis::value::Value;

use super::kernel::Table;
use crate::error::EvalError;

pub(super) const KERNELS: Table = &[
    ("rand", |_, _| {
        refuse("rand", "it gives another result on every run")
    }),
    ("new_guid", |_, _| {
        refuse("new_guid", "it gives another result on every run")
    }),
    ("ingestion_time", |_, _| {
        refuse("ingestion_time", "logs do not say when they were ingested")
    }),
    ("geo_info_from_ip_address", |_, _| {
        refuse(
            "geo_info_from_ip_address",
            "it needs a database of addresses",
        )
    }),
    ("datetime_utc_to_local", |_, _| {
        refuse("datetime_utc_to_local", "it needs a time zone database")
    }),
    ("datetime_local_to_utc", |_, _| {
        refuse("datetime_local_to_utc", "it needs a time zone database")
    }),
];

fn refuse(name: &str, reason: &str) -> Result<Value, EvalError> {
    Err(
        EvalError::new(format!("{name}() is not supported here: {reason}"))
            .with_hint("Remove the call, or replace it by a column or a constant."),
    )
}
