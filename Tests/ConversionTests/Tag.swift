import DICOM

// Testing has a Tag too; in these tests it is the one of DICOM.
typealias Tag = DICOM.Tag
