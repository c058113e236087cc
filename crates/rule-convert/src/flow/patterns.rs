//! Patterns, which give tables by texts: what their lines give is followed as if it stood where they are used.

use std::rc::Rc;

use kql_syntax::ast::{Expr, Pattern, PatternCase, PatternUse};

use super::value::{Base, Binding, Flow, Names, Outside, Scope, TableFlow};
use super::walker::{MAX_CALLS, Walker};

impl Walker<'_> {
    /// A pattern; its bodies are walked at each use.
    pub(super) fn declare_pattern(&mut self, pattern: Pattern, names: &mut Names) {
        let pattern = Rc::new((pattern, names.clone()));
        // Walked once as functions are.
        self.quiet += 1;
        for case in pattern.0.cases() {
            self.of_case(&pattern, &case);
        }
        self.quiet -= 1;
        if let Some(name) = pattern.0.name() {
            Rc::make_mut(names).insert(name.text(), Binding::Pattern(pattern.clone()));
        }
    }

    /// The table of the use of a pattern; `None` when an expression is the use of none.
    pub fn pattern(&mut self, expression: &Expr, scope: &Scope) -> Option<Binding> {
        let used = PatternUse::of(expression)?;
        let Some(Binding::Pattern(pattern)) = scope.names.get(&used.name) else {
            return None;
        };
        let pattern = pattern.clone();
        Some(match pattern.0.case(&used) {
            Some(case) => self.of_case(&pattern, &case),
            None => Binding::Table(Rc::new(TableFlow::of_base(Base::Unknown))),
        })
    }

    /// What a line of a pattern gives.
    fn of_case(&mut self, (pattern, names): &(Pattern, Names), case: &PatternCase) -> Binding {
        if self.depth >= MAX_CALLS {
            self.found.cut = true;
            return Binding::Scalar(Flow::default());
        }
        self.depth += 1;
        let mut names = names.clone();
        // The texts in front of a body also find it: changed there alone, no use would fit any more.
        for parameter in pattern.parameters().into_iter().chain(pattern.path()) {
            if let Some(name) = parameter.name() {
                let unknown = Flow {
                    outside: Outside::Unknown,
                    ..Flow::default()
                };
                Rc::make_mut(&mut names).insert(name.text(), Binding::Scalar(unknown));
            }
        }
        let value = self.statements(case.body.statements().into_iter(), names);
        self.depth -= 1;
        value
    }
}
