//! The words for what goes wrong in functions.

use std::sync::OnceLock;

use model::{Catalogue, Cause, Lang, Sentence};

/// What happened, and what to do about it, in both languages.
pub fn sentences() -> Vec<Sentence> {
    [CALLS, REFUSALS].concat()
}

/// For a script's own `catch`: people read the catalogue of the whole product.
pub(crate) fn in_english(cause: &Cause) -> String {
    static OWN: OnceLock<Catalogue> = OnceLock::new();
    let own = OWN.get_or_init(|| {
        let mut catalogue = Catalogue::default();
        catalogue.add(sentences());
        catalogue
    });
    own.render(cause, Lang::En).what
}

/// Calls and what they give back.
const CALLS: &[Sentence] = &[
    Sentence::new(
        "function.threw",
        "函数 {name} 第 {line} 行第 {column} 列出错：{message}。",
        "Function {name}, line {line}, column {column}: {message}.",
        "请修改函数，或让它处理这样的数据，然后重试。",
        "Mend the function, or let it deal with such a record, and replay.",
    ),
    Sentence::new(
        "function.threw_somewhere",
        "函数 {name} 出错：{message}。",
        "Function {name} failed: {message}.",
        "请修改函数后重试；用 throw new Error(…) 抛出时会显示行号。",
        "Mend the function and replay; thrown by `throw new Error(…)` the line is shown.",
    ),
    Sentence::new(
        "function.syntax",
        "函数 {name} 第 {line} 行第 {column} 列有语法错误：{message}。",
        "Function {name} has a mistake in line {line}, column {column}: {message}.",
        "请检查括号、引号和逗号。",
        "Look at brackets, quotes and commas.",
    ),
    Sentence::new(
        "function.exports",
        "函数 {name} 写成了模块（export），这里不能用。",
        "Function {name} is written as a module (export), which is not taken here.",
        "请去掉 export，写成 function main(input, qiao) { … }。",
        "Leave out `export` and write `function main(input, qiao) { … }`.",
    ),
    Sentence::new(
        "function.no_main",
        "函数 {name} 里没有 main。",
        "Function {name} has no `main`.",
        "请写成 function main(input, qiao) { … }。",
        "Write `function main(input, qiao) { … }`.",
    ),
    Sentence::new(
        "function.too_slow",
        "函数 {name} 在第 {line} 行开始的一段里用完了 {limit} 毫秒的处理器时间，已被停止。",
        "Function {name} used up its {limit} ms of processor time in what begins in line {line} and was stopped.",
        "请检查是否有不会结束的循环；数据量确实大时可调高该函数的时间限制。",
        "Look for a loop that does not end; raise the function's limit where there really is so much to do.",
    ),
    Sentence::new(
        "function.too_slow_somewhere",
        "函数 {name} 用完了 {limit} 毫秒的处理器时间，已被停止。",
        "Function {name} used up its {limit} ms of processor time and was stopped.",
        "请检查是否有不会结束的循环；数据量确实大时可调高该函数的时间限制。",
        "Look for a loop that does not end; raise the function's limit where there really is so much to do.",
    ),
    Sentence::new(
        "function.too_much_memory",
        "函数 {name} 用完了 {limit} MB 内存，已被停止。",
        "Function {name} used up its {limit} MB of memory and was stopped.",
        "请检查是否有不断增大的文本或列表；数据量确实大时可调高该函数的内存限制。",
        "Look for a text or list that grows and grows; raise the function's limit where there really is so much to hold.",
    ),
    Sentence::new(
        "function.too_deep",
        "函数 {name} 的调用层数太多。",
        "Function {name} calls itself too deep.",
        "请检查函数是否不停地调用自己。",
        "See whether it calls itself without end.",
    ),
    Sentence::new(
        "function.failed",
        "函数 {name} 第 {line} 行第 {column} 列：{cause}",
        "Function {name}, line {line}, column {column}: {cause}",
        "请修改函数，或处理上述原因，然后重试。",
        "Mend the function or what it met, and replay.",
    ),
    Sentence::new(
        "function.failed_somewhere",
        "函数 {name}：{cause}",
        "Function {name}: {cause}",
        "请修改函数，或处理上述原因，然后重试。",
        "Mend the function or what it met, and replay.",
    ),
    Sentence::new(
        "function.never_ends",
        "函数 {name} 在等待一个永远不会有结果的 Promise。",
        "Function {name} awaits a promise that nothing will ever settle.",
        "请检查 await 后面的内容；只有 qiao.http、qiao.link 和 qiao.linked 需要等待。",
        "Look at what is awaited; only `qiao.http`, `qiao.link` and `qiao.linked` take time.",
    ),
    Sentence::new(
        "function.too_late",
        "函数 {name} 连同等待超过了 {limit} 秒，已放弃。",
        "Function {name} took more than {limit} s with its waiting and was given up.",
        "请检查它访问的系统是否太慢，或减少访问次数。",
        "See whether the system that it asks is too slow, or let it ask less.",
    ),
    Sentence::new(
        "function.given_up",
        "函数 {name} 停在无法中断的计算里，已放弃。",
        "Function {name} hangs in a calculation that cannot be interrupted and was given up.",
        "请检查对很长的文本或很大的列表的操作。",
        "Look at what it does with very long texts or very large lists.",
    ),
    Sentence::new(
        "function.broken",
        "运行函数 {name} 时发生内部错误，将自动重试。",
        "Something of ours broke while function {name} ran; it is tried again.",
        "若一再发生，请把日志交给技术支持。",
        "If it happens again and again, give the log to your support.",
    ),
    Sentence::new(
        "function.busy",
        "函数运行环境正忙，{name} 将自动重试。",
        "All threads for functions are busy; {name} is tried again.",
        "若一再发生，请查看日志里被放弃的函数。",
        "If it happens again and again, look in the log for functions that were given up.",
    ),
    Sentence::new(
        "function.result_text",
        "{path} 里有不完整的文字，无法写成 JSON。",
        "{path} holds half a character and cannot be written as JSON.",
        "请检查截断文本的地方。",
        "Look where texts are cut.",
    ),
    Sentence::new(
        "function.result_deep",
        "内容嵌套太深，或对象包含了自己，无法写成 JSON。",
        "What is to be written is nested too deep, or holds itself.",
        "请检查互相引用的对象。",
        "Look for objects that refer to each other.",
    ),
    Sentence::new(
        "function.result_too_large",
        "函数 {name} 的返回值超过 {limit} MB。",
        "What function {name} gave back is larger than {limit} MB.",
        "请让函数只返回需要的字段，或调高该函数的限制。",
        "Let it give back what is needed only, or raise the function's limit.",
    ),
    Sentence::new(
        "function.wrong_shape",
        "函数 {name}（{hook}）的返回值不对：{path} 应为 {expected}，实际是 {found}。",
        "Function {name} ({hook}) gave back the wrong thing: {path} must be {expected} and is {found}.",
        "请对照《自定义函数》中该环节的返回值。",
        "Compare with what the guide on functions says of this hook.",
    ),
    Sentence::new(
        "function.stray_member",
        "函数 {name}（{hook}）的返回值里，{path} 有不认识的成员“{member}”。",
        "In what function {name} ({hook}) gave back, {path} has an unknown member “{member}”.",
        "请检查拼写；自己的字段放在 masterFieldVal 里。",
        "Check its spelling; fields of your own belong into masterFieldVal.",
    ),
    Sentence::new(
        "function.float",
        "{path} 的值 {value} 是用浮点数算出来的，不精确。",
        "{path} is {value}, which a float made and is not exact.",
        "请用 qiao.decimal 计算，或把数写成文本。",
        "Calculate with `qiao.decimal`, or write the number as text.",
    ),
    Sentence::new(
        "function.result_kind",
        "函数 {name} 返回的 {path} 是 {found}，不能写成数据。",
        "{path} in what function {name} gave back is {found}, which is no value of a record.",
        "请检查算出它的地方：不是数的文本、除以零，或 Map、Set、BigInt。",
        "Look where it is made: a text that is no number, a division by zero, a Map, Set or BigInt.",
    ),
    Sentence::new(
        "function.text_too_long",
        "函数 {name} 的文本超过 {limit} KB。",
        "The text of function {name} is longer than {limit} KB.",
        "请拆成几个函数。",
        "Split it into several.",
    ),
    Sentence::new(
        "function.text_has_nul",
        "函数 {name} 的文本里有空字符（NUL）。",
        "The text of function {name} holds a NUL character.",
        "请用 UTF-8 保存文件。",
        "Save the file as UTF-8.",
    ),
];

