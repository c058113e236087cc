//! The typed view finds the parts of the operators that have steps, levels, patterns or tables.

use kql_syntax::ast::{
    Expanded, Expr, FindColumn, Operator, Pattern, PatternPart, PatternUse, Statement,
};
use kql_syntax::parse;

/// The first operator of a pipeline, or the one at its head.
fn operator(text: &str) -> Operator {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics(), [], "{text}");
    match parsed.root().statements().next() {
        Some(Statement::Expression(Expr::Pipeline(pipeline))) => pipeline
            .operators()
            .into_iter()
            .next()
            .expect("an operator"),
        Some(Statement::Expression(Expr::Source(operator))) => operator,
        other => panic!("no operator in {other:?}"),
    }
}

fn text(expression: Option<Expr>) -> String {
    expression
        .map(|found| found.syntax().text().to_string())
        .unwrap_or_default()
}

#[test]
fn scan_has_declarations_and_steps() {
    let scan = operator(
        "T | scan with_match_id=m order by t desc partition by k declare (n: long = 0) \
         with (step a optional output=none: x > 1 => n = 1; step b: true;)",
    );
    assert_eq!(scan.parameter("with_match_id").as_deref(), Some("m"));
    assert!(scan.scan_order()[0].has("desc"));
    assert_eq!(text(scan.scan_partition().into_iter().next()), "k");
    assert_eq!(text(scan.declared()[0].default()), "0");
    let steps = scan.steps();
    assert!(steps[0].is_optional() && !steps[1].is_optional());
    assert_eq!(steps[0].output().as_deref(), Some("none"));
    assert_eq!(steps[1].output(), None);
    assert_eq!(text(steps[0].condition()), "x > 1");
    assert_eq!(text(steps[1].condition()), "true");
    assert_eq!(steps[0].assignments().len(), 1);
    assert_eq!(
        steps[1].name().map(|name| name.text()).as_deref(),
        Some("b")
    );
}

#[test]
fn top_nested_has_levels() {
    let levels = operator(
        "T | top-nested 3 of a with others=\"rest\" by count() desc, top-nested of b by max(c)",
    )
    .levels();
    assert_eq!(text(levels[0].count()), "3");
    assert_eq!(text(levels[1].count()), "");
    assert_eq!(text(levels[0].of()), "a");
    assert_eq!(text(levels[0].others()), "\"rest\"");
    assert!(levels[0].by().is_some_and(|by| by.has("desc")));
    assert_eq!(
        text(levels[1].by().and_then(|by| by.expression())),
        "max(c)"
    );
}

#[test]
fn parse_has_a_pattern() {
    let pattern = operator("T | parse s with * \"a\" x: long y").pattern();
    assert!(matches!(pattern[0], PatternPart::Star));
    assert!(
        matches!(&pattern[1], PatternPart::Text(found) if found.string().as_deref() == Some("a"))
    );
    assert!(
        matches!(&pattern[2], PatternPart::Column(found) if found.type_name().as_deref() == Some("long"))
    );
    assert!(matches!(&pattern[3], PatternPart::Column(found) if found.type_name().is_none()));
}

#[test]
fn search_and_find_have_tables_and_columns() {
    let search = operator("search in (T, U*) \"x\"");
    assert_eq!(search.tables().len(), 2);
    assert_eq!(text(search.expression()), "\"x\"");
    let find = operator("find in (T) where a == 1 project a, b: string, pack(*)");
    let columns = find.find_project().expect("a project clause");
    assert!(
        matches!(columns[1], FindColumn::Column(_)) && matches!(columns[2], FindColumn::Pack(_))
    );
    assert!(find.find_project_away().is_none());
}

#[test]
fn subqueries_are_found_wherever_they_stand() {
    for query in [
        "T | mv-apply x = d to typeof(long) on (where x > 1 | count)",
        "T | partition by a (where a > 1 | count)",
        "T | facet by a with (where a > 1 | count)",
    ] {
        let found = operator(query).subquery().expect("a subquery");
        assert_eq!(found.operators().len(), 2, "{query}");
    }
    assert!(
        operator("T | partition by a { U | take 1 }")
            .braced_query()
            .is_some()
    );
    let branches = operator("T | fork (count) b = (take 1)").branches();
    assert_eq!(
        branches[1].name().map(|name| name.text()).as_deref(),
        Some("b")
    );
    assert!(branches[0].subquery().is_some());
}

#[test]
fn expanded_columns_have_types() {
    let expanded = operator("T | mv-expand a to typeof(long), b").expanded();
    let types: Vec<bool> = expanded
        .iter()
        .map(|column: &Expanded| column.to.is_some())
        .collect();
    assert_eq!(types, [true, false]);
    let evaluate = operator("T | evaluate bag_unpack(d): (*, a: long)");
    assert!(evaluate.schema_is_open() && evaluate.columns().len() == 1);
    let of = operator("T | sample-distinct 5 of a");
    assert_eq!(text(of.clause(kql_syntax::SyntaxKind::OfClause)), "a");
}

#[test]
fn patterns_have_lines_that_uses_find() {
    let parsed = parse(
        "declare pattern P = (a: string, b: string)[c: string] { \
         (\"x\", \"y\").[\"z\"] = { T }; (\"x\", f).[\"z\"] = { U | count }; }; \
         P('x', 'y').z; P(\"x\", \"y\").['z']; P(\"x\", \"y\"); P(\"x\", f).z; P(\"x\").z; P(\"x\", \"y\")[\"z\"]",
    );
    assert_eq!(parsed.diagnostics(), []);
    let statements: Vec<Statement> = parsed.root().statements().collect();
    let [Statement::Other(declaration), uses @ ..] = statements.as_slice() else {
        panic!("{statements:?}");
    };
    let pattern = Pattern::of(declaration).expect("a pattern");
    assert_eq!(pattern.name().map(|name| name.text()).as_deref(), Some("P"));
    assert_eq!(pattern.parameters().len(), 2);
    assert!(pattern.path().is_some());
    assert_eq!(pattern.cases().len(), 2);
    let found = uses.iter().map(|used| match used {
        Statement::Expression(used) => PatternUse::of(used).and_then(|used| pattern.case(&used)),
        other => panic!("{other:?}"),
    });
    let found: Vec<bool> = found.map(|case| case.is_some()).collect();
    assert_eq!(found, [true, true, false, false, false, false]);
}
