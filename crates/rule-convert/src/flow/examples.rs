//! What the columns of a log hold on an example row: of the original kind of resource, of the target, and of
//! some third kind.

use super::evaluator::quoted;
use super::results::ANY_OPERATION;
use super::value::{Base, Flow, Kinds, Worlds};
use super::walker::Walker;

/// A text on a row of the original kind, of the target and of a third kind.
type Examples = [String; 3];

/// Name of each of the resources.
pub(super) const NAME: &str = "NAME";
/// Provider, type and host of the third kind.
pub(super) const OTHER: [&str; 3] = ["OTHER.PROVIDER", "OTHERTYPES", "other.example"];

impl Walker<'_> {
    /// A column of a table that no operator named; `None` when it tells nothing.
    pub(super) fn base_column(&self, base: &Base, name: &str) -> Option<Flow> {
        if *base == Base::Shared && self.profile.name_columns.iter().any(|one| one == name) {
            return Some(Flow {
                kinds: Kinds::NAME,
                column: Some(name.to_owned()),
                ..Flow::default()
            });
        }
        let (kinds, examples) = self.examples(base, name)?;
        let mut flow = Flow::known(kinds, worlds(examples));
        let profile = self.profile;
        let is_operation = name == profile.operation_column && *base == Base::Shared;
        if (name == "OperationNameValue" || name == "OperationName") && !is_operation {
            flow.worlds = None;
        }
        flow.doubtful = *base == Base::Unknown;
        flow.column = Some(name.to_owned());
        Some(flow)
    }

    /// What a column tells, and examples of its texts.
    fn examples(&self, base: &Base, name: &str) -> Option<(Kinds, Examples)> {
        let profile = self.profile;
        let is_one_of = |columns: &[String]| columns.iter().any(|column| column == name);
        if is_one_of(&profile.id_columns) {
            return Some((Kinds::ID, self.ids(name)));
        }
        if *base == Base::Other {
            return None;
        }
        if name == profile.column {
            let [_, other, _] = OTHER;
            let types = [profile.from.clone(), profile.to.clone(), other.to_owned()];
            return Some((Kinds::TYPE, types));
        }
        if *base == Base::Shared
            && let Some(told) = self.of_shared_column(name)
        {
            return Some(told);
        }
        let (from, to) = profile.hosts.first()?;
        let [.., other] = OTHER;
        let address = |host: &str| format!("https://{}.{host}/keys/key", NAME.to_lowercase());
        let addresses = [address(from), address(to), address(other)];
        is_one_of(&profile.address_columns).then_some((Kinds::ADDRESS, addresses))
    }

    /// The same of columns that mean this in the shared table alone.
    fn of_shared_column(&self, name: &str) -> Option<(Kinds, Examples)> {
        let profile = self.profile;
        if name == profile.operation_column {
            return Some((Kinds::OPERATION, [(); 3].map(|()| ANY_OPERATION.to_owned())));
        }
        let success = profile.success.as_ref();
        if let Some(success) = success.filter(|success| success.column == name) {
            let value = success.value.clone();
            let other = format!("not {value}");
            return Some((Kinds::RESULT, [value.clone(), value, other]));
        }
        if name == "ResourceProvider" && !profile.provider.is_empty() {
            let provider = profile.provider.to_uppercase();
            let [other, ..] = OTHER;
            let providers = [provider.clone(), provider, other.to_owned()];
            return Some((Kinds::default(), providers));
        }
        None
    }

    /// Ids of resources; columns of Azure Monitor's own, which begin with `_`, hold them in small letters.
    fn ids(&self, column: &str) -> Examples {
        let profile = self.profile;
        let [other_provider, other_type, _] = OTHER;
        let of = |(provider, kind): (&str, &str)| {
            let id = format!(
                "/SUBSCRIPTIONS/00000000-0000-0000-0000-000000000000/RESOURCEGROUPS/GROUP/PROVIDERS/{provider}/{kind}/{NAME}"
            );
            match column.starts_with('_') {
                true => id.to_lowercase(),
                false => id,
            }
        };
        let provider = profile.provider.as_str();
        [
            (provider, profile.from.as_str()),
            (provider, profile.to.as_str()),
            (other_provider, other_type),
        ]
        .map(of)
    }
}

/// The literal in each world; the changes of a query do not change what its tables hold.
fn worlds([original, target, other]: Examples) -> Worlds {
    [
        original.clone(),
        target.clone(),
        original,
        target,
        other.clone(),
        other,
    ]
    .map(|text| quoted(&text))
}
