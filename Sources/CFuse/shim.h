// libfuse 3, low-level API. Macros, bit fields whose width differs between releases, and functions that are macros in some
// releases are wrapped here as static inline.
#ifndef CFUSE_SHIM_H
#define CFUSE_SHIM_H

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>
#include <stdint.h>

// Releases before 3.17 have no call for passthrough; their replies are completed in a custom_io hook instead.
#ifdef FUSE_CAP_PASSTHROUGH
#define CFUSE_HAS_PASSTHROUGH 1
#else
#define CFUSE_HAS_PASSTHROUGH 0
#endif

/// 1 if this libfuse can announce a backing id in the reply to OPEN itself.
static inline int cfuse_has_passthrough(void) {
    return CFUSE_HAS_PASSTHROUGH;
}

// The capabilities as one type, whatever type their macros have.
static const uint64_t cfuse_cap_export_support = (uint64_t)FUSE_CAP_EXPORT_SUPPORT;
static const uint64_t cfuse_cap_parallel_dirops = (uint64_t)FUSE_CAP_PARALLEL_DIROPS;
static const uint64_t cfuse_cap_readdirplus = (uint64_t)FUSE_CAP_READDIRPLUS;
static const uint64_t cfuse_cap_readdirplus_auto = (uint64_t)FUSE_CAP_READDIRPLUS_AUTO;
static const uint64_t cfuse_cap_auto_inval_data = (uint64_t)FUSE_CAP_AUTO_INVAL_DATA;
static const uint64_t cfuse_cap_explicit_inval_data = (uint64_t)FUSE_CAP_EXPLICIT_INVAL_DATA;
static const uint64_t cfuse_cap_splice_write = (uint64_t)FUSE_CAP_SPLICE_WRITE;
static const uint64_t cfuse_cap_splice_move = (uint64_t)FUSE_CAP_SPLICE_MOVE;
static const uint64_t cfuse_cap_splice_read = (uint64_t)FUSE_CAP_SPLICE_READ;
static const uint64_t cfuse_cap_writeback_cache = (uint64_t)FUSE_CAP_WRITEBACK_CACHE;

/// Asks for `capability` if the kernel offers it; 1 if it does.
static inline int cfuse_want(struct fuse_conn_info *connection, uint64_t capability) {
#if CFUSE_HAS_PASSTHROUGH
    return fuse_set_feature_flag(connection, capability) ? 1 : 0;
#else
    if ((connection->capable & (unsigned)capability) == 0)
        return 0;
    connection->want |= (unsigned)capability;
    return 1;
#endif
}

/// Does without `capability`.
static inline void cfuse_decline(struct fuse_conn_info *connection, uint64_t capability) {
#if CFUSE_HAS_PASSTHROUGH
    fuse_unset_feature_flag(connection, capability);
#else
    connection->want &= ~(unsigned)capability;
#endif
}

/// Asks for passthrough over file systems that are not stacked themselves; 1 if this libfuse and the kernel offer it.
static inline int cfuse_want_passthrough(struct fuse_conn_info *connection) {
#if CFUSE_HAS_PASSTHROUGH
    if (!fuse_set_feature_flag(connection, FUSE_CAP_PASSTHROUGH))
        return 0;
    connection->max_backing_stack_depth = 1;
    return 1;
#else
    (void)connection;
    return 0;
#endif
}

/// Announces `backing_id` in the reply to OPEN that `file` becomes, where libfuse has a field for it.
static inline void cfuse_set_backing_id(struct fuse_file_info *file, int32_t backing_id) {
#if CFUSE_HAS_PASSTHROUGH
    file->backing_id = backing_id;
#else
    (void)file;
    (void)backing_id;
#endif
}

static inline struct fuse_session *cfuse_session_new(
    int count, char **arguments, const struct fuse_lowlevel_ops *operations, void *context) {
    struct fuse_args args = FUSE_ARGS_INIT(count, arguments);
    struct fuse_session *session = fuse_session_new(&args, operations, sizeof *operations, context);
    fuse_opt_free_args(&args);
    return session;
}

static inline int cfuse_session_loop_mt(struct fuse_session *session, struct fuse_loop_config *configuration) {
    return fuse_session_loop_mt(session, configuration);
}

/// Sends and receives through `io` instead of writev(2) and read(2) on the session's own descriptor.
static inline int cfuse_session_custom_io(struct fuse_session *session, const struct fuse_custom_io *io) {
    return fuse_session_custom_io(session, io, fuse_session_fd(session));
}

#endif
