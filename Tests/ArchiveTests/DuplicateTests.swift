import Testing

@testable import Archive

@Suite("The same SOP Instance UID in several files")
struct DuplicateTests {
    private static let orders = [
        ["a", "b", "c"], ["a", "c", "b"], ["b", "a", "c"], ["b", "c", "a"], ["c", "a", "b"], ["c", "b", "a"],
    ]

    /// `a` and `c` hold one data set, `b` another.
    private func file(_ name: String) -> [UInt8] {
        instanceFile("1.1", pixels: name == "b" ? [9, 9, 9, 9] : [1, 2, 3, 4])
    }

    private func states(_ store: IndexStore) throws -> [String] {
        try store.read { (snapshot) throws(IndexError) in
            try snapshot.duplicates().map {
                "\(String(decoding: $0.file.path, as: UTF8.self)) \($0.hasSameDataSet.map { "\($0)" } ?? "-")"
            }
        }
    }

    @Test("the first path is shown whatever the order of arrival", arguments: orders)
    func arrival(order: [String]) throws {
        let files = try TestArchive()
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        for name in order {
            try files.write(name, file(name))
            _ = try scan.run()
        }
        #expect(try store.shown() == ["1.1": "a"])
        #expect(try states(store) == ["b false", "c true"])
    }

    @Test("when the shown one goes the next path is shown and the others are compared with it", arguments: orders)
    func departure(order: [String]) throws {
        let files = try TestArchive()
        for name in order { try files.write(name, file(name)) }
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        files.remove("a")
        _ = try scan.run()
        #expect(try store.shown() == ["1.1": "b"])
        #expect(try states(store) == ["c false"])
        files.remove("b")
        _ = try scan.run()
        #expect(try store.shown() == ["1.1": "c"])
        #expect(try states(store) == [])
    }

    @Test(
        "a whole file is shown, whatever its path, rather than one that breaks off",
        arguments: [["a", "b"], ["b", "a"]])
    func damaged(order: [String]) throws {
        let files = try TestArchive()
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        let whole = instanceFile("1.1")
        for name in order {
            try files.write(name, name == "a" ? Array(whole.dropLast(2)) : whole)
            _ = try scan.run()
        }
        #expect(try store.shown() == ["1.1": "b"])
        files.remove("b")
        _ = try scan.run()
        #expect(try store.shown() == ["1.1": "a"])
        try files.write("b", whole)
        _ = try scan.run()
        #expect(try store.shown() == ["1.1": "b"])
    }

    @Test("a duplicate that is not shown leaves its patient settled")
    func hidden() throws {
        let files = try TestArchive()
        try files.write("a", file("a"))
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        try store.settleAll()
        try files.write("c", file("c"))
        _ = try scan.run()
        #expect(try store.dirty().isEmpty)
        files.remove("c")
        _ = try scan.run()
        #expect(try store.dirty().isEmpty)
        try files.write("A", file("b"))
        _ = try scan.run()
        #expect(try store.dirty() == ["P1"])
    }
}
