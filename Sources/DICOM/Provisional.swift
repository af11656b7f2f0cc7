// Until decimal strings and character sets have files of their own, in the commit that follows.
public enum DecimalString {
    public static func parse(_ b: UnsafeRawBufferPointer) -> Double? { Double(String(decoding: b, as: UTF8.self)) }
    public static func format(_ d: Double) -> String { "\(d)" }
}
public struct SpecificCharacterSet: Sendable {
    public init(_ v: [String]) {}; public func decode(_ b: UnsafeRawBufferPointer, vr: VR) -> String { "" }
}
