internal import DICOM

/// When the frames of an Enhanced image were acquired, as dates and times of a classic instance say it: these have no offset from
/// UTC of their own, but are all in the time zone of Timezone Offset From UTC (0008,0201) (PS3.3 C.12.1.1.8).
struct AcquisitionTimes: Sendable {
    /// Minutes east of UTC of all dates and times; nil if the image does not say.
    private let offset: Int?
    /// Timezone Offset From UTC where the image states none but its DT values do; else nil.
    let zone: String?
    /// The earliest of Acquisition DateTime and all Frame Acquisition DateTimes, a time with it; nil if there is none.
    private(set) var earliest: DateTimeText?

    /// - Parameter members: the data sets that make up the image: one, or the members of a concatenation.
    /// - Throws: `unsupportedValue` if there is no one time zone in which to say what the values say.
    init(_ members: [DataSet]) throws(ConversionReason) {
        var starts: [String] = []
        var others: [String] = []
        for member in members { Self.collect(member, &starts, &others) }
        let stated = members.lazy.compactMap { $0.string(.timezoneOffsetFromUTC) }.first
        let offsets = Set((starts + others).compactMap { DateTimeValue($0)?.offset })
        if let stated {
            offset = Self.offset(stated)
            zone = nil
            // A zone that cannot be read cannot be moved to.
            guard offset != nil || offsets.isEmpty else {
                throw ConversionReason(.unsupportedValue, tag: .timezoneOffsetFromUTC, stated)
            }
        } else {
            guard offsets.count < 2 else {
                let list = offsets.sorted().map { Self.text($0) }.joined(separator: ", ")
                throw ConversionReason(.unsupportedValue, tag: .timezoneOffsetFromUTC, "values in \(list)")
            }
            offset = offsets.first
            zone = offset.map { Self.text($0) }
        }
        let defaultOffset = offset ?? 0
        let earliest = starts.compactMap { text -> (text: String, time: Int64)? in
            guard let value = DateTimeValue(text), value.time != nil else { return nil }
            return (text, value.microsecondsSince1970(defaultOffset: defaultOffset))
        }.min { ($0.time, $0.text) < ($1.time, $1.text) }
        self.earliest = nil
        self.earliest = earliest.flatMap { local($0.text) }
    }

    private static func collect(_ member: DataSet, _ starts: inout [String], _ others: inout [String]) {
        if let text = member.string(.acquisitionDateTime) { starts.append(text) }
        if let text = member.string(.decayCorrectionDateTime) { others.append(text) }
        for item in member.items(.radiopharmaceuticalInformationSequence) {
            for tag in [Tag.radiopharmaceuticalStartDateTime, .radiopharmaceuticalStopDateTime] {
                if let text = item.string(tag) { others.append(text) }
            }
        }
        for groups in member.items(.sharedFunctionalGroupsSequence) + member.items(.perFrameFunctionalGroupsSequence) {
            guard let content = groups.firstItem(.frameContentSequence) else { continue }
            if let text = content.string(.frameAcquisitionDateTime) { starts.append(text) }
            if let text = content.string(.frameReferenceDateTime) { others.append(text) }
        }
    }

    /// A DT value as date and time in the time zone of the image: its own digits where it is in that zone or says none.
    func local(_ text: String) -> DateTimeText? {
        guard let offset, let value = DateTimeValue(text), let own = value.offset, own != offset, value.time != nil,
            let moved = DateAndTime(dateTime: text)?.dateTime(addingMilliseconds: Double(offset - own) * 60_000)
        else { return DateTimeText(text) }
        return DateTimeText(moved)
    }

    /// Minutes east of UTC.
    private static func offset(_ text: String) -> Int? { DateTimeValue("20000101000000" + text)?.offset }

    private static func text(_ offset: Int) -> String {
        func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (offset < 0 ? "-" : "+") + twoDigits(abs(offset) / 60) + twoDigits(abs(offset) % 60)
    }
}
