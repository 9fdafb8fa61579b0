//! A form as the system itself describes it: the reply of `QueryBusinessInfo` (`protocols/kingdee.md §3.7`).

use contract::connector::{Description, Field};
use model::Value;

use super::{Entity, Form, FormField};

/// The form with everything in the system's description that the preset does not say. What the preset says wins, but
/// fields of ours (dates, statuses, number, name) that the system does not have are dropped, so that no query names
/// them.
pub fn described(preset: Option<Form>, object: &str, told: &Value) -> Form {
    let is_known = preset.is_some();
    let mut form = preset.unwrap_or_else(|| Form::bill(object));
    if !is_known {
        if let Some(id) = told.get("PkFieldName").and_then(filled) {
            form.id = id.to_owned();
        }
        form.forbidden = Some("FForbidStatus".to_owned());
        form.cancelled = Some("FCancelStatus".to_owned());
        form.name = Some("FName".to_owned());
    }
    let (mut head, mut head_keys) = (Vec::new(), Vec::new());
    for entry in entries(told).iter().filter(|entry| !is_below_list(told, entry)) {
        let fields = described_fields(entry);
        match is_head(told, entry) {
            true => {
                head.extend(fields);
                head_keys.extend(list(entry, "Fields").iter().filter_map(|field| filled(field.get("Key")?)));
            }
            false => add_entity(&mut form, entry, fields),
        }
    }
    if !is_known && !head_keys.iter().any(|key| key.eq_ignore_ascii_case("FBillNo")) {
        form.number = Some("FNumber".to_owned());
    }
    drop_absent(&mut form, &head_keys);
    add(&mut form.fields, head);
    form.is_described = true;
    form
}

/// The form for people: titles, types, options, what a reference refers to.
pub fn description(object: &str, told: &Value) -> Description {
    let mut master = Description {
        object: object.to_owned(),
        title: told.get("Name").and_then(title).unwrap_or_else(|| object.to_owned()),
        ..Description::default()
    };
    for entry in entries(told) {
        let fields: Vec<Field> = list(entry, "Fields").iter().filter_map(field).collect();
        if is_head(told, entry) {
            master.fields.extend(fields);
            continue;
        }
        let Some(key) = entry.get("Key").and_then(filled) else { continue };
        let title = entry.get("Name").and_then(title).unwrap_or_else(|| key.to_owned());
        master.details.push(Description { object: key.to_owned(), title, fields, details: Vec::new() });
    }
    master
}

/// The member that a plain value goes to, by the form referred to (`protocols/kingdee.md §6`).
pub fn member_of_form(referred: &str) -> &'static str {
    match referred.to_ascii_uppercase().as_str() {
        "SEC_USER" => "FUserID",
        "BOS_BILLTYPE" => "FNUMBER",
        "BD_COMMONCONTACT" => "FNAME",
        "BD_KD100LOGISTICSCOM" | "BD_LOGISTICSCOMPANY" => "FCODE",
        _ => "FNumber",
    }
}

fn entries<'v, 'a>(told: &'v Value<'a>) -> &'v [Value<'a>] {
    list(told, "Entrys")
}

fn list<'v, 'a>(value: &'v Value<'a>, name: &str) -> &'v [Value<'a>] {
    value.get(name).and_then(Value::as_list).unwrap_or_default()
}

fn filled<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    value.as_text().map(str::trim).filter(|text| !text.is_empty())
}

/// The head, by its name. Where none bears it, the entries without a parent: lists name the head as their parent on
/// some servers, and nobody on others (`protocols/kingdee.md §3.7` shows the former, working clients read the latter).
fn is_head(told: &Value, entry: &Value) -> bool {
    let is_named = |entry: &Value| {
        entry.get("Key").and_then(filled).is_some_and(|key| key.eq_ignore_ascii_case("FBillHead"))
    };
    match entries(told).iter().any(is_named) {
        true => is_named(entry),
        false => entry.get("ParentKey").and_then(filled).is_none(),
    }
}

/// Whether the entry is part of another list's rows. Such rows are neither read nor written by themselves.
fn is_below_list(told: &Value, entry: &Value) -> bool {
    let parent = entry.get("ParentKey").and_then(filled);
    let of_key =
        |key: &str| entries(told).iter().find(|entry| entry.get("Key").and_then(filled) == Some(key));
    parent.and_then(of_key).is_some_and(|parent| !is_head(told, parent))
}

/// The Chinese text of a multi-language name, else the first.
fn title(value: &Value) -> Option<String> {
    if let Some(text) = filled(value) {
        return Some(text.to_owned());
    }
    let texts = value.as_list()?;
    let chinese =
        texts.iter().find(|text| text.get("Key").and_then(Value::plain).is_some_and(|key| key == "2052"));
    chinese.or(texts.first())?.get("Value")?.as_text().map(str::to_owned)
}

