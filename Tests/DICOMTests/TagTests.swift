import DICOM
import Testing

@Suite("Tag")
struct TagTests {
    @Test("a tag is written as (gggg,eeee) in upper case with leading zeros")
    func description() {
        #expect(Tag(0x0008, 0x0018).description == "(0008,0018)")
        #expect(Tag(0x7FE0, 0x0010).description == "(7FE0,0010)")
        #expect(Tag(0xFFFE, 0xE00D).hexadecimal == "FFFEE00D")
        #expect(Tag(rawValue: 0).description == "(0000,0000)")
    }

    @Test("tags are ordered by group, then by element")
    func order() {
        #expect(Tag(0x0008, 0xFFFF) < Tag(0x0009, 0x0000))
        #expect(Tag(0x0010, 0x0010) < Tag(0x0010, 0x0020))
        #expect(!(Tag(0x8000, 0) < Tag(0x7FFF, 0xFFFF)))
    }

    @Test("group and element are the two halves of the raw value")
    func halves() {
        let tag = Tag(rawValue: 0x5200_9229)
        #expect(tag.group == 0x5200)
        #expect(tag.element == 0x9229)
        #expect(tag == Tag(0x5200, 0x9229))
    }

    @Test(
        "private creators are elements 0010 to 00FF of an odd group",
        arguments: [
            (Tag(0x0019, 0x0010), true), (Tag(0x0019, 0x00FF), true), (Tag(0x0019, 0x000F), false),
            (Tag(0x0019, 0x0100), false), (Tag(0x0019, 0x1010), false), (Tag(0x0018, 0x0010), false),
        ])
    func privateCreator(tag: Tag, expected: Bool) {
        #expect(tag.isPrivateCreator == expected)
    }

    @Test("element 0000 is the group length, in private groups too")
    func groupLength() {
        #expect(Tag(0x0002, 0x0000).isGroupLength)
        #expect(Tag(0x0029, 0x0000).isGroupLength)
        #expect(!Tag(0x0002, 0x0001).isGroupLength)
    }
}
