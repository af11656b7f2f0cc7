import Testing

@testable import Conversion

struct GroupingTests {
    private func enhanced(_ summaries: [InstanceSummary]) -> ViewPlan {
        PatientPlanner.plan(summaries: summaries).enhanced
    }

    @Test("slices become one instance, ordered along the normal, whatever their numbers say")
    func volume() {
        let summaries = [
            Fixture.slice("1.1", z: 10, number: 1), Fixture.slice("1.2", z: 0, number: 2),
            Fixture.slice("1.3", z: 5, number: 3),
        ]
        let plan = enhanced(summaries)
        #expect(plan.frameUIDs(summaries) == [["1.2", "1.3", "1.1"]])
        #expect(plan.groups.first?.axes == [])
        #expect(plan.groups.first?.regularSpacing == 5)
        #expect(plan.groups.first?.frames.map(\.inStackPositionNumber) == [1, 2, 3])
        #expect(plan.groups.first?.instanceNumber == 1)
        #expect(plan.instances.first?.sopClassUID == ConversionFamily.mr.legacyConverted)
    }

    @Test("variable distances are no regular spacing")
    func variableSpacing() {
        let plan = enhanced([Fixture.slice("1.1", z: 0), Fixture.slice("1.2", z: 1.08), Fixture.slice("1.3", z: 8)])
        #expect(plan.groups.count == 1)
        #expect(plan.groups.first?.regularSpacing == nil)
    }

    @Test("orientations are parted, small differences of writing are not")
    func orientations() {
        let summaries = [
            Fixture.slice("1.1", z: 0), Fixture.slice("1.2", z: 5) { $0.orientation[0] = 0.9999999 },
            Fixture.slice("1.3", z: 0) { $0.orientation = [0, 1, 0, 0, 0, -1] },
            Fixture.slice("1.4", z: 0) { $0.orientation = [1, 0, 0, 0, 0, -1] },
        ]
        #expect(enhanced(summaries).frameUIDs(summaries) == [["1.1", "1.2"], ["1.3"], ["1.4"]])
    }

    private func grid(
        _ count: Int, _ repeats: Int, _ change: (inout ImageFacts, _ position: Int, _ time: Int) -> Void
    ) -> [InstanceSummary] {
        (0..<repeats).flatMap { time in
            (0..<count).map { position in
                let number = time * count + position + 1
                return Fixture.slice("1.\(1000 + number)", z: Double(position) * 3, number: number) {
                    change(&$0, position, time)
                }
            }
        }
    }

    @Test("echoes that fill the grid are an axis, volumes contiguous")
    func echoes() {
        let summaries = grid(3, 2) { image, _, echo in image.echoTime = [4.6, 6.9][echo] }
        let plan = enhanced(summaries)
        #expect(plan.groups.map(\.axes) == [[.echoTime]])
        #expect(plan.groups.first?.frames.map(\.source) == [0, 1, 2, 3, 4, 5])
        #expect(plan.groups.first?.frames.map(\.axisIndices) == [[1], [1], [1], [2], [2], [2]])
    }

    @Test("times and echoes are two axes, time the slower")
    func timesAndEchoes() {
        let summaries = grid(2, 6) { image, _, index in
            image.echoTime = index % 2 == 0 ? 5 : 10
            image.temporalPositionIdentifier = Double(index / 2 + 1)
        }
        let plan = enhanced(summaries)
        #expect(plan.groups.map(\.axes) == [[.temporalPosition, .echoTime]])
        #expect(plan.groups.first?.frames.map(\.source) == Array(0..<12))
    }

    @Test("echoes that do not fill the grid are instances of their own")
    func incompleteEchoes() {
        var summaries = grid(3, 2) { image, _, echo in image.echoTime = [4.6, 6.9][echo] }
        summaries.removeLast()
        #expect(enhanced(summaries).groups.map { $0.frames.map(\.source) } == [[0, 1, 2], [3, 4]])
    }

    @Test("a 4D series without temporal position takes the order of acquisition where volumes follow each other")
    func acquisitionOrder() {
        let summaries = grid(10, 10) { image, position, time in
            image.triggerTime = Double(time * 1000 + position % 2 * 500 + position * 10)
        }
        let plan = enhanced(summaries)
        #expect(plan.groups.map(\.axes) == [[.temporalPosition]])
        #expect(plan.groups.first?.frames.map(\.source) == Array(0..<100))
    }

    @Test("directions that fill the grid are an axis, images without one first")
    func directions() {
        let summaries = grid(2, 7) { image, _, direction in
            image.diffusionBValue = direction == 0 ? nil : 1000
            if direction > 0 { image.gradientOrientation = [Double(direction) / 7, 0, 0] }
        }
        let plan = enhanced(summaries)
        #expect(plan.groups.map(\.axes) == [[.diffusionGradientOrientation]])
        #expect(plan.groups.first?.frames.map(\.source) == Array(0..<14))
    }

