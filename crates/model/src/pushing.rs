//! What our receiving end answers to a push (`protocols/standard-erp.md §3`): one table for those who answer and those who
//! describe it to an ERP's programmer.

/// The code of a success.
pub const SUCCESS: &str = "s106240000";

/// A failure: nothing of what was pushed was kept.
#[derive(Debug, PartialEq, Eq)]
pub struct PushFailure {
    pub code: &'static str,
    /// The HTTP status that it comes with.
    pub status: u16,
    /// What happened, in Chinese and English.
    pub what: (&'static str, &'static str),
    /// What the sender can do.
    pub remedy: (&'static str, &'static str),
}

impl PushFailure {
    /// All there are, by their codes.
    pub const ALL: &[PushFailure] = &[
        PushFailure::TOKEN,
        PushFailure::TENANT,
        PushFailure::DATA_CENTER,
        PushFailure::OBJECT,
        PushFailure::VERSION,
        PushFailure::NOT_STANDARD,
        PushFailure::HEADER,
        PushFailure::TOO_LARGE,
        PushFailure::NOT_STORED,
        PushFailure::TOO_MANY,
        PushFailure::INCOMPLETE,
    ];

    /// The token is missing or wrong.
    pub const TOKEN: PushFailure = PushFailure {
        code: "s306240001",
        status: 401,
        what: ("token 不正确或没有", "the token is wrong or missing"),
        remedy: (
            "核对请求头 token；更换过令牌的，改用新的",
            "check the header token; use the new one if it was changed",
        ),
    };

    /// Nobody knows the company under that id.
    pub const TENANT: PushFailure = PushFailure {
        code: "s306240002",
        status: 200,
        what: ("没有这个企业", "the tenant is unknown"),
        remedy: ("核对请求头 tenantId", "check the header tenantId"),
    };

    /// Which account is meant is not said, or nobody knows it.
    pub const DATA_CENTER: PushFailure = PushFailure {
        code: "s306240003",
        status: 200,
        what: ("没有指明账套，或没有这个账套", "the data centre is missing or unknown"),
        remedy: ("核对请求头 dataCenterId", "check the header dataCenterId"),
    };

    /// No object has that code.
    pub const OBJECT: PushFailure = PushFailure {
        code: "s306240004",
        status: 200,
        what: ("没有这个对象", "the object is unknown"),
        remedy: (
            "核对请求头 objectApiName，应是真实 ERP 对象编码",
            "check the header objectApiName: the ERP's own object code",
        ),
    };

    /// The version is none that is spoken here.
    pub const VERSION: PushFailure = PushFailure {
        code: "s306240005",
        status: 200,
        what: ("版本不正确", "the version is wrong"),
        remedy: ("请求头 version 应为 v1", "the header version must be v1"),
    };

    /// The body is not in the form that its headers promise.
    pub const NOT_STANDARD: PushFailure = PushFailure {
        code: "s306240006",
        status: 200,
        what: (
            "带了请求头 id，但内容不是标准格式的 JSON",
            "an id header came with a body that is no JSON of the standard form",
        ),
        remedy: (
            "标准格式请改正内容；非标准格式请去掉请求头 id",
            "correct the body of the standard form, or leave the id header out of the non-standard one",
        ),
    };

    /// A header comes twice, or says what it cannot say.
    pub const HEADER: PushFailure = PushFailure {
        code: "s306240007",
        status: 200,
        what: (
            "某个请求头重复，或 operationType 取值不对",
            "a header comes twice, or operationType has a value that it cannot have",
        ),
        remedy: (
            "每个请求头只写一次；operationType 作废写 3，其他情况不写",
            "send each header once; operationType is 3 for a void and left out otherwise",
        ),
    };

    /// The body is too large.
    pub const TOO_LARGE: PushFailure = PushFailure {
        code: "s306240008",
        status: 413,
        what: ("内容太大", "the body is too large"),
        remedy: ("分成几次推送", "send it in several parts"),
    };

    /// It cannot be stored for now.
    pub const NOT_STORED: PushFailure = PushFailure {
        code: "s306240009",
        status: 503,
        what: ("暂时无法保存", "it could not be stored"),
        remedy: ("稍后原样再推一次", "send the same again later"),
    };

    /// More than the sender may push.
    pub const TOO_MANY: PushFailure = PushFailure {
        code: "s306240010",
        status: 429,
        what: ("请求太多", "too many requests"),
        remedy: ("放慢，稍后再推", "slow down and send it again later"),
    };

    /// The body did not come whole in time; where it breaks off the status is 400.
    pub const INCOMPLETE: PushFailure = PushFailure {
        code: "s306240011",
        status: 408,
        what: ("内容没有完整到达（中断时为 400）", "the body did not come whole (400 where it broke off)"),
        remedy: ("原样再推一次", "send the same again"),
    };
}
