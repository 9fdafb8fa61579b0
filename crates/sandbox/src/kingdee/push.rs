//! Push 下推: new bills from the rows of others, linked to them, and the quantities that downstream bills write back
//! (`protocols/kingdee.md §3.5`).

mod rules;
mod write_back;

use std::collections::BTreeMap;

use model::{Map, Value};
use rust_decimal::Decimal;

use super::arguments::{member, plain, texts, truth};
use super::catalogue::{CATALOGUE, FormMeta};
use super::cell::Cell;
use super::fault::{Code, Fault, Outcome, Touched};
use super::ledger::{Document, Row, Source};
use super::save::{begin, derive, next_number, preset_row, set_presets};
use super::status;
use super::turn::Turn;
pub use rules::RULES;
use rules::Rule;

/// The rule by which rows of one form, by its place in the catalogue, become rows of another.
pub fn rule_between(source: usize, target: &FormMeta) -> Option<&'static str> {
    let source = CATALOGUE.at(source).def.id;
    RULES.iter().find(|rule| rule.source == source && rule.target == target.def.id).map(|rule| rule.id)
}

/// The reply of Push.
pub fn run(turn: &mut Turn, form: &'static FormMeta, packet: &Map) -> Result<Value<'static>, Fault> {
    let rule = rule(form, packet)?;
    let mut conversion = Outcome::fine();
    let mut outcome = Outcome::fine();
    let chosen = chosen(turn, form, rule, packet)?;
    let mut index = 0;
    for (document, rows) in chosen {
        match document.and_then(|id| convert(turn, form, rule, id, rows.as_deref())) {
            Ok(target) => {
                outcome.done(index, &store(turn, rule, target));
                index += 1;
            }
            Err(fault) => {
                conversion.refuse(index, fault.clone());
                outcome.refuse(index, fault);
            }
        }
    }
    Ok(outcome.body([("ConvertResponseStatus", conversion.status())]))
}

fn rule(form: &FormMeta, packet: &Map) -> Result<&'static Rule, Fault> {
    let id = plain(member(packet, "RuleId"));
    let by_id = |rule: &&Rule| rule.id.eq_ignore_ascii_case(id.trim()) && rule.source == form.def.id;
    if !id.trim().is_empty() {
        let unknown = || Fault::new(Code::Exception, format!("标识为“{id}”的转换规则不存在"));
        return RULES.iter().find(by_id).ok_or_else(unknown);
    }
    let target = plain(member(packet, "TargetFormId"));
    if !truth(packet, "IsEnableDefaultRule", false) || target.trim().is_empty() {
        return Err(Fault::new(Code::Parameter, "转换规则内码(RuleId)不能为空"));
    }
    let default = |rule: &&Rule| {
        rule.is_default && rule.source == form.def.id && rule.target.eq_ignore_ascii_case(target.trim())
    };
    let none = || Fault::new(Code::Exception, format!("没有到业务对象“{target}”的默认转换规则"));
    RULES.iter().find(default).ok_or_else(none)
}

type Chosen = Vec<(Result<i64, Fault>, Option<Vec<i64>>)>;

/// Whole documents, or with `EntryIds` rows of documents.
fn chosen(turn: &Turn, form: &FormMeta, rule: &Rule, packet: &Map) -> Result<Chosen, Fault> {
    let row_ids: Vec<i64> =
        texts(member(packet, "EntryIds")).iter().filter_map(|id| id.parse().ok()).collect();
    if row_ids.is_empty() {
        let documents = status::named(turn, form, packet)?;
        return Ok(documents.into_iter().map(|document| (document, None)).collect());
    }
    let entity = entity(form, rule.source_entity);
    let table = turn.ledger.table(form);
    let mut by_document: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for id in row_ids {
        let document = table.index().id_of_row(id).and_then(|document| table.get(document));
        if let Some(document) = document.filter(|one| one.rows[entity].iter().any(|row| row.id == id)) {
            by_document.entry(document.id).or_default().push(id);
        }
    }
    Ok(by_document.into_iter().map(|(document, rows)| (Ok(document), Some(rows))).collect())
}

fn entity(form: &FormMeta, key: &str) -> usize {
    form.entity(key).expect("the conversion rules name entities that exist (tested)")
}

