//! Signatures: which arguments a function takes.

use crate::types::ScalarType;

/// A declared function or aggregate with its parameters read.
#[derive(Debug)]
pub struct Signature<T: 'static> {
    /// The declaration.
    pub declared: &'static T,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, for help texts.
    pub name: &'static str,
    /// Types it takes.
    pub class: Class,
    /// Whether it may be left out.
    pub optional: bool,
    /// Whether it may be repeated.
    pub repeated: bool,
    /// How many arguments there must be for it.
    pub least: usize,
    /// What its argument must be besides of a type.
    pub needs: Needs,
}

/// What an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Any expression.
    Nothing,
    /// The same for all rows.
    Constant,
    /// Written out in the call.
    Literal,
}

impl Needs {
    /// Takes `constant` or `literal` from the front of a parameter's class.
    fn split(class: &str) -> (Self, &str) {
        if let Some(rest) = class.strip_prefix("constant ") {
            return (Self::Constant, rest);
        }
        match class.strip_prefix("literal ") {
            Some(rest) => (Self::Literal, rest),
            None => (Self::Nothing, class),
        }
    }
}

/// The types that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Any scalar.
    Any,
    /// `int`, `long`, `real`, `decimal`.
    Number,
    /// `int`, `long`.
    Integer,
    /// A dynamic array.
    Array,
    /// A dynamic property bag.
    Bag,
    /// A number, date or duration.
    Summable,
    /// Text, or a dynamic value that is read as text.
    Text,
    /// Any scalar but a dynamic one.
    Plain,
    /// A whole number, or a dynamic array of them.
    Codes,
    /// Any scalar that has an order.
    Orderable,
    /// Any scalar but `real` and `bool`.
    Discrete,
    /// A condition; the engine takes any scalar.
    Counted,
    /// Any scalar, of one type with the other parameters of this class.
    Common,
    /// The name of a type: `typeof(…)`.
    Type,
    /// A table.
    Table,
    /// Exactly one type.
    Scalar(ScalarType),
}

impl Class {
    fn from_name(name: &str) -> Self {
        match name {
            "number" => Self::Number,
            "integer" => Self::Integer,
            "array" => Self::Array,
            "bag" => Self::Bag,
            "summable" => Self::Summable,
            "text" => Self::Text,
            "plain" => Self::Plain,
            "codes" => Self::Codes,
            "orderable" => Self::Orderable,
            "discrete" => Self::Discrete,
            "counted" => Self::Counted,
            "common" => Self::Common,
            "type" => Self::Type,
            "table" => Self::Table,
            _ => ScalarType::from_name(name).map_or(Self::Any, Self::Scalar),
        }
    }

    /// Whether the service's checker lets an argument of a type pass. One of unknown type passes
    /// everywhere, so that one mistake is reported once.
    pub fn fits(self, ty: ScalarType) -> bool {
        use ScalarType::*;
        if ty == Unknown {
            return true;
        }
        match self {
            Self::Any | Self::Common | Self::Type => true,
            Self::Number => ty.is_numeric(),
            Self::Integer => matches!(ty, Int | Long),
            Self::Array | Self::Bag => ty == Dynamic,
            Self::Summable => ty.is_numeric() || matches!(ty, DateTime | TimeSpan),
            Self::Text => matches!(ty, String | Dynamic),
            Self::Plain => ty != Dynamic,
            Self::Codes => matches!(ty, Int | Long | Dynamic),
            Self::Orderable => !matches!(ty, Dynamic | Guid),
            Self::Discrete => !matches!(ty, Real | Bool),
            Self::Counted => ty == Bool,
            Self::Table => false,
            Self::Scalar(Long) => matches!(ty, Int | Long),
            Self::Scalar(Real) => matches!(ty, Int | Long | Real),
            Self::Scalar(Decimal) => ty.is_numeric(),
            Self::Scalar(String) => matches!(ty, String | Dynamic),
            Self::Scalar(exact) => ty == exact,
        }
    }

