//! Binding against the documented tables reads the unusual ones only when it has to, and never answers otherwise.

use kql_analysis::tables;

const QUERIES: [&str; 9] = [
    "AzureDiagnostics | where ResourceType == 'VAULTS' | summarize count() by CallerIPAddress",
    "OfficeActivity | project Operation",
    "AzureDiagnostic | take 1",
    "union withsource=T * | summarize count() by T",
    "union A* | count",
    "search 'x' | take 1",
    "let f = (name: string) { table(name) }; f('AWSCloudTrail') | project EventName",
    "let t = OfficeActivity; AzureActivity | join t on TenantId | project Operation",
    "AzureDiagnostics | evaluate bag_unpack(tags_s) | join OfficeActivity on TenantId",
];

#[test]
fn the_answer_is_that_of_all_tables() {
    let all = tables::catalog();
    for query in QUERIES {
        let (few, all) = (tables::bind(query), kql_analysis::bind(query, &all));
        let said = |bound: &kql_analysis::Bound| {
            (
                format!("{:?}", bound.diagnostics),
                format!("{:?}", bound.result),
                format!("{:?}", bound.query),
            )
        };
        assert_eq!(said(&few), said(&all), "{query}");
    }
}

#[test]
fn a_rule_about_vaults_needs_only_the_usual_tables() {
    let bound = tables::bind(QUERIES[0]);
    assert!(!bound.looked_beyond);
    let empty = kql_analysis::Catalog::default();
    assert!(kql_analysis::bind(QUERIES[0], &empty).looked_beyond);
    assert!(tables::schema("OfficeActivity").is_some());
    assert!(tables::names().any(|name| name == "OfficeActivity"));
}
