//! Terraform files with analytics rules: resources of the azurerm provider with plain arguments.
//!
//! A parser of HCL's blocks, attributes, values, heredocs and comments. Expressions and templates are not
//! evaluated: where a rule needs a value, one is a problem with its line.

use serde_json::{Map, Value, json};

use super::ReadOutcome;
use super::code::{CodeError, Cursor, add_rule, constant};
use crate::problem::{Problem, Skipped};
use crate::rule::{Format, Origin};
use crate::write::terraform_names::{ARGUMENTS, Argument, KINDS, Shape, WORKSPACE};

/// Arguments of every resource that say nothing about a rule.
const META: [&str; 4] = [WORKSPACE, "depends_on", "provider", "count"];

/// What can be done about a file that is not read.
const REMEDY: &str = "write the rule's arguments as plain values";

/// Whether a text looks like Terraform with rules.
pub(super) fn recognises(text: &str) -> bool {
    text.lines()
        .any(|line| line.starts_with("resource \"azurerm_sentinel_"))
}

/// Reads the rules of a file.
pub(super) fn read(file: &str, text: &str) -> ReadOutcome {
    let body = match Parser(Cursor::new(text)).body(false) {
        Ok(body) => body,
        Err(error) => return ReadOutcome::problem(broken(file, error)),
    };
    let mut outcome = ReadOutcome::default();
    for block in body.blocks.iter().filter(|block| block.name == "resource") {
        let (kind, label) = match block.labels.as_slice() {
            [kind, label] => (kind, label),
            _ => continue,
        };
        let Some((_, rule_kind)) = KINDS.iter().find(|(name, _)| name == kind) else {
            outcome.skipped.push(Skipped {
                what: format!("{file}, {label}"),
                reason: format!("a resource of type {kind}"),
            });
            continue;
        };
        match fields(&block.body, rule_kind) {
            Ok(fields) => {
                let origin = Origin {
                    file: file.to_owned(),
                    path: format!("{kind}.{label}"),
                    format: Format::Terraform,
                };
                add_rule(&mut outcome, text, origin, fields);
            }
            Err(error) => outcome.problems.push(broken(file, error)),
        }
    }
    outcome
}

fn broken(file: &str, error: CodeError) -> Problem {
    error.problem(file, "Terraform", REMEDY)
}

/// The fields of a rule by their names in ARM.
fn fields(body: &Body, kind: &str) -> Result<Map<String, Value>, CodeError> {
    let mut rest = body.clone();
    let name = rest.attributes.iter().position(|one| one.name == "name");
    let id = name.map(|index| rest.attributes.remove(index).value);
    rest.attributes
        .retain(|one| !META.contains(&one.name.as_str()));
    let mut fields = properties(&rest, &ARGUMENTS)?;
    fields.insert("kind".to_owned(), json!(kind));
    fields.insert("id".to_owned(), id.flatten().unwrap_or_default());
    Ok(fields)
}

fn properties(body: &Body, known: &[Argument]) -> Result<Map<String, Value>, CodeError> {
    let mut fields = Map::new();
    for attribute in &body.attributes {
        let unknown = |message| CodeError {
            line: attribute.line,
            message,
        };
        let argument = known
            .iter()
            .find(|one| one.hcl == attribute.name && matches!(one.shape, Shape::Value))
            .ok_or_else(|| unknown(format!("`{}` is no argument here", attribute.name)))?;
        let value = attribute.value.clone().ok_or_else(|| {
            unknown(format!(
                "`{}` is an expression, which is not evaluated",
                attribute.name
            ))
        })?;
        fields.insert(argument.arm.to_owned(), value);
    }
    for block in &body.blocks {
        let argument = known.iter().find(|one| one.hcl == block.name);
        match argument.map(|argument| (argument.arm, argument.shape)) {
            Some((arm, Shape::Block(inner))) => {
                let object = Value::Object(properties(&block.body, inner)?);
                if fields.insert(arm.to_owned(), object).is_some() {
                    return Err(block.error("stands here for the second time"));
                }
            }
            Some((arm, Shape::Blocks(inner))) => {
                let object = Value::Object(properties(&block.body, inner)?);
                let list = fields.entry(arm).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(object);
                }
            }
            _ => return Err(block.error("is no block here")),
        }
    }
    Ok(fields)
}

