//! No statement walks a whole table, however many rows there are, but for those that mean to.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

/// Statements that walk all that a tenant has of a table, by their beginnings, each with its reason.
const WALKS: [(&str, &str); 34] = [
    ("delete from name_piece where rowid", "the index of names looks its row up itself"),
    ("select r.id from name_piece p", "the index of names is asked for its pieces; it ends with the limit"),
    (
        "select count(*) from (select 1 from name_piece",
        "the index of names is asked for a piece; it ends with the limit",
    ),
    ("select r.id from (select id, record from revision", "the newest versions: it ends with their limit"),
    ("select v.kind, v.name, v.text, v.version", "the whole configuration is asked for"),
    ("select kind, name, text, version", "a person asks for every version of a text"),
    (
        "select kind, connection, party, number, name, other_connection",
        "all bindings are listed: people are few",
    ),
    ("select flow, kind, state, tasks from task_count", "a row per flow, kind and state"),
    ("select id, revision from record", "a new flow writes a task for each record of an object"),
    ("select count(*) from wish", "open wishes are few: they are read and closed"),
    (
        "select connection, count(*) from receipt",
        "what waits to be parsed is little, and has an index of its own",
    ),
    (
        "select count(*) from (select 1 from revision where at",
        "it walks over what it found, which is bounded",
    ),
    ("select name, connections, grants", "tokens of machines are few"),
    ("select 1 from record r join revision v", "a person asks what names a record"),
    (
        "select 1 from job where tenant = ?1 order by id",
        "the newest jobs, of whichever tenant: it ends with the limit",
    ),
    (
        "select 1 from job where tenant = ?1 and state = 0",
        "jobs that are open are few, and have an index of their own",
    ),
    (
        "select at, done_by, what, about from audit where tenant = ?1 order",
        "the newest entries: it ends with the limit",
    ),
    ("update task set due = due - ?2", "the clock was set back, which happens once"),
    ("update lane set until = case", "the clock was set back, and lanes are few"),
    ("delete from node where tenant = ?1 and seen", "nodes are few"),
    ("select owner, name, version, started", "nodes are few"),
    ("update open_record set read_at", "the clock was set back, which happens once"),
    ("update cursor set", "the clock was set back, and cursors are few"),
    ("update alert set recovered", "open alerts are few: one cause is one"),
    (
        "select 1 from alert where tenant = ?1 and (recovered is null and told",
        "alerts of ninety days are few",
    ),
    ("select max(at) from (select max(told)", "alerts of ninety days are few"),
    (
        "select 1 from alert where tenant = ?1 and (recovered is null or not",
        "the newest alerts: it ends with the limit",
    ),
    (
        "select 1 from alert_message where tenant = ?1 order by id",
        "the newest messages: it ends with the limit",
    ),
    ("update link set target_id = null", "open intents are few, and a person gives one link up"),
    ("select id, flow, origin, kind, state, detail", "the differences, page by page: it ends with the limit"),
    ("select 1 from reconciliation where tenant = ?1 and (?2", "the newest runs: it ends with the limit"),
    ("select 1 from sweep where tenant = ?1 order", "the newest sweeps: it ends with the limit"),
    (
        "select r.id, r.version from record r where",
        "a deep reconciliation looks for what no list showed, page by page",
    ),
    (
        "select l.id, l.target_version from link l where",
        "a deep reconciliation looks for what no list showed, page by page",
    ),
];

/// What stands before a statement in the sources.
const BEFORE: [&str; 4] = ["prepare_cached(", "Look::Record(", "Look::Link(", "Looking("];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The statements of a source, on one line each. What is filled in is a list of columns.
fn statements(source: &str) -> Vec<String> {
    let after = BEFORE.iter().flat_map(|before| source.split(before).skip(1));
    let texts = after.filter_map(literal).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    // Where the table is filled in, all tables are meant, one after the other: backups and upkeep.
    texts.filter(|text| ![" from 1", " into 1", "update 1"].iter().any(|any| text.contains(any))).collect()
}

/// The string literal that comes next.
fn literal(rest: &str) -> Option<String> {
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("&format!(").unwrap_or(rest).trim_start();
    let text = match rest.strip_prefix("r#\"") {
        Some(raw) => raw.split("\"#").next(),
        None => rest.strip_prefix('"')?.split('"').next(),
    };
    text.map(filled)
}

/// The text with a column in each place that is filled in.
fn filled(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = |part: &str| format!("1{}", part.split_once('}').map_or(part, |(_, rest)| rest));
    parts.map(rest).fold(first, |whole, part| whole + &part)
}

fn plan(sql: &Connection, statement: &str) -> Vec<String> {
    let mut explain = sql.prepare(&format!("explain query plan {statement}")).expect(statement);
    for parameter in 1..=explain.parameter_count() {
        explain.raw_bind_parameter(parameter, 1).unwrap();
    }
    let mut rows = explain.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get(3).unwrap());
    }
    steps
}

/// A search by tenant alone walks as far as a scan where there is one tenant, and so does one for what is not null. A list
/// that was handed over is no table.
fn is_walk(step: &str, statement: &str) -> bool {
    let is_by_nothing = |bounds: &str| {
        let column = bounds.strip_prefix("tenant=? AND ").and_then(|bounds| bounds.strip_suffix(">?"));
        bounds == "tenant=?"
            || column.is_some_and(|column| statement.contains(&format!("{column} is not null")))
    };
    let bounds = step.split_once('(').and_then(|(_, bounds)| bounds.strip_suffix(')'));
    step.starts_with("SCAN") && !step.contains("json_each") || bounds.is_some_and(is_by_nothing)
}

#[test]
fn only_the_statements_listed_walk_a_table() {
    let sql = Connection::open_in_memory().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/sqlite");
    let mut migrations: Vec<PathBuf> =
        fs::read_dir(folder.join("migrations")).unwrap().map(|entry| entry.unwrap().path()).collect();
    migrations.sort();
    for migration in migrations {
        sql.execute_batch(&fs::read_to_string(migration).unwrap()).unwrap();
    }
    let all: Vec<String> =
        sources(&folder).iter().flat_map(|path| statements(&fs::read_to_string(path).unwrap())).collect();
    let (control, queries): (Vec<_>, Vec<_>) = all.into_iter().partition(|statement| {
        ["begin", "commit", "savepoint", "rollback", "release"].iter().any(|word| statement.starts_with(word))
    });
    assert!(queries.len() > 60 && control.len() >= 5, "{} {}", queries.len(), control.len());
    let mut walk = Vec::new();
    for statement in queries {
        if plan(&sql, &statement).iter().any(|step| is_walk(step, &statement)) {
            walk.push(statement);
        }
    }
    let is_listed = |statement: &String| WALKS.iter().any(|(beginning, _)| statement.starts_with(beginning));
    let unlisted: Vec<&String> = walk.iter().filter(|statement| !is_listed(statement)).collect();
    assert!(unlisted.is_empty(), "{unlisted:#?}");
    for (beginning, _) in WALKS {
        assert!(walk.iter().any(|statement| statement.starts_with(beginning)), "walks no more: {beginning}");
    }
}
