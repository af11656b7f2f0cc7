// Linux calls that glibc or Swift's importer lack: variadic functions and system calls without a wrapper.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

// No _GNU_SOURCE: it changes structures (fd_set) that Swift's Glibc module has without it, and one program cannot have both.
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

/// O_PATH, which fcntl.h shows only with _GNU_SOURCE (open(2)).
static const int clinux_O_PATH = 010000000;

/// Opens `path` beneath `directory`; no symbolic link or ".." may lead out of it (openat2(2), RESOLVE_BENEATH).
static inline int clinux_openat_beneath(int directory, const char *path, int flags) {
    struct open_how how = {0};
    how.flags = (uint64_t)(unsigned)flags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

/// Detaches what is mounted at `path`, never through a symbolic link there; lazily (MNT_DETACH) it goes at once and ends when
/// its last user does. 0 or a negative errno.
static inline int clinux_umount(const char *path, int lazily) {
    return umount2(path, UMOUNT_NOFOLLOW | (lazily ? MNT_DETACH : 0)) == 0 ? 0 : -errno;
}

/// Mounts a file system without a device, such as fusectl, for the caller alone and at no place: a descriptor of its root, or a
/// negative errno. The mount lasts as long as the descriptor (Linux 5.2, root).
static inline int clinux_mount_detached(const char *type) {
    int context = (int)syscall(SYS_fsopen, type, 1 /* FSOPEN_CLOEXEC */);
    if (context < 0)
        return -errno;
    int root = -1;
    if (syscall(SYS_fsconfig, context, 6 /* FSCONFIG_CMD_CREATE */, NULL, NULL, 0) == 0)
        root = (int)syscall(SYS_fsmount, context, 1 /* FSMOUNT_CLOEXEC */, 0);
    int result = root < 0 ? -errno : root;
    close(context);
    return result;
}

/// The calling thread as /proc has it (gettid(2)).
static inline int clinux_thread_id(void) {
    return (int)syscall(SYS_gettid);
}

/// How many processors are online, at least 1. (The constants of sysconf(3) are in whichever of two modules was made first.)
static inline int clinux_processor_count(void) {
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : (int)count;
}

/// Names the calling thread, by at most 15 bytes, for those who look at it from outside.
static inline void clinux_set_thread_name(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}

// FUSE_DEV_IOC_BACKING_OPEN and _CLOSE (linux/fuse.h of 6.9), which older headers lack.
struct clinux_fuse_backing_map {
    int32_t fd;
    uint32_t flags;
    uint64_t padding;
};

/// Registers `descriptor` with the connection behind `device` for passthrough: a positive backing id or a negative errno.
static inline int clinux_fuse_backing_open(int device, int descriptor) {
    struct clinux_fuse_backing_map map = {.fd = descriptor};
    int id = ioctl(device, _IOW(229, 1, struct clinux_fuse_backing_map), &map);
    return id < 0 ? -errno : id;
}

/// Takes the registration back; opens that have it keep it. 0 or a negative errno.
static inline int clinux_fuse_backing_close(int device, uint32_t backing_id) {
    return ioctl(device, _IOW(229, 2, uint32_t), &backing_id) == 0 ? 0 : -errno;
}

/// Copies from `*offset` of `source`, which moves on, to where `target` stands; file systems that can share the blocks do.
/// Bytes copied, or -1 (copy_file_range(2)).
static inline long clinux_copy_file_range(int source, int64_t *offset, int target, size_t count) {
    return syscall(SYS_copy_file_range, source, offset, target, NULL, count, 0);
}

/// Makes a pipe with room for `size` bytes if the system grants it (pipe(7)): how many it has room for, or a negative errno.
/// ends[0] is read from, ends[1] written to; neither waits.
static inline int clinux_pipe(int ends[2], int size) {
    if (syscall(SYS_pipe2, ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return -errno;
    int granted = fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, size);
    return granted > 0 ? granted : fcntl(ends[1], 1032 /* F_GETPIPE_SZ */);
}

/// Moves up to `count` bytes between a pipe and a file, or device, without copying them into the process (splice(2)); where
/// `offset` is not null it is the file's, and moves on. How many, or a negative errno.
static inline long clinux_splice(int source, int64_t *source_offset, int target, size_t count) {
    long moved = syscall(SYS_splice, source, source_offset, target, NULL, count, 2 /* SPLICE_F_NONBLOCK */);
    return moved < 0 ? -errno : moved;
}

/// Renames unless something has the new name already (renameat2(2), RENAME_NOREPLACE). 0, or -1 with errno. File systems without
/// it (NFS) get a hard link and an unlink, which fail the same way.
static inline int clinux_rename_noreplace(int old_directory, const char *old_name, int new_directory, const char *new_name) {
    if (syscall(SYS_renameat2, old_directory, old_name, new_directory, new_name, 1 /* RENAME_NOREPLACE */) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return -1;
    if (linkat(old_directory, old_name, new_directory, new_name, 0) != 0)
        return -1;
    return unlinkat(old_directory, old_name, 0);
}

/// Makes room in a file (fallocate(2)). 0, or -1 with errno.
static inline int clinux_fallocate(int file, int mode, int64_t offset, int64_t length) {
    return (int)syscall(SYS_fallocate, file, mode, offset, length);
}

/// Closes all descriptors from `first` on (close_range(2), Linux 5.9).
static inline void clinux_close_from(unsigned first) {
    syscall(SYS_close_range, first, ~0U, 0);
}

#endif
