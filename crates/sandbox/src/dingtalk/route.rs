//! Which operation a path names, and the scope it needs (`protocols/dingtalk.md` §1, §4, §5).

/// One operation of the old family below `/topapi`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topapi {
    Send,
    Progress,
    Result,
    Recall,
    StatusBar,
    UserByMobile,
    User,
    UserByUnionId,
    Users,
    UserIds,
    Departments,
}

impl Topapi {
    pub fn of(path: &str) -> Option<Topapi> {
        Some(match path.strip_prefix("/topapi/")? {
            "message/corpconversation/asyncsend_v2" => Topapi::Send,
            "message/corpconversation/getsendprogress" => Topapi::Progress,
            "message/corpconversation/getsendresult" => Topapi::Result,
            "message/corpconversation/recall" => Topapi::Recall,
            "message/corpconversation/status_bar/update" => Topapi::StatusBar,
            "v2/user/getbymobile" => Topapi::UserByMobile,
            "v2/user/get" => Topapi::User,
            "user/getbyunionid" => Topapi::UserByUnionId,
            "v2/user/list" => Topapi::Users,
            "user/listid" => Topapi::UserIds,
            "v2/department/listsub" => Topapi::Departments,
            _ => return None,
        })
    }

    /// Whether it changes anything that others can see.
    pub fn changes(self) -> bool {
        matches!(self, Topapi::Send | Topapi::Recall | Topapi::StatusBar)
    }

    /// The scope the app must have been given; messages need none.
    pub fn scope(self) -> Option<&'static str> {
        match self {
            Topapi::UserByMobile => Some("qyapi_get_member_by_mobile"),
            Topapi::User | Topapi::UserByUnionId => Some("qyapi_get_member"),
            Topapi::Users | Topapi::UserIds => Some("qyapi_get_department_member"),
            Topapi::Departments => Some("qyapi_get_department_list"),
            _ => None,
        }
    }
}

/// `dingtalk.oapi.v2.user.get` for `/topapi/v2/user/get`.
pub fn api_name(path: &str) -> String {
    format!("dingtalk.oapi.{}", path.trim_start_matches("/topapi/").replace('/', "."))
}
