import DICOM
import Testing

@testable import Conversion

@Suite("Attributes that speak of frames by number")
struct FrameIndexedAttributesTests {
    private func pointer(_ tags: [Tag]) -> [UInt8] {
        tags.flatMap { tag -> [UInt8] in
            [tag.group, tag.element].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        }
    }

    @Test("the time between frames grows with what is between them, and becomes a list where it is no longer the same")
    func frameTime() throws {
        var fixture = ExtractionFixture(frameCount: 6)
        fixture.dataSet.set(.frameTime, "33.3")
        fixture.dataSet.set(.cineRate, "30")
        fixture.dataSet.set(.frameDelay, "5")
        fixture.dataSet.set(.frameIncrementPointer, vr: .AT, bytes: pointer([.frameTime]))
        let neighbors = try fixture.extracted([2, 3]).dataSet
        #expect(neighbors.string(.frameTime) == "33.3")
        #expect(neighbors.string(.cineRate) == "30")
        #expect(neighbors.string(.frameDelay) == "38.3")
        let third = try fixture.extracted([1, 3, 5]).dataSet
        #expect(third.string(.frameTime) == "66.6")
        #expect(third[.cineRate] == nil)
        let irregular = try fixture.extracted([1, 2, 6]).dataSet
        #expect(irregular[.frameTime] == nil)
        #expect(irregular.doubles(.frameTimeVector) == [0, 33.3, 133.2])
        #expect(irregular[.frameIncrementPointer]?.tags == [.frameTimeVector])
        let single = try fixture.extracted([4]).dataSet
        #expect(single.string(.frameTime) == "33.3")
    }

