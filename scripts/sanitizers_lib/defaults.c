// Linked into every program of a sanitized build (scripts/check-sanitizers): what the sanitizer is told before main. It stands
// in the program, since tests start it with environments of their own. -DADDRESS or -DTHREAD says which sanitizer, -DREPORTS= the
// folder that must stay empty, -DSYMBOLIZER= what finds names and lines.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// A status that nothing of ours ends with.
#define COMMON(reports) "exitcode=86:print_suppressions=0:external_symbolizer_path='" SYMBOLIZER "':log_path='" reports "'"

#ifdef ADDRESS

const char *__asan_default_options(void) {
    return COMMON(REPORTS "/address") ":detect_stack_use_after_return=1:strict_string_checks=1:malloc_context_size=10";
}

// What leaks in Foundation (Swift 6.3.1), whoever calls it; tests alone do. Each was seen in a program of one such call.
const char *__lsan_default_suppressions(void) {
    return
        // Data(contentsOf:) of an empty file loses the 4 KiB that it would have read into, once a call.
        "leak:FoundationEssentials17readBytesFromFile\n"
        // The last Process that was run: the weak reference that its monitor holds.
        "leak:10Foundation7ProcessC3runyyKF\n";
}

// Leaks can't be looked for under strace, as one tracer keeps others out; LeakSanitizer would end the program for it.
int __lsan_is_turned_off(void) {
    char line[128];
    int tracer = 0;
    FILE *status = fopen("/proc/self/status", "re");
    if (status == NULL) return 0;
    while (fgets(line, sizeof line, status) != NULL && sscanf(line, "TracerPid: %d", &tracer) != 1) continue;
    fclose(status);
    return tracer != 0;
}

#endif

#ifdef THREAD

const char *__tsan_default_options(void) {
    // At its end each process waits for what threads still do: else a whole second, of which a run of all tests has thousands.
    return COMMON(REPORTS "/thread") ":second_deadlock_stack=1:atexit_sleep_ms=50";
}

// Array(unsafeUninitializedCapacity: 0) writes its count, 0, into the empty array that all threads share and that is always 0
// (Swift 6.3.1); inlined into optimized code, the sanitizer sees it.
//
// SwiftNIO writes into a buffer once more when nobody else holds it: that is ordered by reference counts, which libswiftCore keeps
// and the sanitizer does not see (swift-nio, issue 303).
const char *__tsan_default_suppressions(void) {
    return
        "race:_swiftEmptyArrayStorage\n"
        "race:NIOPooledRecvBufferAllocator\n";
}

// Swift's Mutex takes its lock inline, where the sanitizer sees it, but waits for one in libswiftSynchronization.so, which is
// not instrumented: after every wait the two holders would look unordered. These stand before the library's own functions
// (Linux: _MutexHandle in Synchronization/Mutex/LinuxImpl.swift) and say what they do.
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define SELF __attribute__((swift_context)) void *self
#define LOCK_SLOW "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK_SLOW "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SWIFT __attribute__((swiftcall)) void
SWIFT lock_slow(uint32_t thread, SELF) __asm__(LOCK_SLOW);
SWIFT unlock_slow(SELF) __asm__(UNLOCK_SLOW);

static void *real(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) abort();
    return function;
}

SWIFT lock_slow(uint32_t thread, SELF) {
    SWIFT (*wait)(uint32_t, SELF) = real(LOCK_SLOW);
    wait(thread, self);
    __tsan_acquire(self);
}

SWIFT unlock_slow(SELF) {
    SWIFT (*wake)(SELF) = real(UNLOCK_SLOW);
    __tsan_release(self);
    wake(self);
}

#endif
