/// A TM value: a time of day to the microsecond (PS3.5 section 6.2).
public struct TimeValue: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// Microseconds since midnight. A second of 60, a leap second, counts into the next minute.
    public let microseconds: Int

    /// Nil if it is not within a day, a leap second at its end included.
    public init?(microseconds: Int) {
        guard (0..<86_401_000_000).contains(microseconds) else { return nil }
        self.microseconds = microseconds
    }

    /// The time of "HH", "HHMM", "HHMMSS" or "HHMMSS.F" with one to six digits of fraction, or of the "HH:MM:SS" of
    /// ACR-NEMA, padding ignored; nil for anything else. What is missing is zero.
    public init?(_ bytes: some Collection<UInt8>) {
        var scanner = DigitScanner(bytes)
        guard let value = Self.scan(&scanner, separator: UInt8(ascii: ":")), scanner.isAtEnd else { return nil }
        self = value
    }

    /// The time of a text; see ``init(_:)-(Collection<UInt8>)``.
    public init?(_ text: some StringProtocol) {
        self.init(Array(text.utf8))
    }

    /// "HHMMSS", with ".FFFFFF" if there is a fraction.
    public var description: String {
        let seconds = min(microseconds / 1_000_000, 86_399)
        let fraction = microseconds - seconds * 1_000_000
        let second = seconds % 60 + fraction / 1_000_000
        let text = digits(seconds / 3600, 2) + digits(seconds / 60 % 60, 2) + digits(second, 2)
        return fraction % 1_000_000 == 0 ? text : text + "." + digits(fraction % 1_000_000, 6)
    }

    public static func < (left: TimeValue, right: TimeValue) -> Bool { left.microseconds < right.microseconds }

    /// The time that is next in `scanner`, as far as it goes; nil if there is no hour.
    static func scan(_ scanner: inout DigitScanner, separator: UInt8?) -> TimeValue? {
        guard let hour = scanner.number(digits: 2, in: 0...23) else { return nil }
        var total = hour * 3600
        var isSeparated = false
        if let separator { isSeparated = scanner.skip(separator) }
        var fraction = 0
        if let minute = scanner.number(digits: 2, in: 0...59) {
            total += minute * 60
            let isContinued = separator.map { isSeparated && scanner.skip($0) } ?? false
            if isContinued || !isSeparated, let second = scanner.number(digits: 2, in: 0...60) {
                total += second
                if scanner.skip(UInt8(ascii: ".")) {
                    guard let millionths = scanner.millionths() else { return nil }
                    fraction = millionths
                }
            } else if isContinued {
                return nil
            }
        } else if isSeparated {
            return nil
        }
        return TimeValue(microseconds: total * 1_000_000 + fraction)
    }
}
