//! The help of what is about those that call us and push to us.

/// One line for each command, option and argument.
pub const INBOUND: &[(&str, &str, &str)] = &[
    (
        "qiao receipts",
        "收到的推送:列出、查看、重新解析、忽略",
        "what was pushed to us: list, show, parse again, ignore",
    ),
    ("qiao receipts list", "列出收到的推送", "list what was pushed"),
    ("qiao receipts list connection", "只看此连接", "only of this connection"),
    (
        "qiao receipts list state",
        "只看这些状态,如 failed、waiting",
        "only in these states, such as failed, waiting",
    ),
    ("qiao receipts list limit", "最多条数", "at most so many"),
    ("qiao receipts show", "查看一张回执", "show one receipt"),
    ("qiao receipts show receipt", "回执号,如 R1042", "the receipt, such as R1042"),
    (
        "qiao receipts show body",
        "只输出收到的原文(可能含个人信息)",
        "write the body alone, as it came (it may hold personal data)",
    ),
    ("qiao receipts parse", "重新解析失败或忽略的回执", "parse again what failed or was ignored"),
    ("qiao receipts parse receipts", "回执号", "the receipts"),
    ("qiao receipts parse connection", "此连接的全部失败回执", "all of this connection that failed"),
    ("qiao receipts ignore", "忽略回执", "set receipts aside"),
    ("qiao receipts ignore receipts", "回执号", "the receipts"),
    (
        "qiao token",
        "调用方的访问令牌:制作、列出、收回",
        "access tokens of those that call us: make, list, revoke",
    ),
    ("qiao token make", "制作令牌,只显示一次", "make a token; it is shown once"),
    ("qiao token make name", "令牌的名称,如 仓库系统", "a name for it, such as wms"),
    (
        "qiao token make connection",
        "用于哪个连接;多账套共用时可写多次",
        "the connection it is for; several times where accounts share it",
    ),
    (
        "qiao token make may",
        "可以做什么:push(推送数据)、use(通过四个接口使用连接)",
        "what its holder may do: push (records to us), use (the connection, by the four calls)",
    ),
    ("qiao token make until", "有效到这一天结束", "good until the end of that day"),
    (
        "qiao token make existing",
        "录入别处已发的令牌,从这个环境变量读取",
        "keep a token that was issued elsewhere, from this environment variable",
    ),
    ("qiao token list", "列出令牌", "list the tokens"),
    ("qiao token revoke", "收回令牌", "take a token back"),
    ("qiao token revoke name", "令牌的名称", "its name"),
];
