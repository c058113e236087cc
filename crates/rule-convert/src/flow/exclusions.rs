//! Conditions that leave out the target alone. A rule about the original may mean its rows by that, and then
//! finds nothing of the target, whatever else is converted.

use kql_syntax::ast::{Expr, In, Operator};

use super::value::{AFTER, BEFORE, BEFORE_ON_OTHER, BEFORE_ON_TARGET, Kinds, Scope, TableFlow};
use super::walker::Walker;

impl Walker<'_> {
    /// Looks at the parts of a filter that all have to hold: notes those that leave out the target and let
    /// everything else through, and says whether one leaves nothing but the target.
    pub fn exclusion(&mut self, condition: &Expr, scope: &Scope) -> bool {
        let parts = match condition.without_parentheses() {
            Expr::Logical(logical) if logical.is_and() => logical.operands(),
            whole => vec![whole],
        };
        let mut target_only = false;
        for part in parts {
            self.quiet += 1;
            let flow = self.value(&part, scope).scalar();
            self.quiet -= 1;
            if !flow.depends() || !flow.kinds.has(Kinds::RESOURCE) {
                continue;
            }
            let Some(truths) = self.truths(&flow) else {
                continue;
            };
            let on_target = truths[BEFORE_ON_TARGET];
            target_only |= on_target && !truths[BEFORE] && !truths[BEFORE_ON_OTHER];
            let all_others = truths[BEFORE] && truths[BEFORE_ON_OTHER];
            if all_others && !on_target && !truths[AFTER] {
                self.leaves_out(&part);
            }
        }
        target_only
    }

    /// `!in` of a list of what rows of the target hold.
    pub fn list_of_target(&mut self, list: &In, values: &[TableFlow]) {
        if list.operator().starts_with('!') && values.iter().any(|table| table.target_only) {
            self.leaves_out(&Expr::In(list.clone()));
        }
    }

    /// A join that keeps the rows without a partner among those of the target.
    pub fn anti_join(&mut self, operator: &Operator, right: &TableFlow) {
        let kind = operator.parameter("kind").unwrap_or_default();
        let is_anti = matches!(kind.as_str(), "leftanti" | "leftantisemi" | "anti");
        if let (true, true, Some(key)) = (is_anti, right.target_only, operator.on().first()) {
            self.leaves_out(key);
        }
    }

    fn leaves_out(&mut self, place: &Expr) {
        if self.quiet == 0 && self.elsewhere == 0 {
            let range = place.range();
            self.found.excluding.insert(range.start, range);
        }
    }
}
