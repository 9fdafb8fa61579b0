//! Value maps (值映射): option-to-option tables, usable both ways.
//!
//! Forth, several options may stand for one value: 直销 and 门店 are both `01` in the ERP. Back, one of them has to be
//! meant, and only a person can say which: `back`. What a table promises is that going forth, back and forth again
//! gives what going forth gave; [`ValueMap::way_back`] refuses a table that cannot keep it.

use crate::Value;

/// An option-to-option table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueMap {
    pub pairs: Vec<(String, Value<'static>)>,
    /// What is sent for a value that is not in the table; absent makes it an error.
    pub otherwise: Option<Value<'static>>,
    /// Which option is meant by a value on the way back, where several stand for it or none does.
    pub back: Vec<(String, String)>,
    /// What is sent on the way back for a value that no option stands for; absent makes it an error.
    pub otherwise_back: Option<Value<'static>>,
}

/// Why a table cannot be used backwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoWayBack {
    /// Several options stand for the value, and `back` does not say which is meant.
    Ambiguous { value: String, options: Vec<String> },
    /// `back` names an option for the value that does not stand for it.
    Stray { value: String, option: String },
    /// An option stands for a list or a map, which no field can be compared with.
    NotPlain { option: String },
    /// `otherwise` stands for all other options, and `otherwise_back` leads to one that stands for something else.
    StrayOtherwise { value: String, option: String },
}

impl ValueMap {
    /// The value that stands for an option; `None` when it is not in the table.
    pub fn get(&self, option: &str) -> Option<&Value<'static>> {
        self.pairs.iter().find(|(known, _)| known == option).map(|(_, value)| value)
    }

    /// The value that is sent for an option: the one that stands for it, else what is sent for all others.
    pub fn sent(&self, option: &str) -> Option<&Value<'static>> {
        self.get(option).or(self.otherwise.as_ref())
    }

    /// The same table backwards: its options are this one's values as plain texts. Going forth, back and forth again
    /// through the two gives what going forth gave, for every option. An option for which nothing is sent (null or
    /// empty) has no way back, since nothing comes back for it.
    ///
    /// # Errors
    /// Everything that keeps the table from having one way back, in the order of the table.
    pub fn way_back(&self) -> Result<ValueMap, Vec<NoWayBack>> {
        let mut problems = self.strays();
        let mut pairs: Vec<(String, Value<'static>)> =
            self.back.iter().map(|(value, option)| (value.clone(), Value::from(option.clone()))).collect();
        for (option, value) in &self.pairs {
            if value.is_blank() {
                continue;
            }
            let Some(value) = value.plain() else {
                problems.push(NoWayBack::NotPlain { option: option.clone() });
                continue;
            };
            if pairs.iter().any(|(known, _)| *known == value) {
                continue;
            }
            let options = self.options_for(&value);
            if options.len() > 1 {
                problems.push(NoWayBack::Ambiguous { value: value.to_string(), options });
            }
            pairs.push((value.into_owned(), Value::from(option.clone())));
        }
        problems.extend(self.stray_otherwise(&pairs));
        match problems.is_empty() {
            true => Ok(ValueMap { pairs, otherwise: self.otherwise_back.clone(), ..ValueMap::default() }),
            false => Err(problems),
        }
    }

    /// The declared ways back that do not lead forth again.
    pub fn strays(&self) -> Vec<NoWayBack> {
        let leads_forth = |value: &str, option: &str| {
            self.sent(option).and_then(Value::plain).is_some_and(|sent| sent == value)
        };
        let strays = self.back.iter().filter(|(value, option)| !leads_forth(value, option));
        strays
            .map(|(value, option)| NoWayBack::Stray { value: value.clone(), option: option.clone() })
            .collect()
    }

    fn options_for(&self, value: &str) -> Vec<String> {
        let stands = self.pairs.iter().filter(|(_, sent)| sent.plain().is_some_and(|sent| sent == value));
        stands.map(|(option, _)| option.clone()).collect()
    }

    /// What `otherwise` sends comes back by `otherwise_back`, unless an option stands for it by itself.
    fn stray_otherwise(&self, back: &[(String, Value)]) -> Option<NoWayBack> {
        let value = self.otherwise.as_ref()?.plain()?;
        let option = self.otherwise_back.as_ref()?.plain()?;
        let has_own_way = back.iter().any(|(known, _)| *known == value);
        let leads_forth = self.sent(&option).and_then(Value::plain).is_some_and(|sent| sent == value);
        let stray = || NoWayBack::StrayOtherwise { value: value.to_string(), option: option.to_string() };
        (!has_own_way && !leads_forth).then(stray)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(pairs: &[(&str, &str)], back: &[(&str, &str)]) -> ValueMap {
        ValueMap {
            pairs: pairs
                .iter()
                .map(|(option, value)| ((*option).into(), Value::from((*value).to_owned())))
                .collect(),
            back: back.iter().map(|(value, option)| ((*value).into(), (*option).into())).collect(),
            ..ValueMap::default()
        }
    }

    fn otherwise(map: ValueMap, forth: &str, back: &str) -> ValueMap {
        let text = |text: &str| (!text.is_empty()).then(|| Value::from(text.to_owned()));
        ValueMap { otherwise: text(forth), otherwise_back: text(back), ..map }
    }

    fn back(map: &ValueMap, value: &str) -> Option<String> {
        map.way_back().unwrap().sent(value).and_then(Value::plain).map(|option| option.into_owned())
    }

    #[test]
    fn a_table_of_pairs_goes_back_by_itself() {
        let map = table(&[("1", "直销"), ("2", "渠道")], &[]);
        assert_eq!(back(&map, "渠道").as_deref(), Some("2"));
        assert_eq!(back(&map, "代理"), None);
        assert_eq!(back(&otherwise(map, "", "9"), "代理").as_deref(), Some("9"));
    }

    #[test]
    fn of_several_options_the_declared_one_is_meant() {
        let many = [("直销", "01"), ("门店", "01"), ("渠道", "02")];
        assert_eq!(
            table(&many, &[]).way_back(),
            Err(vec![NoWayBack::Ambiguous {
                value: "01".into(),
                options: vec!["直销".into(), "门店".into()]
            }])
        );
        assert_eq!(back(&table(&many, &[("01", "门店")]), "01").as_deref(), Some("门店"));
    }

    #[test]
    fn a_way_back_must_lead_forth_again() {
        let stray = |map: ValueMap| map.way_back().unwrap_err();
        assert_eq!(
            stray(table(&[("直销", "01"), ("渠道", "02")], &[("01", "渠道")])),
            [NoWayBack::Stray { value: "01".into(), option: "渠道".into() }]
        );
        let map = otherwise(table(&[("直销", "01")], &[]), "99", "直销");
        assert_eq!(stray(map), [NoWayBack::StrayOtherwise { value: "99".into(), option: "直销".into() }]);
        let map = otherwise(table(&[("直销", "01")], &[("99", "其他")]), "99", "");
        assert_eq!(back(&map, "99").as_deref(), Some("其他"), "all that is not in the table is sent as 99");
    }

    #[test]
    fn what_is_sent_empty_has_no_way_back_and_a_list_cannot_have_one() {
        assert_eq!(
            back(&table(&[("无", ""), ("未知", " "), ("直销", "01")], &[]), "01").as_deref(),
            Some("直销")
        );
        let mut map = table(&[("直销", "01")], &[]);
        map.pairs.push(("多选".into(), Value::List(vec!["01".into()])));
        assert_eq!(map.way_back(), Err(vec![NoWayBack::NotPlain { option: "多选".into() }]));
    }
}
