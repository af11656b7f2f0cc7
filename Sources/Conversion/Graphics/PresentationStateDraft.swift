internal import DICOM

/// The data set of a presentation state in the making, but for Overlay Data that lie in the pixels (PS3.3 A.33.1).
struct PresentationStateDraft {
    let planned: PlannedInstance
    let plan: PresentationStatePlan
    /// The classic instances of its frames, in one character set.
    let sources: [DataSet]
    /// Of all of them: that is why they share it.
    let graphics: ImageGraphics
    let rewriting: ReferenceRewriting

    private static let overlayLayer = "OVERLAY"
    private static let annotationLayer = "ANNOTATION"

    func dataSet(_ characterSet: CharacterSetUnification) throws(ConversionReason) -> DataSetBuilder {
        guard let first = sources.first else { throw ConversionReason(.inconsistentFrames, tag: .numberOfFrames) }
        var dataSet = DataSetBuilder()
        copyPatientToEquipment(to: &dataSet)
        writeSOPCommon(characterSet, to: &dataSet)
        try writeIdentification(to: &dataSet)
        writeRelationship(to: &dataSet)
        writeDisplayedArea(first, to: &dataSet)
        for overlay in graphics.overlays { overlay.write(first, layer: Self.overlayLayer, to: &dataSet) }
        writeAnnotations(to: &dataSet)
        writeLookupTables(first, to: &dataSet)
        return dataSet
    }

    // MARK: Patient, Study, Series, Equipment, SOP Common

    private func copyPatientToEquipment(to dataSet: inout DataSetBuilder) {
        for tag in TopLevelAttributes.common.sorted() {
            let stated = sources.lazy.compactMap { $0[tag] }
            if let element = stated.first(where: { !$0.isEmpty }) ?? stated.first { copy(element, to: &dataSet) }
        }
        let series: [Tag] = [
            .seriesNumber, .seriesDate, .seriesTime, .seriesDescription, .performingPhysicianName, .operatorsName,
            .bodyPartExamined, .patientPosition, .laterality, .referencedPerformedProcedureStepSequence,
            .requestAttributesSequence, .performedProcedureStepID, .performedProcedureStepStartDate,
            .performedProcedureStepStartTime, .performedProcedureStepDescription, .timezoneOffsetFromUTC,
        ]
        let equipment = ModuleAttributes.generalEquipment.filter {
            $0 != .pixelPaddingValue && $0 != .spatialResolution
        }
        for tag in series + ModuleAttributes.clinicalTrialSeries + equipment {
            guard let element = sources.first?[tag],
                sources.allSatisfy({ $0[tag]?.hasSameValue(as: element) ?? false })
            else { continue }
            copy(element, to: &dataSet)
        }
        let type2: [Tag] = [
            .patientName, .patientID, .patientBirthDate, .patientSex, .studyDate, .studyTime, .referringPhysicianName,
            .studyID, .accessionNumber, .seriesNumber, .manufacturer,
        ]
        for tag in type2 where !dataSet.contains(tag) { dataSet.setEmpty(tag) }
        dataSet.set(.modality, "PR")
        dataSet.set(.studyInstanceUID, planned.studyInstanceUID)
        dataSet.set(.seriesInstanceUID, planned.seriesInstanceUID)
    }

    private func copy(_ element: Element, to dataSet: inout DataSetBuilder) {
        if let content = rewriting.content(of: element) {
            dataSet[element.tag] = content
        } else {
            dataSet.copy(element)
        }
    }

    private func writeSOPCommon(_ characterSet: CharacterSetUnification, to dataSet: inout DataSetBuilder) {
        dataSet.set(.sopClassUID, planned.sopClassUID)
        dataSet.set(.sopInstanceUID, planned.sopInstanceUID)
        if !characterSet.terms.isEmpty { dataSet.set(.specificCharacterSet, characterSet.terms) }
        if let view = View.enhanced.queryRetrieveView { dataSet.set(.queryRetrieveView, view) }
        dataSet.set(
            .contributingEquipmentSequence, items: ContributingEquipment.merge(sources, .enhancedFromClassic).items)
        dataSet.set(
            .conversionSourceAttributesSequence,
            items: sources.map { source in
                var item = DataSetBuilder()
                item.set(.referencedSOPClassUID, source.string(.sopClassUID) ?? "")
                item.set(.referencedSOPInstanceUID, source.string(.sopInstanceUID) ?? "")
                return item
            })
    }

    // MARK: Presentation State

    private func writeIdentification(to dataSet: inout DataSetBuilder) throws(ConversionReason) {
        guard let content = MultiFrameModule.earliestContent(sources) else {
            throw ConversionReason(.missingAttribute, tag: .presentationCreationDate)
        }
        dataSet.set(.presentationCreationDate, content.date)
        dataSet.set(.presentationCreationTime, content.time ?? "000000")
        dataSet.set(.instanceNumber, sources.lazy.compactMap { $0.integer(.instanceNumber) }.first ?? 1)
        let label = graphics.overlays.isEmpty ? graphics.annotations == nil ? "VOI LUT" : "ANNOTATION" : "OVERLAY"
        dataSet.set(.contentLabel, label)
        dataSet.setEmpty(.contentDescription)
        dataSet.setEmpty(.contentCreatorName)
    }

