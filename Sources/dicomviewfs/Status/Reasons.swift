import Archive
import Conversion

/// What the codes of reasons mean, in words for people.
enum Reasons {
    /// Of a file that is no instance (`SkipReason.Code`).
    static func sentence(skipped code: String) -> String {
        switch SkipReason.Code(rawValue: code) {
        case .notDICOM: "no DICOM file"
        case .mediaStorageDirectory: "a DICOMDIR, which lists files and is no instance"
        case .missingIdentification: "no SOP Instance or SOP Class UID, so nobody can refer to it"
        case .unreadable: "a file that the system does not let us read"
        case .symbolicLink: "a symbolic link out of the archive or to nothing"
        case .notARegularFile: "neither file nor folder"
        case nil: code
        }
    }

    /// Of an instance that stands in a converted view as it was received, and of a note (`ConversionReason.Code`).
    static func sentence(unconverted code: String) -> String {
        switch ConversionReason.Code(rawValue: code) {
        case .damaged: "the file breaks off or cannot be parsed; copy it again from its source"
        case .sourceUnavailable: "the file cannot be read just now; it is tried again"
        case .pixelDataMissing: "there are no pixel data"
        case .pixelDataTruncated: "the pixel data are shorter than the image"
        case .missingAttribute: "an attribute that the other form asks for has no value, and none is invented"
        case .unsupportedValue: "a value that the other form does not allow, and that must not be changed"
        case .notMonochrome2: "the image is not MONOCHROME2"
        case .burnedInAnnotation: "text is burned into some of the images"
        case .mosaic: "tiles in one image, which are no slices"
        case .multiFrameClassic: "more than one frame in a single-frame class"
        case .transferSyntax: "its frames cannot be told apart without decoding"
        case .missingFunctionalGroups: "the functional groups of its frames are missing"
        case .inconsistentFrames: "frames, functional groups and pixel data do not agree in number"
        case .tooLarge: "the combined image would be larger than the standard allows"
        case .concatenation: "a part of a concatenation that is not whole"
        case .referencesNotUpdated: "its references cannot be changed"
        case .identityTaken: "what it would become has the UID of another file of the archive"
        case .notDerived: "a fault of this program kept its patient from being converted; it is tried again"
        case .placeholderDate: "a date that must be there is not, and stands as a placeholder"
        case .sliceThicknessFromSpacing: "the slice thickness is that of the spacing"
        case .unknownLaterality: "the laterality is not known"
        case .unresolvedReference: "it refers to what is not in the archive"
        case .differingTopLevelValue: "slices differ in a value that is kept for the whole image"
        case .doubtfulValue: "a value stands as it was received, though the standard does not allow it"
        case .copyNotShown: "the archive has a copy of it, which is not shown"
        case nil: code
        }
    }
}

/// A number with its noun.
enum Counted {
    static func files(_ count: Int) -> String { noun(count, "file") }
    static func instances(_ count: Int) -> String { noun(count, "instance") }
    static func patients(_ count: Int) -> String { noun(count, "patient") }

    private static func noun(_ count: Int, _ name: String) -> String {
        count == 1 ? "1 \(name)" : "\(count) \(name)s"
    }
}
