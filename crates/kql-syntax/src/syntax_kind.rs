//! The kinds of token and node in a syntax tree, and rowan's types specialised to them.

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Kind of a token or node.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "the names are the grammar's own")]
        pub enum SyntaxKind { $($(#[$doc])* $name,)* }

        /// Every kind, at the index of its number.
        const ALL: &[SyntaxKind] = &[$(SyntaxKind::$name,)*];
    };
}

kinds! {
    // Tokens without meaning.
    Whitespace,
    Comment,
    // Tokens with text of their own.
    Word,
    /// `!in`, `!has`, `!between` and their relatives.
    NotWord,
    /// `in~` and `!in~`.
    InTilde,
    Integer,
    Real,
    TimeSpan,
    String,
    /// `datetime(2020-01-01)`, `long(null)`: a type name with raw text in parentheses.
    Typed,
    /// A GUID without quotes, which only a few places take.
    Guid,
    /// `#…`: a line that is meant for a tool.
    Directive,
    // Punctuation.
    Pipe,
    Comma,
    Semicolon,
    Colon,
    Dot,
    DotDot,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    Equal,
    EqualEqual,
    EqualTilde,
    NotEqual,
    NotTilde,
    FatArrow,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Question,
    At,
    Bang,
    /// `<|`.
    LessPipe,
    Unknown,
    /// End of the text; never in a tree.
    End,

    // Nodes: statements.
    Root,
    LetStatement,
    SetStatement,
    AliasStatement,
    DeclareStatement,
    RestrictStatement,
    ExpressionStatement,
    Lambda,
    Parameters,
    Parameter,
    Body,

    // Nodes: pipelines and operators.
    Pipeline,
    /// Operators without a source, as `mv-apply`, `fork` and `partition` take them.
    Subquery,
    WhereOperator,
    ProjectOperator,
    ProjectAwayOperator,
    ProjectKeepOperator,
    ProjectRenameOperator,
    ProjectReorderOperator,
    ProjectByNamesOperator,
    ExtendOperator,
    SummarizeOperator,
    DistinctOperator,
    SortOperator,
    TakeOperator,
    TopOperator,
    TopNestedOperator,
    TopHittersOperator,
    CountOperator,
    JoinOperator,
    LookupOperator,
    UnionOperator,
    MvExpandOperator,
    MvApplyOperator,
    MakeSeriesOperator,
    AsOperator,
    RenderOperator,
    SerializeOperator,
    ParseOperator,
    ParseKvOperator,
    EvaluateOperator,
    InvokeOperator,
    GetSchemaOperator,
    SampleOperator,
    SampleDistinctOperator,
    PartitionOperator,
    ScanOperator,
    SearchOperator,
    FindOperator,
    FacetOperator,
    ForkOperator,
    ReduceOperator,
    ConsumeOperator,
    PrintOperator,
    RangeOperator,
    DatatableOperator,
    ExternalDataOperator,
    /// `partition` in its internal spelling `__partitionby`.
    PartitionByOperator,
    AssertSchemaOperator,
    ExecuteAndCacheOperator,
    MacroExpandOperator,
    MakeGraphOperator,
    GraphMatchOperator,
    GraphShortestPathsOperator,
    GraphToTableOperator,
    GraphMarkComponentsOperator,
    GraphWhereNodesOperator,
    GraphWhereEdgesOperator,
    UnknownOperator,

    // Nodes: parts of operators.
    OperatorParameter,
    ByClause,
    OnClause,
    WithClause,
    ToTypeClause,
    DefaultClause,
    FromClause,
    ToClause,
    StepClause,
    LimitClause,
    /// `of column` of `top-nested`, `top-hitters` and `sample-distinct`.
    OfClause,
    /// `with others = value` of `top-nested`.
    OthersClause,
    /// One level of `top-nested`.
    TopNestedClause,
    /// `id value` of `mv-apply`.
    IdClause,
    /// `in (tables)` of `search` and `find`; `in scope` of `partition`.
    InClause,
    /// `project columns` of `find` and `graph-match`.
    ProjectClause,
    /// `project-away columns` of `find`.
    ProjectAwayClause,
    /// `where condition` of `graph-match`.
    WhereClause,
    /// `datascope = value`.
    DataScopeClause,
    /// `order by …` of `scan`.
    OrderByClause,
    /// `partition by …` of `scan`.
    PartitionByClause,
    /// `output = …` of a step of `scan`.
    OutputClause,
    /// One step of `scan`.
    ScanStep,
    /// One branch of `fork`.
    ForkBranch,
    /// `{ query }` of `partition`.
    BracedQuery,
    /// Nodes and edges of a graph in a row.
    GraphPattern,
    /// `entity_group [databases]`.
    EntityGroup,
    OrderedExpression,
    ColumnDeclarations,
    ColumnDeclaration,
    Pattern,
    /// Comma-separated expressions of an operator.
    Expressions,

    // Nodes: expressions.
    Literal,
    DynamicLiteral,
    JsonArray,
    JsonObject,
    JsonPair,
    NameReference,
    WildcardName,
    CallExpression,
    Arguments,
    MemberExpression,
    IndexExpression,
    UnaryExpression,
    BinaryExpression,
    /// `a and b and c`, `a or b or c`: all operands in one node.
    LogicalExpression,
    InExpression,
    BetweenExpression,
    ParenthesizedExpression,
    StarExpression,
    NamedExpression,
    NameTuple,
    TypeOfExpression,
    Error,
}

impl SyntaxKind {
    /// Whether the token carries no meaning.
    pub fn is_trivia(self) -> bool {
        matches!(self, Self::Whitespace | Self::Comment)
    }
}

/// The language tag that ties rowan's types to [`SyntaxKind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kql {}

impl rowan::Language for Kql {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        ALL.get(usize::from(raw.0))
            .copied()
            .unwrap_or(SyntaxKind::Error)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of a KQL tree.
pub type SyntaxNode = rowan::SyntaxNode<Kql>;
/// A token of a KQL tree.
pub type SyntaxToken = rowan::SyntaxToken<Kql>;
/// A node or a token of a KQL tree.
pub type SyntaxElement = rowan::SyntaxElement<Kql>;
