//! All lints. Codes are never given twice and never change their meaning.

use crate::lint::{Level, Lint};

macro_rules! lints {
    ($($id:ident $code:literal $name:literal $level:ident, $page:ident: $title:literal, $why:literal, $remedy:literal;)*) => {
        $(#[doc = $title] pub const $id: Lint = Lint {
            code: $code, name: $name, level: Level::$level, title: $title, why: $why, remedy: $remedy, page: $page,
        };)*
        /// Every lint in order of its code.
        pub const ALL: &[&Lint] = &[$(&$id),*];
    };
}

const OVERVIEW: &str = "Microsoft Sentinel: Scheduled analytics rules overview";
const DELAY: &str = "Microsoft Sentinel: Handle ingestion delay in scheduled analytics rules";
const NEAR: &str = "Microsoft Sentinel: Near-real-time (NRT) detection analytics rules";
const MAPPING: &str = "Microsoft Sentinel: Map data fields to entities";
const ENTITIES: &str = "Microsoft Sentinel: Entity types reference";
const DETAILS: &str = "Microsoft Sentinel: Surface custom event details in alerts";
const OVERRIDE: &str = "Microsoft Sentinel: Customize alert details";
const STYLE: &str = "Azure-Sentinel: Query Style Guide, and the tests in .script/tests";
const BEST: &str = "Kusto Query Language: Best practices for queries";
const JOIN: &str = "Kusto Query Language: join operator";
const JOIN_WINDOW: &str = "Kusto Query Language: Join within a time window";
const BIN: &str = "Kusto Query Language: bin() and make-series";
const STRINGS: &str = "Kusto Query Language: String operators";
const LET: &str = "Kusto Query Language: let statement";
const TABLES: &str = "Azure Monitor: Table reference";
const LOGGING: &str = "Azure Key Vault: Logging, and Managed HSM: Logging";
const ATTACK: &str = "MITRE ATT&CK: Enterprise matrix";
const RULESMITH: &str = "Rulesmith: KQL that runs";

