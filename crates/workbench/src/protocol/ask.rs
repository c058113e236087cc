//! Questions that change nothing, and their answers. A place of the page that needs more than the view
//! holds asks for it here; each capability has its question and its answer, defined in a file of its own.

use serde::{Deserialize, Serialize};

use super::{
    BacktestAsk, BacktestView, CellPage, ChartView, ControlView, CurveView, DiffQuestion, DiffView,
    EverythingView, ExportAsk, ExportFile, ExportView, FindingView, GridFile, GridQuery,
    HandoverAsk, HuntView, IncidentPage, InputFile, PreviewView, ProofQuestion, ProofView,
    RedactAsk, RedactView, RuleVersion, ShareAsk, ShareView, Steps, TestView, TogetherView,
    UnpackedView, WhatIfView, WhyQuestion, WhyView,
};

/// What a place of the page asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Question {
    /// A page of rows of a table; answered by [`Answer::Grid`].
    Grid(GridQuery),
    /// Rows of a table as a file; answered by [`Answer::File`].
    GridFile(GridFile),
    /// Why a run says what it says; answered by [`Answer::Why`].
    Why(WhyQuestion),
    /// An incident of the converted rule with this key, by its number from 0; answered by
    /// [`Answer::Incident`].
    Incident(String, usize),
    /// All replayed rules on one line of time; answered by [`Answer::Together`].
    Together,
    /// Rows of a query over the loaded logs; answered by [`Answer::Hunt`].
    Hunt(String),
    /// A question of the editor about a query text: the text, and the question as JSON; answered by
    /// [`Answer::Language`].
    Language(String, String),
    /// The time series that a rule looks at; answered by [`Answer::Charts`].
    Charts(RuleVersion),
    /// The time series that the run looked at which made this alert of a converted rule's schedule: key of
    /// the rule, number from 0; answered by [`Answer::Charts`].
    AlertCharts(String, usize),
    /// What is likely wrong with the rules; answered by [`Answer::Lint`].
    Lint,
    /// The findings as SARIF, of the converted rules or of the originals; answered by [`Answer::File`].
    Sarif(bool),
    /// Whether a conversion means the same; answered by [`Answer::Proof`].
    Proof(ProofQuestion),
    /// What differs between two versions of a rule; answered by [`Answer::Diff`].
    Diff(DiffQuestion),
    /// The file of the profile with this id, to start one's own from; answered by [`Answer::File`].
    ProfileFile(String),
    /// Converted rules as a file, read back; answered by [`Answer::Export`].
    Export(Box<ExportAsk>),
    /// The steps before and after an export; answered by [`Answer::Handover`].
    Handover(Box<HandoverAsk>),
    /// The back-test of a converted rule as one query; answered by [`Answer::Backtest`].
    Backtest(Box<BacktestAsk>),
    /// The loaded rows as a script for Azure Data Explorer; answered by [`Answer::File`].
    Script,
    /// A log without what names somebody; answered by [`Answer::Redacted`].
    Redact(Box<RedactAsk>),
    /// What can be turned in the converted rule with this key; answered by [`Answer::Controls`].
    Controls(String),
    /// What changes when controls of a rule, by its key, have these values; answered by
    /// [`Answer::WhatIf`].
    WhatIf(String, Vec<(String, String)>),
    /// How alerts and incidents of a rule, by its key, hang on a control; answered by [`Answer::Curve`].
    Curve(String, String),
    /// All tests of the loaded rules, run; answered by [`Answer::Tests`].
    Tests,
    /// The session as a rule set; answered by [`Answer::File`].
    RuleSet,
    /// What opening a rule set with this text would change; answered by [`Answer::Preview`].
    Preview(String),
    /// Rules to share; answered by [`Answer::Share`].
    Share(Box<ShareAsk>),
    /// What a part of an address holds that rules were shared with; answered by [`Answer::Unpacked`].
    Unpack(String),
    /// The whole work as a file, with these log files inside; answered by [`Answer::File`].
    Everything(Vec<InputFile>),
    /// What such a file holds; answered by [`Answer::Everything`].
    ReadEverything(String),
}

/// What it is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// A page of rows.
    Grid(CellPage),
    /// A file to download.
    File(ExportFile),
    /// Rows behind a result, what became of a row, or why there is nothing.
    Why(WhyView),
    /// An incident.
    Incident(Box<IncidentPage>),
    /// All replayed rules on one line of time.
    Together(TogetherView),
    /// What a query found.
    Hunt(Box<HuntView>),
    /// The editor's answer as JSON.
    Language(String),
    /// Charts; none when the rule makes no series.
    Charts(Vec<ChartView>),
    /// The proof of a conversion.
    Proof(Box<ProofView>),
    /// The differences of two versions.
    Diff(Box<DiffView>),
    /// A file, with what was found when it was read back.
    Export(Box<ExportView>),
    /// The steps before and after an export.
    Handover(Steps),
    /// The back-test of a rule as one query.
    Backtest(Box<BacktestView>),
    /// A redacted log.
    Redacted(Box<RedactView>),
    /// Controls.
    Controls(Vec<ControlView>),
    /// What changes.
    WhatIf(Box<WhatIfView>),
    /// A curve.
    Curve(CurveView),
    /// Tests with their results.
    Tests(Vec<TestView>),
    /// What a rule set would change.
    Preview(PreviewView),
    /// Rules to share.
    Share(Box<ShareView>),
    /// What an address holds.
    Unpacked(Box<UnpackedView>),
    /// The whole work, as a file holds it.
    Everything(Box<EverythingView>),
    /// Findings of all rules, original and converted.
    Lint(Vec<FindingView>),
}
