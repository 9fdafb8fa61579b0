//! The words of this crate's own causes. Those of the connectors' error tables come from [`crate::Registry::sentences`].

use model::Sentence;

/// The sentences of transport, settings, manifests and recorded exchanges.
pub fn sentences() -> Vec<Sentence> {
    let mut all = SENTENCES.to_vec();
    all.extend(crate::manifest::sentences());
    all.extend(crate::announcer::sentences());
    all.extend(crate::dingtalk::sentences());
    all.extend(crate::exchanges::sentences());
    all.extend(crate::fxiaoke::sentences());
    all.extend(crate::standard_erp::sentences());
    all.extend(crate::transport::sentences());
    all
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "connector.unsupported",
        "该系统没有“{operation}”这项操作。",
        "This system has no operation {operation}.",
        "请换一种方式，或使用支持该操作的连接器。",
        "Use another way, or a connector that has it.",
    ),
    Sentence::new(
        "connector.file_too_large",
        "附件“{name}”超过了 {limit} 字节的上限，没有传送。",
        "The file {name} has more than {limit} bytes and was not carried.",
        "请压缩或拆分后重新上传，或手工放到对方系统。",
        "Compress or split it and upload it again, or put it into the other system by hand.",
    ),
    Sentence::new(
        "connection.unknown_connector",
        "连接 {connection} 使用的连接器 {connector} 不存在。",
        "Connection {connection} uses the connector {connector}, which does not exist.",
        "请改成其中之一：{known}。",
        "Use one of these: {known}.",
    ),
    Sentence::new(
        "connection.setting_missing",
        "连接 {connection} 没有填写“{title_zh}”（{setting}）。",
        "Connection {connection} has no {title_en} ({setting}).",
        "{help_zh}",
        "{help_en}",
    ),
    Sentence::new(
        "connection.setting_unknown",
        "连接 {connection} 的设置 {setting} 不认识。",
        "Connection {connection} has a setting {setting} that is not known.",
        "可用的设置：{known}。",
        "Known settings: {known}.",
    ),
    Sentence::new(
        "connection.setting_meant",
        "连接 {connection} 的设置 {setting} 不认识，是不是想写 {meant}？",
        "Connection {connection} has a setting {setting} that is not known; was {meant} meant?",
        "请改正拼写。",
        "Correct the spelling.",
    ),
    Sentence::new(
        "connection.setting_bad",
        "连接 {connection} 的“{title_zh}”（{setting}）写法不对，应当是{wanted_zh}。",
        "{title_en} ({setting}) of connection {connection} must be {wanted_en}.",
        "{help_zh}",
        "{help_en}",
    ),
    Sentence::new(
        "connection.setting_not_secret",
        "连接 {connection} 的“{title_zh}”（{setting}）是密钥，不能写在普通设置里。",
        "{title_en} ({setting}) of connection {connection} is a secret and must not stand among plain settings.",
        "请改写为 { env: 变量名 }，它会加密保存。",
        "Write { env: NAME } instead, and it is sealed.",
    ),
    Sentence::new(
        "connection.host_bad",
        "连接 {connection} 的 hosts 里的“{host}”不是主机名。",
        "\"{host}\" in the hosts of connection {connection} is no host.",
        "请只写主机名或 IP，可带端口，例如 erp.local、10.0.0.5:8080、*.fxiaoke.com。",
        "Write a host or address, with a port if need be: erp.local, 10.0.0.5:8080, *.fxiaoke.com.",
    ),
    Sentence::new(
        "connection.plain_http",
        "连接 {connection} 的 {setting} 使用 http，内容和密钥会明文传输。",
        "{setting} of connection {connection} is plain http: content and secrets travel unencrypted.",
        "只在可信的内网使用；能用 https 就请改用 https。",
        "Use it inside a trusted network only, and https wherever possible.",
    ),
];
