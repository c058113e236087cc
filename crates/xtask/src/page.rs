//! Building and serving the page.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::command::{root, run};
use crate::server::Server;
use crate::setup;

/// Folders and files that the page is made of.
const SOURCES: [&str; 9] = [
    "crates",
    "web",
    "worker",
    "rules",
    "public",
    "Cargo.toml",
    "Cargo.lock",
    "Trunk.toml",
    "package-lock.json",
];

/// The release folder.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Builds the page unless it is newer than everything it is made of.
pub fn build_if_stale() -> Result<(), String> {
    setup::for_building()?;
    let built = modified(&dist().join("index.html"));
    let newest = SOURCES
        .iter()
        .filter_map(|source| newest(&root().join(source)))
        .max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    println!("Building the page: about 5 minutes the first time, under a minute after a change.");
    if run("trunk", &["build", "--release"])? {
        Ok(())
    } else {
        Err("trunk build failed".to_owned())
    }
}

/// Builds the page and the bundle for closed networks; false when the download is larger than its budget.
pub fn build() -> Result<bool, String> {
    build_if_stale()?;
    let bundle = crate::bundle::write(&dist())?;
    println!("The page is in {}.", dist().display());
    println!("The offline bundle is {}.", bundle.display());
    crate::download::is_within_budget()
}

/// Builds the page if needed and serves it until the program is ended.
pub fn serve() -> Result<bool, String> {
    build_if_stale()?;
    let port = std::env::args()
        .nth(2)
        .and_then(|port| port.parse().ok())
        .unwrap_or(8080);
    let server = Server::start(&dist(), port)?;
    println!("Rulesmith is at {} (end with Ctrl+C)", server.address());
    server.wait();
    Ok(true)
}

/// When the newest file below a path was changed.
fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    let entries = fs::read_dir(path).ok()?;
    entries
        .filter_map(|entry| newest(&entry.ok()?.path()))
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
