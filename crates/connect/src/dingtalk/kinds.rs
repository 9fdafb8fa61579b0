//! The kinds of work notices, their fields and their limits (§4.1).

use contract::connector::{Description, Field};
use model::Cause;

use crate::nearest::nearest;

/// A kind of message, which is an object of the connector.
pub(super) struct Kind {
    pub name: &'static str,
    title: &'static str,
    /// The field that a plain text in the block's place stands for.
    pub main: Option<&'static str>,
    pub fields: &'static [Part],
}

/// A field of the message's block.
pub(super) struct Part {
    /// Dotted below the block.
    pub path: &'static str,
    title: &'static str,
    kind: &'static str,
    pub required: bool,
    /// Most characters.
    pub longest: Option<usize>,
}

const fn part(path: &'static str, title: &'static str) -> Part {
    Part { path, title, kind: "text", required: false, longest: None }
}

impl Part {
    const fn required(self) -> Part {
        Part { required: true, ..self }
    }

    const fn at_most(self, characters: usize) -> Part {
        Part { longest: Some(characters), ..self }
    }

    const fn of(self, kind: &'static str) -> Part {
        Part { kind, ..self }
    }
}

/// Most bytes of a message as JSON. Markdown and cards have a limit of their own on the text.
pub(super) const LARGEST: usize = 2048;
pub(super) const MOST_USERS: usize = 100;
pub(super) const MOST_DEPARTMENTS: usize = 20;
/// Most rows of an OA message's form.
pub(super) const MOST_ROWS: usize = 6;
/// A status bar is shown to so many people at most.
pub(super) const MOST_WITH_STATUS_BAR: usize = 5;
/// Most characters of all buttons of a card as JSON.
pub(super) const LONGEST_BUTTONS: usize = 1000;
const LONGEST_MARKDOWN: usize = 5000;
/// Most characters of the address of a button in a list.
pub(super) const LONGEST_ACTION: usize = 700;

/// Fields that every kind has: who gets it, and which app sends it.
pub(super) const RECEIVERS: &[Part] = &[
    part("userid_list", "接收人 userid（逗号分隔，最多 100 人）"),
    part("mobiles", "接收人手机号（逗号分隔）"),
    part("dept_id_list", "接收部门 id（逗号分隔，最多 20 个）"),
    part("to_all_user", "发给全体员工").of("boolean"),
    part("agent_id", "微应用的 AgentId（默认用连接的）").of("number"),
];

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "text",
        title: "文本",
        main: Some("content"),
        fields: &[part("content", "内容").required()],
    },
    Kind {
        name: "image",
        title: "图片",
        main: Some("media_id"),
        fields: &[part("media_id", "图片的媒体 id").required()],
    },
    Kind {
        name: "voice",
        title: "语音",
        main: None,
        fields: &[part("media_id", "语音的媒体 id").required(), part("duration", "时长（秒）").required()],
    },
    Kind {
        name: "file",
        title: "文件",
        main: Some("media_id"),
        fields: &[part("media_id", "文件的媒体 id").required()],
    },
    Kind {
        name: "link",
        title: "链接",
        main: None,
        fields: &[
            part("title", "标题").required(),
            part("text", "描述").required(),
            part("messageUrl", "点开的地址").required().of("url"),
            part("picUrl", "图片的媒体 id 或地址").required(),
        ],
    },
    Kind {
        name: "oa",
        title: "OA 消息",
        main: None,
        fields: &[
            part("message_url", "点开的地址").required().of("url"),
            part("pc_message_url", "电脑上点开的地址").of("url"),
            part("head.bgcolor", "标题栏颜色（ARGB）"),
            part("head.text", "标题栏文字（钉钉会换成应用名）"),
            part("status_bar.status_value", "状态文字（最多 5 个接收人）"),
            part("status_bar.status_bg", "状态颜色"),
            part("body.title", "正文标题"),
            part("body.form", "表单，最多 6 行：[{key, value}]").of("list"),
            part("body.rich.num", "醒目数字"),
            part("body.rich.unit", "数字的单位"),
            part("body.content", "正文"),
            part("body.image", "图片的媒体 id"),
            part("body.file_count", "附件数"),
            part("body.author", "作者"),
        ],
    },
    Kind {
        name: "markdown",
        title: "Markdown",
        main: Some("text"),
        fields: &[
            part("title", "标题（会话列表里显示）").required(),
            part("text", "Markdown 正文").required().at_most(LONGEST_MARKDOWN),
        ],
    },
    Kind {
        name: "action_card",
        title: "卡片",
        main: None,
        fields: &[
            part("title", "标题").required(),
            part("markdown", "Markdown 正文").required().at_most(LONGEST_MARKDOWN),
            part("single_title", "单个按钮的文字").at_most(20),
            part("single_url", "单个按钮的地址").at_most(500).of("url"),
            part("btn_orientation", "多个按钮的排列：0 竖排，1 横排"),
            part("btn_json_list", "多个按钮：[{title, action_url}]").of("list"),
        ],
    },
];

pub(super) fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// The cause for a kind that there is not.
pub(super) fn unknown(name: &str) -> Cause {
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    let meant = nearest(name, names.iter().copied()).unwrap_or("text");
    Cause::new("dingtalk.kind_unknown")
        .with("kind", name)
        .with("known", names.join(", "))
        .with("meant", meant)
}

impl Kind {
    /// Whether markdown carries the text, so that the limit of the whole does not hold.
    pub(super) fn is_markdown(&self) -> bool {
        matches!(self.name, "markdown" | "action_card")
    }

    pub(super) fn without_fields(&self) -> Description {
        Description { object: self.name.into(), title: self.title.into(), ..Description::default() }
    }

    /// With the fields of the short form: receivers and the block's fields side by side, those of the block below its
    /// name.
    pub(super) fn description(&self) -> Description {
        let receivers = RECEIVERS.iter().map(|part| part.field(part.path.to_owned()));
        let block = self.fields.iter().map(|part| part.field(format!("{}.{}", self.name, part.path)));
        Description { fields: receivers.chain(block).collect(), ..self.without_fields() }
    }
}

impl Part {
    fn field(&self, name: String) -> Field {
        Field {
            name,
            title: self.title.into(),
            kind: self.kind.into(),
            required: self.required,
            ..Field::default()
        }
    }

    /// The first segment of its path.
    pub(super) fn first(&self) -> &'static str {
        self.path.split('.').next().unwrap_or(self.path)
    }
}
