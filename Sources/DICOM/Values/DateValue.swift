/// A DA value: a day of the Gregorian calendar (PS3.5 section 6.2).
public struct DateValue: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The year, 0 to 9999.
    public let year: Int
    /// The month, 1 to 12.
    public let month: Int
    /// The day of the month, from 1.
    public let day: Int

    /// Nil if there is no such day.
    public init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month),
            (1...Self.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day of "YYYYMMDD" or of the "YYYY.MM.DD" of ACR-NEMA, padding ignored; nil for anything else.
    public init?(_ bytes: some Collection<UInt8>) {
        var scanner = DigitScanner(bytes)
        guard let year = scanner.number(digits: 4, in: 0...9999) else { return nil }
        let isDotted = scanner.skip(UInt8(ascii: "."))
        guard let month = scanner.number(digits: 2, in: 1...12), scanner.skip(UInt8(ascii: ".")) == isDotted,
            let day = scanner.number(digits: 2, in: 1...31), scanner.isAtEnd
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The day of a text; see ``init(_:)-(Collection<UInt8>)``.
    public init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8))
    }

    /// "YYYYMMDD".
    public var description: String { digits(year, 4) + digits(month, 2) + digits(day, 2) }

    public static func < (left: DateValue, right: DateValue) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    /// Days since 1970-01-01, negative before.
    public var daysSince1970: Int {
        // Years are counted from March, so that the leap day is the last of a year.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
