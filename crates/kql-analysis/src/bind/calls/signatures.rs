//! Which signature of a function or an aggregate a call means, and what is reported when none fits.

use std::ops::Range;

use super::super::{Binder, dynamic_kind};
use crate::plan::Expr;
use crate::registry::{Class, Named, Signature};
use crate::types::ScalarType;

impl Binder<'_> {
    /// The signature that fits the arguments. When none does, that is reported, and the one that the engine
    /// would run is taken, or the first one; `None` only for a name without signatures.
    pub(crate) fn choose<T: Named>(
        &mut self,
        signatures: &'static [Signature<T>],
        arguments: &[Expr],
        range: Range<usize>,
    ) -> Option<&'static Signature<T>> {
        let types: Vec<ScalarType> = arguments.iter().map(|argument| argument.ty).collect();
        let counted = || signatures.iter().filter(|one| one.takes(types.len()));
        let Some(first) = counted().next() else {
            self.wrong_count(signatures, types.len(), range);
            return signatures.first();
        };
        let fitting = || counted().filter(|one| one.misfit(&types, Class::fits).is_none());
        if let Some(chosen) = fitting().next() {
            if fitting().all(|one| dynamic_misfit(one, arguments).is_some()) {
                self.object_to_dynamic(chosen, arguments);
            }
            return Some(chosen);
        }
        let run = counted().find(|one| one.misfit(&types, Class::accepts).is_none());
        let index = first.misfit(&types, Class::fits).unwrap_or_default();
        self.argument_misfit(first, index, arguments, run.is_some());
        run.or(Some(first))
    }

    /// The checker objects to an array or a bag that it knows to be one where something else is taken.
    fn object_to_dynamic<T: Named>(&mut self, signature: &Signature<T>, arguments: &[Expr]) {
        let Some(index) = dynamic_misfit(signature, arguments) else {
            return;
        };
        let wanted = match signature.class_at(index, arguments.len()) {
            Class::Array => "an array",
            Class::Bag => "a bag",
            Class::Codes => "a whole number or an array of them",
            _ => "a text",
        };
        let name = signature.declared.name();
        let message = format!("argument {} of `{name}` is not {wanted}", index + 1);
        self.object(&message, arguments[index].range.clone());
    }

    fn wrong_count<T: Named>(
        &mut self,
        signatures: &[Signature<T>],
        count: usize,
        range: Range<usize>,
    ) {
        let Some(first) = signatures.first() else {
            return;
        };
        let name = first.declared.name();
        let plural = if count == 1 { "" } else { "s" };
        let message = format!("`{name}` does not take {count} argument{plural}");
        let hint = format!("write `{name}({})`", first.declared.shape());
        self.error("RS2010", &message, Some(hint), range);
    }

    /// Reports an argument of the wrong type: an objection of the checker where the engine `runs` the call,
    /// an error otherwise.
    fn argument_misfit<T: Named>(
        &mut self,
        signature: &Signature<T>,
        index: usize,
        arguments: &[Expr],
        runs: bool,
    ) {
        let argument = &arguments[index];
        let message = format!(
            "argument {} of `{}` is of type {}, not {}",
            index + 1,
            signature.declared.name(),
            argument.ty.name(),
            class_name(signature.class_at(index, arguments.len()))
        );
        match runs {
            true => self.object(&message, argument.range.clone()),
            false => self.error("RS2011", &message, None, argument.range.clone()),
        }
    }
}

/// A class of arguments in the words of KQL.
fn class_name(class: Class) -> String {
    match class {
        Class::Scalar(ty) => ty.name().to_owned(),
        Class::Text => "string".to_owned(),
        Class::Counted => "bool".to_owned(),
        Class::Codes => "long".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// The first argument that the checker knows to be another kind of dynamic value than a signature takes.
fn dynamic_misfit<T>(signature: &Signature<T>, arguments: &[Expr]) -> Option<usize> {
    let count = arguments.len();
    let misfits = |index: &usize| {
        !dynamic_kind::passes(signature.class_at(*index, count), &arguments[*index])
    };
    (0..count).find(misfits)
}
