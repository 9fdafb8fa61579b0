//! Finding the records in what was pasted: in the standard form, in a list, or somewhere inside an answer.

use model::{Cause, Map, Value};

use super::reading::Source;

/// One record, with its fields flat and its lists apart.
#[derive(Debug, Default)]
pub(super) struct Record<'v> {
    /// `objAPIName`, where the record says it.
    pub code: Option<String>,
    pub fields: Fields<'v>,
    pub details: Vec<(String, Vec<Fields<'v>>)>,
}

/// Names, and what they hold: a scalar or a list of scalars. Of maps inside each other the names are joined by `_`.
pub(super) type Fields<'v> = Vec<(String, &'v Value<'v>)>;

/// How deep maps may stand inside each other in one record.
const MAX_NESTING: usize = 6;

/// What answers wrap their records in.
const WRAPPERS: &[&str] = &[
    "data",
    "datalist",
    "rows",
    "list",
    "records",
    "record",
    "items",
    "result",
    "results",
    "value",
    "content",
    "body",
    "d",
    "数据",
    "数据列表",
];
/// What else such an answer says.
const REMARKS: &[&str] = &[
    "code",
    "errcode",
    "errorcode",
    "message",
    "msg",
    "errmsg",
    "errormessage",
    "success",
    "status",
    "total",
    "totalnum",
    "totalcount",
    "count",
    "page",
    "pagesize",
    "pageno",
    "offset",
    "limit",
    "hasmore",
    "timestamp",
    "requestid",
    "traceid",
    "cost",
];

/// The note on an answer that holds no record.
pub(super) const NONE_HELD: &str = "objects.none_held";

/// The records of a sample, in their order.
pub(super) fn records<'v>(value: &'v Value<'v>, source: Source, notes: &mut Vec<Cause>) -> Vec<Record<'v>> {
    let mut found = Vec::new();
    gather(value, source, 0, notes, &mut found);
    found
}

fn gather<'v>(
    value: &'v Value<'v>,
    source: Source,
    depth: usize,
    notes: &mut Vec<Cause>,
    found: &mut Vec<Record<'v>>,
) {
    match value {
        Value::List(list) => {
            for member in list.iter().filter(|member| member.as_map().is_some()) {
                gather(member, source, depth, notes, found);
            }
        }
        Value::Map(map) if !map.is_empty() => match standard(map, source, notes) {
            Some(record) => found.push(record),
            None if holds_none(map) => note(notes, Cause::new(NONE_HELD)),
            None => match wrapped(map).filter(|_| depth < MAX_NESTING) {
                Some((name, inner)) => {
                    note(notes, Cause::new("objects.unwrapped").with("field", name));
                    gather(inner, source, depth + 1, notes, found);
                }
                None => {
                    let mut record = Record::default();
                    read(map, source, notes, &mut record);
                    found.push(record);
                }
            },
        },
        _ => {}
    }
}

/// The standard form.
fn standard<'v>(map: &'v Map<'v>, source: Source, notes: &mut Vec<Cause>) -> Option<Record<'v>> {
    let master = map.get("masterFieldVal")?.as_map()?;
    let code = map.get("objAPIName").and_then(Value::as_text).map(str::to_owned);
    let mut record = Record { code, ..Record::default() };
    read(master, source, notes, &mut record);
    for (name, lines) in map.get("detailFieldVals").and_then(Value::as_map).into_iter().flat_map(Map::iter) {
        let lines = list_of(lines, source).unwrap_or_default();
        record.details.push((name.to_owned(), lines_of(name, &lines, source, notes)));
    }
    Some(record)
}

/// Whether it is an answer that holds no record: an empty wrapper, and remarks (`{"totalNum":0,"dataList":[]}`).
fn holds_none(map: &Map<'_>) -> bool {
    let is_empty_wrapper = |(name, value): &(&str, &Value)| {
        let is_empty = match value {
            Value::List(list) => list.is_empty(),
            Value::Map(map) => map.is_empty(),
            value => value.is_blank(),
        };
        is_empty && WRAPPERS.contains(&name.to_lowercase().as_str())
    };
    map.iter().any(|member| is_empty_wrapper(&member))
        && map.iter().all(|member| is_empty_wrapper(&member) || is_remark(&member))
}

