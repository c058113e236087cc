//! `parse`, `parse-where` and `parse-kv`.

use kql_syntax::ast::{
    ColumnDeclaration, Expr as Syntax, Operator, OperatorParameter, PatternPart,
};

use super::Binder;
use super::conversions::as_text;
use super::names::ColumnNames;
use super::tabular::plan;
use crate::plan::{
    CaptureColumn, Expr, KvFormat, Node, Parse, ParseKind, ParseKv, ParsePart, Plan, Quote,
};
use crate::types::{ColumnSchema, ScalarType, Schema};

/// Flags of regular expressions that `flags=` may hold.
const FLAGS: &str = "imsUx";

impl Binder<'_> {
    /// `parse` and `parse-where`; a column of the input with the name of a captured one is replaced.
    pub(crate) fn parse(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let source = self.parsed_text(&input, operator)?;
        let kind = self.parse_kind(operator)?;
        let pattern = operator.pattern();
        self.check_pattern(&pattern, operator)?;
        let mut schema = input.schema.clone();
        let mut parts = Vec::new();
        for part in &pattern {
            parts.push(match part {
                PatternPart::Star => ParsePart::Star,
                PatternPart::Text(literal) => ParsePart::Text(literal.string()?),
                PatternPart::Column(declaration) => {
                    ParsePart::Column(self.capture(declaration, &mut schema)?)
                }
            });
        }
        self.check_captured_once(&parts, operator)?;
        let only_matches = operator.keyword() == "parse-where";
        let parse = Parse {
            input,
            source,
            kind,
            parts,
            only_matches,
        };
        Some(plan(Node::Parse(Box::new(parse)), schema, operator.range()))
    }

    /// The text that is parsed; other values are parsed by their text.
    fn parsed_text(&mut self, input: &Plan, operator: &Operator) -> Option<Expr> {
        let row = self.row(&input.schema);
        let source = self.expression(&operator.expression()?, &row)?;
        Some(as_text(source))
    }

    fn parse_kind(&mut self, operator: &Operator) -> Option<ParseKind> {
        let kind = operator.parameter("kind");
        let flags = operator.parameter("flags").unwrap_or_default();
        let (message, hint) = match kind.as_deref().unwrap_or("simple") {
            "simple" => return Some(ParseKind::Simple),
            "relaxed" => return Some(ParseKind::Relaxed),
            "regex" if flags.chars().all(|flag| FLAGS.contains(flag)) => {
                return Some(ParseKind::Regex(flags));
            }
            "regex" => (
                format!("`{flags}` are not flags of a regular expression"),
                format!("use some of `{FLAGS}`"),
            ),
            other => (
                format!("`{other}` is not a kind of `parse`"),
                "write `simple`, `relaxed` or `regex`".to_owned(),
            ),
        };
        self.error("RS2030", &message, Some(hint), operator.range());
        None
    }

    /// A column or `*` is found by the text around it, so that some sequences mean nothing.
    fn check_pattern(&mut self, pattern: &[PatternPart], operator: &Operator) -> Option<()> {
        for pair in pattern.windows(2) {
            let message = match pair {
                [
                    PatternPart::Star,
                    PatternPart::Star | PatternPart::Column(_),
                ] => "a text must follow `*` in the pattern",
                [PatternPart::Column(_), PatternPart::Column(_)] => {
                    "a text must stand between two columns of the pattern"
                }
                [PatternPart::Column(column), PatternPart::Star] if is_text(column) => {
                    "`*` cannot follow a column of type string in the pattern"
                }
                _ => continue,
            };
            let hint = "put the text between them there, in quotes";
            self.error("RS2030", message, Some(hint.to_owned()), operator.range());
            return None;
        }
        Some(())
    }

    fn check_captured_once(&mut self, parts: &[ParsePart], operator: &Operator) -> Option<()> {
        let mut targets = Vec::new();
        for part in parts {
            if let ParsePart::Column(column) = part {
                if targets.contains(&column.target) {
                    let message = "the pattern fills a column twice";
                    self.error("RS2030", message, None, operator.range());
                    return None;
                }
                targets.push(column.target);
            }
        }
        Some(())
    }

    /// The result column of a declared one.
    fn capture(
        &mut self,
        declaration: &ColumnDeclaration,
        schema: &mut Schema,
    ) -> Option<CaptureColumn> {
        let name = declaration.name()?.text();
        let ty = match declaration.type_name() {
            None => ScalarType::String,
            Some(written) => self.declared_type(&written, declaration.range())?,
        };
        let name = match self.is_checker() {
            // The checker keeps a column of that name, and numbers the new one.
            true => ColumnNames::of(schema).take(&name),
            false => name,
        };
        let target = match schema.index_of(&name) {
            // The checker adds a column under another name; the engine replaces it.
            Some(_) if self.is_checker() => {
                let name = ColumnNames::of(schema).take(&name);
                schema.columns.push(ColumnSchema { name, ty });
                schema.len() - 1
            }
            Some(index) => {
                schema.columns[index].ty = ty;
                index
            }
            None => {
                schema.columns.push(ColumnSchema { name, ty });
                schema.len() - 1
            }
        };
        Some(CaptureColumn { target, ty })
    }

    /// `parse-kv`.
    pub(crate) fn parse_kv(&mut self, input: Plan, operator: &Operator) -> Option<Plan> {
        let source = self.parsed_text(&input, operator)?;
        let mut schema = input.schema.clone();
        let mut keys: Vec<(String, CaptureColumn)> = Vec::new();
        for declaration in operator.columns() {
            let key = declaration.name()?.text();
            if keys.iter().any(|(known, _)| *known == key) {
                let message = format!("the key `{key}` is listed twice");
                self.error("RS2030", &message, None, declaration.range());
                return None;
            }
            let column = self.capture(&declaration, &mut schema)?;
            keys.push((key, column));
        }
        let format = self.kv_format(operator)?;
        let parse = ParseKv {
            input,
            source,
            keys,
            format,
        };
        Some(plan(
            Node::ParseKv(Box::new(parse)),
            schema,
            operator.range(),
        ))
    }

    fn kv_format(&mut self, operator: &Operator) -> Option<KvFormat> {
        let mut options = KvOptions::default();
        for property in operator.with_properties() {
            let read = options.read(&property);
            if let Err((message, hint)) = read {
                self.error("RS2030", &message, Some(hint.to_owned()), property.range());
                return None;
            }
        }
        match options.format() {
            Ok(format) => Some(format),
            Err((message, hint)) => {
                self.error("RS2030", &message, Some(hint.to_owned()), operator.range());
                None
            }
        }
    }
}

