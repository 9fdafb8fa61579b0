//! The sentences about those that call us and push to us.

use model::Sentence;

use super::s;

pub(super) const SENTENCES: &[Sentence] = &[
    s(
        "cli.receipts.what",
        "没有说明要重新解析哪些回执。",
        "It is not said which receipts are meant.",
        "给出回执号(如 R1042),或用 --connection 给出连接。",
        "Give their numbers (such as R1042), or a connection with --connection.",
    ),
    s(
        "cli.receipts.unknown",
        "没有回执 {receipt}。",
        "There is no receipt {receipt}.",
        "回执号在推送应答的 X-Qiao-Receipt 里;qiao receipts list 列出最近的。",
        "Its number is in X-Qiao-Receipt of the answer to a push; qiao receipts list shows the last ones.",
    ),
    s(
        "cli.token.taken",
        "已有名为 {name} 的令牌,或同样的令牌已经录入。",
        "There is a token named {name} already, or this very token is kept.",
        "换一个名称;要换掉旧令牌,先用新名称制作,对方换用之后再 qiao token revoke 旧的。",
        "Choose another name; to replace a token, make one under a new name, and qiao token revoke the old one once its holder has changed over.",
    ),
    s(
        "cli.token.short",
        "环境变量 {variable} 里没有令牌,或不足 {least} 个字符。",
        "The variable {variable} holds no token, or one of fewer than {least} characters.",
        "把令牌放进这个环境变量再试;太短的令牌容易被猜到。",
        "Put the token into the variable and try again; a short one can be guessed.",
    ),
    s(
        "cli.token.date",
        "{date} 不能作为有效期。",
        "A token cannot be good until {date}.",
        "写成 2027-12-31 这样的日期。",
        "Write a date such as 2027-12-31.",
    ),
    s(
        "cli.token.unknown",
        "没有名为 {name} 的令牌。",
        "There is no token named {name}.",
        "qiao token list 列出现有的令牌。",
        "qiao token list shows those that there are.",
    ),
    s(
        "cli.doctor.unheard",
        "连接 {connection} 收到的 {count} 张回执没有人解析:连接不在了,或不再接收推送。",
        "{count} receipts of the connection {connection} are parsed by nobody: it is gone, or is pushed to no more.",
        "恢复连接或集成流的 hook 后会自动解析;不再需要就用 qiao receipts ignore 忽略。",
        "They are parsed once the connection, or the hook of the flow, is back; set them aside with qiao receipts ignore.",
    ),
    s(
        "cli.receipts.unheard",
        "没有人解析:连接 {connection} 不在了,或不再接收推送。",
        "Parsed by nobody: the connection {connection} is gone, or is pushed to no more.",
        "恢复连接或集成流的 hook 后会自动解析;不再需要就忽略它。",
        "It is parsed once the connection, or the hook of the flow, is back; or set it aside.",
    ),
    s(
        "cli.token.connection",
        "没有说明令牌用于哪个连接。",
        "It is not said which connection the token is for.",
        "用 --connection 给出;只有 read 和 repair 不需要连接。",
        "Name it with --connection; only read and repair need none.",
    ),
];
