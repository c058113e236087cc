//! What is carried from one kind of resource to the other, and how sure each part is. The one place of
//! these facts; [`super::Carrying`] applies them and every proof lists them.

use rule_convert::{Certainty, Profile};
use serde::{Deserialize, Serialize};

/// Labels in host names that tell the two kinds of resource apart, by resource type.
const HOST_LABELS: [(&str, &str); 2] = [("VAULTS", "vault"), ("MANAGEDHSMS", "managedhsm")];

/// Column of the kinds of resource in [`OTHER_TYPES`].
const TYPE_COLUMN: &str = "ResourceType";

/// Kinds of other resources that write to the same table, the first ones to be tried.
pub(crate) const OTHER_TYPES: [&str; 24] = [
    "WORKFLOWS",
    "STORAGEACCOUNTS",
    "NETWORKSECURITYGROUPS",
    "ACCOUNTS",
    "APPLICATIONGATEWAYS",
    "AUTOMATIONACCOUNTS",
    "AZUREFIREWALLS",
    "BATCHACCOUNTS",
    "CLUSTERS",
    "DATABASEACCOUNTS",
    "DATABASES",
    "ELASTICPOOLS",
    "EXPRESSROUTECIRCUITS",
    "FACTORIES",
    "FRONTDOORS",
    "IOTHUBS",
    "LOADBALANCERS",
    "MANAGEDCLUSTERS",
    "NAMESPACES",
    "PUBLICIPADDRESSES",
    "REDIS",
    "SERVERS",
    "SERVERS/DATABASES",
    "WORKSPACES",
];

/// Whether resources of another kind have this type; of columns that are not known everything may be one.
pub(super) fn is_other_type(column: &str, text: &str) -> bool {
    column != TYPE_COLUMN
        || OTHER_TYPES
            .iter()
            .any(|known| text.eq_ignore_ascii_case(known))
}

/// Domains behind such a label: the public cloud, China, US government, and Germany as it was.
pub(super) const HOST_DOMAINS: [&str; 4] = [
    "azure.net",
    "azure.cn",
    "usgovcloudapi.net",
    "microsoftazure.de",
];

/// Provider whose resources are carried; rows of another provider keep what they say, even when their
/// resource type has the same name (Recovery Services has `VAULTS` too).
pub(crate) const PROVIDER: &str = "MICROSOFT.KEYVAULT";

/// Column that holds the provider.
pub(crate) const PROVIDER_COLUMN: &str = "ResourceProvider";

/// Columns that hold a resource id; they tell the kind of resource in tables without a resource type.
pub(super) const ID_COLUMNS: [&str; 2] = ["ResourceId", "_ResourceId"];

/// Columns of the short claims with the columns of the long claims that say the same.
pub(super) const CLAIMS: [(&str, &str); 2] = [
    (
        "identity_claim_oid_g",
        "identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g",
    ),
    (
        "identity_claim_upn_s",
        "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s",
    ),
];

/// The host label of a resource type.
pub(super) fn host_label(resource_type: &str) -> Option<&'static str> {
    let mut labels = HOST_LABELS.iter();
    let found = labels.find(|(ty, _)| ty.eq_ignore_ascii_case(resource_type));
    found.map(|(_, label)| *label)
}

/// A part of the carrying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// What is changed or kept.
    pub what: String,
    /// How sure it is that rows of the other resource are so.
    pub certainty: Certainty,
    /// Why.
    pub reason: String,
}

fn fact(what: String, certainty: Certainty, reason: &str) -> Fact {
    Fact {
        what,
        certainty,
        reason: reason.to_owned(),
    }
}

/// Everything that is carried between the two resource types of a profile.
pub fn facts(profile: &Profile) -> Vec<Fact> {
    let (from, to) = (&profile.from, &profile.to);
    let mut facts = vec![
        fact(
            format!(
                "{} {from} becomes {to}, in the letter case of the row",
                profile.column
            ),
            Certainty::Documented,
            "Microsoft's queries for the resource compare with this value",
        ),
        fact(
            format!(
                "the segment {from} of resource ids becomes {to}, wherever a text of the row holds such an id"
            ),
            Certainty::Documented,
            "the resource ids of both kinds are documented",
        ),
    ];
    if let (Some(from), Some(to)) = (host_label(from), host_label(to)) {
        facts.push(fact(
            format!("host names with the label {from} get the label {to}, in id_s, requestUri_s and any other text"),
            Certainty::Documented,
            "the REST pages name both hosts",
        ));
    }
    facts.extend(profile.operations.operations().filter_map(|operation| {
        let counterpart = operation.counterpart.as_ref()?;
        Some(fact(
            format!(
                "{} {} becomes {counterpart}",
                profile.operation_column, operation.name
            ),
            operation.certainty,
            &operation.reason,
        ))
    }));
    facts.push(fact(
        format!(
            "rows of operations that {} never logs are left out on both sides",
            profile.to
        ),
        Certainty::Inferred,
        "the catalogue of operations has the certainty of each",
    ));
    facts.push(fact(
        "names of resources, callers, addresses, times, results and claims stay as they are".to_owned(),
        Certainty::Inferred,
        "a proof compares the rules on the same events; what the other resource may fill differently is tried apart",
    ));
    facts
}

/// A way in which rows of the target may differ from carried rows. Tried apart from the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// Claims stand in the columns with the long names only.
    LongClaims,
    /// `id_s` is empty.
    NoId,
}

/// Every shape that is tried.
pub const SHAPES: [Shape; 2] = [Shape::LongClaims, Shape::NoId];

impl Shape {
    /// What it is, how sure it is, and why.
    pub fn fact(self) -> Fact {
        match self {
            Self::LongClaims => fact(
                "claims of callers stand in the columns with the long names only".to_owned(),
                Certainty::Inferred,
                "the only published record of a Managed HSM has them there",
            ),
            Self::NoId => fact(
                "id_s is empty".to_owned(),
                Certainty::Unknown,
                "the only published record of a Managed HSM has no id",
            ),
        }
    }
}