    private func writeRelationship(to dataSet: inout DataSetBuilder) {
        var series = DataSetBuilder()
        series.set(.seriesInstanceUID, plan.image.seriesInstanceUID)
        series.set(.referencedImageSequence, items: [reference(to: plan.frames.map(\.frameNumber))])
        dataSet.set(.referencedSeriesSequence, items: [series])
    }

    /// To all frames of the image if `frameNumbers` are all, for then none may be named (PS3.3 Table 10-3).
    private func reference(to frameNumbers: [Int]) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.referencedSOPClassUID, plan.image.sopClassUID)
        item.set(.referencedSOPInstanceUID, plan.image.sopInstanceUID)
        if frameNumbers.count < plan.imageFrameCount { item.set(.referencedFrameNumber, frameNumbers) }
        return item
    }

    private func writeDisplayedArea(_ first: DataSet, to dataSet: inout DataSetBuilder) {
        var area = DataSetBuilder()
        area.set(.displayedAreaTopLeftHandCorner, [1, 1])
        area.set(.displayedAreaBottomRightHandCorner, [first.integer(.columns) ?? 0, first.integer(.rows) ?? 0])
        area.set(.presentationSizeMode, "SCALE TO FIT")
        if let spacing = first[.pixelSpacing] { area.copy(spacing, as: .presentationPixelSpacing) }
        dataSet.set(.displayedAreaSelectionSequence, items: [area])
    }

    /// Graphic annotations as they are, in a layer of ours where theirs is not named.
    private func writeAnnotations(to dataSet: inout DataSetBuilder) {
        var layers: [String] = graphics.overlays.isEmpty ? [] : [Self.overlayLayer]
        if let annotations = graphics.annotations {
            let items = rewriting.items(of: annotations)
            for item in annotations.items {
                let layer = item.string(.graphicLayer) ?? Self.annotationLayer
                if !layers.contains(layer) { layers.append(layer) }
            }
            dataSet.set(
                .graphicAnnotationSequence,
                items: items.map { item in
                    var item = item
                    if !item.contains(.graphicLayer) { item.set(.graphicLayer, Self.annotationLayer) }
                    return item
                })
        }
        guard !layers.isEmpty else { return }
        dataSet.set(
            .graphicLayerSequence,
            items: layers.enumerated().map { order, layer in
                var item = DataSetBuilder()
                item.set(.graphicLayer, layer)
                item.set(.graphicLayerOrder, order + 1)
                return item
            })
    }

    // MARK: Lookup tables

    /// A presentation state takes the place of the image's own Modality and VOI LUT, so it has to say them again.
    private func writeLookupTables(_ first: DataSet, to dataSet: inout DataSetBuilder) {
        dataSet.set(.presentationLUTShape, "IDENTITY")
        if let intercept = first[.rescaleIntercept], let slope = first[.rescaleSlope], !intercept.isEmpty,
            !slope.isEmpty
        {
            dataSet.copy(intercept)
            dataSet.copy(slope)
            dataSet.set(
                .rescaleType, PixelValueTransformation.rescaleType(first, modality(of: first), isKnown: true))
        }
        var windows: [(item: DataSetBuilder, frameNumbers: [Int])] = []
        for (frame, source) in zip(plan.frames, sources) {
            guard let window = window(of: source) else { continue }
            let encoded = Encoder.encode(window)
            if let known = windows.firstIndex(where: { Encoder.encode($0.item) == encoded }) {
                windows[known].frameNumbers.append(frame.frameNumber)
            } else {
                windows.append((window, [frame.frameNumber]))
            }
        }
        guard !windows.isEmpty else { return }
        dataSet.set(
            .softcopyVOILUTSequence,
            items: windows.map { window in
                var item = window.item
                if window.frameNumbers.count < plan.frames.count {
                    item.set(.referencedImageSequence, items: [reference(to: window.frameNumbers)])
                }
                return item
            })
    }

    private func modality(of source: DataSet) -> ConversionFamily.Modality {
        if case .classic(let family) = ConversionFamily.form(ofSOPClassUID: source.string(.sopClassUID) ?? "") {
            return family.modality
        }
        return .ct
    }

    private func window(of source: DataSet) -> DataSetBuilder? {
        var item = DataSetBuilder()
        if let center = source[.windowCenter], let width = source[.windowWidth], !center.doubles.isEmpty,
            center.doubles.count == width.doubles.count
        {
            for tag in [Tag.windowCenter, .windowWidth, .windowCenterWidthExplanation, .voilutFunction] {
                if let element = source[tag], !element.isEmpty { item.copy(element) }
            }
        } else if let tables = source[.voilutSequence], tables.itemCount > 0 {
            item.copy(tables)
        } else {
            return nil
        }
        return item
    }
}
