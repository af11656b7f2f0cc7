internal import DICOM

/// Attributes of the classic CT Image Module (PS3.3 C.8.2.1) that Enhanced CT says in other words or units (digest 2.5).
/// Those that both have under one name are at the top level already.
enum CTAttributes {
    static func derive(in attributes: inout DataSetBuilder) {
        // ms, mA and mAs as integers; Exposure in uAs keeps the fraction.
        for (enhanced, classic) in [
            (Tag.exposureTimeInms, Tag.exposureTime), (.xRayTubeCurrentInmA, .xRayTubeCurrent),
            (.exposureInmAs, .exposure),
        ] {
            if let value = attributes.double(enhanced) { attributes.set(classic, rounding: value) }
        }
        if let exposure = attributes.double(.exposureInmAs) {
            attributes.set(.exposureInuAs, rounding: exposure * 1000)
        }
        if let distance = attributes.double(.distanceSourceToDataCollectionCenter), distance.isFinite {
            attributes.set(.distanceSourceToPatient, [distance])
        }
        // Without a Modality LUT stored values are output values (PS3.3 C.11.1); their unit is not known.
        if !attributes.hasValue(.rescaleSlope), !attributes.hasValue(.rescaleIntercept) {
            attributes.set(.rescaleSlope, "1")
            attributes.set(.rescaleIntercept, "0")
            attributes.complete(.rescaleType, "US")
        }
    }
}
