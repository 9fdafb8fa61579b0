//! The options of a write: the vendor's ten, passed on as they are written, and two of ours.
//!
//! A step carries its options as a JSON map: members in the vendor's spelling go into the call's `data`, members that
//! begin with a small letter are for this connector ([`OPERATION`], [`GONE`], [`KNOWN`] …).

use model::{Cause, Map, Value, json};

/// Which operation carries out a create or update: `Save` when absent, else `Draft`.
pub const OPERATION: &str = "operation";
/// For a save that removes rows: the ids of the rows to go, by list.
pub const GONE: &str = "gone";
/// For a save that adds rows, or a derivation: the ids of what was there before, by list or of documents.
pub const KNOWN: &str = "known";

/// The change by which a record is given to further organisations (分配).
pub const ALLOCATE: &str = "Allocate";
/// For an allocation: the numbers of the organisations.
pub const TO: &str = "to";
/// For a save: groups that its document names are made where they do not exist.
pub const GROUPS: &str = "groups";
/// For a save: a batch is taken at once and asked after until it is through.
pub const ASYNC: &str = "async";

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
/// The connector's own.
const OWN: [&str; 6] =
    ["on_audited", "on_closed", "on_forbidden", "allocate_to", "make_groups", "async_batch"];
/// What the connector decides itself; a flow may at most say what holds anyway.
const OURS: [&str; 5] = ["IsDeleteEntry", "NeedUpDateFields", "NeedReturnFields", "BatchCount", "Creator"];

/// What is done with an audited, closed or voided document that has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Un-audited, opened, enabled: made ready, changed and brought back.
    Prepare,
    Refuse,
}

/// The options of one flow, checked.
#[derive(Debug, Clone)]
pub struct Options {
    save: Map<'static>,
    pub on_audited: Policy,
    pub on_closed: Policy,
    pub on_forbidden: Policy,
    /// Organisations that get the record too.
    allocate_to: Vec<String>,
}

impl Options {
    /// # Errors
    /// `kingdee.option_unknown`, `kingdee.option_ours` (decided by the connector), `kingdee.option_auto_audit` (the
    /// steps must be seen) or `kingdee.option_bad`.
    pub fn of(options: &Map) -> Result<Options, Cause> {
        let mut checked = Options {
            save: Map::new(),
            on_audited: Policy::Prepare,
            on_closed: Policy::Refuse,
            on_forbidden: Policy::Prepare,
            allocate_to: Vec::new(),
        };
        for (name, value) in options.iter() {
            match name {
                "on_audited" => checked.on_audited = policy(name, value, "unaudit")?,
                "on_closed" => checked.on_closed = policy(name, value, "unclose")?,
                "allocate_to" => checked.allocate_to = numbers(name, value)?,
                "make_groups" => checked.ours(GROUPS, truth(name, value)?),
                "async_batch" => checked.ours(ASYNC, truth(name, value)?),
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
                    let known = [&OWN[..], &SAVE[..]].concat().join(", ");
                    return Err(Cause::new("kingdee.option_unknown")
                        .with("option", name)
                        .with("known", known));
                }
            }
        }
        Ok(checked)
    }

    fn ours(&mut self, name: &'static str, is_set: bool) {
        if is_set {
            self.save.set(name, true);
        }
    }

    /// The options of an allocation, as its step carries them; `None` where nobody else gets the record. Others can use
    /// theirs only when it is audited too.
    pub fn allocation(&self, is_audited: bool) -> Option<String> {
        let to: Vec<Value> = self.allocate_to.iter().cloned().map(Value::from).collect();
        let mut options = Map::with_capacity(2);
        options.push(TO, to);
        options.push("IsAutoSubmitAndAudit", if is_audited { "true" } else { "false" });
        (!self.allocate_to.is_empty()).then(|| json::write(&Value::Map(options)))
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

fn truth(name: &str, value: &Value) -> Result<bool, Cause> {
    match value.plain().as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err(bad(name, "true | false")),
    }
}

/// One number or a list of them.
fn numbers(name: &str, value: &Value) -> Result<Vec<String>, Cause> {
    let one =
        |value: &Value| value.plain().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let told = match value {
        Value::List(list) => list.iter().map(one).collect(),
        single => one(single).map(|number| vec![number]),
    };
    told.ok_or_else(|| bad(name, r#"["101", "102"]"#))
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
    fn our_own_options_stay_out_of_the_call() {
        check(
            r#"{"make_groups":true,"async_batch":"false","allocate_to":["101","102"],"on_closed":"unclose"}"#,
            Ok(
                r#"{"NeedUpDateFields":[],"NeedReturnFields":["FNumber"],"IsDeleteEntry":"false","groups":true}"#,
            ),
        );
        check(r#"{"allocate_to":[""]}"#, Err("kingdee.option_bad"));
        check(r#"{"make_groups":"yes"}"#, Err("kingdee.option_bad"));
        let options = json::read(r#"{"allocate_to":101}"#).unwrap();
        let options = Options::of(options.as_map().unwrap()).unwrap();
        let expected = r#"{"to":["101"],"IsAutoSubmitAndAudit":"false"}"#;
        assert_eq!(options.allocation(false).as_deref(), Some(expected));
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
