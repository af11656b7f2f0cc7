import DICOM
import Testing

@Suite("Decimal and integer strings")
struct DecimalStringTests {
    @Test(
        "numbers are read with padding, sign, point and exponent",
        arguments: [
            ("0", 0.0), ("-0.5", -0.5), ("+3", 3), (" 1.25 ", 1.25), ("1.25\0", 1.25), (".5", 0.5), ("5.", 5),
            ("1e3", 1000), ("1.5E-3", 0.0015), ("-1.E+2", -100), ("0.1", 0.1),
            ("123456789012345678", 123456789012345680),
            ("0.30000000000000004", 0.30000000000000004), ("9007199254740993", 9007199254740992),
            ("1.7976931348623157e308", .greatestFiniteMagnitude), ("4.9e-324", .leastNonzeroMagnitude), ("1e-400", 0),
            ("00000000000000000000000000001.5", 1.5), ("100000000000000000000000", 1e23),
        ] as [(String, Double)])
    func numbers(text: String, expected: Double) {
        #expect(DecimalString.number(text) == expected)
    }

    @Test(
        "what is no decimal number is none",
        arguments: [
            "", " ", "\0", "-", ".", "e5", "1e", "1e+", "1,5", "nan", "inf", "0x10", "1 2", "1..2", "--1", "1e5.0",
            "1e 5",
            "1e999", "1\\2", "1.5mm",
        ])
    func none(text: String) {
        #expect(DecimalString.number(text) == nil)
    }

    @Test("a field of several values is read as a whole or not at all")
    func fields() {
        #expect(DecimalString.numbers(Array("1\\-2.5\\3e1 ".utf8)) == [1, -2.5, 30])
        #expect(DecimalString.numbers(Array("".utf8)) == [])
        #expect(DecimalString.numbers(Array("1\\\\3".utf8)) == nil)
        #expect(DecimalString.numbers(Array("1\\x".utf8)) == nil)
    }

    @Test("reading agrees with the standard library, digit for digit")
    func agreement() {
        var state: UInt64 = 42
        for _ in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            guard value.isFinite else { continue }
            #expect(DecimalString.number(value.description) == value)
        }
    }

    @Test(
        "the shortest text that reads back is written, without an exponent unless the number is far from 1",
        arguments: [
            (0.0, "0"), (-0.0, "0"), (1, "1"), (-2.5, "-2.5"), (0.1, "0.1"), (1000, "1000"), (100_000, "100000"),
            (1e-7, "1e-7"), (1e15, "1e15"), (999_999_999_999_999, "999999999999999"), (0.00001, "0.00001"),
            (0.001, "0.001"), (0.0001, "0.0001"), (123456.789, "123456.789"), (1e22, "1e22"), (-1.5e-300, "-1.5e-300"),
        ] as [(Double, String)])
    func shortest(value: Double, text: String) {
        #expect(DecimalString.format(value) == text)
    }

    @Test(
        "what is too long is rounded to the digits that fit in 16 characters",
        arguments: [
            (0.333333333333333333, "0.33333333333333"), (-0.333333333333333333, "-0.3333333333333"),
            (0.666666666666666667, "0.66666666666667"),
            (0.30000000000000004, "0.3"), (123456789.123456789, "123456789.123457"), (-0.99999999999999989, "-1"),
            (-1.2345678901234567e-300, "-1.23456789e-300"), (0.000012345678901234567, "1.23456789012e-5"),
            (99999999.999999999, "100000000"), (123456789012345.67, "123456789012346"),
        ] as [(Double, String)])
    func rounded(value: Double, text: String) throws {
        let formatted = try #require(DecimalString.format(value))
        #expect(formatted == text)
        #expect(formatted.utf8.count <= 16)
    }

    @Test("every finite number is written in 16 characters that read back close to it")
    func allNumbers() throws {
        var state: UInt64 = 7
        for _ in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state)
            guard value.isFinite, value.magnitude > 1e-290 else { continue }
            let text = try #require(DecimalString.format(value))
            #expect(text.utf8.count <= 16)
            let back = try #require(DecimalString.number(text))
            #expect(abs(back - value) <= abs(value) * 1e-8)
        }
        #expect(DecimalString.format(.nan) == nil)
        #expect(DecimalString.format(.greatestFiniteMagnitude) == "1.7976931348e308")
        #expect(DecimalString.format(-.greatestFiniteMagnitude).flatMap { DecimalString.number($0) } != nil)
        #expect(DecimalString.format(-.infinity) == nil)
        #expect(DecimalString.format(.leastNonzeroMagnitude) == "5e-324")
    }

    @Test("integers are read with padding and sign, without overflow")
    func integers() {
        #expect(IntegerString.number("12 ") == 12)
        #expect(IntegerString.number(" -7") == -7)
        #expect(IntegerString.number("+0") == 0)
        #expect(IntegerString.number("9223372036854775807") == Int.max)
        #expect(IntegerString.number("-9223372036854775808") == Int.min)
        for text in ["", " ", "-", "1.0", "1 2", "9223372036854775808", "1e3", "--1", "1-"] {
            #expect(IntegerString.number(text) == nil)
        }
    }
}
