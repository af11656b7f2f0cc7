import DICOM
import Testing

@testable import Conversion

/// Archives into which files of their own views have come back, whole or broken off.
@Suite("Copies of files of the views among the files they were made from")
struct ReturnedCopiesTests {
    private struct Pool {
        /// Whole files, distinct by UID.
        var files: [(uid: String, bytes: [UInt8])] = []

        mutating func add(_ more: [[UInt8]]) throws {
            for bytes in more {
                let uid = try DICOMFile(header: MemoryByteSource(bytes)).dataSet.string(.sopInstanceUID) ?? ""
                if !files.contains(where: { $0.uid == uid }) { files.append((uid, bytes)) }
            }
        }
    }

    /// What was received, what each view made of it, and what each view makes of what the other made.
    private func pool(_ random: RandomPatient) throws -> Pool {
        let received = try ConvertedPatient(random.files)
        var pool = Pool()
        try pool.add(random.files)
        let enhanced = received.exported(.enhanced)
        try pool.add(enhanced)
        try pool.add(received.exported(.classic))
        try pool.add(ConvertedPatient(enhanced).exported(.classic))
        return pool
    }

    /// A file that breaks off: in the pixel data, or anywhere behind the UIDs that make it an instance.
    private func brokenOff(_ bytes: [UInt8], _ random: inout PlanInvariantTests.Generator) -> [UInt8]? {
        let isSlight = Bool.random(using: &random)
        let missing = Int.random(in: 1...(isSlight ? 8 : bytes.count / 2), using: &random)
        let broken = Array(bytes.dropLast(missing))
        let file = try? DICOMFile(header: MemoryByteSource(broken))
        guard let dataSet = file?.dataSet, dataSet.string(.sopInstanceUID) != nil, dataSet.string(.sopClassUID) != nil
        else { return nil }
        return broken
    }

