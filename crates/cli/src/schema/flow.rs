//! The schema of flows.

use serde_json::{Value, json};

use super::words::{Key, any, any_map, document, duration, flag, head, map, names_to, one_of, text, texts};

pub fn schema() -> Value {
    let mut keys = head("flow", "集成流的名称,不能与别的流相同", "the flow's name, unlike any other's");
    keys.extend(policies());
    keys.extend(sides());
    let mut flow = map(keys, &["kind", "name", "source", "target", "map"]);
    flow["definitions"] = json!({
        "entries": entries("entry"), "entry": entry(true),
        "line_entries": entries("line_entry"), "line_entry": entry(false),
    });
    document("Qiao flow 集成流", flow)
}

fn sides() -> Vec<Key> {
    vec![
        ("source", source(), "从哪里来", "where records come from"),
        ("target", target(), "到哪里去", "where they go"),
        ("scope", text(), "数据范围:满足这个表达式才同步", "the condition a record must meet, an expression"),
        (
            "base",
            json!({ "anyOf": [text(), any_map()] }),
            "完整数据包(JSON 文件或直接写),只用于新建",
            "the complete packet, in a JSON file or in place; fills creates only",
        ),
        (
            "map",
            reference("entries"),
            "字段映射:目标字段 ← 来源",
            "the mapping: target field ← where it comes from",
        ),
        ("files", files(), "随单据一起传送的附件和图片", "the files that travel with the record"),
        (
            "void",
            json!({ "anyOf": [one_of(&["keep"]), map(vec![("do", text(), "目标系统的操作,如 Forbid", "the target's operation, such as Forbid")], &["do"])] }),
            "来源作废或删除时目标怎么办",
            "what happens at the target when the record is voided",
        ),
        (
            "write_back",
            names_to(one_of(&["target.number", "target.id", "task.state", "task.reason"])),
            "回写:来源字段 ← 同步结果",
            "source field ← what the sync came to",
        ),
    ]
}

fn files() -> Value {
    let field = |zh, en| (path(), zh, en);
    let (from, to) = (
        field(
            "来源的附件字段;整张单据的附件写 attachments",
            "the source's field of files; attachments for those of the record as a whole",
        ),
        field(
            "目标的附件字段;整张单据的附件写 attachments",
            "the target's field of files; attachments for those of the record as a whole",
        ),
    );
    let limit = json!({ "type": "string", "pattern": r"^([1-9][0-9]* *(KB|MB|GB)|\$\{[^}]+\})$" });
    let rule = map(
        vec![
            ("from", from.0, from.1, from.2),
            ("to", to.0, to.1, to.2),
            ("limit", limit, "单个文件的上限,默认 20 MB", "larger files are not carried; 20 MB"),
        ],
        &["from", "to"],
    );
    json!({ "type": "array", "items": rule })
}

fn functions() -> Value {
    let file = || json!({ "type": "string", "pattern": r"\.js$" });
    map(
        vec![
            (
                "before_mapping",
                file(),
                "映射前:数据 → 用来映射的数据",
                "makes the record that is mapped of the record as it is stored",
            ),
            (
                "after_mapping",
                file(),
                "映射后:单据 → 写入目标的单据",
                "makes the document that is written of the mapped one",
            ),
            (
                "after_success",
                file(),
                "写入目标成功后调用,失败不影响同步",
                "is called once the target has the document; its failure undoes nothing",
            ),
        ],
        &[],
    )
}

/// When failed tries are tried again.
pub(super) fn retries() -> Value {
    let classes = one_of(&["rejected", "config", "auth", "throttled", "transient", "unknown"]);
    let retries = map(
        vec![
            (
                "waits",
                json!({ "type": "array", "items": duration() }),
                "每次重试前等多久",
                "one wait for each retry",
            ),
            (
                "classes",
                json!({ "type": "array", "items": classes }),
                "哪些类别的应答重试",
                "the classes of answers tried again",
            ),
        ],
        &[],
    );
    json!({ "anyOf": [one_of(&["off", "default"]), retries] })
}

