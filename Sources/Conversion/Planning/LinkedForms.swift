/// Which archived instances are two forms of one image: a classic instance and a frame of a multi-frame instance, one of
/// which names the other as its conversion source.
struct LinkedForms {
    struct Frame: Hashable {
        /// Index of the multi-frame summary.
        let source: Int
        /// From 0.
        let frameIndex: Int
    }

    /// By index of the classic summary.
    private(set) var frameOfClassic: [Int: Frame] = [:]
    /// The reverse.
    private(set) var classicOfFrame: [Frame: Int] = [:]
    /// Those of a multi-frame instance that have a classic form, by its index.
    private(set) var framesOfSource: [Int: [Frame]] = [:]
    /// Frames whose conversion source is not in the archive and that alone name it: they get its UID back (C-8).
    private(set) var restorable: [Frame: FrameOrigin] = [:]

    /// - Parameters:
    ///   - order: indices, ascending by SOP Instance UID.
    ///   - indexOfUID: of every archived instance.
    init(_ summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int]) {
        linkFrames(summaries, order: order, indexOfUID: indexOfUID)
        linkClassics(summaries, order: order, indexOfUID: indexOfUID)
    }

    /// Frames that name classic instances.
    private mutating func linkFrames(_ summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int]) {
        var claims: [String: Int] = [:]
        for index in order {
            for origin in summaries[index].frameOrigins {
                if let source = origin.source { claims[source.sopInstanceUID, default: 0] += 1 }
            }
        }
        for index in order where !summaries[index].frameOrigins.isEmpty && summaries[index].obstacle == nil {
            guard let family = summaries[index].multiFrameFamily else { continue }
            // A writer that names one source for all frames says nothing about any of them.
            var claimsHere: [String: Int] = [:]
            for origin in summaries[index].frameOrigins {
                if let source = origin.source { claimsHere[source.sopInstanceUID, default: 0] += 1 }
            }
            for (frameIndex, origin) in summaries[index].frameOrigins.enumerated() {
                guard let source = origin.source, source.sopClassUID == family.classic, source.frameNumber == nil,
                    claimsHere[source.sopInstanceUID] == 1
                else { continue }
                let frame = Frame(source: index, frameIndex: frameIndex)
                if let classic = indexOfUID[source.sopInstanceUID] {
                    link(classic, frame, summaries)
                } else if claims[source.sopInstanceUID] == 1, Self.isUID(source.sopInstanceUID) {
                    restorable[frame] = origin
                }
            }
        }
    }

    /// Classic instances that name frames.
    private mutating func linkClassics(_ summaries: [InstanceSummary], order: [Int], indexOfUID: [String: Int]) {
        var claims: [Frame: Int] = [:]
        func claimed(by index: Int) -> Frame? {
            guard let source = summaries[index].conversionSource, let number = source.frameNumber,
                let multiFrame = indexOfUID[source.sopInstanceUID], number >= 1,
                number <= summaries[multiFrame].numberOfFrames,
                source.sopClassUID == summaries[multiFrame].sopClassUID
            else { return nil }
            return Frame(source: multiFrame, frameIndex: number - 1)
        }
        for index in order where summaries[index].classicFamily != nil {
            if let frame = claimed(by: index) { claims[frame, default: 0] += 1 }
        }
        for index in order where summaries[index].classicFamily != nil && frameOfClassic[index] == nil {
            if let frame = claimed(by: index), claims[frame] == 1, classicOfFrame[frame] == nil {
                link(index, frame, summaries)
            }
        }
    }

    private mutating func link(_ classic: Int, _ frame: Frame, _ summaries: [InstanceSummary]) {
        let (single, multi) = (summaries[classic], summaries[frame.source])
        // Nothing is hidden behind what cannot be trusted to hold the same image.
        guard let family = multi.multiFrameFamily, single.sopClassUID == family.classic, single.obstacle == nil,
            multi.obstacle == nil, single.studyInstanceUID == multi.studyInstanceUID, single.rows == multi.rows,
            single.columns == multi.columns
        else { return }
        // Of several multi-frame instances made of one classic one, the first stands for it.
        if frameOfClassic[classic] == nil { frameOfClassic[classic] = frame }
        if classicOfFrame.updateValue(classic, forKey: frame) == nil {
            framesOfSource[frame.source, default: []].append(frame)
        }
    }

    /// Whether the archive has another form of the instance, or of a frame of it.
    func isLinked(_ index: Int, _ summaries: [InstanceSummary]) -> Bool {
        if frameOfClassic[index] != nil { return true }
        switch summaries[index].form {
        case .other: return false
        case .classic: return classicOfFrame.values.contains(index)
        case .enhanced, .legacyConverted: return framesOfSource[index] != nil
        }
    }

    /// Whether the archive has every frame of a multi-frame instance as a classic one.
    func isCovered(_ index: Int, _ summaries: [InstanceSummary]) -> Bool {
        let count = framesOfSource[index]?.count ?? 0
        return count > 0 && count == summaries[index].numberOfFrames
    }

    /// What PS3.5 9.1 allows.
    private static func isUID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) }
    }
}

extension InstanceSummary {
    var classicFamily: ConversionFamily? {
        if case .classic(let family) = form { family } else { nil }
    }

    var multiFrameFamily: ConversionFamily? {
        switch form {
        case .enhanced(let family), .legacyConverted(let family): family
        case .classic, .other: nil
        }
    }
}
