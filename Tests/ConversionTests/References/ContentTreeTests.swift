import DICOM
import Testing

@testable import Conversion

@Suite("Content items of reports")
struct ContentTreeTests {
    private func report(_ items: [DataSetBuilder]) -> DataSetBuilder {
        .item([(.valueType, "CONTAINER")], [(.contentSequence, items)])
    }

    /// Of a content item: its text, its UID, what it names.
    private func own(_ item: DataSet) -> String {
        ([item.string(.textValue), item.string(.uid)].compactMap { $0 } + item.named(.referencedSOPSequence))
            .joined(separator: " ")
    }

    private func item(at path: [Int], of report: DataSet) -> DataSet? {
        var item = report
        for position in path.dropFirst() {
            let items = item.items(.contentSequence)
            guard items.indices.contains(position - 1) else { return nil }
            item = items[position - 1]
        }
        return path.first == 1 ? item : nil
    }

    /// A line for each content item, below others indented; of one by reference, what it leads to.
    private func outline(_ report: DataSet) -> [String] {
        func lines(_ parent: DataSet, _ indent: String) -> [String] {
            parent.items(.contentSequence).flatMap { child in
                let path = child.integers(.referencedContentItemIdentifier)
                let line = path.isEmpty ? own(child) : "-> " + (item(at: path, of: report).map { own($0) } ?? "nowhere")
                return [indent + line] + lines(child, indent + "  ")
            }
        }
        return lines(report, "")
    }

    @Test(
        "a content item of an image that has become several stands once for each, and pointers follow what moved (R-6)")
    func repeated() throws {
        let result = try ReferenceMap.apart.rewritten(
            report([
                .content("TEXT", "a"), .content("IMAGE", "i", naming: .reference("3.1", frames: [2, 3])),
                .content("TEXT", "b", [.pointer([1, 4])]), .content("TEXT", "c", [.pointer([1, 1])]),
            ]))
        #expect(outline(result) == ["a", "i 2.25.2", "i 2.25.3", "b", "  -> c", "c", "  -> a"])
    }

