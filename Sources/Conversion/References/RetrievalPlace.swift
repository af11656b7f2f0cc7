internal import DICOM

/// Where what an item refers to can be fetched: application entities, URLs and repositories, and media (PS3.3 C.17.2.1,
/// Table 10-3b).
///
/// All of it was said of an instance or Series under the UID that it had. Nobody there knows the UID that a view gives in its
/// place, so an item whose UIDs change says no more where to look, as one that never said it (the attributes of C.17.2.1 are
/// type 3). Items that still name what they named keep it.
enum RetrievalPlace {
    static let tags: [Tag] = [
        .retrieveAETitle, .instanceAvailability, .retrieveURL, .retrieveURI, .retrieveLocationUID,
        .dicomRetrievalSequence,
        .dicomMediaRetrievalSequence, .wadoRetrievalSequence, .xdsRetrievalSequence, .wadorsRetrievalSequence,
        .repositoryUniqueID, .homeCommunityID, .storageMediaFileSetID, .storageMediaFileSetUID,
    ]

    /// Returns whether there was anything to remove.
    static func remove(from item: inout DataSetBuilder) -> Bool {
        var isRemoved = false
        for tag in tags where item.contains(tag) {
            item.remove(tag)
            isRemoved = true
        }
        return isRemoved
    }
}
