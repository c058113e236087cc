//! Bicep files with analytics rules: resources whose properties are plain values.
//!
//! A parser of declarations, values, strings and comments. Expressions are not evaluated: where a rule
//! needs a value, an expression is a problem with its line.

use serde_json::{Map, Value};

use super::ReadOutcome;
use super::code::{CodeError, Cursor, add_rule, constant};
use crate::problem::{Problem, Skipped};
use crate::rule::{Format, Origin};

/// Type of the resources that are rules, in lower case and without its version.
const RULE_TYPE: &str = "microsoft.securityinsights/alertrules";

/// What can be done about a file that is not read.
const REMEDY: &str =
    "write the rule's properties as plain values, or load the template that `bicep build` makes";

/// Whether a text looks like a Bicep file.
pub(super) fn recognises(text: &str) -> bool {
    text.lines().any(|line| {
        line.strip_prefix("resource ")
            .and_then(|rest| rest.trim_start().split_once(' '))
            .is_some_and(|(_, kind)| kind.trim_start().starts_with("'Microsoft."))
    })
}

/// Reads the rules of a file.
pub(super) fn read(file: &str, text: &str) -> ReadOutcome {
    let resources = match Parser(Cursor::new(text)).file() {
        Ok(resources) => resources,
        Err(error) => return ReadOutcome::problem(broken(file, error)),
    };
    let mut outcome = ReadOutcome::default();
    for resource in resources {
        let is_rule = resource.kind.split('@').next() == Some(RULE_TYPE);
        if !is_rule || resource.existing {
            if !resource.existing {
                outcome.skipped.push(Skipped {
                    what: format!("{file}, {}", resource.name),
                    reason: format!("a resource of type {}", resource.kind),
                });
            }
            continue;
        }
        match resource.fields() {
            Ok(fields) => {
                let origin = Origin {
                    file: file.to_owned(),
                    path: resource.name,
                    format: Format::Bicep,
                };
                add_rule(&mut outcome, text, origin, fields);
            }
            Err(error) => outcome.problems.push(broken(file, error)),
        }
    }
    outcome
}

fn broken(file: &str, error: CodeError) -> Problem {
    error.problem(file, "Bicep", REMEDY)
}

struct Resource {
    name: String,
    kind: String,
    existing: bool,
    line: usize,
    body: Vec<(String, Term)>,
}

/// A value, or something that is known when it is deployed.
enum Term {
    Data(Value),
    Expression,
}

impl Resource {
    /// The fields of the rule by their names in ARM.
    fn fields(&self) -> Result<Map<String, Value>, CodeError> {
        let mut found = Map::new();
        for (name, term) in &self.body {
            match (name.as_str(), term) {
                ("scope" | "parent" | "dependsOn", _) => {}
                ("properties", Term::Data(Value::Object(properties))) => {
                    found.extend(properties.clone());
                }
                ("name", Term::Data(id)) => {
                    found.insert("id".to_owned(), id.clone());
                }
                ("kind", Term::Data(kind)) => {
                    found.insert("kind".to_owned(), kind.clone());
                }
                (name, _) => {
                    return Err(CodeError {
                        line: self.line,
                        message: format!("`{name}` of `{}` is no plain value", self.name),
                    });
                }
            }
        }
        Ok(found)
    }
}

struct Parser<'t>(Cursor<'t>);

