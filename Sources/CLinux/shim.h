// Linux calls that glibc or Swift's importer lack: variadic functions and system calls without a wrapper.
#ifndef CLINUX_SHIM_H
#define CLINUX_SHIM_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/// Opens `path` beneath `directory`; no symbolic link or ".." may lead out of it (openat2(2), RESOLVE_BENEATH).
static inline int clinux_openat_beneath(int directory, const char *path, int flags) {
    struct open_how how = {0};
    how.flags = (uint64_t)(unsigned)flags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}

#endif
