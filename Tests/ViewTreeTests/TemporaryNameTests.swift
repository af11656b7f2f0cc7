import Testing

@testable import ViewTree

@Suite("Temporary names")
struct TemporaryNameTests {
    @Test(
        "names that programs give while they write, or to what is theirs alone",
        arguments: [
            ".IM1.dcm.aB3dE9", "IM1.dcm.part", "scan.PARTIAL", "x.crdownload", "IM1~", "._IM1", ".DS_Store",
            "Thumbs.db",
            ".goutputstream-AB12CD", "IM1.tmp", ".",
        ])
    func temporary(name: String) { #expect(TemporaryName.contains(Array(name.utf8))) }

    @Test(
        "all others are final",
        arguments: ["IM1", "IM1.dcm", "part", "tmp.dcm", "~", "a.part.dcm", "DICOMDIR", "01.1.2"])
    func final(name: String) { #expect(!TemporaryName.contains(Array(name.utf8))) }
}
