#define _GNU_SOURCE
#include "evidence_system_shims.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

int evidence_start_writeback(int descriptor) {
    return sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

int evidence_pass_cache(int descriptor, int on) {
    struct statfs status;
    int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || fstatfs(descriptor, &status) != 0) return -1;
    // statfs(2): NFS, SMB, CIFS, SMB2, FUSE, 9P, Ceph. There, each write would wait until the other side has it on its disk.
    switch ((unsigned long)status.f_type & 0xffffffff) {
    case 0x6969: case 0x517b: case 0xff534d42: case 0xfe534d42: case 0x65735546: case 0x01021997: case 0x00c36400:
        errno = EINVAL;
        return -1;
    }
    return fcntl(descriptor, F_SETFL, on ? flags | O_DIRECT : flags & ~O_DIRECT);
}

int evidence_sync_file_system(int descriptor) {
    return syncfs(descriptor);
}

int evidence_rename_exclusively(const char *source, int folder, const char *name) {
    return renameat2(AT_FDCWD, source, folder, name, RENAME_NOREPLACE);
}

const int evidence_path_only = O_PATH;

// One folder after the other, where the kernel has no openat2(2) (before Linux 5.6), or a sandbox does not know it.
static int open_step_by_step(const char *path, int flags, mode_t mode) {
    char name[NAME_MAX + 1];
    struct stat status;
    if (*path == 0) {
        errno = ENOENT;
        return -1;
    }
    int folder = open(*path == '/' ? "/" : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (folder >= 0) {
        path += strspn(path, "/");
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
        int next = openat(folder, length ? name : ".", (is_last ? flags : O_PATH | O_DIRECTORY) | O_NOFOLLOW | O_CLOEXEC, mode);
        int failure = errno;
        // A symlink is no folder to O_DIRECTORY, and O_PATH opens the link itself.
        if (next < 0 ? failure == ENOTDIR && fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode)
                     : flags & O_PATH && fstat(next, &status) == 0 && S_ISLNK(status.st_mode)) {
            if (next >= 0) close(next);
            next = -1;
            failure = ELOOP;
        }
        close(folder);
        if (next < 0) errno = failure;
        if (next < 0 || is_last) return next;
        folder = next;
    }
    return -1;
}

int evidence_open_without_symlinks(const char *path, int flags, unsigned mode) {
    struct open_how how = {
        .flags = flags | O_CLOEXEC,
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_NO_SYMLINKS,
    };
    int result = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
    return result < 0 && (errno == ENOSYS || errno == EPERM) ? open_step_by_step(path, flags, mode) : result;
}

int evidence_keep_memory_private(void) {
    // Swift's runtime answers these by starting a program that prints the registers and what they point to.
    static const int crashes[] = {SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP};
    if (getenv("SWIFT_BACKTRACE") == NULL) {
        for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) signal(crashes[i], SIG_DFL);
    }
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

// Takes the right to write, make, rename, truncate or remove anything below "/" from the process and its children. What is
// open already stays so. A kernel without Landlock (5.13, and truncation 6.2) leaves what it can't take.
static void forbid_changes(void) {
    struct landlock_ruleset_attr all = {.handled_access_fs = 0};
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1) return;
    all.handled_access_fs =
        LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE
        | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG
        | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK
        | LANDLOCK_ACCESS_FS_MAKE_SYM;
    // LANDLOCK_ACCESS_FS_TRUNCATE, which older headers lack.
    if (version >= 3) all.handled_access_fs |= 1ULL << 14;
    int rules = syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (rules < 0) return;
    syscall(SYS_landlock_restrict_self, rules, 0);
    close(rules);
}

static void limit(int resource, unsigned long value) {
    struct rlimit limit = {value, value};
    setrlimit(resource, &limit);
}

int evidence_spawn_limited(const char *program, char *const arguments[], char *const environment[], const int inputs[],
                           int input_count, int output, unsigned long processor_seconds, unsigned long address_bytes) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) {
        if (child > 0) setpgid(child, child);
        return child;
    }
    // From here to execve only what is safe after fork in a program with threads.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(output, 1) < 0 || dup2(null, 0) < 0 || dup2(null, 2) < 0) _exit(127);
    // Out of the way of the numbers that they are to have.
    int moved[EVIDENCE_MOST_INPUTS];
    if (input_count > EVIDENCE_MOST_INPUTS) _exit(127);
    for (int i = 0; i < input_count; i++) {
        moved[i] = fcntl(inputs[i], F_DUPFD, EVIDENCE_FIRST_INPUT + input_count);
        if (moved[i] < 0) _exit(127);
    }
    for (int i = 0; i < input_count; i++) {
        if (dup2(moved[i], EVIDENCE_FIRST_INPUT + i) < 0) _exit(127);
    }
    close_range(EVIDENCE_FIRST_INPUT + input_count, ~0U, 0);
    if (chdir("/") < 0) _exit(127);
    limit(RLIMIT_CPU, processor_seconds);
    limit(RLIMIT_AS, address_bytes);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    forbid_changes();
    execve(program, arguments, environment);
    _exit(127);
}

int evidence_keeps_modes(const char *path) {
    struct statfs status;
    if (statfs(path, &status) != 0) return -1;
    // statfs(2): msdos and vfat, exfat, ntfs3, and whatever FUSE mounts from a device (NTFS-3G).
    switch ((unsigned long)status.f_type) {
    case 0x4d44: case 0x2011bab0: case 0x7366746e: case 0x65735546: return 0;
    default: return 1;
    }
}
