//! The vendor's paths: preset objects and custom ones have different ones (`protocols/fxiaoke.md §4.1`).
//!
//! The path is the operation's name as well: Fxiaoke counts its limits by interface.

pub(super) const TOKEN: &str = "/cgi/corpAccessToken/get/V2";
pub(super) const OAUTH_TOKEN: &str = "/oauth2.0/token";
pub(super) const USER_BY_MOBILE: &str = "/cgi/user/getByMobile";
pub(super) const USER_LIST: &str = "/cgi/user/list";
pub(super) const USER_GET: &str = "/cgi/user/get";
pub(super) const DEPARTMENT_LIST: &str = "/cgi/department/list";
pub(super) const OBJECT_LIST: &str = "/cgi/crm/v2/object/list";
pub(super) const OBJECT_DESCRIBE: &str = "/cgi/crm/v2/object/describe";
pub(super) const LOCK: &str = "/cgi/crm/v2/object/lock";
pub(super) const UNLOCK: &str = "/cgi/crm/v2/object/unlock";
pub(super) const TEAM_ADD: &str = "/cgi/crm/team/add";
pub(super) const TEAM_DELETE: &str = "/cgi/crm/team/delete";
pub(super) const MEDIA_UPLOAD: &str = "/media/upload";
pub(super) const MEDIA_DOWNLOAD: &str = "/media/download";
pub(super) const MESSAGE_SEND: &str = "/cgi/message/send";

/// What is done with records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Query,
    Get,
    Create,
    Update,
    Invalid,
    Recover,
    Delete,
    ChangeOwner,
}

impl Act {
    /// The path of this act on records of the object.
    pub(super) fn path(self, object: &str) -> &'static str {
        match (self, is_custom(object)) {
            (Act::Query, false) => "/cgi/crm/v2/data/query",
            (Act::Query, true) => "/cgi/crm/custom/v2/data/query",
            (Act::Get, false) => "/cgi/crm/v2/data/get",
            (Act::Get, true) => "/cgi/crm/custom/v2/data/get",
            (Act::Create, false) => "/cgi/crm/v2/data/create",
            (Act::Create, true) => "/cgi/crm/custom/v2/data/create",
            (Act::Update, false) => "/cgi/crm/v2/data/update",
            (Act::Update, true) => "/cgi/crm/custom/v2/data/update",
            (Act::Invalid, false) => "/cgi/crm/v2/data/invalid",
            (Act::Invalid, true) => "/cgi/crm/custom/v2/data/invalid",
            (Act::Recover, false) => "/cgi/crm/v2/data/recover",
            (Act::Recover, true) => "/cgi/crm/custom/v2/data/recover",
            (Act::Delete, false) => "/cgi/crm/v2/data/delete",
            (Act::Delete, true) => "/cgi/crm/custom/v2/data/delete",
            (Act::ChangeOwner, false) => "/cgi/crm/v2/data/changeOwner",
            (Act::ChangeOwner, true) => "/cgi/crm/custom/v2/data/changeOwner",
        }
    }
}

/// Custom objects are named `object_XXXXX__c`; everything else is preset.
pub(super) fn is_custom(object: &str) -> bool {
    object.ends_with("__c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preset_and_custom_objects_have_their_own_paths() {
        for (act, object, path) in [
            (Act::Query, "AccountObj", "/cgi/crm/v2/data/query"),
            (Act::Query, "object_8Kx2a__c", "/cgi/crm/custom/v2/data/query"),
            (Act::Create, "SalesOrderObj", "/cgi/crm/v2/data/create"),
            (Act::Update, "object_8Kx2a__c", "/cgi/crm/custom/v2/data/update"),
            (Act::Invalid, "ContactObj", "/cgi/crm/v2/data/invalid"),
            // The ERP intermediate objects of the vendor's own platform are preset by form.
            (Act::Get, "erpSalesOrderObj", "/cgi/crm/v2/data/get"),
        ] {
            assert_eq!(act.path(object), path, "{act:?} {object}");
        }
    }
}
