import Glibc
import Testing

@testable import Archive

@Suite("The index")
struct IndexStoreTests {
    @Test("a damaged index is made anew, saying so")
    func damaged() throws {
        let files = try TestArchive()
        try files.write("x", instanceFile("1.1"))
        try files.write("../index/broken.sqlite", Array(repeating: 0x5A, count: 8192))
        let path = files.indexDirectory + "/broken.sqlite"
        let (archive, _) = try files.open()
        let store = try IndexStore(path: path, archiveID: archive.identity.archiveID)
        #expect(store.rebuildReason != nil)
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        #expect(try store.shown() == ["1.1": "x"])
        try store.close()
        #expect(try IndexStore(path: path, archiveID: archive.identity.archiveID).rebuildReason == nil)
    }

    @Test("one question is answered from one state, whatever is written meanwhile, and none after closing")
    func oneState() throws {
        let files = try TestArchive()
        let (_, store) = try files.open()
        try store.write { (transaction) throws(IndexError) in try transaction.setMeta("key", "before") }
        try store.read { (snapshot) throws(IndexError) in
            #expect(try snapshot.meta("key") == "before")
            try store.write { (transaction) throws(IndexError) in try transaction.setMeta("key", "after") }
            #expect(try snapshot.meta("key") == "before")
        }
        #expect(try store.read { (snapshot) throws(IndexError) in try snapshot.meta("key") } == "after")
        try store.close()
        #expect(throws: IndexError.self) {
            _ = try store.read { (snapshot) throws(IndexError) in try snapshot.meta("key") }
        }
    }

    @Test("a question that is asked within a walk over its own answers is answered")
    func sameQuestionWithin() throws {
        let files = try TestArchive()
        for number in 1...3 { try files.write("\(number)", instanceFile("1.\(number)")) }
        let (archive, store) = try files.open()
        _ = try ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer()).run()
        var counts: [Int] = []
        try store.read { (snapshot) throws(IndexError) in
            let select = "SELECT path FROM file ORDER BY path"
            try snapshot.connection.forEach(select) { (_) throws(IndexError) in
                counts.append(try snapshot.connection.all(select) { $0.bytes(0) }.count)
                return true
            }
        }
        #expect(counts == [3, 3, 3])
    }

    @Test(
        "damage that shows only when a page is read is an error that names it, and the next to open makes the index anew"
    )
    func damagedPages() throws {
        let files = try TestArchive()
        for number in 1...300 { try files.write("\(number)", instanceFile("1.\(number)")) }
        let (archive, store) = try files.open()
        let scan = ArchiveScan(archive: archive, store: store, summarizer: CountingSummarizer())
        _ = try scan.run()
        let (path, id) = (store.path, archive.identity.archiveID)
        // The log holds all pages too, and what was moved from it is read from it first.
        try store.checkpoint()
        try store.close()
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        let file = open(path, O_RDWR)
        defer { close(file) }
        let noise = [UInt8](repeating: 0xA5, count: 4096)
        // All pages but those that opening needs.
        for page in stride(from: 24, to: Int(lseek(file, 0, SEEK_END)) / 4096, by: 1) {
            pwrite(file, noise, 4096, off_t(page * 4096))
        }
        let damaged = try IndexStore(path: path, archiveID: id)
        #expect(damaged.rebuildReason == nil)
        do throws(IndexError) {
            _ = try ArchiveScan(archive: archive, store: damaged, summarizer: CountingSummarizer()).run()
            #expect(try damaged.integrityFaults(deep: true) != [])
        } catch {
            guard case .corrupt = error else { throw error }
        }
        try damaged.close()
        let anew = try IndexStore(path: path, archiveID: id)
        #expect(anew.rebuildReason == "it was found damaged")
        _ = try ArchiveScan(archive: archive, store: anew, summarizer: CountingSummarizer()).run()
        #expect(try anew.shown().count == 300)
        try anew.close()
        #expect(try IndexStore(path: path, archiveID: id).rebuildReason == nil)
    }

    @Test("no other user can read an index, and a symbolic link in its place is refused")
    func permissions() throws {
        let files = try TestArchive()
        let (archive, store) = try files.open()
        for suffix in ["", "-wal"] {
            var facts = stat()
            #expect(stat(store.path + suffix, &facts) == 0)
            #expect(facts.st_mode & 0o077 == 0)
        }
        try store.close()
        let other = files.indexDirectory + "/other"
        try files.write("../index/other", Array("precious".utf8))
        let link = files.indexDirectory + "/link.sqlite"
        symlink(other, link)
        #expect(throws: IndexError.notAccessible(path: link, message: "it is a symbolic link; remove it", errno: ELOOP))
        {
            _ = try IndexStore(path: link, archiveID: archive.identity.archiveID)
        }
        var facts = stat()
        #expect(stat(other, &facts) == 0 && facts.st_size == 8)
    }

    @Test("a store of headers that is damaged holds nothing, and the next to open it makes it anew")
    func damagedHeaders() throws {
        let files = try TestArchive()
        let path = files.indexDirectory + "/headers.sqlite"
        let header = StoredHeader(bytes: Array(repeating: 7, count: 24_000), layout: [1])
        func key(_ number: UInt8) -> [UInt8] { Array(repeating: number, count: 32) }
        let store = try HeaderStore(path: path, limit: 1 << 30)
        // So many that SQLite moves them from its log into the file.
        for number in UInt8(1)...250 { try store.insert([(key(number), header)]) }
        try store.close()
        for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
        let file = open(path, O_RDWR)
        defer { close(file) }
        let noise = [UInt8](repeating: 0xA5, count: 4096)
        let pages = Int(lseek(file, 0, SEEK_END)) / 4096
        #expect(pages > 500)
        for page in 3..<max(3, pages) { pwrite(file, noise, 4096, off_t(page * 4096)) }
        let damaged = try HeaderStore(path: path, limit: 1 << 30)
        for number in UInt8(1)...250 { #expect(try damaged.header(key(number))?.bytes != header.bytes) }
        try damaged.insert([(key(251), header)])
        try damaged.close()
        let anew = try HeaderStore(path: path, limit: 1 << 30)
        try anew.insert([(key(1), header)])
        #expect(try anew.header(key(1))?.bytes == header.bytes)
    }

    @Test("an index of another version or of another archive is made anew, saying so")
    func foreign() throws {
        let files = try TestArchive()
        let path = files.indexDirectory + "/x.sqlite"
        let first = try IndexStore(path: path, archiveID: "A")
        try first.write { (transaction) throws(IndexError) in
            try transaction.setMeta("fact", "kept")
            try transaction.connection.run("PRAGMA user_version = 99")
        }
        try first.close()
        let second = try IndexStore(path: path, archiveID: "A")
        #expect(second.rebuildReason.map { $0.hasPrefix("made by newer software") } == true)
        #expect(try second.read { (snapshot) throws(IndexError) in try snapshot.meta("fact") } == nil)
        try second.close()
        let third = try IndexStore(path: path, archiveID: "B")
        #expect(third.rebuildReason.map { $0.hasPrefix("it belongs to the archive A") } == true)
    }

    @Test("what a transaction that throws did is undone")
    func rollback() throws {
        let files = try TestArchive()
        let store = try IndexStore(path: files.indexDirectory + "/x.sqlite", archiveID: "A")
        #expect(throws: IndexError.busy(path: "test")) {
            try store.write { (transaction) throws(IndexError) in
                try transaction.setMeta("fact", "lost")
                throw .busy(path: "test")
            }
        }
        #expect(try store.read { (snapshot) throws(IndexError) in try snapshot.meta("fact") } == nil)
    }

    @Test("the lock names the process that has it, and is free when that lets go")
    func lock() throws {
        let files = try TestArchive()
        let path = files.indexDirectory + "/index.lock"
        do {
            let lock = try IndexLock(path: path)
            #expect(throws: IndexError.locked(path: path, pid: getpid())) { _ = try IndexLock(path: path) }
            withExtendedLifetime(lock) {}
        }
        _ = try IndexLock(path: path)
    }

    @Test("storing view instances keeps the ids of those that stay and tells what changed")
    func viewInstances() throws {
        let files = try TestArchive()
        let store = try IndexStore(path: files.indexDirectory + "/x.sqlite", archiveID: "A")
        func row(_ uid: String, size: UInt64 = 1, notes: [ReasonRow] = []) -> ViewInstanceRow {
            var attributes = NamingAttributes()
            attributes[.patientName] = "Müller^\(uid)"
            return ViewInstanceRow(
                view: .enhanced, patientRowID: 5, sopInstanceUID: uid, sopClassUID: "1", studyInstanceUID: "2",
                seriesInstanceUID: "3", form: .enhanced, sourceFileIDs: [7, -1, .max], size: size,
                modificationTime: FileTime(seconds: -5, nanoseconds: 9),
                changeTime: FileTime(seconds: 6, nanoseconds: 999_999_999), headerDigest: [1, 2],
                attributes: attributes,
                plan: [0, 255], reason: ReasonRow(code: "mosaic", tag: 0x0008_0008, detail: "tiles"), notes: notes)
        }
        let note = ReasonRow(code: "placeholderDate", tag: nil, detail: "")
        let first = try store.write { (transaction) throws(IndexError) in
            try transaction.replaceViewInstances(
                ofPatient: 5, view: .enhanced, rows: [row("a", notes: [note, note]), row("b"), row("c")])
        }
        #expect(first.inserted.count == 3)
        let second = try store.write { (transaction) throws(IndexError) in
            try transaction.replaceViewInstances(
                ofPatient: 5, view: .enhanced, rows: [row("a", notes: [note, note]), row("b", size: 2), row("d")])
        }
        #expect(second.inserted.map(\.sopInstanceUID) == ["d"])
        #expect(second.updated.map(\.new.id) == [first.inserted[1].id])
        #expect(second.removed == [first.inserted[2]])
        let stored = try store.read { (snapshot) throws(IndexError) in
            try snapshot.viewInstance(ofPatient: 5, view: .enhanced, sopInstanceUID: "a")
        }
        #expect(stored == first.inserted[0])
        let counts = try store.read { (snapshot) throws(IndexError) in
            (try snapshot.unconvertedCounts(view: .enhanced), try snapshot.noteCounts(view: .enhanced))
        }
        #expect(counts.0 == ["mosaic": 3] && counts.1 == ["placeholderDate": 2])
    }

    @Test("two patients whose files claim one UID each keep theirs, whoever comes first")
    func sharedUID() throws {
        let files = try TestArchive()
        let store = try IndexStore(path: files.indexDirectory + "/x.sqlite", archiveID: "A")
        let time = FileTime(seconds: 1, nanoseconds: 2)
        for patient: Int64 in [8, 5] {
            let row = ViewInstanceRow(
                view: .classic, patientRowID: patient, sopInstanceUID: "a", sopClassUID: "1", studyInstanceUID: "2",
                seriesInstanceUID: "3", form: .classic, sourceFileIDs: [patient], size: 1, modificationTime: time,
                changeTime: time, attributes: NamingAttributes())
            try store.write { (transaction) throws(IndexError) in
                _ = try transaction.replaceViewInstances(ofPatient: patient, view: .classic, rows: [row])
            }
        }
        let sources = try store.read { (snapshot) throws(IndexError) in
            try [5, 8].map { (patient) throws(IndexError) in
                try snapshot.viewInstances(ofPatient: patient, view: .classic).map(\.sourceFileIDs)
            }
        }
        #expect(sources == [[[5]], [[8]]])
    }

    @Test("nodes are found by id and by name and listed in the order of their ids")
    func nodes() throws {
        let files = try TestArchive()
        let store = try IndexStore(path: files.indexDirectory + "/x.sqlite", archiveID: "A")
        let ids: [UInt64] = [900, 3, 0x7FFF_FFFF_FFFF_FFFF, 77]
        let time = FileTime(seconds: 1, nanoseconds: 2)
        try store.write { (transaction) throws(IndexError) in
            for id in ids {
                try transaction.insertNode(
                    NodeRow(
                        parent: 1, id: id, name: Array("n\(id)".utf8), kind: 3, viewInstanceID: 4, size: id,
                        modificationTime: time, changeTime: time, entryDigest: .max))
            }
        }
        try store.read { (snapshot) throws(IndexError) in
            #expect(try snapshot.children(of: 1).map(\.id) == ids.sorted())
            #expect(try snapshot.children(of: 1, after: 77, limit: 1).map(\.id) == [900])
            #expect(try snapshot.child(of: 1, name: Array("n77".utf8))?.id == 77)
            #expect(try snapshot.node(id: ids[2])?.entryDigest == .max)
            var outer: [String] = []
            // One walk within another: each has a statement of its own.
            try snapshot.forEachChild(of: 1) { (node) throws(IndexError) in
                try snapshot.forEachChild(of: 1, after: 900) { inner in
                    outer.append(String(decoding: node.name, as: UTF8.self) + ">" + "\(inner.id == ids[2])")
                    return true
                }
                return node.id != 77
            }
            #expect(outer == ["n3>true", "n77>true"])
        }
        #expect(throws: IndexError.self) {
            try store.write { (transaction) throws(IndexError) in
                try transaction.insertNode(
                    NodeRow(parent: 2, id: 77, name: [1], kind: 0, modificationTime: time, changeTime: time))
            }
        }
    }
}
