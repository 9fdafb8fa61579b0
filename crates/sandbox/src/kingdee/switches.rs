//! What nobody is sure of: each L fact of `protocols/kingdee.md` as a switch of the stand-in.

use crate::stand_in::Switch;

/// The switches, each with its default first.
pub const SWITCHES: &[Switch] = &[
    Switch {
        name: "operation_spelling",
        values: &["both", "excute", "execute"],
        about: "Which spelling of ExcuteOperation the server knows (§3.4).",
    },
    Switch {
        name: "login_result",
        values: &["1", "-5"],
        about: "The LoginResultType of a login that opened a session (§2.1).",
    },
    Switch {
        name: "login_body",
        values: &["object", "text"],
        about: "Whether a login answers its object, or a JSON text that holds it (§2.1).",
    },
    Switch {
        name: "lost_session",
        values: &["message", "unauthorized", "login-page"],
        about: "What answers a call without a session: the server, or a gateway with HTTP 401 or a page (§2.4).",
    },
    Switch {
        name: "session_minutes",
        values: &["20", "60", "1"],
        about: "How long an idle session lives; every call renews it (§2.3).",
    },
    Switch {
        name: "request_filter",
        values: &["markup", "off"],
        about: "Whether the request filter of the web server stops markup in texts (§1).",
    },
    Switch {
        name: "row_order",
        values: &["by-id", "newest-first", "by-number"],
        about: "The order of rows when OrderString is empty (§5.1).",
    },
    Switch { name: "page_limit", values: &["10000", "2000"], about: "The most rows of one query (§5.1)." },
    Switch {
        name: "over_limit",
        values: &["clip", "error"],
        about: "What a Limit above the most rows does (§11).",
    },
    Switch {
        name: "visible_after_seconds",
        values: &["0", "2", "10"],
        about: "How soon a new document is seen by queries (§5.7, long transactions).",
    },
    Switch {
        name: "booleans",
        values: &["json", "char"],
        about: "How queries print check boxes: true/false or \"1\"/\"0\" (§5.6).",
    },
    Switch {
        name: "decimal_places",
        values: &["trimmed", "ten"],
        about: "Whether queries print decimals with all ten places (§5.6).",
    },
    Switch {
        name: "blank_text",
        values: &["space", "empty"],
        about: "How queries and View print a text nobody filled in (§5.5).",
    },
    Switch {
        name: "absent_row_id",
        values: &["0", "null"],
        about: "What queries print as row id of a document without rows (§5.3).",
    },
    Switch {
        name: "id_order",
        values: &["ascending", "blocks"],
        about: "Whether later documents have larger ids, or ids come from blocks of a cluster (§5.7).",
    },
    Switch { name: "lock_code", values: &["0", "13"], about: "The MsgCode of an edit lock (§4)." },
    Switch {
        name: "batch_return",
        values: &["aligned", "successes"],
        about: "Whether NeedReturnData of BatchSave holds empty places for refused members (§9).",
    },
    Switch {
        name: "bill_query_error",
        values: &["wrapped", "bare"],
        about: "Whether BillQuery wraps its error in an array (§4).",
    },
    Switch {
        name: "delete_entry_scope",
        values: &["present", "all"],
        about: "Whether IsDeleteEntry also empties entities that the Model does not name (§3.1).",
    },
    Switch {
        name: "audit_from_created",
        values: &["refused", "accepted"],
        about: "Whether a form without workflow can be audited before it is submitted (§6).",
    },
    Switch {
        name: "save_on_draft",
        values: &["created", "draft"],
        about: "Whether Save on a draft makes it a created document (§6).",
    },
    Switch {
        name: "modified_on_audit",
        values: &["unchanged", "moved"],
        about: "Whether submit, audit and their opposites move FModifyDate (§5.7).",
    },
    Switch {
        name: "modified_on_forbid",
        values: &["unchanged", "moved"],
        about: "Whether forbidding, voiding and closing move FModifyDate (§11).",
    },
    Switch {
        name: "modified_on_write_back",
        values: &["unchanged", "moved"],
        about: "Whether quantities written back from downstream bills move FModifyDate (§5.7).",
    },
    Switch {
        name: "repeated_forbid",
        values: &["accepted", "refused"],
        about: "Whether forbidding what is forbidden already is an error (§3.4).",
    },
    Switch {
        name: "repeat_window_minutes",
        values: &["1440", "10"],
        about: "How long ValidateRepeatJson remembers a body (§11).",
    },
    Switch {
        name: "entry_parent",
        values: &["none", "head"],
        about: "Whether QueryBusinessInfo names the head as parent of the entries, as clients read it or not (§3.7).",
    },
    Switch {
        name: "entry_ids",
        values: &["absent", "present"],
        about: "Whether replies of Save list the row ids (§3.1).",
    },
    Switch {
        name: "view_status",
        values: &["null", "object"],
        about: "Whether View answers a ResponseStatus when it succeeds (§3.3).",
    },
    Switch {
        name: "view_absent_code",
        values: &["10", "4"],
        about: "The MsgCode of View for what does not exist (§3.3).",
    },
    Switch {
        name: "notice_auto_close",
        values: &["no", "yes"],
        about: "Whether a delivery notice closes itself when audited (§7).",
    },
    Switch {
        name: "async_polls",
        values: &["1", "0", "3"],
        about: "After how many looks an asynchronous task is complete (§3.10).",
    },
    Switch {
        name: "price_decimals",
        values: &["rounded", "refused"],
        about: "Whether prices with more than six places are rounded or refused without IsControlPrecision (§3.1).",
    },
    Switch {
        name: "four_byte_text",
        values: &["stored", "question_mark", "refused"],
        about: "What becomes of characters of four bytes, such as emoji: kept, a question mark, or refused (§6).",
    },
    Switch {
        name: "unusable_base_data",
        values: &["refused_at_audit", "refused_at_save"],
        about: "When base data that is not audited or not allocated to the organisation stops a bill (§3.6).",
    },
    Switch {
        name: "lost_view",
        values: &["status", "empty"],
        about: "Whether View without a session answers MsgCode 1 or nothing (§2.4).",
    },
];
