//! The kinds of work notice and what each must hold (`protocols/dingtalk.md` §4.1).

use serde_json::Value;

use super::answer::Refusal;

/// The most bytes a message may have as JSON.
const MOST_BYTES: usize = 2048;

/// Checks one message whole; gives its kind. `named_users` is how many users the call names one by one.
pub fn check(message: &Value, named_users: usize) -> Result<String, Refusal> {
    let kind = message["msgtype"].as_str().filter(|kind| !kind.is_empty());
    let kind = kind.ok_or_else(|| Refusal::business(40003, "msgtype不能为空"))?;
    if message.to_string().len() > MOST_BYTES {
        return Err(Refusal::business(34016, "消息内容超长"));
    }
    let block = &message[kind];
    match kind {
        "text" => text(block),
        "image" | "file" => needs(block, &["media_id"]),
        "voice" => needs(block, &["media_id", "duration"]),
        "link" => needs(block, &["messageUrl", "picUrl", "title", "text"]),
        "markdown" => markdown(block),
        "oa" => oa(block, named_users),
        "action_card" => action_card(block),
        _ => Err(Refusal::business(40008, "不合法的msgtype")),
    }?;
    Ok(kind.into())
}

fn filled(block: &Value, name: &str) -> bool {
    block[name].as_str().is_some_and(|text| !text.trim().is_empty())
}

fn needs(block: &Value, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| !filled(block, name)) {
        Some(name) => Err(Refusal::business(34014, format!("msg缺少参数 {name}"))),
        None => Ok(()),
    }
}

fn at_most(block: &Value, name: &str, most: usize) -> Result<(), Refusal> {
    match block[name].as_str().is_some_and(|text| text.chars().count() > most) {
        true => Err(Refusal::business(45002, format!("{name} 超过 {most} 个字符"))),
        false => Ok(()),
    }
}

fn text(block: &Value) -> Result<(), Refusal> {
    match filled(block, "content") {
        true => Ok(()),
        false => Err(Refusal::business(44004, "文本消息内容为空")),
    }
}

fn markdown(block: &Value) -> Result<(), Refusal> {
    needs(block, &["title", "text"])?;
    at_most(block, "text", 5000)
}

fn oa(block: &Value, named_users: usize) -> Result<(), Refusal> {
    needs(block, &["message_url"])?;
    if !block["head"].is_object() || !block["body"].is_object() {
        return Err(Refusal::business(34014, "msg缺少参数 head 或 body"));
    }
    if block["body"]["form"].as_array().is_some_and(|form| form.len() > 6) {
        return Err(Refusal::business(34014, "form 最多 6 行"));
    }
    match block["status_bar"].is_object() && named_users > 5 {
        true => Err(Refusal::business(34014, "status_bar 仅支持 5 个接收人以内")),
        false => Ok(()),
    }
}

fn action_card(block: &Value) -> Result<(), Refusal> {
    needs(block, &["title", "markdown"])?;
    let buttons = &block["btn_json_list"];
    if buttons.is_null() {
        needs(block, &["single_title", "single_url"])?;
        at_most(block, "single_title", 20)?;
        return at_most(block, "single_url", 500);
    }
    let list = buttons.as_array().filter(|list| !list.is_empty());
    for button in list.ok_or_else(|| Refusal::business(34014, "btn_json_list 格式不正确"))? {
        needs(button, &["title", "action_url"])?;
        at_most(button, "action_url", 700)?;
    }
    match buttons.to_string().chars().count() > 1000 {
        true => Err(Refusal::business(45002, "btn_json_list 超过 1000 个字符")),
        false => Ok(()),
    }
}
