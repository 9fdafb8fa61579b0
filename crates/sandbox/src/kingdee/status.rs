//! The life of a document: submit, audit and their opposites, delete (`protocols/kingdee.md §3.2, §6`).

use model::{Map, Value};

use super::arguments::{member, plain, texts};
use super::catalogue::FormMeta;
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched};
use super::ledger::Document;
use super::turn::Turn;

/// One move in the life of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Submit,
    Audit,
    UnAudit,
    CancelAssign,
    Delete,
}

impl Step {
    /// The status after the move from a status; the end of the server's sentence when it is not allowed.
    ///
    /// `from_created` allows auditing what was never submitted.
    pub fn from(self, status: char, from_created: bool) -> Result<char, &'static str> {
        match (self, status) {
            (Step::Submit, 'Z' | 'A' | 'D') => Ok('B'),
            (Step::Submit, _) => Err("只有暂存、创建和重新审核的数据才允许提交！"),
            (Step::Audit, 'B') => Ok('C'),
            (Step::Audit, 'A') if from_created => Ok('C'),
            (Step::Audit, 'C') => Err("单据已经审核！"),
            (Step::Audit, _) => Err("只有审核中的数据才允许审核！"),
            (Step::UnAudit, 'C') => Ok('D'),
            (Step::UnAudit, _) => Err("只有已审核的数据才允许反审核！"),
            (Step::CancelAssign, 'B') => Ok('D'),
            (Step::CancelAssign, _) => Err("只有审核中的数据才允许撤销！"),
            (Step::Delete, 'Z' | 'A' | 'D') => Ok(status),
            (Step::Delete, _) => Err("只能删除创建/暂存/重新审核状态的数据！"),
        }
    }

    fn done(self) -> &'static str {
        match self {
            Step::Submit => "提交成功！",
            Step::Audit => "审核成功！",
            Step::UnAudit => "反审核成功！",
            Step::CancelAssign => "撤销成功！",
            Step::Delete => "删除成功！",
        }
    }
}

/// The reply of one of the five operations for the documents that `data` names.
pub fn run(
    turn: &mut Turn,
    form: &'static FormMeta,
    packet: &Map,
    step: Step,
) -> Result<Value<'static>, Fault> {
    let mut outcome = Outcome::fine();
    for (index, found) in named(turn, form, packet)?.into_iter().enumerate() {
        match found.and_then(|id| turn.step(form, id, step)) {
            Ok(touched) => {
                let message = format!("单据编号为“{}”的{}，{}", touched.number, form.def.name, step.done());
                outcome.done(index, &touched);
                outcome.say(index, message);
            }
            Err(fault) => outcome.refuse(index, fault),
        }
    }
    Ok(outcome.body([]))
}

/// The documents that a packet names: `Ids` as a comma-separated text wins over `Numbers` (§3.2).
pub fn named(turn: &Turn, form: &FormMeta, packet: &Map) -> Result<Vec<Result<i64, Fault>>, Fault> {
    let ids = texts(member(packet, "Ids"));
    let numbers = texts(member(packet, "Numbers"));
    let table = turn.ledger.table(form);
    if !ids.is_empty() {
        let found = |text: &String| match text.parse().ok().filter(|id| table.get(*id).is_some()) {
            Some(id) => Ok(id),
            None => Err(absent(form, text)),
        };
        return Ok(ids.iter().map(found).collect());
    }
    if numbers.is_empty() {
        return Err(Fault::new(Code::Parameter, "编码值或内码值必须传其一"));
    }
    let org: i64 = plain(member(packet, "CreateOrgId")).trim().parse().unwrap_or(0);
    let found = |number: &String| {
        let created_here = |id: &&i64| {
            let created = table.get(**id).map_or(0, |one| one.get(form, "FCreateOrgId").reference());
            org == 0 || created == org
        };
        table.ids_of(number).iter().find(created_here).copied().ok_or_else(|| absent(form, number))
    };
    Ok(numbers.iter().map(found).collect())
}

fn absent(form: &FormMeta, name: &str) -> Fault {
    Fault::new(Code::NoData, format!("“{name}”对应的{}不存在或者已经被删除", form.def.name))
}

impl Turn<'_> {
    /// Moves one document. Write-backs to the bills it came from are part of the move.
    pub fn step(&mut self, form: &'static FormMeta, id: i64, step: Step) -> Result<Touched, Fault> {
        let document = self.ledger.table(form).get(id).ok_or_else(|| absent(form, &id.to_string()))?;
        self.refuse_locked(form, document)?;
        let touched = Touched { id, number: document.number(form).to_owned(), rows: Vec::new() };
        let refuse =
            |end: &str| Fault::rule(format!("单据编号为“{}”的{}，{end}", touched.number, form.def.name));
        let status =
            step.from(document.status(form), self.is("audit_from_created", "accepted")).map_err(refuse)?;
        match step {
            Step::UnAudit => self.may_unaudit(form, document).map_err(refuse)?,
            Step::Audit => {
                if let Some(what) = self.unusable(form, document) {
                    return Err(refuse(&format!("{what}，不允许审核！")));
                }
            }
            Step::Delete if self.has_downstream(form, id) => {
                return Err(refuse("单据存在下游单据，不允许删除！"));
            }
            _ => {}
        }
        if step == Step::Delete {
            self.ledger.table_mut(form).remove(form, id);
            return Ok(touched);
        }
        self.move_to(form, id, step, status);
        match step {
            Step::Audit => self.audited(form, id),
            Step::UnAudit => self.unaudited(form, id),
            _ => {}
        }
        Ok(touched)
    }

    fn move_to(&mut self, form: &FormMeta, id: i64, step: Step, status: char) {
        let now = Cell::Time(self.now());
        let user = Cell::Ref(self.user);
        let moved = self.is("modified_on_audit", "moved");
        self.ledger.table_mut(form).change(id, |document| {
            document.set(form, "FDocumentStatus", Cell::text(status.to_string()));
            let (by, at) = match step {
                Step::Audit => (user.clone(), now.clone()),
                _ => (Cell::Ref(0), Cell::Empty),
            };
            if matches!(step, Step::Audit | Step::UnAudit) {
                for key in ["FApproverId", "FAuditorId"] {
                    document.set(form, key, by.clone());
                }
                for key in ["FApproveDate", "FAuditDate"] {
                    document.set(form, key, at.clone());
                }
            }
            if moved {
                document.set(form, "FModifyDate", now);
                document.set(form, "FModifierId", user);
            }
        });
    }

    /// Somebody has the document open: the dial's "locked" (§4, edit lock).
    pub fn refuse_locked(&self, form: &FormMeta, document: &Document) -> Result<(), Fault> {
        match self.conditions.locked {
            true => Err(self.edit_lock(form, document)),
            false => Ok(()),
        }
    }

    /// What whoever wants to write a document is told while somebody has it open.
    pub fn edit_lock(&self, form: &FormMeta, document: &Document) -> Fault {
        let (name, number) = (form.def.name, document.number(form));
        let message =
            format!("“demo”使用业务单据：“{name}”业务操作-“[{name}-{number}-修改]”冲突，请稍候再使用。");
        let code = if self.is("lock_code", "13") { Code::Locked } else { Code::Default };
        Fault::new(code, message)
    }

    fn may_unaudit(&self, form: &FormMeta, document: &Document) -> Result<(), &'static str> {
        if document.get(form, "FCloseStatus").as_text() == "B" {
            return Err("单据已经关闭，不允许反审核！");
        }
        if self.has_downstream(form, document.id) {
            return Err("单据存在下游单据，不允许反审核！");
        }
        Ok(())
    }
}
