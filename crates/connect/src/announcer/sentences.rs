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