fn policies() -> Vec<Key> {
    let keep = || one_of(&["every", "latest"]);
    let mode = json!({ "anyOf": [
        one_of(&["document", "notify"]),
        map(vec![("notify", keep(), "多次变化时通知几次", "which notices go out")], &[]),
    ] });
    vec![
        ("mode", mode, "document(默认)同步单据;notify 通知人", "document (the default) or notify"),
        ("keep", keep(), "通知:多次变化时每次都发,还是只发最新", "notices: every one, or the latest only"),
        (
            "retries",
            retries(),
            "失败后何时重试;不写则按目标连接的",
            "when a failed try is tried again; else as the target's connection says",
        ),
        ("reconcile", reconcile(), "对账:多久一次,怎样比对", "how often both sides are compared, and how"),
        ("conflict", conflict(), CONFLICT.0, CONFLICT.1),
        ("functions", functions(), "自定义函数文件", "the files of its functions"),
        ("tests", text(), "样例文件,如 tests/名称.yaml", "the file with samples, such as tests/NAME.yaml"),
    ]
}

const CONFLICT: (&str, &str) = (
    "双向同步时两边都改了怎么办:source 以来源为准,target 以目标为准,latest 以后改的为准,ask 由人决定",
    "what is right where both sides were edited and a flow goes the other way: source, target, the latest, or ask",
);

fn conflict() -> Value {
    one_of(&["source", "target", "latest", "ask"])
}

fn reconcile() -> Value {
    map(
        vec![
            (
                "every",
                duration(),
                "自动对账的间隔;不写则只在有人要求时对账",
                "how often it is done by itself; without it, when somebody asks",
            ),
            (
                "grace",
                duration(),
                "宽限:在此之内变化的算作在途,默认 10 分钟",
                "what changed less than this ago is in flight; 10m",
            ),
            (
                "filter",
                text(),
                "目标系统自己的过滤条件:哪些单据属于这个集成流",
                "the target's own filter: which of its documents belong to the flow",
            ),
            (
                "only_there",
                one_of(&["report", "ignore"]),
                "目标有而来源没有的单据:列为差异(默认),还是不管",
                "documents that only the target has: differences (the default), or nobody's business",
            ),
        ],
        &[],
    )
}

fn source() -> Value {
    let include = map(
        vec![
            ("object", text(), "哪个对象", "the object"),
            ("by", text(), "该对象中指向主单 id 的字段", "its field that holds the document's id"),
        ],
        &["object", "by"],
    );
    let mut source = map(
        vec![
            ("connection", text(), "来源连接", "the source connection"),
            ("object", text(), "来源对象", "the source object"),
            ("within", duration(), "变化最久多长时间内要读到", "the longest a change may wait to be read"),
            (
                "history",
                flag(),
                "已有的数据是否也同步",
                "whether records from before the flow are brought over too",
            ),
            (
                "sweep",
                super::words::duration_or("never"),
                "多久清点一次来源的 id,确认没有漏读;默认每晚(1d),never 为不清点",
                "how often the source's ids are swept to prove that nothing was missed; nightly (1d) by default, or never",
            ),
            ("filter", text(), "来源系统自己的过滤条件", "the vendor's own filter"),
            ("fields", texts(), "映射之外还要读的字段", "fields to read beyond those mapped"),
            (
                "include",
                names_to(include),
                "一并读入单据的相关对象",
                "related records read into the document",
            ),
            (
                "becomes",
                names_to(text()),
                "数据在来源变成了什么:对象 → 存着那条数据 id 的字段,如线索转换成客户",
                "what a record turns into at its source, as a lead into a customer: object → the field with its id",
            ),
            (
                "open",
                text(),
                "哪些数据未完结,需要反复重读(表达式)",
                "which records are open and read again and again, an expression",
            ),
            (
                "reread",
                duration(),
                "未完结的数据多久重读一遍,默认 1h",
                "how often open records are read again; 1h",
            ),
            (
                "hook",
                super::hook::schema(),
                "数据由 webhook 发来:POST /hook/集成流的名称",
                "records are sent by a webhook, to POST /hook/FLOW",
            ),
        ],
        &["connection", "object"],
    );
    source["dependencies"] = json!({ "reread": ["open"] });
    source
}

