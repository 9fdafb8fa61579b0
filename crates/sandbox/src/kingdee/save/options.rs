//! The options beside the Model (`protocols/kingdee.md §3.1`).

use model::Map;

use crate::kingdee::arguments::{member, texts, truth};

/// The options that change what is stored. The others (`IsEntryBatchFill`, `IsAutoAdjustField`, `InterationFlags`,
/// `SubSystemId` …) are accepted and change nothing here.
pub struct Options {
    /// Lower-case keys; empty updates every key of the Model.
    pub need_update: Vec<String>,
    pub need_return: Vec<String>,
    /// Rows that the Model does not name are deleted.
    pub delete_entries: bool,
    /// An unknown number of a reference is an error.
    pub verify_base_data: bool,
    pub validate: bool,
    /// References are found by their number.
    pub number_search: bool,
    pub validate_repeat: bool,
    pub auto_submit_and_audit: bool,
    /// Prices with too many decimals are refused.
    pub control_precision: bool,
}

impl Options {
    pub fn read(packet: &Map) -> Options {
        Options {
            need_update: texts(member(packet, "NeedUpDateFields"))
                .iter()
                .map(|key| key.to_lowercase())
                .collect(),
            need_return: texts(member(packet, "NeedReturnFields")),
            delete_entries: truth(packet, "IsDeleteEntry", true),
            verify_base_data: truth(packet, "IsVerifyBaseDataField", false),
            validate: truth(packet, "ValidateFlag", true),
            number_search: truth(packet, "NumberSearch", true),
            validate_repeat: truth(packet, "ValidateRepeatJson", false),
            auto_submit_and_audit: truth(packet, "IsAutoSubmitAndAudit", false),
            control_precision: truth(packet, "IsControlPrecision", false),
        }
    }

    /// What the screens do: numbers must exist, rows that are not named stay.
    pub fn of_screen() -> Options {
        Options { verify_base_data: true, delete_entries: false, ..Options::read(&Map::new()) }
    }

    /// Whether a key of the Model is to be written.
    pub fn updates(&self, key: &str) -> bool {
        self.need_update.is_empty() || self.need_update.contains(&key.to_lowercase())
    }
}
