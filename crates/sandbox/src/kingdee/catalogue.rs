//! The forms, flattened and indexed: from a key as the caller spells it to the place where its content lies.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::forms::FORMS;
use super::meta::{Entity, Field, Form, FormKind};

/// All forms. The tables are part of the program, so this never changes.
pub static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::new);

pub struct Catalogue {
    forms: Vec<FormMeta>,
    by_id: HashMap<String, usize>,
}

pub struct FormMeta {
    pub def: &'static Form,
    /// Position in the catalogue, which is also the number of the table.
    pub index: usize,
    pub entities: Vec<EntityMeta>,
    fields: HashMap<String, Place>,
    keys: HashMap<String, usize>,
}

pub struct EntityMeta {
    pub def: &'static Entity,
    pub fields: Vec<&'static Field>,
}

/// Where a field lies: which entity of the form, which field of the entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub entity: usize,
    pub field: usize,
}

impl Catalogue {
    fn new() -> Catalogue {
        let forms: Vec<FormMeta> =
            FORMS.iter().enumerate().map(|(index, form)| FormMeta::new(index, form)).collect();
        let by_id = forms.iter().map(|meta| (meta.def.id.to_lowercase(), meta.index)).collect();
        Catalogue { forms, by_id }
    }

    /// The form of that id, compared without case (§7: the upper-case id works too).
    pub fn lookup(&self, id: &str) -> Option<&FormMeta> {
        self.by_id.get(&id.to_lowercase()).map(|index| &self.forms[*index])
    }

    /// A form that the tables themselves name.
    pub fn form(&self, id: &'static str) -> &FormMeta {
        self.lookup(id).expect("every form that a table names is in the catalogue (tested)")
    }

    pub fn at(&self, index: usize) -> &FormMeta {
        &self.forms[index]
    }

    pub fn iter(&self) -> impl Iterator<Item = &FormMeta> {
        self.forms.iter()
    }
}

impl FormMeta {
    fn new(index: usize, def: &'static Form) -> FormMeta {
        let entities: Vec<EntityMeta> = def
            .entities
            .iter()
            .map(|entity| EntityMeta {
                def: entity,
                fields: entity.fields.iter().copied().flatten().collect(),
            })
            .collect();
        let mut fields = HashMap::new();
        for (entity, meta) in entities.iter().enumerate() {
            for (field, each) in meta.fields.iter().enumerate() {
                fields.insert(each.key.to_lowercase(), Place { entity, field });
            }
        }
        let keys =
            def.entities.iter().enumerate().map(|(at, entity)| (entity.key.to_lowercase(), at)).collect();
        FormMeta { def, index, entities, fields, keys }
    }

    /// The field of that key, compared without case (§5.2).
    pub fn lookup(&self, key: &str) -> Option<Place> {
        self.fields.get(&key.to_lowercase()).copied()
    }

    /// The field of that key in the head.
    pub fn head(&self, key: &str) -> Option<usize> {
        self.lookup(key).filter(|place| place.entity == 0).map(|place| place.field)
    }

    /// The entity of that key, compared without case.
    pub fn entity(&self, key: &str) -> Option<usize> {
        self.keys.get(&key.to_lowercase()).copied()
    }

    pub fn field(&self, place: Place) -> &'static Field {
        self.entities[place.entity].fields[place.field]
    }

    /// The field that holds the number, if the form has numbers.
    pub fn number(&self) -> Option<usize> {
        self.head(self.def.number)
    }

    /// The field that holds the name; bills have none.
    pub fn caption(&self) -> Option<usize> {
        self.head(self.def.caption)
    }

    pub fn is_pk(&self, key: &str) -> bool {
        self.def.pk.eq_ignore_ascii_case(key)
    }

    pub fn is_bill(&self) -> bool {
        self.def.kind == FormKind::Bill
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kingdee::meta::{Effect, Preset};

    #[test]
    fn every_form_that_a_field_refers_to_exists() {
        for form in CATALOGUE.iter() {
            for field in form.entities.iter().flat_map(|entity| &entity.fields) {
                if let Some(target) = field.kind.target() {
                    assert!(CATALOGUE.lookup(target).is_some(), "{}.{} → {target}", form.def.id, field.key);
                }
            }
        }
    }

    #[test]
    fn no_form_has_two_fields_of_one_key() {
        for form in CATALOGUE.iter() {
            let fields: usize = form.entities.iter().map(|entity| entity.fields.len()).sum();
            assert_eq!(form.fields.len(), fields, "{}", form.def.id);
        }
    }

    #[test]
    fn presets_and_operations_name_fields_that_exist() {
        for form in CATALOGUE.iter() {
            for field in form.entities.iter().flat_map(|entity| &entity.fields) {
                if let Preset::SameAs(other) = field.preset {
                    assert!(form.head(other).is_some(), "{}.{} = {other}", form.def.id, field.key);
                }
            }
            for operation in form.def.operations {
                if let Effect::Row(field) | Effect::OpenRow(field) = operation.effect {
                    assert!(form.lookup(field).is_some(), "{}.{}", form.def.id, operation.number);
                }
            }
        }
    }
}
