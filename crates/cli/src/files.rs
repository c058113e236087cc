//! Reading and writing files for the commands; `-` is standard input or output.

use std::fmt;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use kql_analysis::stored::StoredFunctions;

/// Why a command failed: one or more lines for standard error.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// A failure with this text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The content of a file, or of standard input for `-`.
pub fn read(path: &str) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| Failure::new(format!("cannot read {path}: {error}")))
}

/// Bytes that are read from a file at a time.
const PIECE_BYTES: usize = 4 * 1024 * 1024;

/// Hands over a file, or standard input for `-`, piece by piece until `take` wants no more.
pub fn read_pieces(path: &str, mut take: impl FnMut(&[u8]) -> bool) -> Result<(), Failure> {
    let failed = |error| Failure::new(format!("cannot read {path}: {error}"));
    let mut source: Box<dyn Read> = match path {
        "-" => Box::new(io::stdin().lock()),
        _ => Box::new(fs::File::open(path).map_err(failed)?),
    };
    let mut piece = vec![0; PIECE_BYTES];
    loop {
        let length = source.read(&mut piece).map_err(failed)?;
        if length == 0 || !take(piece.get(..length).unwrap_or_default()) {
            return Ok(());
        }
    }
}

/// The content of a file as UTF-8 text without a byte order mark.
pub fn read_text(path: &str) -> Result<String, Failure> {
    let text = String::from_utf8(read(path)?)
        .map_err(|error| Failure::new(format!("{path} is not UTF-8 text: {error}")))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// The functions that a file of `let` statements holds; none without a file.
pub fn functions(path: Option<&str>) -> Result<StoredFunctions, Failure> {
    let Some(path) = path else {
        return Ok(StoredFunctions::default());
    };
    StoredFunctions::read(&read_text(path)?)
        .map_err(|message| Failure::new(format!("{path}: {message}")))
}

/// Writes a file, making its folder first; `-` is standard output.
pub fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let written = if path == Path::new("-") {
        io::stdout().lock().write_all(content)
    } else {
        make_folder(path).and_then(|()| fs::write(path, content))
    };
    written.map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
}

fn make_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => fs::create_dir_all(folder),
        _ => Ok(()),
    }
}

/// Writes one line to standard output; a closed pipe ends the command quietly.
pub fn print_line(line: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{line}") {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        other => other.map_err(|error| Failure::new(format!("cannot write: {error}"))),
    }
}

/// Writes one line to standard error.
pub fn warn(line: &str) {
    eprintln!("rulesmith: {line}");
}
