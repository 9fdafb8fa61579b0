//! Functions on texts. An absent text stays absent.

use minijinja::value::{Value as Inner, ValueKind};
use model::Cause;

use super::{FunctionDoc, LONGEST_TEXT, made, needed_text, small, text_of};
use crate::expression::exact::{is_absent, members};

pub(super) fn functions() -> Vec<FunctionDoc> {
    let f = FunctionDoc::new;
    vec![
        f("trim", "text", (1, 1), |a| each(a, |text| text.trim().to_owned()))
            .says("去掉首尾空格", "Takes spaces off both ends")
            .example("trim('  桥 ')", "\"桥\""),
        f("upper", "text", (1, 1), |a| each(a, |text| text.to_uppercase()))
            .says("转为大写", "In capitals")
            .example("upper('ab-1')", "\"AB-1\""),
        f("lower", "text", (1, 1), |a| each(a, |text| text.to_lowercase()))
            .says("转为小写", "In small letters")
            .example("lower('AB')", "\"ab\""),
        f("replace", "text, what, by", (3, 3), replace)
            .says("把文本中的 what 全部替换为 by", "Replaces every `what` by `by`")
            .example("replace('021-5555', '-', '')", "\"0215555\""),
        f("substring", "text, from, length?", (2, 3), substring)
            .says(
                "从第 from 个字(从 0 起,负数从末尾起)取 length 个字",
                "`length` characters from position `from`, from 0; a negative one counts from the end",
            )
            .example("substring('上海启明', 0, 2)", "\"上海\""),
        f("split", "text, by", (2, 2), split)
            .says("按分隔符拆成列表", "A list of the parts between the separators")
            .example("split('a,b', ',')", "[\"a\",\"b\"]"),
        f("join", "list, by?", (1, 2), join)
            .says("把列表中非空的值连成文本", "One text of the values of a list that are not blank")
            .example("join(['张三', '李四'], '、')", "\"张三、李四\""),
        f("length", "text_or_list", (1, 1), length)
            .says(
                "文本的字数或列表的行数,没有值为 0",
                "Characters of a text, members of a list; 0 when absent",
            )
            .example("length('客户')", "2")
            .whole(),
        f("pad", "text, width, fill?", (2, 3), pad)
            .says(
                "左边补 fill(默认 0)到 width 位",
                "Filled up on the left to `width`, with `fill`, by default 0",
            )
            .example("pad(42, 6)", "\"000042\""),
        f("digits", "text", (1, 1), |a| each(a, |text| text.chars().filter(char::is_ascii_digit).collect()))
            .says("只留数字", "The digits alone")
            .example("digits('+86 138-0000')", "\"861380000\""),
        f("contains", "text, part", (2, 2), |a| truth(a, |text, part| text.contains(part)))
            .says("文本是否含有 part", "Whether the text holds `part`")
            .example("contains('上海启明', '启明')", "true"),
        f("starts_with", "text, part", (2, 2), |a| truth(a, |text, part| text.starts_with(part)))
            .says("文本是否以 part 开头", "Whether the text begins with `part`")
            .example("starts_with('CUST0001', 'CUST')", "true"),
        f("ends_with", "text, part", (2, 2), |a| truth(a, |text, part| text.ends_with(part)))
            .says("文本是否以 part 结尾", "Whether the text ends with `part`")
            .example("ends_with('a.pdf', '.pdf')", "true"),
        f("text", "value", (1, 1), |a| each(a, str::to_owned))
            .says("数字等转为文本,写法不变", "A number or truth as text, as it is written")
            .example("text(10.10)", "\"10.10\""),
    ]
}

fn each(args: &[Inner], change: impl Fn(&str) -> String) -> Result<Inner, Cause> {
    match text_of(&args[0])? {
        Some(text) => made(change(&text)),
        None => Ok(Inner::UNDEFINED),
    }
}

fn truth(args: &[Inner], holds: impl Fn(&str, &str) -> bool) -> Result<Inner, Cause> {
    let part = needed_text(&args[1])?;
    Ok(Inner::from(text_of(&args[0])?.is_some_and(|text| holds(&text, &part))))
}

fn replace(args: &[Inner]) -> Result<Inner, Cause> {
    let (what, by) = (needed_text(&args[1])?, needed_text(&args[2])?);
    let Some(text) = text_of(&args[0])? else { return Ok(Inner::UNDEFINED) };
    let grown = text.len() + text.matches(&*what).count() * by.len();
    match what.is_empty() || grown > LONGEST_TEXT {
        true if what.is_empty() => made(text.into_owned()),
        true => Err(Cause::new("mapping.result_too_large")),
        false => made(text.replace(&*what, &by)),
    }
}

fn substring(args: &[Inner]) -> Result<Inner, Cause> {
    let Some(text) = text_of(&args[0])? else { return Ok(Inner::UNDEFINED) };
    let count = text.chars().count() as i64;
    let from = match small(&args[1])? {
        from if from < 0 => (count + from).max(0),
        from => from,
    };
    let length = args.get(2).map(small).transpose()?.unwrap_or(count).max(0);
    made(text.chars().skip(from as usize).take(length as usize).collect())
}

fn split(args: &[Inner]) -> Result<Inner, Cause> {
    let by = needed_text(&args[1])?;
    let Some(text) = text_of(&args[0])? else { return Ok(Inner::UNDEFINED) };
    let parts: Vec<Inner> = match by.is_empty() {
        true => vec![Inner::from(&*text)],
        false => text.split(&*by).take(10_000).map(Inner::from).collect(),
    };
    Ok(Inner::from(parts))
}

fn join(args: &[Inner]) -> Result<Inner, Cause> {
    let by = args.get(1).map(text_of).transpose()?.flatten().unwrap_or_default();
    if is_absent(&args[0]) {
        return Ok(Inner::UNDEFINED);
    }
    if args[0].as_str().is_some() {
        return Ok(args[0].clone());
    }
    let mut out = String::new();
    for member in members(&args[0]) {
        let Some(text) = text_of(&member)?.filter(|text| !text.trim().is_empty()) else { continue };
        if !out.is_empty() {
            out.push_str(&by);
        }
        out.push_str(&text);
        if out.len() > LONGEST_TEXT {
            return Err(Cause::new("mapping.result_too_large"));
        }
    }
    made(out)
}

fn length(args: &[Inner]) -> Result<Inner, Cause> {
    let length = match args[0].kind() {
        ValueKind::Undefined | ValueKind::None => 0,
        ValueKind::Seq | ValueKind::Iterable | ValueKind::Map => args[0].len().unwrap_or(0),
        _ => text_of(&args[0])?.map_or(0, |text| text.chars().count()),
    };
    Ok(Inner::from(length))
}

fn pad(args: &[Inner]) -> Result<Inner, Cause> {
    let width = small(&args[1])?.max(0) as usize;
    let fill = args.get(2).map(needed_text).transpose()?.unwrap_or("0".into());
    let Some(text) = text_of(&args[0])? else { return Ok(Inner::UNDEFINED) };
    let missing = width.saturating_sub(text.chars().count());
    let filling: String = fill.chars().cycle().take(missing).collect();
    made(filling + &text)
}
