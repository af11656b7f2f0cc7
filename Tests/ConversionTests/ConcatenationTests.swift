import DICOM
import Testing

@testable import Conversion

@Suite("Concatenations (C-9, R-8)")
struct ConcatenationTests {
    private static let source = "1.2.3.10"
    private static let concatenation = "1.2.3.20"

    /// The members of an image that is cut into parts of so many frames, 3 mm apart.
    private func members(
        _ frameCounts: [Int], _ sopClassUID: String = ConversionFamily.mr.enhanced, modality: String = "MR",
        _ change: (Int, inout ClassicFixture) -> Void = { _, _ in }
    ) -> [[UInt8]] {
        var offset = 0
        return frameCounts.enumerated().map { member, frameCount in
            var fixture = ClassicFixture(sopClassUID, modality: modality, frameCount: frameCount)
            fixture.topLevel.set(.sopInstanceUID, "1.2.3.1\(member + 1)")
            fixture.topLevel.set(.patientID, "P1")
            fixture.topLevel.set(.instanceNumber, "\(member + 1)")
            fixture.topLevel.set(.concatenationUID, Self.concatenation)
            fixture.topLevel.set(.sopInstanceUIDOfConcatenationSource, Self.source)
            fixture.topLevel.set(.inConcatenationNumber, member + 1)
            fixture.topLevel.set(.inConcatenationTotalNumber, frameCounts.count)
            fixture.topLevel.set(.concatenationFrameOffsetNumber, offset)
            for frame in 0..<frameCount {
                let position = offset + frame
                fixture.perFrame[frame].setMacro(.planePositionSequence) {
                    $0.set(.imagePositionPatient, "0\\0\\\(position * 3)")
                }
            }
            change(member, &fixture)
            offset += frameCount
            return fixture.bytes
        }
    }

