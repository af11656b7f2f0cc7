import DICOM
import Testing

@Suite("Dates and times")
struct DateTimeTests {
    @Test("a date is read with padding, and in the form of ACR-NEMA")
    func dates() throws {
        let date = try #require(DateValue("20240229"))
        #expect((date.year, date.month, date.day) == (2024, 2, 29))
        #expect(DateValue("2024.02.29 ") == date)
        #expect(date.description == "20240229")
    }

    @Test(
        "a day that does not exist is none",
        arguments: [
            "20230229", "19000229", "20240431", "20241301", "20240100", "2024", "20240229x", "2024.0229", "",
            "2024-02-29",
        ])
    func noDates(text: String) {
        #expect(DateValue(text) == nil)
    }

    @Test("days are counted from 1970, leap years included")
    func dayCount() throws {
        for (text, days) in [
            ("19700101", 0), ("20000301", 11017), ("19691231", -1), ("16000229", -135_081), ("00000101", -719_528),
        ] {
            #expect(try #require(DateValue(text)).daysSince1970 == days)
        }
        #expect(try #require(DateValue("20231231")) < #require(DateValue("20240101")))
    }

    @Test(
        "a time is read to whatever it goes",
        arguments: [
            ("07", 25_200_000_000), ("0709", 25_740_000_000), ("070907", 25_747_000_000), ("070907.5", 25_747_500_000),
            ("070907.000001 ", 25_747_000_001), ("07:09:07.25", 25_747_250_000), ("07:09", 25_740_000_000),
            ("235960", 86_400_000_000), ("000000", 0),
        ])
    func times(text: String, microseconds: Int) {
        #expect(TimeValue(text)?.microseconds == microseconds)
    }

    @Test(
        "what is no time is none",
        arguments: [
            "", "7", "24", "0760", "070961", "070907.", "070907.1234567", "07:0907", "0709:07", "070907+0100", "-1",
        ])
    func noTimes(text: String) {
        #expect(TimeValue(text) == nil)
    }

    @Test("a time is written with a fraction only if there is one")
    func timeText() throws {
        #expect(try #require(TimeValue("0709")).description == "070900")
        #expect(try #require(TimeValue("070907.5")).description == "070907.500000")
        #expect(try #require(TimeValue("235960.25")).description == "235960.250000")
        #expect(TimeValue(microseconds: -1) == nil)
        #expect(TimeValue(microseconds: 86_401_000_000) == nil)
    }

    @Test("a date time is read to whatever it goes, with an offset at any point")
    func dateTimes() throws {
        let full = try #require(DateTimeValue("20240229070907.123456+0530"))
        #expect(full.date == DateValue("20240229"))
        #expect(full.time == TimeValue("070907.123456"))
        #expect(full.offset == 330)
        #expect(full.description == "20240229070907.123456+0530")
        #expect(DateTimeValue("2024")?.date == DateValue("20240101"))
        #expect(DateTimeValue("2024")?.time == nil)
        #expect(DateTimeValue("202402-0800")?.offset == -480)
        #expect(DateTimeValue("2024022907 ")?.time == TimeValue("07"))
        for text in [
            "", "20240230", "2024022925", "20240229070907+01", "20240229070907.+0100", "2024x", "20240229-1300",
        ] {
            #expect(DateTimeValue(text) == nil)
        }
    }

    @Test("values with different offsets are compared as instants")
    func instants() throws {
        let east = try #require(DateTimeValue("20240101003000+0100"))
        let utc = try #require(DateTimeValue("20231231233000+0000"))
        #expect(east.microsecondsSince1970() == utc.microsecondsSince1970())
        let bare = try #require(DateTimeValue("20240101003000"))
        #expect(bare.microsecondsSince1970(defaultOffset: 60) == utc.microsecondsSince1970())
        #expect(try #require(DateTimeValue("19700101000001")).microsecondsSince1970() == 1_000_000)
    }
}
