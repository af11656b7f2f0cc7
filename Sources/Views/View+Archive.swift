internal import Archive
internal import Conversion
internal import DICOM

extension View {
    /// How the index names this view.
    var code: ViewCode {
        switch self {
        case .default: .default
        case .classic: .classic
        case .enhanced: .enhanced
        }
    }
}

extension ViewCode {
    /// The view that the index names so.
    var view: View {
        switch self {
        case .default: .default
        case .classic: .classic
        case .enhanced: .enhanced
        }
    }
}

extension ReasonRow {
    init(_ reason: ConversionReason) {
        self.init(code: reason.code.rawValue, tag: reason.tag?.rawValue, detail: reason.detail)
    }
}

extension ConversionReason {
    /// A reason that the index kept.
    init(_ row: ReasonRow) {
        self.init(Code(rawValue: row.code) ?? .unsupportedValue, tag: row.tag.map { Tag(rawValue: $0) }, row.detail)
    }
}
