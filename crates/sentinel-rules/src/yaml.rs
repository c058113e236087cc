//! YAML as the values of JSON: the core schema of YAML 1.2, with anchors and merge keys.
//!
//! Reading never panics and always ends: nesting is limited by the parser, and what aliases repeat counts
//! towards [`MAX_NODES`]. A mapping may not name a key twice.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::str::FromStr;

use granit_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use serde_json::{Map, Number, Value};

/// Most scalars, sequences and mappings of a document, those that aliases repeat included.
pub const MAX_NODES: usize = 1 << 20;

/// Key whose mapping, or mappings, fill what the mapping around it lacks.
const MERGE: &str = "<<";

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} column {column}: {message}")]
pub struct YamlError {
    /// Line from 1.
    pub line: usize,
    /// Column from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
}

impl YamlError {
    fn at(place: &Marker, message: impl Into<String>) -> Self {
        Self {
            line: place.line(),
            column: place.col() + 1,
            message: message.into(),
        }
    }
}

/// Reads the only document of a text; a text without one is null.
pub fn read(text: &str) -> Result<Value, YamlError> {
    let mut reader = Reader::default();
    for next in Parser::new_from_str(text) {
        let (event, span) = next.map_err(|error| YamlError::at(error.marker(), error.info()))?;
        reader.hear(event, &span)?;
    }
    Ok(reader.document.unwrap_or(Value::Null))
}

/// What has been read so far.
#[derive(Default)]
struct Reader {
    /// Sequences and mappings whose ends have not come, the outermost first.
    open: Vec<Open>,
    /// Nodes that have anchors, by the parser's number, with the number of their nodes.
    anchors: BTreeMap<usize, (Value, usize)>,
    nodes: usize,
    document: Option<Value>,
}

/// A sequence or mapping whose end has not come.
struct Open {
    content: Content,
    anchor: usize,
    /// Nodes that had been read before it.
    nodes_before: usize,
}

enum Content {
    Sequence(Vec<Value>),
    Mapping {
        members: Map<String, Value>,
        /// Members that a merge key brings.
        merged: Vec<Value>,
        key: Option<String>,
    },
}

impl Reader {
    fn hear(&mut self, event: Event<'_>, span: &Span) -> Result<(), YamlError> {
        match event {
            Event::DocumentStart(..) if self.document.is_some() => {
                Err(YamlError::at(&span.start, "a second document begins here"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count(1, span)?;
                if self.awaits_key() {
                    return self.key(text, span);
                }
                let value = scalar(&text, style, tag.as_deref());
                self.anchor(anchor, &value, 1);
                self.value(value, span)
            }
            Event::Alias(anchor) => {
                let known = self.anchors.get(&anchor).cloned();
                let (value, nodes) = known.ok_or_else(|| {
                    YamlError::at(&span.start, "the alias stands inside of its own anchor")
                })?;
                self.count(nodes, span)?;
                match value {
                    Value::String(text) if self.awaits_key() => self.key(text.into(), span),
                    value => self.value(value, span),
                }
            }
            Event::SequenceStart(_, anchor, _) => {
                self.begin(Content::Sequence(Vec::new()), anchor, span)
            }
            Event::MappingStart(_, anchor, _) => {
                let content = Content::Mapping {
                    members: Map::new(),
                    merged: Vec::new(),
                    key: None,
                };
                self.begin(content, anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize, span: &Span) -> Result<(), YamlError> {
        self.nodes = self.nodes.saturating_add(nodes);
        match self.nodes > MAX_NODES {
            true => {
                let message = format!("the document has more than {MAX_NODES} values");
                Err(YamlError::at(&span.start, message))
            }
            false => Ok(()),
        }
    }

    /// Whether a mapping waits for its next key.
    fn awaits_key(&self) -> bool {
        let open = self.open.last().map(|open| &open.content);
        matches!(open, Some(Content::Mapping { key: None, .. }))
    }

    fn begin(&mut self, content: Content, anchor: usize, span: &Span) -> Result<(), YamlError> {
        if self.awaits_key() {
            return Err(YamlError::at(&span.start, "a key must be a plain value"));
        }
        self.open.push(Open {
            content,
            anchor,
            nodes_before: self.nodes,
        });
        self.count(1, span)
    }

    fn end(&mut self, span: &Span) -> Result<(), YamlError> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.content {
            Content::Sequence(items) => Value::Array(items),
            Content::Mapping {
                members, merged, ..
            } => Value::Object(with_merged(members, merged)),
        };
        self.anchor(open.anchor, &value, self.nodes - open.nodes_before);
        self.value(value, span)
    }

    /// Keeps a node that has an anchor; the parser numbers them from 1.
    fn anchor(&mut self, anchor: usize, value: &Value, nodes: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), nodes));
        }
    }

