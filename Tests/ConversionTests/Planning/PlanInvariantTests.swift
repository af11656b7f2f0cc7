import Testing

@testable import Conversion

/// Random Patients, and what must hold of every plan.
struct PlanInvariantTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    private func patient(_ random: inout Generator) -> [InstanceSummary] {
        var summaries: [InstanceSummary] = []
        var uids: [String] = []
        for series in 0..<Int.random(in: 1...4, using: &random) {
            let (positions, repeats) = (Int.random(in: 1...5, using: &random), Int.random(in: 1...3, using: &random))
            let kind = Int.random(in: 0...4, using: &random)
            for time in 0..<repeats {
                for position in 0..<positions where Int.random(in: 0..<12, using: &random) > 0 {
                    let uid = "1.\(series).\(time).\(position)"
                    let slice = Fixture.slice(
                        uid, z: Double(position) * 2, series: "1.2.\(series)", number: time * positions + position
                    ) {
                        switch kind {
                        case 0: $0.echoTime = Double(time)
                        case 1: $0.temporalPositionIdentifier = Double(time)
                        case 2: $0.diffusionBValue = Double(time) * 500
                        case 3: $0.flipAngle = Double(time) * 10
                        default: $0.acquisitionNumber = Double(time)
                        }
                        if Int.random(in: 0..<20, using: &random) == 0 { $0.sliceThickness = nil }
                    }
                    summaries.append(slice)
                    uids.append(uid)
                }
            }
        }
        for number in 0..<Int.random(in: 0...3, using: &random) {
            let sources: [String?] = (0..<Int.random(in: 1...4, using: &random)).map { frame in
                switch Int.random(in: 0...3, using: &random) {
                case 0: uids.randomElement(using: &random)
                case 1: "7.\(number).\(frame)"
                default: nil
                }
            }
            summaries.append(Fixture.legacy("3.\(number)", sources: sources))
            uids.append("3.\(number)")
            // Two in a row may be members of one concatenation, which is not always whole.
            let last = summaries.count - 1
            guard number > 0, summaries[last - 1].concatenation == nil, Bool.random(using: &random) else { continue }
            let offsets = [
                0, summaries[last - 1].numberOfFrames + (Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0),
            ]
            for (member, offset) in zip([last - 1, last], offsets) {
                summaries[member].concatenation = ConcatenationMember(
                    concatenationUID: "5.\(number)", sourceUID: "6.\(number)", frameOffset: offset)
            }
            uids.append("6.\(number)")
        }
        for number in 0..<Int.random(in: 0...5, using: &random) {
            var references = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in
                uids.randomElement(using: &random)
            }
            references.append("2.\(Int.random(in: 0...6, using: &random))")
            summaries.append(Fixture.other("2.\(number)", references: Array(Set(references))))
        }
        for index in summaries.indices where Int.random(in: 0..<15, using: &random) == 0 {
            summaries[index].obstacle = ConversionReason(.pixelDataMissing)
        }
        for index in summaries.indices where summaries[index].image != nil && Int.random(in: 0..<6, using: &random) == 0
        {
            summaries[index].graphicsKey = UInt128(Int.random(in: 1...2, using: &random))
        }
        return summaries
    }

    /// What a plan says of each instance, indices aside.
    private func content(_ plan: ViewPlan, _ summaries: [InstanceSummary]) -> [String: String] {
        Dictionary(
            plan.instances.map { instance in
                let form =
                    switch instance.form {
                    case .asReceived: "received"
                    case .updated: "updated"
                    case .enhanced(let plan):
                        "\(plan.axes) \(plan.instanceNumber) \(plan.frames.map { ($0.inStackPositionNumber, $0.axisIndices) })"
                    case .classic(let plan): "\(plan.frameIndex) \(plan.instanceNumber)"
                    case .presentationState(let plan): "\(plan.image) \(plan.frames.map(\.frameNumber))"
                    }
                let sources = instance.sources.map { summaries[$0].sopInstanceUID }
                let targets = instance.sources.flatMap { summaries[$0].references }.map { reference in
                    "\(String(describing: plan.references[reference.sopInstanceUID]))"
                }
                return (
                    instance.sopInstanceUID,
                    "\(form) \(sources) \(instance.sopClassUID) \(instance.seriesInstanceUID) \(targets)"
                )
            }
        ) { first, _ in first }
    }

    @Test("every frame is in each view once, and nothing is left out (V-4, V-5)", arguments: 0..<150)
    func completeness(seed: Int) {
        var random = Generator(state: UInt64(seed))
        let summaries = patient(&random)
        let plans = PatientPlanner.plan(summaries: summaries)
        for view in View.allCases {
            let plan = plans[view]
            #expect(Set(plan.instances.map(\.sopInstanceUID)).count == plan.instances.count)
            var seen: [Int: [Int]] = [:]
            for instance in plan.instances {
                switch instance.form {
                case .classic(let plan): seen[plan.source, default: []].append(plan.frameIndex)
                case .enhanced(let plan): for frame in plan.frames { seen[frame.source, default: []].append(0) }
                case .asReceived(let source, _), .updated(let source):
                    seen[source, default: []] += Array(0..<summaries[source].numberOfFrames)
                case .presentationState(let state):
                    let image = plan.instance(state.image.sopInstanceUID)
                    #expect(state.frames.map { image?.sources[$0.frameNumber - 1] } == state.frames.map(\.source))
                }
            }
            for index in summaries.indices {
                let frames = seen[index] ?? []
                #expect(Set(frames).count == frames.count, "\(view) \(summaries[index].sopInstanceUID)")
                // A frame that is not there itself is there as its linked form, which the map names.
                switch plan.references[summaries[index].sopInstanceUID] {
                case .unchanged(let target), .one(let target): #expect(plan.instance(target.sopInstanceUID) != nil)
                case .frames(let targets):
                    #expect(targets.count == summaries[index].numberOfFrames)
                    for target in targets { #expect(plan.instance(target.sopInstanceUID) != nil) }
                case nil: Issue.record("\(view) does not have \(summaries[index].sopInstanceUID)")
                }
                #expect(plan.hidden.contains(index) == frames.isEmpty)
            }
        }
    }

    @Test("the order of arrival does not matter", arguments: 0..<60)
    func order(seed: Int) {
        var random = Generator(state: UInt64(seed) &+ 1000)
        let summaries = patient(&random)
        let shuffled = summaries.shuffled(using: &random)
        let (one, other) = (PatientPlanner.plan(summaries: summaries), PatientPlanner.plan(summaries: shuffled))
        for view in View.allCases {
            #expect(content(one[view], summaries) == content(other[view], shuffled))
            #expect(one[view].instances.map(\.sopInstanceUID) == other[view].instances.map(\.sopInstanceUID))
        }
    }

    @Test("one UID is one content, whatever has arrived (X-2)", arguments: 0..<120)
    func sameUIDSameContent(seed: Int) {
        var random = Generator(state: UInt64(seed) &+ 5000)
        let summaries = patient(&random)
        var seen: [View: [String: String]] = [:]
        for _ in 0..<5 {
            let some = summaries.filter { _ in Int.random(in: 0..<4, using: &random) > 0 }
            let plans = PatientPlanner.plan(summaries: some)
            for view in [View.classic, .enhanced] {
                for (uid, content) in content(plans[view], some) where uid.hasPrefix("2.25.") {
                    if let known = seen[view]?[uid] { #expect(known == content) }
                    seen[view, default: [:]][uid] = content
                }
            }
        }
    }

    @Test("a late slice changes its group and what refers to it, nothing else")
    func lateSlice() {
        let first = (0..<4).map { Fixture.slice("1.1.\($0)", z: Double($0), series: "1.2.1", number: $0) }
        let second = (0..<4).map { Fixture.slice("1.2.\($0)", z: Double($0), series: "1.2.2", number: $0) }
        let turned = (0..<2).map {
            Fixture.slice("1.1.8\($0)", z: Double($0), series: "1.2.1", number: 80 + $0) {
                $0.orientation = [0, 1, 0, 0, 0, 1]
            }
        }
        let others = [
            Fixture.other("2.1", references: ["1.1.0"]), Fixture.other("2.2", references: ["1.2.0"]),
            Fixture.other("2.3", references: ["2.1"]), Fixture.other("2.4", references: ["1.1.80"]),
        ]
        let before = first + second + turned + others
        let after = [Fixture.slice("1.1.9", z: 9, series: "1.2.1", number: 9)] + before
        func uids(_ summaries: [InstanceSummary]) -> [String: String] {
            let plan = PatientPlanner.plan(summaries: summaries).enhanced
            return Dictionary(
                uniqueKeysWithValues: before.map {
                    ($0.sopInstanceUID, plan.target($0.sopInstanceUID)?.sopInstanceUID ?? "")
                })
        }
        let (old, new) = (uids(before), uids(after))
        let changed = Set(old.keys.filter { old[$0] != new[$0] })
        #expect(changed == Set(first.map(\.sopInstanceUID) + ["2.1", "2.3"]))
    }
}