fn target() -> Value {
    map(
        vec![
            ("connection", text(), "目标连接", "the target connection"),
            ("object", text(), "目标对象", "the target object"),
            ("status", text(), "要达到的状态,如 audited", "the wanted status, such as audited"),
            ("options", any_map(), "目标系统写入时的选项,原样传递", "the vendor's own options of a write"),
            (
                "key",
                text(),
                "我们写入的唯一字段,用来认出自己新建的单据",
                "our stamp: makes a create recognisable",
            ),
            ("match", texts(), "用来找到已经存在的单据的字段", "the fields that find what existed before us"),
            (
                "closed",
                text(),
                "单据是否应关闭,表达式;不写则由人决定",
                "whether the document is to be closed, an expression; without it people decide",
            ),
            ("derive", derive(), "由目标系统的另一张单据下推", "derived from another document of the target"),
            (
                "create",
                one_of(&["always", "never"]),
                "never:只更新已有的单据,不新建",
                "never: only what is there already is kept in agreement",
            ),
        ],
        &["connection", "object"],
    )
}

fn derive() -> Value {
    let lines = map(
        vec![
            (
                "by",
                path(),
                "行里指向上游明细行的来源字段",
                "the line's field with the id of the parent's line",
            ),
            ("of", text(), "上游单据的明细名", "the parent's list, as the flow that makes it writes it"),
        ],
        &["by", "of"],
    );
    map(
        vec![
            ("from", text(), "上游单据在目标侧的对象", "the parent's object at the target"),
            ("by", path(), "指向上游数据的来源字段", "the source field with the id of the parent's record"),
            ("rule", text(), "转换规则;不写用默认", "the conversion rule; its usual one when absent"),
            ("lines", lines, "只下推这些行;不写为整单", "which lines are taken; all when absent"),
        ],
        &["from", "by"],
    )
}

fn reference(name: &str) -> Value {
    json!({ "allOf": [{ "$ref": format!("#/definitions/{name}") }] })
}

