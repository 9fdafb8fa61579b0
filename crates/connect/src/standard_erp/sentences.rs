//! The words for this connector's causes.

use model::Sentence;

/// What happened, and what to do about it, in both languages.
pub(crate) fn sentences() -> Vec<Sentence> {
    [SETTINGS, ANSWERS, RECORDS, PLANS, PUSHES, CHECKS].concat()
}

const SETTINGS: &[Sentence] = &[
    Sentence::new(
        "erp.setting_missing",
        "连接缺少设置 {setting}。",
        "The connection lacks the setting {setting}.",
        "请在连接里填写它。",
        "Fill it in.",
    ),
    Sentence::new(
        "erp.setting_wrong",
        "连接的设置 {setting} 写得不对。",
        "The setting {setting} of the connection is written wrongly.",
        "请按该设置的说明改正。",
        "Correct it as its help text says.",
    ),
    Sentence::new(
        "erp.object_unknown",
        "连接 {connection} 没有描述过对象 {object}。",
        "The connection {connection} has no description of the object {object}.",
        "请写一份 kind: object（objects/{connection}/{object}.yaml）。",
        "Describe it in a text of kind: object (objects/{connection}/{object}.yaml).",
    ),
    Sentence::new(
        "erp.no_objects",
        "连接 {connection} 还没有描述任何对象，无法试调接口。",
        "The connection {connection} has no described object yet, so that its calls cannot be tried.",
        "请先写一份 kind: object。",
        "Describe one in a text of kind: object first.",
    ),
];

const PUSHES: &[Sentence] = &[
    Sentence::new(
        "erp.push_not_json",
        "推送的内容不是 JSON：{reason}",
        "What was pushed is no JSON: {reason}",
        "请让 ERP 程序员修正后重推；不是标准格式时，去掉请求头 id，并给对象配置解析函数。",
        "Let the ERP's programmer mend it and push again; for another form leave out the header id and give the object a parse function.",
    ),
    Sentence::new(
        "erp.push_not_standard",
        "推送的内容不是标准格式：缺少 masterFieldVal，或 detailFieldVals 里有不是数组的明细。",
        "What was pushed is not in the standard form: masterFieldVal is missing, or detailFieldVals holds something that is no list of lines.",
        "请对照“生成 API”的样例修正后重推；不是标准格式时，去掉请求头 id，并给对象配置解析函数。",
        "Compare it with the sample of the API description and push again; for another form leave out the header id and give the object a parse function.",
    ),
    Sentence::new(
        "erp.push_unknown_object",
        "没有描述过编码为 {code} 的 ERP 对象。",
        "No object with the code {code} is described.",
        "请写一份 kind: object，或让 ERP 改用已描述的编码，然后重新解析。",
        "Describe it in a text of kind: object, or let the ERP use a code that is described; then let it be parsed again.",
    ),
    Sentence::new(
        "erp.push_other_id",
        "请求头 id 是 {named}，内容里的 {field} 却是 {own}。",
        "The header id says {named}, and {field} in the content says {own}.",
        "请让 ERP 程序员改成一致后重推，并忽略这一条。",
        "Let the ERP's programmer make them agree and push again, and ignore this one.",
    ),
    Sentence::new(
        "erp.pushes_only",
        "这个连接只接收推送：没有填写基础地址，无法主动查询或写入。",
        "This connection is only pushed to: it has no base address, so that nothing can be asked of it or written.",
        "需要查询或写入时，在连接里填写基础地址和令牌。",
        "Fill in the base address and the token where something is to be asked or written.",
    ),
];

