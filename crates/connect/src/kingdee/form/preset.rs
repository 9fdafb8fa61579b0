//! The presets of forms, compiled in from `connectors/kingdee-k3cloud/objects/`.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Close, Entity, Form, FormField, SOURCE};

/// Every built-in preset, in the order in which forms are listed to users.
const FILES: &[&str] = &[
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_Customer.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_CommonContact.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_MATERIAL.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/SAL_SaleOrder.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_Empinfo.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_Department.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/ORG_Organizations.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/STK_Inventory.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/BD_Supplier.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/SAL_DELIVERYNOTICE.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/SAL_OUTSTOCK.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/SAL_RETURNSTOCK.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/AR_receivable.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/AR_RECEIVEBILL.yaml"),
    include_str!("../../../../../connectors/kingdee-k3cloud/objects/PUR_PurchaseOrder.yaml"),
];

/// The forms known beforehand.
#[derive(Debug)]
pub struct Presets(Vec<Preset>);

/// One file. What a user sees of it (title) stands beside what the protocol needs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    object: String,
    title: Title,
    id: String,
    number: Option<String>,
    name: Option<String>,
    #[serde(default)]
    changed_by: Vec<String>,
    status: Option<String>,
    forbidden: Option<String>,
    cancelled: Option<String>,
    #[serde(default)]
    forbid_audited_only: bool,
    #[serde(default)]
    cancel_opened: bool,
    close: Option<Close>,
    source: Option<String>,
    source_id: Option<String>,
    group: Option<String>,
    /// Fields with personal data, masked in records of calls.
    #[serde(default)]
    personal: Vec<String>,
    /// Fields of the head by the member that a plain value goes to.
    #[serde(default)]
    references: Vec<References>,
    #[serde(default)]
    fields: Vec<String>,
    #[serde(default)]
    entities: Vec<PresetEntity>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Title {
    zh: String,
    en: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct References {
    member: String,
    of: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetEntity {
    key: String,
    #[serde(default = "entry_id")]
    id: String,
    #[serde(default)]
    single: bool,
    #[serde(default)]
    references: Vec<References>,
    #[serde(default)]
    fields: Vec<String>,
}

fn entry_id() -> String {
    "FEntryID".to_owned()
}

/// The built-in presets, read once.
///
/// # Panics
/// When a file is broken; a test reads every one of them, so that it cannot happen to users.
pub fn presets() -> &'static Presets {
    &PRESETS
}

static PRESETS: LazyLock<Presets> = LazyLock::new(|| {
    let read = |text: &&str| serde_saphyr::from_str(text).expect("the tests read every preset");
    Presets(FILES.iter().map(read).collect())
});

impl Presets {
    /// The form of that name, compared without case.
    pub fn form(&self, object: &str) -> Option<Form> {
        self.preset(object).map(Preset::form)
    }

    pub fn personal(&self, object: &str) -> &[String] {
        self.preset(object).map_or(&[], |preset| &preset.personal)
    }

    /// Name and title (Chinese, English) of every form, in the order of the list.
    pub fn titles(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().map(|preset| (&*preset.object, &*preset.title.zh, &*preset.title.en))
    }

    fn preset(&self, object: &str) -> Option<&Preset> {
        self.0.iter().find(|preset| preset.object.eq_ignore_ascii_case(object))
    }
}

impl Preset {
    fn form(&self) -> Form {
        Form {
            object: self.object.clone(),
            id: self.id.clone(),
            number: self.number.clone(),
            name: self.name.clone(),
            changed_by: self.changed_by.clone(),
            status: self.status.clone(),
            forbidden: self.forbidden.clone(),
            cancelled: self.cancelled.clone(),
            forbid_audited_only: self.forbid_audited_only,
            cancel_opened: self.cancel_opened,
            close: self.close.clone(),
            source: self.source.clone().unwrap_or_else(|| SOURCE.to_owned()),
            source_id: self.source_id.clone(),
            group: self.group.clone(),
            fields: fields(&self.references, &self.fields),
            entities: self.entities.iter().map(PresetEntity::entity).collect(),
            is_described: false,
        }
    }
}

impl PresetEntity {
    fn entity(&self) -> Entity {
        Entity {
            key: self.key.clone(),
            id: self.id.clone(),
            is_single: self.single,
            fields: fields(&self.references, &self.fields),
        }
    }
}

fn fields(references: &[References], plain: &[String]) -> Vec<FormField> {
    let references = references.iter().flat_map(|group| {
        group.of.iter().map(|key| FormField {
            key: key.clone(),
            member: Some(group.member.clone()),
            ..FormField::default()
        })
    });
    let plain = plain.iter().map(|key| FormField { key: key.clone(), ..FormField::default() });
    references.chain(plain).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_preset_is_readable_and_names_each_field_once() {
        let presets = presets();
        for preset in &presets.0 {
            let form = preset.form();
            let mut seen = BTreeSet::new();
            let of_entities = form.entities.iter().flat_map(|entity| &entity.fields);
            for field in form.fields.iter().chain(of_entities) {
                assert!(seen.insert(field.key.to_lowercase()), "{}: {} stands twice", form.object, field.key);
            }
            assert!(!preset.title.zh.is_empty() && !preset.title.en.is_empty(), "{}", form.object);
        }
    }

    #[test]
    fn a_customer_has_banks_and_contacts_and_one_extension() {
        let form = presets().form("bd_customer").unwrap();
        assert_eq!(form.id, "FCUSTID");
        assert_eq!(
            form.owner("fbankcode").map(|(entity, _)| entity.id_key()),
            Some("FT_BD_CUSTBANK_FENTRYID".into())
        );
        assert!(form.entity("FT_BD_CUSTOMEREXT").unwrap().is_single);
        assert_eq!(form.field("FCreateOrgId").unwrap().member.as_deref(), Some("FNumber"));
        assert!(form.lists().all(|entity| entity.key != "FT_BD_CUSTOMEREXT"));
    }
}
