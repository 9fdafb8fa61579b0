//! `qiao doctor`: examines the installation, one finding a line, each with its remedy.

use std::fs;

use contract::store::StoreError;
use engine::check::{Card, card};
use engine::setup::Setup;
use model::Cause;
use serde_json::{Value, json};

use crate::commands::{Context, receipts};
use crate::config::{Database, key};
use crate::exit::{Exit, Failure, Outcome};
use crate::screen::Screen;
use crate::wire::{self, InForce};

/// What was found, and how bad it is.
struct Findings<'a> {
    screen: &'a Screen,
    worst: Exit,
    told: Vec<Value>,
}

/// Looks at everything that can be looked at without changing anything; goes on after a finding where it can.
pub async fn run(context: &Context) -> Outcome {
    let mut findings = Findings { screen: &context.screen, worst: Exit::Ok, told: Vec::new() };
    if let Some(in_force) = machine(context, &mut findings).await {
        texts(&in_force.setup, &mut findings);
        connections(&in_force.setup, &mut findings).await;
        flows(&in_force.setup, &mut findings).await;
        work(&in_force, &mut findings).await?;
    }
    context.screen.result(&json!({ "ok": findings.worst == Exit::Ok, "findings": findings.told }));
    Ok(findings.worst)
}

/// Folder, key and database.
async fn machine(context: &Context, findings: &mut Findings<'_>) -> Option<InForce> {
    let settings = &context.settings;
    match settings.database.is_there() {
        Ok(true) => {}
        Ok(false) => {
            findings.bad(Exit::Machine, &Cause::new("cli.no_data").with("path", &settings.database));
            return None;
        }
        Err(failure) => {
            findings.failed(&failure);
            return None;
        }
    }
    match key::open(settings) {
        Ok(_) => findings.good("cli.doctor.key", &[("path", settings.key_file.display().to_string())]),
        Err(failure) => findings.failed(&failure),
    }
    match wire::in_force(settings).await {
        Ok(in_force) => {
            database(&settings.database, findings);
            Some(in_force)
        }
        Err(failure) => {
            findings.failed(&failure);
            None
        }
    }
}

/// A database that was opened.
fn database(database: &Database, findings: &mut Findings) {
    let place = database.to_string();
    match database {
        Database::Sqlite(path) => {
            let size = fs::metadata(path).map(|metadata| metadata.len() >> 20).unwrap_or_default();
            findings.good("cli.doctor.database", &[("path", place), ("size", size.to_string())]);
        }
        Database::Postgres(_) => findings.good("cli.doctor.server", &[("address", place)]),
    }
}

fn texts(setup: &Setup, findings: &mut Findings) {
    for problem in &setup.problems {
        findings.bad(if problem.is_warning { Exit::Ok } else { Exit::Configuration }, &problem.cause);
    }
    let (connections, flows) = (setup.lines.len().to_string(), setup.flows.len().to_string());
    findings.good("cli.doctor.texts", &[("connections", connections), ("flows", flows)]);
}

async fn connections(setup: &Setup, findings: &mut Findings<'_>) {
    for line in setup.lines.values() {
        for finding in engine::check::check(line).await {
            match finding.ok {
                true => findings.tell("✓", &finding.cause),
                false => findings.bad(Exit::System, &finding.cause),
            }
        }
    }
}

/// What each flow promises of creates.
async fn flows(setup: &Setup, findings: &mut Findings<'_>) {
    for flow in setup.flows.values() {
        match card(flow).await {
            Ok(Card::Once) => findings.good("cli.doctor.once", &[("flow", flow.name().to_string())]),
            Ok(Card::MayDuplicate(cause)) => findings.bad(Exit::Ok, &cause),
            Err(refusal) => findings.bad(Exit::System, &refusal.cause),
        }
    }
}

/// What waits for a person.
async fn work(in_force: &InForce, findings: &mut Findings<'_>) -> Result<(), StoreError> {
    let counts = in_force.seams.store.counts().await?;
    let failed: u64 = counts
        .iter()
        .filter(|count| count.state == model::task::State::Failed)
        .map(|count| count.tasks)
        .sum();
    match failed {
        0 => findings.good("cli.doctor.no_failures", &[]),
        _ => findings.bad(Exit::Ok, &Cause::new("cli.doctor.failures").with("count", failed)),
    }
    for (connection, count) in in_force.seams.store.unparsed_counts().await? {
        if !receipts::is_heard(&in_force.setup, &connection) {
            let cause = Cause::new("cli.doctor.unheard").with("connection", connection);
            findings.bad(Exit::Ok, &cause.with("count", count));
        }
    }
    Ok(())
}

impl Findings<'_> {
    fn good(&mut self, code: &'static str, params: &[(&str, String)]) {
        let cause = params.iter().fold(Cause::new(code), |cause, (name, value)| cause.with(name, value));
        self.tell("✓", &cause);
    }

    /// `exit` is what the examination ends with at least; `Ok` for what only deserves attention.
    fn bad(&mut self, exit: Exit, cause: &Cause) {
        if exit.code() > self.worst.code() {
            self.worst = exit;
        }
        self.tell(if exit == Exit::Ok { "!" } else { "✗" }, cause);
    }

    fn failed(&mut self, failure: &Failure) {
        self.bad(failure.exit, &failure.cause);
    }

    fn tell(&mut self, mark: &str, cause: &Cause) {
        self.screen.line(format!("{mark} {}", self.screen.sentence(cause)));
        self.told.push(json!({ "ok": mark == "✓", "cause": self.screen.cause_json(cause) }));
    }
}
