//! The parts that only some operators have: patterns, steps, levels, branches, tables to search.

use super::operator::{ColumnDeclaration, Operator, OperatorParameter, Ordered, Subquery};
use super::statement::Parameter;
use super::{
    Call, Expr, Literal, Name, Named, TypeOf, child, children, expressions, has_child, node, tokens,
};
use crate::syntax_kind::{SyntaxKind, SyntaxNode};

/// A piece of the pattern of `parse` and `parse-where`.
#[derive(Clone, Debug)]
pub enum PatternPart {
    /// `*`: any text.
    Star,
    /// Text that must be there, or a regular expression with `kind=regex`.
    Text(Literal),
    /// A column to fill, with its type when one is given.
    Column(ColumnDeclaration),
}

impl PatternPart {
    fn cast(node: SyntaxNode) -> Option<Self> {
        match node.kind() {
            SyntaxKind::StarExpression => Some(Self::Star),
            SyntaxKind::Literal => Literal::cast(node).map(Self::Text),
            SyntaxKind::ColumnDeclaration => ColumnDeclaration::cast(node).map(Self::Column),
            _ => None,
        }
    }
}

/// A column in the `project` or `project-away` clause of `find`.
#[derive(Clone, Debug)]
pub enum FindColumn {
    /// `name` or `name: type`.
    Column(ColumnDeclaration),
    /// `*`.
    Star,
    /// `pack(*)`.
    Pack(Call),
}

impl FindColumn {
    fn cast(node: SyntaxNode) -> Option<Self> {
        match node.kind() {
            SyntaxKind::StarExpression => Some(Self::Star),
            SyntaxKind::CallExpression => Call::cast(node).map(Self::Pack),
            SyntaxKind::ColumnDeclaration => ColumnDeclaration::cast(node).map(Self::Column),
            _ => None,
        }
    }
}

/// An expanded column of `mv-expand` or `mv-apply`.
#[derive(Clone, Debug)]
pub struct Expanded {
    /// What is expanded; absent in `mv-apply to typeof(…)`.
    pub expression: Option<Expr>,
    /// The type behind `to`.
    pub to: Option<TypeOf>,
}

impl Operator {
    /// The pattern of `parse` and `parse-where`, in order.
    pub fn pattern(&self) -> Vec<PatternPart> {
        child(self.syntax(), SyntaxKind::Pattern)
            .map(|pattern| pattern.children().filter_map(PatternPart::cast).collect())
            .unwrap_or_default()
    }

