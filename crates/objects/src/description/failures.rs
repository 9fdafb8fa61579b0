//! What our receiving end answers when it does not take what was sent (`protocols/standard-erp.md §3`).

/// One failure code.
pub(super) struct Failure {
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    pub what: (&'static str, &'static str),
    pub remedy: (&'static str, &'static str),
}

/// The answer of a success.
pub(super) const SUCCESS: &str = "s106240000";

pub(super) const FAILURES: &[Failure] = &[
    Failure {
        code: "s306240001",
        status: 401,
        what: ("token 不正确或没有", "the token is wrong or missing"),
        remedy: (
            "核对请求头 token；更换过令牌的，改用新的",
            "check the header token; use the new one if it was changed",
        ),
    },
    Failure {
        code: "s306240002",
        status: 200,
        what: ("没有这个企业", "the tenant is unknown"),
        remedy: ("核对请求头 tenantId", "check the header tenantId"),
    },
    Failure {
        code: "s306240003",
        status: 200,
        what: ("没有指明账套，或没有这个账套", "the data centre is missing or unknown"),
        remedy: ("核对请求头 dataCenterId", "check the header dataCenterId"),
    },
    Failure {
        code: "s306240004",
        status: 200,
        what: ("没有这个对象", "the object is unknown"),
        remedy: (
            "核对请求头 objectApiName，应是真实 ERP 对象编码",
            "check the header objectApiName: the ERP's own object code",
        ),
    },
    Failure {
        code: "s306240005",
        status: 200,
        what: ("版本不正确", "the version is wrong"),
        remedy: ("请求头 version 应为 v1", "the header version must be v1"),
    },
    Failure {
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
    },
    Failure {
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
    },
    Failure {
        code: "s306240008",
        status: 413,
        what: ("内容太大", "the body is too large"),
        remedy: ("分成几次推送", "send it in several parts"),
    },
    Failure {
        code: "s306240009",
        status: 503,
        what: ("暂时无法保存", "it could not be stored"),
        remedy: ("稍后原样再推一次", "send the same again later"),
    },
    Failure {
        code: "s306240010",
        status: 429,
        what: ("请求太多", "too many requests"),
        remedy: ("放慢，稍后再推", "slow down and send it again later"),
    },
    Failure {
        code: "s306240011",
        status: 408,
        what: ("内容没有完整到达（中断时为 400）", "the body did not come whole (400 where it broke off)"),
        remedy: ("原样再推一次", "send the same again"),
    },
];
