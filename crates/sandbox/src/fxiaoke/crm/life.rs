//! What happens to whole records: voiding, deleting, recovering, other owners, locks (`protocols/fxiaoke.md` §4.5).

use serde_json::Value;

use super::table::{Life, Row};
use super::{Crm, Now, named_in};
use crate::fxiaoke::answer::{Answer, Refusal, nothing};
use crate::fxiaoke::caller::Caller;
use crate::fxiaoke::described::{Object, all};
use crate::fxiaoke::switches;

impl Crm {
    /// `invalid` (作废): one record by `object_data_id`, or several by `idList`. Its details go with it.
    pub fn invalid(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let data = &body["data"];
        let object = writable(data)?;
        let ids = match data["object_data_id"].as_str() {
            Some(id) => vec![id.to_string()],
            None => id_list(data, "idList")?,
        };
        let rows = self.rows(object, &ids, caller)?;
        for row in &rows {
            match row.life {
                Life::Invalid => return Err(Refusal::state("数据已作废")),
                Life::UnderReview | Life::InChange => {
                    return Err(Refusal::state("数据正在审批中，不可作废"));
                }
                Life::Normal if row.locked => return Err(Refusal::locked()),
                Life::Normal => {}
            }
            self.check_master(object, &row.fields, false)?;
        }
        self.change_with_details(object, rows, caller, now, |row| row.life = Life::Invalid);
        self.lines_changed(object, &ids, caller, now);
        nothing()
    }

    /// `delete`: voided records only; they are gone for good, with their details.
    pub fn delete(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let data = &body["data"];
        let object = writable(data)?;
        let ids = id_list(data, "idList")?;
        let rows = self.rows(object, &ids, caller)?;
        // Lines of a price book are the exception.
        if object.name != "PriceBookProductObj" && rows.iter().any(|row| row.life != Life::Invalid) {
            return Err(Refusal::state("数据未作废，不可删除"));
        }
        self.change_with_details(object, rows, caller, now, |row| row.deleted = true);
        self.lines_changed(object, &ids, caller, now);
        nothing()
    }

    /// `recover`: voided records become normal again, with their details.
    pub fn recover(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let data = &body["data"];
        let object = writable(data)?;
        let ids = id_list(data, "idList")?;
        let rows = self.rows(object, &ids, caller)?;
        if rows.iter().any(|row| row.life != Life::Invalid) {
            return Err(Refusal::state("数据未作废，不可恢复"));
        }
        for row in &rows {
            self.check_master(object, &row.fields, false)?;
        }
        self.change_with_details(object, rows, caller, now, |row| row.life = Life::Normal);
        self.lines_changed(object, &ids, caller, now);
        nothing()
    }

    /// `changeOwner`: `Data` names each record and its new owner. Details go with their master, and whoever gets a
    /// record is told.
    pub fn change_owner(&mut self, body: &Value, caller: &Caller, now: &mut Now) -> Answer {
        let data = &body["data"];
        let object = writable(data)?;
        let sent = data["Data"].as_array().ok_or_else(|| Refusal::parameter("Data"))?;
        let mut changes = Vec::new();
        for change in sent {
            let id = change["objectDataId"].as_str().ok_or_else(|| Refusal::parameter("objectDataId"))?;
            let owner = new_owner(&change["ownerId"]).ok_or_else(|| Refusal::parameter("ownerId"))?;
            let owner = self
                .employee_id(&owner, caller)
                .ok_or_else(|| Refusal::field("负责人", &format!("员工不存在：{owner}")))?;
            let row = self.owned_row(object, id, caller)?.clone();
            if row.life == Life::Invalid {
                return Err(Refusal::state("数据已作废，不可更换负责人"));
            }
            changes.push((row, owner));
        }
        for (row, owner) in changes {
            if row.owner.as_deref() != Some(&owner) && owner != caller.operator {
                let text = format!("您已成为{}“{}”的负责人", object.label, row.name());
                self.remind(object, &row, &owner, text, now.ms);
            }
            self.change_with_details(object, vec![row], caller, now, |row| {
                row.team.retain(|member| member.employee != owner);
                row.owner = Some(owner.clone());
            });
        }
        nothing()
    }