    @Test("a pointer to a content item that is repeated is repeated with it")
    func pointersRepeated() throws {
        let result = try ReferenceMap.apart.rewritten(
            report([
                .content("NUM", "n", [.pointer([1, 2, 1])]),
                .content("CONTAINER", "library", [.content("IMAGE", "i", naming: .reference("3.1"))]),
            ]))
        #expect(
            outline(result) == [
                "n", "  -> i 2.25.1", "  -> i 2.25.2", "  -> i 2.25.3", "library", "  i 2.25.1", "  i 2.25.2",
                "  i 2.25.3",
            ])
    }

    @Test("coordinates stand once for each image that they are selected from, with all else that is below them")
    func coordinates() throws {
        let selected = DataSetBuilder.content(
            "IMAGE", "i", relation: "SELECTED FROM", naming: .reference("3.1", frames: [1, 3]))
        let result = try ReferenceMap.apart.rewritten(
            report([
                .content(
                    "NUM", "n", [.content("SCOORD", "s", [.content("TEXT", "t"), selected]), .content("TEXT", "u")]),
                .content("SCOORD", "p", [.pointer([1, 3], relation: "SELECTED FROM")]),
                .content("IMAGE", "j", naming: .reference("3.1", frames: [2, 3])),
                .content("TEXT", "v", [.pointer([1, 1, 2])]),
            ]))
        #expect(
            outline(result) == [
                "n", "  s", "    t", "    i 2.25.1", "  s", "    t", "    i 2.25.3", "  u", "p", "  -> j 2.25.2", "p",
                "  -> j 2.25.3", "j 2.25.2", "j 2.25.3", "v", "  -> u",
            ])
    }

    @Test("a pointer within a content item that is repeated leads to its own copy; from outside, to all")
    func pointersWithin() throws {
        let result = try ReferenceMap.apart.rewritten(
            report([
                .content(
                    "IMAGE", "i", naming: .reference("3.1", frames: [1, 2]),
                    [.content("TEXT", "t"), .content("TEXT", "u", [.pointer([1, 1, 1])])]),
                .content("TEXT", "w", [.pointer([1, 1, 1])]),
            ]))
        let lines = outline(result)
        #expect(
            lines == [
                "i 2.25.1", "  t", "  u", "    -> t", "i 2.25.2", "  t", "  u", "    -> t", "w", "  -> t", "  -> t",
            ])
        let pointers = result.items(.contentSequence).map { image in
            image.items(.contentSequence).flatMap { $0.items(.contentSequence) }.map {
                $0.integers(.referencedContentItemIdentifier)
            }
        }
        #expect(pointers[0] == [[1, 1, 1]] && pointers[1] == [[1, 2, 1]])
        let outside = result.items(.contentSequence)[2].items(.contentSequence)
        #expect(outside.map { $0.integers(.referencedContentItemIdentifier) } == [[1, 1, 1], [1, 2, 1]])
    }

    @Test("the identity of an observation stays with its first copy")
    func observationUIDs() throws {
        var image = DataSetBuilder.content("IMAGE", "i", naming: .reference("3.1"))
        image.set(.observationUID, "1.7")
        let items = try ReferenceMap.apart.rewritten(report([image])).items(.contentSequence)
        #expect(items.map { $0.string(.observationUID) } == ["1.7", nil, nil])
    }

    @Test("a UID of a Series is changed; of several that it has become, it is that of the image above (R-3)")
    func seriesUIDs() throws {
        let result = try ReferenceMap.combined.rewritten(
            report([
                .content("IMAGE", "i", naming: .reference("1.1"), [.content("UIDREF", uid: "1.9")]),
                .content("IMAGE", "j", naming: .reference("4.1"), [.content("UIDREF", uid: "1.9")]),
                .content("UIDREF", uid: "1.9"), .content("UIDREF", uid: "1.8"), .content("TEXT", "t"),
                .content("TEXT", "v", [.pointer([1, 5])]),
            ]))
        #expect(
            outline(result) == [
                "i 2.25.7#1", "  2.25.8", "j 4.1", "  1.9", "1.9", "2.25.8", "1.8", "t", "v", "  -> t",
            ])
    }

    @Test("pointers that lead nowhere, up, or round in circles do no harm")
    func strangePointers() throws {
        let result = try ReferenceMap.apart.rewritten(
            report([
                .content("IMAGE", "i", naming: .reference("3.1", frames: [1, 2])),
                .content("TEXT", "a", [.pointer([1, 9, 9]), .pointer([1, 2]), .pointer([1, 2, 3])]),
                .content("SCOORD", "s", [.pointer([1, 3], relation: "SELECTED FROM")]), .pointer([1]),
            ]))
        #expect(outline(result).prefix(3) == ["i 2.25.1", "i 2.25.2", "a"])
    }

    @Test("random reports: every content item is there, and every pointer leads to what it led to", arguments: 0..<200)
    func randomReports(seed: Int) throws {
        var random = PlanInvariantTests.Generator(state: UInt64(seed) &+ 77)
        var number = 0
        var paths: [([Int], String)] = []
        func tree(_ path: [Int], depth: Int) -> [DataSetBuilder] {
            (0..<Int.random(in: depth == 0 ? 2...5 : 0...3, using: &random)).map { position in
                number += 1
                let text = "n\(number)"
                let here = path + [position + 1]
                if !paths.isEmpty, Int.random(in: 0..<4, using: &random) == 0 {
                    return .pointer(paths[Int.random(in: paths.indices, using: &random)].0)
                }
                paths.append((here, text))
                let children = depth < 3 ? tree(here, depth: depth + 1) : []
                switch Int.random(in: 0..<4, using: &random) {
                case 0:
                    let frames = Array(1...3).filter { _ in Bool.random(using: &random) }
                    return .content("IMAGE", text, naming: .reference("3.1", frames: frames), children)
                case 1: return .content("SCOORD3D", text, children)
                default: return .content("TEXT", text, children)
                }
            }
        }
        let source = try report(tree([1], depth: 0)).read()
        let result = try ReferenceMap.apart.rewritten(DataSetBuilder(copying: source))
        func stem(_ line: String) -> String {
            line.split(separator: " ").prefix { !$0.contains(".") }.joined(separator: " ")
        }
        #expect(Set(outline(result).map(stem)) == Set(outline(source).map(stem)))
        #expect(!outline(result).contains { $0.contains("nowhere") })
        // Nothing else changes: what names no image is as often there as before, or as often as what it stands below.
        #expect(outline(result).count >= outline(source).count)
    }
}
