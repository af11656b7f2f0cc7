/// A DT value: a day, a time and an offset from UTC, as far as they are given (PS3.5 section 6.2).
public struct DateTimeValue: Hashable, Sendable, CustomStringConvertible {
    /// The day; the first of the month or year where the value stops before it.
    public let date: DateValue
    /// The time; nil where the value stops before it.
    public let time: TimeValue?
    /// Minutes east of UTC; nil if the value has no offset, so that Timezone Offset From UTC (0008,0201) decides.
    public let offset: Int?

    /// A day and a time, such as those of Acquisition Date (0008,0022) and Acquisition Time (0008,0032).
    /// Nil if the offset is not -1200 to +1400.
    public init?(date: DateValue, time: TimeValue?, offset: Int? = nil) {
        if let offset, !(-720...840).contains(offset) { return nil }
        self.date = date
        self.time = time
        self.offset = offset
    }

    /// The value of "YYYYMMDDHHMMSS.FFFFFF&ZZXX", of which all but the year may be missing from the right, padding
    /// ignored; nil for anything else.
    public init?(_ bytes: some Collection<UInt8>) {
        var scanner = DigitScanner(bytes)
        guard let year = scanner.number(digits: 4, in: 0...9999) else { return nil }
        let month = scanner.number(digits: 2, in: 1...12)
        let day = month == nil ? nil : scanner.number(digits: 2, in: 1...31)
        var time: TimeValue?
        if day != nil, let next = scanner.next, (0x30...0x39).contains(next) {
            guard let scanned = TimeValue.scan(&scanner, separator: nil) else { return nil }
            time = scanned
        }
        var offset: Int?
        if let sign = scanner.next, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            guard scanner.skip(sign), let hours = scanner.number(digits: 2, in: 0...14),
                let minutes = scanner.number(digits: 2, in: 0...59)
            else { return nil }
            offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
        }
        guard scanner.isAtEnd, let date = DateValue(year: year, month: month ?? 1, day: day ?? 1) else { return nil }
        self.init(date: date, time: time, offset: offset)
    }

    /// The value of a text; see ``init(_:)-(Collection<UInt8>)``.
    public init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8))
    }

    /// Microseconds since 1970-01-01 00:00 UTC, by which values are compared.
    ///
    /// `defaultOffset` are the minutes east of UTC of a value without an offset.
    public func microsecondsSince1970(defaultOffset: Int = 0) -> Int64 {
        let days = Int64(date.daysSince1970)
        let minutes = Int64(min(max(offset ?? defaultOffset, -1440), 1440))
        return (days * 1440 - minutes) * 60_000_000 + Int64(time?.microseconds ?? 0)
    }

    /// "YYYYMMDD", with the time and the offset where they are given.
    public var description: String {
        var text = date.description + (time?.description ?? "")
        if let offset {
            text += (offset < 0 ? "-" : "+") + digits(abs(offset) / 60, 2) + digits(abs(offset) % 60, 2)
        }
        return text
    }
}
