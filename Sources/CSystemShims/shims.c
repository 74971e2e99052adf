#define _GNU_SOURCE
#include "evidence_system_shims.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int evidence_start_writeback(int descriptor) {
    return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int evidence_rename_exclusively(const char *source, const char *target) {
    return renameat2(AT_FDCWD, source, AT_FDCWD, target, RENAME_NOREPLACE);
}

int evidence_open_without_symlinks(const char *path) {
    char name[NAME_MAX + 1];
    int folder = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (folder >= 0) {
        while (*path == '/') path++;
        size_t length = strcspn(path, "/");
        if (length > NAME_MAX) {
            close(folder);
            errno = ENAMETOOLONG;
            return -1;
        }
        memcpy(name, path, length);
        name[length] = 0;
        path += length;
        int is_last = path[strspn(path, "/")] == 0;
        // Without O_NONBLOCK a FIFO would wait here for its other end.
        int flags = is_last ? O_RDONLY | O_NONBLOCK : O_PATH | O_DIRECTORY;
        int next = openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC);
        int failure = errno;
        close(folder);
        // A symlink where a folder should be is ENOTDIR for O_PATH.
        if (next < 0) {
            errno = !is_last && failure == ENOTDIR ? ELOOP : failure;
            return -1;
        }
        if (is_last) return next;
        folder = next;
    }
    return -1;
}
