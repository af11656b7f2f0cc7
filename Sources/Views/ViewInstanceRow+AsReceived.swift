internal import Archive
internal import Conversion

extension ViewInstanceRow {
    /// An instance that stands in `view` as it was received.
    init(asReceived instance: InstanceRow, view: ViewCode, reason: ConversionReason?) {
        let time = instance.file.facts.modificationTime
        self.init(
            view: view, patientRowID: instance.patientRowID, sopInstanceUID: instance.sopInstanceUID,
            sopClassUID: instance.sopClassUID, studyInstanceUID: instance.studyInstanceUID,
            seriesInstanceUID: instance.seriesInstanceUID, form: .asReceived, sourceFileIDs: [instance.file.id],
            size: instance.file.facts.size, modificationTime: time, changeTime: time,
            attributes: instance.attributes, reason: reason.map { ReasonRow($0) })
    }
}
