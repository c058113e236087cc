//! Where a place is explained: the part of our guide, which travels with the page, and Microsoft's page on
//! what the place is about.

/// A page of documentation.
pub struct Page {
    /// Its title, as its author has it.
    pub title: &'static str,
    /// Its address.
    pub address: &'static str,
}

/// Where a place is explained.
pub struct Help {
    /// Name of the part of the guide.
    pub guide: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Microsoft's page, where there is one.
    pub microsoft: Option<Page>,
}

const fn help(guide: &'static str, title: &'static str) -> Help {
    Help {
        guide,
        title,
        microsoft: None,
    }
}

impl Help {
    const fn and(self, title: &'static str, address: &'static str) -> Self {
        Self {
            microsoft: Some(Page { title, address }),
            ..self
        }
    }
}

/// Where the place with this id is explained.
pub fn of(place: &str) -> Help {
    match place {
        "conversion" | "lint" => help("convert", "Convert rules").and(
            "Managed HSM logging",
            "https://learn.microsoft.com/azure/key-vault/managed-hsm/logging",
        ),
        "logs" => help("logs", "Load logs").and(
            "AzureDiagnostics",
            "https://learn.microsoft.com/azure/azure-monitor/reference/tables/azurediagnostics",
        ),
        "results" => help("results", "Results and incidents").and(
            "Create a scheduled analytics rule from scratch",
            "https://learn.microsoft.com/azure/sentinel/create-analytics-rules",
        ),
        "incidents" | "together" => help("results", "Results and incidents").and(
            "Scheduled analytics rules in Microsoft Sentinel",
            "https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview",
        ),
        "what-if" => help("what-if", "What if").and(
            "Handle false positives in Microsoft Sentinel",
            "https://learn.microsoft.com/azure/sentinel/false-positives",
        ),
        "proof" => help("proof", "Prove a conversion").and(
            "Azure Key Vault logging",
            "https://learn.microsoft.com/azure/key-vault/general/logging",
        ),
        "tests" => help("tests", "Tests"),
        "export" => help("export", "Export and deploy").and(
            "Export and import analytics rules to and from ARM templates",
            "https://learn.microsoft.com/azure/sentinel/import-export-analytics-rules",
        ),
        "hunt" => help("hunt", "Hunt").and(
            "Kusto Query Language overview",
            "https://learn.microsoft.com/kusto/query/",
        ),
        "keep" => help("offline", "Offline, keeping and sharing"),
        _ => help("README", "User guide").and(
            "Threat detection in Microsoft Sentinel",
            "https://learn.microsoft.com/azure/sentinel/threat-detection",
        ),
    }
}