#[derive(Clone, Default)]
struct Body {
    attributes: Vec<Attribute>,
    blocks: Vec<Block>,
}

#[derive(Clone)]
struct Attribute {
    name: String,
    line: usize,
    /// `None` for an expression.
    value: Option<Value>,
}

#[derive(Clone)]
struct Block {
    name: String,
    line: usize,
    labels: Vec<String>,
    body: Body,
}

impl Block {
    fn error(&self, what: &str) -> CodeError {
        CodeError {
            line: self.line,
            message: format!("`{}` {what}", self.name),
        }
    }
}

struct Parser<'t>(Cursor<'t>);

impl Parser<'_> {
    /// The content of a block up to its brace, or of the file.
    fn body(&mut self, nested: bool) -> Result<Body, CodeError> {
        let mut body = Body::default();
        loop {
            self.0.space(true)?;
            if nested && self.0.eat("}") {
                return Ok(body);
            }
            if !nested && self.0.rest.is_empty() {
                return Ok(body);
            }
            let line = self.0.line;
            let name = self.0.word(true).to_owned();
            if name.is_empty() {
                return self.0.error("an argument or a block is expected here");
            }
            self.0.blanks();
            if self.0.eat("=") {
                let value = self.attribute()?;
                if body.attributes.iter().any(|known| known.name == name) {
                    let message = format!("`{name}` stands here for the second time");
                    return Err(CodeError { line, message });
                }
                body.attributes.push(Attribute { name, line, value });
            } else {
                body.blocks.push(self.block(name, line)?);
            }
        }
    }

    fn block(&mut self, name: String, line: usize) -> Result<Block, CodeError> {
        let mut labels = Vec::new();
        while self.0.peek() == Some('"') {
            labels.push(self.string()?);
            self.0.blanks();
        }
        self.0.expect("{")?;
        self.0.descend()?;
        let body = self.body(true)?;
        self.0.depth -= 1;
        Ok(Block {
            name,
            line,
            labels,
            body,
        })
    }

    /// The value of an attribute; `None` for a reference such as `var.name`.
    fn attribute(&mut self) -> Result<Option<Value>, CodeError> {
        self.0.blanks();
        if self.0.peek().is_some_and(char::is_alphabetic) {
            let word = self.reference();
            if self.0.peek() == Some('(') {
                return self
                    .0
                    .error(format!("the function `{word}` is not evaluated"));
            }
            return Ok(constant(&word));
        }
        self.value().map(Some)
    }

    fn reference(&mut self) -> String {
        let mut words = self.0.word(true).to_owned();
        while self.0.eat(".") {
            words.push('.');
            words.push_str(self.0.word(true));
        }
        words
    }

    fn value(&mut self) -> Result<Value, CodeError> {
        match self.0.peek() {
            Some('"') => self.string().map(Value::String),
            Some('<') => self.heredoc().map(Value::String),
            Some('[') => self.list(),
            Some('{') => self.object(),
            Some(letter) if letter.is_alphabetic() => {
                let word = self.reference();
                match constant(&word) {
                    Some(value) => Ok(value),
                    None => self.0.error(format!(
                        "`{word}` is not evaluated; a plain value is expected"
                    )),
                }
            }
            Some(letter) if letter == '-' || letter.is_ascii_digit() => {
                self.0.number().map(Value::Number)
            }
            _ => self.0.error("a value is expected here"),
        }
    }

    fn list(&mut self) -> Result<Value, CodeError> {
        self.0.descend()?;
        self.0.expect("[")?;
        let mut items = Vec::new();
        self.0.space(true)?;
        while !self.0.eat("]") {
            items.push(self.value()?);
            self.0.space(true)?;
            if !self.0.eat(",") && self.0.peek() != Some(']') {
                return self.0.error("`,` or `]` is expected here");
            }
            self.0.space(true)?;
        }
        self.0.depth -= 1;
        Ok(Value::Array(items))
    }

    fn object(&mut self) -> Result<Value, CodeError> {
        self.0.descend()?;
        self.0.expect("{")?;
        let mut fields = Map::new();
        self.0.space(true)?;
        while !self.0.eat("}") {
            let key = match self.0.peek() {
                Some('"') => self.string()?,
                _ => self.0.word(true).to_owned(),
            };
            self.0.blanks();
            if !self.0.eat("=") {
                self.0.expect(":")?;
            }
            self.0.blanks();
            let value = self.value()?;
            self.0.put(&mut fields, key, value)?;
            self.0.space(true)?;
            self.0.eat(",");
            self.0.space(true)?;
        }
        self.0.depth -= 1;
        Ok(Value::Object(fields))
    }

    fn string(&mut self) -> Result<String, CodeError> {
        self.0.expect("\"")?;
        let mut text = String::new();
        loop {
            match self.0.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(letter @ ('$' | '%')) => sign(&mut self.0, letter, &mut text)?,
                Some('\n') | None => return self.0.error("the text does not end on its line"),
                Some(letter) => text.push(letter),
            }
        }
    }

    /// `<<WORD`, lines, and a line with the word alone.
    fn heredoc(&mut self) -> Result<String, CodeError> {
        self.0.expect("<<")?;
        if self.0.peek() == Some('-') {
            return self.0.error("a heredoc with `<<-` is not read; write `<<`");
        }
        let word = self.0.word(true).to_owned();
        self.0.eat("\r");
        self.0.expect("\n")?;
        let mut raw = String::new();
        loop {
            let (line, rest) = match self.0.rest.split_once('\n') {
                Some((line, rest)) => (line, rest),
                None => (self.0.rest, ""),
            };
            if line.trim() == word {
                self.0.rest = &self.0.rest[line.len()..];
                return self.unfolded(&raw);
            }
            if rest.is_empty() && !self.0.rest.ends_with('\n') {
                return self
                    .0
                    .error(format!("the heredoc does not end with a line `{word}`"));
            }
            raw.push_str(line);
            raw.push('\n');
            self.0.line += 1;
            self.0.rest = rest;
        }
    }

    /// The text of a heredoc, in which only doubled signs mean something else.
    fn unfolded(&self, raw: &str) -> Result<String, CodeError> {
        let mut inner = Cursor::new(raw);
        let mut text = String::new();
        while let Some(letter) = inner.next() {
            match letter {
                '$' | '%' => sign(&mut inner, letter, &mut text)
                    .or_else(|error| self.0.error(error.message))?,
                other => text.push(other),
            }
        }
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, CodeError> {
        match self.0.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(same @ ('\\' | '"')) => Ok(same),
            Some(length @ ('u' | 'U')) => {
                let length = if length == 'u' { 4 } else { 8 };
                match self.0.rest.get(..length) {
                    Some(digits) => {
                        let letter = self.0.letter_of(digits)?;
                        self.0.rest = &self.0.rest[length..];
                        Ok(letter)
                    }
                    None => self.0.error("the number of the letter is cut off"),
                }
            }
            _ => self.0.error("this escape is not known in Terraform"),
        }
    }
}

/// After a sign that may begin a template; doubled it does not.
fn sign(cursor: &mut Cursor<'_>, sign: char, text: &mut String) -> Result<(), CodeError> {
    if cursor.peek() == Some('{') {
        return cursor.error(format!("`{sign}{{…}}` in a text is not evaluated"));
    }
    let opening: String = [sign, '{'].iter().collect();
    if cursor.eat(&opening) {
        text.push_str(&opening);
    } else {
        text.push(sign);
    }
    Ok(())
}
