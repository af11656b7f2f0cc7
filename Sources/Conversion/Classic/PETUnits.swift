internal import DICOM

/// Units (0054,1001) of classic PET and the rescaling that gives them (PS3.3 C.8.9.1.1.3, C.8.9.4).
enum PETUnits {
    /// - Parameters:
    ///   - storedValues: the values that pixels can have.
    ///   - notes: gains a note of an intercept, which classic PET says is always zero.
    static func derive(
        in attributes: inout DataSetBuilder, storedValues: ClosedRange<Double>, notes: inout [ConversionReason]
    ) {
        guard !attributes.hasValue(.units) else { return }
        let mappings = attributes.items(.realWorldValueMappingSequence)
        if let mapping = PETMapping(mappings, storedValues: storedValues) {
            attributes.set(.units, mapping.units)
            attributes.complete(.suvType, mapping.uptake)
            deriveRescale(in: &attributes, mapping)
        } else if let type = attributes.string(.rescaleType), PETMapping.knownUnits.contains(type) {
            // Some writers name the units in Rescale Type instead.
            attributes.set(.units, type)
        }
        if let intercept = attributes.double(.rescaleIntercept), intercept != 0 {
            notes.append(ConversionReason(.doubtfulValue, tag: .rescaleIntercept, "\(intercept) in PET"))
        }
    }

    /// In classic PET, Rescale Slope and Intercept lead to Units. Where the frame's own lead elsewhere, those of the mapping
    /// take their place, and the window, which is in output values, follows.
    private static func deriveRescale(in attributes: inout DataSetBuilder, _ mapping: PETMapping) {
        let (slope, intercept) = (mapping.slope, mapping.intercept)
        let oldSlope = attributes.double(.rescaleSlope)
        let oldIntercept = attributes.double(.rescaleIntercept) ?? 0
        if let oldSlope, isNear(oldSlope, slope), isNear(oldIntercept, intercept) { return }
        attributes.set(.rescaleSlope, [slope])
        attributes.set(.rescaleIntercept, [intercept])
        guard let oldSlope, oldSlope != 0, oldSlope.isFinite else { return }
        let centers = attributes.doubles(.windowCenter).map { ($0 - oldIntercept) / oldSlope * slope + intercept }
        let widths = attributes.doubles(.windowWidth).map { $0 * abs(slope / oldSlope) }
        guard !centers.isEmpty, (centers + widths).allSatisfy(\.isFinite) else { return }
        attributes.set(.windowCenter, centers)
        attributes.set(.windowWidth, widths)
    }

    private static func isNear(_ left: Double, _ right: Double) -> Bool {
        abs(left - right) <= 1e-9 * max(abs(left), abs(right))
    }
}
