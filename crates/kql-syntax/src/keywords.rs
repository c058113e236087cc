//! The reserved words of KQL: where each may stand as a name, and which operator it spells.
//!
//! The lists are those of Microsoft's parser. A word that is in none of them is a plain name.

/// What a word may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// A word without meaning to the grammar.
    Plain,
    /// A keyword that may be any name.
    Name,
    /// A keyword that may be a new name before `=` or `:`, but not a reference.
    NewName,
    /// `kind`, `withsource`: a keyword that may be a reference to a column.
    Column,
    /// A keyword that is a name only in `['…']`.
    Reserved,
    /// `true`, `false` and their spellings.
    Boolean,
}

/// How a keyword binds two operands, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Infix {
    None,
    Or,
    And,
    /// `in`, `has_any`, `has_all` and negations: a list in parentheses follows.
    List,
    /// `between` and `!between`: a range in parentheses follows.
    Range,
    /// `has`, `contains`, `matches regex` and relatives.
    Text,
}

/// Class and binding of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word {
    pub class: Class,
    pub infix: Infix,
}

const PLAIN: Word = Word {
    class: Class::Plain,
    infix: Infix::None,
};

/// Keywords that may be any name.
const NAMES: [&str; 63] = [
    "__partitionby",
    "access",
    "alias",
    "best_effort",
    "bin",
    "bool",
    "consume",
    "count",
    "database",
    "dataformat",
    "datetime_pattern",
    "declare",
    "default",
    "distinct",
    "edges",
    "entity_group",
    "evaluate",
    "extend",
    "facet",
    "filter",
    "fork",
    "from",
    "getschema",
    "graph",
    "guid",
    "id",
    "inline_external_table",
    "join",
    "let",
    "limit",
    "lookup",
    "mvapply",
    "mvexpand",
    "nodes",
    "null",
    "nulls",
    "on",
    "optional",
    "order",
    "output",
    "pack",
    "parse",
    "partition",
    "pattern",
    "plotly",
    "query_parameters",
    "range",
    "reduce",
    "regex",
    "render",
    "restrict",
    "scan",
    "serialize",
    "sort",
    "step",
    "summarize",
    "take",
    "top",
    "typeof",
    "uuid",
    "view",
    "with",
    "with_node_id",
];

/// Keywords that may be new names only.
const NEW_NAMES: [&str; 27] = [
    "accumulate",
    "as",
    "by",
    "datatable",
    "earliest",
    "externaldata",
    "find",
    "invoke",
    "latest",
    "materialize",
    "mdm",
    "of",
    "print",
    "sample",
    "sample-distinct",
    "search",
    "set",
    "sql",
    "title",
    "to",
    "top-hitters",
    "top-nested",
    "toscalar",
    "totable",
    "verbose",
    "viewers",
    "where",
];

/// Keywords that may be references to columns.
const COLUMNS: [&str; 3] = ["kind", "with_source", "withsource"];

/// Keywords that are names only in brackets.
const RESERVED: [&str; 144] = [
    "3Dchart",
    "__contextual_datatable",
    "__crossCluster",
    "__crossDB",
    "__executeAndCache",
    "__id",
    "__isFuzzy",
    "__noWithSource",
    "__packedColumn",
    "__projectAway",
    "__sourceColumnIndex",
    "anomalychart",
    "areachart",
    "asc",
    "assert-schema",
    "bagexpansion",
    "barchart",
    "bin_legacy",
    "boolean",
    "byte",
    "cachingpolicy",
    "callout",
    "cancel",
    "card",
    "char",
    "columnchart",
    "commands-and-queries",
    "cycles",
    "dataexport",
    "datascope",
    "date",
    "datetime",
    "decimal",
    "decodeblocks",
    "desc",
    "double",
    "dynamic",
    "encodingpolicy",
    "expandoutput",
    "extent_tags_retention",
    "external_data",
    "first",
    "flags",
    "float",
    "force_remote",
    "granny-asc",
    "granny-desc",
    "graph-mark-components",
    "graph-match",
    "graph-shortest-paths",
    "graph-to-table",
    "graph-where-edges",
    "graph-where-nodes",
    "harddelete",
    "hardretention",
    "hint.concurrency",
    "hint.distribution",
    "hint.materialized",
    "hint.num_partitions",
    "hint.progressive_top",
    "hint.remote",
    "hint.shufflekey",
    "hint.spread",
    "hint.strategy",
    "hotcache",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "isfuzzy",
    "journal",
    "ladderchart",
    "last",
    "linechart",
    "long",
    "macro-expand",
    "make-graph",
    "make-series",
    "materialized-view-combine",
    "materialized-views",
    "missing",
    "mv-apply",
    "mv-expand",
    "nooptimization",
    "others",
    "parse-kv",
    "parse-where",
    "partitioned-by",
    "pathformat",
    "piechart",
    "pivotchart",
    "project",
    "project-away",
    "project-by-names",
    "project-keep",
    "project-rename",
    "project-reorder",
    "project-smart",
    "queries",
    "query_results",
    "real",
    "relaxed",
    "restricted_view_access",
    "row_level_security",
    "rowstore",
    "rowstore_references",
    "rowstore_sealinfo",
    "rowstorepolicy",
    "rowstores",
    "scatterchart",
    "seal",
    "seals",
    "set-or-append",
    "set-or-replace",
    "shards",
    "simple",
    "softdelete",
    "softretention",
    "stackedareachart",
    "statistics",
    "storedqueryresultcontainers",
    "string",
    "tablepurge",
    "time",
    "timechart",
    "timeline",
    "timepivot",
    "timespan",
    "treemap",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "ulong",
    "union",
    "uniqueid",
    "unrestrictedviewers",
    "views",
    "with_itemindex",
    "with_match_id",
    "with_step_name",
    "writeaheadlog",
];