fn is_remark((name, value): &(&str, &Value<'_>)) -> bool {
    let is_scalar = value.as_map().is_none() && value.as_list().is_none();
    is_scalar && REMARKS.contains(&name.to_lowercase().as_str())
}

/// What an answer wraps, when everything else in it is remarks.
fn wrapped<'v>(map: &'v Map<'v>) -> Option<(&'v str, &'v Value<'v>)> {
    let filled = || map.iter().filter(|(_, value)| !value.is_blank());
    let holds_records = |value: &Value| match value {
        Value::Map(map) => !map.is_empty(),
        Value::List(list) => list.iter().all(|member| member.as_map().is_some()),
        _ => false,
    };
    let mut others = filled().filter(|member| !is_remark(member));
    let (name, value) = others.next().filter(|_| others.next().is_none())?;
    let is_alone = filled().count() == 1;
    let is_wrapper = WRAPPERS.contains(&name.to_lowercase().as_str());
    (holds_records(value) && (is_alone || is_wrapper)).then_some((name, value))
}

/// The members of one record: scalars are fields, lists of maps are details, the members of maps inside are fields, too.
fn read<'v>(map: &'v Map<'v>, source: Source, notes: &mut Vec<Cause>, record: &mut Record<'v>) {
    let mut lists = Vec::new();
    flatten("", map, source, 0, &mut record.fields, &mut lists, notes);
    for (name, lines) in lists {
        let lines = lines_of(&name, &lines, source, notes);
        record.details.push((name, lines));
    }
}

fn lines_of<'v>(
    list: &str,
    lines: &[&'v Map<'v>],
    source: Source,
    notes: &mut Vec<Cause>,
) -> Vec<Fields<'v>> {
    let mut read = Vec::new();
    for line in lines {
        let (mut fields, mut inner) = (Vec::new(), Vec::new());
        flatten("", line, source, 0, &mut fields, &mut inner, notes);
        for (name, _) in inner {
            note(notes, Cause::new("objects.list_in_line").with("field", name).with("list", list));
        }
        read.push(fields);
    }
    read
}

fn flatten<'v>(
    before: &str,
    map: &'v Map<'v>,
    source: Source,
    depth: usize,
    fields: &mut Fields<'v>,
    lists: &mut Vec<(String, Vec<&'v Map<'v>>)>,
    notes: &mut Vec<Cause>,
) {
    for (name, value) in map.iter() {
        // A dot in a name would be a step into a map for every mapping that reads it.
        let name = format!("{before}{}", name.replace('.', "_"));
        if let Some(lines) = list_of(value, source) {
            lists.push((name, lines));
            continue;
        }
        match value {
            Value::Map(inner) if inner.is_empty() || depth >= MAX_NESTING => {
                note(notes, Cause::new("objects.left_out").with("field", name));
            }
            Value::Map(inner) => {
                note(notes, Cause::new("objects.flattened").with("field", &name));
                flatten(&format!("{name}_"), inner, source, depth + 1, fields, lists, notes);
            }
            Value::List(list)
                if list.iter().any(|member| member.plain().is_none() && *member != Value::Null) =>
            {
                note(notes, Cause::new("objects.left_out").with("field", name));
            }
            _ if fields.iter().any(|(known, _)| *known == name) => {
                note(notes, Cause::new("objects.left_out").with("field", name));
            }
            scalar => fields.push((name, scalar)),
        }
    }
}

/// The lines of a list: a list of maps, or a map that does nothing but hold one (`<Items><Item/><Item/></Items>`).
fn list_of<'v>(value: &'v Value<'v>, source: Source) -> Option<Vec<&'v Map<'v>>> {
    match value {
        Value::List(list) if list.iter().all(|member| member.as_map().is_some()) => {
            Some(list.iter().filter_map(Value::as_map).collect())
        }
        Value::Map(map) if map.len() == 1 => match map.iter().next()? {
            (_, Value::List(list)) => list_of(map.iter().next()?.1, source).filter(|_| !list.is_empty()),
            // One line alone looks like a map inside a map; its name says that there could be more.
            (name, Value::Map(line)) if source == Source::Xml && names_a_line(name) => Some(vec![line]),
            _ => None,
        },
        _ => None,
    }
}

fn names_a_line(name: &str) -> bool {
    const LINES: &[&str] = &["row", "item", "line", "entry", "detail", "record", "行", "明细", "分录"];
    let name = name.to_lowercase();
    LINES.iter().any(|word| name.ends_with(word))
}

/// The same is said once, however many records it is true of.
fn note(notes: &mut Vec<Cause>, cause: Cause) {
    if !notes.contains(&cause) {
        notes.push(cause);
    }
}