/// The new bill, not yet stored.
fn convert(
    turn: &mut Turn,
    form: &'static FormMeta,
    rule: &Rule,
    id: i64,
    only: Option<&[i64]>,
) -> Result<Document, Fault> {
    let source = turn
        .ledger
        .table(form)
        .get(id)
        .cloned()
        .ok_or_else(|| Fault::new(Code::NoData, format!("内码为{id}的{}不存在", form.def.name)))?;
    refuse(form, &source)?;
    let open = open_rows(turn, form, rule, &source, only);
    if open.is_empty() {
        let number = source.number(form);
        return Err(Fault::rule(format!(
            "单据编号为“{number}”的{}，可关联数量不足，没有可下推的分录！",
            form.def.name
        )));
    }
    let target = CATALOGUE.form(rule.target);
    let new_id = turn.ledger.next_id(target);
    let mut document = begin(turn, target, new_id);
    for (from, to) in rule.head {
        document.set(target, to, source.get(form, from).clone());
    }
    set_presets(turn, target, &mut document);
    let entity = entity(target, rule.target_entity);
    for (row, left) in open {
        let row = new_row(turn, (form, target), rule, &source, row, left, &document);
        document.rows[entity].push(row);
    }
    derive(turn.ledger, target, &mut document);
    Ok(document)
}

/// A new bill as a person at the screens makes it: by that rule, of those rows with those quantities, or of all that
/// is left. Its id.
pub fn at_screen(
    turn: &mut Turn,
    rule_id: &str,
    id: i64,
    rows: Option<&[(i64, Decimal)]>,
) -> Result<i64, Fault> {
    let unknown = || Fault::new(Code::Exception, format!("标识为“{rule_id}”的转换规则不存在"));
    let rule = RULES.iter().find(|rule| rule.id == rule_id).ok_or_else(unknown)?;
    let (form, target) = (CATALOGUE.form(rule.source), CATALOGUE.form(rule.target));
    let ids: Option<Vec<i64>> = rows.map(|rows| rows.iter().map(|(row, _)| *row).collect());
    let mut document = convert(turn, form, rule, id, ids.as_deref())?;
    if let Some(rows) = rows {
        take(rule, &mut document, rows)?;
        derive(turn.ledger, target, &mut document);
    }
    Ok(store(turn, rule, document).id)
}

/// Sets the quantities of the rows of a new bill; more than what is left is refused.
fn take(rule: &Rule, document: &mut Document, rows: &[(i64, Decimal)]) -> Result<(), Fault> {
    let target = CATALOGUE.form(rule.target);
    let at = entity(target, rule.target_entity);
    let short = |row: i64| Fault::rule(format!("分录{row}的可关联数量不足，{}不能保存！", target.def.name));
    for (source, quantity) in rows {
        let of_source = |row: &&mut Row| row.source.as_ref().is_some_and(|one| one.row == *source);
        let row = document.rows[at].iter_mut().find(of_source).ok_or_else(|| short(*source))?;
        let left = rule.target_quantities.last().map(|key| row.get(target, key).amount()).unwrap_or_default();
        if *quantity > left || *quantity <= Decimal::ZERO {
            return Err(short(*source));
        }
        for key in rule.target_quantities {
            row.set(target, key, Cell::Amount(*quantity));
        }
    }
    Ok(())
}

/// Bills that may not be pushed (§3.5: 业务关闭, 冻结, 终止).
fn refuse(form: &FormMeta, source: &Document) -> Result<(), Fault> {
    let end = if source.status(form) != 'C' {
        "只有已审核的单据才允许下推！"
    } else if source.get(form, "FCloseStatus").as_text() == "B" {
        "单据已经业务关闭，不允许下推！"
    } else if source.get(form, "FCancelStatus").as_text() == "B" {
        "单据已经作废，不允许下推！"
    } else {
        return Ok(());
    };
    Err(Fault::rule(format!("单据编号为“{}”的{}，{end}", source.number(form), form.def.name)))
}

