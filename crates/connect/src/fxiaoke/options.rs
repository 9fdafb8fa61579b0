//! The vendor's options of a write: where in the body each belongs (`protocols/fxiaoke.md §4.5`).
//!
//! A flow names them under `target.options` as the vendor spells them; their place is ours to know.

use model::{Cause, Map, Value};

use super::path;

/// Edits locked rows; custom objects only.
pub(super) const SKIP_STATUS: &str = "skipDataStatusValidate";

/// Takes the name of a referenced record, under the field with `__r` at its end; custom objects only.
pub(super) const CONVERT_LOOKUP: &str = "needConvertLookup";

/// What becomes of a voided record whose source is alive: `refuse` (the default) or `recover`. Ours, never sent.
const ON_VOIDED: &str = "on_voided";

/// Whether locks take the detail rows along (`§4.5`): 1 does, 0 does not.
pub(super) const LOCK_DETAILS: &str = "detailObjStrategy";

/// Tells nobody of changed owners and teams.
pub(super) const NO_REMINDER: &str = "ignoreSendingRemind";

/// Where an option stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Inner,
    OptionInfo,
    /// In calls of its own, or in none.
    Apart,
}

const OPTIONS: [(&str, Place); 16] = [
    ("triggerWorkFlow", Place::Top),
    ("triggerApprovalFlow", Place::Top),
    ("hasSpecifyTime", Place::Top),
    ("hasSpecifyCreatedBy", Place::Top),
    ("includeDetailIds", Place::Top),
    ("checkDuplicateSearch", Place::Top),
    ("skipFuncValidate", Place::OptionInfo),
    ("useValidationRule", Place::OptionInfo),
    ("isDuplicateSearch", Place::OptionInfo),
    // The vendor's own spelling.
    ("igonreMediaIdConvert", Place::Inner),
    ("fillOutOwner", Place::Inner),
    (SKIP_STATUS, Place::Inner),
    (CONVERT_LOOKUP, Place::Inner),
    (ON_VOIDED, Place::Apart),
    (LOCK_DETAILS, Place::Apart),
    (NO_REMINDER, Place::Apart),
];

/// Options that only custom objects have.
const CUSTOM_ONLY: [&str; 4] = [SKIP_STATUS, CONVERT_LOOKUP, "fillOutOwner", "checkDuplicateSearch"];

/// Refuses options that the vendor does not have, or does not have for this object: it would pass over them in
/// silence.
pub(super) fn check(object: &str, options: &Map) -> Result<(), Cause> {
    for (name, _) in options.iter() {
        if !OPTIONS.iter().any(|(known, _)| *known == name) {
            let known: Vec<&str> = OPTIONS.iter().map(|(known, _)| *known).collect();
            return Err(Cause::new("fxiaoke.option_unknown")
                .with("option", name)
                .with("known", known.join(", ")));
        }
        if CUSTOM_ONLY.contains(&name) && !path::is_custom(object) {
            return Err(Cause::new("fxiaoke.option_custom").with("option", name).with("object", object));
        }
    }
    match options.get(ON_VOIDED).and_then(Value::as_text) {
        None | Some("refuse" | "recover") => Ok(()),
        Some(other) => Err(Cause::new("fxiaoke.on_voided").with("value", other)),
    }
}

/// Whether a voided record is recovered when its source is alive.
pub(super) fn recovers(options: &Map) -> bool {
    options.get(ON_VOIDED).and_then(Value::as_text) == Some("recover")
}

pub(super) fn is_set(options: &Map, name: &str) -> bool {
    options.get(name).is_some_and(|value| value.plain().as_deref() == Some("true"))
}

/// Puts the options where they belong: beside `data`, inside it, or in its `optionInfo`.
pub(super) fn place<'v>(options: &'v Map<'_>, top: &mut Map<'v>, inner: &mut Map<'v>) {
    let mut option_info = Map::new();
    for (name, value) in options.iter() {
        match OPTIONS.iter().find(|(known, _)| *known == name) {
            Some((name, Place::Top)) => top.push(*name, value.borrow()),
            Some((name, Place::Inner)) => inner.push(*name, value.borrow()),
            Some((name, Place::OptionInfo)) => option_info.push(*name, value.borrow()),
            Some((_, Place::Apart)) | None => {}
        }
    }
    if !option_info.is_empty() {
        inner.push("optionInfo", option_info);
    }
}
