//! Making the configuration in force from its texts.

use std::collections::BTreeMap;
use std::sync::Arc;

use contract::functions::Function;
use contract::store::{ConfigText, StoreError};
use mapping::{Compiled, ConnectionText, EnvironmentText, Files, Finding, SettingValue, Severity, Text};
use model::alert::AlertPlan;
use model::connection::Connection;
use model::flow::{Counterpart, Flow, Include, Mode, Retries, ValueMap};
use model::{Cause, Secret};

use super::alerts;
use super::cycles::cycles;
use super::earlier::Earlier;
use super::environments::{CHOICE, Environments};
use super::objects::{Described, misfits, text_name, undescribed};
use super::pairs::{goes_back, parent_of, unlinked_lines};
use super::receiving::{self, Awaited};
use super::twins::{Objection, objections, twins};
use super::{ActiveFlow, FlowFunctions, Problem, Setup, files};
use crate::connection::{Line, TokenBox};
use crate::functions::CallFunctions;
use crate::seams::Seams;
use crate::serving::RESERVED;

/// What stands in a stored text where a secret was: the secret itself is sealed apart.
pub const SEALED: &str = "(sealed)";

impl Setup {
    /// Reads the current texts of the store. What is wrong with one text does not keep the others from being in force.
    /// Connections that did not change keep their line of the previous setup, and so their limiter and breaker.
    pub async fn load(
        seams: &Seams,
        tokens: &Arc<TokenBox>,
        previous: Option<&Setup>,
    ) -> Result<Setup, StoreError> {
        let generation = seams.store.generation().await?;
        let current = seams.store.current().await?;
        let texts: Vec<_> = current.into_iter().map(|text| (text.text, text.version)).collect();
        Ok(Setup { generation, ..Setup::of(seams, tokens, &texts, previous).await? })
    }

    /// The setup that these texts make.
    pub(crate) async fn of(
        seams: &Seams,
        tokens: &Arc<TokenBox>,
        texts: &[(ConfigText, i64)],
        previous: Option<&Setup>,
    ) -> Result<Setup, StoreError> {
        let mut loading = Loading::new(seams, tokens, texts);
        loading.read(texts);
        loading.connect(previous).await?;
        loading.compile();
        loading.refuse_cycles();
        loading.refuse_lines_without_links();
        loading.refuse_files();
        loading.refuse_webhooks();
        loading.refuse_contradictions();
        loading.pair();
        loading.find_parents();
        loading.check_alerts();
        Ok(Setup {
            generation: 0,
            lines: loading.lines,
            flows: loading.flows.into_iter().map(|flow| (flow.name().clone(), Arc::new(flow))).collect(),
            values: loading.values,
            alerts: loading.alerts.into_iter().next().unwrap_or_else(AlertPlan::usual).into(),
            functions: loading.functions,
            problems: loading.problems,
            unsealed: loading.unsealed,
            earlier: Earlier::default(),
        })
    }

    /// Whether it still is what is configured.
    pub(crate) async fn is_current(&self, seams: &Seams) -> Result<bool, StoreError> {
        Ok(self.is_of_this_generation(seams).await? && !self.was_sealed_anew(seams).await?)
    }

    /// Whether the texts still are those that it was made from.
    pub(crate) async fn is_of_this_generation(&self, seams: &Seams) -> Result<bool, StoreError> {
        Ok(seams.store.generation().await? == self.generation)
    }

