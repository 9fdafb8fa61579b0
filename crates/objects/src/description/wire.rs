//! The object as it goes over the wire: a master and its lists under the bill's own code.

use model::object::{Field, Object, Part};

use crate::words;

/// Before the header's fields in an object whose records are lines.
const MASTER: &str = "master.";

pub(super) struct Wire<'o> {
    /// What `objAPIName` says.
    pub code: &'o str,
    pub master: Vec<Member<'o>>,
    pub lists: Vec<List<'o>>,
    /// The name of the master's id.
    pub id: &'o str,
    /// Whether records are lines of a bill, which are not written by themselves.
    pub is_lines: bool,
}

/// A field, and its name on the wire.
#[derive(Clone, Copy)]
pub(super) struct Member<'o> {
    pub name: &'o str,
    pub field: &'o Field,
}

pub(super) struct List<'o> {
    pub name: &'o str,
    pub title_zh: &'o str,
    pub title_en: &'o str,
    pub id: Option<&'o str>,
    pub fields: Vec<Member<'o>>,
}

impl<'o> Wire<'o> {
    pub fn of(object: &'o Object) -> Wire<'o> {
        let Part::Lines(list) = &object.part else {
            let lists = object.details.iter().map(|detail| List {
                name: &detail.name,
                title_zh: &detail.title_zh,
                title_en: &detail.title_en,
                id: detail.id.as_deref(),
                fields: members(&detail.fields),
            });
            return Wire {
                code: &object.code,
                master: members(&object.fields),
                lists: lists.collect(),
                id: &object.id,
                is_lines: false,
            };
        };
        let (mut master, mut lines) = (Vec::new(), Vec::new());
        for field in &object.fields {
            match field.name.strip_prefix(MASTER) {
                Some(name) => master.push(Member { name, field }),
                None => lines.push(Member { name: &field.name, field }),
            }
        }
        let is_id = |member: &&Member| ["id", "fid", "billid"].contains(&&*words::plain(member.name));
        let id = master.iter().find(is_id).or(master.first()).map_or("id", |member| member.name);
        let list = List {
            name: list,
            title_zh: &object.title_zh,
            title_en: &object.title_en,
            id: Some(&object.id),
            fields: lines,
        };
        Wire { code: &object.code, master, lists: vec![list], id, is_lines: true }
    }
}

fn members(fields: &[Field]) -> Vec<Member<'_>> {
    fields.iter().map(|field| Member { name: &field.name, field }).collect()
}
