import DICOM
import Testing

@Suite("UID registry")
struct UIDRegistryTests {
    @Test(
        "the For Processing classes of Supplement 252 are registered",
        arguments: [
            (SOPClass.ctImageStorageForProcessing, "1.2.840.10008.5.1.4.1.1.2.3", "CT Image Storage - For Processing"),
            (
                .enhancedCTImageStorageForProcessing, "1.2.840.10008.5.1.4.1.1.2.4",
                "Enhanced CT Image Storage - For Processing"
            ),
            (
                .legacyConvertedEnhancedCTImageStorageForProcessing, "1.2.840.10008.5.1.4.1.1.2.5",
                "Legacy Converted Enhanced CT Image Storage - For Processing"
            ),
        ])
    func forProcessing(sopClass: SOPClass, uid: String, name: String) {
        #expect(sopClass.rawValue == uid)
        #expect(sopClass.name == name)
    }

    @Test("a class that is not registered is kept by its UID")
    func unregistered() {
        let sopClass = SOPClass(rawValue: "1.3.12.2.1107.5.9.1")
        #expect(sopClass.name == nil)
        #expect(sopClass.description == "1.3.12.2.1107.5.9.1")
    }

    @Test("an entry tells type, keyword and whether it is retired")
    func entry() throws {
        let entry = try #require(UIDRegistry.entry(for: SOPClass.legacyConvertedEnhancedPETImageStorage.rawValue))
        #expect(entry.type == "SOP Class")
        #expect(entry.keyword == "LegacyConvertedEnhancedPETImageStorage")
        #expect(!entry.isRetired)
        #expect(UIDRegistry.entry(for: "1.2.840.10008.1.2.2")?.isRetired == true)
        #expect(UIDRegistry.name(for: "1.2.3") == nil)
    }
}
