//! Which operation a path names (`protocols/fxiaoke.md` §2, §4.1, §5, §6).

/// One operation of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    CorpToken,
    BearerToken,
    AppToken,
    ObjectList,
    Describe,
    Record {
        action: Action,
        custom_path: bool,
    },
    Lock,
    Unlock,
    SetTeam,
    LeaveTeam,
    Team,
    DepartmentList,
    DepartmentDetail,
    UserList,
    UserSimpleList,
    UserGet,
    UserByMobile,
    UserChanged,
    SendMessage,
    MediaUpload,
    MediaDownload,
    MediaDelete,
    /// `generatorFileUploadCredential`: where to upload a file to.
    UploadCredential,
    /// The upload itself, at the address of such a credential.
    FileUpload,
}

/// What is done to records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Create,
    Get,
    Query,
    FindSimple,
    FindOne,
    Update,
    Invalid,
    Delete,
    Recover,
    ChangeOwner,
}

/// The operation a path names; `None` for none.
pub fn operation(path: &str) -> Option<Operation> {
    Some(match path {
        "/cgi/corpAccessToken/get/V2" => Operation::CorpToken,
        "/oauth2.0/token" => Operation::BearerToken,
        "/cgi/appAccessToken/get" => Operation::AppToken,
        "/cgi/crm/v2/object/list" => Operation::ObjectList,
        "/cgi/crm/v2/object/describe" => Operation::Describe,
        "/cgi/crm/v2/object/lock" => Operation::Lock,
        "/cgi/crm/v2/object/unlock" => Operation::Unlock,
        "/cgi/crm/team/add" | "/cgi/crm/team/edit" => Operation::SetTeam,
        "/cgi/crm/team/delete" => Operation::LeaveTeam,
        "/cgi/crm/team/get" => Operation::Team,
        "/cgi/crm/custom/data/invalid" => Operation::Record { action: Action::Invalid, custom_path: true },
        "/cgi/department/list" => Operation::DepartmentList,
        "/cgi/department/detail" => Operation::DepartmentDetail,
        "/cgi/user/list" => Operation::UserList,
        "/cgi/user/simpleList" => Operation::UserSimpleList,
        "/cgi/user/get" => Operation::UserGet,
        "/cgi/user/getByMobile" => Operation::UserByMobile,
        "/cgi/user/get/batchByUpdTime" => Operation::UserChanged,
        "/cgi/message/send" => Operation::SendMessage,
        "/media/upload" => Operation::MediaUpload,
        "/media/download" => Operation::MediaDownload,
        "/media/delete" => Operation::MediaDelete,
        "/cgi/crm/v2/generatorFileUploadCredential" => Operation::UploadCredential,
        "/fs/upload" => Operation::FileUpload,
        _ => {
            let (custom_path, name) = match path.strip_prefix("/cgi/crm/v2/data/") {
                Some(name) => (false, name),
                None => (true, path.strip_prefix("/cgi/crm/custom/v2/data/")?),
            };
            Operation::Record { action: action(name, custom_path)?, custom_path }
        }
    })
}

fn action(name: &str, custom_path: bool) -> Option<Action> {
    Some(match name {
        "create" => Action::Create,
        "get" => Action::Get,
        "query" => Action::Query,
        "findSimple" if custom_path => Action::FindSimple,
        "findOne" if custom_path => Action::FindOne,
        "update" => Action::Update,
        "invalid" => Action::Invalid,
        "delete" => Action::Delete,
        "recover" => Action::Recover,
        "changeOwner" => Action::ChangeOwner,
        _ => return None,
    })
}

impl Operation {
    /// Whether it gives a token, and so needs none.
    pub fn is_sign_in(self) -> bool {
        matches!(self, Operation::CorpToken | Operation::BearerToken | Operation::AppToken)
    }

    /// Whether it reads or writes CRM data, and so needs an operator and the vendor's approval.
    pub fn is_crm(self) -> bool {
        matches!(
            self,
            Operation::ObjectList
                | Operation::Describe
                | Operation::Record { .. }
                | Operation::Lock
                | Operation::Unlock
                | Operation::SetTeam
                | Operation::LeaveTeam
                | Operation::Team
                | Operation::UploadCredential
        )
    }

    /// Whether it changes anything that others can see.
    pub fn changes(self) -> bool {
        match self {
            Operation::Lock | Operation::Unlock | Operation::SetTeam | Operation::LeaveTeam => true,
            Operation::SendMessage | Operation::MediaUpload | Operation::MediaDelete => true,
            Operation::FileUpload => true,
            Operation::Record { action, .. } => {
                !matches!(action, Action::Get | Action::Query | Action::FindSimple | Action::FindOne)
            }
            _ => false,
        }
    }
}
