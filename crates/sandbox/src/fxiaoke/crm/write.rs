//! `create` and `update` (`protocols/fxiaoke.md` §4.5).
//!
//! A call is checked whole before anything of it is kept.

mod details;
mod draft;

use serde_json::{Map, Value, json};

use super::table::{Life, Row};
use super::{Crm, Now, named_in};
use crate::fxiaoke::answer::{Answer, Refusal, members, nothing};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::{DEFAULT_RECORD_TYPE, Object};
use crate::fxiaoke::switches;
use draft::Draft;

/// The options of a create or update, as sent beside and inside `data`.
struct Options {
    specify_time: bool,
    specify_created_by: bool,
    detail_ids: bool,
    approval: bool,
    /// Whether 查重 was asked for; `None` when nothing was said.
    duplicate_search: Option<bool>,
    skip_status: bool,
}

impl Options {
    fn read(body: &Value) -> Options {
        let asked = |value: &Value| value.as_bool().unwrap_or(false);
        let data = &body["data"];
        Options {
            specify_time: asked(&body["hasSpecifyTime"]),
            specify_created_by: asked(&body["hasSpecifyCreatedBy"]),
            detail_ids: asked(&body["includeDetailIds"]),
            approval: body["triggerApprovalFlow"].as_bool().unwrap_or(true),
            duplicate_search: data["optionInfo"]["isDuplicateSearch"]
                .as_bool()
                .or(body["checkDuplicateSearch"].as_bool()),
            skip_status: asked(&data["skipDataStatusValidate"]),
        }
    }
}

impl Crm {
    /// `create`: the new id is `dataId` at the root.
    pub fn create(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let options = Options::read(body);
        let (object, sent) = written(body)?;
        let mut draft = self.draft(object, sent, caller, None)?;
        self.check_required(object, &draft)?;
        self.check_duplicates(object, &draft, None, options.duplicate_search)?;
        self.check_master(object, &draft.fields, options.skip_status)?;
        draft.record_type = record_type(object, sent)?;
        let id = new_id(now);
        let lines = self.draft_details(object, &body["data"]["details"], &draft, None, caller)?;
        let life = match options.approval && self.approval_on_create.iter().any(|name| name == object.name) {
            true => Life::UnderReview,
            false => Life::Normal,
        };
        let row = self.new_row(object, id.clone(), draft, life, caller, now);
        let row = self.specified(row, sent, &options, caller)?;
        self.put(object, row, now);
        let detail_ids = self.put_details(lines, &id, life, caller, now);
        self.lines_changed(object, std::slice::from_ref(&id), caller, now);
        let mut answer = members(json!({ "dataId": id }));
        if options.detail_ids && self.switches.is(switches::DETAIL_IDS, "listed") {
            answer.insert("detailIds".into(), Value::Object(detail_ids));
        }
        Ok(answer)
    }

    /// `update`: only the fields that are sent change.
    pub fn update(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let options = Options::read(body);
        let (object, sent) = written(body)?;
        let id = sent
            .get("_id")
            .and_then(Value::as_str)
            .ok_or_else(|| Refusal::new(32000, "java.lang.NullPointerException", "系统错误"))?;
        let row = self.owned_row(object, id, caller)?.clone();
        self.check_editable(object, &row, options.skip_status)?;
        self.check_owner(&row, sent)?;
        let draft = self.draft(object, sent, caller, Some(&row))?;
        self.check_duplicates(object, &draft, Some(id), options.duplicate_search)?;
        let lines = self.draft_details(object, &body["data"]["details"], &draft, Some(id), caller)?;
        let changed = draft.fields != row.fields;
        let waits = options.approval && self.approval_on_update.iter().any(|name| name == object.name);
        if waits && row.life == Life::Normal && (changed || !lines.is_empty()) {
            return self.await_approval(object, row, body, caller, now);
        }
        let mut row = Row { fields: draft.fields, ..row };
        if changed || !lines.is_empty() || self.switches.is(switches::UNCHANGED_UPDATE, "bumps") {
            row.touch(&caller.operator, now.ms);
            self.put(object, row, now);
            self.lines_changed(object, &[id.to_string()], caller, now);
        }
        self.put_details(lines, id, Life::Normal, caller, now);
        nothing()
    }

    fn new_row(
        &mut self,
        object: &'static Object,
        id: String,
        draft: Draft,
        life: Life,
        caller: &Caller,
        now: &Now,
    ) -> Row {
        let mut fields = draft.fields;
        self.number(object, &mut fields, now.ms);
        Row {
            id,
            fields,
            owner: draft.owner,
            created_by: caller.operator.clone(),
            create_time: now.ms,
            last_modified_by: caller.operator.clone(),
            last_modified_time: now.ms,
            life,
            locked: false,
            version: 1,
            record_type: draft.record_type,
            deleted: false,
            team: Vec::new(),
            pending: None,
        }
    }

    /// Honours `create_time` and `created_by` where the caller asked for it.
    fn specified(
        &self,
        mut row: Row,
        sent: &Map<String, Value>,
        options: &Options,
        caller: &Caller,
    ) -> Result<Row, Refusal> {
        if options.specify_time
            && let Some(time) = sent.get("create_time")
        {
            row.create_time = time.as_i64().ok_or_else(|| Refusal::field("创建时间", "应为毫秒时间戳"))?;
        }
        if options.specify_created_by
            && let Some(by) = sent.get("created_by")
        {
            let id = by.get(0).unwrap_or(by).as_str().and_then(|id| self.employee_id(id, caller));
            row.created_by = id.ok_or_else(|| Refusal::field("创建人", "员工不存在"))?;
        }
        Ok(row)
    }

    fn check_owner(&self, row: &Row, sent: &Map<String, Value>) -> Result<(), Refusal> {
        let Some(owner) = sent.get("owner") else {
            return Ok(());
        };
        let id = owner.get(0).unwrap_or(owner).as_str().unwrap_or_default();
        let named = self.staff.by_open_id(id).or_else(|| self.staff.by_id(id));
        let is_same = named.map(|employee| employee.id.as_str()) == row.owner.as_deref();
        match !is_same && self.switches.is(switches::OWNER_IN_UPDATE, "refused") {
            true => Err(Refusal::field("负责人", "不可通过编辑修改")),
            false => Ok(()),
        }
    }
}

/// The object of a create or update, and the record that was sent.
fn written(body: &Value) -> Result<(&'static Object, &Map<String, Value>), Refusal> {
    let sent = &body["data"]["object_data"];
    let record = sent.as_object().ok_or_else(|| Refusal::parameter("object_data"))?;
    let object = named_in(sent)?;
    match object.writable {
        true => Ok((object, record)),
        false => Err(Refusal::new(15003, "the app has no right to this interface", "无权限操作该对象")),
    }
}

fn record_type(object: &Object, sent: &Map<String, Value>) -> Result<String, Refusal> {
    let named = sent.get("record_type").and_then(Value::as_str).filter(|value| !value.is_empty());
    match named.unwrap_or(DEFAULT_RECORD_TYPE) {
        known if object.has_record_type(known) => Ok(known.into()),
        other => Err(Refusal::field("业务类型", &format!("不存在：{other}"))),
    }
}

/// 24 hexadecimal digits: the seconds, then chance.
pub fn new_id(now: &mut Now) -> String {
    format!("{:08x}{}", now.ms.div_euclid(1000), now.chance.hex(16))
}
