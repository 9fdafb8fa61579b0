//! GroupSave, QueryGroupInfo, GroupDelete: the tree that master records are sorted into
//! (`protocols/kingdee.md §3.6`).

use model::{Map, Value};

use super::arguments::{member, plain, texts, whole};
use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched, object};
use super::ledger::Document;
use super::save::begin;
use super::turn::{self, Turn};

/// The group field of a form, and the form of its groups.
fn groups_of(form: &FormMeta, key: &str) -> Result<&'static FormMeta, Fault> {
    let mut fields = form.entities[0].fields.iter().filter(|field| {
        field.kind.target().is_some_and(|target| target.ends_with("Group"))
            && (key.trim().is_empty() || field.key.eq_ignore_ascii_case(key.trim()))
    });
    let target = fields.next().and_then(|field| field.kind.target());
    let none = || Fault::new(Code::Exception, format!("业务对象“{}”没有分组字段{key}", form.def.name));
    target.map(|target| CATALOGUE.form(target)).ok_or_else(none)
}

/// The reply of GroupSave. An existing `GroupPkId` is changed, 0 makes a new group.
pub fn save(turn: &mut Turn, form: &FormMeta, packet: &Map) -> Result<Value<'static>, Fault> {
    let groups = groups_of(form, &plain(member(packet, "GroupFieldKey")))?;
    let (number, name) = (plain(member(packet, "FNumber")), plain(member(packet, "FName")));
    if number.trim().is_empty() || name.trim().is_empty() {
        return Err(Fault::rule("分组的编码和名称不能为空"));
    }
    let id = whole(packet, "GroupPkId").unwrap_or(0);
    let taken = turn.ledger.table(groups).ids_of(&number).iter().any(|other| *other != id);
    if taken {
        let message = format!("违反字段唯一性要求：编码唯一。[{number}]在当前系统中已经被使用。");
        return Err(Fault::on("FNumber", message));
    }
    let mut document = if id == 0 {
        let id = turn.ledger.next_id(groups);
        begin(turn, groups, id)
    } else {
        let existing = turn.ledger.table(groups).get(id).cloned();
        existing.ok_or_else(|| Fault::new(Code::NoData, format!("内码为{id}的分组不存在")))?
    };
    document.set(groups, "FNumber", Cell::text(number.clone()));
    document.set(groups, "FName", Cell::text(name));
    document.set(groups, "FParentId", Cell::Int(whole(packet, "FParentId").unwrap_or(0)));
    document.set(groups, "FDescription", Cell::text(plain(member(packet, "FDescription"))));
    let id = document.id;
    turn.ledger.table_mut(groups).put(groups, document);
    let mut outcome = Outcome::fine();
    outcome.done(0, &Touched { id, number, rows: Vec::new() });
    Ok(outcome.body([("Id", id.into())]))
}

/// The reply of QueryGroupInfo: the groups named by `GroupPkIds`, or those of the records named by `Ids`, or all.
pub fn query(turn: &Turn, packet: &Map) -> Result<Value<'static>, Fault> {
    let form = turn::form(plain(member(packet, "FormId")).trim())?;
    let groups = groups_of(form, &plain(member(packet, "GroupFieldKey")))?;
    let named = ids(packet, "GroupPkIds");
    let of_records: Vec<i64> = ids(packet, "Ids")
        .iter()
        .filter_map(|id| turn.ledger.table(form).get(*id))
        .map(|record| group_of(form, groups, record))
        .collect();
    let all = named.is_empty() && of_records.is_empty();
    let wanted = |group: &&Document| all || named.contains(&group.id) || of_records.contains(&group.id);
    let list = turn.ledger.table(groups).iter().filter(wanted).map(|group| {
        let text = |key: &str| group.get(groups, key).as_text().to_owned();
        let parent = match group.get(groups, "FParentId") {
            Cell::Int(parent) => *parent,
            _ => 0,
        };
        object([
            ("FID", group.id.into()),
            ("FNUMBER", text("FNumber").into()),
            ("FNAME", text("FName").into()),
            ("FPARENTID", parent.into()),
            ("FDESCRIPTION", text("FDescription").into()),
        ])
        .into()
    });
    let list = Value::List(list.collect());
    Ok(Outcome::fine().body([("NeedReturnData", list)]))
}

/// The reply of GroupDelete. A group that still holds records or groups stays.
pub fn delete(turn: &mut Turn, packet: &Map) -> Result<Value<'static>, Fault> {
    let form = turn::form(plain(member(packet, "FormId")).trim())?;
    let groups = groups_of(form, &plain(member(packet, "GroupFieldKey")))?;
    let mut outcome = Outcome::fine();
    for (index, id) in ids(packet, "GroupPkIds").into_iter().enumerate() {
        let is_used = turn.ledger.table(form).iter().any(|record| group_of(form, groups, record) == id)
            || turn.ledger.table(groups).iter().any(|one| *one.get(groups, "FParentId") == Cell::Int(id));
        let number = turn.ledger.table(groups).get(id).map(|group| group.number(groups).to_owned());
        match number {
            None => outcome.refuse(index, Fault::new(Code::NoData, format!("内码为{id}的分组不存在"))),
            Some(number) if is_used => {
                outcome.refuse(index, Fault::rule(format!("分组“{number}”下存在数据，不允许删除！")));
            }
            Some(number) => {
                turn.ledger.table_mut(groups).remove(groups, id);
                outcome.done(index, &Touched { id, number, rows: Vec::new() });
            }
        }
    }
    Ok(outcome.body([]))
}

fn ids(packet: &Map, name: &str) -> Vec<i64> {
    texts(member(packet, name)).iter().filter_map(|id| id.parse().ok()).collect()
}

/// The group that a record lies in; 0 for none.
fn group_of(form: &FormMeta, groups: &FormMeta, record: &Document) -> i64 {
    let field = form.entities[0].fields.iter().position(|field| field.kind.target() == Some(groups.def.id));
    field.map_or(0, |field| record.head(field).reference())
}
