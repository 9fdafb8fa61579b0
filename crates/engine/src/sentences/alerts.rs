//! The words of alerts (告警): what is the case, and what is wrong with the text that says who is told.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [ALERTS, TEXT].concat()
}

const ALERTS: &[Sentence] = &[
    Sentence::new(
        "alert.connection_down",
        "连接 {connection} 不可用：连续失败，已暂停发送，会自动重试。",
        "The connection {connection} is down: call after call failed. Nothing is sent for now; it is tried again by itself.",
        "运行 qiao connection check {connection} 查看原因。",
        "Run qiao connection check {connection} to see why.",
    ),
    Sentence::new(
        "alert.connection_refuses",
        "连接 {connection} 登录不了：对方拒绝了账号或令牌。",
        "The connection {connection} cannot sign in: its account or token is refused.",
        "运行 qiao connection check {connection}；多半要更新密码、密钥或授权。",
        "Run qiao connection check {connection}; mostly a password, key or permission has to be renewed.",
    ),
    Sentence::new(
        "alert.breaker_open",
        "集成流 {flow} 已熔断：某项设置有误，连续被拒绝，其他集成流不受影响。",
        "The flow {flow} is braked: it was refused again and again for a wrong setting. Other flows go on.",
        "运行 qiao tasks causes --flow {flow} 查看原因，改正后会自动恢复。",
        "Run qiao tasks causes --flow {flow} to see why; it goes on by itself once that is mended.",
    ),
    Sentence::new(
        "alert.quota_low",
        "连接 {connection} 今天的调用额度快用完了：{daily} 次中已用 {spent} 次。",
        "The calls of the connection {connection} are nearly spent today: {spent} of {daily}.",
        "用完后当天停止调用。可放宽集成流的 within，或向厂商购买额度。",
        "Once they are spent nothing is called that day. Let flows read less often (within), or buy more calls.",
    ),
    Sentence::new(
        "alert.backlog_old",
        "发往 {connection} 的任务有积压：最早的一个已等了 {minutes} 分钟。",
        "Tasks towards {connection} pile up: the oldest has been due for {minutes} minutes.",
        "运行 qiao tasks list --state ready 和 qiao connection check {connection} 查看。",
        "Look at qiao tasks list --state ready and qiao connection check {connection}.",
    ),
    Sentence::new(
        "alert.token_expiring",
        "访问令牌 {token} 将于 {until} 失效。",
        "The access token {token} is not taken any more from {until} on.",
        "用 qiao token make 生成新的，换到对方系统里。",
        "Make a new one by qiao token make, and give it to the system that uses this one.",
    ),
    Sentence::new(
        "alert.token_expired",
        "访问令牌 {token} 已于 {until} 失效。",
        "The access token {token} is not taken any more since {until}.",
        "用 qiao token make 生成新的；不再使用的用 qiao token revoke {token} 删除。",
        "Make a new one by qiao token make; take one that nobody uses back by qiao token revoke {token}.",
    ),
    Sentence::new(
        "alert.difference_found",
        "集成流 {flow} 的两边不一致：有 {count} 处差异待处理。",
        "The two sides of the flow {flow} do not agree: {count} differences wait for somebody.",
        "逐条核对后补传、取回、认领或忽略；运行 qiao reconcile list --flow {flow} 查看，qiao reconcile repair 处理。",
        "Look at each, and bring it over, take it back, adopt or ignore it: qiao reconcile list --flow {flow} shows them, qiao reconcile repair does it.",
    ),
    Sentence::new(
        "alert.gone_found",
        "清点发现 {connection} 的 {object} 有 {count} 条数据在来源已查不到。没有作废任何数据。",
        "A sweep found that {count} records of {object} of {connection} are gone at their source. Nothing was voided.",
        "运行 qiao reconcile ids gone {connection}/{object} 查看；确属正常时用 qiao reconcile ids rest 让它们不再提示。",
        "Look at them by qiao reconcile ids gone {connection}/{object}; let those rest that are as they should be by qiao reconcile ids rest.",
    ),
    Sentence::new(
        "alert.certificate_expiring",
        "连接 {connection} 的服务器 {host} 的证书将于 {until} 到期，到期后连不上。",
        "The certificate of {host}, of the connection {connection}, ends at {until}; the host cannot be reached from then on.",
        "请对方的管理员更新证书。",
        "Have it renewed by whoever runs that server.",
    ),
    Sentence::new(
        "alert.certificate_expired",
        "连接 {connection} 的服务器 {host} 的证书已于 {until} 到期。",
        "The certificate of {host}, of the connection {connection}, ended at {until}.",
        "请对方的管理员更新证书。",
        "Have it renewed by whoever runs that server.",
    ),
    Sentence::new(
        "alert.authority_expiring",
        "服务器配置里的私有 CA 证书于 {until} 到期，到期后由它签发的系统都连不上。",
        "A private authority in the server's configuration ends at {until}; systems with its certificates cannot be reached from then on.",
        "请换上新的 CA 文件，并让各系统换用它签发的证书。",
        "Put the new file in place, and have the systems renew their certificates by it.",
    ),
    Sentence::new(
        "alert.test",
        "这是一条测试消息，收到即说明告警能送达。",
        "This is a test: whoever reads it is reached by alerts.",
        "",
        "",
    ),
    Sentence::new(
        "alert.perhaps_sent",
        "消息发出后没有收到应答，可能已送达，不再重发。",
        "No answer came to the message; it may have arrived, and is not sent again.",
        "",
        "",
    ),
    Sentence::new(
        "alert.no_receiver",
        "没有名为 {name} 的接收方。",
        "There is no receiver named {name}.",
        "接收方写在 kind: alerts 文本的 receivers 里，应用后才生效。",
        "Receivers stand in the text of kind: alerts, below receivers, and are known once it is applied.",
    ),
];

const TEXT: &[Sentence] = &[
    Sentence::new(
        "config.alerts_twice",
        "告警文本只能有一份：{name} 之外已有 {other}。",
        "There can be one text of alerts only: beside {name} there is {other}.",
        "把两份合成一份。",
        "Make one of the two.",
    ),
    Sentence::new(
        "config.cannot_tell",
        "连接 {connection} 的系统不能给人发消息，不能作为告警的接收方。",
        "The system of the connection {connection} cannot tell people anything, so nobody is told of alerts through it.",
        "换一个能发消息的连接，docs/guides/alerts.md 列出了可用的连接器。",
        "Use a connection that can: docs/guides/alerts.en.md lists their connectors.",
    ),
    Sentence::new(
        "config.owner_unread",
        "没有集成流读取负责人字段 {field}，不知道数据是谁的，负责人不会收到告警；整条推送来的数据除外。",
        "No flow reads the owner's field {field}: nobody knows whose a record is, and owners are not told. Records that are pushed whole are an exception.",
        "在集成流的 source 里写上 fields: [{field}]，或在 owners 里写对字段名。",
        "Write fields: [{field}] below the flow's source, or name the right field below owners.",
    ),
];
