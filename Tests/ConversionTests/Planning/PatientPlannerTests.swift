import Testing

@testable import Conversion

struct PatientPlannerTests {
    private let slices = (0..<4).map { Fixture.slice("1.5.\($0)", z: Double($0), number: $0 + 1) }

    @Test("what refers to nothing converted stays itself in every view (V-6)")
    func untouched() {
        let summaries = [Fixture.other("2.1", references: ["9.9"]), Fixture.other("2.2", references: ["2.1"])]
        let plan = PatientPlanner.plan(summaries: summaries)
        for view in View.allCases {
            #expect(plan[view].instances.map(\.sopInstanceUID) == ["2.1", "2.2"])
            #expect(plan[view].instances.map(\.seriesInstanceUID) == ["1.2.9", "1.2.9"])
        }
    }

    @Test("references to converted images update the referrers and theirs, cycles included (R-11)")
    func chain() {
        let summaries =
            slices + [
                Fixture.other("2.1", references: ["1.5.2"]), Fixture.other("2.2", references: ["2.1", "2.3"]),
                Fixture.other("2.3", references: ["2.2"]), Fixture.other("2.4", references: ["2.4"]),
            ]
        let plan = PatientPlanner.plan(summaries: summaries)
        #expect(plan.classic.instances.map(\.sopInstanceUID) == summaries.map(\.sopInstanceUID))
        let updated = plan.enhanced.instances.compactMap {
            if case .updated(let source) = $0.form { source } else { nil }
        }
        #expect(updated.sorted() == [4, 5, 6])
        #expect(plan.enhanced.instance("2.4") != nil)
        #expect(plan.enhanced.target("1.5.2")?.frameNumber == 3)
        #expect(Set(plan.enhanced.instances.map(\.sopInstanceUID)).count == 5)
    }

    @Test("a reference to a Series whose instances move is a reference to what is converted (R-2)")
    func seriesReference() {
        let plan = PatientPlanner.plan(summaries: slices + [Fixture.other("2.1", seriesReferences: ["1.2.3"])])
        #expect(plan.enhanced.instance("2.1") == nil)
        #expect(plan.classic.instance("2.1") != nil)
    }

    @Test("without updating, referrers are shown as received and say so")
    func referencesLeft() {
        let summaries =
            slices + [Fixture.other("2.1", references: ["1.5.2"]), Fixture.other("2.2", references: ["2.1"])]
        let plan = PatientPlanner.plan(summaries: summaries, updatesReferences: false)
        #expect(plan.enhanced.instance("2.1")?.seriesInstanceUID == "1.2.9")
        #expect(plan.enhanced.reasons[4]?.code == .referencesNotUpdated)
        #expect(plan.enhanced.reasons[5] == nil)
    }

    @Test("an excluded image stays as received with its reason, and the others are combined without it")
    func exclusion() {
        let plan = PatientPlanner.plan(summaries: slices, exclusions: [1: ConversionReason(.differingTopLevelValue)])
        #expect(plan.enhanced.groups.map { $0.frames.map(\.source) } == [[0, 2, 3]])
        #expect(plan.enhanced.instance("1.5.1") != nil)
        #expect(plan.enhanced.reasons[1]?.code == .differingTopLevelValue)
        // The other view takes it as it is anyway.
        #expect(plan.classic.reasons.isEmpty)
    }

    @Test("each frame of a multi-frame instance becomes a classic instance with a UID and number of its own")
    func frames() {
        let summaries = [
            Fixture.legacy("3.1", sources: [nil, nil], number: 2),
            Fixture.legacy("3.0", sources: [nil, nil, nil], number: 5),
            Fixture.other("2.1", references: ["3.1"]),
        ]
        let plan = PatientPlanner.plan(summaries: summaries)
        let classic = plan.classic.instances.compactMap { if case .classic(let plan) = $0.form { plan } else { nil } }
        #expect(classic.count == 5)
        #expect(Set(classic.map(\.instanceNumber)) == [1, 2, 3, 4, 5])
        #expect(classic.filter { $0.source == 0 }.map(\.instanceNumber).sorted() == [1, 2])
        guard case .frames(let targets)? = plan.classic.references["3.1"] else {
            Issue.record("no frames")
            return
        }
        #expect(targets.count == 2)
        #expect(targets.allSatisfy { $0.sopClassUID == ConversionFamily.mr.classic && $0.seriesInstanceUID != "1.2.4" })
        #expect(plan.classic.instance("2.1") == nil)
        #expect(plan.enhanced.instances.map(\.sopInstanceUID) == ["2.1", "3.0", "3.1"])
    }

