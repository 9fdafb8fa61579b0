//! What nobody is sure of about Fxiaoke: each L fact of `protocols/fxiaoke.md`, as a switch.

use crate::stand_in::Switch;

pub const UPDATE_DETAILS: &str = "update_details";
pub const VOIDED_ROWS: &str = "voided_rows";
pub const QUERY_LAG: &str = "query_lag";
pub const UNKNOWN_FIELDS: &str = "unknown_fields";
pub const DUPLICATE_NAMES: &str = "duplicate_names";
pub const DETAIL_EDIT: &str = "detail_edit";
pub const DETAIL_IDS: &str = "detail_ids";
pub const OWNER_IN_UPDATE: &str = "owner_in_update";
pub const FOREIGN_EMPLOYEE_IDS: &str = "foreign_employee_ids";
pub const EXTRA_DECIMALS: &str = "extra_decimals";
pub const LIMIT_OVER_100: &str = "limit_over_100";
pub const BETWEEN: &str = "between";
pub const THROTTLE_CODE: &str = "throttle_code";
pub const UNKNOWN_MOBILE: &str = "unknown_mobile";
pub const CUSTOM_BY_PRESET_PATH: &str = "custom_by_preset_path";
pub const UNCHANGED_UPDATE: &str = "unchanged_update";
pub const PERSONNEL_RECORDS: &str = "personnel_records";
pub const TOTAL_WHEN_NOT_ASKED: &str = "total_when_not_asked";
pub const DETAILS_IN_GET: &str = "details_in_get";
pub const AMOUNTS: &str = "amounts";
pub const CALLBACK_FRAME: &str = "callback_frame";
pub const UNKNOWN_FILTER_FIELD: &str = "unknown_filter_field";

const fn switch(name: &'static str, values: &'static [&'static str], about: &'static str) -> Switch {
    Switch { name, values, about }
}

pub const SWITCHES: &[Switch] = &[
    switch(
        UPDATE_DETAILS,
        &["replace", "merge", "append"],
        "Whether details in an update replace the lines, are merged by _id or are appended (§4.5).",
    ),
    switch(
        VOIDED_ROWS,
        &["when_asked", "always", "never"],
        "Whether queries show voided rows: only with a life_status filter, always or never (§4.4).",
    ),
    switch(
        QUERY_LAG,
        &["none", "up_to_10s"],
        "Whether queries show a written row at once or from an index that lags up to 10 s (§4.4).",
    ),
    switch(UNKNOWN_FIELDS, &["ignored", "refused"], "What a write with an unknown field gives (§9.4)."),
    switch(
        DUPLICATE_NAMES,
        &["accepted", "refused"],
        "Whether the tenant's 查重 rule refuses a second customer of the same name when it is not asked for (§4.5).",
    ),
    switch(
        DETAIL_EDIT,
        &["leaves_master", "touches_master"],
        "Whether adding, changing, voiding or deleting a detail row moves its master (§4.5).",
    ),
    switch(
        DETAIL_IDS,
        &["absent", "listed"],
        "Whether includeDetailIds adds detailIds to the answer of a create (§4.5).",
    ),
    switch(OWNER_IN_UPDATE, &["ignored", "refused"], "What an update that names another owner gives (§4.5)."),
    switch(
        FOREIGN_EMPLOYEE_IDS,
        &["refused", "accepted"],
        "Whether numeric employee ids are taken where convertUserId asks for FSUID_ ids, and the reverse (§2.2).",
    ),
    switch(EXTRA_DECIMALS, &["rounded", "refused"], "What more decimals than decimal_places give (§4.3)."),
    switch(LIMIT_OVER_100, &["refused", "capped"], "What a query limit above 100 gives (§4.4)."),
    switch(BETWEEN, &["inclusive", "end_exclusive"], "Whether BETWEEN includes its upper end (§4.4)."),
    switch(THROTTLE_CODE, &["30004", "14001"], "With which code too many calls are refused (§3)."),
    switch(UNKNOWN_MOBILE, &["empty_list", "refused"], "What getByMobile of an unknown number gives (§5)."),
    switch(
        CUSTOM_BY_PRESET_PATH,
        &["refused", "accepted"],
        "Whether a custom object is served under the prefix of the preset ones (§4.1).",
    ),
    switch(
        UNCHANGED_UPDATE,
        &["bumps", "keeps"],
        "Whether an update that changes no value moves version and last_modified_time (§4.3).",
    ),
    switch(
        PERSONNEL_RECORDS,
        &["shared", "not_shared"],
        "Whether a sharing rule lets the operator read PersonnelObj (§2.2).",
    ),
    switch(
        TOTAL_WHEN_NOT_ASKED,
        &["zero", "absent"],
        "What total is when find_explicit_total_num is false (§4.4).",
    ),
    switch(
        DETAILS_IN_GET,
        &["payments_only", "never"],
        "Whether get of an old master object carries its details (§4.5).",
    ),
    switch(
        AMOUNTS,
        &["as_sent", "worked_out"],
        "Whether amounts of lines and their sums are kept as they are sent or worked out by the CRM (§4.5).",
    ),
    switch(
        CALLBACK_FRAME,
        &["framed", "unframed"],
        "Whether events have 16 random bytes and their length before the text when they are encrypted (§8.2).",
    ),
    switch(
        UNKNOWN_FILTER_FIELD,
        &["refused", "matches_nothing"],
        "What a query filter on an unknown field gives (§4.4).",
    ),
];