    /// Whether the engine takes an argument of a type. It reads a dynamic value as the type it needs, so
    /// it takes more than the checker lets pass.
    pub fn accepts(self, ty: ScalarType) -> bool {
        use ScalarType::*;
        if ty == Unknown {
            return true;
        }
        match self {
            Self::Any | Self::Common | Self::Orderable | Self::Type | Self::Codes => true,
            Self::Discrete | Self::Counted => true,
            Self::Number => ty.is_numeric() || ty == Dynamic,
            Self::Integer => matches!(ty, Int | Long | Dynamic),
            Self::Array | Self::Bag => ty == Dynamic,
            Self::Summable => ty.is_numeric() || matches!(ty, DateTime | TimeSpan | Dynamic),
            Self::Text => matches!(ty, String | Dynamic),
            Self::Plain => ty != Dynamic,
            Self::Table => false,
            Self::Scalar(Long | Int) => matches!(ty, Int | Long | Dynamic),
            Self::Scalar(Real | Decimal) => ty.is_numeric() || ty == Dynamic,
            Self::Scalar(exact) => ty == exact || ty == Dynamic,
        }
    }
}

impl<T> Signature<T> {
    /// Reads a parameter list such as `source: any, length: integer?`.
    pub(super) fn new(declared: &'static T, parameters: &'static str) -> Self {
        let parameters = parameters
            .split(", ")
            .filter(|text| !text.is_empty())
            .map(parameter)
            .collect();
        Self {
            declared,
            parameters,
        }
    }

    /// Whether a call may have this many arguments.
    pub fn takes(&self, count: usize) -> bool {
        let least: usize = self
            .parameters
            .iter()
            .map(|parameter| parameter.least)
            .sum();
        let repeated = self.parameters.iter().any(|parameter| parameter.repeated);
        count >= least && (repeated || count <= self.parameters.len())
    }

    /// The first argument whose type does not pass a test of its class.
    pub(crate) fn misfit(
        &self,
        types: &[ScalarType],
        passes: impl Fn(Class, ScalarType) -> bool,
    ) -> Option<usize> {
        let repeated = self.parameters.iter().position(|one| one.repeated);
        (0..types.len()).find(|&index| {
            let ty = types[index];
            let fits = passes(self.class_at(index, types.len()), ty);
            // An optional parameter behind a repeated one may be absent.
            let may_repeat = |first: usize| {
                let class = self.parameters.get(first).map(|one| one.class);
                index >= first && class.is_some_and(|class| passes(class, ty))
            };
            let absent = self.ends_optional() && repeated.is_some_and(may_repeat);
            !fits && !absent
        })
    }

    fn ends_optional(&self) -> bool {
        self.parameters.last().is_some_and(|last| last.optional)
    }

    /// The class of the argument at an index.
    pub fn class_at(&self, index: usize, count: usize) -> Class {
        self.parameter_at(index, count)
            .map_or(Class::Any, |parameter| parameter.class)
    }

    /// The parameter of the argument at an index; the repeated one stretches over what is left.
    pub fn parameter_at(&self, index: usize, count: usize) -> Option<&Parameter> {
        let last = self.parameters.len().saturating_sub(1);
        let repeated = self
            .parameters
            .iter()
            .position(|parameter| parameter.repeated);
        let at = match repeated {
            Some(first) if index >= first => {
                let behind = last - first;
                let from_end = count.saturating_sub(index + 1);
                if from_end < behind {
                    last - from_end
                } else {
                    first
                }
            }
            _ => index,
        };
        self.parameters.get(at)
    }
}

fn parameter(text: &'static str) -> Parameter {
    let (name, class) = text.split_once(": ").unwrap_or((text, "any"));
    let (needs, class) = Needs::split(class);
    let times = class.matches('…').count();
    let class = class.trim_end_matches('…');
    let optional = class.ends_with('?');
    Parameter {
        least: if optional { 0 } else { times.max(1) },
        name,
        class: Class::from_name(class.trim_end_matches('?')),
        optional,
        repeated: times > 0,
        needs,
    }
}
