//! Columns that Microsoft's pages list and the built-in tables lack.
//!
//! The built-in tables are those that the recorded verdicts of Microsoft's checker were made with, and these
//! lost every column called `Name`. The reference of Azure Monitor has it for the tables below. IdentityInfo
//! has one schema in the Defender portal and another in Log Analytics; a workspace may have either.

use kql_analysis::Catalog;
use kql_analysis::types::{ColumnSchema, ScalarType};

/// Tables of the reference that have a column `Name`.
const NAMED: [&str; 11] = [
    "AppDependencies",
    "AppPageViews",
    "AppRequests",
    "ConfigurationChange",
    "ConfigurationData",
    "ContainerInventory",
    "ContainerLog",
    "DnsEvents",
    "InsightsMetrics",
    "KubeEvents",
    "KubePodInventory",
];
/// Further columns, each with its table.
const FURTHER: [(&str, &str, ScalarType); 17] = [
    ("IdentityInfo", "AccountUpn", ScalarType::String),
    ("IdentityInfo", "OnPremSid", ScalarType::String),
    ("IdentityInfo", "OnPremObjectId", ScalarType::String),
    ("IdentityInfo", "CriticalityLevel", ScalarType::Int),
    ("IdentityInfo", "DistinguishedName", ScalarType::String),
    ("IdentityInfo", "CloudSid", ScalarType::String),
    ("IdentityInfo", "EmailAddress", ScalarType::String),
    ("IdentityInfo", "SipProxyAddress", ScalarType::String),
    ("IdentityInfo", "Address", ScalarType::String),
    ("IdentityInfo", "CreatedDateTime", ScalarType::DateTime),
    ("IdentityInfo", "OtherMailAddresses", ScalarType::Dynamic),
    (
        "IdentityInfo",
        "PrivilegedEntraPimRoles",
        ScalarType::Dynamic,
    ),
    ("IdentityInfo", "TenantMembershipType", ScalarType::String),
    ("IdentityInfo", "RiskStatus", ScalarType::String),
    ("IdentityInfo", "IdentityEnvironment", ScalarType::String),
    ("IdentityInfo", "SourceProviders", ScalarType::Dynamic),
    ("OAuthAppInfo", "Timestamp", ScalarType::DateTime),
];

/// The built-in tables with the further columns.
pub(crate) fn tables() -> Catalog {
    let mut catalog = kql_analysis::tables::catalog();
    let named = NAMED.into_iter();
    let named = named.map(|table| (table, "Name", ScalarType::String));
    for (table, name, ty) in named.chain(FURTHER) {
        if let Some(schema) = catalog.tables.get_mut(table)
            && schema.index_of(name).is_none()
        {
            let name = name.to_owned();
            schema.columns.push(ColumnSchema { name, ty });
        }
    }
    catalog
}