    @Test("the order of Instance Numbers parts volumes, and is no time (digest section 3)")
    func instanceNumbersOnly() {
        let plan = enhanced(grid(4, 3) { _, _, _ in })
        #expect(plan.groups.map { $0.frames.map(\.source) } == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
        #expect(plan.groups.allSatisfy { $0.axes.isEmpty })
    }

    /// What each image of a Series is of: its time, as images that are put together must have one.
    private func expectUnmixed(_ summaries: [InstanceSummary], times: [Int], _ comment: Comment) {
        for group in enhanced(summaries).groups {
            for volume in Dictionary(grouping: group.frames, by: \.axisIndices).values {
                #expect(Set(volume.map { times[$0.source] }).count == 1, comment)
            }
        }
    }

    private static let tellings: [(String, @Sendable (inout ImageFacts, Int, Int) -> Void)] = [
        ("temporal position", { image, _, time in image.temporalPositionIdentifier = Double(time + 1) }),
        ("acquisition number", { image, _, time in image.acquisitionNumber = Double(time + 1) }),
        ("trigger time", { image, _, time in image.triggerTime = Double(time * 100) }),
        ("frame reference time", { image, _, time in image.frameReferenceTime = Double(time * 100) }),
        ("acquisition time of volumes", { image, _, time in image.acquisitionDateTime = "2026010112000\(time)" }),
        (
            "acquisition time of slices",
            { image, position, time in image.acquisitionDateTime = "202601011200\(10 + time * 10 + position)" }
        ),
        ("a mark of volumes", { image, _, time in image.volumeMarks = [7, UInt32(time)] }),
        ("Instance Number", { _, _, _ in }),
    ]

    @Test("a slice that is missing mixes no volumes, whatever tells them apart", arguments: 0..<8)
    func missingSlices(telling: Int) {
        let (name, tell) = Self.tellings[telling]
        for missing in 0..<15 {
            var summaries = grid(5, 3, tell)
            var times = summaries.indices.map { $0 / 5 }
            summaries.remove(at: missing)
            times.remove(at: missing)
            expectUnmixed(summaries, times: times, "\(name), \(missing) missing")
        }
    }

    @Test("a slice that is there twice mixes no volumes, and parts no other", arguments: 0..<8)
    func duplicateSlices(telling: Int) {
        let (name, tell) = Self.tellings[telling]
        for duplicate in 0..<15 {
            var summaries = grid(5, 3, tell)
            var copy = summaries[duplicate]
            copy.sopInstanceUID = "1.9999"
            copy.instanceNumber = telling == 7 ? copy.instanceNumber : 16
            summaries.append(copy)
            expectUnmixed(
                summaries, times: summaries.indices.map { $0 == 15 ? duplicate / 5 : $0 / 5 }, "\(name), \(duplicate)")
            if telling < 6 {
                #expect(enhanced(summaries).groups.map { $0.frames.map(\.source) } == [Array(0..<15), [15]], "\(name)")
            }
        }
    }

    @Test("slices made place by place of volumes that nothing tells apart are never mixed", arguments: [2, 3, 4, 5, 8])
    func placeByPlace(places: Int) {
        for missing in 0..<places * 2 {
            var summaries = grid(places, 2) { _, _, _ in }
            var times = summaries.indices.map { $0 / places }
            for index in summaries.indices {
                summaries[index].instanceNumber = index % places * 2 + index / places + 1
            }
            summaries.remove(at: missing)
            times.remove(at: missing)
            expectUnmixed(summaries, times: times, "\(places) places, \(missing) missing")
        }
    }

    @Test("a place that one volume alone has is in no other, though its time may say so")
    func placeOfOneVolume() {
        var summaries = grid(5, 3) { image, position, time in
            image.acquisitionDateTime = "202601011200\(10 + time * 10 + position)"
        }
        let extra = Fixture.slice("1.9999", z: 15, number: 16) { $0.acquisitionDateTime = "20260101120030" }
        summaries.append(extra)
        expectUnmixed(summaries, times: summaries.indices.map { $0 / 5 }, "extra")
    }

    @Test("a stated time stands against the order of acquisition: slices there twice are no more times")
    func allTwice() {
        let summaries = grid(5, 6) { image, position, time in
            image.temporalPositionIdentifier = Double(time / 2 + 1)
            image.acquisitionDateTime = "202601011200\(10 + time * 10 + position)"
        }
        for group in enhanced(summaries).groups {
            #expect(Set(group.frames.map { summaries[$0.source].image?.temporalPositionIdentifier }).count == 1)
        }
    }

