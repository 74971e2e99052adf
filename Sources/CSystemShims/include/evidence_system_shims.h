// System calls that Swift's Glibc module does not show.
#ifndef EVIDENCE_SYSTEM_SHIMS_H
#define EVIDENCE_SYSTEM_SHIMS_H

// sync_file_range(2) over the whole file, starting the writing and not waiting for it.
int evidence_start_writeback(int descriptor);

// Sets or clears O_DIRECT; 0, or -1 with errno where the file system has no such thing or lies behind a network.
int evidence_pass_cache(int descriptor, int on);

// syncfs(2).
int evidence_sync_file_system(int descriptor);

// renameat2(2) with RENAME_NOREPLACE, of a path to a name in an open folder.
int evidence_rename_exclusively(const char *source, int folder, const char *name);

// openat2(2) with RESOLVE_NO_SYMLINKS, relative to the working folder: ELOOP where any place of the path is a symlink. The mode
// is that of a new file. An older kernel's steps do the same.
int evidence_open_without_symlinks(const char *path, int flags, unsigned mode);

// O_PATH: a flag of open(2) by which a folder is reached and not read.
extern const int evidence_path_only;

// Whether files there have modes of their own: not on FAT, exFAT and NTFS, whose modes are the mount's. 1, 0, or -1 with errno.
int evidence_keeps_modes(const char *path);

// Forbids core dumps of this process, and that others of the same user read its memory; 0, or -1 with errno. A crash prints nothing
// of its memory either, unless SWIFT_BACKTRACE asks for it.
int evidence_keep_memory_private(void);

// What an input of a program is numbered by, the first one, and how many there may be.
#define EVIDENCE_FIRST_INPUT 3
#define EVIDENCE_MOST_INPUTS 64

// Starts a program that reads files of strangers: `inputs`, numbered from EVIDENCE_FIRST_INPUT on, nothing but `output` to write
// to, no file may grow, no other descriptor, a process group of its own (its id is that of the process), limits on processor time and memory, and an end
// when the calling thread ends. Where the kernel has Landlock (5.13), nothing in the file system can be changed or removed. Returns the process, or -1 with errno; one that could not be executed exits with 127.
int evidence_spawn_limited(const char *program, char *const arguments[], char *const environment[], const int inputs[],
                           int input_count, int output, unsigned long processor_seconds, unsigned long address_bytes);

#endif
