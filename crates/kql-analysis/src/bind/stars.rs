//! Predicates over all columns (`* has "x"`) and the terms of `search` and `find`.

use std::ops::Range;

use kql_syntax::ast::{Binary, Expr as Syntax};

use super::Binder;
use super::conversions::as_text;
use super::literals::constant;
use super::scope::Row;
use crate::plan::Expr;
use crate::registry::function_signatures;
use crate::types::ScalarType;
use crate::value::Value;

/// Text operators that have a form which tells letters of different case apart.
const WITH_CASE_FORM: [&str; 12] = [
    "has",
    "!has",
    "hasprefix",
    "!hasprefix",
    "hassuffix",
    "!hassuffix",
    "contains",
    "!contains",
    "startswith",
    "!startswith",
    "endswith",
    "!endswith",
];

/// Most tests of single columns that `*` and terms may stand for in one query.
pub const MAX_STAR_TESTS: usize = 500_000;

impl Binder<'_> {
    /// `left operator right`, where the left side may be `*`.
    pub(crate) fn binary(&mut self, binary: &Binary, row: &Row<'_>) -> Option<Expr> {
        let range = binary.range();
        let (left, operator) = (binary.left()?, binary.operator());
        let operator = self.in_case(&operator);
        if operator == ":" {
            return self.term_operation(&left, &binary.right()?, row, range);
        }
        let star = is_star(&left);
        let right = match star {
            true => self.expression(&binary.right()?, row)?,
            false => {
                let left = self.expression(&left, row)?;
                let right = self.expression(&binary.right()?, row)?;
                return self.operation(&operator, vec![left, right], range);
            }
        };
        match operator.strip_prefix('!') {
            // No column may have it.
            Some(inner) if inner != "=" && inner != "~" => {
                let any = self.any_column(inner, &right, row, range)?;
                self.negated(any)
            }
            _ => self.any_column(&operator, &right, row, range),
        }
    }

    /// The operator as it is inside of `search kind=case_sensitive`.
    fn in_case(&self, operator: &str) -> String {
        match self.case_sensitive {
            true if WITH_CASE_FORM.contains(&operator) => format!("{operator}_cs"),
            true if operator == "=~" => "==".to_owned(),
            true if operator == "!~" => "!=".to_owned(),
            _ => operator.to_owned(),
        }
    }

    fn negated(&mut self, operand: Expr) -> Option<Expr> {
        let not = function_signatures("not").first()?;
        let range = operand.range.clone();
        Some(Expr {
            kind: crate::plan::ExprKind::Call(not.declared, vec![operand]),
            ty: ScalarType::Bool,
            range,
        })
    }

    /// Whether the operation holds for any column that it applies to.
    fn any_column(
        &mut self,
        operator: &str,
        right: &Expr,
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let Some(schema) = row.schema else {
            let message = "`*` stands for the columns of a table, and there is none here";
            self.error("RS2004", message, None, range);
            return None;
        };
        let compares = matches!(operator, "==" | "!=" | "<" | "<=" | ">" | ">=");
        let mut tests = Vec::new();
        for (index, column) in schema.columns.iter().enumerate() {
            let fits = match compares {
                true => comparable(column.ty, right.ty),
                false => has_text(column.ty),
            };
            if fits {
                self.count_star_test(range.clone())?;
                let mut left = self.column(schema, index, range.clone());
                if !compares {
                    left = as_text(left);
                }
                tests.push(self.operation(operator, vec![left, right.clone()], range.clone())?);
            }
        }
        match tests.is_empty() {
            true => Some(constant(Value::Bool(false), ScalarType::Bool, range)),
            false => self.balanced("or", tests),
        }
    }

    fn count_star_test(&mut self, range: Range<usize>) -> Option<()> {
        self.star_tests += 1;
        if self.star_tests <= MAX_STAR_TESTS {
            return Some(());
        }
        let message =
            format!("the query tests more than {MAX_STAR_TESTS} columns with `*` or terms");
        let hint = "name the tables and columns".to_owned();
        self.error("RS2002", &message, Some(hint), range);
        None
    }

    /// `column:"term"` and `*:"term"`.
    fn term_operation(
        &mut self,
        left: &Syntax,
        right: &Syntax,
        row: &Row<'_>,
        range: Range<usize>,
    ) -> Option<Expr> {
        let Some(term) = right.string() else {
            let hint = "write a text in quotes, or compare with `==`";
            self.error(
                "RS2033",
                "`:` takes a term in quotes",
                Some(hint.to_owned()),
                range,
            );
            return None;
        };
        if is_star(left) {
            return self.term(&term, row, range);
        }
        let (operator, needle) = self.term_operator(&term);
        let left = self.expression(left, row)?;
        let left = as_text(left);
        let needle = text(needle, range.clone());
        self.operation(&operator, vec![left, needle], range)
    }

    /// Whether a term stands in any column.
    pub(crate) fn term(&mut self, term: &str, row: &Row<'_>, range: Range<usize>) -> Option<Expr> {
        if !term.is_empty() && term.chars().all(|c| c == '*') {
            return Some(constant(Value::Bool(true), ScalarType::Bool, range));
        }
        let (operator, needle) = self.term_operator(term);
        let needle = text(needle, range.clone());
        self.any_column(&operator, &needle, row, range)
    }

    /// The operator and the text that a term with wildcards stands for.
    fn term_operator(&self, term: &str) -> (String, String) {
        let inner = term.trim_matches('*');
        if inner.contains('*') {
            return ("matches regex".to_owned(), self.term_regex(term));
        }
        let operator = match (term.starts_with('*'), term.ends_with('*')) {
            (false, false) => "has",
            (true, false) => "hassuffix",
            (false, true) => "hasprefix",
            (true, true) => "contains",
        };
        (self.in_case(operator), inner.to_owned())
    }

    /// A term with `*` inside as a regular expression: it begins and ends with a word unless with `*`.
    fn term_regex(&self, term: &str) -> String {
        let parts = term.trim_matches('*').split('*').map(quoted);
        let middle = parts.collect::<Vec<_>>().join(".*");
        let edge = |open: bool| if open { "" } else { r"\b" };
        let case = if self.case_sensitive { "" } else { "(?i)" };
        let (start, end) = (edge(term.starts_with('*')), edge(term.ends_with('*')));
        format!("{case}{start}{middle}{end}")
    }

    /// The predicate of `search` and `find`: a text is a term to be found in any column, and `*` holds.
    pub(crate) fn search_predicate(&mut self, syntax: &Syntax, row: &Row<'_>) -> Option<Expr> {
        let range = syntax.range();
        match syntax {
            Syntax::Paren(paren) => self.search_predicate(&paren.inner()?, row),
            Syntax::Logical(logical) => {
                let operator = if logical.is_and() { "and" } else { "or" };
                let operands = logical.operands();
                let operands = operands
                    .iter()
                    .map(|operand| self.search_predicate(operand, row));
                let operands: Option<Vec<Expr>> = operands.collect();
                self.balanced(operator, operands?)
            }
            Syntax::Call(call) if call.name().is_some_and(|name| name.text() == "not") => {
                match call.arguments().as_slice() {
                    [operand] => {
                        let operand = self.search_predicate(operand, row)?;
                        self.negated(operand)
                    }
                    _ => self.predicate(syntax, row),
                }
            }
            Syntax::Star(_) | Syntax::Wildcard(_) if is_star(syntax) => {
                Some(constant(Value::Bool(true), ScalarType::Bool, range))
            }
            Syntax::Literal(_) => match self.expression(syntax, row)?.kind {
                crate::plan::ExprKind::Literal(Value::String(term)) => self.term(&term, row, range),
                crate::plan::ExprKind::Literal(Value::Long(number)) => {
                    self.term(&number.to_string(), row, range)
                }
                crate::plan::ExprKind::Literal(Value::Real(number)) => {
                    self.term(&crate::text::real_text(number), row, range)
                }
                _ => self.predicate(syntax, row),
            },
            _ => self.predicate(syntax, row),
        }
    }
}

/// Whether an expression is `*` alone.
fn is_star(syntax: &Syntax) -> bool {
    matches!(syntax, Syntax::Star(_) | Syntax::Wildcard(_)) && syntax.syntax().text() == "*"
}

fn text(text: String, range: Range<usize>) -> Expr {
    constant(Value::String(text.into()), ScalarType::String, range)
}

/// Whether terms are looked for in columns of a type. Numbers with a fraction are passed over.
fn has_text(ty: ScalarType) -> bool {
    !matches!(ty, ScalarType::Real | ScalarType::Decimal)
}

/// Whether a column may be compared with a value.
fn comparable(column: ScalarType, value: ScalarType) -> bool {
    column == value
        || (column.is_numeric() && value.is_numeric())
        || [column, value].contains(&ScalarType::Dynamic)
        || [column, value].contains(&ScalarType::Unknown)
}

/// Text as a regular expression that matches it alone.
fn quoted(text: &str) -> String {
    let mut quoted = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            quoted.push('\\');
        }
        quoted.push(c);
    }
    quoted
}