    @Test("a list of times is that of the frames taken")
    func frameTimeVector() throws {
        var fixture = ExtractionFixture(frameCount: 5)
        fixture.dataSet.set(.frameTimeVector, "0\\10.00\\20\\30\\40")
        fixture.dataSet.set(.frameIncrementPointer, vr: .AT, bytes: pointer([.frameTimeVector]))
        #expect(try fixture.extracted([1, 2, 4]).dataSet.strings(.frameTimeVector) == ["0", "10.00", "50"])
        #expect(try fixture.extracted([3, 4, 5]).dataSet.strings(.frameTimeVector) == ["0", "30", "40"])
        #expect(
            try fixture.extracted([1, 2, 3, 4, 5]).dataSet.strings(.frameTimeVector) == [
                "0", "10.00", "20", "30", "40",
            ])
    }

    @Test("vectors of nuclear medicine, and whatever frames are counted by, keep the values of the frames taken")
    func vectors() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        fixture.dataSet.set(.energyWindowVector, [1, 1, 2, 2], vr: .US)
        fixture.dataSet.set(.detectorVector, [1, 2, 1, 2], vr: .US)
        fixture.dataSet.set(.frameLabelVector, "a\\b\\c\\d")
        fixture.dataSet.set(Tag(0x0018, 0x9151), "w\\x\\y\\z")
        fixture.dataSet.set(
            .frameIncrementPointer, vr: .AT, bytes: pointer([.energyWindowVector, Tag(0x0018, 0x9151)]))
        let dataSet = try fixture.extracted([2, 3]).dataSet
        #expect(dataSet.integers(.energyWindowVector) == [1, 2])
        #expect(dataSet.integers(.detectorVector) == [2, 1])
        #expect(try fixture.extracted([3, 4]).dataSet.integers(.energyWindowVector) == [1, 1])
        #expect(dataSet.strings(.frameLabelVector) == ["b", "c"])
        #expect(dataSet.strings(Tag(0x0018, 0x9151)) == ["x", "y"])
        #expect(dataSet[.frameIncrementPointer]?.tags == [.energyWindowVector, Tag(0x0018, 0x9151)])
    }

    @Test("what a vector of nuclear medicine counts is counted anew, and slices stay where they are")
    func nuclearVectors() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        fixture.dataSet.set(.energyWindowVector, [1, 1, 2, 2], vr: .US)
        fixture.dataSet.set(.numberOfEnergyWindows, [2], vr: .US)
        let windows = ["Tc", "Tl"].map { name in
            var item = DataSetBuilder()
            item.set(.energyWindowName, name)
            return item
        }
        fixture.dataSet.set(.energyWindowInformationSequence, items: windows)
        fixture.dataSet.set(.sliceVector, [1, 2, 3, 4], vr: .US)
        fixture.dataSet.set(.numberOfSlices, [4], vr: .US)
        fixture.dataSet.set(.spacingBetweenSlices, "2")
        var detector = DataSetBuilder()
        detector.set(.imagePositionPatient, "0\\0\\10")
        detector.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0")
        fixture.dataSet.set(.detectorInformationSequence, items: [detector])
        let dataSet = try fixture.extracted([3, 4]).dataSet
        #expect(dataSet.integers(.energyWindowVector) == [1, 1])
        #expect(dataSet.integer(.numberOfEnergyWindows) == 1)
        #expect(dataSet.items(.energyWindowInformationSequence).map { $0.string(.energyWindowName) } == ["Tl"])
        #expect(dataSet.integers(.sliceVector) == [1, 2])
        #expect(dataSet.integer(.numberOfSlices) == 2)
        #expect(dataSet.firstItem(.detectorInformationSequence)?.doubles(.imagePositionPatient) == [0, 0, 14])
        let second = try fixture.extracted([2, 4]).dataSet
        #expect(second.double(.spacingBetweenSlices) == 4)
        #expect(throws: ConversionReason.self) { try fixture.extracted([1, 2, 4]) }
    }

    @Test("numbers of frames follow the frames, and go with those that are not there")
    func frameNumbers() throws {
        var fixture = ExtractionFixture(frameCount: 5)
        fixture.dataSet.set(.representativeFrameNumber, [3], vr: .US)
        fixture.dataSet.set(.frameNumbersOfInterest, [1, 4], vr: .US)
        fixture.dataSet.set(.frameOfInterestDescription, "first\\fourth")
        fixture.dataSet.set(.startTrim, "2")
        fixture.dataSet.set(.stopTrim, "4")
        fixture.dataSet.set(.smallestImagePixelValue, [0], vr: .US)
        let kept = try fixture.extracted([3, 4, 5]).dataSet
        #expect(kept.integers(.representativeFrameNumber) == [1])
        #expect(kept.integers(.frameNumbersOfInterest) == [2])
        #expect(kept.strings(.frameOfInterestDescription) == ["fourth"])
        #expect([kept.integer(.startTrim), kept.integer(.stopTrim)] == [1, 2])
        #expect(kept[.smallestImagePixelValue] == nil)
        let gone = try fixture.extracted([5]).dataSet
        for tag in [Tag.representativeFrameNumber, .frameNumbersOfInterest, .frameOfInterestDescription, .startTrim] {
            #expect(gone[tag] == nil)
        }
        #expect(try fixture.extracted([1, 2, 3, 4, 5]).dataSet.integers(.smallestImagePixelValue) == [0])
    }

    @Test("masks stay where what they are made of is there")
    func masks() throws {
        var fixture = ExtractionFixture(frameCount: 6)
        var item = DataSetBuilder()
        item.set(.maskOperation, "AVG_SUB")
        item.set(.applicableFrameRange, [3, 6], vr: .US)
        item.set(.maskFrameNumbers, [1, 2], vr: .US)
        fixture.dataSet.set(.maskSubtractionSequence, items: [item])
        fixture.dataSet.set(.recommendedViewingMode, "SUB")
        let kept = try fixture.extracted([1, 2, 5]).dataSet
        #expect(kept.firstItem(.maskSubtractionSequence)?.integers(.applicableFrameRange) == [3, 3])
        #expect(kept.firstItem(.maskSubtractionSequence)?.integers(.maskFrameNumbers) == [1, 2])
        #expect(kept.string(.recommendedViewingMode) == "SUB")
        let gone = try fixture.extracted([2, 5]).dataSet
        #expect(gone[.maskSubtractionSequence] == nil)
        #expect(gone[.recommendedViewingMode] == nil)
    }

    @Test("an overlay of several frames keeps the planes of those taken")
    func overlays() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        fixture.dataSet.set(.overlayRows(inGroup: 0x6000), [1], vr: .US)
        fixture.dataSet.set(.overlayColumns(inGroup: 0x6000), [3], vr: .US)
        fixture.dataSet.set(Tag(0x6000, 0x0015), "3")
        fixture.dataSet.set(Tag(0x6000, 0x0051), [2], vr: .US)
        // Planes 001, 010, 111 over frames 2, 3, 4.
        fixture.dataSet.set(.overlayData(inGroup: 0x6000), vr: .OB, bytes: [0b1101_0001, 0b1])
        let dataSet = try fixture.extracted([1, 2, 4]).dataSet
        #expect(dataSet.integer(Tag(0x6000, 0x0015)) == 2)
        #expect(dataSet.integer(Tag(0x6000, 0x0051)) == 2)
        #expect(dataSet[.overlayData(inGroup: 0x6000)]?.valueBytes == [0b11_1001, 0])
        #expect(!(try fixture.extracted([1]).dataSet.contains { $0.tag.group == 0x6000 }))
    }

    @Test("an overlay of one plane goes with the frame that it names, and one that names none lies over all")
    func planes() throws {
        var fixture = ExtractionFixture(frameCount: 4)
        for group: UInt16 in [0x6000, 0x6002] {
            fixture.dataSet.set(.overlayRows(inGroup: group), [1], vr: .US)
            fixture.dataSet.set(.overlayColumns(inGroup: group), [3], vr: .US)
            fixture.dataSet.set(.overlayData(inGroup: group), vr: .OB, bytes: [0b101, 0])
        }
        fixture.dataSet.set(Tag(0x6000, 0x0051), [3], vr: .US)
        fixture.dataSet.set(Tag(0x6002, 0x0015), "1")
        let taken = try fixture.extracted([2, 3]).dataSet
        #expect(taken.integer(Tag(0x6000, 0x0051)) == 2 && taken[Tag(0x6000, 0x0015)] == nil)
        #expect(taken[.overlayData(inGroup: 0x6000)]?.valueBytes == [0b101, 0])
        #expect(taken.integer(Tag(0x6002, 0x0015)) == 1 && taken[Tag(0x6002, 0x0051)] == nil)
        let other = try fixture.extracted([1, 4]).dataSet
        #expect(!other.contains { $0.tag.group == 0x6000 })
        #expect(other[.overlayData(inGroup: 0x6002)]?.valueBytes == [0b101, 0])
    }

    @Test("the planes of a dose stay where they are")
    func dose() throws {
        var fixture = ExtractionFixture(frameCount: 3)
        fixture.dataSet.set(.gridFrameOffsetVector, "0\\2.5\\5")
        fixture.dataSet.set(.imagePositionPatient, "1\\2\\3")
        fixture.dataSet.set(.imageOrientationPatient, "1\\0\\0\\0\\1\\0")
        fixture.dataSet.set(.frameIncrementPointer, vr: .AT, bytes: pointer([.gridFrameOffsetVector]))
        let dataSet = try fixture.extracted([2, 3]).dataSet
        #expect(dataSet.doubles(.gridFrameOffsetVector) == [0, 2.5])
        #expect(dataSet.doubles(.imagePositionPatient) == [1, 2, 5.5])
        #expect(try fixture.extracted([3]).dataSet[.gridFrameOffsetVector] == nil)
        #expect(try fixture.extracted([3]).dataSet.doubles(.imagePositionPatient) == [1, 2, 8])
        fixture.dataSet.set(.gridFrameOffsetVector, "3\\5.5\\8")
        let absolute = try fixture.extracted([2, 3]).dataSet
        #expect(absolute.doubles(.gridFrameOffsetVector) == [5.5, 8])
        #expect(absolute.doubles(.imagePositionPatient) == [1, 2, 3])
    }
}
