public import Archive

/// How the path of an instance is made from its attributes: one level for each directory, the last for the file.
///
/// A path is a function of the one instance alone, and a directory is the set of instances that render to it, so no arrival
/// ever renames anything. A component is readable text followed, where its level has one, by a code of the patient, study,
/// series or instance; without a code, all instances whose text is the same share the directory.
public struct NameTemplate: Hashable, Sendable {
    /// What a code is made from, so that it tells apart what reads alike.
    public enum Subject: String, Hashable, Sendable, CaseIterable {
        /// Patient ID and its issuer: not the name, whose spelling varies.
        case patient = "PatientCode"
        case study = "StudyCode"
        case series = "SeriesCode"
        case instance = "InstanceCode"
    }

    /// What a placeholder stands for.
    public enum Value: Hashable, Sendable {
        case attribute(NamingAttributes.Keyword)
        case studyInstanceUID, seriesInstanceUID, sopInstanceUID
    }

    /// How a value becomes text.
    public enum Form: Hashable, Sendable {
        case text
        /// An integer padded with zeros to this width, so that names sort as a person wants; nothing if the value is none.
        case number(width: Int)
        /// A part of a date; nothing if the value is none.
        case date(DateForm)
        /// HHMMSS; nothing if the value is no time.
        case time
        /// A component of a person's name.
        case familyName, givenName
    }

    public enum DateForm: String, Hashable, Sendable, CaseIterable {
        /// YYYYMMDD
        case date
        /// YYYY-MM-DD
        case isodate
        case year, month, day
    }

    public enum LetterCase: String, Hashable, Sendable, CaseIterable {
        case upper, lower
    }

    /// A value with what is to be done to it.
    public struct Placeholder: Hashable, Sendable {
        public var value: Value
        public var form = Form.text
        public var letterCase: LetterCase?
        /// Bytes at most.
        public var limit: Int?
        /// True if what exceeds `limit` is cut from the beginning.
        public var keepsEnd = false
        /// What stands there if nothing is left of the value.
        public var otherwise = ""

        public init(_ value: Value) { self.value = value }
    }

    public enum Part: Hashable, Sendable {
        case literal(String)
        case placeholder(Placeholder)
    }

    /// Where what reads alike is told apart.
    public struct Code: Hashable, Sendable {
        public var subject: Subject
        /// Characters, of 5 bits each.
        public var length: Int

        public init(_ subject: Subject, length: Int = 10) {
            self.subject = subject
            self.length = length
        }
    }

    /// One component of a path.
    public struct Level: Hashable, Sendable {
        public var parts: [Part]
        public var code: Code?
        /// Ends the name, such as ".dcm".
        public var suffix: String

        public init(_ parts: [Part], code: Code?, suffix: String = "") {
            self.parts = parts
            self.code = code
            self.suffix = suffix
        }
    }

    /// From the view's root down; at least the file.
    public var levels: [Level]
    public var style: NameStyle
    /// Bytes of a component at most.
    public var maximumLength: Int

    public init(levels: [Level], style: NameStyle = .portable, maximumLength: Int? = nil) {
        self.levels = levels
        self.style = style
        self.maximumLength = maximumLength ?? style.maximumLength
    }

    /// `<patient>/<study>/<series>/<instance>.dcm` (design: the trees). `defaultLevels` is the same in words.
    public static let `default`: NameTemplate = {
        func value(_ keyword: NamingAttributes.Keyword, _ change: (inout Placeholder) -> Void) -> Part {
            var placeholder = Placeholder(.attribute(keyword))
            change(&placeholder)
            return .placeholder(placeholder)
        }
        return NameTemplate(levels: [
            Level(
                [
                    value(.patientID) {
                        $0.limit = 40
                        $0.otherwise = "no-id"
                    }, .literal("_"),
                ], code: Code(.patient)),
            Level(
                [
                    value(.studyDate) {
                        $0.form = .date(.date)
                        $0.otherwise = "undated"
                    }, .literal("_"), value(.studyDescription) { $0.limit = 40 }, .literal("_"),
                ], code: Code(.study)),
            Level(
                [
                    value(.seriesNumber) { $0.form = .number(width: 4) }, .literal("_"),
                    value(.modality) { $0.limit = 8 }, .literal("_"),
                    value(.seriesDescription) { $0.limit = 30 }, .literal("_"),
                ], code: Code(.series)),
            Level(
                [value(.instanceNumber) { $0.form = .number(width: 5) }, .literal("_")], code: Code(.instance),
                suffix: ".dcm"),
        ])
    }()

    /// What a profile would say for `default`.
    public static let defaultLevels = [
        "{PatientID|40|or:no-id}_{PatientCode}",
        "{StudyDate|date|or:undated}_{StudyDescription|40}_{StudyCode}",
        "{SeriesNumber|number:4}_{Modality|8}_{SeriesDescription|30}_{SeriesCode}",
        "{InstanceNumber|number:5}_{InstanceCode}.dcm",
    ]
}
