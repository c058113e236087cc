//! Names as a query writes them.

/// A name as a query writes it: with brackets and quotes unless it is a word that is no keyword.
pub fn written(name: &str) -> String {
    let is_word = name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric());
    let is_plain = || {
        kql_syntax::parse(&format!("let {name} = 1; print {name}"))
            .diagnostics()
            .is_empty()
    };
    match is_word && is_plain() {
        true => name.to_owned(),
        false => {
            let escaped = name.replace('\\', "\\\\").replace('\'', "\\'");
            format!("['{escaped}']")
        }
    }
}