    @Test("volumes are never ordered so that directions mix")
    func mixedDirections() {
        let summaries = grid(2, 4) { image, position, direction in
            image.diffusionBValue = 1000
            // The second position was acquired in another order of directions.
            let shown = position == 0 ? direction : (direction + 1) % 4
            image.gradientOrientation = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0]][shown]
        }
        for group in enhanced(summaries).groups {
            let volumes = Dictionary(grouping: group.frames, by: \.axisIndices)
            for volume in volumes.values {
                #expect(Set(volume.map { summaries[$0.source].image?.gradientOrientation }).count == 1)
            }
        }
    }

    @Test("a missing slice of a 4D series shifts no other volume")
    func missingSlice() {
        var summaries = grid(4, 3) { image, _, time in image.temporalPositionIdentifier = Double(time + 1) }
        summaries.remove(at: 4)
        let plan = enhanced(summaries)
        #expect(plan.groups.count == 3)
        for group in plan.groups {
            #expect(Set(group.frames.map { summaries[$0.source].image?.temporalPositionIdentifier }).count == 1)
        }
    }

    @Test("a duplicate of one position leaves the stack alone")
    func duplicatePosition() {
        let times = ["20260101120000", "20260101120001", "20260101120002", "20260101120003", "20260101120004"]
        var summaries = (0..<5).map { index in
            Fixture.slice("1.\(index)", z: Double(index), number: index + 1) { $0.acquisitionDateTime = times[index] }
        }
        summaries.append(Fixture.slice("1.9", z: 2, number: 9) { $0.acquisitionDateTime = "20260101120009" })
        #expect(enhanced(summaries).groups.map { $0.frames.map(\.source) } == [[0, 1, 2, 3, 4], [5]])
    }

    @Test("flip angles at the same places are instances of their own, for no axis stands for them")
    func flipAngles() {
        let summaries = grid(3, 2) { image, _, flip in image.flipAngle = [5, 20][flip] }
        #expect(enhanced(summaries).groups.map { $0.frames.map(\.source) } == [[0, 1, 2], [3, 4, 5]])
    }

    @Test("magnitude and phase are never in one instance")
    func imageTypes() {
        let summaries = grid(2, 2) { image, _, index in
            image.imageType = index == 0 ? "ORIGINAL\\PRIMARY\\M" : "ORIGINAL\\PRIMARY\\P"
        }
        #expect(enhanced(summaries).groups.count == 2)
    }

    @Test("slices of one plane at different places share no position")
    func inPlaneShift() {
        let summaries = [
            Fixture.slice("1.1", z: 0), Fixture.slice("1.2", z: 0) { $0.position = [50, 0, 0] },
            Fixture.slice("1.3", z: 5),
        ]
        #expect(enhanced(summaries).groups.map { $0.frames.map(\.source) } == [[0, 2], [1]])
    }

    @Test("a single plane without Slice Thickness stays as received, regular planes do not (X-15)")
    func sliceThickness() {
        let single = [Fixture.slice("1.1", z: 0) { $0.sliceThickness = nil }]
        #expect(enhanced(single).groups.isEmpty)
        #expect(enhanced(single).reasons[0]?.code == .missingAttribute)
        let stack = (0..<3).map { Fixture.slice("1.\($0)", z: Double($0)) { $0.sliceThickness = nil } }
        #expect(enhanced(stack).groups.map(\.regularSpacing) == [1])
    }

    @Test("what is too long for one Pixel Data element is split, whole volumes first")
    func sizeLimit() {
        let frames = (0..<6).map {
            EnhancedPlan.Frame(source: $0, inStackPositionNumber: $0 % 2 + 1, axisIndices: [$0 / 2 + 1])
        }
        let group = GroupPlanner.Group(frames: frames, axes: [.temporalPosition], regularSpacing: 1)
        let parts = GroupPlanner.split(group, framesAtMost: 5)
        #expect(parts.map { $0.frames.map(\.source) } == [[0, 1, 2, 3], [4, 5]])
        #expect(parts.map(\.axes) == [[.temporalPosition], []])
        let singles = GroupPlanner.split(group, framesAtMost: 1)
        #expect(singles.map { $0.frames.map(\.source) } == [[0], [1], [2], [3], [4], [5]])
        #expect(singles.allSatisfy { $0.axes.isEmpty && $0.frames.first?.inStackPositionNumber == 1 })

        let long = (0..<3).map { Fixture.slice("1.\($0)", z: Double($0)) { $0.nativeFrameLength = 2 << 30 } }
        #expect(enhanced(long).groups.map { $0.frames.count } == [1, 1, 1])
    }

    @Test("groups of a Series whose numbers repeat are numbered in order (digest 2.6)")
    func instanceNumbers() {
        let summaries = [
            Fixture.slice("1.1", z: 0, number: 1), Fixture.slice("1.2", z: 0, number: 1) { $0.imageType = "B" },
            Fixture.slice("1.3", z: 5, number: 2),
        ]
        #expect(enhanced(summaries).groups.map(\.instanceNumber) == [1, 2])
    }

    @Test("one Series UID in two Studies becomes two Series (X-3)")
    func seriesOfTwoStudies() {
        let plan = enhanced([
            Fixture.slice("1.1", z: 0, study: "1.2"),
            Fixture.slice("1.2", z: 5, study: "1.9") { $0.imageType = "B" },
        ])
        #expect(plan.instances.map(\.studyInstanceUID) == ["1.2", "1.9"])
        #expect(Set(plan.instances.map(\.seriesInstanceUID)).count == 2)
    }
}
