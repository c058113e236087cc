//! Set-up: installs what is missing and says so. What is there is left alone.

use std::process::Command;

use crate::command::{run, run_with};

/// Version of Trunk, which builds the page.
const TRUNK: &str = "0.21.14";
/// Version of the command line of wasm-bindgen; it must equal the library's in `Cargo.toml`.
const WASM_BINDGEN: &str = "0.2.130";

/// Everything that building the page needs.
pub fn for_building() -> Result<(), String> {
    if !says(
        "rustup",
        &["target", "list", "--installed"],
        "wasm32-unknown-unknown",
    ) {
        announce("the WebAssembly target of Rust", "under a minute");
        must("rustup", &["target", "add", "wasm32-unknown-unknown"])?;
    }
    if !says("trunk", &["--version"], TRUNK) {
        announce(
            &format!("trunk {TRUNK}, which builds the page"),
            "about 6 minutes on two cores",
        );
        install(&[
            "--locked",
            "trunk",
            "--version",
            TRUNK,
            "--no-default-features",
        ])?;
    }
    if !says("wasm-bindgen", &["--version"], WASM_BINDGEN) {
        announce(
            &format!("wasm-bindgen {WASM_BINDGEN}"),
            "about 3 minutes on two cores",
        );
        // Its own lock file asks for a version that not every registry has, so it is installed unlocked.
        install(&[
            "wasm-bindgen-cli",
            "--version",
            WASM_BINDGEN,
            "--no-default-features",
        ])?;
    }
    packages()?;
    must("cargo", &["fetch", "--locked", "--quiet"])
}

/// The npm packages of the query editor, of the build and of the browser tests, when one is missing.
fn packages() -> Result<(), String> {
    let folder = crate::command::root().join("node_modules");
    let needed = [
        "esbuild",
        "@codemirror/view",
        "@happy-dom/global-registrator",
        "@playwright/test",
        "fake-indexeddb",
    ];
    if needed.iter().all(|name| folder.join(name).is_dir()) {
        return Ok(());
    }
    announce(
        "the npm packages of the query editor and the browser tests",
        "about 15 seconds",
    );
    must("npm", &["ci", "--no-audit", "--no-fund"])
}

/// Everything that the browser tests need besides.
pub fn for_testing() -> Result<(), String> {
    for_building()?;
    if chromium().is_none() || !says("chromedriver", &["--version"], "ChromeDriver") {
        announce("Chromium and its driver", "about a minute");
        must("apt-get", &["update", "-qq"])?;
        must(
            "apt-get",
            &[
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
                "chromium-driver",
            ],
        )?;
    }
    Ok(())
}

/// Name of the installed Chromium.
pub fn chromium() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| says(name, &["--version"], "Chrom"))
}

fn announce(what: &str, duration: &str) {
    println!("Setting up {what}: takes {duration}, once.");
}

/// Whether a program runs and its output holds a text.
fn says(program: &str, arguments: &[&str], text: &str) -> bool {
    let output = Command::new(program).args(arguments).output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(text))
}

/// Installs a tool in the quicker dev profile, in a target folder of its own.
fn install(arguments: &[&str]) -> Result<(), String> {
    let mut all = vec!["install", "--debug", "--force"];
    all.extend(arguments);
    let done = run_with("cargo", &all, &[("CARGO_PROFILE_DEV_DEBUG", "0")])?;
    if done {
        Ok(())
    } else {
        Err(format!("cargo {} failed", all.join(" ")))
    }
}

fn must(program: &str, arguments: &[&str]) -> Result<(), String> {
    if run(program, arguments)? {
        Ok(())
    } else {
        Err(format!("{program} {} failed", arguments.join(" ")))
    }
}
