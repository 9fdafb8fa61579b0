use super::super::super::form::presets;
use super::*;

fn selected(asked: &[&str]) -> Selection {
    let form = presets().form("BD_Customer").unwrap();
    let asked: Vec<String> = asked.iter().map(|name| (*name).to_owned()).collect();
    select(&form, &asked)
}

/// Columns as `key → places`.
type Placed<'t> = [(&'t str, &'t [&'t str])];

/// The places of asked columns as `key → places`, without the head's own columns that go nowhere.
fn check(asked: &[&str], head: &Placed, lists: &[(&str, &Placed)]) {
    let selection = selected(asked);
    let text = |columns: &[Column]| -> Vec<(String, Vec<String>)> {
        let placed = columns.iter().filter(|column| !column.places.is_empty());
        placed.map(|column| (column.key.clone(), column.places.clone())).collect()
    };
    let expected = |columns: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        let owned = |places: &[&str]| places.iter().map(|place| (*place).to_owned()).collect();
        columns.iter().map(|(key, places)| ((*key).to_owned(), owned(places))).collect()
    };
    assert_eq!(text(&selection.head), expected(head), "{asked:?}");
    let found: Vec<_> = selection.lists.iter().map(|list| (list.key.clone(), text(&list.columns))).collect();
    let wanted: Vec<_> = lists.iter().map(|(key, columns)| ((*key).to_owned(), expected(columns))).collect();
    assert_eq!(found, wanted, "{asked:?}");
}

#[test]
fn a_field_is_found_by_every_name_it_may_have() {
    check(&["FTEL", "FName"], &[("FName", &["FName"]), ("FTEL", &["FTEL"])], &[]);
    check(&["FCreateOrgId.FNumber"], &[("FCreateOrgId.FNumber", &["FCreateOrgId.FNumber"])], &[]);
    check(&["FCreateOrgId"], &[("FCreateOrgId.FNumber", &["FCreateOrgId.FNumber"])], &[]);
    check(
        &["FCreateOrgId_FNumber"],
        &[("FCreateOrgId.FNumber", &["FCreateOrgId.FNumber", "FCreateOrgId_FNumber"])],
        &[],
    );
    check(&["FCUSTID"], &[("FCUSTID", &["FCUSTID"])], &[]);
    check(
        &["FMarginLevel", "FDefaultContact_FNumber"],
        &[
            ("FMarginLevel", &["FT_BD_CUSTOMEREXT.FMarginLevel"]),
            (
                "FDefaultContact.FNumber",
                &["FT_BD_CUSTOMEREXT.FDefaultContact.FNumber", "FDefaultContact_FNumber"],
            ),
        ],
        &[],
    );
    check(
        &["FBANKCODE", "FT_BD_CUSTBANK.0.FCURRENCYID", "FCOUNTRY1_FNumber", "FT_BD_CUSTBANK_FENTRYID"],
        &[],
        &[(
            "FT_BD_CUSTBANK",
            &[
                ("FBANKCODE", &["FBANKCODE"]),
                ("FCURRENCYID.FNumber", &["FCURRENCYID.FNumber"]),
                ("FCOUNTRY1.FNumber", &["FCOUNTRY1.FNumber", "FCOUNTRY1_FNumber"]),
            ],
        )],
    );
}

#[test]
fn a_list_asked_for_by_its_name_is_read_whole_and_two_lists_are_read_apart() {
    let selection = selected(&["FT_BD_CUSTBANK", "FT_BD_CUSTCONTACT", "FT_BD_CUSTORDERORG"]);
    let lists: Vec<(&str, usize)> =
        selection.lists.iter().map(|list| (&*list.key, list.columns.len())).collect();
    assert_eq!(lists, [("FT_BD_CUSTBANK", 11), ("FT_BD_CUSTCONTACT", 9), ("FT_BD_CUSTORDERORG", 2)]);
    assert_eq!(selection.lists[0].id_key, "FT_BD_CUSTBANK_FENTRYID");
}

#[test]
fn a_name_that_nobody_knows_is_told_and_asked_for_as_it_is() {
    let selection = selected(&["F_PAEZ_Text", "F_PAEZ_Base.FNumber"]);
    assert_eq!(selection.unknown, ["F_PAEZ_Text"]);
    let keys: Vec<&str> = selection.head.iter().map(|column| &*column.key).collect();
    assert!(keys.ends_with(&["F_PAEZ_Text", "F_PAEZ_Base.FNumber"]), "{keys:?}");
}

#[test]
fn the_whole_list_of_the_other_platform_is_understood() {
    const SEED: &str = "FCUSTID FNumber FName FCreateOrgId_FNumber FUseOrgId_FNumber FDescription FIsTrade \
        FCustTypeId_FNumber FGroup_FNumber FSALDEPTID_FNumber FSELLER_FNumber FSETTLETYPEID_FNumber \
        FRECCONDITIONID_FNumber FDISCOUNTLISTID_FNumber FPRICELISTID_FNumber FTRANSLEADTIME FInvoiceType \
        FTaxType_FNumber FShortName FADDRESS FZIP FWEBSITE FTEL FFAX FCompanyClassify_FNumber \
        FCompanyNature_FNumber FCompanyScale_FNumber FINVOICETITLE FTAXREGISTERCODE FINVOICEBANKNAME FINVOICETEL \
        FINVOICEBANKACCOUNT FINVOICEADDRESS FSUPPLIERID_FNumber FIsGroup FIsDefPayer FGROUPCUSTID_FNumber \
        FCOUNTRY1_FNumber FBANKCODE FACCOUNTNAME FBankTypeRec_FNumber FTextBankDetail FBankDetail_FNumber \
        FOpenAddressRec FCNAPS FCURRENCYID_FNumber FISDEFAULT1 FDefaultConsiLoc_FNumber \
        FDefaultSettleLoc_FNumber FDefaultPayerLoc_FNumber FDefaultContact_FNumber FMarginLevel";
    let names: Vec<&str> = SEED.split_whitespace().collect();
    let selection = selected(&names);
    assert_eq!(selection.unknown, Vec::<String>::new());
    let lists: Vec<&str> = selection.lists.iter().map(|list| &*list.key).collect();
    assert_eq!(lists, ["FT_BD_CUSTBANK"]);
    let columns = selection.head.iter().chain(selection.lists.iter().flat_map(|list| &list.columns));
    for column in columns {
        assert!(!column.key.contains('_'), "{} is no key of the server", column.key);
    }
    let placed: Vec<&str> =
        (selection.head.iter().chain(selection.lists.iter().flat_map(|list| &list.columns)))
            .flat_map(|column| column.places.iter().map(|place| place.as_str()))
            .collect();
    for name in names {
        let is_there = placed.iter().any(|place| *place == name || place.ends_with(&format!(".{name}")));
        assert!(is_there, "{name} was asked for and goes nowhere");
    }
}
