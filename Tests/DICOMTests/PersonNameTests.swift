import DICOM
import Testing

@Suite("Person name")
struct PersonNameTests {
    @Test("three groups of five components are taken apart, padding removed")
    func components() {
        let name = PersonName("Yamada^Tarou^^Dr. ^Jr. =山田^太郎=やまだ^たろう ")
        #expect(name.alphabetic.family == "Yamada")
        #expect(name.alphabetic.given == "Tarou")
        #expect(name.alphabetic.middle.isEmpty)
        #expect(name.alphabetic.prefix == "Dr.")
        #expect(name.alphabetic.suffix == "Jr.")
        #expect(name.ideographic.family == "山田")
        #expect(name.phonetic.given == "たろう")
    }

    @Test("missing groups and components are empty, too many do no harm")
    func partial() {
        #expect(PersonName("").alphabetic.isEmpty)
        #expect(PersonName("=山田").alphabetic.isEmpty)
        #expect(PersonName("=山田").ideographic.family == "山田")
        #expect(PersonName("a^b^c^d^e^f=x=y=z").alphabetic.suffix == "e^f")
        #expect(PersonName("a=x=y=z").phonetic.family == "y")
    }
}
