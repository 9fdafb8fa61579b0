//! The page for people, as blocks that Markdown and HTML write each in their way.

mod calls;
mod fields;

use model::Lang;
use model::object::{Object, Push};
use model::pushing::{PushFailure, SUCCESS};

use super::addresses::Addresses;
use super::calls::{self as wire_calls, Side};
use super::curl::is_variable;
use super::wire::Wire;

/// A part of a page.
pub(super) enum Block {
    /// Level 1 to 3, with an anchor that is a plain word.
    Heading {
        level: u8,
        anchor: String,
        text: String,
    },
    Paragraph(Line),
    Table {
        head: Vec<String>,
        rows: Vec<Vec<Line>>,
    },
    Code {
        language: &'static str,
        text: String,
    },
}

/// A run of text.
pub(super) type Line = Vec<Span>;

pub(super) enum Span {
    Text(String),
    Code(String),
}

pub(super) fn text(text: impl Into<String>) -> Span {
    Span::Text(text.into())
}

pub(super) fn code(text: impl Into<String>) -> Span {
    Span::Code(text.into())
}

fn heading(level: u8, anchor: &str, text: impl Into<String>) -> Block {
    Block::Heading { level, anchor: anchor.into(), text: text.into() }
}

pub(super) fn of(object: &Object, addresses: &Addresses, lang: Lang) -> Vec<Block> {
    let wire = Wire::of(object);
    let calls = wire_calls::all(&wire, object.connection.as_str(), addresses);
    let words = |zh: &'static str, en: &'static str| lang.choose(zh, en);
    let title = lang.choose(&object.title_zh, &object.title_en);
    let mut page = vec![heading(1, "top", format!("{title} {}", words("接口说明", "API description")))];
    page.push(Block::Paragraph(about(object, lang)));
    tokens(addresses, lang, &mut page);
    page.push(heading(2, "fields", words("一、字段", "1. Fields")));
    fields::blocks(object, &wire, lang, &mut page);
    for (side, anchor, title, about) in [
        (
            Side::Erp,
            "implement",
            words("二、由 ERP 实现的接口", "2. Calls that the ERP implements"),
            words(
                "集成平台会调用下面的接口。地址、路径、请求头和成功规则取自连接的设置。",
                "The integration platform makes these calls. Addresses, paths, headers and the rule of success come from the connection's settings.",
            ),
        ),
        (
            Side::Push,
            "push",
            words("三、ERP 推送数据的接口", "3. Calls by which the ERP pushes"),
            words(
                "数据有变化时，ERP 可以立即推送，不必等待查询。应答中的 X-Qiao-Receipt 是回执编号，凭它可以查到这次推送的处理结果。",
                "When something changes the ERP can push it at once instead of waiting to be asked. X-Qiao-Receipt in the answer is the receipt by which the push can be traced.",
            ),
        ),
        (
            Side::Served,
            "served",
            words("四、集成平台提供的查询和写入接口", "4. Calls that the integration platform serves"),
            words(
                "其他系统可以像调用 ERP 一样调用这个连接。",
                "Other systems can use this connection as if it were an ERP.",
            ),
        ),
    ] {
        page.push(heading(2, anchor, title));
        page.push(Block::Paragraph(vec![text(about)]));
        if side == Side::Erp {
            page.push(Block::Paragraph(success(addresses, lang)));
            page.extend(void(addresses, lang).map(Block::Paragraph));
        }
        if side == Side::Push {
            page.push(Block::Paragraph(vec![text(absent(object.push, lang))]));
        }
        for call in calls.iter().filter(|call| call.side == side) {
            calls::blocks(call, lang, &mut page);
        }
    }
    page.push(heading(2, "failures", words("五、推送的错误码", "5. Failure codes of pushes")));
    failures(lang, &mut page);
    page
}

fn about(object: &Object, lang: Lang) -> Line {
    let name = [code(object.connection.as_str()), code(object.name.as_str()), code(&object.code)];
    let [connection, name, api_name] = name;
    match lang {
        Lang::Zh => vec![
            text("连接 "),
            connection,
            text(" 的对象 "),
            name,
            text("，ERP 侧的对象编码（"),
            code("objAPIName"),
            text("）是 "),
            api_name,
            text("。"),
        ],
        Lang::En => vec![
            text("The object "),
            name,
            text(" of the connection "),
            connection,
            text("; the ERP's own code of it ("),
            code("objAPIName"),
            text(") is "),
            api_name,
            text("."),
        ],
    }
}

