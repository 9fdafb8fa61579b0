//! What is configured, in force: connections as lines, flows compiled, and what is wrong with the rest.

mod alerts;
mod cycles;
mod earlier;
mod environments;
mod files;
mod hooks;
mod load;
mod objects;
mod pairs;
mod problems;
mod receiving;
mod twins;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use contract::functions::Function;
use contract::store::Raise;
use mapping::Compiled;
use model::alert::AlertPlan;
use model::flow::{Flow, Mode, Reference, ValueMap};
use model::link::{LinkSide, Referent};
use model::record::RecordKey;
use model::task::Kind;
use model::{ConnectionName, FlowName, LaneName, ObjectName};

pub(crate) use earlier::moment;
pub use environments::Environments;
pub(crate) use environments::{CHOICE, choice, takes_placeholders};
pub use hooks::FlowFunctions;
pub use load::SEALED;
pub(crate) use load::sealed_name;
pub use problems::Problem;
pub use twins::{Twin, Twins};

use crate::connection::Line;

/// The configuration in force. A new one is made when the texts change; the cursors and tasks are not touched.
pub struct Setup {
    /// The store's generation it was made from.
    pub generation: i64,
    pub lines: BTreeMap<ConnectionName, Arc<Line>>,
    pub flows: BTreeMap<FlowName, Arc<ActiveFlow>>,
    /// The value maps (值映射), by name.
    pub values: Arc<BTreeMap<String, ValueMap>>,
    /// What is said about alerts (告警); as usual where no text says anything.
    pub alerts: Arc<AlertPlan>,
    /// The functions (自定义函数) among the texts, by the path under which others name them.
    functions: BTreeMap<String, Function>,
    /// Texts that could not be taken, and why; what they name is not in force.
    pub problems: Vec<Problem>,
    /// The sealed settings that it was made from, by the name under which each is sealed.
    unsealed: Vec<(String, Option<model::Secret>)>,
    earlier: earlier::Earlier,
}

/// A flow in force.
pub struct ActiveFlow {
    pub compiled: Compiled,
    /// The version of its text.
    pub version: i64,
    pub source: Arc<Line>,
    pub target: Arc<Line>,
    /// Whether another flow in force goes the other way between the same two objects.
    pub is_mirrored: bool,
    /// The fields that it shares with that flow; `None` where there are none.
    pub twins: Option<Twins>,
    /// How the parent that documents are derived from is found.
    pub parent: Option<ParentUse>,
    pub functions: FlowFunctions,
}

/// The parent of a flow's derived documents (下推), and its lines, as references.
#[derive(Debug, Clone)]
pub struct ParentUse {
    pub record: Reference,
    pub line: Option<Reference>,
}

impl Setup {
    /// The function of that path, as texts name it.
    pub fn function(&self, path: &str) -> Option<&Function> {
        self.functions.get(path)
    }

    /// The lanes there may be work for, one towards each connection: also where no flow writes any more, a write may be
    /// open that must be looked into.
    pub fn lanes(&self) -> BTreeMap<LaneName, Arc<Line>> {
        self.lines.values().map(|line| (lane_of(line.name()), line.clone())).collect()
    }

    /// The flow that carries records of the kind of this one to where their other side is looked for.
    pub fn carrying(&self, awaited: &Referent) -> Option<&ActiveFlow> {
        let carries = |active: &&Arc<ActiveFlow>| {
            let flow = active.flow();
            flow.mode == Mode::Document
                && flow.source.connection == awaited.of.connection
                && flow.source.object == awaited.of.object
                && flow.target.connection == awaited.connection
                && awaited.object.as_ref().is_none_or(|object| flow.target.object == *object)
        };
        self.flows.values().find(carries).map(|flow| &**flow)
    }

    /// Whether a flow makes records of the kind of this one, from those of where their other side is looked for.
    pub fn carries_back(&self, awaited: &Referent) -> bool {
        self.flows.values().any(|active| {
            let flow = active.flow();
            flow.mode == Mode::Document
                && flow.target.connection == awaited.of.connection
                && flow.target.object == awaited.of.object
                && flow.source.connection == awaited.connection
                && awaited.object.as_ref().is_none_or(|object| flow.source.object == *object)
        })
    }

    /// The objects that are read, each with the flows that want it.
    pub fn objects_read(&self) -> BTreeSet<(ConnectionName, ObjectName)> {
        let mut objects = BTreeSet::new();
        for active in self.flows.values() {
            let source = &active.flow().source;
            objects.insert((source.connection.clone(), source.object.clone()));
            for include in &source.include {
                objects.insert((source.connection.clone(), include.object.clone()));
            }
        }
        objects
    }
}

impl ActiveFlow {
    pub fn flow(&self) -> &Flow {
        self.compiled.flow()
    }

    pub fn name(&self) -> &FlowName {
        &self.flow().name
    }

    /// The fields that are asked for when records are read for this flow; dotted those of files of rows.
    pub fn fields_read(&self) -> BTreeSet<String> {
        let source = &self.flow().source;
        let mut fields = self.compiled.source_fields();
        fields.extend(source.fields.iter().cloned());
        fields.extend(source.becomes.iter().map(|becoming| becoming.by.clone()));
        fields
    }

    /// The task that a change at the source raises.
    pub fn raise(&self) -> Raise {
        let kind = match self.flow().mode {
            Mode::Document => Kind::Deliver,
            Mode::Notify { .. } => Kind::Notify,
        };
        Raise { flow: self.name().clone(), kind, lane: lane_of(self.target.name()) }
    }

    /// The task that brings the outcome back to the source, where the flow wants that.
    pub fn write_back(&self) -> Option<Raise> {
        let flow = self.flow();
        (!flow.write_back.is_empty()).then(|| Raise {
            flow: flow.name.clone(),
            kind: Kind::WriteBack,
            lane: lane_of(self.source.name()),
        })
    }

    /// The side of the link of a record that this flow carries.
    pub fn link_side(&self, record: &RecordKey) -> LinkSide {
        LinkSide {
            source: record.clone(),
            target_connection: self.flow().target.connection.clone(),
            target_object: Some(self.flow().target.object.clone()),
        }
    }
}

/// The lane of all work towards a connection.
pub fn lane_of(connection: &ConnectionName) -> LaneName {
    LaneName::new(connection.as_str())
}
