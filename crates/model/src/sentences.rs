//! The words for what is wrong with texts of other systems before anything is made of them.

use crate::Sentence;

/// What happened, and what to do about it, in both languages.
pub fn sentences() -> Vec<Sentence> {
    SENTENCES.to_vec()
}

const SENTENCES: &[Sentence] = &[
    Sentence::new(
        "charset.unknown",
        "不支持字符集 {charset}。",
        "The charset {charset} is not taken.",
        "请让对方系统用 UTF-8、GB18030(GBK)或 UTF-16 发送。",
        "Let the other system send UTF-8, GB18030 (GBK) or UTF-16.",
    ),
    Sentence::new(
        "charset.differs",
        "内容是 {charset},却又标为 {other}。",
        "The text is in {charset} and says that it is in {other}.",
        "请让对方系统的 Content-Type、XML 声明和实际内容一致。",
        "Let the content type, the XML declaration and the text itself say the same.",
    ),
    Sentence::new(
        "charset.wrong",
        "内容不是它所标的字符集 {charset}。",
        "The text is not in the charset {charset} that it says.",
        "请让对方系统标明实际的字符集,例如 Content-Type: text/xml; charset=GB18030。",
        "Let the other system name the real one, as in Content-Type: text/xml; charset=GB18030.",
    ),
    Sentence::new(
        "xml.broken",
        "第 {line} 行第 {column} 列不是正确的 XML。",
        "It is no sound XML at line {line}, column {column}.",
        "请检查发送方生成的内容,标签必须成对,只有一个根元素。",
        "Look at what the sender makes: tags must be in pairs, around one root.",
    ),
    Sentence::new(
        "xml.dtd",
        "第 {line} 行第 {column} 列有 DTD(<!DOCTYPE …>),为了安全不接受。",
        "A DTD (<!DOCTYPE …>) stands at line {line}, column {column}, and is not taken for safety.",
        "请让发送方去掉 DTD。",
        "Let the sender leave it out.",
    ),
    Sentence::new(
        "xml.entity",
        "第 {line} 行第 {column} 列用了 XML 没有的实体。",
        "An entity that XML does not have stands at line {line}, column {column}.",
        "只能用 &lt; &gt; &amp; &quot; &apos; 和 &#数字;。",
        "Only &lt; &gt; &amp; &quot; &apos; and &#number; are taken.",
    ),
    Sentence::new(
        "xml.character",
        "第 {line} 行第 {column} 列有 XML 不允许的控制字符。",
        "A control character that XML does not allow stands at line {line}, column {column}.",
        "请让发送方去掉控制字符。",
        "Let the sender leave control characters out.",
    ),
    Sentence::new(
        "xml.deep",
        "第 {line} 行第 {column} 列嵌套超过 {levels} 层。",
        "It is nested more than {levels} levels deep at line {line}, column {column}.",
        "请检查发送方生成的内容。",
        "Look at what the sender makes.",
    ),
    Sentence::new(
        "xml.large",
        "XML 太大(超过 {most} MB,或元素、属性太多)。",
        "The XML is too large (more than {most} MB, or too many elements or attributes).",
        "请让发送方分批发送。",
        "Let the sender send it in parts.",
    ),
    Sentence::new(
        "xml.name",
        "“{name}”不能作 XML 的元素名。",
        "“{name}” cannot be the name of an XML element.",
        "请改正映射里的字段名,或改用 JSON。",
        "Correct the field's name in the mapping, or send JSON.",
    ),
    Sentence::new(
        "xml.unwritable",
        "内容里有 XML 不允许的控制字符。",
        "The text holds a control character that XML does not allow.",
        "请在源系统去掉该字符,或改用 JSON。",
        "Remove it at its source, or send JSON.",
    ),
    Sentence::new(
        "xml.too_deep",
        "内容嵌套超过 {levels} 层,写不成 XML。",
        "The document is nested more than {levels} levels deep and cannot be written as XML.",
        "请改正映射。",
        "Correct the mapping.",
    ),
];