    @Test(
        "each UID is shown once, each instance is accounted for, no frame is shown twice, and one UID is one content",
        arguments: 0..<60)
    func anySubset(seed: Int) throws {
        var random = RandomPatient(seed: seed &+ 7000)
        let pool = try pool(random)
        var seen: [View: [String: [UInt8]]] = [:]
        for _ in 0..<4 {
            var files: [[UInt8]] = []
            var broken: Set<String> = []
            for file in pool.files where Int.random(in: 0..<3, using: &random.random) > 0 {
                if Int.random(in: 0..<5, using: &random.random) > 0 {
                    files.append(file.bytes)
                } else if let bytes = brokenOff(file.bytes, &random.random) {
                    files.append(bytes)
                    broken.insert(file.uid)
                }
            }
            let patient = try ConvertedPatient(files)
            for view in [View.classic, .enhanced] {
                expectEachOnce(patient, view, broken: broken)
                for (uid, file) in patient[view] where uid.hasPrefix("2.25.") {
                    if file.isReceived, broken.contains(uid) { continue }
                    // What becomes again what it was made from differs from it by what C-8 lists.
                    if file.planned.derivedUID != uid { continue }
                    if let known = seen[view]?[uid], known != file.bytes { Issue.record("\(view) \(uid)") }
                    seen[view, default: [:]][uid] = file.bytes
                }
            }
            let shuffled = try ConvertedPatient(files.shuffled(using: &random.random))
            for view in [View.classic, .enhanced] { #expect(patient.exported(view) == shuffled.exported(view)) }
        }
    }

    private func expectEachOnce(_ patient: ConvertedPatient, _ view: View, broken: Set<String>) {
        let plan = patient.plan[view]
        #expect(Set(plan.instances.map(\.sopInstanceUID)).count == plan.instances.count)
        var frames: [Int: [Int]] = [:]
        var received: Set<String> = []
        for instance in plan.instances {
            switch instance.form {
            case .classic(let plan): frames[plan.source, default: []].append(plan.frameIndex)
            case .enhanced(let plan): for frame in plan.frames { frames[frame.source, default: []].append(0) }
            case .asReceived(let source, let reason):
                frames[source, default: []] += Array(0..<patient.summaries[source].numberOfFrames)
                if reason != nil { received.insert(instance.sopInstanceUID) }
            case .updated(let source):
                frames[source, default: []] += Array(0..<patient.summaries[source].numberOfFrames)
            case .presentationState: break
            }
        }
        for (index, summary) in patient.summaries.enumerated() {
            let shown = frames[index] ?? []
            #expect(Set(shown).count == shown.count, "\(view) \(summary.sopInstanceUID)")
            let isAccountedFor =
                !shown.isEmpty || plan.copies[summary.sopInstanceUID] == index || plan.hidden.contains(index)
            #expect(isAccountedFor, "\(view) \(summary.sopInstanceUID)")
            let targets: [ReferenceMap.Target] =
                switch plan.references[summary.sopInstanceUID] {
                case .unchanged(let target), .one(let target): [target]
                case .frames(let targets): targets
                case nil: []
                }
            #expect(!targets.isEmpty || summary.numberOfFrames == 0)
            for target in targets { #expect(patient[view][target.sopInstanceUID] != nil) }
        }
        expectNoFrameInBothForms(patient, view, frames, broken: broken)
        // What stands as received for a reason does not say what stands in the view; what breaks off before its Series has none
        // that others could name, and may break off before it says how many frames it has.
        let unplaced = patient.summaries.filter(\.seriesInstanceUID.isEmpty).map(\.sopInstanceUID)
        let faults = patient.faults(view).filter { fault in
            !received.contains { fault.hasPrefix("\($0):") }
                && !unplaced.contains { fault.hasSuffix("Series of \($0)") }
                && !(fault.contains(": frame ") && broken.contains { fault.hasSuffix("of \($0)") })
        }
        for fault in faults {
            let named = plan.instances.filter { fault.contains($0.sopInstanceUID) }
            Issue.record("\(view) \(fault) \(named.map { "\($0.form) \($0.seriesInstanceUID)" })")
        }
    }

    /// - Parameter shown: by index of the summary, the frames that stand in the view in some form.
    private func expectNoFrameInBothForms(
        _ patient: ConvertedPatient, _ view: View, _ shown: [Int: [Int]], broken: Set<String>
    ) {
        let indexOfUID = Dictionary(
            patient.summaries.enumerated().map { ($1.sopInstanceUID, $0) }, uniquingKeysWith: { first, _ in first })
        let claims = Dictionary(grouping: patient.summaries.compactMap(\.conversionSource)) { $0 }
        for (slice, summary) in patient.summaries.enumerated() where !broken.contains(summary.sopInstanceUID) {
            guard let source = summary.conversionSource, let number = source.frameNumber,
                let image = indexOfUID[source.sopInstanceUID], !broken.contains(source.sopInstanceUID),
                // Of several that say so, none is taken at its word (X-6).
                claims[source]?.count == 1
            else { continue }
            let isTwice = !(shown[slice] ?? []).isEmpty && (shown[image] ?? []).contains(number - 1)
            #expect(!isTwice, "\(view) \(summary.sopInstanceUID) and frame \(number) of \(source.sopInstanceUID)")
        }
    }

    private func slices() throws -> [[UInt8]] { EnhancedFixture(3).files }

    private func combined(_ files: [[UInt8]]) throws -> ConvertedPatient.File {
        let patient = try ConvertedPatient(files)
        return try #require(
            patient[.enhanced].values.first { if case .enhanced = $0.planned.form { true } else { false } })
    }

    @Test("of a broken copy of a combined image and its slices, the image made of the slices is shown")
    func brokenImage() throws {
        let files = try slices()
        let image = try combined(files)
        let patient = try ConvertedPatient(files + [Array(image.bytes.dropLast(4))])
        #expect(patient[.enhanced].count == 1)
        #expect(patient[.enhanced][image.planned.sopInstanceUID]?.bytes == image.bytes)
        #expect(patient.plan.enhanced.copies == [image.planned.sopInstanceUID: 3])
        // In the other view it is what it is, and says why.
        #expect(patient[.classic].count == 4)
        #expect(patient.plan.classic.reasons[3]?.code == .pixelDataTruncated)
    }

    @Test("what was made for one view, and lacks what it refers to, is not shown beside its original in the other")
    func copyWithoutTargets() throws {
        let files = try slices()
        let original = try keyObject(naming: files)
        let updated = try #require(
            try ConvertedPatient(files + [original])[.enhanced].values.first {
                if case .updated = $0.planned.form { true } else { false }
            })
        let patient = try ConvertedPatient(files + [original, updated.bytes])
        #expect(Set(patient[.classic].keys) == Set(patient.summaries[0...3].map(\.sopInstanceUID)))
        #expect(patient.plan.classic.hidden == [4])
        // Where it was made for, it is what is made again.
        #expect(patient[.enhanced].count == 2)
        #expect(patient[.enhanced][updated.planned.sopInstanceUID]?.bytes == updated.bytes)
    }

