//! Asynchronous calls: begun with any operation, looked at until complete (`protocols/kingdee.md §3.10`).

use std::collections::BTreeMap;

use model::{Map, Value, json};

use super::arguments::{Arguments, member, plain};
use super::auth::session::guid;
use super::fault::{Code, Fault, object};
use crate::stand_in::Chance;

/// Tasks that were begun, by id. The work itself is done at once; only its answer waits.
#[derive(Debug, Default)]
pub struct Tasks(BTreeMap<String, Task>);

#[derive(Debug)]
struct Task {
    result: Value<'static>,
    looks_left: usize,
}

/// Whether a call asks to be done asynchronously.
pub fn is_deferred(arguments: &Arguments) -> bool {
    arguments.text("beginmethod").eq_ignore_ascii_case("BeginQueryImpl")
}

impl Tasks {
    /// Keeps a result until it has been looked for that many times, and answers the task.
    pub fn begin(&mut self, chance: &mut Chance, result: Value<'static>, looks: usize) -> Value<'static> {
        let id = guid(chance);
        let task = Task { result, looks_left: looks };
        let reply = task.show(&id);
        self.0.insert(id, task);
        reply
    }

    /// The reply of QueryAsyncResult.
    pub fn look(&mut self, arguments: &Arguments) -> Result<Value<'static>, Fault> {
        let packet = match arguments.get("queryinfo") {
            Some(Value::Map(map)) => map.clone(),
            other => match json::read(&plain(other)) {
                Ok(Value::Map(map)) => map.into_owned(),
                _ => Map::new(),
            },
        };
        let id = plain(member(&packet, "TaskId"));
        let Some(task) = self.0.get_mut(id.trim()) else {
            return Err(Fault::new(Code::NoData, format!("异步任务{id}不存在")));
        };
        task.looks_left = task.looks_left.saturating_sub(1);
        Ok(task.show(id.trim()))
    }
}

impl Task {
    fn show(&self, id: &str) -> Value<'static> {
        let is_complete = self.looks_left == 0;
        object([
            ("TaskId", id.to_owned().into()),
            ("Status", if is_complete { 2 } else { 1 }.into()),
            ("Result", if is_complete { self.result.clone() } else { Value::Null }),
            ("Cancelled", false.into()),
            ("IsFaulted", false.into()),
            ("FaultedException", Value::Null),
            ("Successful", is_complete.into()),
            ("Message", Value::Null),
            ("Progress", if is_complete { 100 } else { 0 }.into()),
            ("ProgressDesc", Value::Null),
        ])
        .into()
    }
}