    @Test("frames made of absent classic instances get their UIDs and Series back (C-8)")
    func restored() {
        let summaries = [Fixture.legacy("3.1", sources: ["7.1", "7.2"], originalSeries: "7.9")]
        let plan = PatientPlanner.plan(summaries: summaries).classic
        #expect(plan.instances.map(\.sopInstanceUID) == ["7.1", "7.2"])
        #expect(plan.instances.map(\.seriesInstanceUID) == ["7.9", "7.9"])
    }

    @Test("frames whose references do not lead to what the originals named get UIDs of their own (C-8, X-2)")
    func unfoundedFrames() {
        func image(naming uid: String, _ sopClassUID: String) -> InstanceSummary {
            var image = Fixture.legacy("3.1", sources: ["7.1", "7.2"], originalSeries: "7.9")
            image.references = [InstanceReference(sopInstanceUID: uid)]
            image.frameReferences = [NamedInstance(sopInstanceUID: uid, sopClassUID: sopClassUID)]
            return image
        }
        func isRestored(_ summaries: [InstanceSummary]) -> Bool {
            let uids = PatientPlanner.plan(summaries: summaries).classic.instances.map(\.sopInstanceUID)
            #expect(uids.contains("7.1") == uids.contains("7.2"))
            return uids.contains("7.1")
        }
        // The scout that the original named became a frame, which is not in the archive; or is, and becomes the scout again.
        let scout = Fixture.legacy("3.2", sources: ["7.5"], originalSeries: "7.8")
        let converted = image(naming: "3.2", ConversionFamily.mr.legacyConverted)
        #expect(!isRestored([converted]))
        #expect(isRestored([converted, scout]))
        #expect(!isRestored([converted, Fixture.legacy("3.2", sources: [nil])]))
        // What no conversion has touched is named as it was.
        #expect(isRestored([image(naming: "7.7", ConversionFamily.mr.classic)]))
        // So is a multi-frame image that the slices named already, in what we combined of them: our UIDs are told by their form.
        var ours = image(naming: "3.2", ConversionFamily.mr.enhanced)
        #expect(!isRestored([ours]))
        ours.isOfOurMaking = true
        #expect(isRestored([ours]))
        let derived = DerivedUID.make(.instance, view: .enhanced, identity: ["x"])
        #expect(!isRestored([image(naming: derived, "1.2.840.10008.5.1.4.1.1.66.4")]))
        ours.frameReferences = [NamedInstance(sopInstanceUID: derived, sopClassUID: ConversionFamily.mr.enhanced)]
        #expect(!isRestored([ours]))
    }

    @Test("where a frame of another image has the UID of the original, it is given back to none (X-2)")
    func originalIsMade() throws {
        // What the classic view makes of a true Enhanced image, combined elsewhere, and both are here.
        var true3 = Fixture.legacy("3.3", sources: [nil])
        true3.sopClassUID = ConversionFamily.mr.enhanced
        let uid = PatientPlanner.plan(summaries: [true3]).classic.instances[0].sopInstanceUID
        let again = Fixture.legacy("3.4", sources: [uid], originalSeries: "7.9")
        let plan = PatientPlanner.plan(summaries: [true3, again]).classic
        #expect(plan.instances.count == 2)
        #expect(Set(plan.instances.map(\.sopInstanceUID)).count == 2)
        #expect(plan.instance(uid)?.sources == [0])
    }

    @Test("a conversion source that two frames claim is given back to neither (X-6)")
    func claimedTwice() {
        let summaries = [
            Fixture.legacy("3.1", sources: ["7.1", "7.2"]), Fixture.legacy("3.2", sources: ["7.2", "7.3"]),
        ]
        let uids = PatientPlanner.plan(summaries: summaries).classic.instances.map(\.sopInstanceUID)
        #expect(uids.contains("7.1") && uids.contains("7.3") && !uids.contains("7.2"))
        #expect(Set(uids).count == 4)
    }

