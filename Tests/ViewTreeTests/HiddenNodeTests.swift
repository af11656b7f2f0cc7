import Archive
import Testing
import VFS

@testable import ViewTree

@Suite("Nodes without rows")
struct HiddenNodeTests {
    private func row(_ text: String) -> NodeRow {
        let identity = NodeIdentity(tree: text)
        let epoch = FileTime(seconds: 0, nanoseconds: 0)
        return NodeRow(
            parent: 2, id: identity.nodeID(rehash: 0), name: Array(text.utf8), kind: TreeNodeKind.instance.rawValue,
            modificationTime: epoch, changeTime: epoch, identity: identity.bytes)
    }

    @Test("an id says what it names, and is never that of a node with a row, nor too great to be a cookie")
    func ids() {
        for text in ["a", "b", "c"] {
            let owner = row(text).id
            #expect(!HiddenNodeID.isHidden(owner))
            for member: HiddenNodeID.Member in [.frames, .metadata, .frame(1), .frame(HiddenNodeID.lastFrameNumber)] {
                let id = HiddenNodeID(owner: owner, rank: 2, member: member)
                #expect(HiddenNodeID.isHidden(id.rawValue))
                #expect(!HiddenNodeID.isList(id.rawValue))
                #expect(id.rawValue <= UInt64(Int64.max) - 4)
                #expect(HiddenNodeID(rawValue: id.rawValue) == id)
                #expect(id.owners.contains(owner))
            }
            #expect(HiddenNodeID(rawValue: owner) == nil)
        }
        #expect(HiddenNodeID(rawValue: HiddenNodeID.list(.max)) == nil)
        #expect(HiddenNodeID.isList(HiddenNodeID.list(0)))
        #expect(!HiddenNodeID.isHidden(1))
    }

    @Test("a list has one id however often it is named, and is known until it is forgotten as often")
    func lists() {
        let lists = NamedFrameLists()
        let (first, second) = (row("a"), row("b"))
        let id = lists.name([1, 3], of: first)
        #expect(lists.name([1, 3], of: first) == id)
        #expect(lists.name([1, 4], of: first) != id)
        #expect(lists.name([1, 3], of: second) != id)
        #expect(lists[id]?.frameNumbers == [1, 3])
        #expect(lists.ids(of: first.id).count == 2)
        lists.forget(id, lookups: 1)
        #expect(lists[id] != nil)
        lists.forget(id, lookups: 1)
        #expect(lists[id] == nil)
        #expect(lists.count == 2)
        #expect(lists.name([1, 3], of: first) == id)
    }

    @Test("who keeps answers is told of what was entered, and of nothing else")
    func changes() {
        let recorder = RecordingNotifier()
        let (entered, lists) = (EnteredDirectories(), NamedFrameLists())
        let changes = HiddenChanges(recorder, entered: entered, lists: lists)
        let (series, instance) = (row("series"), row("instance"))
        let node = NodeID(rawValue: instance.id)
        changes.contentWillChange(of: [node])
        changes.entriesChanged(in: NodeID(rawValue: series.id), names: [Array("x.dcm".utf8)])
        #expect(recorder.record.announced == [node])
        #expect(recorder.record.names.count == 1)

        let frames = HiddenNodeID(owner: series.id, rank: 0, member: .frames)
        entered.enter(series: series.id, frames)
        let directory = HiddenNodeID(owner: instance.id, rank: 0, member: .frames)
        entered.enter(instance: instance.id, directory, frameCount: 2)
        let list = NodeID(rawValue: lists.name([1, 2], of: instance))
        changes.contentWillChange(of: [node])
        changes.entriesChanged(in: NodeID(rawValue: series.id), names: [Array("x.dcm".utf8)])
        changes.nodeChanged(node, content: true)
        func id(_ member: HiddenNodeID.Member, _ owner: NodeRow) -> NodeID {
            NodeID(rawValue: HiddenNodeID(owner: owner.id, rank: 0, member: member).rawValue)
        }
        let files = [id(.metadata, instance), id(.frame(1), instance), id(.frame(2), instance), list]
        #expect(recorder.record.announced == Set([node] + files))
        #expect(recorder.record.names[id(.frames, series)] == [Array("x".utf8)])
        #expect(recorder.record.names[id(.metadata, series)] == [Array("x.json".utf8)])
        for file in files { #expect(recorder.record.nodes[file] == true) }
        #expect(recorder.record.nodes[id(.frames, instance)] == true)
    }

    @Test("names of files lead to their stems and back, and to what names them from beside")
    func names() {
        #expect(HiddenName.stem(Array("00001_ab.dcm".utf8)) == Array("00001_ab".utf8))
        #expect(HiddenName.stem(Array("IM000001".utf8)) == Array("IM000001".utf8))
        #expect(HiddenName.metadata(of: Array("a.DCM".utf8)) == Array("a.json".utf8))
        #expect(HiddenName.stem(ofMetadata: Array("a.json".utf8)) == Array("a".utf8))
        #expect(HiddenName.stem(ofMetadata: Array("a.dcm".utf8)) == nil)
        #expect(HiddenName.bulkDataURI(Array("a b#é.dcm".utf8)) == "../a%20b%23%C3%A9.dcm")
    }
}
