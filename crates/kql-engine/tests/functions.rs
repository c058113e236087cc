//! The scalar functions and operators, called directly: `functions/*.txt` holds one
//! `expression => expected` a line.
//!
//! An expression is a literal, a call, or two of them around an operator. Expected is the text of the
//! result, `null`, or `error: ` and a part of the message.

#![allow(clippy::unwrap_used)]

use kql_analysis::text::{parse_json, value_text};
use kql_analysis::time::{parse_datetime, parse_timespan};
use kql_analysis::types::ScalarType;
use kql_analysis::value::Value;
use kql_engine::error::EvalError;
use kql_engine::functions::{Ctx, kernel, names};
use kql_engine::limits::Limits;

/// Reads and evaluates one expression at a time.
struct Reader<'a> {
    rest: &'a str,
    ctx: Ctx,
}

type Typed = (Value, ScalarType);

impl<'a> Reader<'a> {
    fn expression(&mut self) -> Result<Typed, EvalError> {
        let left = self.operand()?;
        self.rest = self.rest.trim_start();
        let operator = names()
            .filter(|name| self.rest.starts_with(&format!("{name} ")))
            .max_by_key(|name| name.len());
        let Some(operator) = operator else {
            return Ok(left);
        };
        self.rest = self.rest[operator.len()..].trim_start();
        let mut args = vec![left];
        if self.rest.starts_with('(') {
            self.rest = &self.rest[1..];
            args.extend(self.arguments()?);
        } else {
            args.push(self.operand()?);
        }
        self.call(operator, args)
    }

    fn operand(&mut self) -> Result<Typed, EvalError> {
        self.rest = self.rest.trim_start();
        let first = self.rest.chars().next().unwrap();
        if first == '"' {
            return Ok(self.string());
        }
        let end = self
            .rest
            .find(['(', ',', ')', ' '])
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        if first.is_ascii_digit() || (first == '-' && word.len() > 1) {
            return Ok(number(word));
        }
        let Some(inside) = rest.strip_prefix('(') else {
            return Ok(match word {
                "true" | "false" => (Value::Bool(word == "true"), ScalarType::Bool),
                "null" => (Value::Null, ScalarType::Long),
                other => panic!("unknown word {other:?}"),
            });
        };
        if let "datetime" | "timespan" | "dynamic" | "real" | "int" | "guid" = word {
            let end = closing(inside);
            self.rest = &inside[end + 1..];
            return Ok(literal(word, &inside[..end]));
        }
        self.rest = inside;
        let args = self.arguments()?;
        self.call(word, args)
    }

    fn arguments(&mut self) -> Result<Vec<Typed>, EvalError> {
        let mut args = Vec::new();
        loop {
            self.rest = self
                .rest
                .trim_start()
                .trim_start_matches(',')
                .trim_start_matches("..");
            self.rest = self.rest.trim_start();
            if let Some(rest) = self.rest.strip_prefix(')') {
                self.rest = rest;
                return Ok(args);
            }
            args.push(self.expression()?);
        }
    }

    fn string(&mut self) -> Typed {
        let end = 1 + self.rest[1..].find('"').unwrap();
        let text = self.rest[1..end].replace("\\n", "\n").replace("\\t", "\t");
        self.rest = &self.rest[end + 1..];
        (Value::String(text.into()), ScalarType::String)
    }

    fn call(&self, name: &str, args: Vec<Typed>) -> Result<Typed, EvalError> {
        let (values, types): (Vec<_>, Vec<_>) = args.into_iter().unzip();
        let kernel = kernel(name).unwrap_or_else(|| panic!("{name} has no kernel"));
        let value = kernel.call(&self.ctx, &values, &types)?;
        let ty = match &value {
            Value::Bool(_) => ScalarType::Bool,
            Value::String(_) => ScalarType::String,
            Value::Real(_) => ScalarType::Real,
            _ => ScalarType::Unknown,
        };
        Ok((value, ty))
    }
}

/// Place of the parenthesis that ends a literal.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let place = text.find(|c| match c {
        '(' => {
            depth += 1;
            false
        }
        ')' if depth == 0 => true,
        ')' => {
            depth -= 1;
            false
        }
        _ => false,
    });
    place.unwrap()
}

fn number(word: &str) -> Typed {
    if let Ok(whole) = word.parse() {
        return (Value::Long(whole), ScalarType::Long);
    }
    match word.parse() {
        Ok(real) => (Value::Real(real), ScalarType::Real),
        Err(_) => (
            Value::TimeSpan(parse_timespan(word).unwrap()),
            ScalarType::TimeSpan,
        ),
    }
}

fn literal(ty: &str, text: &str) -> Typed {
    let ty = ScalarType::from_name(ty).unwrap();
    let value = match ty {
        _ if text == "null" => Value::Null,
        ScalarType::DateTime => Value::DateTime(parse_datetime(text).unwrap()),
        ScalarType::TimeSpan => Value::TimeSpan(parse_timespan(text).unwrap()),
        ScalarType::Dynamic => parse_json(text).unwrap(),
        ScalarType::Int => Value::Int(text.parse().unwrap()),
        ScalarType::Guid => Value::Guid(kql_analysis::text::parse_guid(text).unwrap()),
        _ => Value::Real(text.parse().unwrap()),
    };
    (value, ty)
}

/// The result of an expression as the case files write it.
fn evaluate(expression: &str) -> String {
    let now = parse_datetime("2024-02-29T12:00:00Z").unwrap();
    let ctx = Ctx {
        now,
        limits: Limits::default(),
    };
    let mut reader = Reader {
        rest: expression,
        ctx,
    };
    match reader.expression() {
        Ok((Value::Null, _)) => "null".to_owned(),
        Ok((value, _)) => value_text(&value, ScalarType::Dynamic).into_owned(),
        Err(error) => format!("error: {}", error.message),
    }
}

#[test]
fn cases() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/functions");
    let mut files: Vec<_> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with("//"))
        {
            let (expression, expected) = line.split_once(" => ").expect(line);
            let actual = evaluate(expression);
            count += 1;
            let matches = match expected.strip_prefix("error: ") {
                Some(part) => actual.starts_with("error: ") && actual.contains(part),
                None => actual == if expected == "\"\"" { "" } else { expected },
            };
            if !matches {
                wrong.push(format!(
                    "{expression}\n  expected {expected}\n  actual   {actual}"
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} cases are wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 150, "only {count} cases were found");
}