const ANSWERS: &[Sentence] = &[
    Sentence::new(
        "erp.refused",
        "ERP 拒绝了（返回码 {code}）：{message}",
        "The ERP refused it (code {code}): {message}",
        "请按 ERP 的说明修改数据。这个码其实表示别的意思时，在连接的“返回码含义”里写明。",
        "Mend the data as the ERP says; where the code means something else, say so in the connection's meanings of codes.",
    ),
    Sentence::new(
        "erp.duplicate",
        "ERP 说已有同样的数据（返回码 {code}）：{message}",
        "The ERP says that it has such a record already (code {code}): {message}",
        "系统会先按主键或匹配字段查找，找到则关联，不会重复新建。",
        "It is looked for by its id or match fields and linked when it is found; none is made twice.",
    ),
    Sentence::new(
        "erp.token_refused",
        "{host} 不接受令牌（HTTP {status}）。",
        "{host} does not accept the token (HTTP {status}).",
        "请与 ERP 程序员核对 token 和附加的请求头。",
        "Compare the token and the further headers with the ERP's programmer.",
    ),
    Sentence::new(
        "erp.too_many",
        "{host} 说调用太频繁（HTTP {status}），稍后自动继续。",
        "{host} says that there were too many calls (HTTP {status}); it goes on by itself.",
        "经常如此时，请调低连接的调用频率。",
        "Lower the connection's rate if it happens often.",
    ),
    Sentence::new(
        "erp.no_such_call",
        "{host} 没有这个接口（HTTP {status}）。",
        "{host} has no such call (HTTP {status}).",
        "请检查基础地址和四个接口的路径。",
        "Check the base address and the paths of the four calls.",
    ),
    Sentence::new(
        "erp.wrong_address",
        "{host} 的回答不是 ERP 接口的回答（HTTP {status}）。",
        "What {host} answers is none of the ERP's answers (HTTP {status}).",
        "请检查基础地址，以及中间的网关或登录页。",
        "Check the base address, and gateways or sign-in pages in between.",
    ),
    Sentence::new(
        "erp.failing",
        "{host} 内部出错（HTTP {status}）。",
        "{host} failed (HTTP {status}).",
        "请让 ERP 程序员查看该系统的日志。",
        "Ask the ERP's programmer to look at its log.",
    ),
    Sentence::new(
        "erp.answer_unread",
        "对象 {object} 的写入已经发出,读取应答的函数出错:{cause}",
        "A write of {object} was sent, and the function that reads its answer failed: {cause}",
        "是否已写入正在查找,不会重复写入;查不到时请改好函数再重试。",
        "Whether it was carried out is looked up, and it is not sent twice. Where it is not found, mend the function and replay.",
    ),
    Sentence::new(
        "erp.request_method",
        "函数 {name} 返回的 method 是 {method},可用:GET、POST、PUT、PATCH、DELETE。",
        "Function {name} gave the method {method}; it may be GET, POST, PUT, PATCH or DELETE.",
        "请改正函数。",
        "Correct the function.",
    ),
    Sentence::new(
        "erp.call_by_function",
        "{operation} 的请求由函数 {name} 组织,只有真正写入时才能试出来。",
        "The requests of {operation} are built by the function {name}; only a write can tell whether they are right.",
        "",
        "",
    ),
    Sentence::new(
        "erp.unreadable",
        "{host} 的回答读不出来：{cause}",
        "What {host} answers cannot be read: {cause}",
        "请让 ERP 程序员检查回答的格式和字符集，或在连接里指定回答格式。",
        "Let the ERP's programmer look at the answer's form and charset, or say its form in the connection.",
    ),
    Sentence::new(
        "erp.not_json",
        "第 {line} 行第 {column} 列不是正确的 JSON。",
        "It is no sound JSON at line {line}, column {column}.",
        "请让 ERP 程序员检查。",
        "Let the ERP's programmer look at it.",
    ),
    Sentence::new(
        "erp.not_text",
        "内容不是“名称=值”的文本行。",
        "It is not in lines of the form name=value.",
        "请让 ERP 程序员检查，或用函数解析应答。",
        "Let the ERP's programmer look at it, or read answers by a function.",
    ),
    Sentence::new(
        "erp.not_map",
        "内容不是一个对象。",
        "It is no object with names.",
        "请让 ERP 程序员按接口说明返回。",
        "Let the ERP's programmer answer as the API description says.",
    ),
    Sentence::new(
        "erp.not_of_write",
        "内容是查询的结果，不是写入的结果。",
        "It is what a query is answered, not a write.",
        "请检查中间的网关或缓存是否把别的请求的应答给了我们。",
        "See whether a gateway or cache in between gives us the answers to other requests.",
    ),
    Sentence::new(
        "erp.no_code",
        "ERP 的回答里没有返回码“{name}”。",
        "The ERP's answer has no code under “{name}”.",
        "请在连接里改正返回码的字段名，或让 ERP 返回它。",
        "Correct the name of the code's field in the connection, or let the ERP answer it.",
    ),
    Sentence::new(
        "erp.no_master_id",
        "ERP 新建 {object} 成功，但没有返回 masterDataId。",
        "The ERP made a record of {object} and did not answer its masterDataId.",
        "系统会按匹配字段查找它；请让 ERP 返回 data.masterDataId。",
        "It is looked up by its match fields; let the ERP answer data.masterDataId.",
    ),
];

