//! The employees and departments of the tenant, with the ids Fxiaoke gives them (`protocols/fxiaoke.md` §1, §5).

use crate::company::Company;
use crate::stand_in::Chance;

/// An employee of the tenant.
#[derive(Debug, Clone)]
pub struct Employee {
    /// `1000` is the administrator.
    pub id: String,
    /// `FSUID_…`.
    pub open_id: String,
    pub name: String,
    pub mobile: String,
    pub email: String,
    pub number: String,
    /// Index into [`Staff::departments`].
    pub department: usize,
    pub created_ms: i64,
}

#[derive(Debug, Clone)]
pub struct Department {
    pub id: String,
    pub code: String,
    pub name: String,
}

#[derive(Debug, Clone)]
pub struct Staff {
    pub employees: Vec<Employee>,
    pub departments: Vec<Department>,
}

/// 全公司.
pub const WHOLE_COMPANY: &str = "999999";

impl Staff {
    pub fn new(company: &Company, chance: &mut Chance, created_ms: i64) -> Staff {
        let departments = company
            .departments
            .iter()
            .enumerate()
            .map(|(n, (code, name))| Department {
                id: (1001 + n).to_string(),
                code: code.clone(),
                name: name.clone(),
            })
            .collect();
        let employees = company
            .people
            .iter()
            .enumerate()
            .map(|(n, person)| Employee {
                id: (1000 + n).to_string(),
                open_id: format!("FSUID_{}", chance.hex(32).to_uppercase()),
                name: person.name.clone(),
                mobile: person.mobile.clone(),
                email: format!("{}@qiaolin.example", person.employee_number.to_lowercase()),
                number: person.employee_number.clone(),
                department: person.department,
                created_ms,
            })
            .collect();
        Staff { employees, departments }
    }

    pub fn by_id(&self, id: &str) -> Option<&Employee> {
        self.employees.iter().find(|employee| employee.id == id)
    }

    pub fn by_open_id(&self, open_id: &str) -> Option<&Employee> {
        self.employees.iter().find(|employee| employee.open_id == open_id)
    }

    pub fn by_mobile(&self, mobile: &str) -> Option<&Employee> {
        self.employees.iter().find(|employee| employee.mobile == mobile)
    }

    /// Whether an employee administers the CRM and so sees and changes every record: those of the first department.
    pub fn is_administrator(&self, id: &str) -> bool {
        id == SYSTEM || self.by_id(id).is_some_and(|employee| employee.department == 0)
    }

    pub fn department_of(&self, employee: &Employee) -> &Department {
        &self.departments[employee.department]
    }
}

/// The system itself as an author.
pub const SYSTEM: &str = "-10000";
