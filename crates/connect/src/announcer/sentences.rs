//! The words of what is only spoken to.

use model::Sentence;

pub(crate) fn sentences() -> Vec<Sentence> {
    SENTENCES.to_vec()
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "announcer.ready",
        "设置已填好。检查不会发消息；在告警文本的 receivers 里写上它，再用 qiao alerts test 接收方 试发一条。",
        "The settings are there. A check sends nothing: name the connection below receivers in the text of the alerts, and send a message by qiao alerts test RECEIVER.",
        "",
        "",
    ),
    Sentence::new(
        "announcer.setting_missing",
        "连接缺少设置 {setting}。",
        "The connection has no {setting}.",
        "请在连接里填写。",
        "Fill it in.",
    ),
    Sentence::new(
        "announcer.bad_secret",
        "密钥以 whsec_ 开头，后面却不是 base64。",
        "The secret begins with whsec_, and what follows is no base64.",
        "请从对方复制完整的密钥。",
        "Copy the whole secret from whoever gave it.",
    ),
    Sentence::new(
        "announcer.refused",
        "对方没有收下消息（HTTP {status}）。",
        "The message was not taken (HTTP status {status}).",
        "请检查连接里的地址，以及对方是否在运行。",
        "Check the address in the connection, and whether the other side runs.",
    ),
    Sentence::new(
        "announcer.unreadable",
        "机器人的应答读不懂，消息可能已发出。",
        "The robot's answer cannot be read; the message may have gone out.",
        "请检查接口地址是否是钉钉的。",
        "Check whether the address is DingTalk's.",
    ),
    Sentence::new(
        "announcer.robot_refuses",
        "钉钉机器人拒绝了消息（错误 {code}）：{message}",
        "The robot refused the message (error {code}) - {message}",
        "请按提示处理。",
        "Act on the message.",
    ),
    Sentence::new(
        "announcer.mail_ready",
        "邮件服务器可以登录，没有发邮件；用 qiao alerts test 接收方 试发一封。",
        "The mail server lets us in, and no mail was sent: send one by qiao alerts test RECEIVER.",
        "",
        "",
    ),
    Sentence::new(
        "announcer.mail_login_refused",
        "邮件服务器不让登录（{code}）：{message}",
        "The mail server does not let us sign in ({code}) - {message}",
        "请检查 user 和 password；QQ、网易、企业邮箱等要填“授权码”或“客户端专用密码”，并先开启 SMTP 服务。",
        "Check user and password. Many providers want a password of its own for programs, and SMTP to be switched on first.",
    ),
    Sentence::new(
        "announcer.mail_refused",
        "邮件服务器没有收下邮件（{code}，{stage}）：{message}",
        "The mail server did not take the message ({code} at {stage}) - {message}",
        "greeting：多半是服务器忙；sender：from 须与登录的邮箱一致；receiver：收件地址有误；message：内容或大小被拒。",
        "At greeting the server is mostly busy; at sender, from must be the mailbox that signs in; at receiver, look at the addresses; at message, content or size is refused.",
    ),
    Sentence::new(
        "announcer.mail_partly",
        "邮件已发出，但有 {refused} 个收件地址被邮件服务器拒绝。",
        "The message went out, and the mail server refused {refused} of its addresses.",
        "请检查收件地址；不要重发，其余的人已经收到。",
        "Look at the addresses. Do not send it again: the others have it.",
    ),
    Sentence::new(
        "announcer.mail_no_receiver",
        "没有写收件地址。",
        "There is no address to send to.",
        "请在接收方的 emails（集成流则在映射的 to）里写上邮箱地址。",
        "Name addresses in the emails of the receiver; in a flow, in the mapping's `to`.",
    ),
    Sentence::new(
        "announcer.mail_password_in_clear",
        "连接设为不加密（tls: none），却要向 {host} 发送密码，没有登录。",
        "The connection says tls: none and has a password for {host}; we did not sign in.",
        "请改用 implicit 或 starttls；不加密只用于本机，或不需要登录的内网邮件服务器（删去 user 和 password）。",
        "Use implicit or starttls. Without TLS only this machine is signed in to; for a server that wants no sign-in remove user and password.",
    ),
    Sentence::new(
        "announcer.setting_wrong",
        "连接的设置 {setting} 不对。",
        "The setting {setting} of the connection is wrong.",
        "请按帮助改正。",
        "Correct it as its help says.",
    ),
    Sentence::new(
        "announcer.part_missing",
        "消息缺少 {part}。",
        "The message has no {part}.",
        "请在映射里给出。",
        "Give it in the mapping.",
    ),
    Sentence::new(
        "announcer.kind",
        "机器人不会发“{kind}”这种消息。",
        "The robot sends no messages of the kind {kind}.",
        "可用 text 或 markdown。",
        "Use text or markdown.",
    ),
];
