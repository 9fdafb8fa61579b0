//! The words of capability cards: what a flow can promise, and what keeps it from promising more.

use model::Sentence;

pub(super) const CARDS: &[Sentence] = &[
    Sentence::new(
        "card.no_key",
        "集成流没有设置 key，应答丢失时无法识别已建立的单据，可能重复。",
        "The flow has no `key`: a document whose create was not answered cannot be recognised and may be doubled.",
        "请为目标设置 key，例如由我方赋值的单据编号。",
        "Give the target a `key`, for example a number that we assign.",
    ),
    Sentence::new(
        "card.key_unknown",
        "目标对象 {object} 没有键字段 {field}，可能重复。",
        "The target object {object} has no key field {field}; documents may be doubled.",
        "请改正 key，或在目标系统建立该字段。",
        "Correct the `key`, or make the field in the target.",
    ),
    Sentence::new(
        "card.key_read_only",
        "目标对象 {object} 的键字段 {field} 不可写，可能重复。",
        "The key field {field} of {object} cannot be written; documents may be doubled.",
        "请选择可写的字段作为 key。",
        "Choose a field that can be written.",
    ),
    Sentence::new(
        "card.key_not_queryable",
        "目标对象 {object} 的键字段 {field} 不可查询，可能重复。",
        "The key field {field} of {object} cannot be looked up; documents may be doubled.",
        "请选择可查询的字段作为 key。",
        "Choose a field that can be looked up.",
    ),
    Sentence::new(
        "card.no_dedupe",
        "消息系统不去重：应答丢失的通知不会再发，可能漏发。",
        "The messenger does not drop repetitions: a notice whose answer is lost is not sent again.",
        "",
        "",
    ),
];
