//! What the protocol leaves open: each freedom and each of our own readings of `protocols/standard-erp.md`, as a
//! switch. An ERP's programmer decides these without asking anybody.

use crate::stand_in::Switch;

pub const REQUEST_FORM: &str = "request_form";
pub const ANSWER_FORM: &str = "answer_form";
pub const ANSWER_NAMES: &str = "answer_names";
pub const SUCCESS_CODE: &str = "success_code";
pub const REFUSAL_STATUS: &str = "refusal_status";
pub const XML_LISTS: &str = "xml_lists";
pub const DETAIL_IDS: &str = "detail_ids";
pub const EMPTY: &str = "empty";
pub const ABSENT_RECORD: &str = "absent_record";
pub const TOTAL: &str = "total";
pub const ID_FORM: &str = "id_form";
pub const DECIMALS: &str = "decimals";
pub const BLANKS: &str = "blanks";
pub const TIMES: &str = "times";
pub const CHOSEN_ID: &str = "chosen_id";
pub const REPEATED_NUMBER: &str = "repeated_number";
pub const UPDATE_DETAILS: &str = "update_details";
pub const UPDATE_FIELDS: &str = "update_fields";
pub const UNKNOWN_FIELDS: &str = "unknown_fields";
pub const EXTRA_DECIMALS: &str = "extra_decimals";
pub const UNCHANGED_UPDATE: &str = "unchanged_update";
pub const VISIBLE_AFTER: &str = "visible_after_seconds";
pub const WINDOW: &str = "window";
pub const ROW_ORDER: &str = "row_order";
pub const OVER_LIMIT: &str = "over_limit";
pub const VOIDED_ROWS: &str = "voided_rows";
pub const MODIFIED_ON_VOID: &str = "modified_on_void";
pub const MODIFIED_ON_WRITE_BACK: &str = "modified_on_write_back";
pub const PUSH_FORM: &str = "push_form";
pub const PUSH_CONTENT: &str = "push_content";
pub const PUSH_OWN_WRITES: &str = "push_own_writes";
pub const OPERATION_TYPE: &str = "operation_type";
pub const VOID_BODY: &str = "void_body";

const fn switch(name: &'static str, values: &'static [&'static str], about: &'static str) -> Switch {
    Switch { name, values, about }
}

pub const SWITCHES: &[Switch] = &[
    switch(REQUEST_FORM, &["any", "json", "xml", "text"], "In which form requests may come (§1)."),
    switch(
        ANSWER_FORM,
        &["json", "xml_utf8", "xml_gb18030", "text_utf8", "text_gb18030"],
        "In which form and charset answers are given; text is lines of path=value (§2).",
    ),
    switch(
        ANSWER_NAMES,
        &["code_message_data", "errcode_errmsg_result", "status_info_content"],
        "How the three members of an answer are called (§1).",
    ),
    switch(
        SUCCESS_CODE,
        &["number_0", "text_0", "text_200", "text_success"],
        "Which code means success, and whether codes are numbers or texts (§1).",
    ),
    switch(REFUSAL_STATUS, &["200", "4xx"], "With which HTTP status a call is refused (§1)."),
    switch(
        XML_LISTS,
        &["repeated", "wrapped"],
        "Whether a list in XML is its element repeated, or one element around <item>s (§1).",
    ),
    switch(
        DETAIL_IDS,
        &["lists", "scalars", "numbered", "absent"],
        "How detailDataIds looks: a list of ids by detail, only the last id of each, one name for each row \
         (saleOrderEntry1), or not there (§1).",
    ),
    switch(
        EMPTY,
        &["empty_list", "null_list", "null_data"],
        "What a batch query without records answers: an empty dataList, a null one, or null for data (§2).",
    ),
    switch(
        ABSENT_RECORD,
        &["null_data", "refused", "empty_map"],
        "What queryMasterById answers for a record that does not exist (§2).",
    ),
    switch(TOTAL, &["present", "absent"], "Whether a batch query tells totalNum (§2)."),
    switch(ID_FORM, &["text", "number"], "Whether ids are JSON texts or numbers (§1)."),
    switch(DECIMALS, &["number", "text"], "Whether decimals are JSON numbers or texts (§2)."),
    switch(BLANKS, &["null", "empty", "omitted"], "How a field without a value is answered (§2)."),
    switch(
        TIMES,
        &["text_seconds", "text_millis", "epoch_millis"],
        "How times are written: 2026-11-24 15:00:00, the same with milliseconds, or milliseconds since 1970 (§2).",
    ),
    switch(
        CHOSEN_ID,
        &["taken", "ignored", "refused"],
        "What becomes of an id that the caller sends in a create (§1).",
    ),
    switch(
        REPEATED_NUMBER,
        &["refused", "second_document", "same_document"],
        "What a create with a number that exists gives: a refusal, a second document, or the ids of the first (§1).",
    ),
    switch(
        UPDATE_DETAILS,
        &["replace", "merge", "append"],
        "Whether details in an update replace the rows, are merged by entryId or are appended (§1).",
    ),
    switch(
        UPDATE_FIELDS,
        &["sent_only", "whole"],
        "Whether an update leaves fields that it does not name, or blanks them (§1).",
    ),
    switch(UNKNOWN_FIELDS, &["refused", "ignored"], "What a write with an unknown field gives (§1)."),
    switch(EXTRA_DECIMALS, &["refused", "rounded"], "What more decimals than a field has places give (§1)."),
    switch(
        UNCHANGED_UPDATE,
        &["moves", "keeps"],
        "Whether an update that changes no value moves lastModified and rowVersion (§2).",
    ),
    switch(VISIBLE_AFTER, &["0", "2", "10"], "How soon a new record is seen by queries (§2)."),
    switch(
        WINDOW,
        &["closed", "end_exclusive", "start_exclusive"],
        "Which ends of startTime and endTime belong to the window (§2).",
    ),
    switch(ROW_ORDER, &["by_time", "by_id", "newest_first"], "The order of the rows of a batch query (§2)."),
    switch(OVER_LIMIT, &["clipped", "refused"], "What a limit above 500 gives (§2)."),
    switch(VOIDED_ROWS, &["shown", "hidden"], "Whether queries show voided records (§2)."),
    switch(MODIFIED_ON_VOID, &["moved", "unchanged"], "Whether voiding moves lastModified (§2)."),
    switch(
        MODIFIED_ON_WRITE_BACK,
        &["moved", "unchanged"],
        "Whether quantities written back from deliveries move lastModified of the order (§2).",
    ),
    switch(
        PUSH_FORM,
        &["standard", "json", "xml_utf8", "xml_gb18030", "text_utf8", "text_gb18030"],
        "In which form the ERP pushes: the standard one, or one of its own (§3).",
    ),
    switch(
        PUSH_CONTENT,
        &["whole", "changed", "id_only"],
        "What a push tells: the whole record, the id with what changed, or the id alone (§3).",
    ),
    switch(
        PUSH_OWN_WRITES,
        &["no", "yes"],
        "Whether what callers wrote through create and update is pushed, too (§3).",
    ),
    switch(
        OPERATION_TYPE,
        &["voids_only", "always"],
        "Whether a push of what is no void says operationType 1 (new) or 2 (changed), or nothing (§3).",
    ),
    switch(
        VOID_BODY,
        &["record", "empty"],
        "Whether the push of a void has the record as its body, or none (§3).",
    ),
];
