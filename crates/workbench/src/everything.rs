//! The whole work as one file: rules, decisions, queries, tests, and log files if the user wants them.
//! Reading it changes nothing; the page shows what is inside before it is taken over.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::protocol::{EverythingView, ExportFile, InputFile, Journal, Problem, TextFile};
use crate::session::Session;

/// Largest file that is written or read, in bytes.
pub const MAX_EVERYTHING_BYTES: usize = 256 * 1024 * 1024;

/// The version that is written, and the only one there is.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Document {
    #[serde(rename = "rulesmithWork")]
    version: u32,
    journal: Journal,
    #[serde(default)]
    logs: Vec<TextFile>,
}

/// The work as a file, with these log files inside.
pub(crate) fn write(session: &Session, logs: Vec<InputFile>) -> Result<ExportFile, Problem> {
    let bytes: usize = logs.iter().map(|log| log.bytes.len()).sum();
    if bytes > MAX_EVERYTHING_BYTES / 2 {
        return Err(too_large());
    }
    let document = Document {
        version: VERSION,
        journal: session.journal.clone(),
        logs: logs.iter().map(TextFile::encode).collect(),
    };
    let text = serde_json::to_string(&document)
        .map_err(|error| Problem::about("Your work", error.to_string(), "report this"))?;
    Ok(ExportFile {
        name: "work.rulesmith-work.json".to_owned(),
        mime: "application/json".to_owned(),
        text,
        command: String::new(),
    })
}

/// What such a file holds.
pub(crate) fn read(text: &str) -> Result<EverythingView, Problem> {
    let broken = |message: String| {
        Problem::about(
            "Your work",
            message,
            "choose a file that was saved here with Save everything",
        )
    };
    if text.len() > MAX_EVERYTHING_BYTES {
        return Err(too_large());
    }
    let document: Document = serde_json::from_str(text)
        .map_err(|error| broken(format!("this file is no saved work: {error}")))?;
    if document.version != VERSION {
        return Err(broken(format!(
            "version {} of saved work is not known here",
            document.version
        )));
    }
    for log in &document.logs {
        STANDARD
            .decode(&log.base64)
            .map_err(|_| broken(format!("the log {} in it is broken", log.name)))?;
    }
    Ok(EverythingView {
        contents: contents(&document),
        journal: document.journal,
        logs: document.logs,
    })
}

fn too_large() -> Problem {
    Problem::about(
        "Your work",
        format!("with its logs it is larger than {MAX_EVERYTHING_BYTES} bytes"),
        "save it without log files, and keep those beside it",
    )
}

fn contents(document: &Document) -> Vec<String> {
    let journal = &document.journal;
    let names = |files: &[TextFile]| {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.join(", ")
    };
    let counts = [
        (journal.decisions.len(), "Decisions on edits"),
        (journal.hand_edits.len(), "Edits written by hand"),
        (journal.own_queries.len(), "Queries written by hand"),
        (journal.profiles.len(), "Profiles of yours"),
        (journal.tests.len(), "Rules with tests of yours"),
        (journal.hunts.len(), "Queries of Hunt"),
        (journal.removed_rules.len(), "Rules taken out"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let mut out: Vec<String> = counts
        .map(|(count, what)| format!("{what}: {count}."))
        .collect();
    if !journal.rule_files.is_empty() {
        out.insert(0, format!("Rule files: {}.", names(&journal.rule_files)));
    }
    if let Some(sample) = &journal.sample {
        out.push(format!("The sample {sample}, which is generated again."));
    }
    let absent = journal.logs.iter();
    let absent = absent.filter(|name| document.logs.iter().all(|log| log.name != **name));
    let absent: Vec<&str> = absent.map(String::as_str).collect();
    if !document.logs.is_empty() {
        out.push(format!("Log files: {}.", names(&document.logs)));
    }
    if !absent.is_empty() {
        out.push(format!("Named, but not inside: {}.", absent.join(", ")));
    }
    if out.is_empty() {
        out.push("Nothing that differs from a fresh page.".to_owned());
    }
    out
}
