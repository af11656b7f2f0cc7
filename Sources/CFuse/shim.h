// libfuse 3, low-level API. Macros and variadic functions that Swift cannot import are wrapped here as static inline.
#ifndef CFUSE_SHIM_H
#define CFUSE_SHIM_H

#define _FILE_OFFSET_BITS 64
#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#endif
