internal import DICOM

/// Brings references within an image up to date: an instance that was taken apart is named by its frames.
enum ReferenceRewriting {
    /// What is history, or names the other view, keeps its UIDs.
    private static let untouched: Set<Tag> = [
        .conversionSourceAttributesSequence, .originalAttributesSequence, .frameExtractionSequence,
    ]

    /// - Parameter notes: gains a reason for each frame that is referred to but does not exist.
    static func rewrite(
        _ attributes: inout DataSetBuilder, by references: ReferenceMap, notes: inout [ConversionReason]
    ) {
        for (tag, content) in zip(attributes.tags, attributes.contents) where !untouched.contains(tag) {
            switch content {
            case .copied(let element) where element.isSequence:
                guard refersToMoved(element, references) else { continue }
                attributes[tag] = .items(rewritten(element.items.map { DataSetBuilder(copying: $0) }, references, &notes))
            case .items(let items):
                attributes[tag] = .items(rewritten(items, references, &notes))
            default: continue
            }
        }
    }

    private static func refersToMoved(_ element: Element, _ references: ReferenceMap) -> Bool {
        element.items.contains { item in
            item.contains { inner in
                if inner.tag == .referencedSOPInstanceUID { return isMoved(inner.string, references) }
                return inner.isSequence && refersToMoved(inner, references)
            }
        }
    }

    private static func isMoved(_ uid: String?, _ references: ReferenceMap) -> Bool {
        switch uid.flatMap({ references[$0] }) {
        case .one, .frames: true
        case .unchanged, nil: false
        }
    }

    private static func rewritten(
        _ items: [DataSetBuilder], _ references: ReferenceMap, _ notes: inout [ConversionReason]
    ) -> [DataSetBuilder] {
        var result: [DataSetBuilder] = []
        for item in items {
            var item = item
            rewrite(&item, by: references, notes: &notes)
            let uid = item.string(.referencedSOPInstanceUID)
            switch uid.flatMap({ references[$0] }) {
            case .one(let target): result.append(self.item(item, naming: target))
            case .frames(let targets):
                let numbers = item.doubles(.referencedFrameNumber)
                if numbers.isEmpty {
                    result.append(contentsOf: targets.map { self.item(item, naming: $0) })
                }
                for number in numbers {
                    if let frameNumber = Int(exactly: number), frameNumber >= 1, frameNumber <= targets.count {
                        result.append(self.item(item, naming: targets[frameNumber - 1]))
                    } else {
                        notes.append(ConversionReason(.unresolvedReference, tag: .referencedFrameNumber, uid ?? ""))
                    }
                }
            case .unchanged, nil: result.append(item)
            }
        }
        return result
    }

    private static func item(_ item: DataSetBuilder, naming target: ReferenceMap.Target) -> DataSetBuilder {
        var item = item
        item.set(.referencedSOPClassUID, target.sopClassUID)
        item.set(.referencedSOPInstanceUID, target.sopInstanceUID)
        if let frameNumber = target.frameNumber {
            item.set(.referencedFrameNumber, frameNumber)
        } else {
            item.remove(.referencedFrameNumber)
        }
        return item
    }
}
