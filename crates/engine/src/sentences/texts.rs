//! The words for environments, and for what a plan means.

use model::Sentence;

pub(super) fn sentences() -> Vec<Sentence> {
    [ENVIRONMENTS, PLANS].concat()
}

const ENVIRONMENTS: &[Sentence] = &[
    Sentence::new(
        "config.unknown_environment",
        "没有名为 {environment} 的环境；现有：{known}。",
        "There is no environment named {environment}; there are: {known}.",
        "请改正 --environment，或在 environments/ 下加上该环境。",
        "Correct --environment, or add the environment below environments/.",
    ),
    Sentence::new(
        "config.unused_value",
        "环境 {environment} 给出了“{name}”，但没有任何文本使用它。",
        "The environment {environment} gives a value for “{name}”, which no text uses.",
        "请检查拼写，或删除这一行。",
        "Look at its spelling, or remove the line.",
    ),
    Sentence::new(
        "config.value_elsewhere",
        "环境 {environment} 没有给出“{name}”的值，而 {by} 用到了它；切换到该环境时会报错。",
        "The environment {environment} gives no value for “{name}”, which {by} uses; choosing it would be refused.",
        "请在该环境的 values 里加上它。",
        "Add it to the values of that environment.",
    ),
    Sentence::new(
        "config.secret_in_environment",
        "连接 {connection} 的密钥 {setting} 以明文写在环境里；环境会原样保存，不能放密钥。",
        "The secret {setting} of connection {connection} stands in the environment, which is stored as it is.",
        "请在环境文件里把它写成 { env: 变量名 }，值放在该环境变量中。",
        "Write it as { env: NAME } in the environment, and set that variable.",
    ),
    Sentence::new(
        "config.variable_kept",
        "环境变量 {variable} 没有设置，连接 {connection} 的 {setting} 沿用上次保存的值。",
        "The variable {variable} is not set; {setting} of connection {connection} stays as it was sealed before.",
        "若要更换，请设置该变量后重新应用。",
        "To change it, set the variable and apply again.",
    ),
];

const PLANS: &[Sentence] = &[
    Sentence::new(
        "plan.flow_begins",
        "{flow}：开始把 {connection} 的 {object} 同步为 {target} 的 {target_object}，从现在起的变化。",
        "{flow}: {object} of {connection} becomes {target_object} of {target}, with what changes from now on.",
        "",
        "",
    ),
    Sentence::new(
        "plan.flow_begins_with_history",
        "{flow}：开始把 {connection} 的 {object} 同步为 {target} 的 {target_object}，包括已有的数据。",
        "{flow}: {object} of {connection} becomes {target_object} of {target}, with what existed before.",
        "",
        "",
    ),
    Sentence::new(
        "plan.flow_ends",
        "{flow}：不再把 {connection} 的 {object} 同步为 {target} 的 {target_object}；已建立的对应关系保留。",
        "{flow}: {object} of {connection} is no longer brought to {target_object} of {target}; its links stay.",
        "",
        "",
    ),
    Sentence::new(
        "plan.flow_ends_open",
        "{flow}：不再把 {connection} 的 {object} 同步为 {target} 的 {target_object}；还有 {open} 个任务没有完成，会停在原处。",
        "{flow}: {object} of {connection} is no longer brought to {target_object} of {target}; {open} tasks that are not done stay as they are.",
        "若要先做完，请等任务归零后再移除。",
        "To have them done, wait until there are none and remove it then.",
    ),
    Sentence::new(
        "plan.flow_moves",
        "{flow}：来源或目标变了，现在是 {connection} 的 {object} → {target} 的 {target_object}；新目标里会按新的对应关系查找或新建单据，旧目标的单据不动。",
        "{flow}: it now goes from {object} of {connection} to {target_object} of {target}; documents are looked for or made there anew, and those of the old target stay.",
        "",
        "",
    ),
    Sentence::new(
        "plan.fields_new",
        "{flow}：新写入的目标字段：{fields}。",
        "{flow}: target fields written from now on: {fields}.",
        "",
        "",
    ),
    Sentence::new(
        "plan.fields_gone",
        "{flow}：不再写入的目标字段：{fields}；目标里已有的值不动。",
        "{flow}: target fields no longer written: {fields}; what stands there stays.",
        "",
        "",
    ),
    Sentence::new(
        "plan.scope",
        "{flow}：数据范围变了；离开范围的数据，目标单据保留不动。",
        "{flow}: its scope changes; the target documents of what leaves it stay.",
        "",
        "",
    ),
    Sentence::new(
        "plan.from_next_change",
        "{flow}：已同步的数据在下次变化时按新版本写入。",
        "{flow}: what is synced already is written by the new version when it changes next.",
        "要立即全部重写：qiao flow run {flow} --all。",
        "To write all of it now: qiao flow run {flow} --all.",
    ),
    Sentence::new(
        "plan.cursor_kept",
        "{connection} 的 {object}：轮询位点不变，从 {until} 继续读取。",
        "{object} of {connection}: its cursor stays; reading goes on from {until}.",
        "",
        "",
    ),
    Sentence::new(
        "plan.read_again",
        "{connection} 的 {object}：新用到字段 {fields}，已有的数据会重新读取一遍。",
        "{object} of {connection}: the fields {fields} are new, so what exists is read once more.",
        "",
        "",
    ),
    Sentence::new(
        "plan.connection_changed",
        "连接 {connection}：设置 {settings} 变了。",
        "Connection {connection}: the settings {settings} change.",
        "已有的对应关系仍指向原来的账套；若换了账套，请另用一个数据目录。",
        "The links there are stay those of the old account: use a data folder of its own for another one.",
    ),
];
