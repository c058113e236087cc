//! Functions that are refused by name, because what they give cannot come from the logs alone.

use kql_analysis::value::Value;

use super::kernel::Table;
use crate::error::EvalError;

const COMBINED_HASH: &str = "how the service mixes hashes is not published";
const SERVICE: &str = "it tells of the service that runs the query";

pub(super) const KERNELS: Table = &[
    ("rand", |_, _| {
        refuse("rand", "it gives another result on every run")
    }),
    ("new_guid", |_, _| {
        refuse("new_guid", "it gives another result on every run")
    }),
    ("geo_info_from_ip_address", |_, _| {
        refuse(
            "geo_info_from_ip_address",
            "it needs a database of addresses",
        )
    }),
    ("datetime_list_timezones", |_, _| {
        refuse(
            "datetime_list_timezones",
            "the list depends on the version of the service",
        )
    }),
    ("hash_many", |_, _| refuse("hash_many", COMBINED_HASH)),
    ("hash_combine", |_, _| refuse("hash_combine", COMBINED_HASH)),
    ("row_rank", |_, _| {
        refuse("row_rank", "use row_rank_dense() or row_rank_min()")
    }),
    ("current_cluster_endpoint", |_, _| {
        refuse("current_cluster_endpoint", SERVICE)
    }),
    ("current_database", |_, _| {
        refuse("current_database", SERVICE)
    }),
    ("current_principal", |_, _| {
        refuse("current_principal", SERVICE)
    }),
    ("current_principal_details", |_, _| {
        refuse("current_principal_details", SERVICE)
    }),
    ("current_principal_is_member_of", |_, _| {
        refuse("current_principal_is_member_of", SERVICE)
    }),
    ("current_node_id", |_, _| refuse("current_node_id", SERVICE)),
    ("cursor_after", |_, _| refuse("cursor_after", SERVICE)),
    ("cursor_before_or_at", |_, _| {
        refuse("cursor_before_or_at", SERVICE)
    }),
    ("cursor_current", |_, _| refuse("cursor_current", SERVICE)),
    ("current_cursor", |_, _| refuse("current_cursor", SERVICE)),
    ("extent_id", |_, _| refuse("extent_id", SERVICE)),
    ("extentid", |_, _| refuse("extentid", SERVICE)),
    ("extent_tags", |_, _| refuse("extent_tags", SERVICE)),
    ("row_id", |_, _| refuse("row_id", SERVICE)),
    ("rowstore_ordinal_range", |_, _| {
        refuse("rowstore_ordinal_range", SERVICE)
    }),
];

fn refuse(name: &str, reason: &str) -> Result<Value, EvalError> {
    Err(
        EvalError::new(format!("{name}() is not supported here: {reason}"))
            .with_hint("Remove the call, or replace it by a column or a constant."),
    )
}
