//! One piece of work at the ERP: what it reads and changes, and what it leaves to be reported.

use model::{Map, Value};

use super::answer::{Code, Refusal};
use super::check::Rules;
use super::dictionary::{Detail, Object};
use super::form::Kind;
use super::ledger::{Document, Ledger, Origin};
use super::switches as s;
use crate::switchboard::Switchboard;

pub struct Turn<'a> {
    pub ledger: &'a mut Ledger,
    pub switches: &'a Switchboard,
    pub now_ms: i64,
    pub origin: Origin,
    /// What was changed, in that order.
    pub changes: Vec<Change>,
}

/// A record before and after it was written.
#[derive(Debug, Clone)]
pub struct Change {
    pub object: &'static Object,
    pub before: Option<Document>,
    pub after: Document,
    pub origin: Origin,
}

impl Change {
    /// Whether it took the record out of force.
    pub fn is_void(&self) -> bool {
        self.after.is_void && self.before.as_ref().is_none_or(|before| !before.is_void)
    }
}

impl Turn<'_> {
    /// Stores a changed document with a new version; `moves` says whether its modification time is now.
    pub fn store(&mut self, object: &'static Object, before: Document, mut after: Document, moves: bool) {
        after.version = before.version + 1;
        if moves {
            after.modified_ms = self.now_ms;
        }
        self.ledger.table_mut(object).put(after.clone());
        self.changes.push(Change { object, before: Some(before), after, origin: self.origin });
    }

    pub fn rules(&self, typed: bool) -> Rules {
        Rules {
            typed,
            ignore_unknown: self.switches.is(s::UNKNOWN_FIELDS, "ignored"),
            round_decimals: self.switches.is(s::EXTRA_DECIMALS, "rounded"),
        }
    }
}

/// What a write asks for, not yet checked against the dictionary's fields.
pub struct Wanted {
    pub object: &'static Object,
    pub master: Map<'static>,
    pub details: Vec<(&'static Detail, Vec<Map<'static>>)>,
    pub rules: Rules,
}

impl Wanted {
    /// The body of `create` and `update`.
    pub fn read(turn: &Turn, sent: Value<'static>, kind: Kind) -> Result<Wanted, Refusal> {
        let bad = |what: &str| Refusal::new(Code::BadRequest, what);
        let rules = turn.rules(kind == Kind::Json);
        let Value::Map(sent) = sent else { return Err(bad("报文应为一个对象")) };
        let (mut name, mut master, mut lists) = (None, None, Map::new());
        for (member, value) in sent {
            match (&*member, value) {
                ("objAPIName", Value::Text(text)) => name = Some(text.into_owned()),
                ("masterFieldVal", Value::Map(map)) => master = Some(map),
                ("detailFieldVals", Value::Map(map)) => lists = map,
                ("detailFieldVals", value) if value.is_blank() => {}
                ("objAPIName" | "masterFieldVal" | "detailFieldVals", _) => {
                    return Err(bad(&format!("{member}的类型错误")));
                }
                _ if rules.ignore_unknown => {}
                _ => return Err(bad(&format!("未知的参数：{member}"))),
            }
        }
        let object = object(name.as_deref())?;
        let master = master.ok_or_else(|| bad("缺少masterFieldVal"))?;
        let mut details = Vec::new();
        for (member, value) in lists {
            match object.detail(&member) {
                Some(detail) => details.push((detail, rows(value, kind)?)),
                None if rules.ignore_unknown => {}
                None => return Err(Refusal::new(Code::UnknownField, format!("未知的明细：{member}"))),
            }
        }
        Ok(Wanted { object, master, details, rules })
    }

    /// What a person fills in at the screen of an object: fields, and rows under the names of details.
    pub fn filled(turn: &Turn, object: &'static Object, filled: Value<'static>) -> Result<Wanted, Refusal> {
        let Value::Map(filled) = filled else {
            return Err(Refusal::new(Code::BadRequest, "应为一个对象"));
        };
        let mut wanted = Wanted { object, master: Map::new(), details: Vec::new(), rules: turn.rules(false) };
        for (member, value) in filled {
            match object.detail(&member) {
                Some(detail) => wanted.details.push((detail, rows(value, Kind::Json)?)),
                None => wanted.master.push(member, value),
            }
        }
        Ok(wanted)
    }

    /// The id among the master fields; an empty one counts as none.
    pub fn id(&self) -> Option<String> {
        let id = self.master.get(self.object.id)?.plain()?.trim().to_owned();
        (!id.is_empty()).then_some(id)
    }
}

/// The object of that name.
pub fn object(name: Option<&str>) -> Result<&'static Object, Refusal> {
    let name = name.filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Refusal::new(Code::BadRequest, "缺少objAPIName"))?;
    super::dictionary::lookup(name)
        .ok_or_else(|| Refusal::new(Code::UnknownObject, format!("对象{name}不存在")))
}

/// The rows of a detail. XML does not tell a list of one from its element, and may wrap a list.
fn rows(value: Value<'static>, kind: Kind) -> Result<Vec<Map<'static>>, Refusal> {
    let wrong = || Refusal::new(Code::BadRequest, "明细应为对象的数组");
    let as_map = |value: Value<'static>| match value {
        Value::Map(map) => Ok(map),
        _ => Err(wrong()),
    };
    match (value, kind) {
        (Value::Null, _) => Ok(Vec::new()),
        (Value::List(list), _) => list.into_iter().map(as_map).collect(),
        (Value::Text(text), Kind::Xml) if text.trim().is_empty() => Ok(Vec::new()),
        (Value::Map(map), Kind::Xml) => match is_wrapper(&map) {
            true => map.into_iter().flat_map(|(_, inside)| listed(inside)).map(as_map).collect(),
            false => Ok(vec![map]),
        },
        _ => Err(wrong()),
    }
}

/// Whether an element holds nothing but one list, or the one row of one.
fn is_wrapper(map: &Map) -> bool {
    map.len() == 1 && map.iter().all(|(_, inside)| matches!(inside, Value::Map(_) | Value::List(_)))
}

fn listed(value: Value<'static>) -> Vec<Value<'static>> {
    match value {
        Value::List(list) => list,
        one => vec![one],
    }
}
