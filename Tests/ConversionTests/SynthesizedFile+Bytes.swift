import ByteLayout
import Conversion

extension SynthesizedFile {
    /// The bytes that a reader of the file gets.
    ///
    /// - Parameter files: the whole files it was made of.
    func materialized(_ files: [[UInt8]]) -> [UInt8] {
        let sources = files.enumerated().map { index, file in
            layout.inflatedSources.contains(UInt32(index)) ? (try? Deflated.dataSet(of: file)) ?? [] : file
        }
        var result: [UInt8] = []
        layout.forEachPiece(of: 0..<layout.size) { extent in
            switch extent.origin {
            case .synthesized(let offset):
                result += bytes[Int(offset)..<Int(offset + extent.length)]
            case .source(let source, let offset, let transform):
                var run = Array(sources[Int(source)][Int(offset)..<Int(offset + extent.length)])
                run.withUnsafeMutableBytes { transform.apply(to: $0) }
                result += run
            case .sourceBits(let source, let offset, let plane):
                let span = extent.length * BitPlane.sourceBytesPerByte
                let words = sources[Int(source)][Int(offset)..<Int(offset + span)]
                var bits = [UInt8](repeating: 0, count: Int(extent.length))
                bits.withUnsafeMutableBytes { target in
                    words.withUnsafeBytes { plane.extract(from: $0, into: target) }
                }
                result += bits
            case .sourceShifted(let source, let firstBit):
                result += (0..<extent.length).map { byte in
                    Self.bits(sources[Int(source)], from: firstBit + byte * 8, count: 8)
                }
            case .sourceJoint(let source, let joint):
                let low = Self.bits(sources[Int(source)], from: joint.lowBit, count: joint.lowCount)
                let high = Self.bits(sources[Int(source)], from: joint.highBit, count: joint.highCount)
                result.append(joint.byte(low: low, high: high))
            }
        }
        return result
    }

    /// One bit after the other.
    private static func bits(_ bytes: [UInt8], from firstBit: UInt64, count: UInt8) -> UInt8 {
        (0..<UInt64(count)).reduce(0) { value, bit in
            let number = Int(firstBit + bit)
            return value | (bytes[number / 8] >> UInt8(number % 8) & 1) << UInt8(bit)
        }
    }
}
