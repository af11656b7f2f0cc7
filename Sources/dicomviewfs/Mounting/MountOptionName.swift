/// The options of `-o` and of profiles that are ours. The manual and `mount --help` name just these.
enum MountOptionName: String, CaseIterable {
    case allowOther = "allow_other"
    case directoryMask = "dmask"
    case fileMask = "fmask"
    case gid
    case index
    case indexDirectory = "index_dir"
    case inode32
    case listHidden = "list_hidden"
    case noPassthrough = "nopassthrough"
    case profile
    case rescanInterval = "rescan_interval"
    case readOnly = "ro"
    case settleTime = "settle_time"
    case strictImport = "strict_import"
    case uid
    case umask
    case views
    case extendedAttributes = "xattr"
}