/// Whether a declared column takes text.
fn is_text(column: &ColumnDeclaration) -> bool {
    column
        .type_name()
        .is_none_or(|name| ScalarType::from_name(&name) == Some(ScalarType::String))
}

/// What is wrong with an option, and the remedy.
type Misfit = (String, &'static str);

/// The options of `parse-kv` as they are read.
#[derive(Default)]
struct KvOptions {
    pair: Option<String>,
    key_value: Option<String>,
    quotes: Vec<Quote>,
    escapes: Vec<char>,
    greedy: bool,
    regex: Option<String>,
}

impl KvOptions {
    fn read(&mut self, property: &OperatorParameter) -> Result<(), Misfit> {
        let name = property.name();
        let text = property.expression().and_then(|value| value.string());
        let text = text.filter(|text| !text.is_empty());
        let characters: Vec<char> = text.iter().flat_map(|text| text.chars()).collect();
        match (name.as_str(), text, characters.as_slice()) {
            ("pair_delimiter", Some(text), _) => self.pair = Some(text),
            ("kv_delimiter", Some(text), _) => self.key_value = Some(text),
            ("regex", Some(text), _) => self.regex = Some(text),
            ("quote", _, &[open]) => self.quotes.push(Quote { open, close: open }),
            ("quote", _, &[open, close]) => self.quotes.push(Quote { open, close }),
            ("escape", _, &[escape]) => self.escapes.push(escape),
            ("greedy", None, _) => self.greedy = truth(property)?,
            ("pair_delimiter" | "kv_delimiter" | "regex", ..) => {
                return Err((format!("`{name}` takes a text"), "write it in quotes"));
            }
            ("quote", ..) => {
                let message = "`quote` takes one or two characters".to_owned();
                return Err((
                    message,
                    "write the opening and the closing one, as in `'()'`",
                ));
            }
            ("escape", ..) => {
                let message = "`escape` takes one character".to_owned();
                return Err((message, "repeat the option for further ones"));
            }
            _ => {
                return Err((
                    format!("`parse-kv` has no option `{name}`"),
                    "use `pair_delimiter`, `kv_delimiter`, `quote`, `escape`, `greedy` or `regex`",
                ));
            }
        }
        Ok(())
    }

    fn format(self) -> Result<KvFormat, Misfit> {
        let (quotes, escapes, greedy) = (self.quotes, self.escapes, self.greedy);
        match (self.pair, self.key_value, self.regex) {
            (None, None, Some(regex)) if quotes.is_empty() && escapes.is_empty() && !greedy => {
                Ok(KvFormat::Regex(regex))
            }
            (_, _, Some(_)) => Err((
                "`regex` stands alone among the options of `parse-kv`".to_owned(),
                "drop the others",
            )),
            (Some(pair), Some(key_value), None) => Ok(KvFormat::Delimited {
                pair,
                key_value,
                quotes,
                escapes,
                greedy,
            }),
            (None, None, None) if !greedy => Ok(KvFormat::Words { quotes, escapes }),
            _ => Err((
                "the options of `parse-kv` lack a delimiter".to_owned(),
                "give both `pair_delimiter` and `kv_delimiter`",
            )),
        }
    }
}

fn truth(property: &OperatorParameter) -> Result<bool, Misfit> {
    let written = property.expression();
    let written = written.map(|value: Syntax| value.syntax().text().to_string());
    match written.as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err((
            format!("`{}` takes true or false", property.name()),
            "write `greedy=true`",
        )),
    }
}
