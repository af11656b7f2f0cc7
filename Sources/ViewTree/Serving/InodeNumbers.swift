/// How many bits st_ino has. Node ids, by which the kernel and file handles name nodes, always are whole.
public enum InodeNumbers: Sendable {
    /// The node id: at most 63 bits, of which no two are the same.
    case full
    /// 32 bits, for programs whose ino_t has no more (EOVERFLOW). Two files may have one number, so what tells files apart by
    /// it, such as hard links in an archive, may take them for one.
    case folded

    func number(of id: UInt64) -> UInt64 {
        switch self {
        case .full: return id
        case .folded:
            if id < 2 { return id }
            return max(2, (id ^ id >> 32) & 0xFFFF_FFFF)
        }
    }
}
