//! Webhooks that could receive nothing, or whose records nobody could tell from each other.

use std::collections::BTreeSet;

use model::flow::Flow;
use model::hook::{Condition, Hook, NEXT_SECRET, SECRET, Whence};
use model::{Cause, ConnectionName, FlowName};

use super::ActiveFlow;
use crate::connection::Line;
use crate::webhooks::{object_of, rules_of};

/// Settings that come from variables, which are not known before they are applied: connection and name.
pub(super) type Awaited = BTreeSet<(ConnectionName, String)>;

/// What the flows say of webhooks that cannot be, with the place.
pub(super) fn refused(flows: &[ActiveFlow], awaited: &Awaited) -> Vec<(FlowName, (usize, usize), Cause)> {
    let mut found = Vec::new();
    for active in flows {
        let flow = active.flow();
        let Some(hook) = &flow.source.hook else { continue };
        let causes = mistakes(flow, hook, &active.source, awaited);
        found.extend(causes.into_iter().map(|cause| (flow.name.clone(), hook.at, cause)));
    }
    found
}

fn mistakes(flow: &Flow, hook: &Hook, line: &Line, awaited: &Awaited) -> Vec<Cause> {
    let about = |code: &'static str| {
        let cause = Cause::new(code).with("connection", line.name());
        cause.with("object", &flow.source.object).with("flow", &flow.name)
    };
    let mut causes = Vec::new();
    let has_secret = [SECRET, NEXT_SECRET].into_iter().any(|name| {
        let is_awaited = awaited.contains(&(line.name().clone(), name.to_owned()));
        is_awaited || line.connection.secret(name).is_some()
    });
    if !has_secret {
        causes.push(about("config.hook_secret").with("setting", SECRET));
    }
    if rules_of(line).is_none() {
        causes.push(about("config.hook_settings"));
        return causes;
    }
    let places = [
        ("records", hook.records.is_some()),
        ("id", hook.id.is_some()),
        ("number", hook.number.is_some()),
        ("version", hook.version.is_some()),
        ("void", hook.void.is_some()),
    ];
    let written = |names: &[&str]| -> Vec<&str> {
        places.iter().filter(|(name, is)| *is && names.contains(name)).map(|(name, _)| *name).collect()
    };
    let Some(object) = object_of(line, &flow.source.object) else {
        // Its records are read again, so that nothing but their ids is taken.
        let pointless = written(&["number", "version", "void"]);
        if hook.id.is_none() {
            causes.push(about("config.hook_id"));
        }
        if !pointless.is_empty() {
            causes.push(about("config.hook_wakes").with("keys", pointless.join(", ")));
        }
        return causes;
    };
    if object.hooks.parse.is_some() {
        let mut places = written(&["records", "id", "number", "version"]);
        // Headers are looked at before it; what it makes of the body has no places.
        for (key, condition) in [("only.at", &hook.only), ("void.at", &hook.void)] {
            let is_in_body = |condition: &Condition| matches!(condition.at, Whence::Body(_));
            places.extend(condition.as_ref().is_some_and(is_in_body).then_some(key));
        }
        if !places.is_empty() {
            causes.push(about("config.hook_function").with("keys", places.join(", ")));
        }
        return causes;
    }
    for (key, is_written, field) in [
        ("number", hook.number.is_some(), &object.number),
        ("version", hook.version.is_some(), &object.version),
    ] {
        if is_written && field.is_none() {
            causes.push(about("config.hook_no_field").with("key", key));
        }
    }
    causes
}