const RECORDS: &[Sentence] = &[
    Sentence::new(
        "erp.no_master",
        "ERP 返回的 {object} 里没有 masterFieldVal。",
        "What the ERP gave of {object} has no masterFieldVal.",
        "请让 ERP 程序员按接口说明返回。",
        "Let the ERP's programmer answer as the API description says.",
    ),
    Sentence::new(
        "erp.no_id",
        "ERP 返回的 {object} 中有一条没有主键字段 {field}。",
        "The ERP gave a record of {object} without its id field {field}.",
        "请让 ERP 返回该字段，或改正对象的 id。",
        "Let the ERP answer the field, or correct the object's id.",
    ),
    Sentence::new(
        "erp.no_list",
        "ERP 的批量查询 {object} 没有返回 dataList。",
        "The ERP's batch of {object} has no dataList.",
        "请让 ERP 程序员按接口说明返回。",
        "Let the ERP's programmer answer as the API description says.",
    ),
    Sentence::new(
        "erp.window_moves",
        "ERP 的 {object} 反复读取都不一致：读到 {read} 条，totalNum 是 {total}。稍后自动再读。",
        "Reading {object} from the ERP gives something else each time: {read} records, totalNum {total}. It is read again \
         later.",
        "一直如此时，请让 ERP 程序员检查 totalNum 以及分页的排序是否稳定。",
        "If it stays so, let the ERP's programmer look at totalNum and whether pages are in a steady order.",
    ),
    Sentence::new(
        "erp.offset_ignored",
        "ERP 的 {object} 翻页没有前进，读到 {read} 条后一直重复。",
        "Pages of {object} from the ERP do not go on: after {read} records they repeat.",
        "请让 ERP 程序员检查 queryMasterBatch 的 offset 和 limit。",
        "Let the ERP's programmer look at offset and limit of queryMasterBatch.",
    ),
    Sentence::new(
        "erp.lookup_long",
        "按字段查找 {object} 要读的数据超过 {most} 条。",
        "Looking up {object} by a field would read more than {most} records.",
        "请在连接里设置“查找回溯天数”，或改用由我方指定的主键作 key。",
        "Set how many days a look-up reaches back, or let the key be an id that we choose.",
    ),
];

const PLANS: &[Sentence] = &[
    Sentence::new(
        "erp.lines_are_read",
        "对象 {object} 是按明细行拆分出来的，只能读。",
        "The object {object} is split by lines and can be read only.",
        "请写到整张单据的对象。",
        "Write to the object of the whole bill.",
    ),
    Sentence::new(
        "erp.no_such_key",
        "ERP 标准接口没有 {key}。",
        "The ERP standard protocol has no {key}.",
        "请从集成流的 target 中删除它。",
        "Remove it from the flow's target.",
    ),
    Sentence::new(
        "erp.id_is_theirs",
        "{object} 的主键 {field} 由 ERP 生成，映射却写了它。",
        "The id {field} of {object} is given by the ERP, and the mapping writes it.",
        "请从映射中删除它；由我方指定主键时，把连接的“主键由谁生成”改为我方。",
        "Unmap it; where we choose ids, say so in the connection.",
    ),
    Sentence::new(
        "erp.id_missing",
        "{object} 的主键 {field} 由我方指定，但这条数据没有它的值。",
        "The id {field} of {object} is ours to choose, and this record has no value for it.",
        "请在映射里给它一个值，例如源数据的 id。",
        "Map it, from the source's id for instance.",
    ),
    Sentence::new(
        "erp.no_void",
        "连接 {connection} 没有说明怎样作废数据。",
        "The connection {connection} does not say how a record is voided.",
        "请填写连接的“作废字段”和“作废值”,或在对象 {object} 的文本里写 void: { field, value };不需要作废时从集成流中删除 void。",
        "Fill in the field and the value that void a record, or let the text of {object} say void: { field, value }; or remove void from the flow.",
    ),
];

const CHECKS: &[Sentence] = &[
    Sentence::new(
        "erp.call_answers",
        "{host} 的 {operation} 正常。",
        "{operation} of {host} answers well.",
        "",
        "",
    ),
    Sentence::new(
        "erp.call_is_there",
        "{host} 有 {operation} 接口（没有用数据试过）。",
        "{host} has {operation}; it was not tried with data.",
        "",
        "",
    ),
];
