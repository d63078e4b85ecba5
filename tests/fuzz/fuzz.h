/*
 * A fuzzer is one function over octets. Each file fuzz_NAME.c defines it for
 * one parser; driver.c runs it over its corpus as an ordinary test,
 * scripts/fuzz.sh links it with clang's engine.
 */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <devid/slice.h>

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run when a view leaves the input it was read from. */
void fuzz_inside(struct devid_slice view, const uint8_t *data, size_t size);

#endif