/// What a push means by what it does not say.
fn absent(push: Push, lang: Lang) -> &'static str {
    match push {
        Push::Full => lang.choose(
            "每次推送完整的数据：没有出现的字段视为空。出现的明细整体替换，没有出现的明细保持不变。",
            "Push the whole record each time: fields that are not there are empty. A detail list that is there replaces its lines, one that is not leaves them as they are.",
        ),
        Push::Partial => lang.choose(
            "可以只推送变化的字段：没有出现的字段保持不变，null 表示清空。出现的明细整体替换，没有出现的明细保持不变。",
            "A push may hold changed fields alone: fields that are not there stay as they are, null clears. A detail list that is there replaces its lines, one that is not leaves them as they are.",
        ),
    }
}

/// How the variables of the `curl` lines are set, where there are any.
fn tokens(addresses: &Addresses, lang: Lang, page: &mut Vec<Block>) {
    let mut variables: Vec<&str> = Vec::new();
    let values = std::iter::once(&addresses.ours.token).chain(std::iter::once(&addresses.erp.token));
    for value in values.chain(addresses.erp.headers.iter().map(|(_, value)| value)) {
        if is_variable(value) && !variables.contains(&value.as_str()) {
            variables.push(value);
        }
    }
    if variables.is_empty() {
        return;
    }
    let told = lang.choose(
        "本页不含任何令牌。先在 bash 中设置下面的变量，再粘贴各个 curl 命令：",
        "This page holds no token. Set these variables in bash before pasting the curl lines:",
    );
    page.push(Block::Paragraph(vec![text(told)]));
    let lines = variables.iter().map(|variable| format!("export {}='…'", variable.trim_start_matches('$')));
    page.push(Block::Code { language: "bash", text: lines.collect::<Vec<_>>().join("\n") });
}

fn success(addresses: &Addresses, lang: Lang) -> Line {
    let success = &addresses.erp.success;
    let [name, value, message, data] =
        [&success.code_name, &success.code, &success.message_name, &success.data_name].map(code);
    match lang {
        Lang::Zh => vec![
            text("成功时应答的 "),
            name,
            text(" 为 "),
            value,
            text("（按文本比较），其他值都是失败，原因写在 "),
            message,
            text(" 中；内容在 "),
            data,
            text(" 中。"),
        ],
        Lang::En => vec![
            text("Of a success the answer's "),
            name,
            text(" is "),
            value,
            text(" (compared as text); anything else is a failure, with its reason in "),
            message,
            text(". What is asked for is in "),
            data,
            text("."),
        ],
    }
}

/// How a record is voided at the ERP, where the connection says it.
fn void(addresses: &Addresses, lang: Lang) -> Option<Line> {
    let (field, value) = addresses.erp.void.as_ref()?;
    let (field, value) = (code(field), code(value));
    Some(match lang {
        Lang::Zh => vec![text("作废一条数据时调用修改接口，把 "), field, text(" 改为 "), value, text("。")],
        Lang::En => {
            vec![text("A record is voided by an update that sets "), field, text(" to "), value, text(".")]
        }
    })
}

fn failures(lang: Lang, page: &mut Vec<Block>) {
    page.push(Block::Paragraph(match lang {
        Lang::Zh => {
            vec![code("errCode"), text(" 为 "), code(SUCCESS), text(" 表示已收到并落盘，其他都是失败：")]
        }
        Lang::En => vec![
            code("errCode"),
            text(" "),
            code(SUCCESS),
            text(" means received and on disk; anything else is a failure:"),
        ],
    }));
    let head = [("errCode", "errCode"), ("HTTP", "HTTP"), ("原因", "Reason"), ("处理", "What to do")];
    let rows = PushFailure::ALL.iter().map(|failure| {
        vec![
            vec![code(failure.code)],
            vec![text(failure.status.to_string())],
            vec![text(lang.choose(failure.what.0, failure.what.1))],
            vec![text(lang.choose(failure.remedy.0, failure.remedy.1))],
        ]
    });
    page.push(Block::Table { head: titles(&head, lang), rows: rows.collect() });
}

fn titles(head: &[(&str, &str)], lang: Lang) -> Vec<String> {
    head.iter().map(|(zh, en)| lang.choose(zh, en).to_owned()).collect()
}