    /// `lock` and `unlock`; with `detailObjStrategy` 1 the details too.
    pub fn set_lock(&mut self, body: &Value, locked: bool, caller: &Caller, now: &mut Now) -> Answer {
        let data = &body["data"];
        let object = writable(data)?;
        let rows = self.rows(object, &id_list(data, "dataIds")?, caller)?;
        if data["detailObjStrategy"].as_i64() == Some(1) {
            self.change_with_details(object, rows, caller, now, |row| row.locked = locked);
        } else {
            self.change(object, rows, caller, now, &|row: &mut Row| row.locked = locked);
        }
        nothing()
    }

    pub(super) fn rows(&self, object: &Object, ids: &[String], caller: &Caller) -> Result<Vec<Row>, Refusal> {
        ids.iter().map(|id| self.owned_row(object, id, caller).cloned()).collect()
    }

    fn change(
        &mut self,
        object: &'static Object,
        rows: Vec<Row>,
        caller: &Caller,
        now: &mut Now,
        change: &impl Fn(&mut Row),
    ) {
        for mut row in rows {
            change(&mut row);
            row.touch(&caller.operator, now.ms);
            self.put(object, row, now);
        }
    }

    pub(super) fn change_with_details(
        &mut self,
        object: &'static Object,
        rows: Vec<Row>,
        caller: &Caller,
        now: &mut Now,
        change: impl Fn(&mut Row),
    ) {
        let details: Vec<&'static Object> = all()
            .iter()
            .copied()
            .filter(|detail| detail.master().is_some_and(|(master, _)| master == object.name))
            .collect();
        for detail in details {
            let lines: Vec<Row> =
                rows.iter().flat_map(|row| self.details_of(detail, &row.id)).cloned().collect();
            self.change(detail, lines, caller, now, &change);
        }
        self.change(object, rows, caller, now, &change);
    }

    /// What follows when rows were written that may be lines: their masters' sums and, by the switch, their last
    /// change.
    pub(super) fn lines_changed(
        &mut self,
        object: &'static Object,
        ids: &[String],
        caller: &Caller,
        now: &mut Now,
    ) {
        let Some((_, field)) = object.master() else { return };
        let master_of = |id: &String| {
            let row = self.table(object).get_any(id)?;
            row.fields.get(field.name)?.as_str().map(String::from)
        };
        let masters: std::collections::BTreeSet<String> = ids.iter().filter_map(master_of).collect();
        let masters: Vec<String> = masters.into_iter().collect();
        self.sum_lines(object, &masters, caller, now);
        self.touch_masters(object, &masters, caller, now);
    }

    /// By the switch, a write of a detail row moves its master.
    fn touch_masters(&mut self, object: &Object, masters: &[String], caller: &Caller, now: &mut Now) {
        let Some((master, _)) = object.master() else { return };
        if !self.switches.is(switches::DETAIL_EDIT, "touches_master") {
            return;
        }
        let master = super::find(master).expect("masters are described objects");
        for id in masters {
            if let Some(mut row) = self.table(master).get(id).cloned() {
                row.touch(&caller.operator, now.ms);
                self.put(master, row, now);
            }
        }
    }
}

pub(super) fn writable(data: &Value) -> Result<&'static Object, Refusal> {
    let object = named_in(data)?;
    match object.writable {
        true => Ok(object),
        false => Err(Refusal::new(15003, "the app has no right to this interface", "无权限操作该对象")),
    }
}

pub(super) fn id_list(data: &Value, member: &str) -> Result<Vec<String>, Refusal> {
    let list = data[member].as_array().filter(|list| !list.is_empty());
    let list = list.ok_or_else(|| Refusal::parameter(member))?;
    list.iter().map(|id| id.as_str().map(String::from).ok_or_else(|| Refusal::parameter(member))).collect()
}

/// A list of one id, or the bracketed text of the manual's sample.
fn new_owner(sent: &Value) -> Option<String> {
    match sent {
        Value::Array(list) => list.first()?.as_str().map(String::from),
        Value::String(text) => Some(text.trim_matches(['[', ']']).to_string()),
        _ => None,
    }
}
