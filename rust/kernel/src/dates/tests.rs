use super::*;

fn seconds(text: &str) -> Option<i64> {
    parse(text.as_bytes()).and_then(|moment| moment.day_first).map(|micros| micros / 1_000_000)
}

#[test]
fn civil_is_the_inverse_of_days() {
    for day in (-800_000..3_000_000).step_by(17) {
        let (year, month, of_month) = civil(day);
        assert_eq!(days(year, month, of_month), Some(day));
    }
    assert_eq!(civil(0), (1970, 1, 1));
}

#[test]
fn moments_in_many_spellings_are_one_moment() {
    let spellings = [
        "2026-04-03",
        "2026/4/3",
        "2026.04.03",
        "3 Apr 2026",
        "03-Apr-2026",
        "April 3, 2026",
        "03/04/2026",
        "3.4.26",
        "2026-04-03T00:00:00Z",
        "2026-04-03 02:00+02:00",
        "2026-04-03 12:00 AM",
    ];
    for text in spellings {
        assert_eq!(seconds(text), Some(1_775_174_400), "{text}");
    }
}

#[test]
fn a_numeric_date_has_two_readings_or_proves_one() {
    let both = parse(b"03/04/2026").unwrap();
    assert!(both.day_first.is_some() && both.month_first.is_some());
    let proved = parse(b"04/13/2026").unwrap();
    assert!(proved.day_first.is_none() && proved.month_first.is_some());
}

#[test]
fn times_count_from_midnight() {
    assert_eq!(seconds("13:05"), Some(47_100));
    assert_eq!(seconds("1:05:09 pm"), Some(47_109));
    assert_eq!(parse(b"00:00:00.25").unwrap().day_first, Some(250_000));
}

#[test]
fn what_is_no_moment() {
    for text in
        ["", "2026", "2026-02-30", "13/13/2026", "25:00", "1:2", "2026-04", "1.2.3", "192.168.1.10", "Mayo 3 2026"]
    {
        assert_eq!(parse(text.as_bytes()), None, "{text}");
    }
}
