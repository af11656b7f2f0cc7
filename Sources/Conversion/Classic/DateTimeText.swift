/// A DT value cut into the DA and TM values it is made of, without any change of digits (PS3.5 6.2, digest D-6).
struct DateTimeText: Equatable {
    /// YYYYMMDD.
    let date: String
    /// HHMMSS.FFFFFF, as much of it as there is; empty if there is only a date.
    let time: String

    /// - Parameter text: a DT value; nil if it does not name a day. The offset from UTC is left out, for neither part has a
    ///   place for it.
    init?(_ text: String) {
        let local = text.utf8.prefix { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }
        let day = local.prefix(8)
        let rest = local.dropFirst(8)
        guard day.count == 8, day.allSatisfy(Self.isDigit), rest.isEmpty || rest.count >= 2,
            rest.allSatisfy({ Self.isDigit($0) || $0 == UInt8(ascii: ".") })
        else { return nil }
        date = String(decoding: day, as: UTF8.self)
        time = String(decoding: rest, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
