internal import DICOM

/// A date and perhaps a time as two elements of a data set say them (PS3.5 6.2, DA and TM), ordered by time.
struct DateAndTime: Sendable, Comparable {
    /// Eight digits.
    let date: String
    /// As written, but without the colons of old files; nil if there is no valid one.
    let time: String?

    /// Nil if there is no valid date.
    init?(date: String?, time: String?) {
        guard let date, let digits = Self.date(date) else { return nil }
        self.date = digits
        self.time = time.flatMap(Self.time)
    }

    /// The date and time of two elements of `dataSet`.
    init?(_ dataSet: DataSet, date: Tag, time: Tag) {
        self.init(date: dataSet.string(date), time: dataSet.string(time))
    }

    /// The date and time of a DT value; offsets from UTC are left out.
    init?(dateTime: String?) {
        guard let dateTime else { return nil }
        let text = dateTime.prefix { $0 != "+" && $0 != "-" }
        self.init(date: String(text.prefix(8)), time: String(text.dropFirst(8)))
    }

    private static func date(_ text: String) -> String? {
        let digits = text.utf8.filter { $0 != UInt8(ascii: ".") }
        guard digits.count == 8, let number = decimal(digits) else { return nil }
        guard (1...12).contains(number / 100 % 100), (1...31).contains(number % 100) else { return nil }
        return String(decoding: digits, as: UTF8.self)
    }

    private static func time(_ text: String) -> String? {
        let plain = text.utf8.filter { $0 != UInt8(ascii: ":") }
        let parts = plain.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, [2, 4, 6].contains(whole.count), let number = decimal(whole) else { return nil }
        let padded = whole.count == 6 ? number : whole.count == 4 ? number * 100 : number * 10000
        guard padded / 10000 < 24, padded / 100 % 100 < 60, padded % 100 < 61 else { return nil }
        if parts.count == 2 {
            guard whole.count == 6, (1...6).contains(parts[1].count), decimal(parts[1]) != nil else { return nil }
        }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func decimal(_ digits: some Collection<UInt8>) -> Int? {
        guard digits.count <= 8 else { return nil }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return number
    }

    /// As a DT value.
    var dateTime: String { date + (time ?? "") }

    /// Microseconds since midnight; 0 without a time.
    private var microsecondOfDay: Int {
        guard let time else { return 0 }
        let parts = time.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1)
        let whole = Array(parts[0] + [0x30, 0x30, 0x30, 0x30]).prefix(6)
        let number = Self.decimal(whole) ?? 0
        let fraction =
            parts.count < 2 ? 0 : Self.decimal(Array(parts[1] + [0x30, 0x30, 0x30, 0x30, 0x30]).prefix(6)) ?? 0
        return (number / 10000 * 3600 + number / 100 % 100 * 60 + number % 100) * 1_000_000 + fraction
    }

    /// Seconds since the beginning of the year 1 of the Gregorian calendar, for differences.
    var secondsSinceFirstYear: Double? {
        Self.decimal(date.utf8).map {
            Double(CivilDate(yyyymmdd: $0).dayNumber) * 86400 + Double(microsecondOfDay) / 1_000_000
        }
    }

    static func < (left: DateAndTime, right: DateAndTime) -> Bool {
        if left.date != right.date { return left.date < right.date }
        return left.microsecondOfDay < right.microsecondOfDay
    }

    static func == (left: DateAndTime, right: DateAndTime) -> Bool {
        left.date == right.date && left.microsecondOfDay == right.microsecondOfDay
    }

    /// The DT value `milliseconds` later, nil where the result is no date of the years 1 to 9999.
    func dateTime(addingMilliseconds milliseconds: Double) -> String? {
        guard milliseconds.isFinite, abs(milliseconds) < 1e13 else { return nil }
        let total = microsecondOfDay + Int((milliseconds * 1000).rounded())
        let day = 86_400_000_000
        let days = (total - ((total % day) + day) % day) / day
        let rest = ((total % day) + day) % day
        guard let number = Self.decimal(date.utf8), let moved = CivilDate(yyyymmdd: number).adding(days: days) else {
            return nil
        }
        let seconds = rest / 1_000_000
        let clock = seconds / 3600 * 10000 + seconds / 60 % 60 * 100 + seconds % 60
        return Self.padded(moved, 8) + Self.padded(clock, 6) + "." + Self.padded(rest % 1_000_000, 6)
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

/// Counts days in the Gregorian calendar.
private struct CivilDate {
    let yyyymmdd: Int

    /// The date as eight digits, nil outside of the years 1 to 9999.
    func adding(days: Int) -> Int? {
        guard abs(days) < 4_000_000 else { return nil }
        return Self.date(ofDay: dayNumber + days)
    }

    // Years begin in March, so that the leap day is the last one (H. Hinnant, chrono-compatible low-level date algorithms).
    fileprivate var dayNumber: Int {
        let month = yyyymmdd / 100 % 100
        let year = yyyymmdd / 10000 - (month <= 2 ? 1 : 0) + 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + yyyymmdd % 100 - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear
    }

    private static func date(ofDay day: Int) -> Int? {
        guard day > 0 else { return nil }
        let era = day / 146_097
        let dayOfEra = day % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        let year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0) - 400
        guard (1...9999).contains(year) else { return nil }
        return year * 10000 + month * 100 + dayOfYear - (153 * shifted + 2) / 5 + 1
    }
}
