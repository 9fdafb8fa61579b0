//! The operations of the interface and their names on the wire (`protocols/kingdee.md §3`).

/// What a caller can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Login(Login),
    Logout,
    DataCenters,
    Save,
    Draft,
    BatchSave,
    Submit,
    Audit,
    UnAudit,
    Delete,
    CancelAssign,
    View,
    ExecuteBillQuery,
    BillQuery,
    QueryBusinessInfo,
    /// `ExcuteOperation`, in either spelling.
    Execute,
    Push,
    Allocate,
    CancelAllocate,
    GroupSave,
    QueryGroupInfo,
    GroupDelete,
    SwitchOrg,
    AttachmentUpload,
    AttachmentDownLoad,
    QueryAsyncResult,
}

/// The ways to sign in that set cookies (§2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Login {
    Password,
    PasswordKickOff,
    AppSecret,
    AppSecretKickOff,
    Sign,
    SignKickOff,
    Passport,
}

const DYNAMIC_FORM: &str = "kingdee.bos.webapi.servicesstub.dynamicformservice.";
const AUTH: &str = "kingdee.bos.webapi.servicesstub.authservice.";
const DATA_CENTERS: &str = "kingdee.bos.servicefacade.servicesstub.account.accountservice.getdatacenterlist";
const SUFFIX: &str = ".common.kdsvc";

/// What the path of a call asks for, compared without case.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    Operation(Operation),
    /// A service address, but of nothing that exists: the text of the error.
    Unknown(String),
    /// No service address at all.
    Nothing,
}

/// Reads the path below the mount. `spelling` is the switch `operation_spelling`.
pub fn asked(path: &str, spelling: &str) -> Asked {
    let lower = path.to_lowercase();
    let Some(service) = lower.strip_prefix("/k3cloud/").and_then(|rest| rest.strip_suffix(SUFFIX)) else {
        return Asked::Nothing;
    };
    let known = if service == DATA_CENTERS {
        Some(Operation::DataCenters)
    } else if let Some(method) = service.strip_prefix(AUTH) {
        login(method)
    } else if let Some(method) = service.strip_prefix(DYNAMIC_FORM) {
        dynamic_form(method, spelling)
    } else {
        None
    };
    known.map_or_else(|| Asked::Unknown(service.to_owned()), Asked::Operation)
}

fn login(method: &str) -> Option<Operation> {
    Some(Operation::Login(match method {
        "validateuser" => Login::Password,
        "validateuser2" => Login::PasswordKickOff,
        "loginbyappsecret" => Login::AppSecret,
        "loginbyappsecret2" => Login::AppSecretKickOff,
        "loginbysign" => Login::Sign,
        "loginbysign2" => Login::SignKickOff,
        "loginbysimplepassport" => Login::Passport,
        "logout" => return Some(Operation::Logout),
        _ => return None,
    }))
}

fn dynamic_form(method: &str, spelling: &str) -> Option<Operation> {
    Some(match method {
        "save" => Operation::Save,
        "draft" => Operation::Draft,
        "batchsave" => Operation::BatchSave,
        "submit" => Operation::Submit,
        "audit" => Operation::Audit,
        "unaudit" => Operation::UnAudit,
        "delete" => Operation::Delete,
        "cancelassign" => Operation::CancelAssign,
        "view" => Operation::View,
        "executebillquery" => Operation::ExecuteBillQuery,
        "billquery" => Operation::BillQuery,
        "querybusinessinfo" => Operation::QueryBusinessInfo,
        "excuteoperation" if spelling != "execute" => Operation::Execute,
        "executeoperation" if spelling != "excute" => Operation::Execute,
        "push" => Operation::Push,
        "allocate" => Operation::Allocate,
        "cancelallocate" => Operation::CancelAllocate,
        "groupsave" => Operation::GroupSave,
        "querygroupinfo" => Operation::QueryGroupInfo,
        "groupdelete" => Operation::GroupDelete,
        "switchorg" => Operation::SwitchOrg,
        "attachmentupload" => Operation::AttachmentUpload,
        "attachmentdownload" => Operation::AttachmentDownLoad,
        "queryasyncresult" => Operation::QueryAsyncResult,
        _ => return None,
    })
}

impl Operation {
    /// Its name for the counts.
    pub fn name(self) -> String {
        match self {
            Operation::Execute => "ExecuteOperation".into(),
            Operation::Login(login) => format!("Login {login:?}"),
            other => format!("{other:?}"),
        }
    }

    /// Whether the operation changes business data.
    pub fn changes(self) -> bool {
        matches!(
            self,
            Operation::Save
                | Operation::Draft
                | Operation::BatchSave
                | Operation::Submit
                | Operation::Audit
                | Operation::UnAudit
                | Operation::Delete
                | Operation::CancelAssign
                | Operation::Execute
                | Operation::Push
                | Operation::Allocate
                | Operation::CancelAllocate
                | Operation::GroupSave
                | Operation::GroupDelete
                | Operation::AttachmentUpload
        )
    }

    /// The names of its positional parameters, in order (§1 form d, §2.1).
    pub fn parameters(self) -> &'static [&'static str] {
        match self {
            Operation::Login(Login::Password) => &["acctid", "username", "password", "lcid"],
            Operation::Login(Login::PasswordKickOff) => {
                &["acctid", "username", "password", "iskickoff", "lcid"]
            }
            Operation::Login(Login::AppSecret) => &["acctid", "username", "appid", "appsecret", "lcid"],
            Operation::Login(Login::AppSecretKickOff) => {
                &["acctid", "username", "appid", "appsecret", "iskickoff", "lcid"]
            }
            Operation::Login(Login::Sign) => &["acctid", "username", "appid", "timestamp", "sign", "lcid"],
            Operation::Login(Login::SignKickOff) => {
                &["acctid", "username", "appid", "timestamp", "sign", "iskickoff", "lcid"]
            }
            Operation::Login(Login::Passport) => &["passportforbase64", "lcid"],
            Operation::Logout | Operation::DataCenters => &[],
            Operation::Execute => &["formid", "opnumber", "data"],
            Operation::QueryAsyncResult => &["queryinfo"],
            Operation::ExecuteBillQuery
            | Operation::BillQuery
            | Operation::QueryBusinessInfo
            | Operation::QueryGroupInfo
            | Operation::GroupDelete
            | Operation::SwitchOrg
            | Operation::AttachmentUpload
            | Operation::AttachmentDownLoad => &["data"],
            _ => &["formid", "data"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_without_case_and_with_both_spellings() {
        let path = |method: &str| {
            format!("/K3Cloud/Kingdee.BOS.WebApi.ServicesStub.DynamicFormService.{method}.common.kdsvc")
        };
        for (method, spelling, operation) in [
            ("Save", "both", Some(Operation::Save)),
            ("batchSave", "both", Some(Operation::BatchSave)),
            ("ExcuteOperation", "both", Some(Operation::Execute)),
            ("ExecuteOperation", "both", Some(Operation::Execute)),
            ("ExcuteOperation", "execute", None),
            ("ExecuteOperation", "excute", None),
            ("AttachmentUpLoad", "both", Some(Operation::AttachmentUpload)),
            ("Destroy", "both", None),
        ] {
            match (asked(&path(method), spelling), operation) {
                (Asked::Operation(found), Some(expected)) => assert_eq!(found, expected, "{method}"),
                (Asked::Unknown(_), None) => {}
                (found, _) => panic!("{method} with {spelling}: {found:?}"),
            }
        }
        assert_eq!(asked("/", "both"), Asked::Nothing);
    }
}
