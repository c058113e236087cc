//! Raw records of events, as the service writes them, and indicators.

use kql_analysis::time::format_datetime;
use serde_json::{Value, json};

const SUBSCRIPTION: &str = "11111111-2222-3333-4444-555555555555";
const CLIENT: &str = "azsdk-python-azure-keyvault-keys/4.9.0 Python/3.11.5 (Linux-5.15)";
const APP: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

/// The kind of resource that a sample is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resource {
    Vault,
    ManagedHsm,
}

/// Who calls.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    /// Empty for workloads.
    pub upn: &'static str,
    pub object_id: String,
    pub address: &'static str,
}

/// One call.
pub(super) struct Event<'a> {
    /// Ticks.
    pub time: i64,
    pub operation: &'a str,
    /// Name of the vault or HSM without its prefix.
    pub pool: &'a str,
    /// Path behind the host, such as `keys/app-key`.
    pub path: &'a str,
    pub caller: &'a Caller,
}

/// Address of a vault or HSM.
fn host(resource: Resource, pool: &str) -> String {
    match resource {
        Resource::Vault => format!("https://kv-{pool}.vault.azure.net/"),
        Resource::ManagedHsm => format!("https://hsm-{pool}.managedhsm.azure.net/"),
    }
}

/// Resource id of a vault or HSM, in capitals as the log has it.
fn resource_id(resource: Resource, pool: &str) -> String {
    let (kind, prefix) = match resource {
        Resource::Vault => ("VAULTS", "KV"),
        Resource::ManagedHsm => ("MANAGEDHSMS", "HSM"),
    };
    let pool = pool.to_uppercase();
    format!(
        "/SUBSCRIPTIONS/{SUBSCRIPTION}/RESOURCEGROUPS/RG-{prefix}/PROVIDERS/MICROSOFT.KEYVAULT/{kind}/{prefix}-{pool}"
    )
}

/// Claims with the long names, as calls to a vault's management and to a Managed HSM carry them.
fn long_claims(caller: &Caller) -> Value {
    let mut claims = json!({
        "appid": APP,
        "http://schemas.microsoft.com/identity/claims/objectidentifier": caller.object_id,
    });
    if !caller.upn.is_empty() {
        claims["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = json!(caller.upn);
    }
    claims
}

/// Claims with the short names, as calls to a vault's keys carry them.
fn short_claims(caller: &Caller) -> Value {
    let mut claims = json!({ "oid": caller.object_id, "appid": APP, "ipaddr": caller.address });
    if !caller.upn.is_empty() {
        claims["upn"] = json!(caller.upn);
    }
    claims
}

/// A record in the shape of a vault's.
pub(super) fn record(
    resource: Resource,
    event: &Event<'_>,
    correlation: &str,
    duration: u64,
) -> Value {
    let host = host(resource, event.pool);
    let management = event.operation.starts_with("Vault");
    let id = format!("{host}{}", event.path);
    let uri = match management {
        true => format!(
            "https://management.azure.com{}?api-version=2023-07-01",
            resource_id(resource, event.pool)
        ),
        false => format!("{id}?api-version=7.4"),
    };
    let claims = match management || resource == Resource::ManagedHsm {
        true => long_claims(event.caller),
        false => short_claims(event.caller),
    };
    let sku = match resource {
        Resource::Vault => json!({ "sku": { "Family": "A", "Name": "Standard" } }),
        Resource::ManagedHsm => {
            json!({ "PoolType": "M-HSM", "sku": { "Family": "B", "Name": "Standard_B1" } })
        }
    };
    json!({
        "time": format_datetime(event.time),
        "resourceId": resource_id(resource, event.pool),
        "operationName": event.operation,
        "operationVersion": if management { "2023-07-01" } else { "7.4" },
        "category": "AuditEvent",
        "resultType": "Success",
        "resultSignature": "OK",
        "durationMs": duration.to_string(),
        "callerIpAddress": event.caller.address,
        "correlationId": correlation,
        "identity": { "claim": claims },
        "properties": {
            "id": id,
            "clientInfo": CLIENT,
            "httpStatusCode": 200,
            "requestUri": uri,
            "properties": sku,
        },
    })
}

/// A record in the shape that Microsoft's Managed HSM page prints.
pub(super) fn folded_record(event: &Event<'_>, correlation: &str, duration: u64) -> Value {
    let mut claim = json!({
        "appid": APP,
        "http_schemas_microsoft_com_identity": { "claims": { "objectidentifier": event.caller.object_id } },
    });
    if !event.caller.upn.is_empty() {
        claim["http_schemas_xmlsoap_org_ws_2005_05_identity"] =
            json!({ "claims": { "upn": event.caller.upn } });
    }
    let pool = event.pool.to_uppercase();
    json!({
        "TenantId": "aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb",
        "time": format_datetime(event.time),
        "resourceId": resource_id(Resource::ManagedHsm, event.pool),
        "operationName": event.operation,
        "operationVersion": "7.4",
        "category": "AuditEvent",
        "resultType": "Success",
        "properties": { "PoolType": "M-HSM", "sku_Family": "B", "sku_Name": "Standard_B1" },
        "durationMs": duration,
        "callerIpAddress": event.caller.address,
        "identity": json!({ "claim": claim }).to_string(),
        "clientInfo": CLIENT,
        "correlationId": correlation,
        "subnetId": "(unknown)",
        "httpStatusCode": 200,
        "PoolName": format!("hsm-{}", event.pool),
        "requestUri": format!("{}{}?api-version=7.4", host(Resource::ManagedHsm, event.pool), event.path),
        "resourceGroup": "RG-HSM",
        "resourceProvider": "MICROSOFT.KEYVAULT",
        "resource": format!("HSM-{pool}"),
        "resourceType": "managedHSMs",
    })
}

/// An indicator of an address as a STIX object, valid from one time to another.
pub(super) fn indicator(id: &str, address: &str, description: &str, valid: [String; 2]) -> Value {
    let [created, until] = valid;
    json!({
        "type": "indicator",
        "spec_version": "2.1",
        "id": format!("indicator--{id}"),
        "created": created,
        "modified": created,
        "name": description,
        "description": description,
        "indicator_types": ["malicious-activity"],
        "pattern": format!("[ipv4-addr:value = '{address}']"),
        "pattern_type": "stix",
        "valid_from": created,
        "valid_until": until,
        "confidence": 80,
        "labels": ["sample"],
    })
}
