//! What a query asks for (`protocols/kingdee.md §5.1`).

use model::Map;

use super::column::Column;
use super::expression::Expression;
use super::{filter, filter_list};
use crate::kingdee::arguments::{member, plain, whole};
use crate::kingdee::catalogue::FormMeta;
use crate::kingdee::fault::{Code, Fault};
use crate::kingdee::local_time::LocalTime;
use crate::kingdee::turn::form;

/// A query, with every key resolved.
pub struct Query {
    pub form: &'static FormMeta,
    /// The keys as they were written.
    pub keys: Vec<String>,
    pub fields: Fields,
    pub condition: Option<Expression>,
    pub order: Vec<(Column, Direction)>,
    /// The first row, from 0.
    pub start: usize,
    /// The most rows of this page; `None` when the caller set none.
    pub limit: Option<usize>,
    /// The most rows of the whole query; `None` when the caller set none.
    pub top: Option<usize>,
}

pub enum Fields {
    Columns(Vec<Column>),
    /// `COUNT(1)`: how many rows there are.
    Count,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

impl Query {
    /// Reads the packet of a query.
    pub fn read(packet: &Map, now: LocalTime) -> Result<Query, Fault> {
        let text = |name: &str| plain(member(packet, name));
        let form_id = text("FormId");
        if form_id.trim().is_empty() {
            return Err(Fault::new(Code::NoForm, "data 数据包中的参数 FormId 的值不能为空"));
        }
        let form = form(form_id.trim())?;
        let keys: Vec<String> = text("FieldKeys")
            .split(',')
            .map(|key| key.trim().to_owned())
            .filter(|key| !key.is_empty())
            .collect();
        if keys.is_empty() {
            return Err(Fault::new(Code::Parameter, "data 数据包中的参数 FieldKeys 的值不能为空"));
        }
        let condition = filter::parse(form, &filter_list::as_text(member(packet, "FilterString"))?, now)?;
        let rows = |name: &str| whole(packet, name).and_then(|rows| usize::try_from(rows).ok());
        Ok(Query {
            form,
            fields: fields(form, &keys)?,
            keys,
            condition,
            order: order(form, &text("OrderString"))?,
            start: rows("StartRow").unwrap_or(0),
            limit: rows("Limit").filter(|limit| *limit > 0),
            top: rows("TopRowCount").filter(|top| *top > 0),
        })
    }

    /// The entities with many rows that the query touches anywhere: each of them multiplies rows (§5.3).
    pub fn joined_entities(&self) -> Vec<usize> {
        let mut touched = vec![false; self.form.entities.len()];
        let mut touch = |column: &Column| touched[column.entity()] = true;
        if let Fields::Columns(columns) = &self.fields {
            columns.iter().for_each(&mut touch);
        }
        self.order.iter().for_each(|(column, _)| touch(column));
        if let Some(condition) = &self.condition {
            condition.columns(&mut touch);
        }
        (0..touched.len())
            .filter(|entity| touched[*entity] && !self.form.entities[*entity].def.shape.is_single())
            .collect()
    }
}

fn fields(form: &'static FormMeta, keys: &[String]) -> Result<Fields, Fault> {
    if let [only] = keys
        && only.replace(' ', "").eq_ignore_ascii_case("count(1)")
    {
        return Ok(Fields::Count);
    }
    let columns: Result<Vec<Column>, Fault> = keys.iter().map(|key| Column::resolve(form, key)).collect();
    columns.map(Fields::Columns)
}

fn order(form: &'static FormMeta, text: &str) -> Result<Vec<(Column, Direction)>, Fault> {
    let mut order = Vec::new();
    for part in text.split(',').filter(|part| !part.trim().is_empty()) {
        let mut words = part.split_whitespace();
        let column = Column::resolve(form, words.next().unwrap_or_default())?;
        let direction = match words.next().map(str::to_lowercase).as_deref() {
            None | Some("asc") => Direction::Ascending,
            Some("desc") => Direction::Descending,
            Some(_) => return Err(Fault::new(Code::Exception, format!("排序表达式不正确：{part}"))),
        };
        order.push((column, direction));
    }
    Ok(order)
}
