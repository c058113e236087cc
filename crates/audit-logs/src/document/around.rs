//! What surrounds the rows of a document: where in its brackets rows stand, and what wrote it.

use serde_json::{Map, Value as Json};

use super::{Document, Fault, Place, Rows};
use crate::records::Records;

/// Deepest nesting outside of rows.
const MAX_DEPTH: usize = 64;

/// A place in the brackets outside of rows.
#[derive(Debug)]
pub(super) enum Level {
    Object {
        /// The member that the text is in.
        key: String,
    },
    Array {
        /// Elements before this one.
        index: usize,
    },
}

impl Document {
    /// Reads a byte outside of rows. The error is a line and a sentence.
    pub(super) fn around(&mut self, byte: u8, records: &mut Records) -> Result<(), Fault> {
        if !self.in_string && byte == b'"' {
            self.string_start = self.around.len() + 1;
        }
        self.around.push(byte);
        if self.follow_string(byte) {
            if !self.in_string {
                let text = self.around.get(self.string_start..self.around.len() - 1);
                self.string = String::from_utf8_lossy(text.unwrap_or_default()).into_owned();
            }
            return Ok(());
        }
        match byte {
            b'[' | b'{' => self.open(byte, records)?,
            b']' | b'}' => {
                self.levels.pop();
                if self.levels.is_empty() {
                    return self.root(records);
                }
            }
            b':' => {
                if let Some(Level::Object { key }) = self.levels.last_mut() {
                    *key = std::mem::take(&mut self.string);
                }
            }
            b',' => {
                if let Some(Level::Array { index }) = self.levels.last_mut() {
                    *index += 1;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// An object, an array of rows or another array opens.
    fn open(&mut self, bracket: u8, records: &mut Records) -> Result<(), Fault> {
        if self.levels.len() >= MAX_DEPTH {
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            return Err((self.lines + 1, message));
        }
        if bracket == b'{' {
            self.levels.push(Level::Object { key: String::new() });
            return Ok(());
        }
        let Some(rows) = self.rows() else {
            self.levels.push(Level::Array { index: 0 });
            return Ok(());
        };
        if matches!(rows, Rows::Nothing) && !self.is_later_table() {
            let message = "a table whose columns come after its rows is left out";
            records.warnings.add(Some(self.lines + 1), message);
        }
        self.rows = rows;
        self.place = Place::Between;
        Ok(())
    }

    /// What the array that opens here holds, when it holds rows.
    fn rows(&self) -> Option<Rows> {
        use Level::{Array, Object};
        match self.levels.as_slice() {
            [] => Some(Rows::Records),
            [Object { key }] if key == "records" || key == "objects" => Some(Rows::Records),
            [
                Object { key: tables },
                Array { index },
                Object { key: rows },
            ] => {
                let names = match (tables.as_str(), rows.as_str(), index) {
                    ("tables", "rows", _) => self.columns("columns", "name"),
                    ("Tables", "Rows", 0) => self.columns("Columns", "ColumnName"),
                    ("Tables", "Rows", _) => None,
                    _ => return None,
                };
                Some(names.map_or(Rows::Nothing, Rows::Cells))
            }
            _ => None,
        }
    }

    /// Whether this is not the first table of Azure Data Explorer's answer; later ones describe the query.
    fn is_later_table(&self) -> bool {
        match self.levels.as_slice() {
            [Level::Object { key }, Level::Array { index }, ..] => key == "Tables" && *index > 0,
            _ => false,
        }
    }

    /// Names of the columns of the table whose rows open here; its text so far is closed to be read.
    fn columns(&self, columns: &str, name: &str) -> Option<Vec<String>> {
        let mut text = self.around.clone();
        text.extend_from_slice(b"]}]}");
        let document: Json = serde_json::from_slice(&text).ok()?;
        let tables = document
            .as_object()?
            .values()
            .rfind(|value| value.is_array())?;
        let table = tables.as_array()?.last()?;
        let columns = table.get(columns)?.as_array()?;
        let name = |column: &Json| column.get(name).and_then(Json::as_str).map(str::to_owned);
        columns.iter().map(name).collect()
    }

    /// Reads what surrounds the rows, at the end of a document.
    pub(super) fn root(&mut self, records: &mut Records) -> Result<(), Fault> {
        let around = std::mem::take(&mut self.around);
        let cut = std::mem::take(&mut self.rows_cut);
        let document: Json = serde_json::from_slice(&around).map_err(|error| {
            let line = if cut { self.lines + 1 } else { error.line() };
            (line, error.to_string())
        })?;
        let found = match &document {
            Json::Object(fields) => self.object(fields, cut, records),
            _ => "JSON",
        };
        self.shape.get_or_insert(found);
        Ok(())
    }

    /// Reads what surrounds the rows of an object: `cut` tells whether there were any. Gives words for what it
    /// is.
    fn object(&self, fields: &Map<String, Json>, cut: bool, records: &mut Records) -> &'static str {
        let holds = |name: &str| fields.get(name).is_some_and(Json::is_array);
        if holds("tables") || holds("Tables") {
            warn_of_bare_tables(fields, records);
        }
        if holds("tables") {
            return "Log Analytics API answer";
        }
        if holds("Tables") {
            return "Azure Data Explorer answer";
        }
        if holds("objects") && fields.contains_key("type") {
            return "STIX bundle";
        }
        if holds("records") {
            return "JSON object with records";
        }
        if !cut {
            records.add_json(&Json::Object(fields.clone()), None);
        }
        "JSON object"
    }
}

/// Warns of tables of an answer that have no columns.
fn warn_of_bare_tables(fields: &Map<String, Json>, records: &mut Records) {
    for table in fields.values().filter_map(Json::as_array).flatten() {
        let columns = table.get("columns").or(table.get("Columns"));
        if !columns.is_some_and(Json::is_array) {
            let message = "a table without columns or rows is left out";
            records.warnings.add(None, message);
        }
    }
}
