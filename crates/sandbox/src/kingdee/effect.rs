//! ExcuteOperation: forbid, enable, void, close and what else a form offers (`protocols/kingdee.md §3.4`).

use model::{Map, Value};

use super::arguments::{Arguments, member, plain, texts};
use super::catalogue::FormMeta;
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched};
use super::ledger::Document;
use super::meta::{Effect, FormOperation};
use super::status::{self, Step};
use super::turn::Turn;

/// The reply of ExcuteOperation.
pub fn run(
    turn: &mut Turn,
    form: &'static FormMeta,
    arguments: &Arguments,
    packet: &Map,
) -> Result<Value<'static>, Fault> {
    let number = arguments.text("opnumber");
    if number.trim().is_empty() {
        return Err(Fault::new(Code::NoOperation, "操作标识不能为空"));
    }
    if let Some(step) = step(&number) {
        return status::run(turn, form, packet, step);
    }
    let operation = find(form, number.trim())?;
    let results: Vec<Result<Touched, Fault>> = match (operation.effect, row_ids(packet)) {
        (Effect::Row(_) | Effect::OpenRow(_), Some(pairs)) => {
            let mark = |(document, rows): (i64, Vec<i64>)| {
                turn.mark_rows(form, document, Some(&rows), operation.effect)
            };
            pairs.into_iter().map(mark).collect()
        }
        _ => {
            let named = status::named(turn, form, packet)?;
            named.into_iter().map(|found| turn.apply(form, found?, operation)).collect()
        }
    };
    let mut outcome = Outcome::fine();
    for (index, result) in results.into_iter().enumerate() {
        match result {
            Ok(touched) => outcome.done(index, &touched),
            Err(fault) => outcome.refuse(index, fault),
        }
    }
    Ok(outcome.body([]))
}

fn find(form: &FormMeta, number: &str) -> Result<&'static FormOperation, Fault> {
    let known = |operation: &&FormOperation| operation.number.eq_ignore_ascii_case(number);
    form.def.operations.iter().find(known).ok_or_else(|| {
        let message = format!("业务对象“{}”不存在标识为“{number}”的操作", form.def.name);
        Fault::new(Code::Exception, message)
    })
}

/// The five steps are operations, too.
fn step(number: &str) -> Option<Step> {
    match number.trim().to_lowercase().as_str() {
        "submit" => Some(Step::Submit),
        "audit" => Some(Step::Audit),
        "unaudit" => Some(Step::UnAudit),
        "cancelassign" => Some(Step::CancelAssign),
        "delete" => Some(Step::Delete),
        _ => None,
    }
}

/// `PkEntryIds`: documents with their rows; `None` when none is named.
fn row_ids(packet: &Map) -> Option<Vec<(i64, Vec<i64>)>> {
    let list = member(packet, "PkEntryIds")?.as_list()?;
    let pairs: Vec<(i64, Vec<i64>)> = list
        .iter()
        .filter_map(Value::as_map)
        .filter_map(|pair| {
            let document = plain(member(pair, "Id")).trim().parse().ok()?;
            let rows = texts(member(pair, "EntryIds")).iter().filter_map(|id| id.parse().ok()).collect();
            Some((document, rows))
        })
        .collect();
    (!pairs.is_empty()).then_some(pairs)
}

impl Turn<'_> {
    /// Does one operation to one document.
    pub fn apply(
        &mut self,
        form: &'static FormMeta,
        id: i64,
        operation: &FormOperation,
    ) -> Result<Touched, Fault> {
        if let Effect::Row(_) | Effect::OpenRow(_) = operation.effect {
            return self.mark_rows(form, id, None, operation.effect);
        }
        let document = self.ledger.table(form).get(id).ok_or_else(|| gone(form, id))?;
        self.refuse_locked(form, document)?;
        let touched = touched(form, document);
        self.refuse_effect(form, document, operation.effect).map_err(|end| {
            Fault::rule(format!("单据编号为“{}”的{}，{end}", touched.number, form.def.name))
        })?;
        let (now, user) = (Cell::Time(self.now()), Cell::Ref(self.user));
        let moved = self.is("modified_on_forbid", "moved");
        self.ledger.table_mut(form).change(id, |document| {
            let (status, at, by) = columns(operation.effect);
            let begins = matches!(operation.effect, Effect::Forbid | Effect::Void | Effect::Close);
            document.set(form, status, Cell::text(if begins { "B" } else { "A" }));
            document.set(form, at, if begins { now.clone() } else { Cell::Empty });
            for key in by {
                document.set(form, key, if begins { user.clone() } else { Cell::Ref(0) });
            }
            if moved {
                document.set(form, "FModifyDate", now);
                document.set(form, "FModifierId", user);
            }
        });
        Ok(touched)
    }

    fn refuse_effect(
        &self,
        form: &FormMeta,
        document: &Document,
        effect: Effect,
    ) -> Result<(), &'static str> {
        let (status, ..) = columns(effect);
        let is_set = document.get(form, status).as_text() == "B";
        match effect {
            Effect::Forbid if is_set && self.is("repeated_forbid", "refused") => {
                Err("已经禁用，不允许再次禁用！")
            }
            Effect::Enable if !is_set && self.is("repeated_forbid", "refused") => {
                Err("没有禁用，不允许反禁用！")
            }
            Effect::Void if document.status(form) == 'C' => Err("已审核的单据不允许作废！"),
            Effect::Void if is_set => Err("单据已经作废！"),
            Effect::Close if document.status(form) != 'C' => Err("只有已审核的单据才允许关闭！"),
            Effect::Close if is_set => Err("单据已经关闭！"),
            _ => Ok(()),
        }
    }

    /// Closes or opens rows of a document: those named, or all of them.
    fn mark_rows(
        &mut self,
        form: &'static FormMeta,
        id: i64,
        rows: Option<&[i64]>,
        effect: Effect,
    ) -> Result<Touched, Fault> {
        let (field, mark) = match effect {
            Effect::Row(field) => (field, "B"),
            Effect::OpenRow(field) => (field, "A"),
            _ => return Err(gone(form, id)),
        };
        let document = self.ledger.table(form).get(id).ok_or_else(|| gone(form, id))?;
        self.refuse_locked(form, document)?;
        let touched = touched(form, document);
        let place = form.lookup(field).expect("the table of operations names fields that exist (tested)");
        self.ledger.table_mut(form).change(id, |document| {
            for row in &mut document.rows[place.entity] {
                if rows.is_none_or(|rows| rows.contains(&row.id)) {
                    row.cells[place.field] = Cell::text(mark);
                }
            }
        });
        Ok(touched)
    }
}

fn gone(form: &FormMeta, id: i64) -> Fault {
    Fault::new(Code::NoData, format!("内码为{id}的{}不存在或者已经被删除", form.def.name))
}

fn touched(form: &FormMeta, document: &Document) -> Touched {
    Touched { id: document.id, number: document.number(form).to_owned(), rows: Vec::new() }
}

/// The columns that an effect sets: status, date, user under either spelling.
fn columns(effect: Effect) -> (&'static str, &'static str, [&'static str; 2]) {
    match effect {
        Effect::Forbid | Effect::Enable => ("FForbidStatus", "FForbidDate", ["FForbiderId", "FForbidderId"]),
        Effect::Void | Effect::Unvoid => ("FCancelStatus", "FCancelDate", ["FCancellerId", "FCancellerId"]),
        Effect::Close | Effect::Reopen | Effect::Row(_) | Effect::OpenRow(_) => {
            ("FCloseStatus", "FCloseDate", ["FCloserId", "FCloserId"])
        }
    }
}
