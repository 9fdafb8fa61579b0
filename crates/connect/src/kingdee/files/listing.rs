//! Which files hang at bills and their rows: asked of the form that lists them, for many bills in one call
//! (`protocols/kingdee.md §3.9`). Read with the bills, they are part of the record.

use contract::connector::{ATTACHMENTS, FileEntry, FilePlace, Found, Refusal};
use model::{Map, Value};

use super::super::call::Api;
use super::super::form::Form;
use super::super::query::{Query, filter};
use super::HEAD_ROW;

/// Bills of one listing.
const BILLS: usize = 100;
/// Files of one listing; where there are more, the bills are asked for in halves.
const MOST: usize = 2000;

/// A file and where it hangs.
struct Hung {
    bill: String,
    /// The list, where the file hangs at a row.
    list: String,
    row: String,
    file: FileEntry,
}

impl Hung {
    fn is_at(&self, row: Option<(&str, &str)>) -> bool {
        match row {
            None => self.row == HEAD_ROW || self.row.is_empty() || self.row == "0",
            // Not every version tells the list.
            Some((list, row)) => {
                self.row == row && (self.list.is_empty() || self.list.eq_ignore_ascii_case(list))
            }
        }
    }
}

/// The files that hang there.
///
/// # Errors
/// What the server answered.
pub async fn files(api: &Api<'_>, form: &Form, place: &FilePlace<'_>) -> Result<Vec<FileEntry>, Refusal> {
    if let Some(field) = place.field {
        return in_field(api, form, place, field).await;
    }
    let hung = of_bills(api, place.object, &[place.id.to_owned()]).await?;
    Ok(hung.into_iter().filter(|hung| hung.is_at(place.row)).map(|hung| hung.file).collect())
}

/// The files whose ids a field of the bill holds. Their names come with their contents.
async fn in_field(
    api: &Api<'_>,
    form: &Form,
    place: &FilePlace<'_>,
    field: &str,
) -> Result<Vec<FileEntry>, Refusal> {
    let condition = match place.row.and_then(|(list, row)| Some((form.entity(list)?, row))) {
        Some((list, row)) => format!("{} = {}", list.id_key(), filter::id_literal(row)),
        None => filter::ids(&form.id, &[place.id.to_owned()]),
    };
    let keys = [field.to_owned()];
    let query = Query { form: &form.object, keys: &keys, filter: &condition, order: "", limit: 1 };
    let rows = query.rows(api).await?;
    Ok(rows.first().and_then(|row| row.first()).map(held).unwrap_or_default())
}

/// What was read of files with a record: the list that [`Asked::put`] made, or a field that holds ids.
pub fn held(value: &Value<'_>) -> Vec<FileEntry> {
    if let Value::List(list) = value {
        return list.iter().filter_map(entry).collect();
    }
    let ids = value.plain().unwrap_or_default();
    let ids = ids.split([',', ';']).map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| FileEntry { handle: id.to_owned(), name: id.to_owned(), size: None }).collect()
}

fn entry(value: &Value<'_>) -> Option<FileEntry> {
    let text = |name: &str| value.get(name).and_then(Value::plain).map(|text| text.into_owned());
    let size = text("size").and_then(|size| size.parse().ok());
    Some(FileEntry { handle: text("handle")?, name: text("name")?, size })
}

fn as_value(file: &FileEntry) -> Value<'static> {
    let mut entry = Map::with_capacity(3);
    entry.push("handle", file.handle.clone());
    entry.push("name", file.name.clone());
    if let Some(size) = file.size.and_then(|size| i64::try_from(size).ok()) {
        entry.push("size", size);
    }
    Value::Map(entry)
}

/// The files of these bills and of all their rows.
async fn of_bills(api: &Api<'_>, object: &str, bills: &[String]) -> Result<Vec<Hung>, Refusal> {
    let keys = ["FInterID", "FEntryKey", "FEntryInterID", "FFileId", "FAttachmentName", "FAttachmentSize"]
        .map(str::to_owned);
    let form = &api.settings.attachment_object;
    let of_object = format!("FBillType = {}", filter::literal(object));
    let mut hung = Vec::new();
    let mut asked: Vec<&[String]> = bills.chunks(BILLS).rev().collect();
    while let Some(bills) = asked.pop() {
        let of_bills = match bills {
            [bill] => format!("FInterID = {}", filter::literal(bill)),
            bills => filter::texts("FInterID", bills.iter().map(String::as_str)),
        };
        let condition = filter::all([&*of_object, &*of_bills]);
        let query = Query { form, keys: &keys, filter: &condition, order: "FFileId ASC", limit: MOST };
        let rows = query.rows(api).await?;
        if rows.len() >= MOST && bills.len() > 1 {
            let (first, rest) = bills.split_at(bills.len() / 2);
            asked.extend([rest, first]);
            continue;
        }
        hung.extend(rows.iter().map(|row| as_hung(row)).filter(|hung| !hung.file.handle.is_empty()));
    }
    Ok(hung)
}

fn as_hung(row: &[Value]) -> Hung {
    let text = |at: usize| row.get(at).and_then(Value::plain).unwrap_or_default().trim().to_owned();
    Hung {
        bill: text(0),
        list: text(1),
        row: text(2),
        file: FileEntry { handle: text(3), name: text(4), size: text(5).parse().ok() },
    }
}

/// Which files are read along with the bills.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    of_head: bool,
    /// The lists whose rows' files are read, with the member of a row that holds its id.
    of_rows: Vec<(String, String)>,
}

impl Asked {
    /// Takes out of the fields of a read what asks for files, and names the rows' ids in their place.
    pub fn of(form: &Form, fields: &[String]) -> (Asked, Vec<String>) {
        let mut asked = Asked::default();
        let mut others = Vec::with_capacity(fields.len());
        for field in fields {
            let list = field.strip_suffix(ATTACHMENTS).and_then(|list| list.strip_suffix('.'));
            match list.and_then(|list| form.entity(list)) {
                Some(entity) if !entity.is_single => {
                    asked.of_rows.push((entity.key.clone(), entity.id.clone()));
                    others.push(format!("{}.{}", entity.key, entity.id));
                }
                _ if field == ATTACHMENTS => asked.of_head = true,
                _ => others.push(field.clone()),
            }
        }
        (asked, others)
    }

    /// Puts the files that hang at the bills and at their rows into their documents.
    ///
    /// # Errors
    /// What the server answered.
    pub async fn put(&self, api: &Api<'_>, object: &str, found: &mut [Found]) -> Result<(), Refusal> {
        if found.is_empty() || (!self.of_head && self.of_rows.is_empty()) {
            return Ok(());
        }
        let ids: Vec<String> = found.iter().map(|found| found.id.clone()).collect();
        let hung = of_bills(api, object, &ids).await?;
        for found in found {
            let at = |row: Option<(&str, &str)>| -> Value<'static> {
                let here = hung.iter().filter(|hung| hung.bill == found.id && hung.is_at(row));
                Value::List(here.map(|hung| as_value(&hung.file)).collect())
            };
            if self.of_head {
                found.body.set(ATTACHMENTS, at(None));
            }
            for (list, id) in &self.of_rows {
                let Some(Value::List(lines)) = found.body.get_mut(list) else { continue };
                for line in lines {
                    let row = line.get(id).and_then(Value::plain).map(|row| row.into_owned());
                    if let (Value::Map(line), Some(row)) = (line, row) {
                        line.set(ATTACHMENTS, at(Some((list, &row))));
                    }
                }
            }
        }
        Ok(())
    }
}