/// The rows of which something is left, with how much.
fn open_rows<'d>(
    turn: &Turn,
    form: &FormMeta,
    rule: &Rule,
    source: &'d Document,
    only: Option<&[i64]>,
) -> Vec<(&'d Row, Decimal)> {
    let taken = turn.taken(form, rule, source.id);
    let is_open = |row: &&Row| {
        let blocked = ["FMrpCloseStatus", "FMrpFreezeStatus", "FMrpTerminateStatus", "FCLOSESTATUS_MX"]
            .iter()
            .any(|key| form.lookup(key).is_some() && row.get(form, key).as_text() == "B");
        !blocked && only.is_none_or(|only| only.contains(&row.id))
    };
    source.rows[entity(form, rule.source_entity)]
        .iter()
        .filter(is_open)
        .filter_map(|row| {
            let all = row.get(form, rule.source_quantity).amount();
            let left = all - taken.get(&row.id).copied().unwrap_or_default();
            (left > Decimal::ZERO).then_some((row, left))
        })
        .collect()
}

fn new_row(
    turn: &mut Turn,
    (form, target): (&'static FormMeta, &'static FormMeta),
    rule: &Rule,
    source: &Document,
    from: &Row,
    left: Decimal,
    document: &Document,
) -> Row {
    let at = entity(target, rule.target_entity);
    let mut row = Row {
        id: turn.ledger.row_id(),
        cells: vec![Cell::Empty; target.entities[at].fields.len()],
        source: Some(Source { form: form.index, document: source.id, row: from.id }),
    };
    for (key, to) in rule.rows {
        row.set(target, to, from.get(form, key).clone());
    }
    for key in rule.target_quantities {
        row.set(target, key, Cell::Amount(left));
    }
    let number = Cell::text(source.number(form));
    row.set(target, "FSrcBillNo", number.clone());
    row.set(target, "FSrcType", Cell::text(form.def.id));
    row.set(target, "FSourceType", Cell::text(form.def.id));
    match form.def.id {
        "SAL_SaleOrder" => {
            row.set(target, "FSOEntryId", Cell::Int(from.id));
            row.set(target, "FSoorDerno", number);
        }
        "SAL_DELIVERYNOTICE" => row.set(target, "FSoorDerno", from.get(form, "FSrcBillNo").clone()),
        _ => {}
    }
    preset_row(turn, target, at, document, &mut row);
    if target.lookup("FStockID").is_some_and(|place| place.entity == at)
        && row.get(target, "FStockID").is_blank()
    {
        let stock = turn.ledger.table(CATALOGUE.form("BD_STOCK")).iter().next().map_or(0, |stock| stock.id);
        row.set(target, "FStockID", Cell::Ref(stock));
    }
    row
}

/// Numbers, stamps and stores a new bill.
fn store(turn: &mut Turn, rule: &Rule, mut document: Document) -> Touched {
    let form = CATALOGUE.form(rule.target);
    let number = next_number(turn, form);
    let (now, user) = (Cell::Time(turn.now()), Cell::Ref(turn.user));
    document.set(form, form.def.number, Cell::text(number.clone()));
    document.set(form, "FDocumentStatus", Cell::text("A"));
    for key in ["FCreatorId", "FModifierId"] {
        document.set(form, key, user.clone());
    }
    for key in ["FCreateDate", "FModifyDate"] {
        document.set(form, key, now.clone());
    }
    let id = document.id;
    turn.ledger.table_mut(form).put(form, document);
    Touched { id, number, rows: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_names_fields_that_exist() {
        for rule in RULES {
            let (source, target) = (CATALOGUE.form(rule.source), CATALOGUE.form(rule.target));
            entity(source, rule.source_entity);
            entity(target, rule.target_entity);
            for (from, to) in rule.head.iter().chain(rule.rows) {
                assert!(source.lookup(from).is_some(), "{}: {from}", rule.id);
                assert!(target.lookup(to).is_some(), "{}: {to}", rule.id);
            }
            for key in rule.target_quantities {
                assert!(target.lookup(key).is_some(), "{}: {key}", rule.id);
            }
            assert!(source.lookup(rule.source_quantity).is_some(), "{}", rule.id);
            assert!(rule.write_back.is_empty() || source.lookup(rule.write_back).is_some(), "{}", rule.id);
        }
    }
}
