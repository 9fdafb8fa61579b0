//! Who of the company is on DingTalk, and with which ids (`protocols/dingtalk.md` §5).

use crate::company::Company;
use crate::stand_in::Chance;

/// A member of the organisation.
#[derive(Debug, Clone)]
pub struct Member {
    pub user_id: String,
    pub union_id: String,
    pub name: String,
    pub mobile: String,
    pub job_number: String,
    pub email: String,
    pub department_id: i64,
    pub is_administrator: bool,
    /// Belongs to the management, which some apps may not see.
    pub is_management: bool,
    pub hired_ms: i64,
}

#[derive(Debug, Clone)]
pub struct Department {
    pub id: i64,
    pub name: String,
}

/// The root department.
pub const ROOT: i64 = 1;

#[derive(Debug, Clone)]
pub struct Staff {
    pub members: Vec<Member>,
    pub departments: Vec<Department>,
}

impl Staff {
    /// Everybody but one in eight, who has not joined.
    pub fn new(company: &Company, chance: &mut Chance, now_ms: i64) -> Staff {
        let departments: Vec<Department> = company
            .departments
            .iter()
            .enumerate()
            .map(|(n, (_, name))| Department {
                id: 37_000_000 + 1000 * n as i64 + chance.below(1000) as i64,
                name: name.clone(),
            })
            .collect();
        let mut members = Vec::new();
        for (n, person) in company.people.iter().enumerate() {
            let union_id = format!("{}iE", chance.hex(20));
            let number = 1000 + chance.below(9000);
            if n % 8 == 7 {
                continue;
            }
            members.push(Member {
                user_id: match n {
                    0 => format!("manager{number}"),
                    _ => format!("{:010}-{number}", 100_000_000 + n as u64 * 7_919),
                },
                union_id,
                name: person.name.clone(),
                mobile: person.mobile.clone(),
                job_number: person.employee_number.clone(),
                email: format!("{}@qiaolin.example", person.employee_number.to_lowercase()),
                department_id: departments[person.department].id,
                is_administrator: n == 0,
                is_management: person.department == 0 && n != 0,
                hired_ms: now_ms - (400 + n as i64) * 86_400_000,
            });
        }
        Staff { members, departments }
    }

    pub fn by_user_id(&self, user_id: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.user_id == user_id)
    }
}
