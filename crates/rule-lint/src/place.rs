//! From a finding to its place in the rule's file: YAML or JSON, which YAML includes.
//!
//! A place in the query is given exactly where the query stands in the file line by line, or as one quoted
//! text; where it is folded or computed, the field's place is given. Nothing is given for a file that
//! cannot be read, such as a rule inside of an archive.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};
use sentinel_rules::rule::{Format, Rule};

use crate::finding::Finding;

/// Most values of a file whose places are kept.
const MAX_NODES: usize = 1 << 20;
/// Lines below a key in which its text is looked for.
const NEAR: usize = 3;

/// A value in the file.
#[derive(Clone, Debug)]
struct Value {
    start: usize,
    end: usize,
    text: String,
    is_quoted: bool,
}

/// The places of the values of a file, by their path.
#[derive(Debug)]
pub struct Places<'t> {
    text: &'t str,
    values: BTreeMap<String, Value>,
    /// Start of every line in bytes.
    lines: Vec<usize>,
}

impl<'t> Places<'t> {
    /// Reads the places of a file's values; as many as can be read.
    pub fn new(text: &'t str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let mut places = Self {
            text,
            values: BTreeMap::new(),
            lines: std::iter::once(0).chain(starts).collect(),
        };
        let mut reader = Reader::default();
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else {
                break;
            };
            reader.hear(&event, &span, &mut places);
            if places.values.len() > MAX_NODES {
                break;
            }
        }
        places
    }

    /// The place of a finding of a rule of this file, in UTF-8 bytes.
    pub fn range(&self, rule: &Rule, finding: &Finding) -> Option<Range<usize>> {
        let path = path(rule, &finding.field);
        let value = self.nearest(&path)?;
        let key = value.start..value.end;
        match &finding.range {
            Some(range) => Some(self.in_query(value, &rule.query, range).unwrap_or(key)),
            None => Some(key),
        }
    }

    /// The value of a path, or of the nearest one around it.
    fn nearest(&self, path: &str) -> Option<&Value> {
        let mut path = path;
        loop {
            if let Some(value) = self.values.get(path) {
                return Some(value);
            }
            path = &path[..path.rfind(['.', '['])?];
        }
    }

    fn in_query(&self, value: &Value, query: &str, range: &Range<usize>) -> Option<Range<usize>> {
        match value.is_quoted {
            true => self.in_quotes(value, query, range),
            false => self.in_block(value, query, range),
        }
    }

    /// In a text whose lines are those of the file, indented.
    fn in_block(&self, value: &Value, query: &str, range: &Range<usize>) -> Option<Range<usize>> {
        let first_text = query.lines().next()?;
        let key = self.line_at(value.start);
        let (first, indent) = (key..=key + NEAR).find_map(|line| {
            let text = self.line(line)?;
            let indent = text
                .find(first_text.trim())
                .filter(|_| !first_text.trim().is_empty())?;
            let own = first_text.len() - first_text.trim_start().len();
            Some((line, indent.checked_sub(own)?))
        })?;
        let place = |byte: usize| {
            let before = query.get(..byte)?;
            let number = before.matches('\n').count();
            let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
            let line = self.line(first + number)?;
            let written = query.lines().nth(number).unwrap_or_default();
            let same = line.get(indent..).unwrap_or_default().trim_end() == written.trim_end();
            same.then(|| self.lines[first + number] + (indent + column).min(line.len()))
        };
        Some(place(range.start)?..place(range.end)?)
    }

    /// In a text in double quotes, whose escapes are passed one by one.
    fn in_quotes(&self, value: &Value, query: &str, range: &Range<usize>) -> Option<Range<usize>> {
        // A template writes a second bracket before one that begins a text.
        let shift = match value.text == query {
            true => 0,
            false if value.text.strip_prefix('[') == Some(query) => 1,
            false => return None,
        };
        let inside = self.text.get(value.start..value.end)?.strip_prefix('"')?;
        let start = raw_offset(inside, range.start + shift)?;
        let end = raw_offset(inside, range.end + shift)?;
        let base = value.start + 1;
        Some(base + start..base + end)
    }

    fn line_at(&self, byte: usize) -> usize {
        self.lines.partition_point(|start| *start <= byte) - 1
    }

    /// A line without its end.
    fn line(&self, number: usize) -> Option<&'t str> {
        let start = *self.lines.get(number)?;
        let end = self
            .lines
            .get(number + 1)
            .copied()
            .unwrap_or(self.text.len());
        Some(self.text.get(start..end)?.trim_end_matches(['\n', '\r']))
    }

    /// Byte of a place that the parser gives as line from 1 and column in characters from 0.
    fn byte(&self, line: usize, column: usize) -> usize {
        let Some(text) = line.checked_sub(1).and_then(|line| self.line(line)) else {
            return self.text.len();
        };
        let column = text
            .char_indices()
            .nth(column)
            .map_or(text.len(), |(at, _)| at);
        self.lines[line - 1] + column
    }
}

