import Testing

@testable import ViewTree

@Suite("Names of frames")
struct FrameListNameTests {
    private func frames(_ name: String, of count: Int = 30) -> [Int]? {
        Array(name.utf8).withUnsafeBufferPointer { FrameListName.frames($0, count: count) }
    }

    @Test("a name says frames one by one, as runs, and in steps, in any order and more than once")
    func lists() {
        #expect(frames("0007.dcm") == [7])
        #expect(frames("7.dcm") == [7])
        #expect(frames("5-8.dcm") == [5, 6, 7, 8])
        #expect(frames("1,3,7-9.dcm") == [1, 3, 7, 8, 9])
        #expect(frames("1-30+10.dcm") == [1, 11, 21])
        #expect(frames("9,1-3,2.dcm") == [1, 2, 3, 9])
        #expect(frames("30.dcm") == [30])
    }

    @Test(
        "what is no list of frames that are there is no name",
        arguments: [
            "", ".dcm", "0.dcm", "31.dcm", "1-31.dcm", "3-1.dcm", "1-3+0.dcm", "1,.dcm", ",1.dcm", "1--3.dcm", "a.dcm",
            "1.DCM", "1", "+1.dcm", "-1.dcm", "1+2.dcm", "1-5+2+1.dcm", " 1.dcm", "99999999999999999999.dcm", "1-.dcm",
        ])
    func others(name: String) {
        #expect(frames(name) == nil)
    }

    @Test("nothing is a name where there are no frames")
    func none() {
        #expect(frames("1.dcm", of: 0) == nil)
    }

    @Test("the listed names sort as the frames do")
    func listed() {
        func name(_ number: Int, _ count: Int) -> String {
            String(decoding: FrameListName.name(of: number, count: count), as: UTF8.self)
        }
        #expect(name(1, 9) == "0001.dcm")
        #expect(name(9999, 9999) == "9999.dcm")
        #expect(name(7, 10000) == "00007.dcm")
        #expect(frames(name(7, 10000), of: 10000) == [7])
    }
}