/// What `qiao` refuses to do for a script.
const REFUSALS: &[Sentence] = &[
    Sentence::new(
        "function.no_host",
        "这里不能使用 qiao 的这个功能：它只在 main 被调用时可用。",
        "This part of `qiao` cannot be used here: it works while `main` is called.",
        "请把它移到 main 里面。",
        "Move it into `main`.",
    ),
    Sentence::new(
        "function.too_many_asks",
        "一次调用最多访问 {limit} 次。",
        "One call may ask no more than {limit} times.",
        "请合并请求，或调高该函数的限制。",
        "Ask for more at once, or raise the function's limit.",
    ),
    Sentence::new(
        "function.not_json",
        "第 {line} 行第 {column} 列不是 JSON。",
        "No JSON at line {line}, column {column}.",
        "请检查传给 qiao.json.parse 的文本。",
        "Look at what is given to `qiao.json.parse`.",
    ),
    Sentence::new(
        "function.not_xml",
        "第 {line} 行不是 XML。",
        "No XML at line {line}.",
        "请检查传给 qiao.xml.parse 的文本。",
        "Look at what is given to `qiao.xml.parse`.",
    ),
    Sentence::new(
        "function.xml_doctype",
        "XML 里有 DOCTYPE，不予接受。",
        "The XML has a DOCTYPE, which is refused.",
        "请让对方去掉 DOCTYPE。",
        "Let the sender leave it out.",
    ),
    Sentence::new(
        "function.xml_too_deep",
        "XML 嵌套超过 {limit} 层。",
        "The XML is nested more than {limit} levels deep.",
        "请检查对方发来的内容。",
        "Look at what was sent.",
    ),
    Sentence::new(
        "function.not_xml_value",
        "要写成 XML 的对象必须恰好有一个成员，即根元素。",
        "An object that is to be XML has exactly one member, its root.",
        "请写成 { 根元素: { … } }。",
        "Write `{ root: { … } }`.",
    ),
    Sentence::new(
        "function.not_xml_name",
        "“{member}”不能作 XML 元素的名字。",
        "“{member}” cannot be the name of an XML element.",
        "请换一个名字。",
        "Choose another name.",
    ),
    Sentence::new(
        "function.bad_question",
        "请求的内容不能写成 JSON。",
        "The question cannot be written as JSON.",
        "请检查请求里的文字和请求头。",
        "Look at the texts and headers of the request.",
    ),
    Sentence::new(
        "function.several_linked",
        "编号 {known} 对应多条数据。",
        "Several records have the number {known}.",
        "请改用 id 查询。",
        "Ask by the id.",
    ),
    Sentence::new(
        "function.decimal_absent",
        "缺少要计算的数。",
        "A number to calculate with is missing.",
        "请先判断字段是否有值。",
        "See first whether the field has a value.",
    ),
    Sentence::new(
        "function.decimal_too_long",
        "数太长：最多 {digits} 位。",
        "The number is too long: {digits} digits at most.",
        "请检查数据。",
        "Look at the record.",
    ),
    Sentence::new(
        "function.not_decimal",
        "“{value}”不是数。",
        "“{value}” is no number.",
        "请检查数据，或先去掉单位和分隔符。",
        "Look at the record, or take units and separators off first.",
    ),
    Sentence::new(
        "function.divide_by_zero",
        "除数为零。",
        "Division by zero.",
        "请先判断除数。",
        "Look at the divisor first.",
    ),
    Sentence::new(
        "function.bad_places",
        "小数位数必须是 0 到 {most} 的整数。",
        "Places are a whole number from 0 to {most}.",
        "请改正位数。",
        "Correct them.",
    ),
    Sentence::new(
        "function.unknown_calculation",
        "没有“{calculation}”这种计算。",
        "There is no calculation “{calculation}”.",
        "请使用 qiao.decimal 的函数。",
        "Use the functions of `qiao.decimal`.",
    ),
    Sentence::new(
        "function.not_base64",
        "不是 Base64 文本。",
        "The text is no Base64.",
        "请检查数据。",
        "Look at the record.",
    ),
    Sentence::new(
        "function.not_hex",
        "不是十六进制文本。",
        "The text is not of hexadecimal digits.",
        "请检查数据。",
        "Look at the record.",
    ),
    Sentence::new(
        "function.unknown_charset",
        "没有“{charset}”这种字符集。",
        "There is no charset “{charset}”.",
        "常用的有 utf-8、gb18030、gbk、big5。",
        "utf-8, gb18030, gbk and big5 are usual ones.",
    ),
    Sentence::new(
        "function.not_of_charset",
        "字节不是 {charset} 编码的文本。",
        "The bytes are no text in {charset}.",
        "请换一种字符集。",
        "Try another charset.",
    ),
    Sentence::new(
        "function.not_in_charset",
        "文本里有 {charset} 没有的字符。",
        "The text has characters that {charset} lacks.",
        "请换用 gb18030 或 utf-8。",
        "Use gb18030 or utf-8.",
    ),
    Sentence::new(
        "function.unknown_digest",
        "没有“{digest}”这种摘要算法。",
        "There is no digest “{digest}”.",
        "可用 md5、sha1、sha256、sha512、sm3。",
        "There are md5, sha1, sha256, sha512 and sm3.",
    ),
    Sentence::new(
        "function.bad_key",
        "密钥长度不对，应为 {expected} 字节。",
        "The key must have {expected} bytes.",
        "请检查密钥的编码（文本、十六进制或 Base64）。",
        "See how the key is written: text, hexadecimal or Base64.",
    ),
    Sentence::new(
        "function.bad_iv",
        "初始向量（iv）必须是 {expected} 字节。",
        "The initialisation vector (iv) must have {expected} bytes.",
        "请检查 iv 的编码。",
        "See how it is written.",
    ),
    Sentence::new(
        "function.unknown_cipher",
        "没有“{mode}”这种加密模式。",
        "There is no mode “{mode}”.",
        "可用 cbc、ecb、gcm。",
        "There are cbc, ecb and gcm.",
    ),
    Sentence::new(
        "function.not_encrypted",
        "解密失败：密钥不对，或内容不是这样加密的。",
        "It cannot be decrypted: another key, or not encrypted this way.",
        "请检查密钥、iv 和模式。",
        "Look at the key, the iv and the mode.",
    ),
    Sentence::new(
        "function.unknown_zone",
        "没有“{zone}”这个时区。",
        "There is no time zone “{zone}”.",
        "请写成 Asia/Shanghai 这样的名字。",
        "Write a name such as Asia/Shanghai.",
    ),
    Sentence::new(
        "function.not_date",
        "“{value}”不是日期。",
        "“{value}” is no date.",
        "请检查数据。",
        "Look at the record.",
    ),
    Sentence::new(
        "function.bad_count",
        "数量必须是不太大的整数。",
        "The count must be a whole number and not too large.",
        "请改正。",
        "Correct it.",
    ),
    Sentence::new(
        "function.unknown_unit",
        "没有“{unit}”这个时间单位。",
        "There is no unit of time “{unit}”.",
        "可用 years、months、weeks、days、hours、minutes、seconds。",
        "There are years, months, weeks, days, hours, minutes and seconds.",
    ),
];
