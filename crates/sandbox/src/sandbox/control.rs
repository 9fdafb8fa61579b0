//! `/_sandbox/…`: reading and changing a running sandbox.
//!
//! | call | what it does |
//! |---|---|
//! | `GET /_sandbox/` | an overview: systems, faults, waiting late work, calls |
//! | `GET /_sandbox/calls` | the calls so far, by system and operation |
//! | `GET`, `POST /_sandbox/faults` | the default faults; a POST of `{}` turns all off |
//! | `GET`, `POST /_sandbox/faults/<system>` | the faults of one system; a POST of `null` returns it to the default |
//! | `POST /_sandbox/settle` | does all late work now |
//! | `GET`, `POST /_sandbox/<system>/switches` | the switches; a POST of `{"name":"value"}` sets some |
//! | `GET`, `POST /_sandbox/<system>/…` | the system's own tables: see the stand-in's `control` |

use serde_json::{Value, json};

use super::{Mounted, Sandbox};
use crate::exact;
use crate::faults::Faults;
use crate::stand_in::{Moment, Reply};

/// The prefix of all control paths.
pub const PREFIX: &str = "/_sandbox";

impl Sandbox {
    /// Answers one call of the control interface; `path` begins with `/_sandbox`. Errors are JSON with an `error`
    /// sentence and status 400 or 404. Late work that is due is done first.
    pub fn control(&mut self, now_ms: i64, method: &str, path: &str, body: &[u8]) -> Reply {
        self.run_due(now_ms);
        let writes = match method {
            "GET" | "HEAD" => false,
            "POST" | "PUT" => true,
            _ => return refusal(405, "use GET to read and POST to change"),
        };
        let Some(body) = exact::read(body) else {
            return refusal(400, "the body is not JSON");
        };
        let parts: Vec<&str> =
            path.trim_start_matches(PREFIX).split('/').filter(|part| !part.is_empty()).collect();
        match (parts.as_slice(), writes) {
            ([], false) => Reply::json(200, &self.overview()),
            (["calls"], false) => Reply::json(200, &json!(self.calls())),
            (["settle"], true) => {
                self.settle(now_ms);
                Reply::json(200, &json!({ "waiting": 0 }))
            }
            (["faults"], false) => Reply::json(200, &json!(self.default_faults)),
            (["faults"], true) => self.change_faults(None, body),
            (["faults", system], false) => match self.faults(system) {
                Some(faults) => Reply::json(200, &json!(faults)),
                None => no_such_system(system),
            },
            (["faults", system], true) => self.change_faults(Some(system), body),
            ([system, "switches"], _) => self.switches_of(system, &body, writes),
            ([system, rest @ ..], _) => {
                self.system_control(now_ms, system, rest, if writes { body } else { Value::Null })
            }
            _ => refusal(404, "no such path below /_sandbox"),
        }
    }

    fn overview(&self) -> Value {
        let systems: serde_json::Map<String, Value> = self
            .systems
            .iter()
            .map(|mounted| {
                let about = json!({
                    "late_work": mounted.late.len(),
                    "calls": mounted.tally.total(),
                    "faults": mounted.faults.as_ref().unwrap_or(&self.default_faults),
                    "switches": mounted.stand_in.switches().len(),
                });
                (mounted.stand_in.system().to_string(), about)
            })
            .collect();
        json!({ "systems": systems })
    }

    fn change_faults(&mut self, system: Option<&str>, body: Value) -> Reply {
        if let (Some(system), Value::Null) = (system, &body) {
            return match self.mounted(system) {
                Some(mounted) => {
                    mounted.faults = None;
                    Reply::json(200, &json!(self.default_faults))
                }
                None => no_such_system(system),
            };
        }
        match serde_json::from_value::<Faults>(body) {
            Err(error) => refusal(400, &error.to_string()),
            Ok(faults) => match self.set_faults(system, faults.clone()) {
                true => Reply::json(200, &json!(faults)),
                false => no_such_system(system.unwrap_or_default()),
            },
        }
    }

    fn switches_of(&mut self, system: &str, body: &Value, writes: bool) -> Reply {
        let Some(mounted) = self.mounted(system) else {
            return no_such_system(system);
        };
        if writes {
            let Some(wanted) = body.as_object() else {
                return refusal(400, "a POST of switches is an object of names and values");
            };
            for (name, value) in wanted {
                let value = value.as_str().unwrap_or_default();
                if !mounted.stand_in.set_switch(name, value) {
                    return refusal(400, &format!("{system} has no switch {name} with a value {value:?}"));
                }
            }
        }
        Reply::json(200, &mounted.switch_list())
    }

    fn system_control(&mut self, now_ms: i64, system: &str, rest: &[&str], body: Value) -> Reply {
        let skew = self.faults(system).map_or(0, |faults| faults.clock_skew_ms);
        let Some(mounted) = self.mounted(system) else {
            return no_such_system(system);
        };
        let mut moment = Moment {
            now_ms: now_ms.saturating_add(skew),
            chance: &mut mounted.chance,
            conditions: Default::default(),
        };
        match mounted.stand_in.control(&format!("/{}", rest.join("/")), &body, &mut moment) {
            Some(answer) if answer.get("error").is_some() => Reply::json(400, &answer),
            Some(answer) => Reply::json(200, &answer),
            None => refusal(404, &format!("{system} has no such table or action")),
        }
    }
}

impl Mounted {
    fn switch_list(&self) -> Value {
        self.stand_in
            .switches()
            .iter()
            .map(|switch| {
                json!({
                    "name": switch.name,
                    "value": self.stand_in.switch(switch.name),
                    "values": switch.values,
                    "about": switch.about,
                })
            })
            .collect()
    }
}

fn refusal(status: u16, sentence: &str) -> Reply {
    Reply::json(status, &json!({ "error": sentence }))
}

fn no_such_system(system: &str) -> Reply {
    refusal(404, &format!("there is no system {system}"))
}
