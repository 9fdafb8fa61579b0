//! The vendor's options of a write: where in the body each belongs (`protocols/fxiaoke.md §4.5`).
//!
//! A flow names them under `target.options` as the vendor spells them; their place is ours to know.

use model::{Cause, Map};

use super::path;

/// Edits locked rows; custom objects only.
pub(super) const SKIP_STATUS: &str = "skipDataStatusValidate";

/// Takes the name of a referenced record, under the field with `__r` at its end; custom objects only.
pub(super) const CONVERT_LOOKUP: &str = "needConvertLookup";

/// Where an option stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Inner,
    OptionInfo,
}

const OPTIONS: [(&str, Place); 13] = [
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
    Ok(())
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
            None => {}
        }
    }
    if !option_info.is_empty() {
        inner.push("optionInfo", option_info);
    }
}