/// The fields of an entry that queries can name: visible, and no parts of a flex field.
fn described_fields(entry: &Value) -> Vec<FormField> {
    let known = |field: &Value| {
        let key = field.get("Key").and_then(filled)?;
        let is_hidden = matches!(field.get("IsViewVisible"), Some(Value::Bool(false)));
        if is_hidden || key.contains("__") {
            return None;
        }
        let member =
            field.get("LookUpObjectFormId").and_then(filled).map(|form| member_of_form(form).to_owned());
        let (longest, scale) = (whole(field, &LONGEST), whole(field, &SCALE));
        Some(FormField { key: key.to_owned(), member, longest, scale })
    };
    list(entry, "Fields").iter().filter_map(known).collect()
}

/// What the members are called that tell a field's length and decimals is not documented: the likely names are tried.
const LONGEST: [&str; 3] = ["MaxLength", "EditLength", "Length"];
const SCALE: [&str; 2] = ["Scale", "DecimalDigits"];

/// A whole number above zero under one of these names.
fn whole(field: &Value, names: &[&str]) -> Option<usize> {
    let number = |name: &&str| field.get(name)?.plain()?.trim().parse().ok().filter(|number| *number > 0);
    names.iter().find_map(number)
}

fn add(to: &mut Vec<FormField>, fields: Vec<FormField>) {
    for field in fields {
        match to.iter_mut().find(|known| known.key.eq_ignore_ascii_case(&field.key)) {
            Some(known) => (known.longest, known.scale) = (field.longest, field.scale),
            None => to.push(field),
        }
    }
}

fn add_entity(form: &mut Form, entry: &Value, fields: Vec<FormField>) {
    let Some(key) = entry.get("Key").and_then(filled) else { return };
    let told_id = entry.get("EntryPkFieldName").and_then(filled);
    if let Some(known) = form.entities.iter_mut().find(|entity| entity.key.eq_ignore_ascii_case(key)) {
        add(&mut known.fields, fields);
        if let Some(id) = told_id.filter(|id| !known.id.eq_ignore_ascii_case(id)) {
            known.id = id.to_owned();
        }
        return;
    }
    let id = told_id.unwrap_or("FEntryID").to_owned();
    form.entities.push(Entity { key: key.to_owned(), id, is_single: is_sub_head(key), fields });
}

/// The description does not tell sub-heads from lists; the vendor's names do.
fn is_sub_head(key: &str) -> bool {
    key.to_ascii_lowercase().trim_start_matches('f').starts_with("subhead")
}

/// Drops the fields of ours that the head does not have; hidden ones are there. A description without any head fields
/// says nothing.
fn drop_absent(form: &mut Form, head: &[&str]) {
    let has = |own: &str| head.iter().any(|key| key.eq_ignore_ascii_case(own));
    if head.is_empty() {
        return;
    }
    form.changed_by.retain(|date| has(date));
    for own in [&mut form.number, &mut form.name, &mut form.status, &mut form.forbidden, &mut form.cancelled]
    {
        *own = own.take().filter(|field| has(field));
    }
    form.close = form.close.take().filter(|close| has(&close.field));
}

fn field(value: &Value) -> Option<Field> {
    let key = value.get("Key").and_then(filled)?;
    let number = |name: &str| value.get(name).and_then(Value::plain).unwrap_or_default().into_owned();
    Some(Field {
        name: key.to_owned(),
        title: value.get("Name").and_then(title).unwrap_or_else(|| key.to_owned()),
        kind: format!("{}/{}", number("FieldType"), number("ElementType")),
        required: !matches!(&*number("MustInput"), "" | "0" | "false"),
        read_only: false,
        options: list(value, "Extends").iter().filter_map(option).collect(),
        refers_to: value.get("LookUpObjectFormId").and_then(filled).map(str::to_owned),
    })
}

/// One value of an enumeration. What its members are called is not documented: the likely names are tried.
fn option(value: &Value) -> Option<(String, String)> {
    let chosen = ["Value", "EnumId", "Key"].into_iter().find_map(|name| value.get(name)?.plain())?;
    let caption = ["Caption", "Name"].into_iter().find_map(|name| title(value.get(name)?));
    Some((chosen.clone().into_owned(), caption.unwrap_or_else(|| chosen.into_owned())))
}

#[cfg(test)]
mod tests {
    use model::json;

    use super::*;

