//! The options of a write: the vendor's ten, passed on as they are written, and two of ours.
//!
//! A step carries its options as a JSON map: members in the vendor's spelling go into the call's `data`, members that
//! begin with a small letter are for this connector ([`OPERATION`], [`GONE`]).

use model::{Cause, Map, Value, json};

/// Which operation carries out a create or update: `Save` when absent, else `Draft`.
pub const OPERATION: &str = "operation";
/// For a save that removes rows: the ids of the rows to go, by list.
pub const GONE: &str = "gone";

/// The options of Save that a flow may set (`protocols/kingdee.md §3.1`).
const SAVE: [&str; 10] = [
    "SubSystemId",
    "IsVerifyBaseDataField",
    "IsEntryBatchFill",
    "ValidateFlag",
    "NumberSearch",
    "IsAutoAdjustField",
    "InterationFlags",
    "IgnoreInterationFlag",
    "IsControlPrecision",
    "ValidateRepeatJson",
];
/// Those of them that changes of status take too.
const TRANSITION: [&str; 2] = ["InterationFlags", "IgnoreInterationFlag"];
/// What the connector decides itself; a flow may at most say what holds anyway.
const OURS: [&str; 5] = ["IsDeleteEntry", "NeedUpDateFields", "NeedReturnFields", "BatchCount", "Creator"];

/// What is done with an audited or a voided document that has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Un-audited, enabled: made ready, changed and brought back.
    Prepare,
    Refuse,
}

/// The options of one flow, checked.
#[derive(Debug, Clone)]
pub struct Options {
    save: Map<'static>,
    pub on_audited: Policy,
    pub on_forbidden: Policy,
}

impl Options {
    /// # Errors
    /// `kingdee.option_unknown`, `kingdee.option_ours` (decided by the connector), `kingdee.option_auto_audit` (the
    /// steps must be seen) or `kingdee.option_bad`.
    pub fn of(options: &Map) -> Result<Options, Cause> {
        let mut checked =
            Options { save: Map::new(), on_audited: Policy::Prepare, on_forbidden: Policy::Prepare };
        for (name, value) in options.iter() {
            match name {
                "on_audited" => checked.on_audited = policy(name, value, "unaudit")?,
                "on_forbidden" => checked.on_forbidden = policy(name, value, "enable")?,
                "IsAutoSubmitAndAudit" if is_false(value) => {}
                "IsAutoSubmitAndAudit" => return Err(Cause::new("kingdee.option_auto_audit")),
                name if SAVE.contains(&name) && value.plain().is_some() => {
                    checked.save.set(name.to_owned(), value.borrow().into_owned());
                }
                name if SAVE.contains(&name) => return Err(bad(name, "true | false | text")),
                name if OURS.contains(&name) && (value.is_blank() || is_false(value)) => {}
                name if OURS.contains(&name) => {
                    return Err(Cause::new("kingdee.option_ours").with("option", name));
                }
                name => {
                    let known = SAVE.join(", ");
                    return Err(Cause::new("kingdee.option_unknown")
                        .with("option", name)
                        .with("known", known));
                }
            }
        }
        Ok(checked)
    }

    /// The options of a save: what must be updated and returned, then the flow's own.
    pub fn save(&self, update: &[String], returned: Option<&str>, removes: bool) -> Map<'static> {
        let texts =
            |names: &[String]| names.iter().map(|name| Value::from(name.clone())).collect::<Vec<Value>>();
        let returned: Vec<String> = returned.into_iter().map(str::to_owned).collect();
        let mut data = Map::with_capacity(self.save.len() + 3);
        data.push("NeedUpDateFields", texts(update));
        data.push("NeedReturnFields", texts(&returned));
        data.push("IsDeleteEntry", if removes { "true" } else { "false" });
        for (name, value) in self.save.iter() {
            data.push(name.to_owned(), value.clone());
        }
        data
    }

    /// The options of a change of status, as a step carries them; blank when there are none.
    pub fn transition(&self) -> String {
        let taken = self.save.iter().filter(|(name, _)| TRANSITION.contains(name));
        let data: Map = taken.map(|(name, value)| (name.to_owned().into(), value.clone())).collect();
        if data.is_empty() { String::new() } else { json::write(&Value::Map(data)) }
    }
}

fn policy(name: &str, value: &Value, prepare: &str) -> Result<Policy, Cause> {
    match value.as_text() {
        Some(text) if text == prepare => Ok(Policy::Prepare),
        Some("refuse") => Ok(Policy::Refuse),
        _ => Err(bad(name, &format!("{prepare} | refuse"))),
    }
}

fn bad(name: &str, known: &str) -> Cause {
    Cause::new("kingdee.option_bad").with("option", name).with("known", known)
}

fn is_false(value: &Value) -> bool {
    value.plain().is_some_and(|text| text.eq_ignore_ascii_case("false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: &str, expected: Result<&str, &str>) {
        let options = json::read(options).unwrap();
        let told = Options::of(options.as_map().unwrap());
        let told = told.map(|options| json::write(&Value::Map(options.save(&[], Some("FNumber"), false))));
        let expected = expected.map(str::to_owned).map_err(str::to_owned);
        assert_eq!(told.map_err(|cause| cause.code.into_owned()), expected, "{options:?}");
    }

    #[test]
    fn the_vendors_options_are_passed_on_as_they_are_written() {
        check(
            r#"{"IsVerifyBaseDataField":"true","NumberSearch":true,"InterationFlags":"STK_InvCheckResult"}"#,
            Ok(
                r#"{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false","IsVerifyBaseDataField":"true","NumberSearch":true,"InterationFlags":"STK_InvCheckResult"}"#,
            ),
        );
        check(
            r#"{"IsAutoSubmitAndAudit":"false","IsDeleteEntry":false,"NeedUpDateFields":[],"Creator":""}"#,
            Ok(r#"{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false"}"#),
        );
    }

    #[test]
    fn what_would_surprise_is_refused() {
        check(r#"{"IsAutoSubmitAndAudit":true}"#, Err("kingdee.option_auto_audit"));
        check(r#"{"IsDeleteEntry":"true"}"#, Err("kingdee.option_ours"));
        check(r#"{"IsVerifyBaseData":true}"#, Err("kingdee.option_unknown"));
        check(r#"{"ValidateFlag":{}}"#, Err("kingdee.option_bad"));
        check(r#"{"on_audited":"ask"}"#, Err("kingdee.option_bad"));
    }

    #[test]
    fn changes_of_status_take_the_answers_to_dialogs_only() {
        let options =
            json::read(r#"{"InterationFlags":"A;B","ValidateFlag":"true","on_audited":"refuse"}"#).unwrap();
        let options = Options::of(options.as_map().unwrap()).unwrap();
        assert_eq!(options.transition(), r#"{"InterationFlags":"A;B"}"#);
        assert_eq!(options.on_audited, Policy::Refuse);
    }
}
