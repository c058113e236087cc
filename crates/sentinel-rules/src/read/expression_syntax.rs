//! The grammar of ARM template expressions: text to a small tree. Nothing is looked up here.

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till, take_while1};
use nom::character::complete::{char, i64 as whole, multispace0};
use nom::combinator::{all_consuming, fail, map};
use nom::error::Error;
use nom::multi::{fold_many0, many1, separated_list0};
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

/// Deepest nesting of calls and indexes that is parsed, and of variables that is followed.
pub const MAX_EXPRESSION_DEPTH: usize = 32;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Expression {
    /// `'text'`.
    Text(String),
    /// A whole number.
    Number(i64),
    /// `name(argument, …)`.
    Call(String, Vec<Expression>),
    /// `expression.name`.
    Member(Box<Expression>, String),
    /// `expression[index]`.
    Element(Box<Expression>, Box<Expression>),
}

/// Reads the text between the brackets of an expression; `None` when it is not one.
pub(super) fn parse(text: &str) -> Option<Expression> {
    let mut whole_text = all_consuming(terminated(expression(0), multispace0));
    whole_text.parse(text).ok().map(|(_, found)| found)
}

/// What follows a primary expression.
enum Suffix {
    Member(String),
    Element(Expression),
}

fn expression<'t>(
    depth: usize,
) -> impl Parser<&'t str, Output = Expression, Error = Error<&'t str>> {
    move |input: &'t str| {
        if depth >= MAX_EXPRESSION_DEPTH {
            return fail().parse(input);
        }
        let (rest, first) = preceded(multispace0, |input| primary(depth, input)).parse(input)?;
        let mut first = Some(first);
        let suffixes = fold_many0(
            preceded(multispace0, |input| suffix(depth, input)),
            move || first.take().unwrap_or(Expression::Number(0)),
            |value, suffix| match suffix {
                Suffix::Member(name) => Expression::Member(Box::new(value), name),
                Suffix::Element(index) => Expression::Element(Box::new(value), Box::new(index)),
            },
        );
        { suffixes }.parse(rest)
    }
}

fn primary(depth: usize, input: &str) -> IResult<&str, Expression> {
    alt((
        map(text, Expression::Text),
        map(whole, Expression::Number),
        |input| call(depth, input),
    ))
    .parse(input)
}

fn suffix(depth: usize, input: &str) -> IResult<&str, Suffix> {
    let member = map(preceded(char('.'), word), Suffix::Member);
    let index = delimited(
        char('['),
        expression(depth + 1),
        preceded(multispace0, char(']')),
    );
    alt((member, map(index, Suffix::Element))).parse(input)
}

/// `'text'`, in which a doubled quote stands for one.
fn text(input: &str) -> IResult<&str, String> {
    let part = delimited(char('\''), take_till(|c| c == '\''), char('\''));
    map(many1(part), |parts: Vec<&str>| parts.join("'")).parse(input)
}

fn word(input: &str) -> IResult<&str, String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    map(take_while1(is_word), str::to_owned).parse(input)
}

fn call(depth: usize, input: &str) -> IResult<&str, Expression> {
    let comma = preceded(multispace0, tag(","));
    let arguments = delimited(
        preceded(multispace0, char('(')),
        separated_list0(comma, expression(depth + 1)),
        preceded(multispace0, char(')')),
    );
    map((word, arguments), |(name, arguments)| {
        Expression::Call(name, arguments)
    })
    .parse(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &str, arguments: Vec<Expression>) -> Expression {
        Expression::Call(name.to_owned(), arguments)
    }

    fn text(text: &str) -> Expression {
        Expression::Text(text.to_owned())
    }

    #[test]
    fn expressions_of_solution_templates() {
        let rule = Expression::Member(
            Box::new(call("variables", vec![text("rule1")])),
            "_id".to_owned(),
        );
        assert_eq!(parse("variables('rule1')._id"), Some(rule.clone()));
        assert_eq!(
            parse(" concat( 'it''s', -5 ,variables('rule1')._id ) "),
            Some(call(
                "concat",
                vec![text("it's"), Expression::Number(-5), rule]
            ))
        );
        let element = Expression::Element(
            Box::new(call("f", Vec::new())),
            Box::new(Expression::Number(0)),
        );
        assert_eq!(parse("f()[0]"), Some(element));
    }

    #[test]
    fn what_is_no_expression() {
        for wrong in [
            "",
            "f(",
            "f)",
            "'open",
            "f('a' 'b')",
            "f(,)",
            "a.b",
            "f() g()",
            "\u{1f511}",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        let deep = "f(".repeat(MAX_EXPRESSION_DEPTH) + &")".repeat(MAX_EXPRESSION_DEPTH);
        assert!(parse(&deep).is_some());
        assert_eq!(parse(&"f(".repeat(100_000)), None);
        assert_eq!(parse(&format!("f({deep})")), None);
    }
}