impl Parser<'_> {
    fn file(mut self) -> Result<Vec<Resource>, CodeError> {
        let mut resources = Vec::new();
        loop {
            self.0.space(false)?;
            let line = self.0.line;
            if self.0.rest.is_empty() {
                return Ok(resources);
            }
            if self.0.eat("@") {
                self.decorator()?;
                continue;
            }
            match self.0.word(false) {
                "resource" => resources.push(self.resource(line)?),
                "param" | "var" | "metadata" | "output" | "targetScope" => self.declaration()?,
                other => {
                    let message = format!(
                        "`{other}` begins no declaration that is read; resource, param, var, metadata, output and targetScope are"
                    );
                    return Err(CodeError { line, message });
                }
            }
        }
    }

    /// `@name('text')`: says nothing about a rule.
    fn decorator(&mut self) -> Result<(), CodeError> {
        self.dotted();
        self.0.expect("(")?;
        self.0.space(false)?;
        while !self.0.eat(")") {
            self.term()?;
            self.0.space(false)?;
            self.0.eat(",");
            self.0.space(false)?;
        }
        Ok(())
    }

    /// `param name type = value` and its like: says nothing about a rule.
    fn declaration(&mut self) -> Result<(), CodeError> {
        for _ in 0..2 {
            self.0.blanks();
            self.0.word(false);
        }
        self.0.blanks();
        if self.0.eat("=") {
            self.0.blanks();
            self.term()?;
        }
        Ok(())
    }

    fn resource(&mut self, line: usize) -> Result<Resource, CodeError> {
        self.0.blanks();
        let name = self.0.word(false).to_owned();
        self.0.blanks();
        let kind = self.string()?.to_ascii_lowercase();
        self.0.blanks();
        let existing = self.0.eat("existing");
        self.0.blanks();
        self.0.expect("=")?;
        self.0.blanks();
        self.0.expect("{")?;
        let mut body = Vec::new();
        self.0.space(false)?;
        while !self.0.eat("}") {
            let key = self.key()?;
            let term = self.term()?;
            if body.iter().any(|(known, _)| *known == key) {
                return self
                    .0
                    .error(format!("`{key}` stands here for the second time"));
            }
            body.push((key, term));
            self.0.space(false)?;
        }
        Ok(Resource {
            name,
            kind,
            existing,
            line,
            body,
        })
    }

    /// The name before a colon.
    fn key(&mut self) -> Result<String, CodeError> {
        let key = match self.0.peek() {
            Some('\'') => self.string()?,
            _ => self.0.word(false).to_owned(),
        };
        if key.is_empty() && self.0.peek() != Some(':') {
            return self.0.error("a name is expected here");
        }
        self.0.blanks();
        self.0.expect(":")?;
        self.0.blanks();
        Ok(key)
    }

    fn term(&mut self) -> Result<Term, CodeError> {
        if self
            .0
            .peek()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
        {
            let word = self.dotted();
            return Ok(match word.as_str() {
                "json" if self.0.eat("(") => {
                    let text = self.string()?;
                    self.0.expect(")")?;
                    match serde_json::from_str(&text) {
                        Ok(value) => Term::Data(value),
                        Err(error) => return self.0.error(format!("the JSON is broken: {error}")),
                    }
                }
                _ if self.0.peek() == Some('(') => {
                    return self
                        .0
                        .error(format!("the function `{word}` is not evaluated"));
                }
                word => constant(word).map_or(Term::Expression, Term::Data),
            });
        }
        self.value().map(Term::Data)
    }

    fn dotted(&mut self) -> String {
        let mut words = self.0.word(false).to_owned();
        while self.0.eat(".") {
            words.push('.');
            words.push_str(self.0.word(false));
        }
        words
    }

    fn value(&mut self) -> Result<Value, CodeError> {
        match self.0.peek() {
            Some('\'') => self.string().map(Value::String),
            Some('{') => self.object(),
            Some('[') => self.array(),
            Some(letter) if letter == '-' || letter.is_ascii_digit() => {
                self.0.number().map(Value::Number)
            }
            _ => self.0.error("a value is expected here"),
        }
    }

    /// A value inside of another, where expressions are not read.
    fn inner(&mut self) -> Result<Value, CodeError> {
        match self.term()? {
            Term::Data(value) => Ok(value),
            Term::Expression => self
                .0
                .error("an expression is not evaluated; a plain value is expected"),
        }
    }

    fn object(&mut self) -> Result<Value, CodeError> {
        self.0.descend()?;
        self.0.expect("{")?;
        let mut fields = Map::new();
        self.0.space(false)?;
        while !self.0.eat("}") {
            let key = self.key()?;
            let value = self.inner()?;
            self.0.put(&mut fields, key, value)?;
            self.0.space(false)?;
            self.0.eat(",");
            self.0.space(false)?;
        }
        self.0.depth -= 1;
        Ok(Value::Object(fields))
    }

    fn array(&mut self) -> Result<Value, CodeError> {
        self.0.descend()?;
        self.0.expect("[")?;
        let mut items = Vec::new();
        self.0.space(false)?;
        while !self.0.eat("]") {
            items.push(self.inner()?);
            self.0.space(false)?;
            self.0.eat(",");
            self.0.space(false)?;
        }
        self.0.depth -= 1;
        Ok(Value::Array(items))
    }

    fn string(&mut self) -> Result<String, CodeError> {
        if self.0.eat("'''") {
            return self.block();
        }
        self.0.expect("'")?;
        let mut text = String::new();
        loop {
            match self.0.next() {
                Some('\'') => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some('$') if self.0.peek() == Some('{') => {
                    return self.0.error("`${…}` in a text is not evaluated");
                }
                Some('\n') | None => return self.0.error("the text does not end on its line"),
                Some(letter) => text.push(letter),
            }
        }
    }

    /// A text between three quotes; the line end after the first is not part of it.
    fn block(&mut self) -> Result<String, CodeError> {
        if !self.0.eat("\r\n") {
            self.0.eat("\n");
        }
        let Some(end) = self.0.rest.find("'''") else {
            return self.0.error("the text between three quotes does not end");
        };
        let text = self.0.rest[..end].to_owned();
        self.0.line += text.matches('\n').count();
        self.0.rest = &self.0.rest[end + 3..];
        Ok(text)
    }

    fn escape(&mut self) -> Result<char, CodeError> {
        match self.0.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(same @ ('\\' | '\'' | '$')) => Ok(same),
            Some('u') => {
                self.0.expect("{")?;
                let digits = self.0.word(false);
                let letter = self.0.letter_of(digits)?;
                self.0.expect("}")?;
                Ok(letter)
            }
            _ => self.0.error("this escape is not known in Bicep"),
        }
    }
}