/// Keywords between operands.
const OPERATORS: [(&str, Class, Infix); 42] = [
    ("and", Class::Reserved, Infix::And),
    ("or", Class::Reserved, Infix::Or),
    ("in", Class::NewName, Infix::List),
    ("in~", Class::Reserved, Infix::List),
    ("!in", Class::Reserved, Infix::List),
    ("!in~", Class::Reserved, Infix::List),
    ("has_any", Class::Reserved, Infix::List),
    ("has_all", Class::Reserved, Infix::List),
    ("between", Class::Reserved, Infix::Range),
    ("!between", Class::Reserved, Infix::Range),
    ("has", Class::NewName, Infix::Text),
    ("has_cs", Class::Reserved, Infix::Text),
    ("hasprefix", Class::Reserved, Infix::Text),
    ("hasprefix_cs", Class::Reserved, Infix::Text),
    ("hassuffix", Class::Reserved, Infix::Text),
    ("hassuffix_cs", Class::Reserved, Infix::Text),
    ("contains", Class::NewName, Infix::Text),
    ("contains_cs", Class::Reserved, Infix::Text),
    ("containscs", Class::Reserved, Infix::Text),
    ("startswith", Class::Reserved, Infix::Text),
    ("startswith_cs", Class::Reserved, Infix::Text),
    ("endswith", Class::Reserved, Infix::Text),
    ("endswith_cs", Class::Reserved, Infix::Text),
    ("like", Class::Reserved, Infix::Text),
    ("likecs", Class::Reserved, Infix::Text),
    ("notlike", Class::Reserved, Infix::Text),
    ("notlikecs", Class::Reserved, Infix::Text),
    ("notcontains", Class::Reserved, Infix::Text),
    ("notcontainscs", Class::Reserved, Infix::Text),
    ("!has", Class::Reserved, Infix::Text),
    ("!has_cs", Class::Reserved, Infix::Text),
    ("!hasprefix", Class::Reserved, Infix::Text),
    ("!hasprefix_cs", Class::Reserved, Infix::Text),
    ("!hassuffix", Class::Reserved, Infix::Text),
    ("!hassuffix_cs", Class::Reserved, Infix::Text),
    ("!contains", Class::Reserved, Infix::Text),
    ("!contains_cs", Class::Reserved, Infix::Text),
    ("!startswith", Class::Reserved, Infix::Text),
    ("!startswith_cs", Class::Reserved, Infix::Text),
    ("!endswith", Class::Reserved, Infix::Text),
    ("!endswith_cs", Class::Reserved, Infix::Text),
    ("matches regex", Class::Reserved, Infix::Text),
];

/// Spellings of the truth values.
const BOOLEANS: [&str; 6] = ["true", "True", "TRUE", "false", "False", "FALSE"];

const COUNT: usize = NAMES.len()
    + NEW_NAMES.len()
    + COLUMNS.len()
    + RESERVED.len()
    + OPERATORS.len()
    + BOOLEANS.len();

/// All keywords.
static KEYWORDS: [(&str, Word); COUNT] = keywords();

/// A power of two well above the number of keywords.
const SLOTS: usize = 512;

/// Where each keyword is, at the slot that its hash names or at the next free one; 0 is a free slot.
static TABLE: [u16; SLOTS] = table();