    /// The `name = value` properties of the `with` clause.
    pub fn with_properties(&self) -> Vec<OperatorParameter> {
        child(self.syntax(), SyntaxKind::WithClause)
            .map(|clause| {
                children(&clause, SyntaxKind::OperatorParameter)
                    .filter_map(OperatorParameter::cast)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The tables in the `in (…)` clause of `search` and `find`: names, wildcards, calls, paths.
    pub fn tables(&self) -> Vec<Expr> {
        child(self.syntax(), SyntaxKind::InClause)
            .map(|clause| expressions(&clause).collect())
            .unwrap_or_default()
    }

    /// The columns of the `project` clause of `find`; none when there is no such clause.
    pub fn find_project(&self) -> Option<Vec<FindColumn>> {
        find_columns(self.syntax(), SyntaxKind::ProjectClause)
    }

    /// The columns of the `project-away` clause of `find`.
    pub fn find_project_away(&self) -> Option<Vec<FindColumn>> {
        find_columns(self.syntax(), SyntaxKind::ProjectAwayClause)
    }

    /// Whether the declared schema of `evaluate` begins with `*`: further columns are kept.
    pub fn schema_is_open(&self) -> bool {
        child(self.syntax(), SyntaxKind::ColumnDeclarations)
            .is_some_and(|columns| has_child(&columns, SyntaxKind::Star))
    }

    /// The expanded columns of `mv-expand` and `mv-apply`.
    pub fn expanded(&self) -> Vec<Expanded> {
        let mut found: Vec<Expanded> = Vec::new();
        for node in self.items() {
            if node.kind() != SyntaxKind::ToTypeClause {
                let expression = Expr::cast(node);
                found.push(Expanded {
                    expression,
                    to: None,
                });
                continue;
            }
            let to = child(&node, SyntaxKind::TypeOfExpression).and_then(TypeOf::cast);
            match found.last_mut() {
                Some(last) => last.to = to,
                None => found.push(Expanded {
                    expression: None,
                    to,
                }),
            }
        }
        found
    }

    /// The operators in parentheses of `mv-apply`, `partition` and `facet`.
    pub fn subquery(&self) -> Option<Subquery> {
        let inside = |kind| child(self.syntax(), kind);
        child(self.syntax(), SyntaxKind::Subquery)
            .or_else(|| child(&inside(SyntaxKind::OnClause)?, SyntaxKind::Subquery))
            .or_else(|| child(&inside(SyntaxKind::WithClause)?, SyntaxKind::Subquery))
            .and_then(Subquery::cast)
    }

    /// The query in braces of `partition`, which names its own source.
    pub fn braced_query(&self) -> Option<Expr> {
        self.clause(SyntaxKind::BracedQuery)
    }

    /// The branches of `fork`.
    pub fn branches(&self) -> Vec<ForkBranch> {
        children(self.syntax(), SyntaxKind::ForkBranch)
            .map(ForkBranch)
            .collect()
    }

    /// The levels of `top-nested`, outermost first.
    pub fn levels(&self) -> Vec<TopNestedClause> {
        children(self.syntax(), SyntaxKind::TopNestedClause)
            .map(TopNestedClause)
            .collect()
    }

    /// The keys of `order by` of `scan`.
    pub fn scan_order(&self) -> Vec<Ordered> {
        child(self.syntax(), SyntaxKind::OrderByClause)
            .and_then(|clause| child(&clause, SyntaxKind::Expressions))
            .map(|list| {
                children(&list, SyntaxKind::OrderedExpression)
                    .filter_map(Ordered::cast)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The keys of `partition by` of `scan`.
    pub fn scan_partition(&self) -> Vec<Expr> {
        child(self.syntax(), SyntaxKind::PartitionByClause)
            .and_then(|clause| child(&clause, SyntaxKind::Expressions))
            .map(|list| expressions(&list).collect())
            .unwrap_or_default()
    }

    /// The columns that `scan` declares, with their defaults.
    pub fn declared(&self) -> Vec<Parameter> {
        child(self.syntax(), SyntaxKind::Parameters)
            .map(|list| {
                children(&list, SyntaxKind::Parameter)
                    .filter_map(Parameter::cast)
                    .collect()
            })
            .unwrap_or_default()
    }

    /// The steps of `scan` in order.
    pub fn steps(&self) -> Vec<ScanStep> {
        children(self.syntax(), SyntaxKind::ScanStep)
            .map(ScanStep)
            .collect()
    }
}

fn find_columns(operator: &SyntaxNode, kind: SyntaxKind) -> Option<Vec<FindColumn>> {
    let clause = child(operator, kind)?;
    Some(clause.children().filter_map(FindColumn::cast).collect())
}

node! {
    /// A step of `scan`.
    ScanStep = ScanStep
}

impl ScanStep {
    /// The step's name.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).and_then(Name::cast)
    }

    /// Whether the step may be passed over.
    pub fn is_optional(&self) -> bool {
        tokens(&self.0).any(|token| token.text() == "optional")
    }

    /// `all`, `last` or `none`, when given.
    pub fn output(&self) -> Option<String> {
        let clause = child(&self.0, SyntaxKind::OutputClause)?;
        let value = tokens(&clause).nth(2)?;
        Some(value.text().to_owned())
    }

    /// When a row belongs to the step.
    pub fn condition(&self) -> Option<Expr> {
        expressions(&self.0)
            .filter(|expression| !matches!(expression, Expr::Named(_)))
            .nth(1)
    }

    /// The assignments behind `=>`.
    pub fn assignments(&self) -> Vec<Named> {
        children(&self.0, SyntaxKind::NamedExpression)
            .filter_map(Named::cast)
            .collect()
    }
}

node! {
    /// A level of `top-nested`.
    TopNestedClause = TopNestedClause
}

impl TopNestedClause {
    /// How many groups are kept; all of them when absent.
    pub fn count(&self) -> Option<Expr> {
        expressions(&self.0).next()
    }

    /// What is grouped by.
    pub fn of(&self) -> Option<Expr> {
        expressions(&child(&self.0, SyntaxKind::OfClause)?).next()
    }

    /// The label of the groups that were not kept.
    pub fn others(&self) -> Option<Expr> {
        expressions(&child(&self.0, SyntaxKind::OthersClause)?).next()
    }

    /// The aggregate that ranks the groups, with its direction.
    pub fn by(&self) -> Option<Ordered> {
        child(
            &child(&self.0, SyntaxKind::ByClause)?,
            SyntaxKind::OrderedExpression,
        )
        .and_then(Ordered::cast)
    }
}

node! {
    /// A branch of `fork`.
    ForkBranch = ForkBranch
}

impl ForkBranch {
    /// The name of its result, when given.
    pub fn name(&self) -> Option<Name> {
        child(&self.0, SyntaxKind::NameReference).and_then(Name::cast)
    }

    /// Its operators.
    pub fn subquery(&self) -> Option<Subquery> {
        child(&self.0, SyntaxKind::Subquery).and_then(Subquery::cast)
    }
}
