// The one function of libFuzzer that a program with a main of its own calls (LLVM, "Using libFuzzer as a library").
#ifndef EVIDENCE_LIBFUZZER_H
#define EVIDENCE_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

#endif