const fn keywords() -> [(&'static str, Word); COUNT] {
    let mut all = [("", PLAIN); COUNT];
    let mut count = add(&mut all, 0, &NAMES, Class::Name);
    count = add(&mut all, count, &NEW_NAMES, Class::NewName);
    count = add(&mut all, count, &COLUMNS, Class::Column);
    count = add(&mut all, count, &RESERVED, Class::Reserved);
    count = add(&mut all, count, &BOOLEANS, Class::Boolean);
    let mut index = 0;
    while index < OPERATORS.len() {
        let (text, class, infix) = OPERATORS[index];
        all[count + index] = (text, Word { class, infix });
        index += 1;
    }
    all
}

/// Puts words behind the first `count`, and gives the new count.
const fn add(
    all: &mut [(&'static str, Word); COUNT],
    count: usize,
    words: &[&'static str],
    class: Class,
) -> usize {
    let infix = Infix::None;
    let mut index = 0;
    while index < words.len() {
        all[count + index] = (words[index], Word { class, infix });
        index += 1;
    }
    count + words.len()
}

const fn table() -> [u16; SLOTS] {
    let keywords = keywords();
    let mut table = [0; SLOTS];
    let mut index = 0;
    while index < COUNT {
        let mut slot = hash(keywords[index].0.as_bytes());
        while table[slot] != 0 {
            slot = (slot + 1) % SLOTS;
        }
        table[slot] = index as u16 + 1;
        index += 1;
    }
    table
}

/// A slot for a word: by its length and five of its letters.
const fn hash(text: &[u8]) -> usize {
    if text.is_empty() {
        return 0;
    }
    let last = text.len() - 1;
    let second = if last > 0 { 1 } else { 0 };
    let mixed = text[0] as u32
        ^ (text[second] as u32) << 7
        ^ (text[last / 2] as u32) << 14
        ^ (text[last - second] as u32) << 19
        ^ (text[last] as u32) << 24;
    let mixed = (mixed ^ text.len() as u32).wrapping_mul(0x9e37_79b1);
    (mixed >> 16) as usize % SLOTS
}

/// What a word is.
pub(crate) fn lookup(text: &str) -> Word {
    let mut slot = hash(text.as_bytes());
    while let Some((keyword, word)) = keyword_at(slot) {
        if *keyword == text {
            return *word;
        }
        slot = (slot + 1) % SLOTS;
    }
    PLAIN
}

fn keyword_at(slot: usize) -> Option<&'static (&'static str, Word)> {
    KEYWORDS.get(usize::from(TABLE[slot]).checked_sub(1)?)
}

/// Keywords that hold a hyphen, a dot or a blank, longest first where one begins another.
const COMPOUND: [&str; 41] = [
    "materialized-view-combine",
    "graph-mark-components",
    "commands-and-queries",
    "graph-shortest-paths",
    "hint.progressive_top",
    "hint.num_partitions",
    "materialized-views",
    "graph-where-edges",
    "graph-where-nodes",
    "hint.distribution",
    "hint.materialized",
    "hint.concurrency",
    "project-by-names",
    "hint.shufflekey",
    "project-reorder",
    "sample-distinct",
    "graph-to-table",
    "partitioned-by",
    "project-rename",
    "set-or-replace",
    "assert-schema",
    "hint.strategy",
    "matches regex",
    "project-smart",
    "set-or-append",
    "macro-expand",
    "project-away",
    "project-keep",
    "granny-desc",
    "graph-match",
    "hint.remote",
    "hint.spread",
    "make-series",
    "parse-where",
    "top-hitters",
    "granny-asc",
    "make-graph",
    "top-nested",
    "mv-expand",
    "mv-apply",
    "parse-kv",
];

/// The compound keyword that begins with a word and goes on in `rest`, which starts behind the word.
pub(crate) fn compound(word: &str, rest: &str) -> Option<&'static str> {
    let next = rest.as_bytes().first();
    COMPOUND.into_iter().find(|keyword| {
        // Most words are no beginning of a compound one, which one letter tells.
        if keyword.as_bytes().get(word.len()) != next {
            return false;
        }
        let tail = keyword.strip_prefix(word);
        tail.is_some_and(|tail| !is_word(tail) && rest.starts_with(tail))
    })
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_their_class() {
        assert_eq!(lookup("count").class, Class::Name);
        assert_eq!(lookup("by").class, Class::NewName);
        assert_eq!(lookup("kind").class, Class::Column);
        assert_eq!(lookup("project-away").class, Class::Reserved);
        assert_eq!(lookup("TRUE").class, Class::Boolean);
        assert_eq!(lookup("Account").class, Class::Plain);
        assert_eq!(lookup("!has_cs").infix, Infix::Text);
    }

    #[test]
    fn compound_keywords_are_found_by_their_first_word() {
        assert_eq!(compound("project", "-away x"), Some("project-away"));
        assert_eq!(compound("hint", ".strategy=x"), Some("hint.strategy"));
        assert_eq!(compound("matches", " regex"), Some("matches regex"));
        assert_eq!(compound("project", " -away"), None);
    }
}
