import Archive
import Testing

@testable import ViewTree

struct TreeWriterTests {
    /// Two studies with two series each.
    private func patient(_ patient: Int64, instances: ClosedRange<Int> = 1...3) -> [ViewInstanceRow] {
        (1...2).flatMap { study in
            (1...2).flatMap { series in
                instances.map { instance(patient: patient, study: study, series: series, number: $0) }
            }
        }
    }

    @Test("an empty archive has its roots")
    func empty() throws {
        let lines = try TreeFixture().listing()
        for name in ["/default ", "/classic ", "/enhanced ", "/.dicomviewfs/status.json "] {
            #expect(lines.contains { $0.hasPrefix(name) })
        }
    }

    @Test("directories whose rows lead around in a circle are an error, not an end of this process")
    func circle() throws {
        let fixture = try TreeFixture()
        try fixture.set(patient(1), patient: 1)
        try fixture.index.write { (transaction) throws(IndexError) in
            let series = try transaction.snapshot.children(of: 1).filter { $0.kind == TreeNodeKind.view.rawValue }
            for view in series {
                for patient in try transaction.snapshot.children(of: view.id) {
                    for study in try transaction.snapshot.children(of: patient.id) {
                        try transaction.deleteNode(parent: study.parent, id: study.id)
                        var row = study
                        row.parent = study.id
                        try transaction.insertNode(row)
                    }
                }
            }
        }
        #expect(throws: IndexError.self) { try fixture.set([], patient: 1) }
    }

    @Test("any order of arrivals gives the same tree", arguments: 0..<6)
    func order(_ seed: UInt64) throws {
        let expected = try TreeFixture()
        for number in 1...4 { try expected.set(patient(Int64(number)), patient: Int64(number)) }

        let shuffled = try TreeFixture()
        var generator = SplitMix(state: seed)
        var present: [Int64: [ViewInstanceRow]] = [:]
        let arrivals = (1...4).flatMap { patient(Int64($0)) }.shuffled(using: &generator)
        for arrival in arrivals {
            present[arrival.patientRowID, default: []].append(arrival)
            try shuffled.set(present[arrival.patientRowID] ?? [], patient: arrival.patientRowID)
        }
        #expect(try shuffled.listing() == expected.listing())
    }

    @Test("what is removed, changed and moved leaves the tree of what is there", arguments: [62, 16, 10])
    func incremental(idBits: Int) throws {
        let tree = try TreeFixture(idBits: idBits)
        for number in 1...4 { try tree.set(patient(Int64(number), instances: 1...9), patient: Int64(number)) }
        // The youngest file of patient 1 goes, one changes, one moves to another series; patient 2 goes altogether.
        var changed = patient(1, instances: 1...8)
        changed[0].size = 7
        changed[0].modificationTime.seconds = 5
        changed[0].changeTime.seconds = 5
        changed[1].attributes[.seriesDescription] = "elsewhere"
        try tree.set(changed, patient: 1)
        try tree.set([], patient: 2)

        let expected = try TreeFixture(idBits: idBits)
        for number in [4, 3] { try expected.set(patient(Int64(number), instances: 1...9), patient: Int64(number)) }
        try expected.set(changed, patient: 1)
        #expect(try tree.listing() == expected.listing())
        #expect(try !tree.listing().contains { $0.contains("/P2_") })
    }

    @Test("node ids that clash are given out in the order of identities", arguments: 0..<4)
    func clashingIDs(_ seed: UInt64) throws {
        // 10 bits for some 170 nodes: several clash, directories among them.
        let expected = try TreeFixture(idBits: 10)
        for number in 1...4 { try expected.set(patient(Int64(number), instances: 1...9), patient: Int64(number)) }
        let rehashed = try expected.index.read { (snapshot) throws(IndexError) in try snapshot.rehashedNodes() }
        #expect(rehashed.contains { $0.viewInstanceID == nil })
        #expect(rehashed.contains { $0.viewInstanceID != nil })

        let shuffled = try TreeFixture(idBits: 10)
        var generator = SplitMix(state: seed)
        try shuffled.set((1...9).map { instance(patient: 9, number: $0) }, patient: 9)
        for number in (1...4).shuffled(using: &generator) {
            let rows = patient(Int64(number), instances: 1...9).shuffled(using: &generator)
            try shuffled.set(Array(rows.prefix(20)), patient: Int64(number))
            try shuffled.set(rows, patient: Int64(number))
        }
        try shuffled.set([], patient: 9)
        #expect(try shuffled.listing() == expected.listing())
    }