    @Test("what was made for a view, and names what is absent, is not shown there beside what the view makes (X-6)")
    func copyOfWhatIsMade() throws {
        let files = try slices()
        let keyObject = try keyObject(naming: files)
        let updated = try #require(
            try ConvertedPatient(files + [keyObject])[.enhanced].values.first {
                if case .updated = $0.planned.form { true } else { false }
            })
        // Other slices than those that it was made for: another image, which it does not name.
        let some = Array(files.prefix(2))
        let patient = try ConvertedPatient(some + [keyObject, updated.bytes])
        let made = try #require(
            patient[.enhanced].values.first { if case .updated = $0.planned.form { true } else { false } })
        #expect(patient[.enhanced].count == 2 && made.planned.sopInstanceUID != updated.planned.sopInstanceUID)
        #expect(patient.plan.enhanced.hidden.contains(3))
        #expect(patient.plan.enhanced.copies == [made.planned.sopInstanceUID: 3])
        #expect(patient[.classic].count == 3 && patient.plan.classic.hidden == [3])
        // It is what the view would make without it.
        #expect(try ConvertedPatient(some + [keyObject]).exported(.enhanced) == patient.exported(.enhanced))
        // Where the archive has of the two forms of the images the one that it names, it is shown.
        let image = try combined(files).bytes
        let others = try ConvertedPatient([image, keyObject, updated.bytes])
        #expect(others[.enhanced].count == 2 && others[.enhanced].values.allSatisfy(\.isReceived))
        #expect(others[.classic].count == 4)
    }

    private func keyObject(naming files: [[UInt8]]) throws -> [UInt8] {
        var document = DataSetBuilder.item([
            (.sopClassUID, "1.2.840.10008.5.1.4.1.1.88.59"), (.sopInstanceUID, "1.2.3.50"),
            (.studyInstanceUID, try study(of: files[0])), (.seriesInstanceUID, "1.2.3.5"), (.modality, "KO"),
            (.valueType, "CONTAINER"),
        ])
        document.set(
            .contentSequence,
            items: try files.map { file in
                let slice = try DICOMFile(header: MemoryByteSource(file)).dataSet
                return .content(
                    "IMAGE",
                    naming: .item([
                        (.referencedSOPClassUID, slice.string(.sopClassUID) ?? ""),
                        (.referencedSOPInstanceUID, slice.string(.sopInstanceUID) ?? ""),
                    ]), [])
            })
        return FileHeader.encode(
            mediaStorageSOPClassUID: "1.2.840.10008.5.1.4.1.1.88.59", mediaStorageSOPInstanceUID: "1.2.3.50",
            transferSyntax: .explicitVRLittleEndian, implementationClassUID: "1.4", implementationVersionName: "TEST")
            + Encoder.encode(document)
    }

    private func study(of file: [UInt8]) throws -> String {
        try DICOMFile(header: MemoryByteSource(file)).dataSet.string(.studyInstanceUID) ?? ""
    }

    @Test("what has the UID of what would be made, and is something else, keeps it, and the slices stay as received")
    func otherContent() throws {
        let files = try slices()
        let image = try combined(files)
        var other = EnhancedFixture(1).slices[0]
        other.set(.sopInstanceUID, image.planned.sopInstanceUID)
        other.set(.seriesInstanceUID, "1.2.3.999")
        other.set(.burnedInAnnotation, "YES")
        var fixture = EnhancedFixture(1)
        fixture.slices[0] = other
        let patient = try ConvertedPatient(files + fixture.files)
        #expect(patient[.enhanced].count == 4)
        let received = patient[.enhanced].values.filter(\.isReceived)
        #expect(received.count == 4)
        for index in 0..<3 { #expect(patient.plan.enhanced.reasons[index]?.code == .identityTaken) }
        #expect(patient.plan.classic.reasons[0] == nil)
    }
}
