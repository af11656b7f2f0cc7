import Foundation

/// Text that a terminal shows and a log keeps as one line: the names of an archive's files may hold anything, and what they hold
/// must neither steer a terminal nor look like another message.
enum Printable {
    /// `text` with control characters, ends of lines and characters that turn the direction of writing as `\x1B` or `\u{202E}`.
    static func line(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": line += "\\n"
            case "\t": line += "\\t"
            case "\r": line += "\\r"
            case _ where !isControl(scalar): line.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x100: line += "\\x" + hex(scalar.value, digits: 2)
            default: line += "\\u{" + hex(scalar.value, digits: 4) + "}"
            }
        }
        return line
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0: true
        // Line and paragraph separator; marks, embeddings, overrides and isolates of direction.
        case 0x2028, 0x2029, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    private static func hex(_ value: UInt32, digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
