//! The fields that every object has (`protocols/fxiaoke.md` §4.3).

use super::{Field, Kind};

const LIFE_STATUS: &[(&str, &str)] = &[
    ("ineffective", "未生效"),
    ("under_review", "审核中"),
    ("normal", "正常"),
    ("in_change", "变更中"),
    ("invalid", "作废"),
];

pub const FIELDS: &[Field] = &[
    Field::text("_id", "数据ID"),
    Field::new("owner", "负责人", Kind::Employee),
    Field::text("owner_department", "负责人主属部门"),
    Field::text("owner_department_id", "负责人主属部门ID"),
    Field::new("data_own_department", "归属部门", Kind::Department),
    Field::new("created_by", "创建人", Kind::Employee),
    Field::new("create_time", "创建时间", Kind::DateTime),
    Field::new("last_modified_by", "最后修改人", Kind::Employee),
    Field::new("last_modified_time", "最后修改时间", Kind::DateTime),
    Field::select("life_status", "生命状态", LIFE_STATUS),
    Field::select("lock_status", "锁定状态", &[("0", "未锁定"), ("1", "锁定")]),
    Field::select("record_type", "业务类型", &[("default__c", "预设业务类型")]),
    Field::text("version", "版本"),
    Field::new("is_deleted", "是否删除", Kind::TrueOrFalse),
    Field::text("extend_obj_data_id", "扩展数据ID"),
];
