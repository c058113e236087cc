//! Addresses that open a query in Microsoft's own tools. They are only made here; nothing is opened.
//!
//! The query stands in the address, compressed with gzip and coded in base64.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::protocol::Problem;

/// Longest address that is given, in letters: what is behind `?` goes to a server, and servers refuse
/// longer ones.
pub const MAX_ADDRESS: usize = 8_000;

/// An address with what is known about its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Link {
    /// The address.
    pub address: String,
    /// Where its form is documented, or how else it is known.
    pub source: String,
}

/// Opens a query in Log Analytics, for a workspace by its resource id.
pub fn log_analytics(query: &str, workspace_id: &str) -> Result<Link, Problem> {
    let address = format!(
        "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring_Logs/LogsBlade/resourceId/{}/source/LogsBlade.AnalyticsShareLinkToQuery/q/{}",
        percent(workspace_id),
        percent(&packed(query)?)
    );
    checked(
        address,
        "The form is that of the portal's own Share, Copy link to query, which Microsoft does not document.",
    )
}

/// Opens a query in the web page of Azure Data Explorer, without running it.
pub fn data_explorer(query: &str, cluster: &str, database: &str) -> Result<Link, Problem> {
    let host = cluster
        .trim()
        .trim_start_matches("https://")
        .trim_end_matches('/');
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    if host.is_empty() || !host.chars().all(plain) {
        let message = "this is no address of a cluster";
        return Err(Problem::about(
            cluster,
            message,
            "write it like help.kusto.windows.net",
        ));
    }
    let address = format!(
        "https://dataexplorer.azure.com/clusters/{host}/databases/{}?query={}&autorun=false",
        percent(database),
        percent(&packed(query)?)
    );
    checked(
        address,
        "https://learn.microsoft.com/kusto/api/rest/deeplink",
    )
}

fn checked(address: String, source: &str) -> Result<Link, Problem> {
    if address.len() > MAX_ADDRESS {
        let message = format!(
            "the address has {} letters; at most {MAX_ADDRESS} are safe",
            address.len()
        );
        return Err(Problem::about(
            "Link",
            message,
            "copy the query and paste it there",
        ));
    }
    Ok(Link {
        address,
        source: source.to_owned(),
    })
}

/// A text in gzip and base64; the same text gives the same letters.
fn packed(text: &str) -> Result<String, Problem> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes());
    let bytes = written.and_then(|()| encoder.finish());
    let bytes = bytes.map_err(|error| Problem::about("Link", error.to_string(), ""))?;
    Ok(STANDARD.encode(bytes))
}

/// A text as a part of an address.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            plain if plain.is_ascii_alphanumeric() || b"-_.~".contains(&plain) => {
                out.push(char::from(plain));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
