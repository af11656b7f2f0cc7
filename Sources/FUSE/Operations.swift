import CFuse

/// The table of libfuse's callbacks. Each decodes its arguments, calls the operation of the same name, and replies.
///
/// The callbacks are closures in functions that belong to no actor: at top level of a program they would be the main actor's, and
/// trap when a thread of libfuse called them.
enum Operations {
    static func table(_ options: SessionOptions) -> fuse_lowlevel_ops {
        var table = fuse_lowlevel_ops()
        addInit(to: &table)
        addLookup(to: &table)
        addAttributes(to: &table)
        addDirectory(to: &table)
        addFile(to: &table)
        addWrite(to: &table)
        addNames(to: &table)
        addRefused(to: &table)
        if options.extendedAttributes { addExtendedAttributes(to: &table) }
        return table
    }
}
