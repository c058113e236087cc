//! The offline bundle: the release folder as one zip file, with a note on how to open it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Name of the bundle, beside the release folder.
const NAME: &str = "rulesmith-offline.zip";

const NOTE: &str = "Rulesmith, offline

Open rulesmith.html in a browser: it holds everything and needs no server.

Or unpack this folder and serve it with any static web server on the closed network or on your own
machine, for example:

    python3 -m http.server --bind 127.0.0.1 8080

and open http://127.0.0.1:8080/. The page loads nothing from anywhere else and sends nothing.
";

/// Writes the bundle and gives its path.
pub fn write(dist: &Path) -> Result<PathBuf, String> {
    let path = dist.with_file_name("target").join(NAME);
    let failed =
        |error: &dyn std::fmt::Display| format!("cannot write {}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
    }
    let mut zip = ZipWriter::new(File::create(&path).map_err(|error| failed(&error))?);
    for (name, content) in files(dist).map_err(|error| failed(&error))? {
        zip.start_file(format!("rulesmith/{name}"), SimpleFileOptions::default())
            .map_err(|error| failed(&error))?;
        zip.write_all(&content).map_err(|error| failed(&error))?;
    }
    zip.finish().map_err(|error| failed(&error))?;
    Ok(path)
}

/// Names and contents of the release folder and the note, in order of name.
fn files(dist: &Path) -> std::io::Result<Vec<(String, Vec<u8>)>> {
    let mut files = vec![("README.txt".to_owned(), NOTE.as_bytes().to_vec())];
    add_folder(dist, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn add_folder(
    folder: &Path,
    above: &str,
    files: &mut Vec<(String, Vec<u8>)>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{above}{}", entry.file_name().to_string_lossy());
        match entry.path() {
            path if path.is_dir() => add_folder(&path, &format!("{name}/"), files)?,
            path => files.push((name, fs::read(path)?)),
        }
    }
    Ok(())
}
