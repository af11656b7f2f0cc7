import CFuse

extension Operations {
    static func addInit(to table: inout fuse_lowlevel_ops) {
        table.`init` = { userdata, connection in
            guard let connection, let server = Server.of(userdata: userdata) else { return }
            Operations.negotiate(connection, server)
        }
    }

    /// What is agreed with the kernel; why, with measurements, stands in the design notes of each.
    private static func negotiate(_ connection: UnsafeMutablePointer<fuse_conn_info>, _ server: Server) {
        // Handles survive a restart of the daemon: the kernel resolves them by LOOKUP of "." and "..".
        _ = cfuse_want(connection, cfuse_cap_export_support)
        _ = cfuse_want(connection, cfuse_cap_parallel_dirops)
        // Attributes with every listing: `ls -l` asks for nothing further. The kernel's own guess (auto) asks file by file at first.
        _ = cfuse_want(connection, cfuse_cap_readdirplus)
        cfuse_decline(connection, cfuse_cap_readdirplus_auto)
        // Changes are pushed by the notifier; a change of mtime alone must not drop pages that are right.
        cfuse_decline(connection, cfuse_cap_auto_inval_data)
        _ = cfuse_want(connection, cfuse_cap_explicit_inval_data)
        // What libfuse would splice it answers with less than was asked for where a file became shorter (`SplicedReplies`).
        cfuse_decline(connection, cfuse_cap_splice_write)
        cfuse_decline(connection, cfuse_cap_splice_move)
        cfuse_decline(connection, cfuse_cap_splice_read)
        cfuse_decline(connection, cfuse_cap_writeback_cache)
        // As the mount option says, which alone the kernel heeds.
        if server.options.splicing { connection.pointee.max_read = UInt32(ReplyPipe.largestReply) }
        connection.pointee.max_background = 64
        connection.pointee.congestion_threshold = 48
        connection.pointee.time_gran = 1
        if server.options.passthrough, cfuse_want_passthrough(connection) != 0 { server.passthrough.negotiated() }
    }
}