    @Test("of linked forms each view shows one, and references go to that (X-6)")
    func linked() {
        let summaries =
            slices + [
                Fixture.legacy("3.1", sources: slices.map(\.sopInstanceUID)),
                Fixture.other("2.1", references: ["1.5.3"]),
                Fixture.other("2.2", references: ["3.1"]),
            ]
        let plan = PatientPlanner.plan(summaries: summaries)
        #expect(plan.classic.instances.compactMap(\.sources.first).sorted() == [0, 1, 2, 3, 5, 6])
        #expect(plan.classic.hidden == [4])
        #expect(plan.classic.instance("2.1") != nil && plan.classic.instance("2.2") == nil)
        #expect(plan.enhanced.instances.compactMap(\.sources.first).sorted() == [4, 5, 6])
        #expect(plan.enhanced.hidden == [0, 1, 2, 3])
        #expect(plan.enhanced.target("1.5.3")?.sopInstanceUID == "3.1")
        #expect(plan.enhanced.target("1.5.3")?.frameNumber == 4)
    }

    @Test("originals that an archived multi-frame instance does not cover are converted, and only they")
    func partialCover() {
        let summaries = slices + [Fixture.legacy("3.1", sources: ["1.5.0", "1.5.1", "7.7"])]
        let plan = PatientPlanner.plan(summaries: summaries)
        #expect(plan.enhanced.groups.map { $0.frames.map(\.source) } == [[2, 3]])
        #expect(plan.enhanced.hidden == [0, 1])
        #expect(plan.classic.instances.map(\.sopInstanceUID) == ["1.5.0", "1.5.1", "1.5.2", "1.5.3", "7.7"])
    }

    @Test("a classic instance that names a frame of an archived instance is that frame's form")
    func split() {
        var first = Fixture.slice("1.5.0", z: 0)
        first.conversionSource = ConversionSource(
            sopClassUID: ConversionFamily.mr.legacyConverted, sopInstanceUID: "3.1", frameNumber: 2)
        let plan = PatientPlanner.plan(summaries: [first, Fixture.legacy("3.1", sources: [nil, nil])])
        #expect(plan.enhanced.instances.map(\.sopInstanceUID) == ["3.1"])
        #expect(plan.classic.instances.count == 2)
        #expect(plan.classic.instance("1.5.0") != nil)
    }

    @Test("one source named by all frames hides nothing")
    func falseClaims() {
        let summaries = [slices[0], Fixture.legacy("3.1", sources: ["1.5.0", "1.5.0", "1.5.0"])]
        let plan = PatientPlanner.plan(summaries: summaries)
        #expect(plan.classic.instances.count == 4)
        #expect(plan.enhanced.instances.count == 2)
    }

    @Test("unlinked forms of one acquisition are both converted, each into the other view")
    func pair() {
        let summaries = slices + [Fixture.legacy("3.1", sources: [nil, nil, nil, nil], series: "1.2.3")]
        let plan = PatientPlanner.plan(summaries: summaries)
        #expect(plan.classic.instances.count == 8)
        #expect(plan.enhanced.instances.count == 2)
    }

    @Test("a late target of an updated instance gives it a new UID, for the bytes name its Series")
    func lateTarget() {
        let state = Fixture.other("2.1", references: ["1.5.0", "2.9"])
        func uid(_ summaries: [InstanceSummary]) -> String? {
            PatientPlanner.plan(summaries: summaries).enhanced.target("2.1")?.sopInstanceUID
        }
        #expect(uid(slices + [state]) != uid(slices + [state, Fixture.other("2.9")]))
        #expect(uid(slices + [state]) == uid(slices + [state, Fixture.other("2.8")]))
    }

    @Test("a long chain of references needs no stack")
    func longChain() {
        var summaries = [Fixture.slice("1.0", z: 0)]
        for index in 1..<20_000 {
            summaries.append(Fixture.other("2.\(index)", references: [index == 1 ? "1.0" : "2.\(index - 1)"]))
        }
        let plan = PatientPlanner.plan(summaries: summaries).enhanced
        #expect(plan.instances.allSatisfy { $0.sopInstanceUID.hasPrefix("2.25.") })
    }
}
