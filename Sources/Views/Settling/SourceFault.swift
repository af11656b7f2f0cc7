internal import Conversion

/// Why a source could not be loaded.
enum SourceFault: Error, Sendable {
    /// There is nothing in it to convert, whenever it is read.
    case unusable(ConversionReason)
    /// The system refused it, or it changed since it was indexed: another time it may be read. What is made without it does not
    /// settle the patient.
    case unavailable(ViewError)

    /// What stands with the instance while it is shown as received.
    var reason: ConversionReason {
        switch self {
        case .unusable(let reason): reason
        case .unavailable(let error): ConversionReason(.sourceUnavailable, "\(error)")
        }
    }
}

/// Why an instance of a view could not be made.
enum DerivationFailure: Error, Sendable {
    /// What was read does not allow it.
    case synthesis(SynthesisFailure)
    /// Sources could not be loaded: each by its position among those of the instance.
    case sources([Int: SourceFault])
}