    private func file(_ dataSet: DataSetBuilder) -> [UInt8] {
        FileHeader.encode(
            mediaStorageSOPClassUID: "1.2", mediaStorageSOPInstanceUID: "1.2",
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.4", implementationVersionName: "TEST")
            + Encoder.encode(dataSet)
    }

    /// A presentation state that names frames of the image that was cut.
    private func state(_ frames: [Int]) -> [UInt8] {
        var reference = DataSetBuilder.reference(Self.source, frames: frames)
        reference.set(.referencedSOPClassUID, ConversionFamily.mr.enhanced)
        return file(
            .item(
                [
                    (.sopClassUID, Fixture.grayscalePresentationState), (.sopInstanceUID, "1.2.9.1"),
                    (.studyInstanceUID, "1.2.3.2"), (.seriesInstanceUID, "1.2.9"), (.modality, "PR"),
                    (.patientID, "P1"),
                ], [(.displayedAreaSelectionSequence, [.item([], [(.referencedImageSequence, [reference])])])]))
    }

    private func named(_ file: ConvertedPatient.File?) -> [String] {
        file?.dataSet.firstItem(.displayedAreaSelectionSequence)?.named(.referencedImageSequence) ?? []
    }

    /// By SOP Instance UID of member and frame number.
    private func frames(_ patient: ConvertedPatient) -> [String: DataSet] {
        var frames: [String: DataSet] = [:]
        for file in patient[.classic].values where file.planned.sopClassUID != Fixture.grayscalePresentationState {
            guard let source = file.dataSet.firstItem(.conversionSourceAttributesSequence) else { continue }
            let number = source.integer(.referencedFrameNumber) ?? 0
            frames["\(source.string(.referencedSOPInstanceUID) ?? "")#\(number)"] = file.dataSet
        }
        return frames
    }

    @Test("the members are taken apart as one image, without attributes of a concatenation")
    func apart() throws {
        let patient = try ConvertedPatient(members([2, 3]).reversed())
        let frames = frames(patient)
        #expect(frames.count == 5)
        #expect(frames["1.2.3.11#2"]?.integer(.instanceNumber) == 2)
        #expect(frames["1.2.3.12#1"]?.integer(.instanceNumber) == 3)
        #expect(frames["1.2.3.12#3"]?.integer(.instanceNumber) == 5)
        #expect(Set(frames.values.map { $0.string(.seriesInstanceUID) }).count == 1)
        for frame in frames.values {
            for element in [0x9161, 0x0242, 0x9162, 0x9163, 0x9228] as [UInt16] {
                #expect(frame[Tag(0x0020, element)] == nil)
            }
        }
        #expect(patient[.enhanced].values.allSatisfy { $0.isReceived })
    }

    /// The members of a PET image that is cut into parts of two frames, by the units of each.
    private func petMembers(units: [String]) -> [[UInt8]] {
        members(units.map { _ in 2 }, ConversionFamily.pet.enhanced, modality: "PT") { member, fixture in
            for (tag, text) in [
                (Tag.seriesDate, "20240102"), (.seriesTime, "103000"), (.countsSource, "EMISSION"),
                (.decayCorrected, "NO"),
            ] { fixture.topLevel.set(tag, text) }
            fixture.topLevel.set(.bitsStored, 16, vr: .US)
            fixture.topLevel.set(.highBit, 15, vr: .US)
            fixture.shared.setMacro(.pixelValueTransformationSequence) {
                $0.set(.rescaleSlope, "2")
                $0.set(.rescaleIntercept, "0")
            }
            fixture.shared.setMacro(.realWorldValueMappingSequence) {
                $0.setMacro(.measurementUnitsCodeSequence) {
                    $0.set(.codeValue, units[member])
                    $0.set(.codingSchemeDesignator, "UCUM")
                }
                $0.set(.realWorldValueSlope, [2.0])
                $0.set(.realWorldValueIntercept, [0.0])
                $0.set(.realWorldValueFirstValueMapped, 0, vr: .US)
                $0.set(.realWorldValueLastValueMapped, 65535, vr: .US)
            }
            for frame in fixture.perFrame.indices {
                fixture.perFrame[frame].setMacro(.frameContentSequence) {
                    $0.set(.frameAcquisitionDateTime, "20240102103000")
                    $0.set(.frameReferenceDateTime, "20240102103010")
                    $0.set(.frameAcquisitionDuration, [20000.0])
                }
            }
        }
    }

    @Test("what is said of all frames is said of those of all members")
    func survey() throws {
        let patient = try ConvertedPatient(petMembers(units: ["Bq/ml", "Bq/ml"]))
        let frames = frames(patient)
        #expect(frames.count == 4, "\(patient.plan.classic.reasons)")
        #expect(frames.values.allSatisfy { $0.integer(.numberOfSlices) == 4 })
        #expect(frames["1.2.3.11#1"]?.integer(.imageIndex) == 1)
        #expect(frames["1.2.3.12#2"]?.integer(.imageIndex) == 4)
    }

    @Test("PET of which one member is in other units stays as received, all members of it, with both units")
    func unitsOfMembers() throws {
        let patient = try ConvertedPatient(petMembers(units: ["Bq/ml", "Bq/ml", "{counts}"]))
        #expect(patient[.classic].count == 3 && patient[.classic].values.allSatisfy { $0.isReceived })
        #expect(patient.plan.classic.reasons.count == 3)
        for reason in patient.plan.classic.reasons.values {
            #expect("\(reason)".contains("BQML, CNTS"), "\(reason)")
        }
    }

    @Test("a reference to the source of the concatenation leads to the slices of its logical frame numbers")
    func logicalFrames() throws {
        let patient = try ConvertedPatient(members([2, 3]) + [state([2, 4])])
        let frames = frames(patient)
        let state = patient[.classic].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }
        #expect(
            named(state)
                == ["1.2.3.11#2", "1.2.3.12#2"].map { frames[$0]?.string(.sopInstanceUID) ?? "" })
        #expect(patient[.enhanced]["1.2.9.1"]?.isReceived == true)
        // Without frame numbers it means all of them.
        let whole = try ConvertedPatient(members([2, 3]) + [self.state([])])
        #expect(
            named(whole[.classic].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }).count
                == 5)
    }

    @Test(
        "a concatenation that is not whole stays as received, with the reason",
        arguments: [
            ("first member missing", "frames 1 to 2 are missing"), ("second of three missing", "frames 3 to 5"),
            ("last member missing", "2 of 3 members"), ("same frames twice", "frame 3 is there twice"),
            ("no offset", "does not say"), ("another source", "the members disagree"),
            ("other rows", "the members disagree"), ("a member cut short", "pixelDataTruncated"),
        ])
    func broken(fault: String, reason: String) throws {
        var files = members([2, 3, 1]) { member, fixture in
            guard member == 1 else { return }
            switch fault {
            case "no offset": fixture.topLevel.remove(.concatenationFrameOffsetNumber)
            case "another source": fixture.topLevel.set(.sopInstanceUIDOfConcatenationSource, "1.2.3.99")
            case "other rows": fixture.topLevel.set(.rows, 2, vr: .US)
            default: break
            }
        }
        switch fault {
        case "first member missing": files.removeFirst()
        case "second of three missing": files.remove(at: 1)
        case "last member missing": files.removeLast()
        case "same frames twice":
            files.append(members([2, 3, 1]) { $1.topLevel.set(.sopInstanceUID, "1.2.3.3\($0)") }[1])
        case "a member cut short": files[1].removeLast(2)
        default: break
        }
        let patient = try ConvertedPatient(files + [state([1])])
        #expect(patient[.classic].count == files.count + 1)
        #expect(patient[.classic].values.allSatisfy { $0.isReceived })
        let reasons = patient.plan.classic.reasons
        #expect(reasons.count == files.count)
        #expect(reasons.values.contains { "\($0)".contains(reason) }, "\(reasons)")
    }

    @Test(
        "in the enhanced view members change together, under new UIDs of one concatenation, if a reference in one must")
    func changing() throws {
        let slices = RandomPatient(seed: 3, hasMultiFrames: false).files.filter { file in
            (try? DICOMFile(header: MemoryByteSource(file)))?.dataSet.string(.sopClassUID)
                == ConversionFamily.mr.classic
        }
        let slice = try #require(
            slices.first.flatMap { try? DICOMFile(header: MemoryByteSource($0)) }?.dataSet.string(.sopInstanceUID))
        let files = members([2, 3]) { member, fixture in
            if member == 1 { fixture.perFrame[0].set(.referencedImageSequence, items: [.reference(slice)]) }
        }
        let patient = try ConvertedPatient(slices + files + [state([4])])
        let found = patient[.enhanced].values.filter { $0.dataSet[.concatenationUID] != nil }
        #expect(found.count == 2)
        #expect(found.allSatisfy { !$0.isReceived && $0.dataSet.string(.queryRetrieveView) == "ENHANCED" })
        #expect(Set(found.map(\.planned.seriesInstanceUID)).count == 1)
        let uids = Set(found.map { $0.dataSet.string(.concatenationUID) })
        let sources = Set(found.map { $0.dataSet.string(.sopInstanceUIDOfConcatenationSource) })
        #expect(uids.count == 1 && sources.count == 1)
        #expect(uids.isDisjoint(with: [Self.concatenation]) && sources.isDisjoint(with: [Self.source]))
        #expect(uids.isDisjoint(with: sources))
        // In order, and the pixels as they were.
        #expect(
            found.sorted { $0.dataSet.integer(.instanceNumber) ?? 0 < $1.dataSet.integer(.instanceNumber) ?? 0 }
                .map { $0.dataSet.integer(.concatenationFrameOffsetNumber) } == [0, 2])
        let state = patient[.enhanced].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }
        #expect(named(state) == sources.map { "\($0 ?? "")#4" })
    }

    @Test("very many members of one concatenation cost no more than so many instances, and stay as received")
    func many() {
        let slices = (0..<4).map { Fixture.slice("1.1.\($0)", z: Double($0), number: $0) }
        let members = (0..<20_000).map { number in
            var member = Fixture.legacy("3.\(number)", sources: [nil])
            member.concatenation = ConcatenationMember(
                concatenationUID: "3.9", sourceUID: "3.8", frameOffset: number)
            if number == 7 { member.references = [InstanceReference(sopInstanceUID: "1.1.0")] }
            return member
        }
        let other = Fixture.other("2.1", references: ["3.8"])
        let plan = PatientPlanner.plan(summaries: slices + members + [other])
        #expect(plan.classic.reasons.count == members.count)
        #expect(plan.classic.instances.allSatisfy { if case .asReceived = $0.form { true } else { false } })
        // One reference changes, and so do all members and what refers to the image that they are.
        let updated = plan.enhanced.instances.filter { if case .updated = $0.form { true } else { false } }
        #expect(updated.count == members.count + 1)
    }

    /// The slices of an image that was cut into three, by frame number of that.
    private func slices() throws -> [[UInt8]] {
        let patient = try ConvertedPatient(members([2, 2, 2]))
        return frames(patient).sorted { $0.key < $1.key }.compactMap { _, slice in
            patient[.classic][slice.string(.sopInstanceUID) ?? ""]?.bytes
        }
    }

    private func uid(_ file: [UInt8]) throws -> String {
        try DICOMFile(header: MemoryByteSource(file)).dataSet.string(.sopInstanceUID) ?? ""
    }

    @Test("of a concatenation that is not whole, and slices of it, each frame is shown once (X-6)")
    func partsAndSlices() throws {
        let (parts, slices) = (members([2, 2, 2]), try slices())
        #expect(slices.count == 6)
        let patient = try ConvertedPatient(Array(parts.prefix(2)) + slices + [state([3, 5])])
        #expect(patient[.classic].count == 7)
        #expect(patient.plan.classic.hidden == [0, 1] && patient.plan.classic.reasons.isEmpty)
        // What is known of the image leads to its slices, what is not stays.
        let state = patient[.classic].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }
        #expect(named(state) == [try uid(slices[2]), "\(Self.source)#5"])
        // The others are combined.
        #expect(patient[.enhanced].count == 4)
        #expect(patient.plan.enhanced.hidden == [2, 3, 4, 5])
        for view in [View.classic, .enhanced] { #expect(patient.faults(view) == []) }
    }

    @Test("a member that is the last of three leads to its slices by the numbers that its frames have in the image")
    func lastPart() throws {
        let (parts, slices) = (members([2, 2, 2]), try slices())
        let patient = try ConvertedPatient([parts[2]] + slices.suffix(2) + [state([6, 1])])
        #expect(patient[.classic].count == 3)
        let state = patient[.classic].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }
        #expect(named(state) == [try uid(slices[5]), "\(Self.source)#1"])
    }

    @Test("a concatenation that is not whole, and of which slices are missing, is shown for those that are there (X-6)")
    func partsAndSomeSlices() throws {
        let (parts, slices) = (members([2, 2, 2]), try slices())
        var reference = DataSetBuilder.reference(try uid(slices[2]))
        reference.set(.referencedSOPClassUID, ConversionFamily.mr.classic)
        let other = file(
            .item(
                [
                    (.sopClassUID, Fixture.grayscalePresentationState), (.sopInstanceUID, "1.2.9.2"),
                    (.studyInstanceUID, "1.2.3.2"), (.seriesInstanceUID, "1.2.9"), (.patientID, "P1"),
                ], [(.displayedAreaSelectionSequence, [.item([], [(.referencedImageSequence, [reference])])])]))
        let patient = try ConvertedPatient(
            Array(parts.prefix(2)) + [slices[0], slices[1], slices[2], slices[5]] + [state([3]), other])
        for view in [View.classic, .enhanced] {
            let plan = patient.plan[view]
            #expect(plan.hidden == [2, 3, 4], "\(view)")
            #expect(patient[view].count == 5 && patient.faults(view) == [])
            let states = patient[view].values.filter {
                $0.planned.sopClassUID == Fixture.grayscalePresentationState
            }
            #expect(Set(states.flatMap(named)) == ["\(Self.source)#3", "1.2.3.12#1"], "\(view)")
        }
        #expect(Set(patient.plan.classic.reasons.keys) == [0, 1])
    }

    @Test("of an image that is archived whole as well, references lead to that")
    func bothForms() throws {
        var whole = ClassicFixture(ConversionFamily.mr.enhanced, modality: "MR", frameCount: 5)
        whole.topLevel.set(.sopInstanceUID, Self.source)
        whole.topLevel.set(.patientID, "P1")
        whole.topLevel.remove(.concatenationFrameOffsetNumber)
        let patient = try ConvertedPatient(members([2, 3]) + [whole.bytes, state([4])])
        let frames = frames(patient)
        #expect(frames.count == 10)
        let state = patient[.classic].values.first { $0.planned.sopClassUID == Fixture.grayscalePresentationState }
        #expect(named(state) == [frames["\(Self.source)#4"]?.string(.sopInstanceUID) ?? ""])
    }
}
