//! `queryMasterBatch` and `queryMasterById` (`protocols/standard-erp.md §2`).

use model::{Map, Value};

use super::answer::{Answer, Code, Refusal};
use super::dictionary::Object;
use super::ledger::{Document, Ledger, Table};
use super::render::{Style, record};
use super::switches as s;
use super::turn::object;
use super::write::absent;
use crate::stand_in::{Chance, Request};
use crate::switchboard::Switchboard;

/// The most records of one page.
const MOST: usize = 500;

/// What is wrong with a page on purpose.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PageFaults {
    /// It begins with the last record of the page before.
    pub repeats: bool,
    /// `totalNum` is not the number of records.
    pub miscounts: bool,
}

/// What `queryMasterBatch` asks for.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    pub object: &'static Object,
    start_ms: i64,
    end_ms: i64,
    with_details: bool,
    pub offset: usize,
    limit: usize,
}

impl Batch {
    pub fn read(call: &Request, switches: &Switchboard) -> Result<Batch, Refusal> {
        let object = object(call.parameter("objAPIName").as_deref())?;
        let (start_ms, end_ms): (i64, i64) = (whole(call, "startTime")?, whole(call, "endTime")?);
        if start_ms > end_ms {
            return Err(bad("startTime不能大于endTime"));
        }
        let (offset, limit): (usize, usize) = (whole(call, "offset")?, whole(call, "limit")?);
        if limit == 0 || limit > MOST && switches.is(s::OVER_LIMIT, "refused") {
            return Err(bad(&format!("limit应在1到{MOST}之间")));
        }
        Ok(Batch {
            object,
            start_ms,
            end_ms,
            with_details: with_details(call)?,
            offset,
            limit: limit.min(MOST),
        })
    }

    /// The records of the window, in the order they are paged in.
    pub fn rows<'l>(&self, table: &'l Table, switches: &Switchboard, now_ms: i64) -> Vec<&'l Document> {
        let (from_ms, to_ms) = match switches.value(s::WINDOW) {
            Some("end_exclusive") => (self.start_ms, self.end_ms.saturating_sub(1)),
            Some("start_exclusive") => (self.start_ms.saturating_add(1), self.end_ms),
            _ => (self.start_ms, self.end_ms),
        };
        let hides_voided = switches.is(s::VOIDED_ROWS, "hidden");
        let seen = |document: &&Document| is_seen(document, now_ms, hides_voided);
        let mut rows: Vec<&Document> = table.modified_between(from_ms, to_ms).filter(seen).collect();
        match switches.value(s::ROW_ORDER) {
            Some("by_id") => rows.sort_by(|one, other| one.id.cmp(&other.id)),
            Some("newest_first") => rows.reverse(),
            _ => {}
        }
        rows
    }

    pub fn answer(
        &self,
        table: &Table,
        switches: &Switchboard,
        now_ms: i64,
        faults: PageFaults,
        chance: &mut Chance,
    ) -> Value<'static> {
        let rows = self.rows(table, switches, now_ms);
        let style = Style::of(switches);
        let before = faults.repeats && self.offset > 0;
        let page = rows.iter().skip(self.offset - usize::from(before)).take(self.limit + usize::from(before));
        let shown: Vec<Value> = page
            .map(|document| {
                let mut shown = Map::new();
                shown.push("objAPIName", self.object.name);
                record(style, self.object, document, self.with_details)
                    .into_iter()
                    .for_each(|(name, value)| shown.push(name, value));
                Value::Map(shown)
            })
            .collect();
        let empty = switches.value(s::EMPTY).unwrap_or_default();
        if shown.is_empty() && empty == "null_data" {
            return Value::Null;
        }
        let mut data = Map::new();
        if switches.is(s::TOTAL, "present") {
            let total = rows.len() as i64;
            data.push("totalNum", if faults.miscounts { lie(total, chance) } else { total });
        }
        data.push(
            "dataList",
            if shown.is_empty() && empty == "null_list" { Value::Null } else { shown.into() },
        );
        data.into()
    }
}

/// A number of records that is not the true one.
fn lie(total: i64, chance: &mut Chance) -> i64 {
    match chance.below(3) {
        0 if total > 0 => total - 1,
        1 => total + 1,
        _ => total + 2 + chance.below(100) as i64,
    }
}

/// One record, or what stands for none.
pub fn by_id(call: &Request, ledger: &Ledger, switches: &Switchboard, now_ms: i64) -> Answer {
    let object = object(call.parameter("objAPIName").as_deref())?;
    let id = call.parameter("dataId").filter(|id| !id.is_empty()).ok_or_else(|| bad("缺少参数dataId"))?;
    let with_details = with_details(call)?;
    let hides_voided = switches.is(s::VOIDED_ROWS, "hidden");
    let found = ledger.table(object).get(&id).filter(|document| is_seen(document, now_ms, hides_voided));
    match (found, switches.value(s::ABSENT_RECORD)) {
        (Some(document), _) => Ok(record(Style::of(switches), object, document, with_details).into()),
        (None, Some("refused")) => Err(absent(object, &id)),
        (None, Some("empty_map")) => Ok(Map::new().into()),
        (None, _) => Ok(Value::Null),
    }
}

fn is_seen(document: &Document, now_ms: i64, hides_voided: bool) -> bool {
    document.visible_from_ms <= now_ms && !(hides_voided && document.is_void)
}

fn bad(what: &str) -> Refusal {
    Refusal::new(Code::BadRequest, what)
}

fn whole<N: std::str::FromStr>(call: &Request, name: &str) -> Result<N, Refusal> {
    let text = call.parameter(name).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| bad(&format!("缺少参数{name}")))?;
    text.parse().map_err(|_| bad(&format!("参数{name}不是有效的整数")))
}

fn with_details(call: &Request) -> Result<bool, Refusal> {
    match call.parameter("includeDetail").as_deref() {
        None | Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(bad("参数includeDetail应为true或false")),
    }
}
