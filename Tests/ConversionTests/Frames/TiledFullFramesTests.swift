import DICOM
import Testing

@testable import Conversion

@Suite("Tiles of whole-slide images")
struct TiledFullFramesTests {
    /// Three columns and two rows of tiles of one pixel row and two columns, in two optical paths.
    private func fixture() -> ExtractionFixture {
        var fixture = ExtractionFixture(frameCount: 12, sopClassUID: "1.2.840.10008.5.1.4.1.1.77.1.6")
        fixture.dataSet.set(.columns, [2], vr: .US)
        fixture.dataSet.set(.bitsAllocated, [8], vr: .US)
        fixture.dataSet.set(.dimensionOrganizationType, "TILED_FULL")
        fixture.dataSet.set(.totalPixelMatrixColumns, [5])
        fixture.dataSet.set(.totalPixelMatrixRows, [2])
        fixture.dataSet.set(.imageOrientationSlide, "0\\-1\\0\\-1\\0\\0")
        var origin = DataSetBuilder()
        origin.set(.xOffsetInSlideCoordinateSystem, "20")
        origin.set(.yOffsetInSlideCoordinateSystem, "40")
        fixture.dataSet.set(.totalPixelMatrixOriginSequence, items: [origin])
        let paths = ["a", "b"].map { name in
            var path = DataSetBuilder()
            path.set(.opticalPathIdentifier, name)
            return path
        }
        fixture.dataSet.set(.opticalPathSequence, items: paths)
        var shared = DataSetBuilder()
        shared.setMacro(.pixelMeasuresSequence) { $0.set(.pixelSpacing, "0.5\\0.25") }
        fixture.dataSet.set(.sharedFunctionalGroupsSequence, items: [shared])
        return fixture
    }

    @Test("a tile that is taken out says itself where it is, and of which optical path")
    func places() throws {
        // The second column of the second row, in either path.
        let dataSet = try fixture().extracted([5, 11]).dataSet
        #expect(dataSet.string(.dimensionOrganizationType) == "TILED_SPARSE")
        let items = dataSet.items(.perFrameFunctionalGroupsSequence)
        #expect(items.count == 2)
        for (item, path) in zip(items, ["a", "b"]) {
            let position = try #require(item.firstItem(.planePositionSlideSequence))
            #expect(position.integer(.columnPositionInTotalImagePixelMatrix) == 3)
            #expect(position.integer(.rowPositionInTotalImagePixelMatrix) == 2)
            #expect(position.double(.xOffsetInSlideCoordinateSystem) == 19.5)
            #expect(position.double(.yOffsetInSlideCoordinateSystem) == 39.5)
            #expect(
                item.firstItem(.opticalPathIdentificationSequence)?.string(.opticalPathIdentifier) == path)
        }
        let values = items.map { $0.firstItem(.frameContentSequence)?.integers(.dimensionIndexValues) }
        #expect(values == [[1, 1, 1], [2, 1, 1]])
        let pointers = dataSet.items(.dimensionIndexSequence).map {
            $0[.dimensionIndexPointer]?.tags.first
        }
        #expect(
            pointers == [
                .opticalPathIdentifier, .rowPositionInTotalImagePixelMatrix,
                .columnPositionInTotalImagePixelMatrix,
            ])
    }

    @Test("all tiles together stay as they are organized")
    func whole() throws {
        let dataSet = try fixture().extracted(Array(1...12)).dataSet
        #expect(dataSet.string(.dimensionOrganizationType) == "TILED_FULL")
        #expect(dataSet[.perFrameFunctionalGroupsSequence] == nil)
    }

    @Test("tiles whose places cannot be told are not taken out")
    func refused() throws {
        var other = fixture()
        other.dataSet.set(.totalPixelMatrixColumns, [4])
        #expect(try other.reason()?.code == .inconsistentFrames)
        var unplaced = fixture()
        unplaced.dataSet.remove(.imageOrientationSlide)
        #expect(try unplaced.reason()?.tag == .imageOrientationSlide)
    }
}
