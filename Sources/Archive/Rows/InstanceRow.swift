/// One file of the archive that is an instance, with what it says of itself.
public struct InstanceRow: Hashable, Sendable {
    public var file: FileRow
    /// `PatientRow.id`.
    public var patientRowID: Int64
    public var sopInstanceUID: String
    public var sopClassUID: String
    public var studyInstanceUID: String
    public var seriesInstanceUID: String
    public var transferSyntaxUID: String
    /// True for the lexicographically first path of the files with this SOP Instance UID: the one that views show.
    public var isShown: Bool
    /// Of a file that is not shown: whether its data set equals the shown one's; nil if they were not compared yet.
    public var hasSameDataSet: Bool?
    /// What kept the rest of the data set from being read.
    public var damage: String?
    public var attributes: NamingAttributes
    /// What conversion needs of it, as the summarizer made it; empty where the query left it out.
    public var summary: [UInt8]

    public init(
        file: FileRow, patientRowID: Int64, sopInstanceUID: String, sopClassUID: String, studyInstanceUID: String,
        seriesInstanceUID: String, transferSyntaxUID: String, isShown: Bool, hasSameDataSet: Bool?, damage: String?,
        attributes: NamingAttributes, summary: [UInt8]
    ) {
        self.file = file
        self.patientRowID = patientRowID
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
        self.studyInstanceUID = studyInstanceUID
        self.seriesInstanceUID = seriesInstanceUID
        self.transferSyntaxUID = transferSyntaxUID
        self.isShown = isShown
        self.hasSameDataSet = hasSameDataSet
        self.damage = damage
        self.attributes = attributes
        self.summary = summary
    }
}
