/// Lines of fields with tabs between: the form of the lists in `.dicomviewfs/`. A tab, line feed, carriage return or backslash in
/// a field is written `\t`, `\n`, `\r`, `\\`; all other bytes stand as they are, so that a name that is not UTF-8 is still a name.
struct TableText {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    /// Adds one line.
    mutating func add(_ fields: String...) {
        for field in fields { add(field.utf8) }
        end()
    }

    mutating func add(_ field: some Collection<UInt8>) {
        if !isFirst { bytes.append(UInt8(ascii: "\t")) }
        isFirst = false
        for byte in field {
            switch byte {
            case UInt8(ascii: "\t"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case UInt8(ascii: "\r"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            default: bytes.append(byte)
            }
        }
    }

    /// Ends the line.
    mutating func end() {
        bytes.append(UInt8(ascii: "\n"))
        isFirst = true
    }
}