    @Test("names that clash are given out in the order of identities", arguments: 0..<4)
    func clashingNames(_ seed: UInt64) throws {
        // Codes of one character, and nothing to tell instances apart but them.
        var template = NameTemplate.default
        for level in template.levels.indices { template.levels[level].code?.length = 1 }
        template.levels[3].parts = []
        template.levels[2].parts = []
        let all = (1...3).flatMap { series in (1...12).map { instance(patient: 1, series: series, number: $0) } }
        let expected = try TreeFixture(template: template)
        try expected.set(all, patient: 1)
        let rehashed = try expected.index.read { (snapshot) throws(IndexError) in try snapshot.rehashedNodes() }
        #expect(rehashed.contains { $0.nameRehash > 0 })

        let shuffled = try TreeFixture(template: template)
        var generator = SplitMix(state: seed)
        let more = (13...20).map { instance(patient: 1, series: 2, number: $0) }
        let other = (1...9).map { instance(patient: 1, series: 7, number: $0) }
        let rows = (all + more + other).shuffled(using: &generator)
        try shuffled.set(Array(rows.prefix(30)), patient: 1)
        try shuffled.set(rows, patient: 1)
        try shuffled.set(all, patient: 1)
        #expect(try shuffled.listing() == expected.listing())
    }

    @Test("a directory has the latest second below it, and other nanoseconds for other entries")
    func times() throws {
        let tree = try TreeFixture()
        func time(_ prefix: String) throws -> String? {
            try tree.listing().first { $0.hasPrefix(prefix) }?.split(separator: " ").dropFirst(3).first.map(String.init)
        }
        try tree.set(
            [instance(patient: 1, number: 1, seconds: 50), instance(patient: 1, number: 2, seconds: 40)], patient: 1)
        let before = try time("/default/P1")
        #expect(before?.hasPrefix("50.") == true)
        #expect(try time("/default ")?.hasPrefix("50.") == true)
        try tree.set(
            [instance(patient: 1, number: 1, seconds: 50), instance(patient: 1, number: 3, seconds: 40)], patient: 1)
        #expect(try time("/default/P1") != before)
        #expect(try time("/default/P1")?.hasPrefix("50.") == true)
        try tree.set([instance(patient: 1, number: 3, seconds: 40)], patient: 1)
        #expect(try time("/default/P1")?.hasPrefix("40.") == true)
    }

    @Test("changes are told by directory, once the trees are looked at")
    func changes() throws {
        let tree = try TreeFixture()
        try tree.set([instance(patient: 1, number: 1)], patient: 1)
        let notifier = RecordingNotifier()
        tree.writer.announce(to: notifier)
        try tree.set([instance(patient: 1, number: 1), instance(patient: 1, number: 2)], patient: 1)
        let changes = notifier.record
        #expect(changes.names.count == 1)
        #expect(changes.names.values.first?.count == 1)
        // The study, the patient, the view and the root have other times; so has the series, which is told with its names.
        #expect(changes.nodes.count == 4)
        #expect(changes.announced.isEmpty)
    }

    @Test("files whose bytes change are announced before, and told when the transaction has ended, either way")
    func changedFiles() throws {
        let tree = try TreeFixture()
        try tree.set([instance(patient: 1, number: 1)], patient: 1)
        let notifier = RecordingNotifier()
        tree.writer.announce(to: notifier)
        try tree.set([instance(patient: 1, number: 1, seconds: 77)], patient: 1)
        let file = try #require(notifier.record.announced.first)
        #expect(notifier.record.announced.count == 1)
        #expect(notifier.record.nodes[file] == true)
        struct Refusal: Error {}
        let refused = RecordingNotifier()
        tree.writer.announce(to: refused)
        #expect(throws: IndexError.self) {
            try tree.index.write { (transaction) throws(IndexError) in
                let row = instance(patient: 1, number: 1, seconds: 78)
                let changes = try transaction.replaceViewInstances(ofPatient: 1, view: row.view, rows: [row])
                try tree.writer.viewInstancesChanged(changes, in: transaction)
                throw .busy(path: "refused")
            }
        }
        #expect(refused.record.announced == [file])
        #expect(refused.record.nodes[file] == true)
    }
}

/// A generator of the same numbers each time (Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
