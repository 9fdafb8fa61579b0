//! BOS_Attachment 附件: what is attached to documents, read only; the files themselves are up- and downloaded
//! (`protocols/kingdee.md §3.9`).

use crate::kingdee::meta::{Entity, Field, Form, FormKind, Numbering, Shape, int, text, time};

pub static ATTACHMENT: Form = Form {
    id: "BOS_Attachment",
    name: "附件",
    kind: FormKind::System,
    pk: "FID",
    number: "",
    caption: "",
    numbering: Numbering { prefix: "", dated: false, digits: 0 },
    entities: &[Entity {
        key: "FBillHead",
        name: "附件",
        table: "T_BAS_ATTACHMENT",
        pk: "FID",
        orm: "",
        shape: Shape::Head,
        fields: &[HEAD],
    }],
    operations: &[],
};

const HEAD: &[Field] = &[
    text("FBillType", "业务对象"),
    text("FInterID", "单据内码"),
    text("FBillNo", "单据编号"),
    text("FEntryKey", "单据体"),
    text("FEntryInterID", "分录内码"),
    text("FAttachmentName", "附件名"),
    text("FFileId", "文件编码"),
    int("FAttachmentSize", "附件大小"),
    time("FCreateTime", "上传时间"),
];