    fn key(&mut self, text: Cow<'_, str>, span: &Span) -> Result<(), YamlError> {
        let Some(Open {
            content: Content::Mapping { members, key, .. },
            ..
        }) = self.open.last_mut()
        else {
            return Ok(());
        };
        if members.contains_key(text.as_ref()) {
            let message = format!("the key `{text}` stands here for the second time");
            return Err(YamlError::at(&span.start, message));
        }
        *key = Some(text.into_owned());
        Ok(())
    }

    fn value(&mut self, value: Value, span: &Span) -> Result<(), YamlError> {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.document = Some(value),
            Some(Content::Sequence(items)) => items.push(value),
            Some(Content::Mapping {
                members,
                merged,
                key,
            }) => match key.take() {
                Some(name) if name == MERGE => merged.push(value),
                Some(name) => {
                    members.insert(name, value);
                }
                None => return Err(YamlError::at(&span.start, "a key must be a plain value")),
            },
        }
        Ok(())
    }
}

/// A mapping with the members that its merge keys bring; its own go first.
fn with_merged(mut members: Map<String, Value>, merged: Vec<Value>) -> Map<String, Value> {
    let mappings = merged.into_iter().flat_map(|value| match value {
        Value::Array(items) => items,
        other => vec![other],
    });
    for mapping in mappings {
        if let Value::Object(more) = mapping {
            for (name, value) in more {
                members.entry(name).or_insert(value);
            }
        }
    }
    members
}

/// The value of a scalar: text unless it is plain and looks like something else.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let core = tag.and_then(Tag::core_suffix);
    match core {
        Some("str" | "binary") => return text.into(),
        // An explicit type counts for quoted text too.
        Some("null" | "bool" | "int" | "float") => {}
        _ if style != ScalarStyle::Plain => return text.into(),
        _ => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| text.into(), Value::Number),
    }
}

/// Whole numbers in base 10, 16, 8 and 2, and reals. What begins with a needless zero is text.
fn number(text: &str) -> Option<Number> {
    let digits = text.trim_start_matches(['+', '-']);
    if text.len() > digits.len() + 1
        || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
    {
        return None;
    }
    let based = [("0x", 16), ("0o", 8), ("0b", 2)];
    let based = based
        .into_iter()
        .find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, base)));
    if let Some((digits, base)) = based {
        let whole = i64::from_str_radix(digits, base)
            .ok()
            .filter(|_| !digits.starts_with(['+', '-']))?;
        return Some(if text.starts_with('-') { -whole } else { whole }.into());
    }
    let bytes = digits.as_bytes();
    if bytes.len() > 1 && bytes[0] == b'0' && bytes[1].is_ascii_digit() {
        return None;
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    if let Ok(whole) = i64::from_str(plain) {
        return Some(whole.into());
    }
    if let Ok(whole) = u64::from_str(plain) {
        return Some(whole.into());
    }
    let is_real = digits
        .bytes()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && digits.bytes().any(|byte| byte.is_ascii_digit());
    is_real
        .then(|| f64::from_str(plain).ok())
        .flatten()
        .and_then(Number::from_f64)
}
