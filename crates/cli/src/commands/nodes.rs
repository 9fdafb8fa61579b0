//! `qiao nodes`: the servers that work on the database, and what each of them does.

use contract::Clock;
use contract::store::Node;
use jiff::tz::TimeZone;
use model::Timestamp;
use serde_json::{Value, json};

use crate::clock::SystemClock;
use crate::commands::Context;
use crate::exit::{Exit, Outcome};
use crate::{table, wire};

/// Lists the servers that were heard of within a day.
pub async fn run(context: &Context) -> Outcome {
    let screen = &context.screen;
    let store = wire::existing_store(&context.settings)?;
    let nodes = store.nodes().await?;
    let now = store.shared_time().await?.unwrap_or_else(|| SystemClock.now());
    screen.result(&Value::Array(nodes.iter().map(|node| as_json(node, now)).collect()));
    let headings = match screen.words("zh", "en") {
        "zh" => ["节点", "版本", "状态", "负责的连接组", "启动", "最近活动"],
        _ => ["node", "version", "state", "groups", "started", "heard of"],
    };
    let zone = TimeZone::system();
    let row = |node: &Node| {
        let state = match node.is_alive(now) {
            true => screen.words("运行中", "alive"),
            false => screen.words("无响应", "silent"),
        };
        let (started, seen) = (node.started.local(&zone), node.seen.local(&zone));
        vec![
            table::shortened(&node.name, 40),
            node.version.clone(),
            state.to_owned(),
            node.groups.to_string(),
            started,
            seen,
        ]
    };
    screen.line(table::render(&headings, &nodes.iter().map(row).collect::<Vec<_>>()));
    Ok(Exit::Ok)
}

fn as_json(node: &Node, now: Timestamp) -> Value {
    json!({
        "node": node.name, "owner": node.owner, "version": node.version, "alive": node.is_alive(now),
        "groups": node.groups, "started": node.started.to_string(), "seen": node.seen.to_string(),
    })
}
