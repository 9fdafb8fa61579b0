//! What was asked of the stand-ins: calls by kind, from their own counts.

use std::time::Duration;

use contract::Clock;
use serde_json::{Value, json};

use super::asking::Asking;
use crate::clock::SystemClock;
use crate::exit::Failure;

/// How often it is looked for the first write, and for how long.
const LOOK_EVERY: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(10);

/// Parts of the names of operations, without case, by what the operations do. The first that fits counts.
const READS: &[&str] = &["query", "view", "describe", "metadata", "/list", "/get"];
const SIGN_INS: &[&str] = &["token", "login", "validateuser", "getbymobile"];

/// Calls to one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    pub reads: u64,
    pub writes: u64,
    pub sign_ins: u64,
}

/// Calls to both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spending {
    pub source: Calls,
    pub target: Calls,
}

impl Spending {
    /// The calls so far to the CRM and to that ERP.
    pub async fn read(asking: &Asking, erp: &str) -> Result<Spending, Failure> {
        let counts = asking.get("/_sandbox/calls").await?;
        Ok(Spending { source: Calls::of(&counts["fxiaoke"]), target: Calls::of(&counts[erp]) })
    }

    /// Waits for the first write to the target; how long after `started` it was seen, within 10 ms and the time that
    /// a question takes. `None` when none came in time.
    pub async fn first_write(
        asking: &Asking,
        erp: &str,
        started: model::Timestamp,
    ) -> Result<Option<Duration>, Failure> {
        while SystemClock.now().since(started) < PATIENCE {
            if Spending::read(asking, erp).await?.target.writes > 0 {
                return Ok(Some(SystemClock.now().since(started)));
            }
            SystemClock.sleep_until(SystemClock.now() + LOOK_EVERY).await;
        }
        Ok(None)
    }

    pub fn as_json(&self) -> Value {
        json!({ "source": self.source.as_json(), "target": self.target.as_json() })
    }
}

impl Calls {
    fn of(operations: &Value) -> Calls {
        let mut calls = Calls::default();
        for (name, count) in operations.as_object().into_iter().flatten() {
            let (name, count) = (name.to_lowercase(), count["calls"].as_u64().unwrap_or(0));
            let is = |kind: &[&str]| kind.iter().any(|part| name.contains(part));
            match (is(SIGN_INS), is(READS)) {
                (true, _) => calls.sign_ins += count,
                (_, true) => calls.reads += count,
                _ => calls.writes += count,
            }
        }
        calls
    }

    fn as_json(self) -> Value {
        json!({ "reads": self.reads, "writes": self.writes, "sign_ins": self.sign_ins })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_told_apart_by_the_names_of_their_operations() {
        let fxiaoke = json!({
            "/corpAccessToken/get/V2": { "calls": 1 }, "/user/getByMobile": { "calls": 1 },
            "/crm/v2/data/query": { "calls": 5 }, "/crm/v2/data/get": { "calls": 2 },
            "/crm/v2/data/update": { "calls": 100 },
        });
        assert_eq!(Calls::of(&fxiaoke), Calls { reads: 7, writes: 100, sign_ins: 2 });
        let kingdee = json!({
            "LoginByAppSecret": { "calls": 1 }, "ExecuteBillQuery": { "calls": 4 },
            "QueryBusinessInfo": { "calls": 1 }, "BatchSave": { "calls": 2 }, "Submit": { "calls": 3 },
            "Audit": { "calls": 3 },
        });
        assert_eq!(Calls::of(&kingdee), Calls { reads: 5, writes: 8, sign_ins: 1 });
        assert_eq!(Calls::of(&Value::Null), Calls::default());
    }
}