    /// Whether a setting or secret was sealed anew since: that changes no text, and so no generation.
    async fn was_sealed_anew(&self, seams: &Seams) -> Result<bool, StoreError> {
        for (name, known) in &self.unsealed {
            if seams.store.recall_secret(name).await? != *known {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The name under which a connection's secret is sealed.
pub(crate) fn sealed_name(connection: &str, setting: &str) -> String {
    format!("connection:{connection}:{setting}")
}

/// What surrounds a text: the files among the texts, and the environment in force.
struct Surroundings<'t> {
    texts: &'t [(ConfigText, i64)],
    environments: Environments<'t>,
}

impl Files for Surroundings<'_> {
    fn load(&self, relative: &str) -> Option<String> {
        let named = |(text, _): &&(ConfigText, i64)| text.name == relative && is_file(&text.kind);
        self.texts.iter().find(named).map(|(text, _)| text.text.clone())
    }

    fn environment(&self) -> Option<&EnvironmentText> {
        self.environments.chosen()
    }
}

fn is_file(kind: &str) -> bool {
    matches!(kind, "packet" | "tests" | "function")
}

struct Loading<'a> {
    seams: &'a Seams,
    tokens: &'a Arc<TokenBox>,
    around: Surroundings<'a>,
    connections: Vec<ConnectionText>,
    /// What connections say of retries.
    retries: BTreeMap<String, Retries>,
    objects: Described,
    values: Arc<BTreeMap<String, ValueMap>>,
    alerts: Vec<AlertPlan>,
    functions: BTreeMap<String, Function>,
    read_flows: Vec<(Flow, i64)>,
    lines: BTreeMap<model::ConnectionName, Arc<Line>>,
    flows: Vec<ActiveFlow>,
    problems: Vec<Problem>,
    awaited: Awaited,
    /// What was unsealed, as it was.
    unsealed: Vec<(String, Option<Secret>)>,
}

impl<'a> Loading<'a> {
    fn new(seams: &'a Seams, tokens: &'a Arc<TokenBox>, texts: &'a [(ConfigText, i64)]) -> Loading<'a> {
        Loading {
            seams,
            tokens,
            around: Surroundings { texts, environments: Environments::of(texts) },
            connections: Vec::new(),
            retries: BTreeMap::new(),
            objects: Described::default(),
            values: Arc::default(),
            alerts: Vec::new(),
            functions: BTreeMap::new(),
            read_flows: Vec::new(),
            lines: BTreeMap::new(),
            flows: Vec::new(),
            problems: Vec::new(),
            awaited: Awaited::new(),
            unsealed: Vec::new(),
        }
    }

    fn read(&mut self, texts: &[(ConfigText, i64)]) {
        self.problems.extend(self.around.environments.problems());
        for (text, version) in texts {
            match text.kind.as_str() {
                CHOICE | "packet" => continue,
                "function" => {
                    let function = Function::new(text.name.as_str(), text.text.as_str());
                    self.functions.insert(text.name.clone(), function);
                    continue;
                }
                "tests" => {
                    let samples = mapping::samples(&text.text, self.around.environment());
                    self.note(&text.kind, &text.name, samples.err().unwrap_or_default());
                    continue;
                }
                _ => {}
            }
            match mapping::read(&text.text, &self.around) {
                Ok(Text::Connection(connection)) => {
                    let said = connection.retries.clone();
                    self.retries.extend(said.map(|retries| (connection.name.clone(), retries)));
                    self.connections.push(connection);
                }
                Ok(Text::Object(object)) => self.objects.add(object),
                Ok(Text::Values(values)) => {
                    Arc::make_mut(&mut self.values).insert(values.name, values.map);
                }
                // Which is in force was found before.
                Ok(Text::Environment(_)) => {}
                Ok(Text::Alerts(plan)) => self.alerts.push(plan),
                Ok(Text::Flow(flow)) => self.read_flows.push((flow, *version)),
                Err(findings) => self.note(&text.kind, &text.name, findings),
            }
        }
    }

    async fn connect(&mut self, previous: Option<&Setup>) -> Result<(), StoreError> {
        for text in std::mem::take(&mut self.connections) {
            let Some(connector) = self.seams.connectors.connector(&text.connector) else {
                let cause = Cause::new("config.unknown_connector").with("connector", &text.connector);
                self.problem("connection", &text.name, (1, 1), cause);
                continue;
            };
            if text.name == RESERVED {
                let cause = Cause::new("config.reserved_connection").with("connection", RESERVED);
                self.problem("connection", &text.name, (1, 1), cause);
                continue;
            }
            let given = text.settings.iter().filter(|(_, value)| matches!(value, SettingValue::Env(_)));
            let variables: Vec<String> = given.map(|(name, _)| name.clone()).collect();
            let connection = self.connection(text).await?;
            self.awaited.extend(variables.iter().map(|name| (connection.name.clone(), name.clone())));
            self.check_settings(&connection, &variables);
            let flows = self.read_flows.iter().map(|(flow, _)| flow);
            let functions = CallFunctions::of(&connection, &self.functions, flows, &self.values);
            let kept = previous.and_then(|setup| setup.lines.get(&connection.name));
            let is_same = |line: &&Arc<Line>| line.connection == connection && line.functions == functions;
            let line = match kept.filter(is_same) {
                Some(line) => line.clone(),
                None => {
                    let (tokens, seams) = (self.tokens.clone(), self.seams.clone());
                    let before = kept.map(|before| &**before);
                    Line::new(connection, connector, tokens, seams, functions, before)
                }
            };
            self.lines.insert(line.name().clone(), line);
        }
        for (object, is_warning, cause) in self.objects.problems(&self.lines) {
            self.problem("object", &text_name(&object), (1, 1), cause);
            self.problems.last_mut().into_iter().for_each(|problem| problem.is_warning = is_warning);
        }
        Ok(())
    }

    /// What is wrong with a connection's settings. Values that come from variables are not known before they are
    /// applied.
    fn check_settings(&mut self, connection: &Connection, variables: &[String]) {
        let is_known = |cause: &Cause| {
            let setting = cause.param("setting").unwrap_or_default();
            connection.setting(setting).is_some() || !variables.iter().any(|name| name == setting)
        };
        let findings = self.seams.connectors.check_settings(connection);
        for finding in findings.into_iter().filter(|finding| is_known(&finding.cause)) {
            self.problems.push(Problem {
                kind: "connection".into(),
                name: connection.name.to_string(),
                at: (1, 1),
                cause: finding.cause,
                is_warning: finding.ok,
            });
        }
    }

    /// Puts the sealed values back where the text says so.
    async fn connection(&mut self, text: ConnectionText) -> Result<Connection, StoreError> {
        let secret_names = self.seams.connectors.secret_settings(&text.connector);
        let objects = self.objects.of(&text.name);
        let (mut settings, mut secrets) = (Vec::new(), Vec::new());
        for (name, value) in text.settings {
            let kept = match value {
                SettingValue::Text(value) if value != SEALED => Some(Secret::new(value)),
                _ => self.unseal(sealed_name(&text.name, &name)).await?,
            };
            let Some(kept) = kept else { continue };
            match secret_names.contains(&name) {
                true => secrets.push((name, kept)),
                false => settings.push((name, kept.reveal().to_owned())),
            }
        }
        Ok(Connection {
            name: text.name.as_str().into(),
            connector: text.connector,
            title_zh: text.title.0,
            title_en: text.title.1,
            settings,
            secrets,
            hosts: text.hosts,
            objects,
        })
    }

    async fn unseal(&mut self, sealed: String) -> Result<Option<Secret>, StoreError> {
        let kept = self.seams.store.recall_secret(&sealed).await?;
        self.unsealed.push((sealed, kept.clone()));
        Ok(kept)
    }

    fn compile(&mut self) {
        for (mut flow, version) in std::mem::take(&mut self.read_flows) {
            let of_target = self.retries.get(flow.target.connection.as_str());
            if let Some(retries) = of_target.filter(|_| !flow.says_retries) {
                flow.retries = retries.clone();
            }
            let name = flow.name.to_string();
            let (source, target) = (self.line(&flow.source.connection), self.line(&flow.target.connection));
            let (Some(source), Some(target)) = (source, target) else {
                for connection in [&flow.source.connection, &flow.target.connection] {
                    if !self.lines.contains_key(connection) {
                        let cause = Cause::new("config.unknown_connection").with("connection", connection);
                        self.problem("flow", &name, (1, 1), cause);
                    }
                }
                continue;
            };
            if let Some(cause) = self.collision(&flow) {
                self.problem("flow", &name, (1, 1), cause);
                continue;
            }
            let undescribed = undescribed(&flow, &source, &target);
            if !undescribed.is_empty() {
                undescribed.into_iter().for_each(|cause| self.problem("flow", &name, (1, 1), cause));
                continue;
            }
            let values = &self.values;
            let compiled = mapping::compile(flow, &|name| values.get(name).cloned());
            match compiled {
                Ok(compiled) if self.knows_counterparts(&name, &compiled) => {
                    let misfits = misfits(&compiled, &source, &target);
                    if !misfits.is_empty() {
                        self.note("flow", &name, misfits);
                        continue;
                    }
                    let (is_mirrored, twins, parent) = (false, None, None);
                    let named = |path: &str| self.functions.get(path).cloned();
                    let hooks = &compiled.flow().functions;
                    let functions = FlowFunctions::of(hooks, &named, self.values.clone());
                    self.flows.push(ActiveFlow {
                        compiled,
                        version,
                        source,
                        target,
                        is_mirrored,
                        twins,
                        parent,
                        functions,
                    });
                }
                Ok(_) => {}
                Err(findings) => self.note("flow", &name, findings),
            }
        }
    }

    /// Whether every connection exists in which the flow looks for people.
    fn knows_counterparts(&mut self, name: &str, compiled: &Compiled) -> bool {
        let is_unknown =
            |(counterpart, _): &&(Counterpart, _)| !self.lines.contains_key(&counterpart.connection);
        let unknown: Vec<_> = compiled.counterparts().iter().filter(is_unknown).cloned().collect();
        for (counterpart, at) in &unknown {
            let cause = Cause::new("config.unknown_connection").with("connection", &counterpart.connection);
            self.problem("flow", name, *at, cause);
        }
        unknown.is_empty()
    }

    /// A chain of references that leads back to its beginning never ends, unless one of them is written later.
    fn refuse_cycles(&mut self) {
        for cycle in cycles(&self.flows) {
            let names: Vec<&str> = cycle.iter().map(|flow| flow.as_str()).collect();
            let cause = Cause::new("config.cycle").with("flows", names.join(" → "));
            names.iter().for_each(|name| self.problem("flow", name, (1, 1), cause.clone()));
            self.flows.retain(|flow| !cycle.contains(flow.name()));
        }
    }

    /// A reference to a line leads somewhere only where a flow keeps the line links of that list.
    fn refuse_lines_without_links(&mut self) {
        for (name, at, cause) in unlinked_lines(&self.flows) {
            self.problem("flow", name.as_str(), at, cause);
            self.flows.retain(|flow| *flow.name() != name);
        }
    }

    /// Files travel between systems that can give and take them.
    fn refuse_files(&mut self) {
        for (name, at, cause) in files::refused(&self.flows) {
            self.problem("flow", name.as_str(), at, cause);
            self.flows.retain(|flow| *flow.name() != name);
        }
    }

    /// A webhook needs a secret, and has to say which records it is about.
    fn refuse_webhooks(&mut self) {
        for (name, at, cause) in receiving::refused(&self.flows, &self.awaited) {
            self.problem("flow", name.as_str(), at, cause);
            self.flows.retain(|flow| *flow.name() != name);
        }
    }

    /// There is one text of alerts, and its receivers can be told.
    fn check_alerts(&mut self) {
        for objection in alerts::objections(&self.alerts, &self.lines, &self.flows) {
            let alerts::Objection { name, cause, is_warning } = objection;
            self.alerts.retain(|plan| is_warning || plan.name != name);
            self.problems.push(Problem { kind: "alerts".into(), name, at: (1, 1), cause, is_warning });
        }
    }

    /// A document is derived from what another flow makes.
    fn find_parents(&mut self) {
        let parents: Vec<_> = self.flows.iter().map(|flow| parent_of(flow, &self.flows)).collect();
        let mut lost = Vec::new();
        for (flow, parent) in self.flows.iter_mut().zip(parents) {
            match parent {
                Ok(parent) => flow.parent = parent,
                Err((at, cause)) => lost.push((flow.name().clone(), at, cause)),
            }
        }
        for (name, at, cause) in lost {
            self.problem("flow", name.as_str(), at, cause);
            self.flows.retain(|flow| *flow.name() != name);
        }
    }

    /// Two flows that go both ways say the same of what was edited on both sides.
    fn refuse_contradictions(&mut self) {
        for Objection { flow, cause, is_warning } in objections(&self.flows) {
            let (kind, name) = ("flow".into(), flow.to_string());
            self.problems.push(Problem { kind, name, at: (1, 1), cause, is_warning });
            self.flows.retain(|known| is_warning || *known.name() != flow);
        }
    }

    /// Notes which flows go the other way of another, and what they share.
    fn pair(&mut self) {
        let is_mirrored = |flow: &ActiveFlow| self.flows.iter().any(|other| goes_back(other, flow));
        let mirrored: Vec<bool> = self.flows.iter().map(is_mirrored).collect();
        self.flows.iter_mut().zip(mirrored).for_each(|(flow, is_mirrored)| flow.is_mirrored = is_mirrored);
        let twins = twins(&self.flows);
        self.flows.iter_mut().zip(twins).for_each(|(flow, twins)| flow.twins = twins);
    }

    fn line(&self, name: &model::ConnectionName) -> Option<Arc<Line>> {
        self.lines.get(name).cloned()
    }

    /// Why the flow cannot be in force beside those that are.
    fn collision(&self, flow: &Flow) -> Option<Cause> {
        let cause = |code, other| Cause::new(code).with("flow", &flow.name).with("other", other);
        match self.same_link(flow) {
            Some(other) => Some(cause("config.same_link", other)),
            None => self.other_filter(flow).map(|other| cause("config.other_filter", other)),
        }
    }

    /// A flow in force that reads the same object through another filter, or needs all of it as parts of its own
    /// documents. An object is read once for all flows, and a vendor's filter cannot be told from here.
    fn other_filter(&self, flow: &Flow) -> Option<String> {
        let includes = |whole: &Flow, part: &Flow| {
            let is_part =
                |include: &Include| include.object == part.source.object && part.source.filter.is_some();
            whole.source.include.iter().any(is_part)
        };
        let differs = |other: &&ActiveFlow| {
            let other = other.flow();
            let same_object = other.source.object == flow.source.object;
            other.source.connection == flow.source.connection
                && (same_object && other.source.filter != flow.source.filter
                    || includes(other, flow)
                    || includes(flow, other))
        };
        self.flows.iter().find(differs).map(|other| other.name().to_string())
    }

    /// A flow in force that reserves the same links: the same source object to the same target object.
    fn same_link(&self, flow: &Flow) -> Option<String> {
        let same = |other: &&ActiveFlow| {
            let other = other.flow();
            flow.mode == Mode::Document
                && other.mode == Mode::Document
                && other.source.connection == flow.source.connection
                && other.source.object == flow.source.object
                && other.target.connection == flow.target.connection
                && other.target.object == flow.target.object
        };
        self.flows.iter().find(same).map(|other| other.name().to_string())
    }

    fn note(&mut self, kind: &str, name: &str, findings: Vec<Finding>) {
        self.problems.extend(findings.into_iter().map(|finding| Problem {
            kind: kind.into(),
            name: name.into(),
            at: finding.at,
            cause: finding.cause,
            is_warning: finding.severity == Severity::Warning,
        }));
    }

    fn problem(&mut self, kind: &str, name: &str, at: (usize, usize), cause: Cause) {
        self.problems.push(Problem { kind: kind.into(), name: name.into(), at, cause, is_warning: false });
    }
}
