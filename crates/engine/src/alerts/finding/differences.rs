//! What a reconciliation (对账) or a sweep of ids (清点) found, by itself or because somebody asked for it.

use contract::store::{DifferenceFilter, Store, StoreError};
use model::alert::{AlertKind, AlertPlan, Sighting};
use model::flow::Mode;
use model::reconciliation::{Difference, Known, RunState, State};
use model::sweep::{Gone, ObjectOf};
use model::{Cause, FlowName};

use crate::setup::{ActiveFlow, Setup};

/// So many are named.
const EXAMPLES: usize = 5;

/// Most runs of a flow among which one that came to its end is looked for.
const RUNS: usize = 3;

/// Most records that are gone of one object that are counted; beyond, a number is "at least".
const MOST_GONE: usize = 2_000;

/// Flows whose sides differ, and those of which a run asks whether it goes on. What a first run finds is told once it
/// is through; what a person lets be, or has repaired, is none.
pub(super) async fn of_flows(setup: &Setup, store: &dyn Store) -> Result<Vec<Sighting>, StoreError> {
    let mut seen = Vec::new();
    for flow in setup.flows.values().filter(|flow| flow.flow().mode == Mode::Document) {
        if is_off(&setup.alerts, Some(flow.name().as_str()), flow.target.name().as_str()) {
            continue;
        }
        let runs = store.runs(Some(flow.name()), RUNS).await?;
        if let Some(asking) = runs.first().filter(|run| run.state == RunState::Asks) {
            let what = asking.cause.clone().unwrap_or_else(|| Cause::new("alert.difference_found"));
            let options = format!("runs --flow {}", flow.name());
            seen.push(sighting(&setup.alerts, flow, what, 0, Vec::new(), options));
            continue;
        }
        if !runs.iter().any(|run| run.state == RunState::Done) {
            continue;
        }
        let open = open(store, flow.name()).await?;
        if open > 0 {
            let what = Cause::new("alert.difference_found").with("flow", flow.name()).with("count", open);
            let options = format!("list --flow {}", flow.name());
            seen.push(sighting(
                &setup.alerts,
                flow,
                what,
                open,
                examples(store, flow.name()).await?,
                options,
            ));
        }
    }
    Ok(seen)
}

async fn open(store: &dyn Store, flow: &FlowName) -> Result<u64, StoreError> {
    let counted = store.count_differences(flow).await?;
    Ok(counted.into_iter().filter(|(_, state, _)| *state == State::Open).map(|(_, _, count)| count).sum())
}

/// By what people know the first of them.
async fn examples(store: &dyn Store, flow: &FlowName) -> Result<Vec<String>, StoreError> {
    let filter = DifferenceFilter {
        flow: Some(flow.clone()),
        states: vec![State::Open],
        limit: EXAMPLES,
        ..DifferenceFilter::default()
    };
    let shown = |difference: Difference| {
        let found = difference.found;
        found.source.as_ref().or(found.target.as_ref()).map(Known::shown).map(str::to_owned)
    };
    Ok(store.differences(&filter).await?.into_iter().filter_map(shown).collect())
}

fn sighting(
    plan: &AlertPlan,
    flow: &ActiveFlow,
    what: Cause,
    count: u64,
    examples: Vec<String>,
    options: String,
) -> Sighting {
    let (name, connection) = (flow.name().to_string(), flow.target.name().to_string());
    Sighting {
        flow: Some(name.clone()),
        count,
        examples,
        options,
        ..bare(plan, format!("flow:{name}"), Some(&name), &connection, what)
    }
}

/// Objects of which the last sweep asks whether it goes on, and those of which a record is gone at its source that no
/// person let rest.
pub(super) async fn of_objects(setup: &Setup, store: &dyn Store) -> Result<Vec<Sighting>, StoreError> {
    let mut seen = Vec::new();
    for of in setup.objects_read() {
        if is_off(&setup.alerts, None, of.0.as_str()) {
            continue;
        }
        let Some(last) = store.sweeps(Some(&of), 1).await?.pop() else { continue };
        let subject = format!("ids:{}/{}", of.0, of.1);
        if last.state == RunState::Asks {
            let what = last.cause.unwrap_or_else(|| gone_of(&of, last.sum.gone));
            let options = format!("ids runs {}/{}", of.0, of.1);
            let bare = bare(&setup.alerts, subject, None, of.0.as_str(), what);
            seen.push(Sighting { options, ..bare });
            continue;
        }
        if last.sum.gone == 0 {
            continue;
        }
        let mut gone = store.gone(&of, "", MOST_GONE).await?;
        gone.retain(|gone| gone.reason.is_none());
        if !gone.is_empty() {
            let count = gone.len() as u64;
            let bare = bare(&setup.alerts, subject, None, of.0.as_str(), gone_of(&of, count));
            let examples = gone.into_iter().take(EXAMPLES).map(shown).collect();
            let options = format!("ids gone {}/{}", of.0, of.1);
            seen.push(Sighting { count, examples, options, ..bare });
        }
    }
    Ok(seen)
}

fn gone_of(of: &ObjectOf, count: u64) -> Cause {
    Cause::new("alert.gone_found").with("connection", &of.0).with("object", &of.1).with("count", count)
}

fn shown(gone: Gone) -> String {
    gone.number.unwrap_or(gone.id)
}

fn is_off(plan: &AlertPlan, flow: Option<&str>, connection: &str) -> bool {
    plan.rule(AlertKind::DifferenceFound, flow, Some(connection)).is_some_and(|rule| rule.off)
}

fn bare(plan: &AlertPlan, subject: String, flow: Option<&str>, connection: &str, what: Cause) -> Sighting {
    let kind = AlertKind::DifferenceFound;
    let rule = plan.rule(kind, flow, Some(connection));
    Sighting {
        kind,
        subject,
        flow: None,
        connection: Some(connection.to_owned()),
        severity: rule.and_then(|rule| rule.severity).unwrap_or(kind.severity()),
        what,
        count: 0,
        examples: Vec::new(),
        options: String::new(),
    }
}
