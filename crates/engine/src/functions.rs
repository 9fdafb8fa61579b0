//! Functions (自定义函数) as the engine calls them: with what surrounds a call, within the usual limits.

mod calls;
mod host;

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::functions::{Call, Fault, Function, Level, Limits, Output, Surroundings, Work};
use model::attempt::CallRecord;
use model::flow::ValueMap;
use model::{ConnectionName, Map};

use crate::connection::Line;
use crate::seams::Seams;
pub use calls::CallFunctions;
pub(crate) use calls::neighbours;
use host::Reached;

/// What the functions of one flow, or of one connection's objects, may reach.
#[derive(Clone)]
pub(crate) struct Reach {
    /// The connection whose system they may call; absent where it is only looked what would come of it.
    pub line: Option<Arc<Line>>,
    /// The object at that system, for what no record of a call may show.
    pub object: String,
    /// Where the records are that `qiao.link` is asked about.
    pub here: ConnectionName,
    /// Where their other sides are looked for, in this order.
    pub there: Vec<ConnectionName>,
    pub values: Arc<BTreeMap<String, ValueMap>>,
}

/// How a call ended.
pub(crate) struct Told {
    pub output: Result<Output, Fault>,
    /// The calls that it made, masked.
    pub calls: Vec<CallRecord>,
    /// What it logged, in order.
    pub log: Vec<(Level, String)>,
}

/// Calls a function once. `about` are names that it sees as `input.about`.
pub(crate) async fn call(
    seams: &Seams,
    reach: &Reach,
    function: &Function,
    about: &[(&'static str, &str)],
    work: Work<'_>,
) -> Told {
    let mut names = Map::with_capacity(about.len());
    about.iter().for_each(|(name, value)| names.push(*name, (*value).to_owned()));
    let host = Arc::new(Reached::new(seams.clone(), reach.clone()));
    let surroundings = Surroundings { host: host.clone(), chance: seams.chance.clone() };
    let now = seams.clock.now();
    let call = Call { function, work, about: &names, limits: Limits::default(), now, measure: false };
    let ran = seams.functions.call(call, surroundings).await;
    Told { output: ran.output, calls: host.take_calls(), log: host.take_log() }
}
