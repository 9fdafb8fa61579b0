//! The words of what the connector finds by itself; those of DingTalk's error codes are in the manifest.

use model::Sentence;

pub(crate) fn sentences() -> Vec<Sentence> {
    SENTENCES.to_vec()
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "dingtalk.setting_missing",
        "钉钉连接缺少设置 {setting}。",
        "The DingTalk connection has no {setting}.",
        "请在连接里填写。",
        "Fill it in.",
    ),
    Sentence::new(
        "dingtalk.bad_agent_id",
        "AgentId 应当是一串数字，而不是“{agent_id}”。",
        "An AgentId is a number, not \"{agent_id}\".",
        "请到该应用的“凭证与基础信息”复制 AgentId。",
        "Copy the AgentId from the app's page on the DingTalk open platform.",
    ),
    Sentence::new(
        "dingtalk.other",
        "钉钉拒绝了请求（错误 {code}）：{message}",
        "DingTalk refused the request (error {code}) - {message}",
        "请按提示处理；查不到原因时请联系钉钉客服。",
        "Act on the message, or ask DingTalk's support.",
    ),
    Sentence::new(
        "dingtalk.not_dingtalk",
        "在接口地址上应答的不是钉钉（HTTP {status}）。",
        "What answers at the gateway address is not DingTalk (HTTP {status}).",
        "请检查连接的接口地址和中间的代理。",
        "Check the gateway address of the connection and proxies on the way.",
    ),
    Sentence::new(
        "dingtalk.unreadable",
        "钉钉的应答读不懂（HTTP {status}），不知道通知有没有发出。",
        "DingTalk's answer cannot be read (HTTP {status}); whether the notice went out is not known.",
        "会自动再发；同样的内容一天只会收到一次。",
        "It is sent again by itself; the same content reaches people once a day only.",
    ),
    Sentence::new(
        "dingtalk.unreadable_read",
        "钉钉的应答读不懂（HTTP {status}）。",
        "DingTalk's answer cannot be read (HTTP {status}).",
        "稍后会自动重试。",
        "It is tried again by itself.",
    ),
    Sentence::new(
        "dingtalk.banned",
        "钉钉的网关暂时封锁了本机的 IP（20 秒内超过 1 万次调用）。",
        "DingTalk's gateway has blocked this machine's address for some minutes (more than 10,000 calls within 20 s).",
        "五分钟后会自动继续；请检查是否有别的程序也从这里调用。",
        "It goes on by itself after five minutes; check what else calls from here.",
    ),
    Sentence::new(
        "dingtalk.signed_in",
        "登录成功（AppKey {app_key}）。",
        "Signed in (AppKey {app_key}).",
        "",
        "",
    ),
    Sentence::new(
        "dingtalk.agent_usable",
        "AgentId {agent_id} 可以使用。",
        "AgentId {agent_id} can be used.",
        "",
        "",
    ),
    Sentence::new(
        "dingtalk.mobiles_usable",
        "可以按手机号找人。",
        "People can be found by mobile number.",
        "",
        "",
    ),
    Sentence::new(
        "dingtalk.mobiles_not_usable",
        "不能按手机号找人，只能用 userid：{message}",
        "People cannot be found by mobile number, only by userid - {message}",
        "需要时请到 该应用 → 权限管理 申请“根据手机号获取成员信息”。",
        "If needed, ask for 根据手机号获取成员信息 under 权限管理 on the app's page.",
    ),
    Sentence::new(
        "dingtalk.bad_receipt",
        "“{receipt}”不是钉钉的任务号。",
        "\"{receipt}\" is no task number of DingTalk's.",
        "",
        "",
    ),
    Sentence::new(
        "dingtalk.reached_nobody",
        "钉钉收下了通知，但没有人收到：不存在 {invalid} 人，被限制 {forbidden} 人（原因码 {reasons}），发送失败 {failed} 人，不存在的部门 \
         {departments} 个。",
        "DingTalk accepted the notice, but nobody got it: {invalid} do not exist, {forbidden} were held back (codes \
         {reasons}), {failed} failed, {departments} departments do not exist.",
        "请检查接收人的 userid 和应用的可使用范围；143103、143104、143105 是每人的发送上限，1430002 是违禁内容。",
        "Check the userids and the app's visible range; 143103, 143104 and 143105 are limits per person, 1430002 is \
         prohibited content.",
    ),
    Sentence::new(
        "dingtalk.missed_some",
        "通知有 {reached} 人收到，其他人没有：不存在 {invalid} 人，被限制 {forbidden} 人（原因码 {reasons}），发送失败 {failed} 人，不存在的部门 \
         {departments} 个。",
        "The notice reached {reached}, but not all: {invalid} do not exist, {forbidden} were held back (codes {reasons}), \
         {failed} failed, {departments} departments do not exist.",
        "请检查接收人的 userid 和应用的可使用范围；143103、143104、143105 是每人的发送上限，1430002 是违禁内容。",
        "Check the userids and the app's visible range; 143103, 143104 and 143105 are limits per person, 1430002 is \
         prohibited content.",
    ),
    Sentence::new(
        "dingtalk.kind_unknown",
        "钉钉没有“{kind}”这种消息，是不是想写 {meant}？",
        "DingTalk has no kind of message named {kind}; was {meant} meant?",
        "可用的消息类型：{known}。",
        "Kinds of messages: {known}.",
    ),
    Sentence::new(
        "dingtalk.kind_other",
        "集成流的目标对象是 {kind}，而 msg.msgtype 写的是 {msgtype}。",
        "The flow's target object is {kind}, but msg.msgtype says {msgtype}.",
        "请让两处一致。",
        "Make the two agree.",
    ),
    Sentence::new(
        "dingtalk.field_unknown",
        "通知里的字段 {field} 不认识。",
        "The notice has a field {field} that is not known.",
        "可用的字段：{known}。",
        "Known fields: {known}.",
    ),
    Sentence::new(
        "dingtalk.field_meant",
        "通知里的字段 {field} 不认识，是不是想写 {meant}？",
        "The notice has a field {field} that is not known; was {meant} meant?",
        "请改正字段映射。",
        "Correct the mapping.",
    ),
    Sentence::new(
        "dingtalk.field_missing",
        "通知缺少必填的 {field}。",
        "The notice has no {field}, which is required.",
        "请在字段映射里补上，或检查源数据里它是否为空。",
        "Map it, or check whether it is empty at the source.",
    ),
    Sentence::new(
        "dingtalk.field_shape",
        "通知的字段 {field} 写法不对。",
        "The field {field} of the notice has the wrong shape.",
        "请对照钉钉连接器的说明修改字段映射。",
        "Compare the mapping with the DingTalk connector's page.",
    ),
    Sentence::new(
        "dingtalk.too_long",
        "{field} 有 {length} 个字符，最多 {most} 个。",
        "{field} has {length} characters; {most} are allowed.",
        "请缩短内容。",
        "Shorten it.",
    ),
    Sentence::new(
        "dingtalk.too_large",
        "消息有 {size} 字节，最多 {most} 字节（一个汉字占 3 字节）。",
        "The message has {size} bytes; {most} are allowed (a Chinese character takes 3).",
        "请缩短内容，或改用 markdown 消息。",
        "Shorten it, or use a markdown message.",
    ),
    Sentence::new(
        "dingtalk.too_many_rows",
        "OA 消息的表单有 {count} 行，最多 {most} 行。",
        "The form of the OA message has {count} rows; {most} are allowed.",
        "请减少行数。",
        "Take some out.",
    ),
    Sentence::new(
        "dingtalk.button_missing",
        "卡片没有完整的按钮：需要 single_title 和 single_url，或 btn_json_list（每个按钮有 title 和 action_url）。",
        "The card has no complete button: it needs single_title and single_url, or btn_json_list whose buttons have title \
         and action_url.",
        "请在字段映射里补上。",
        "Map them.",
    ),
    Sentence::new(
        "dingtalk.status_bar_for_few",
        "带状态栏的 OA 消息最多发给 {most} 个人，不能发给部门或全体。",
        "An OA message with a status bar goes to at most {most} people, and not to departments or everybody.",
        "请去掉 status_bar，或减少接收人。",
        "Leave status_bar out, or send it to fewer people.",
    ),
    Sentence::new(
        "dingtalk.no_receivers",
        "通知没有接收人。",
        "The notice has no receivers.",
        "请映射 userid_list、mobiles、dept_id_list 或 to_all_user 之一，并检查源数据里它是否为空。",
        "Map one of userid_list, mobiles, dept_id_list and to_all_user, and check whether it is empty at the source.",
    ),
    Sentence::new(
        "dingtalk.too_many_receivers",
        "通知有 {count} 个接收人，一次最多 {most} 个。",
        "The notice has {count} receivers; {most} are allowed at once.",
        "请改为按部门发送（dept_id_list）。",
        "Send it to departments (dept_id_list).",
    ),
    Sentence::new(
        "dingtalk.too_many_departments",
        "通知有 {count} 个接收部门，一次最多 {most} 个。",
        "The notice has {count} departments; {most} are allowed at once.",
        "请填写上级部门，下级部门会自动包含。",
        "Name departments further up; those below them are included.",
    ),
    Sentence::new(
        "dingtalk.mobile_unknown",
        "钉钉里没有人的手机号尾号是 {last}，通知没有发出。",
        "Nobody in DingTalk has the mobile number ending in {last}; the notice was not sent.",
        "请核对手机号；此人必须在本企业的通讯录和应用的可使用范围里。",
        "Check it; the person must be in your company's contacts and within the app's visible range.",
    ),
    Sentence::new(
        "dingtalk.no_task_id",
        "钉钉收下了通知，但没有给出任务号，不知道它是否会送达。",
        "DingTalk accepted the notice but gave no task number; whether it arrives is not known.",
        "会自动再发；同样的内容一天只会收到一次。",
        "It is sent again by itself; the same content reaches people once a day only.",
    ),
];
