//! The tabular operators that follow a pipe, one function for each shape.

use super::{close, comma_separated, expressions, in_parentheses, names, pipeline};
use crate::SyntaxKind;
use crate::parser::Parser;
use crate::syntax_kind::SyntaxKind::*;

/// What reads an operator behind its keyword.
type Shape = fn(&mut Parser<'_>);

/// Keyword, node and shape of every operator.
const OPERATORS: [(&str, SyntaxKind, Shape); 56] = [
    ("where", WhereOperator, predicate),
    ("filter", WhereOperator, predicate),
    ("project", ProjectOperator, named_list),
    ("project-away", ProjectAwayOperator, wildcard_list),
    ("project-keep", ProjectKeepOperator, wildcard_list),
    ("project-rename", ProjectRenameOperator, named_list),
    ("project-reorder", ProjectReorderOperator, reorder),
    ("project-by-names", ProjectByNamesOperator, by_names),
    ("extend", ExtendOperator, named_list),
    ("summarize", SummarizeOperator, summarize),
    ("distinct", DistinctOperator, distinct),
    ("sort", SortOperator, sort),
    ("order", SortOperator, sort),
    ("take", TakeOperator, predicate),
    ("limit", TakeOperator, predicate),
    ("top", TopOperator, top),
    ("top-nested", TopNestedOperator, top_nested),
    ("top-hitters", TopHittersOperator, top_hitters),
    ("count", CountOperator, count),
    ("join", JoinOperator, join),
    ("lookup", LookupOperator, join),
    ("union", UnionOperator, union),
    ("mv-expand", MvExpandOperator, mv_expand),
    ("mvexpand", MvExpandOperator, mv_expand),
    ("mv-apply", MvApplyOperator, mv_apply),
    ("mvapply", MvApplyOperator, mv_apply),
    ("make-series", MakeSeriesOperator, make_series),
    ("as", AsOperator, name_only),
    ("render", RenderOperator, render),
    ("serialize", SerializeOperator, optional_named_list),
    ("parse", ParseOperator, parse),
    ("parse-where", ParseOperator, parse),
    ("parse-kv", ParseKvOperator, parse_kv),
    ("evaluate", EvaluateOperator, evaluate),
    ("invoke", InvokeOperator, invoke),
    ("getschema", GetSchemaOperator, nothing),
    ("sample", SampleOperator, predicate),
    ("sample-distinct", SampleDistinctOperator, sample_distinct),
    ("partition", PartitionOperator, partition),
    ("scan", ScanOperator, scan),
    ("search", SearchOperator, search),
    ("find", FindOperator, find),
    ("facet", FacetOperator, facet),
    ("fork", ForkOperator, fork),
    ("reduce", ReduceOperator, reduce),
    ("consume", ConsumeOperator, parameters),
    ("execute_and_cache", ExecuteAndCacheOperator, nothing),
    (
        "assert-schema",
        AssertSchemaOperator,
        names::column_declarations,
    ),
    ("make-graph", MakeGraphOperator, unread),
    ("graph-match", GraphMatchOperator, unread),
    ("graph-shortest-paths", GraphShortestPathsOperator, unread),
    ("graph-to-table", GraphToTableOperator, unread),
    (
        "graph-mark-components",
        GraphMarkComponentsOperator,
        parameters,
    ),
    ("graph-where-nodes", GraphWhereNodesOperator, predicate),
    ("graph-where-edges", GraphWhereEdgesOperator, predicate),
    ("macro-expand", MacroExpandOperator, unread),
];

/// Names of operator parameters, besides `hint.…`.
const PARAMETERS: [&str; 14] = [
    "kind",
    "isfuzzy",
    "withsource",
    "bagexpansion",
    "with_itemindex",
    "decodeblocks",
    "flags",
    "shufflekey",
    "with_match_id",
    "datascope",
    "with_source",
    "id",
    "remote",
    "spread",
];

/// Whether an operator's keyword stands here.
pub(super) fn begins(p: &Parser<'_>) -> bool {
    p.at(Word) && OPERATORS.iter().any(|(keyword, _, _)| *keyword == p.word())
}

/// One operator with its keyword.
pub(super) fn operator(p: &mut Parser<'_>) {
    let known = OPERATORS.iter().find(|(keyword, _, _)| p.at_word(keyword));
    match known {
        Some((_, kind, shape)) => {
            p.start(*kind);
            p.bump();
            shape(p);
            p.end();
        }
        None => unknown(p),
    }
}

fn unknown(p: &mut Parser<'_>) {
    if p.at(Word) {
        let message = format!("`{}` is not an operator", p.word());
        let nearest = nearest_keyword(p.word()).map(|keyword| format!("did you mean `{keyword}`?"));
        p.report("RS1006", &message, nearest.as_deref());
    } else {
        p.expected("an operator such as `where`");
    }
    p.start(UnknownOperator);
    unread(p);
    p.end();
}

/// The keyword that shares the longest beginning with a word, if that is most of it.
fn nearest_keyword(word: &str) -> Option<&'static str> {
    let lower = word.to_lowercase();
    let common = |keyword: &str| {
        lower
            .chars()
            .zip(keyword.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let best = OPERATORS
        .iter()
        .map(|(keyword, _, _)| *keyword)
        .max_by_key(|keyword| common(keyword))?;
    (common(best) >= 3).then_some(best)
}

/// A clause that opens with a word and holds one expression.
pub(super) fn clause(p: &mut Parser<'_>, kind: SyntaxKind, word: &str) {
    p.start(kind);
    p.expect_word(word);
    expressions::expression(p);
    p.end();
}

fn optional_clause(p: &mut Parser<'_>, kind: SyntaxKind, word: &str) {
    if p.at_word(word) {
        clause(p, kind, word);
    }
}

fn nothing(_: &mut Parser<'_>) {}

/// Text of an operator that is kept but not understood.
fn unread(p: &mut Parser<'_>) {
    p.skip_until(|p| matches!(p.kind(), Pipe | Semicolon | RightParen | RightBrace));
}

/// `hint.strategy=shuffle kind=inner …`
fn parameters(p: &mut Parser<'_>) {
    loop {
        let hint = p.at_word("hint") && p.nth(1) == Dot && p.nth(3) == Equal;
        let plain = p.at_any_word(&PARAMETERS) && p.nth(1) == Equal;
        if !hint && !plain {
            return;
        }
        p.start(OperatorParameter);
        if hint {
            p.bump();
            p.bump();
        }
        p.bump();
        p.bump();
        match p.kind() {
            LeftParen => expressions::expression(p),
            Word | String | Integer | Typed | Real => p.bump(),
            _ => p.expected("a value"),
        }
        p.end();
    }
}

/// Named expressions between commas as one node.
fn named_list(p: &mut Parser<'_>) {
    list_of(p, expressions::named);
}

fn list_of(p: &mut Parser<'_>, item: Shape) {
    p.start(Expressions);
    comma_separated(p, item);
    p.end();
}

fn optional_named_list(p: &mut Parser<'_>) {
    if !ends(p) {
        named_list(p);
    }
}

fn ends(p: &Parser<'_>) -> bool {
    matches!(p.kind(), Pipe | Semicolon | RightParen | RightBrace | End)
}

fn wildcard_list(p: &mut Parser<'_>) {
    list_of(p, wildcard_or_path);
}

/// `name`, `na*`, or `column.member`.
fn wildcard_or_path(p: &mut Parser<'_>) {
    match names::begins_wildcard(p) {
        true => names::wildcard(p),
        false => expressions::expression(p),
    }
}

fn reorder(p: &mut Parser<'_>) {
    if ends(p) {
        return;
    }
    list_of(p, |p| {
        let start = p.checkpoint();
        wildcard_or_path(p);
        if p.at_any_word(&["asc", "desc", "granny-asc", "granny-desc"]) {
            p.start_at(start, OrderedExpression);
            p.bump();
            p.end();
        }
    });
}

fn predicate(p: &mut Parser<'_>) {
    parameters(p);
    expressions::expression(p);
}

fn summarize(p: &mut Parser<'_>) {
    parameters(p);
    if !p.at_word("by") && !ends(p) {
        named_list(p);
    }
    by_clause(p);
}

fn by_clause(p: &mut Parser<'_>) {
    if p.at_word("by") {
        p.start(ByClause);
        p.bump();
        named_list(p);
        p.end();
    }
}

fn distinct(p: &mut Parser<'_>) {
    parameters(p);
    if p.at(Star) && matches!(p.nth(1), Pipe | Semicolon | End | RightParen | RightBrace) {
        p.start(Expressions);
        names::wildcard(p);
        p.end();
    } else {
        named_list(p);
    }
}

fn sort(p: &mut Parser<'_>) {
    parameters(p);
    p.expect_word("by");
    ordered_list(p);
}

fn ordered_list(p: &mut Parser<'_>) {
    list_of(p, ordered);
}

/// `expression [asc|desc] [nulls first|last]`.
fn ordered(p: &mut Parser<'_>) {
    p.start(OrderedExpression);
    expressions::named(p);
    if p.at_any_word(&["asc", "desc"]) {
        p.bump();
    }
    if p.eat_word("nulls") && !p.eat_word("first") {
        p.expect_word("last");
    }
    p.end();
}

fn top(p: &mut Parser<'_>) {
    parameters(p);
    expressions::expression(p);
    p.expect_word("by");
    ordered_list(p);
}

/// `top-nested [count] of column [with others = value] by aggregate, …`
fn top_nested(p: &mut Parser<'_>) {
    // The keyword of the first level is already read by the dispatcher; it belongs to the operator.
    let mut first = true;
    comma_separated(p, |p| {
        p.start(TopNestedClause);
        if !std::mem::take(&mut first) {
            p.eat_word("top-nested");
        }
        if !p.at_word("of") {
            expressions::named(p);
        }
        of_clause(p);
        others_clause(p);
        p.start(ByClause);
        p.expect_word("by");
        ordered(p);
        p.end();
        p.end();
    });
}

fn of_clause(p: &mut Parser<'_>) {
    p.start(OfClause);
    p.expect_word("of");
    expressions::named(p);
    p.end();
}

fn others_clause(p: &mut Parser<'_>) {
    if p.at_word("with") {
        p.start(OthersClause);
        p.bump();
        p.expect_word("others");
        p.expect(Equal, "`=`");
        expressions::expression(p);
        p.end();
    }
}

fn top_hitters(p: &mut Parser<'_>) {
    expressions::named(p);
    of_clause(p);
    if p.at_word("by") {
        p.start(ByClause);
        p.bump();
        expressions::named(p);
        p.end();
    }
}

fn count(p: &mut Parser<'_>) {
    if p.eat_word("as") {
        names::declaration(p);
    }
}

fn join(p: &mut Parser<'_>) {
    parameters(p);
    expressions::expression(p);
    parameters(p);
    if p.at_word("on") {
        p.start(OnClause);
        p.bump();
        list_of(p, expressions::expression);
        p.end();
    } else if p.at_word("where") {
        clause(p, OnClause, "where");
    }
}

fn union(p: &mut Parser<'_>) {
    parameters(p);
    list_of(p, |p| match names::begins_wildcard(p) {
        true => names::wildcard(p),
        false => expressions::expression(p),
    });
}

/// Expanded columns, each with an optional type.
fn expanded_list(p: &mut Parser<'_>) {
    list_of(p, |p| {
        if !p.at_word("to") {
            expressions::named(p);
        }
        if p.at_word("to") {
            p.start(ToTypeClause);
            p.bump();
            if p.at_word("typeof") {
                expressions::expression(p);
            } else {
                p.expected("`typeof(…)`");
            }
            p.end();
        }
    });
}

fn mv_expand(p: &mut Parser<'_>) {
    parameters(p);
    expanded_list(p);
    optional_clause(p, LimitClause, "limit");
}

fn mv_apply(p: &mut Parser<'_>) {
    parameters(p);
    expanded_list(p);
    optional_clause(p, LimitClause, "limit");
    optional_clause(p, IdClause, "id");
    p.start(OnClause);
    p.expect_word("on");
    subquery_in_parentheses(p);
    p.end();
}

fn subquery_in_parentheses(p: &mut Parser<'_>) {
    p.nested(|p| {
        if p.expect(LeftParen, "`(`") {
            pipeline::subquery(p);
            close(p, RightParen, "`)`");
        }
    });
}

fn make_series(p: &mut Parser<'_>) {
    parameters(p);
    list_of(p, |p| {
        expressions::named(p);
        if p.at_word("default") {
            p.start(DefaultClause);
            p.bump();
            p.expect(Equal, "`=`");
            expressions::expression(p);
            p.end();
        }
    });
    clause(p, OnClause, "on");
    if p.eat_word("in") {
        // The older spelling `in range(from, to, step)`.
        expressions::expression(p);
    } else {
        optional_clause(p, FromClause, "from");
        optional_clause(p, ToClause, "to");
        clause(p, StepClause, "step");
    }
    by_clause(p);
}

fn name_only(p: &mut Parser<'_>) {
    parameters(p);
    names::declaration(p);
}

fn render(p: &mut Parser<'_>) {
    p.expect(Word, "a kind of chart such as `timechart`");
    with_clause(p);
    while p.at(Word) && p.nth(1) == Equal {
        p.start(OperatorParameter);
        p.bump();
        p.bump();
        expressions::expression(p);
        p.end();
    }
}

/// `with (name = value, …)`, or without parentheses.
fn with_clause(p: &mut Parser<'_>) {
    if !p.at_word("with") {
        return;
    }
    p.start(WithClause);
    p.bump();
    match p.at(LeftParen) {
        true => in_parentheses(p, property),
        false => comma_separated(p, property),
    }
    p.end();
}

/// `name = value`; a value may be a list of names.
fn property(p: &mut Parser<'_>) {
    p.start(OperatorParameter);
    names::declaration(p);
    p.expect(Equal, "`=`");
    expressions::expression(p);
    p.end();
}

fn by_names(p: &mut Parser<'_>) {
    if !ends(p) {
        list_of(p, expressions::expression);
    }
}

/// `parse kind=regex flags=i x with "text" name: type * …`
fn parse(p: &mut Parser<'_>) {
    parameters(p);
    expressions::expression(p);
    p.expect_word("with");
    p.start(Pattern);
    loop {
        match p.kind() {
            String => expressions::literal(p),
            Star => star(p),
            _ if names::begins(p, 0) => typed_name(p),
            _ => break,
        }
    }
    p.end();
}

fn star(p: &mut Parser<'_>) {
    p.start(StarExpression);
    p.bump();
    p.end();
}

/// `name` or `name: type`.
fn typed_name(p: &mut Parser<'_>) {
    p.start(ColumnDeclaration);
    names::declaration(p);
    if p.eat(Colon) {
        names::type_name(p);
    }
    p.end();
}

fn parse_kv(p: &mut Parser<'_>) {
    expressions::expression(p);
    p.expect_word("as");
    names::column_declarations(p);
    with_clause(p);
}

fn evaluate(p: &mut Parser<'_>) {
    parameters(p);
    expressions::expression(p);
    if p.eat(Colon) {
        names::column_declarations(p);
    }
}

fn invoke(p: &mut Parser<'_>) {
    expressions::expression(p);
}

fn sample_distinct(p: &mut Parser<'_>) {
    parameters(p);
    expressions::named(p);
    of_clause(p);
}

fn partition(p: &mut Parser<'_>) {
    parameters(p);
    p.expect_word("by");
    expressions::path(p);
    if p.at_word("in") {
        clause(p, InClause, "in");
    }
    if p.at(LeftBrace) {
        p.start(BracedQuery);
        p.bump();
        p.nested(pipeline::pipeline);
        close(p, RightBrace, "`}`");
        p.end();
    } else {
        subquery_in_parentheses(p);
    }
}

/// `scan [order by …] [partition by …] [declare (…)] with (step …; …)`; also with `declare` first.
fn scan(p: &mut Parser<'_>) {
    parameters(p);
    loop {
        match p.word() {
            "order" => by_list(p, OrderByClause, ordered),
            "partition" => by_list(p, PartitionByClause, expressions::expression),
            "declare" => {
                p.bump();
                super::statements::parameters(p);
            }
            _ => break,
        }
    }
    p.expect_word("with");
    if p.expect(LeftParen, "`(`") {
        while p.at_word("step") {
            p.nested(scan_step);
        }
        close(p, RightParen, "`step` or `)`");
    }
}

/// `order by …` and `partition by …`.
fn by_list(p: &mut Parser<'_>, kind: SyntaxKind, item: Shape) {
    p.start(kind);
    p.bump();
    p.expect_word("by");
    list_of(p, item);
    p.end();
}

/// `step name [optional] [output = all]: condition [=> column = value, …];`
fn scan_step(p: &mut Parser<'_>) {
    p.start(ScanStep);
    p.bump();
    names::declaration(p);
    p.eat_word("optional");
    if p.at_word("output") {
        p.start(OutputClause);
        p.bump();
        p.expect(Equal, "`=`");
        p.expect(Word, "`all`, `last` or `none`");
        p.end();
    }
    p.expect(Colon, "`:`");
    expressions::expression(p);
    if p.eat(FatArrow) {
        comma_separated(p, |p| {
            p.start(NamedExpression);
            names::declaration(p);
            p.expect(Equal, "`=`");
            expressions::expression(p);
            p.end();
        });
    }
    p.expect(Semicolon, "`;`");
    p.end();
}

fn search(p: &mut Parser<'_>) {
    parameters(p);
    search_tables(p);
    expressions::expression(p);
}

fn search_tables(p: &mut Parser<'_>) {
    if p.at_word("in") && p.nth(1) == LeftParen {
        p.start(InClause);
        p.bump();
        in_parentheses(p, wildcard_or_path);
        p.end();
    }
}

fn find(p: &mut Parser<'_>) {
    parameters(p);
    search_tables(p);
    parameters(p);
    if p.eat_word("where") || !p.at_any_word(&["project", "project-smart", "project-away"]) {
        expressions::expression(p);
    }
    if p.at_word("project-smart") {
        p.start(ProjectClause);
        p.bump();
        p.end();
    }
    for (word, kind) in [
        ("project", ProjectClause),
        ("project-away", ProjectAwayClause),
    ] {
        if p.at_word(word) {
            p.start(kind);
            p.bump();
            comma_separated(p, find_column);
            p.end();
        }
    }
}

/// `name[: type]`, `*` or `pack(*)`.
fn find_column(p: &mut Parser<'_>) {
    match (p.kind(), p.nth(1)) {
        (Star, _) => star(p),
        (Word, LeftParen) if p.at_word("pack") => expressions::expression(p),
        _ => typed_name(p),
    }
}

fn facet(p: &mut Parser<'_>) {
    p.start(ByClause);
    p.expect_word("by");
    list_of(p, expressions::expression);
    p.end();
    if p.at_word("with") {
        p.start(WithClause);
        p.bump();
        subquery_in_parentheses(p);
        p.end();
    }
}

fn fork(p: &mut Parser<'_>) {
    while p.at(LeftParen) || (names::begins(p, 0) && p.nth(1) == Equal) {
        let before = p.progress();
        p.start(ForkBranch);
        if !p.at(LeftParen) {
            names::declaration(p);
            p.bump();
        }
        subquery_in_parentheses(p);
        p.end();
        if p.progress() == before {
            return;
        }
    }
}

fn reduce(p: &mut Parser<'_>) {
    parameters(p);
    p.expect_word("by");
    expressions::named(p);
    with_clause(p);
}