/// Bytes of the written text that stand for the first bytes of the text meant.
fn raw_offset(raw: &str, decoded: usize) -> Option<usize> {
    let (mut at, mut passed) = (0, 0);
    while passed < decoded {
        let rest = raw.get(at..)?;
        let mut chars = rest.chars();
        let first = chars.next()?;
        let (written, meant) = match (first, chars.next()) {
            ('\\', Some('u')) => {
                let code = rest
                    .get(2..6)
                    .and_then(|hex| u32::from_str_radix(hex, 16).ok())?;
                // Two escapes of a pair of surrogates are one character of four bytes.
                (6, char::from_u32(code).map_or(2, char::len_utf8))
            }
            ('\\', Some(second)) => (1 + second.len_utf8(), 1),
            (other, _) => (other.len_utf8(), other.len_utf8()),
        };
        at += written;
        passed += meant;
    }
    Some(at)
}

/// The path of a field in the rule's format.
fn path(rule: &Rule, field: &str) -> String {
    if rule.origin.format == Format::Yaml {
        return match rule.origin.path.is_empty() {
            true => field.to_owned(),
            false => format!("{}.{field}", rule.origin.path),
        };
    }
    let resource = &rule.origin.path;
    let renamed = [
        ("name", "displayName"),
        ("version", "templateVersion"),
        ("relevantTechniques", "techniques"),
    ];
    if field == "id" {
        return format!("{resource}.name");
    }
    for (yaml, arm) in renamed {
        if let Some(rest) = field.strip_prefix(yaml)
            && (rest.is_empty() || rest.starts_with('['))
        {
            return format!("{resource}.properties.{arm}{rest}");
        }
    }
    format!("{resource}.properties.{field}")
}

/// A sequence or mapping whose end has not come.
struct Open {
    path: String,
    /// Number of the next element; absent in a mapping.
    index: Option<usize>,
    key: Option<String>,
}

#[derive(Default)]
struct Reader {
    open: Vec<Open>,
    documents: usize,
}

impl Reader {
    fn hear(&mut self, event: &Event<'_>, span: &Span, places: &mut Places<'_>) {
        match event {
            Event::DocumentStart(..) => self.documents += 1,
            Event::Scalar(text, style, ..) => self.scalar(text, *style, span, places),
            Event::Alias(_) => {
                self.next_path();
            }
            Event::SequenceStart(..) => self.begin(Some(0), span, places),
            Event::MappingStart(..) => self.begin(None, span, places),
            Event::SequenceEnd | Event::MappingEnd => {
                self.open.pop();
            }
            _ => {}
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: &Span, places: &mut Places<'_>) {
        if let Some(Open {
            index: None, key, ..
        }) = self.open.last_mut()
            && key.is_none()
        {
            *key = Some(text.to_owned());
            return;
        }
        let value = Value {
            start: places.byte(span.start.line(), span.start.col()),
            end: places.byte(span.end.line(), span.end.col()),
            text: text.to_owned(),
            is_quoted: style == ScalarStyle::DoubleQuoted,
        };
        self.keep(value, places);
    }

    fn begin(&mut self, index: Option<usize>, span: &Span, places: &mut Places<'_>) {
        let start = places.byte(span.start.line(), span.start.col());
        let value = Value {
            start,
            end: start,
            text: String::new(),
            is_quoted: false,
        };
        let path = self.keep(value, places);
        self.open.push(Open {
            path,
            index,
            key: None,
        });
    }

    fn keep(&mut self, value: Value, places: &mut Places<'_>) -> String {
        let path = self.next_path();
        places.values.insert(path.clone(), value.clone());
        if self.documents > 1 || self.open.is_empty() {
            return path;
        }
        // The first of several documents goes by its number too.
        places.values.insert(format!("document 1.{path}"), value);
        path
    }

    fn next_path(&mut self) -> String {
        let root = match self.documents {
            0 | 1 => String::new(),
            number => format!("document {number}"),
        };
        let Some(open) = self.open.last_mut() else {
            return root;
        };
        match (&mut open.index, open.key.take()) {
            (Some(index), _) => {
                let path = format!("{}[{index}]", open.path);
                *index += 1;
                path
            }
            (None, Some(key)) if open.path.is_empty() => key,
            (None, Some(key)) => format!("{}.{key}", open.path),
            (None, None) => open.path.clone(),
        }
    }
}
