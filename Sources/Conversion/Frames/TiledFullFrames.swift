internal import DICOM

/// The tiles of an image that is organized as TILED_FULL: where each lies follows from its place among all of them (PS3.3 C.7.6.17.3),
/// so tiles taken out of it have to say it themselves (TILED_SPARSE).
struct TiledFullFrames: Sendable {
    /// Where a tile lies, each counted from 0.
    private struct Place {
        var column: Int
        var row: Int
        var focalPlane: Int
        /// The optical path, or the segment.
        var channel: Int
    }

    private let tileColumns: Int
    private let tileRows: Int
    private let columns: Int
    private let rows: Int
    private let focalPlanes: Int
    /// X, Y and Z of the first tile, in millimeters.
    private let origin: [Double]
    /// Of a step to the next column and to the next row, in millimeters.
    private let columnStep: [Double]
    private let rowStep: [Double]
    private let focalPlaneSpacing: Double
    private let sopInstanceUID: String
    private let opticalPaths: [String]
    private let segments: [Int]
    private let organizations: [DataSet]
    private let pointers: [Tag]

    /// The tags of the top level that differ.
    static let tags: Set<Tag> = [
        .dimensionOrganizationType, .dimensionOrganizationSequence, .dimensionIndexSequence,
        .perFrameFunctionalGroupsSequence,
    ]

    /// Nil if the image is organized otherwise.
    ///
    /// - Throws: `unsupportedValue` or `missingAttribute` if it does not say where its tiles are.
    init?(_ dataSet: DataSet, numberOfFrames: Int) throws(ConversionReason) {
        guard dataSet.string(.dimensionOrganizationType) == "TILED_FULL" else { return nil }
        func size(_ tag: Tag, orElse standard: Int? = nil) throws(ConversionReason) -> Int {
            guard let value = dataSet.integer(tag) ?? standard else {
                throw ConversionReason(.missingAttribute, tag: tag)
            }
            guard (1...Int(UInt32.max)).contains(value) else {
                throw ConversionReason(.unsupportedValue, tag: tag, "\(value)")
            }
            return value
        }
        (tileColumns, tileRows) = (try size(.columns), try size(.rows))
        columns = (try size(.totalPixelMatrixColumns) + tileColumns - 1) / tileColumns
        rows = (try size(.totalPixelMatrixRows) + tileRows - 1) / tileRows
        focalPlanes = try size(.totalPixelMatrixFocalPlanes, orElse: 1)
        segments = dataSet.items(.segmentSequence).compactMap { $0.integer(.segmentNumber) }
        opticalPaths =
            segments.isEmpty
            ? dataSet.items(.opticalPathSequence).compactMap { $0.string(.opticalPathIdentifier) } : []
        let channels = max(1, segments.isEmpty ? opticalPaths.count : segments.count)
        let tiles = columns.multipliedReportingOverflow(by: rows)
        let all = tiles.partialValue.multipliedReportingOverflow(by: focalPlanes * channels)
        guard !tiles.overflow, !all.overflow, all.partialValue == numberOfFrames else {
            throw ConversionReason(
                .inconsistentFrames, tag: .numberOfFrames,
                "\(numberOfFrames) frames for \(columns) x \(rows) tiles")
        }
        let shared = dataSet.firstItem(.sharedFunctionalGroupsSequence)?.firstItem(
            .pixelMeasuresSequence)
        guard let spacing = shared?.doubles(.pixelSpacing), spacing.count == 2 else {
            throw ConversionReason(.missingAttribute, tag: .pixelSpacing)
        }
        let orientation = dataSet.doubles(.imageOrientationSlide)
        guard orientation.count == 6 else {
            throw ConversionReason(.missingAttribute, tag: .imageOrientationSlide)
        }
        guard let place = dataSet.firstItem(.totalPixelMatrixOriginSequence) else {
            throw ConversionReason(.missingAttribute, tag: .totalPixelMatrixOriginSequence)
        }
        origin = [
            Tag.xOffsetInSlideCoordinateSystem, .yOffsetInSlideCoordinateSystem,
            .zOffsetInSlideCoordinateSystem,
        ].map { place.double($0) ?? 0 }
        columnStep = orientation[0..<3].map { $0 * spacing[1] }
        rowStep = orientation[3..<6].map { $0 * spacing[0] }
        focalPlaneSpacing = shared?.double(.spacingBetweenSlices) ?? 0
        sopInstanceUID = dataSet.string(.sopInstanceUID) ?? ""
        organizations = dataSet.items(.dimensionOrganizationSequence)
        let stated = dataSet.items(.dimensionIndexSequence).compactMap {
            $0[.dimensionIndexPointer]?.tags.first
        }
        let known: [Tag] = [
            .rowPositionInTotalImagePixelMatrix, .columnPositionInTotalImagePixelMatrix,
        ]
        pointers = stated.isEmpty ? Self.channelPointer(segments, opticalPaths) + known : stated
    }