lints! {
    SYNTAX "RL0001" "syntax-error" Error, BEST:
        "The query is not KQL",
        "A query that does not parse is refused when the rule is saved or imported.",
        "mend the query at this place";
    UNKNOWN_COLUMN "RL0002" "unknown-column" Error, TABLES:
        "A column does not exist",
        "A rule whose query does not bind is refused, or disabled at its next run.",
        "use a column of the table, or guard it with `column_ifexists`";
    UNKNOWN_TABLE "RL0003" "unknown-table" Warning, TABLES:
        "A table is neither a known one nor among the loaded logs",
        "A rule that names a table of which the workspace has nothing is refused. Custom tables and functions of the workspace cannot be known here.",
        "check the name, or load a log that fills it";
    TYPE_ERROR "RL0004" "name-or-type-error" Error, OVERVIEW:
        "The query has an error of names or types",
        "A rule whose query does not bind is refused, or disabled at its next run.",
        "mend the query at this place";
    NOT_RUN "RL0005" "not-run-here" Note, RULESMITH:
        "Rulesmith does not run a part of the query",
        "The query may be sound, but it can neither be replayed nor fully examined here.",
        "rewrite the part with other operators if it is to be tested here";
    NOT_IN_LOGS "RL0006" "column-not-in-logs" Warning, TABLES:
        "A column is known, but the loaded logs do not have it",
        "Columns of AzureDiagnostics come into being with the first record that fills them. A workspace without such a record refuses the rule.",
        "guard it with `column_ifexists`";
    UNKNOWN_FUNCTION "RL0007" "unknown-function" Warning, OVERVIEW:
        "A function is not part of KQL",
        "Functions of the workspace, such as parsers, cannot be known here; a misspelt one makes the rule invalid. The parsers that come with Microsoft Sentinel, whose names begin with `_Im_` or `_ASim_`, are in every workspace.",
        "check the name, or deploy the function first";
    COLUMN_OF_WORKSPACE "RL0008" "column-of-workspace" Note, TABLES:
        "A column is not a known one, but a workspace may have it",
        "Columns of AzureDiagnostics and of custom tables come into being with their records, and parsers of solutions change with their versions. A workspace without the column refuses the rule.",
        "check the name, load a log that fills it, or guard it with `column_ifexists`";

    ENTITY_COLUMN "RL0010" "entity-column-missing" Error, MAPPING:
        "An entity is mapped from a column that the result does not have",
        "The rule is refused, or its alerts come without the entity.",
        "map a column of the result";
    ENTITY_COLUMN_LOST "RL0011" "entity-column-lost" Error, MAPPING:
        "An entity's column is dropped before the end of the query",
        "The column exists further up, so the mapping looks right, but alerts come without the entity.",
        "keep the column: name it behind `by`, in `project`, or in an aggregate";
    ENTITY_TYPE "RL0012" "entity-column-type" Warning, ENTITIES:
        "The type of an entity's column does not fit its identifier",
        "An identifier takes one text. A list or a bag gives text in brackets, which matches nothing.",
        "map one value: expand the list, take one of it, or convert it to text";
    ENTITY_IDENTIFIER "RL0013" "entity-identifier-unknown" Error, ENTITIES:
        "The entity type has no such identifier",
        "The rule is refused.",
        "use an identifier of the type";
    ENTITY_LIMITS "RL0014" "entity-mapping-invalid" Error, MAPPING:
        "An entity mapping breaks a limit or identifies nothing",
        "The rule is refused.",
        "keep 1 to 10 mappings of 1 to 3 identifiers, one of them strong enough";
    NO_ENTITIES "RL0015" "no-entities" Note, MAPPING:
        "The rule maps no entity",
        "Its incidents cannot be grouped by entity and show none.",
        "map the account, the address or the resource";
    DETAIL_COLUMN "RL0016" "custom-detail-column-missing" Error, DETAILS:
        "A custom detail names a column that the result does not have",
        "The rule is refused, or the detail stays empty.",
        "name a column of the result";
    OVERRIDE_COLUMN "RL0017" "alert-override-column-missing" Error, OVERRIDE:
        "An alert detail is overridden from a column that the result does not have",
        "The override is dropped and the rule's own text is shown.",
        "name a column of the result";
    OVERRIDE_LIMIT "RL0018" "alert-override-limit" Error, OVERRIDE:
        "A format of an alert detail has more than three placeholders or is too long",
        "The rule is refused.",
        "keep the three most useful placeholders";
    PLACEHOLDER_ENTITY "RL0019" "entity-placeholder" Warning, ENTITIES:
        "An entity's column falls back to a word such as None",
        "The word becomes an entity of its own, and unrelated alerts are grouped by it.",
        "fall back to the empty text, which gives no entity";

    FIELD "RL0020" "field-invalid" Error, STYLE:
        "A field breaks a limit of the service",
        "The rule is refused when it is saved, imported or checked by Azure-Sentinel's tests.",
        "correct the field";
    ID "RL0021" "id-not-a-guid" Error, STYLE:
        "The id is not a GUID",
        "Import fails on a name that is no GUID.",
        "give the rule a new GUID";
    DUPLICATE_ID "RL0022" "duplicate-id" Error, STYLE:
        "Two rules have the same id",
        "The one deployed later overwrites the other.",
        "give one of them a new GUID";
    VERSION "RL0023" "version-not-semantic" Warning, STYLE:
        "The version is not three numbers",
        "Updates of the template are told by comparing versions.",
        "write it as 1.0.0";
    TACTIC "RL0024" "tactic-unknown" Error, ATTACK:
        "A tactic is none that the service knows",
        "The rule is refused.",
        "use a tactic such as CredentialAccess, without blanks";
    TECHNIQUE "RL0025" "technique-without-tactic" Warning, ATTACK:
        "A technique belongs to none of the rule's tactics",
        "Azure-Sentinel's tests refuse the rule, and the MITRE view shows it in the wrong place.",
        "add the tactic or choose another technique";
    TECHNIQUE_FORM "RL0026" "technique-form" Error, ATTACK:
        "A technique is not written as T1234 or T1234.001",
        "The rule is refused.",
        "write the technique's number";
    LEGACY_ENTITY "RL0027" "legacy-entity-column" Warning, MAPPING:
        "A legacy entity column is made but not mapped",
        "Columns such as AccountCustomEntity have no meaning of their own any more; Azure-Sentinel's tests demand the mapping.",
        "map the column in `entityMappings`, or remove it";

    WINDOW "RL0030" "window-longer-than-period" Warning, OVERVIEW:
        "The query looks back further than the query period",
        "The service hands the query only the rows of its period, whatever the query asks for; what lies before is never seen.",
        "lengthen queryPeriod, or look back less";
    FIRST_BIN "RL0031" "first-bin-cut" Note, OVERVIEW:
        "The first bin of the window is cut by the query period",
        "The window begins at the start of a day before the period does, so its first bin holds only a part of its rows.",
        "lengthen queryPeriod by one bin, or begin one bin later";
    GAP "RL0032" "gap-between-runs" Warning, OVERVIEW:
        "Rows between two runs are never looked at",
        "The query looks back less than the time between two runs.",
        "look back at least as far as queryFrequency";
    DUPLICATES "RL0033" "duplicate-alerts" Note, DELAY:
        "Consecutive runs see the same rows and alert again",
        "The period is longer than the frequency, and neither the query nor a suppression keeps a row from being reported in every run that sees it.",
        "narrow the query to the last queryFrequency, for example with `ingestion_time() > ago(…)`, or suppress";
    NRT_TIME "RL0034" "nrt-time-filter" Warning, NEAR:
        "A near-real-time rule filters by time",
        "The rule sees only what arrived within the last minute; looking back further finds nothing more.",
        "remove the filter, or make the rule a scheduled one";
    FORBIDDEN "RL0035" "search-or-union-star" Error, OVERVIEW:
        "The query uses `search *` or `union *`",
        "The service refuses them in analytics rules, and they read every table.",
        "name the tables";
    NEVER_FIRES "RL0036" "trigger-never-reached" Error, OVERVIEW:
        "The number of rows can never meet the trigger",
        "The rule never raises an alert.",
        "change the threshold or the query";
    ALWAYS_FIRES "RL0037" "trigger-always-reached" Warning, OVERVIEW:
        "Every run meets the trigger",
        "An aggregate without `by` gives one row also when nothing happened, so the rule raises an alert in every run.",
        "filter the aggregate's result, or group with `by`";
    FIXED_TIME "RL0038" "fixed-time" Warning, OVERVIEW:
        "The query keeps only rows before a fixed date",
        "A rule goes on running: once the date lies before the query period, no row is ever kept again.",
        "compare with a time relative to the run, such as `ago(1d)`";

    BINS "RL0040" "bins-never-meet" Warning, BIN:
        "Two times of different bins are compared",
        "A daily bin and an hourly bin are equal only at midnight, and a time as it was logged is hardly ever equal to a bin: all other rows are lost without a word.",
        "bin both sides to the same width";
    CASES "RL0041" "letter-case-never-meets" Warning, STRINGS:
        "An upper-case text is compared with another letter case",
        "The comparison takes letter case into account, so values with letters meet only by chance.",
        "convert both sides in the same way, or compare with `=~`";
    LITERAL_CASE "RL0042" "literal-in-wrong-case" Error, STRINGS:
        "A text in one letter case is compared with a literal in the other",
        "`tolower(x) == \"ABC\"` is never true.",
        "write the literal in the letter case of the other side";
    CONTRADICTION "RL0043" "contradiction" Error, OVERVIEW:
        "Conditions exclude each other",
        "No row can meet them all, so nothing passes.",
        "join alternatives with `or` or `in`, or remove one";
    NEVER_LOGGED "RL0044" "operation-never-logged" Warning, LOGGING:
        "An operation is compared that the resource never logs",
        "A Managed HSM has no vault, secret or certificate operations; a comparison with them, or with a part of their names, is dead.",
        "use the operations that the resource logs";
    OPERATION_CASE "RL0045" "operation-letter-case" Warning, LOGGING:
        "An operation is compared in another letter case than it is logged in",
        "`==` and `in` take letter case into account.",
        "write it as it is logged, or compare with `=~` or `in~`";
    NOT_IN_DATA "RL0046" "value-not-in-logs" Note, TABLES:
        "A value does not occur in the loaded logs",
        "The comparison is never true on them. They may be too short, or the value misspelt.",
        "check the spelling against the values in the logs";
    SUCCESS "RL0047" "result-type-success" Note, LOGGING:
        "ResultType tells nothing about denied calls",
        "Key Vault records carry ResultType Success for calls that were denied or failed too.",
        "compare `httpStatusCode_d` when only allowed calls are meant";
    HSM_CLAIMS "RL0048" "claims-an-hsm-does-not-fill" Warning, LOGGING:
        "A Managed HSM's records are not known to fill a column that is demanded",
        "The only published record of a Managed HSM carries the long claim names and no id; a row without the column is dropped.",
        "take the long claim columns too, with `coalesce`, and do not demand `id_s`";
    VARYING_CASE "RL0049" "column-of-varying-case" Note, STRINGS:
        "A column whose letter case varies is compared with regard to it",
        "Resource ids, types and user names are written in different letter cases by different services. AzureDiagnostics has them in upper case throughout.",
        "compare with `=~` or `in~`";

    NO_TIME "RL0050" "no-time-in-result" Note, OVERVIEW:
        "The result has no time of the event",
        "Without TimeGenerated or another time in the result, an alert cannot say when it began and ended.",
        "keep TimeGenerated, or `StartTime = min(TimeGenerated), EndTime = max(TimeGenerated)`";
    ARBITRARY "RL0051" "arbitrary-rows" Warning, BEST:
        "Which rows or values are taken is not defined",
        "`take` without an order, `sample` and `take_any` may give something else in every run.",
        "sort first, use `top`, or `arg_max` by a time";
    TEXT_MAXIMUM "RL0052" "latest-by-text" Note, BEST:
        "The greatest text is taken where the latest row may be meant",
        "`arg_max` over a text picks the last one in the alphabet.",
        "use `arg_max(TimeGenerated, …)` for the latest";
    JOIN_KIND "RL0053" "join-without-kind" Note, JOIN:
        "A join does not say its kind",
        "The default is innerunique: of left rows with the same key only one, an arbitrary one, is joined.",
        "write `kind=inner` or `kind=innerunique`";
    OPERATION_SPELLING "RL0054" "operation-misspelt" Warning, LOGGING:
        "An operation is compared that nobody knows, and one of nearly that name is known",
        "A misspelt name is never equal to what is logged.",
        "write the operation as it is logged";

    CONTAINS "RL0060" "contains-for-a-whole-word" Note, BEST:
        "`contains` searches where `has` would do",
        "`has` uses the index of terms; `contains` reads every text.",
        "use `has` when the word stands alone in the text";
    NO_FILTER "RL0061" "table-read-whole" Note, BEST:
        "A table is aggregated, joined or extended before anything filters it",
        "All its rows of the period are read and carried along.",
        "filter right behind the table";
    REGEX_FIRST "RL0062" "regex-before-cheap-filter" Note, BEST:
        "A regular expression is tested before cheaper conditions",
        "Conditions are tested in order, and a regular expression costs the most.",
        "put equality, time and `has` conditions before it";
    FOLDED_COMPARISON "RL0063" "folding-to-compare" Note, BEST:
        "A column is converted to one letter case to be compared",
        "`=~` compares without letter case and can use the index.",
        "write `x =~ \"text\"`";
    ALL_COLUMNS "RL0064" "all-columns-aggregated" Note, BEST:
        "All columns are carried through an aggregate",
        "`arg_max(…, *)` keeps hundreds of columns of a wide table in memory for each group.",
        "name the columns that are needed";
    WIDE_JOIN "RL0065" "join-of-raw-rows" Note, BEST:
        "Rows are joined that were neither filtered nor summarized",
        "The smaller side belongs on the left; raw rows on both sides multiply.",
        "filter, summarize or project that side first";
    LATE_FILTER "RL0066" "filter-behind-expansion" Note, BEST:
        "Rows are expanded before a condition that could drop them",
        "The condition reads no column that the expansion makes, so each dropped row was expanded for nothing.",
        "move the condition before the expansion";
    JOIN_TIME "RL0067" "join-without-time" Note, JOIN_WINDOW:
        "Events are joined without regard to when they happened",
        "Two events with one key are joined however far apart they are, and each meets each.",
        "compare the two times behind the join, or join by a bin of the time too";
    ALL_NAMED "RL0068" "all-columns-named" Note, BEST:
        "An operator names all columns",
        "`distinct *` compares every column, and events that differ in their ids or times stay apart; `project-keep *` and `project-reorder *` do nothing.",
        "name the columns that are needed";

    DEPRECATED_TABLE "RL0070" "deprecated-table" Warning, TABLES:
        "The table is retired",
        "ThreatIntelligenceIndicator gets no new rows since its successors took over.",
        "use ThreatIntelIndicators";
    DEPRECATED_FUNCTION "RL0071" "deprecated-function" Note, BEST:
        "The function has a newer name",
        "The old name still works but is not documented any more.",
        "use the newer name";
    UNUSED_LET "RL0072" "unused-let" Warning, LET:
        "A `let` is never used",
        "Often the rest of a change: a filter list that nothing reads protects nobody.",
        "use it or remove it";
    SHADOWED "RL0073" "shadowed-name" Warning, LET:
        "A name hides another of the same name",
        "What the name means depends on where it stands, and readers are misled.",
        "choose another name";

    UNUSED_ALLOW "RL0090" "unused-allow" Warning, RULESMITH:
        "A comment allows a finding that is not there, or that another one allows",
        "It hides the finding when it comes back; of two reasons for one finding, only the first counts.",
        "remove the comment";
    BAD_ALLOW "RL0091" "allow-without-reason" Note, RULESMITH:
        "A comment allows a finding without saying why, or names no lint",
        "The next reader cannot tell whether it still holds.",
        "write `// rulesmith-allow RL0007: reason`";
}

/// The lint of a code, in any letter case.
pub fn by_code(code: &str) -> Option<&'static Lint> {
    ALL.iter()
        .find(|lint| lint.code.eq_ignore_ascii_case(code) || lint.name == code)
        .copied()
}
