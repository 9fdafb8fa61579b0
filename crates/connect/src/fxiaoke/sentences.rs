//! The words of this connector's own causes. Those of the vendor's codes are in `connectors/fxiaoke/connector.yaml`.
//!
//! A table of texts: longer than other files, and nothing else.

use model::Sentence;

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "fxiaoke.setting_missing",
        "纷享销客连接没有填写 {setting}。",
        "The Fxiaoke connection has no {setting}.",
        "请在连接设置里补上；它在纷享销客的 管理 → 应用管理中心 → 自建应用 里可以找到。",
        "Fill it in. It is shown in Fxiaoke under 管理 → 应用管理中心 → 自建应用.",
    ),
    Sentence::new(
        "fxiaoke.setting_wrong",
        "纷享销客连接的 {setting} 不是可用的值。",
        "{setting} of the Fxiaoke connection is not one of its possible values.",
        "请按连接设置里的说明改正。",
        "Correct it as the form of the connection explains.",
    ),
    Sentence::new(
        "fxiaoke.wrong_host",
        "{host} 不是纷享销客开放平台的接口地址：它没有按接口格式应答（HTTP {status}）。",
        "{host} is not a gateway of Fxiaoke's open platform: it did not answer as one (HTTP {status}).",
        "请检查连接设置 base_url：纷享云是 https://open.fxiaoke.com，其他云见该设置的说明；www.fxiaoke.com 不是接口地址。",
        "Check the setting base_url: https://open.fxiaoke.com for the default cloud, the others are listed in its help; \
         www.fxiaoke.com is no gateway.",
    ),
    Sentence::new(
        "fxiaoke.gateway",
        "纷享销客的网关暂时不能处理请求（{host}，HTTP {status}）。",
        "Fxiaoke's gateway cannot handle requests at the moment ({host}, HTTP {status}).",
        "系统会自动重试；如果持续出现，请联系纷享销客客服。",
        "It is tried again by itself; if this goes on, ask Fxiaoke's support.",
    ),
    Sentence::new(
        "fxiaoke.not_json",
        "{host} 的应答不是接口应有的格式（HTTP {status}）。",
        "The answer of {host} has not the form that the interface promises (HTTP {status}).",
        "系统会先查询再决定是否重试；如果持续出现，请检查中间的代理或防火墙是否改写了应答。",
        "What came of the call is looked up before it is repeated; if this goes on, see whether a proxy or firewall \
         rewrites answers.",
    ),
    Sentence::new(
        "fxiaoke.unreadable",
        "纷享销客关于对象 {object} 的应答里没有应有的内容。",
        "Fxiaoke's answer about object {object} lacks what it should hold.",
        "系统会自动重试；如果持续出现，请核对对象的 API 名称并联系客服。",
        "It is tried again by itself; if this goes on, check the object's API name and ask support.",
    ),
    Sentence::new(
        "fxiaoke.refused",
        "纷享销客没有接受：{description} {message}（错误码 {code}，traceId {trace}）。",
        "Fxiaoke did not accept it: {description} {message} (code {code}, traceId {trace}).",
        "请按提示修改这条数据后重试；看不懂提示时，把 traceId 发给纷享销客客服。",
        "Correct the record as it says and try again; if that is not clear, give Fxiaoke's support the traceId.",
    ),
    Sentence::new(
        "fxiaoke.duplicate",
        "纷享销客说 {object} 里已有重复的数据：{description} {message}（错误码 {code}）。正在查找是不是我们上次写入的那条。",
        "Fxiaoke says that {object} has such a record already: {description} {message} (code {code}). It is looked up \
         whether that is the one we wrote.",
        "如果不是，请在纷享销客里合并重复数据，或调整查重规则。",
        "If it is not, merge the records in Fxiaoke, or change its duplicate rules.",
    ),
    Sentence::new(
        "fxiaoke.no_id",
        "纷享销客新建了 {object} 却没有告诉我们编号。",
        "Fxiaoke made a record of {object} without telling its id.",
        "系统会按关键字段查找它。",
        "It is looked up by its key.",
    ),
    Sentence::new(
        "fxiaoke.no_token",
        "{host} 的登录应答里没有令牌。",
        "The sign-in's answer from {host} holds no token.",
        "系统会自动重试；如果持续出现，请检查 base_url 和登录方式（style）。",
        "It is tried again by itself; if this goes on, check base_url and style.",
    ),
    Sentence::new(
        "fxiaoke.sign_in",
        "纷享销客不接受 app_id、app_secret、permanent_code 这一组值：{description} {message}（错误码 {code}，traceId {trace}）。",
        "Fxiaoke does not accept these app_id, app_secret and permanent_code: {description} {message} (code {code}, \
         traceId {trace}).",
        "请到 管理 → 应用管理中心 → 自建应用 打开该应用，确认开发模式已开启，再重新复制这三个值。",
        "Open the app under 管理 → 应用管理中心 → 自建应用, see that 开发模式 is on, and copy the three values again.",
    ),
    Sentence::new(
        "fxiaoke.operator_missing",
        "纷享销客连接没有说明用谁的身份操作。",
        "The Fxiaoke connection does not say on whose behalf it works.",
        "请填写 admin_mobile（一位 CRM 管理员的手机号），或直接填写 operator。",
        "Fill in admin_mobile, the mobile number of a CRM administrator, or operator.",
    ),
    Sentence::new(
        "fxiaoke.operator_not_found",
        "纷享销客通讯录里没有找到 admin_mobile 这个手机号对应的在职员工。",
        "No active employee of Fxiaoke's address book has the number in admin_mobile.",
        "请核对手机号，并确认该员工在应用的可见范围内；OAuth 方式还要求首位管理员能看到人员对象（PersonnelObj）。也可以直接填写 operator。",
        "Check the number, and that the employee is in the app's visible range; with OAuth the first administrator must see \
         the object PersonnelObj too. Or fill in operator.",
    ),
    Sentence::new(
        "fxiaoke.no_progress",
        "纷享销客没有按 _id 分页返回对象 {object}，继续读取会没有尽头。",
        "Fxiaoke does not page object {object} by _id, so that reading it would never end.",
        "请联系纷享销客客服确认该对象支持按 _id 筛选。",
        "Ask Fxiaoke's support whether this object can be filtered by _id.",
    ),
    Sentence::new(
        "fxiaoke.filter_unreadable",
        "集成流的筛选条件（filter）不是纷享销客的写法：{reason}。",
        "The flow's filter is not written as Fxiaoke wants it: {reason}.",
        "请写成 JSON 数组，例如 [{\"field_name\":\"account_type\",\"field_values\":[\"1\"],\"operator\":\"EQ\"}]。",
        "Write a JSON array with field_name, field_values and operator in each filter, as connectors/fxiaoke/README.md \
         shows.",
    ),
    Sentence::new(
        "fxiaoke.voided",
        "{record} 在纷享销客里已作废，不能修改。",
        "{record} is voided (作废) in Fxiaoke and cannot be changed.",
        "请在纷享销客里恢复它，或让来源数据也作废；想让系统自动恢复，就在集成流的 target.options 里写 on_voided: recover。",
        "Recover it in Fxiaoke, or void its source as well; with on_voided: recover in the flow's target.options it is \
         recovered by itself.",
    ),
    Sentence::new(
        "fxiaoke.locked",
        "{record} 在纷享销客里已锁定，不能修改。",
        "{record} is locked in Fxiaoke and cannot be changed.",
        "请在纷享销客里解锁后重试；锁定由集成流掌管时写 status: locked 或 normal；自定义对象也可以设置选项 \
         skipDataStatusValidate: true。",
        "Unlock it in Fxiaoke and try again; where the flow decides about the lock, write status: locked or normal; for \
         custom objects there is the option skipDataStatusValidate: true.",
    ),
    Sentence::new(
        "fxiaoke.in_approval",
        "{record} 在纷享销客里正在审批（{status}），审批结束前不能修改。",
        "{record} is in approval in Fxiaoke ({status}) and cannot be changed until that ends.",
        "审批结束后会自动继续，无需处理；如果等得太久，请催办该审批。",
        "Work goes on by itself once the approval has ended; if that takes too long, remind whoever has to decide.",
    ),
    Sentence::new(
        "fxiaoke.approval_began",
        "纷享销客没有接受对 {object} 的修改，因为审批刚刚开始：{description} {message}（错误码 {code}，traceId {trace}）。",
        "Fxiaoke did not take a change of {object} because an approval has just begun: {description} {message} (code \
         {code}, traceId {trace}).",
        "审批结束后会自动继续，无需处理。",
        "Work goes on by itself once the approval has ended.",
    ),
    Sentence::new(
        "fxiaoke.lines_unread",
        "没有读到明细 {list} 现有的行，不能修改它们。",
        "The present rows of {list} have not been read and cannot be changed.",
        "请在映射里按行写这个明细：{ lines: …, map: … }。",
        "Map this list line by line with { lines: …, map: … }.",
    ),
    Sentence::new(
        "fxiaoke.line_unseen",
        "{record} 的明细 {list} 里，之前写入的行还没有显示出来。",
        "Rows of {list} that were written to {record} before do not show yet.",
        "系统稍后会再看一次再写，避免同一行出现两次，无需处理。",
        "It is looked at again before anything is written, so that no row comes to stand twice.",
    ),
    Sentence::new(
        "fxiaoke.no_master_field",
        "对象 {object} 不是 {master} 的明细：它没有指向 {master} 的主从字段。",
        "{object} is no detail object of {master}: it has no field that names its master.",
        "请核对映射里 details 下面的对象 API 名称。",
        "Check the object's API name below details in the mapping.",
    ),
    Sentence::new(
        "fxiaoke.no_closing",
        "纷享销客的 {object} 没有“关闭”这个状态。",
        "{object} in Fxiaoke cannot be closed.",
        "请去掉集成流里的 closed，改为写一个字段。",
        "Remove closed from the flow's target and write a field instead.",
    ),
    Sentence::new(
        "fxiaoke.status_unknown",
        "纷享销客的数据不能写成 status: {status}：其他状态由审批流决定。",
        "Records in Fxiaoke cannot be wished for as {status}: other statuses are decided by its approval flows.",
        "可用的有 normal（不锁定）和 locked（锁定）；都不需要就去掉 status。",
        "Use normal (not locked) or locked, or remove status from the flow's target.",
    ),
    Sentence::new(
        "fxiaoke.transition_unknown",
        "纷享销客没有“{transition}”这个动作。",
        "Fxiaoke has no action {transition}.",
        "作废请写 void: { do: invalid }，作废后再删除请写 void: { do: delete }。",
        "To void records write void: { do: invalid }; to delete them after that, void: { do: delete }.",
    ),
    Sentence::new(
        "fxiaoke.on_voided",
        "写入选项 on_voided 不能是 {value}。",
        "The write option on_voided cannot be {value}.",
        "可用的有 refuse（报错，默认）和 recover（自动恢复）。",
        "Use refuse (the default) or recover.",
    ),
    Sentence::new(
        "fxiaoke.read_only",
        "字段 {field} 由纷享销客从 {base} 算出，不能写入。",
        "Field {field} is derived by Fxiaoke from {base} and cannot be written.",
        "请改为映射到 {base}。",
        "Map to {base} instead.",
    ),
    Sentence::new(
        "fxiaoke.option_unknown",
        "纷享销客没有名为 {option} 的写入选项。",
        "Fxiaoke has no write option {option}.",
        "可用的选项：{known}。",
        "Options there are: {known}.",
    ),
    Sentence::new(
        "fxiaoke.option_custom",
        "写入选项 {option} 只对自定义对象有效，{object} 是预设对象。",
        "The write option {option} is for custom objects only; {object} is a preset one.",
        "请去掉这个选项。",
        "Remove the option.",
    ),
    Sentence::new(
        "fxiaoke.broken_step",
        "保存的写入步骤读不出来。",
        "A stored step of a write cannot be read.",
        "请重新同步这条数据。",
        "Sync the record again.",
    ),
    Sentence::new(
        "fxiaoke.receiver_unknown",
        "纷享销客通讯录里没有尾号 {ending} 的手机号。",
        "Fxiaoke's address book has no mobile number ending in {ending}.",
        "请核对接收人的手机号，并确认其在应用的可见范围内。",
        "Check the receiver's number, and that the person is in the app's visible range.",
    ),
    Sentence::new(
        "fxiaoke.no_receivers",
        "这条通知没有接收人。",
        "This notice has no receivers.",
        "请在映射里填写 users 或 mobiles。",
        "Map users or mobiles.",
    ),
    Sentence::new(
        "fxiaoke.too_many_receivers",
        "这条通知有 {count} 个接收人，纷享销客一次最多 {most} 个。",
        "This notice has {count} receivers; Fxiaoke takes {most} at most.",
        "请减少接收人，或分成几条通知。",
        "Name fewer, or send several notices.",
    ),
    Sentence::new(
        "fxiaoke.message_part",
        "这条通知缺少 {part}。",
        "This notice has no {part}.",
        "请在映射里填写 {part}。",
        "Map {part}.",
    ),
    Sentence::new(
        "fxiaoke.message_kind",
        "不支持的消息类型 {kind}。",
        "{kind} is no kind of message that can be sent.",
        "请使用 text 或 composite。",
        "Use text or composite.",
    ),
    Sentence::new(
        "fxiaoke.check_token",
        "登录成功：{host} 接受了应用的身份。",
        "Signed in: {host} accepts the app.",
        "",
        "",
    ),
    Sentence::new("fxiaoke.check_operator", "找到了操作人。", "The operator was found.", "", ""),
    Sentence::new(
        "fxiaoke.check_data",
        "可以读取 CRM 数据（已试读 {object}）。",
        "CRM data can be read (tried with {object}).",
        "",
        "",
    ),
];