fn entries(entry: &str) -> Value {
    json!({
        "type": "object", "minProperties": 1,
        // Field names with dots between them; never a line number.
        "propertyNames": { "not": { "pattern": r#"[\s()"'+*|~\[\]]|(^|\.)[0-9]+(\.|$)|^\.|\.$|\.\.|\$\{"# } },
        "additionalProperties": { "$ref": format!("#/definitions/{entry}") },
    })
}

/// A source path: no number, no expression, not the whole record.
fn path() -> Value {
    let pattern = r#"^(\$\{[^}]+\}|[^\s()"'+*|~\[\]0-9.-][^\s()"'+*|~\[\]]*)$"#;
    json!({ "type": "string", "pattern": pattern, "not": { "enum": ["$", "record"] } })
}

/// One entry: a source path, or a map with exactly one of its sources. Lines hold no lines and nothing later.
fn entry(of_document: bool) -> Value {
    let mut keys = sources(of_document);
    keys.extend(ways());
    let mut entry = map(keys, &[]);
    let sources: &[&str] = match of_document {
        true => &["from", "value", "expr", "lines"],
        false => &["from", "value", "expr"],
    };
    let required = |source: &&str| json!({ "required": [source] });
    entry["oneOf"] = json!(sources.iter().map(required).collect::<Vec<_>>());
    let mut dependencies = json!({
        "values": { "required": ["from"], "not": either(&["reference", "person", "department"]) },
        "reference": { "required": ["from"], "not": either(&["values", "person", "department"]) },
        "person": { "required": ["from"], "not": either(&["department"]) },
        "department": ["from"],
        "target": ["reference"],
        "back": ["values"],
        "otherwise": { "anyOf": [{ "required": ["values"] }, either(&["person", "department"])] },
        "want": either(&["reference", "person", "department"]),
        "by": ["reference"],
        "line_of": ["reference"],
        "missing": ["reference"],
    });
    if of_document {
        dependencies["lines"] = json!({ "required": ["map"], "not": { "required": ["convert"] } });
        dependencies["map"] = json!(["lines"]);
        dependencies["key"] = json!(["lines"]);
        dependencies["id"] = json!(["lines"]);
        dependencies["later"] = json!(["reference"]);
    }
    dependencies["value"] = json!({ "not": { "required": ["convert"] } });
    entry["dependencies"] = dependencies;
    json!({ "anyOf": [path(), entry] })
}

fn either(keys: &[&str]) -> Value {
    json!({ "anyOf": keys.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() })
}

fn sources(of_document: bool) -> Vec<Key> {
    let values = json!({ "anyOf": [text(), any_map()] });
    let mut keys = vec![
        ("from", path(), "来源字段", "a source field"),
        ("value", any(), "常量", "a constant"),
        ("expr", text(), "表达式", "an expression"),
        ("values", values, "值映射:名称,或直接写表", "a value map, by name or in place"),
        ("otherwise", any(), "表中没有的值取什么", "what stands for a value that is not in the table"),
        ("back", flag(), "反方向使用这张值映射", "the value map is gone the other way"),
    ];
    keys.extend(references());
    if of_document {
        keys.extend([
            ("lines", path(), "明细:逐行映射的列表", "details: the list that is mapped line by line"),
            ("map", reference("line_entries"), "每一行的字段映射", "the mapping of each line"),
            (
                "id",
                path(),
                "用来区分行的来源字段,写了它就保存行的对应关系",
                "the source field that tells lines apart; with it line links are kept",
            ),
            ("key", text(), "用来区分行的目标字段", "the target field that tells lines apart"),
            ("conflict", conflict(), CONFLICT.0, CONFLICT.1),
            ("later", flag(), "单据建立后再写(解开循环引用)", "written in a second pass (circles)"),
        ]);
    } else {
        // The reader knows the key there and refuses it.
        keys.push(("later", json!({ "const": false }), "", ""));
        keys.push(("conflict", json!(false), "", ""));
    }
    keys
}

/// What of the other side is wanted: of a record, a line, a person, a department.
fn references() -> Vec<Key> {
    vec![
        (
            "reference",
            text(),
            "引用:来源侧的对象,取它在目标侧的编码或 id",
            "a reference: the object at the source whose linked number or id is wanted",
        ),
        (
            "target",
            text(),
            "引用对象在目标侧的对象名",
            "the object at the target, where several could be meant",
        ),
        (
            "person",
            text(),
            "账户绑定:这个人在哪个连接里的账号",
            "a binding: this person as known in that connection",
        ),
        (
            "department",
            text(),
            "部门绑定:这个部门在哪个连接里的编码",
            "a binding: this department as known in that connection",
        ),
        (
            "by",
            one_of(&["id", "number"]),
            "来源字段里是 id(默认)还是编码",
            "what the source field holds: the id (the default) or the number",
        ),
        (
            "line_of",
            text(),
            "引用的是这个明细的一行,写保存其对应关系的流中的明细名",
            "a line of this list is meant, named as the flow that links it writes it",
        ),
        (
            "missing",
            one_of(&["wait", "skip"]),
            "还没有对应数据时等待(默认)还是跳过这条数据",
            "when it has no other side yet: wait (the default), or skip the record",
        ),
        ("want", one_of(&["id", "number"]), "取 id 还是编码(默认编码)", "the id or the number (the default)"),
    ]
}

fn ways() -> Vec<Key> {
    let word = json!({
        "type": "string",
        "pattern": r"^(text|number|integer|boolean|date|datetime|epoch|upper|lower|trim|decimal\( *([0-9]|1[0-9]|20) *\)|\$\{[^}]+\})$",
    });
    let convert = json!({ "anyOf": [word.clone(), { "type": "array", "items": word }] });
    vec![
        ("required", flag(), "来源没有值时报错", "an error when the source has no value"),
        (
            "empty",
            one_of(&["send", "omit"]),
            "来源为空时:send 发空值,omit(默认)不发",
            "when the source is empty: send it so, or omit it (the default)",
        ),
        ("convert", convert, "类型转换,如 decimal(2)", "conversions such as decimal(2)"),
    ]
}