    private static func channelPointer(_ segments: [Int], _ opticalPaths: [String]) -> [Tag] {
        if !segments.isEmpty { return [.referencedSegmentNumber] }
        return opticalPaths.count > 1 ? [.opticalPathIdentifier] : []
    }

    /// Columns are the fastest, then rows, focal planes, and optical paths or segments.
    private func place(ofFrame frameNumber: Int) -> Place {
        var index = frameNumber - 1
        let column = index % columns
        index /= columns
        let row = index % rows
        index /= rows
        return Place(
            column: column, row: row, focalPlane: index % focalPlanes, channel: index / focalPlanes)
    }

    /// - Parameter perFrame: the items that the image has already, or none.
    func write(to attributes: inout DataSetBuilder, _ list: FrameList, _ perFrame: [DataSet]) {
        let places = list.frameNumbers.map { place(ofFrame: $0) }
        attributes.set(.dimensionOrganizationType, "TILED_SPARSE")
        let organization = organizations.first?.string(.dimensionOrganizationUID) ?? newOrganization
        if organizations.isEmpty {
            var item = DataSetBuilder()
            item.set(.dimensionOrganizationUID, organization)
            attributes.set(.dimensionOrganizationSequence, items: [item])
        } else {
            attributes.set(
                .dimensionOrganizationSequence, items: organizations.map { DataSetBuilder(copying: $0) })
        }
        attributes.set(.dimensionIndexSequence, items: pointers.map { index(of: $0, organization) })
        let values = places.map { place in pointers.map { value(of: $0, place) } }
        let ranks = pointers.indices.map { dimension in
            Dictionary(uniqueKeysWithValues: zip(Set(values.map { $0[dimension] }).sorted(), 1...))
        }
        let items = places.indices.map { index in
            var item =
                perFrame.isEmpty
                ? DataSetBuilder() : DataSetBuilder(copying: perFrame[list.frameNumbers[index] - 1])
            writeGroups(places[index], to: &item)
            var content = DataSetBuilder()
            content.set(.dimensionIndexValues, pointers.indices.map { ranks[$0][values[index][$0]] ?? 1 })
            item.set(.frameContentSequence, items: [content])
            return item
        }
        attributes.set(.perFrameFunctionalGroupsSequence, items: items)
    }

    private var newOrganization: String {
        DerivedUID.make(.dimensionOrganization, view: .default, identity: [sopInstanceUID])
    }

    private func index(of pointer: Tag, _ organization: String) -> DataSetBuilder {
        var item = DataSetBuilder()
        item.set(.dimensionOrganizationUID, organization)
        item.set(.dimensionIndexPointer, vr: .AT, bytes: Self.bytes(of: pointer))
        let group: Tag =
            switch pointer {
            case .opticalPathIdentifier: .opticalPathIdentificationSequence
            case .referencedSegmentNumber: .segmentIdentificationSequence
            default: .planePositionSlideSequence
            }
        item.set(.functionalGroupPointer, vr: .AT, bytes: Self.bytes(of: group))
        return item
    }

    private static func bytes(of tag: Tag) -> [UInt8] {
        [tag.group, tag.element].flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }

    private func value(of pointer: Tag, _ place: Place) -> Int {
        switch pointer {
        case .columnPositionInTotalImagePixelMatrix, .xOffsetInSlideCoordinateSystem: place.column
        case .rowPositionInTotalImagePixelMatrix, .yOffsetInSlideCoordinateSystem: place.row
        case .zOffsetInSlideCoordinateSystem: place.focalPlane
        case .opticalPathIdentifier, .referencedSegmentNumber: place.channel
        default: 0
        }
    }

    private func writeGroups(_ place: Place, to item: inout DataSetBuilder) {
        let (column, row) = (place.column * tileColumns, place.row * tileRows)
        let offset = (0..<3).map { axis in
            origin[axis] + columnStep[axis] * Double(column) + rowStep[axis] * Double(row)
        }
        var position = DataSetBuilder()
        position.set(.xOffsetInSlideCoordinateSystem, offset[0])
        position.set(.yOffsetInSlideCoordinateSystem, offset[1])
        position.set(
            .zOffsetInSlideCoordinateSystem, offset[2] + focalPlaneSpacing * Double(place.focalPlane))
        position.set(.columnPositionInTotalImagePixelMatrix, [column + 1])
        position.set(.rowPositionInTotalImagePixelMatrix, [row + 1])
        item.set(.planePositionSlideSequence, items: [position])
        if segments.indices.contains(place.channel) {
            var segment = DataSetBuilder()
            segment.set(.referencedSegmentNumber, [segments[place.channel]])
            item.set(.segmentIdentificationSequence, items: [segment])
        } else if opticalPaths.indices.contains(place.channel) {
            var path = DataSetBuilder()
            path.set(.opticalPathIdentifier, opticalPaths[place.channel])
            item.set(.opticalPathIdentificationSequence, items: [path])
        }
    }
}
