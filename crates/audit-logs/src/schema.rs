//! Columns of the tables that logs and indicators fill, as Microsoft documents or shows them.
//!
//! GUID columns of AzureDiagnostics (`…_g`) are text: Microsoft's rules compare them as text.

use kql_analysis::types::{ScalarType, Schema};

/// The table of audit logs.
pub const AZURE_DIAGNOSTICS: &str = "AzureDiagnostics";
/// The older table of indicators.
pub const INDICATORS_LEGACY: &str = "ThreatIntelligenceIndicator";
/// The table of STIX indicators.
pub const INDICATORS: &str = "ThreatIntelIndicators";

/// Columns of AzureDiagnostics whose type their suffix does not tell.
const DIAGNOSTICS_FIXED: &str = "TenantId:s TimeGenerated:t ResourceId:s Category:s ResourceGroup:s SubscriptionId:s \
ResourceProvider:s Resource:s ResourceType:s OperationName:s OperationVersion:s ResultType:s ResultSignature:s \
ResultDescription:s DurationMs:l CallerIPAddress:s CorrelationId:s Level:s Type:s SourceSystem:s _ResourceId:s \
AdditionalFields:y MG:s ManagementGroupName:s Computer:s";

/// Columns of AzureDiagnostics with a suffix: those of every workspace, and those that Key Vault or
/// Managed HSM rows create.
const DIAGNOSTICS_SUFFIXED: &str = "requestUri_s clientInfo_s httpStatusCode_d subnetId_s id_s tlsVersion_s \
privateEndpointId_s addrAuthType_s trustedService_s isAddressAuthorized_b isAccessPolicyMatch_b isRbacAuthorized_b \
appliedAssignmentId_g identity_claim_appid_g identity_claim_oid_g identity_claim_home_oid_g identity_claim_upn_s \
identity_claim_scp_s identity_claim_appidacr_s identity_claim_amr_s identity_claim_ipaddr_s \
identity_claim_unique_name_s identity_claim_idtyp_s identity_claim_iss_s identity_claim_xms_mirid_s \
identity_claim_xms_az_nwperimid_s \
identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g \
identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s \
identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_name_s \
identity_claim_http_schemas_microsoft_com_identity_claims_scope_s \
identity_claim_http_schemas_microsoft_com_claims_authnmethodsreferences_s properties_s properties_sku_Family_s \
properties_sku_Name_s properties_tenantId_g properties_networkAcls_bypass_s properties_networkAcls_defaultAction_s \
properties_enabledForDeployment_b properties_enabledForDiskEncryption_b properties_enabledForTemplateDeployment_b \
properties_enableSoftDelete_b properties_enableRbacAuthorization_b properties_enablePurgeProtection_b \
properties_softDeleteRetentionInDays_d properties_PoolType_s PoolName_s addedAccessPolicy_TenantId_g \
addedAccessPolicy_ObjectId_g addedAccessPolicy_Permissions_keys_s addedAccessPolicy_Permissions_secrets_s \
addedAccessPolicy_Permissions_certificates_s removedAccessPolicy_ObjectId_g \
removedAccessPolicy_Permissions_keys_s removedAccessPolicy_Permissions_secrets_s \
removedAccessPolicy_Permissions_certificates_s keyProperties_type_s keyProperties_operations_s \
keyProperties_attributes_hsmPlatform_s keyProperties_size_d keyProperties_attributes_enabled_b \
secretProperties_type_s secretProperties_attributes_enabled_b certificateProperties_subject_s \
certificateProperties_sha1_s certificateProperties_sha256_s certificateProperties_nbf_t certificateProperties_exp_t";

const LEGACY: &str = "TenantId:s TimeGenerated:t SourceSystem:s Action:s ActivityGroupNames:s \
AdditionalInformation:s ApplicationId:s AzureTenantId:s ConfidenceScore:r Description:s DiamondModel:s \
ExternalIndicatorId:s ExpirationDateTime:t IndicatorId:s ThreatType:s ThreatSeverity:i KnownFalsePositives:s \
MalwareNames:s PassiveOnly:b Tags:s TrafficLightProtocolLevel:s Active:b EmailEncoding:s EmailLanguage:s \
EmailRecipient:s EmailSenderAddress:s EmailSenderName:s EmailSourceDomain:s EmailSourceIpAddress:s EmailSubject:s \
EmailXMailer:s FileCompileDateTime:t FileCreatedDateTime:t FileHashType:s FileHashValue:s FileMutexName:s FileName:s \
FilePacker:s FilePath:s FileSize:i FileType:s DomainName:s NetworkIP:s NetworkPort:i NetworkSourceIP:s \
NetworkSourcePort:i NetworkDestinationIP:s NetworkDestinationPort:i NetworkProtocol:i NetworkSourceAsn:i \
NetworkDestinationAsn:i NetworkCidrBlock:s NetworkSourceCidrBlock:s NetworkDestinationCidrBlock:s Url:s UserAgent:s \
IndicatorProvider:s KillChainActions:b KillChainC2:b KillChainDelivery:b KillChainExploitation:b \
KillChainReconnaissance:b KillChainWeaponization:b Type:s";

const STIX: &str = "TenantId:s TimeGenerated:t WorkspaceId:s AzureTenantId:s Id:s SourceSystem:s \
LastUpdateMethod:s Tags:s Pattern:s ObservableKey:s ObservableValue:s ValidUntil:t ValidFrom:t Created:t Modified:t \
IsDeleted:b IsActive:b Revoked:b Confidence:i Data:y AdditionalFields:y Type:s _ResourceId:s";

/// The tables by name, with their columns.
pub fn schemas() -> Vec<(&'static str, Schema)> {
    vec![
        (AZURE_DIAGNOSTICS, diagnostics()),
        (INDICATORS, read(STIX)),
        (INDICATORS_LEGACY, read(LEGACY)),
    ]
}

/// The columns of a table that is known.
pub fn schema(table: &str) -> Option<Schema> {
    schemas()
        .into_iter()
        .find(|(name, _)| *name == table)
        .map(|(_, schema)| schema)
}

/// The type that a column's suffix tells, as in custom and diagnostic logs.
pub fn suffix_type(column: &str) -> Option<ScalarType> {
    let (_, suffix) = column.rsplit_once('_')?;
    Some(match suffix {
        "s" | "g" => ScalarType::String,
        "d" => ScalarType::Real,
        "b" => ScalarType::Bool,
        "t" => ScalarType::DateTime,
        _ => return None,
    })
}

fn diagnostics() -> Schema {
    let mut schema = read(DIAGNOSTICS_FIXED);
    let suffixed = DIAGNOSTICS_SUFFIXED.split_whitespace();
    schema
        .columns
        .extend(Schema::new(suffixed.filter_map(|name| Some((name, suffix_type(name)?)))).columns);
    schema
}

/// Reads `name:letter` pairs.
fn read(columns: &str) -> Schema {
    Schema::new(columns.split_whitespace().filter_map(|column| {
        let (name, letter) = column.split_once(':')?;
        let ty = match letter {
            "b" => ScalarType::Bool,
            "i" => ScalarType::Int,
            "l" => ScalarType::Long,
            "r" => ScalarType::Real,
            "t" => ScalarType::DateTime,
            "y" => ScalarType::Dynamic,
            _ => ScalarType::String,
        };
        Some((name, ty))
    }))
}
