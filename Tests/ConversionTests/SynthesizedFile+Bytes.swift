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
            }
        }
        return result
    }
}
