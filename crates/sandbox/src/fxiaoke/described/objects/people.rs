//! The tenant's own people: read only.

use crate::fxiaoke::described::{Field, Kind, Object};

pub static PERSONNEL: Object = Object {
    name: "PersonnelObj",
    label: "人员",
    writable: false,
    record_types: &[],
    fields: &[
        Field::text("name", "姓名").required(),
        Field::text("full_name", "全名"),
        Field::new("phone", "手机", Kind::Phone),
        Field::new("email", "邮件", Kind::Email),
        Field::text("employee_number", "员工编号"),
        Field::new("main_department", "主属部门", Kind::Department),
        Field::text("position", "职位"),
        Field::select("status", "状态", &[("0", "启用"), ("1", "停用")]),
        Field::text("user_id", "员工ID"),
    ],
};

pub static DEPARTMENT: Object = Object {
    name: "DepartmentObj",
    label: "部门",
    writable: false,
    record_types: &[],
    fields: &[
        Field::text("name", "部门名称").required(),
        Field::text("dept_code", "部门编码"),
        Field::new("parent_id", "上级部门", Kind::Department),
        Field::select("status", "状态", &[("0", "启用"), ("1", "停用"), ("2", "删除")]),
    ],
};