    const ORDER: &str = r#"{"Id":"SAL_SaleOrder","Name":[{"Key":2052,"Value":"销售订单"}],"PkFieldName":"FID","Entrys":[
        {"Key":"FBillHead","ParentKey":null,"Name":[{"Key":2052,"Value":"基本信息"}],"EntryPkFieldName":"FID","Fields":[
            {"Key":"FBillNo","Name":[{"Key":2052,"Value":"单据编号"}],"FieldType":231,"ElementType":12,"MustInput":0,"MaxLength":80,"LookUpObjectFormId":null,"IsViewVisible":true},
            {"Key":"FModifyDate","Name":[],"LookUpObjectFormId":null,"IsViewVisible":false},
            {"Key":"FCustId","Name":[{"Key":1033,"Value":"Customer"},{"Key":2052,"Value":"客户"}],"FieldType":56,"ElementType":13,"MustInput":1,"LookUpObjectFormId":"BD_Customer","IsViewVisible":true},
            {"Key":"FCreatorId","LookUpObjectFormId":"SEC_User","IsViewVisible":true},
            {"Key":"FSecret","LookUpObjectFormId":null,"IsViewVisible":false}]},
        {"Key":"FSaleOrderEntry","ParentKey":"FBillHead","Name":[{"Key":2052,"Value":"订单明细"}],"EntryPkFieldName":"FENTRYID","Fields":[
            {"Key":"FTaxPrice","Scale":"6","MaxLength":0},
            {"Key":"F_PAEZ_Kind","LookUpObjectFormId":null,"Extends":[{"Value":"1","Caption":[{"Key":2052,"Value":"新"}]}]},
            {"Key":"FAUXPROPID__FF100001","LookUpObjectFormId":"BD_X"}]},
        {"Key":"FTaxDetailSubEntity","ParentKey":"FSaleOrderEntry","EntryPkFieldName":"FDetailID","Fields":[{"Key":"FTaxRateId"}]},
        {"Key":"SubHeadEntity1","ParentKey":"FBillHead","EntryPkFieldName":"FEntryId","Fields":[]}]}"#;

    #[test]
    fn a_form_without_a_preset_is_known_from_its_description() {
        let told = json::read(ORDER).unwrap();
        let form = described(None, "SAL_SaleOrder", &told);
        assert_eq!(
            (form.id.as_str(), form.number.as_deref(), form.name.as_deref()),
            ("FID", Some("FBillNo"), None)
        );
        assert_eq!(
            form.changed_by,
            ["FModifyDate"],
            "a date field that the form does not have is not asked for"
        );
        assert_eq!(form.field("FCustId").unwrap().member.as_deref(), Some("FNumber"));
        assert_eq!(form.field("FCreatorId").unwrap().member.as_deref(), Some("FUserID"));
        assert!(form.field("FSecret").is_none(), "hidden fields cannot be queried");
        assert_eq!(form.entity("FSaleOrderEntry").unwrap().id_key(), "FSaleOrderEntry_FENTRYID");
        assert_eq!(form.entity("FSaleOrderEntry").unwrap().fields.len(), 2);
        assert!(form.entity("SubHeadEntity1").unwrap().is_single);
        assert!(form.entity("FTaxDetailSubEntity").is_none());
    }

    #[test]
    fn a_preset_keeps_its_word_and_learns_custom_fields() {
        let told = json::read(ORDER).unwrap();
        let preset = super::super::presets().form("SAL_SaleOrder");
        let form = described(preset, "SAL_SaleOrder", &told);
        assert_eq!(form.entity("FSaleOrderEntry").unwrap().id, "FEntryID", "only its case differs");
        assert_eq!(form.owner("f_paez_kind").map(|(entity, _)| &*entity.key), Some("FSaleOrderEntry"));
        assert_eq!(form.field("FBillTypeID").unwrap().member.as_deref(), Some("FNUMBER"));
    }

    #[test]
    fn how_long_and_how_precise_a_field_may_be_is_learnt() {
        let told = json::read(ORDER).unwrap();
        let form = described(super::super::presets().form("SAL_SaleOrder"), "SAL_SaleOrder", &told);
        let (_, price) = form.owner("FTaxPrice").unwrap();
        assert_eq!((price.longest, price.scale), (None, Some(6)));
        let form = described(None, "SAL_SaleOrder", &told);
        assert_eq!(form.field("FBillNo").unwrap().longest, Some(80));
    }

    #[test]
    fn lists_are_known_whether_or_not_they_name_the_head_as_their_parent() {
        let orphaned = ORDER.replace(r#""ParentKey":"FBillHead""#, r#""ParentKey":null"#);
        for text in [ORDER, &orphaned] {
            let told = json::read(text).unwrap();
            let form = described(None, "SAL_SaleOrder", &told);
            assert!(form.field("F_PAEZ_Kind").is_none(), "a field of the list is none of the head");
            assert_eq!(form.entity("FSaleOrderEntry").unwrap().fields.len(), 2);
            assert!(form.entity("FTaxDetailSubEntity").is_none());
            assert_eq!(description("SAL_SaleOrder", &told).details[0].title, "订单明细");
        }
    }

    #[test]
    fn people_see_titles_options_and_references() {
        let told = json::read(ORDER).unwrap();
        let order = description("SAL_SaleOrder", &told);
        assert_eq!(order.title, "销售订单");
        let customer = order.fields.iter().find(|field| field.name == "FCustId").unwrap();
        assert_eq!((&*customer.title, customer.required), ("客户", true));
        assert_eq!(customer.refers_to.as_deref(), Some("BD_Customer"));
        assert_eq!(order.details[0].title, "订单明细");
        assert_eq!(order.details[0].fields[1].options, [("1".to_owned(), "新".to_owned())]);
    }
}
