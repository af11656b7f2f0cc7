internal import DICOM

/// What a classic image draws over itself, which an enhanced one may not hold: overlay planes, overlays in unused bits of its
/// pixels, graphic annotations, and a VOI LUT where there is no window. It goes to a presentation state (PS3.4 C.3.5; E-9, E-11,
/// E-12).
struct ImageGraphics {
    let overlays: [OverlayPlane]
    /// Graphic Annotation Sequence (0070,0001), if it has items.
    let annotations: Element?
    /// VOI LUT Sequence (0028,3010) of an image without a window: the Frame VOI LUT macro has no place for tables.
    let lookupTables: Element?

    /// What nobody draws is left out.
    init(_ dataSet: DataSet) {
        overlays = Self.groups(of: dataSet).compactMap { OverlayPlane(group: $0, of: dataSet) }
        annotations = dataSet[.graphicAnnotationSequence].flatMap { $0.itemCount > 0 ? $0 : nil }
        let hasWindow = dataSet.string(.windowCenter) != nil && dataSet.string(.windowWidth) != nil
        lookupTables = hasWindow ? nil : dataSet[.voilutSequence].flatMap { $0.itemCount > 0 ? $0 : nil }
    }

    var isEmpty: Bool { overlays.isEmpty && annotations == nil && lookupTables == nil }

    /// True if bits of the pixels that are no value have to be cleared.
    var isInPixels: Bool { overlays.contains { $0.bitInPixels != nil } }

    /// True for elements of the repeating groups 50xx (curves) and 60xx (overlays).
    static func isRepeatingGroup(_ tag: Tag) -> Bool {
        !tag.isPrivate && (tag.group & 0xFF00 == 0x6000 || tag.group & 0xFF00 == 0x5000)
    }

    /// The groups 6000, 6002, ... 601E that `dataSet` has elements of.
    private static func groups(of dataSet: DataSet) -> [UInt16] {
        var groups: [UInt16] = []
        for element in dataSet where element.tag.group & 0xFF00 == 0x6000 && !element.tag.isPrivate {
            if groups.last != element.tag.group { groups.append(element.tag.group) }
        }
        return groups
    }

    // MARK: Planning

    /// Why a presentation state cannot hold it: then the image stays as received.
    func obstacle(_ dataSet: DataSet) -> ConversionReason? {
        for element in dataSet where element.tag.group & 0xFF00 == 0x5000 && !element.tag.isPrivate {
            // Where a curve lies in the image the retired standard leaves open by a pixel (E-10).
            if element.tag.element == 0x3000, !element.isEmpty {
                return ConversionReason(.unsupportedValue, tag: element.tag, "curve")
            }
        }
        if isEmpty { return nil }
        for overlay in overlays {
            if let reason = overlay.obstacle(dataSet) { return reason }
        }
        if let annotations, !Self.areComplete(annotations) {
            return ConversionReason(.unsupportedValue, tag: annotations.tag, "neither text nor graphics in an item")
        }
        // Presentation Creation Date is mandatory, and a placeholder never enters a presentation state.
        return MultiFrameModule.earliestContent([dataSet]) == nil
            ? ConversionReason(.missingAttribute, tag: .presentationCreationDate) : nil
    }

    private static func areComplete(_ annotations: Element) -> Bool {
        annotations.items.allSatisfy {
            !$0.items(.textObjectSequence).isEmpty || !$0.items(.graphicObjectSequence).isEmpty
        }
    }

    /// Frames of one image with equal keys share a presentation state: over all that is drawn, and the attributes of which
    /// a presentation state has one value for all its frames.
    func key(_ dataSet: DataSet) -> UInt128 {
        var canonical = CanonicalForm(of: dataSet)
        for element in dataSet where element.tag.group & 0xFF00 == 0x6000 && !element.tag.isPrivate && !element.isEmpty
        {
            canonical.append(element)
        }
        for element in [annotations, lookupTables] { if let element { canonical.append(element) } }
        for tag in [
            Tag.rescaleIntercept, .rescaleSlope, .rescaleType, .pixelSpacing, .imageType,
        ] {
            if let element = dataSet[tag], !element.isEmpty { canonical.append(element) }
        }
        // Only the pixels tell whether these are equal.
        if isInPixels { canonical.append(dataSet.string(.sopInstanceUID) ?? "") }
        return canonical.digest
    }
}
