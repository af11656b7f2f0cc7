import Archive
import Testing

@testable import ViewTree

struct RenamingTests {
    private let other = [
        "{StudyDate|year|or:undated}", "{PatientID}", "{Modality}{SeriesCode:6}", "{InstanceCode}.dcm",
    ]

    @Test("another template gives the tree that it would have given from the beginning, and back")
    func renaming() throws {
        let template = try NameTemplate(parsing: other)
        let tree = try TreeFixture()
        let expected = try TreeFixture(template: template)
        for patient in 1...3 {
            let rows = (1...4).map { instance(patient: Int64(patient), series: $0 % 2, number: $0) }
            try tree.set(rows, patient: Int64(patient))
            try expected.set(rows, patient: Int64(patient))
        }
        let before = try tree.listing()
        #expect(try tree.rename(to: template))
        #expect(try tree.listing() == expected.listing())
        #expect(try tree.listing() != before)
        #expect(try !tree.rename(to: template))
        #expect(try tree.rename(to: .default))
        #expect(try tree.listing() == before)
    }

    @Test("those who look at the trees are told of the old and the new names, and of every directory")
    func changes() throws {
        let tree = try TreeFixture()
        try tree.set([instance(patient: 1, number: 1)], patient: 1)
        let notifier = RecordingNotifier()
        tree.writer.announce(to: notifier)
        #expect(try tree.rename(to: NameTemplate(parsing: other)))
        let changes = notifier.record
        #expect(changes.names.values.flatMap { $0 }.count == 2)
        #expect(changes.nodes.values.allSatisfy { $0 } && changes.nodes.count >= 3)
    }
}

extension TreeFixture {
    func rename(to template: NameTemplate) throws -> Bool {
        try index.write { (transaction) throws(IndexError) in
            writer.use(template)
            return try writer.rename(in: transaction)
        }
    }
}
