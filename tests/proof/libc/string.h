/*
 * What the proof takes mem* to be: over octets, which is all that libdevid
 * gives them, and never over none, so that no null pointer gets there.
 */
#ifndef DEVID_PROOF_STRING_H
#define DEVID_PROOF_STRING_H

#include <stddef.h>
#include <stdint.h>

/*@
    requires n != 0;
    requires \valid_read(a + (0 .. n - 1)) && \valid_read(b + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns \result \from a[0 .. n - 1], b[0 .. n - 1];
*/
int memcmp(const uint8_t *a, const uint8_t *b, size_t n);

/*@
    requires n != 0;
    requires \valid(to + (0 .. n - 1)) && \valid_read(from + (0 .. n - 1));
    requires \separated(to + (0 .. n - 1), from + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns to[0 .. n - 1] \from from[0 .. n - 1];
    assigns \result \from to;
    ensures \result == to;
*/
uint8_t *memcpy(uint8_t *to, const uint8_t *from, size_t n);

/*@
    requires n != 0;
    requires \valid(to + (0 .. n - 1)) && \valid_read(from + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns to[0 .. n - 1] \from from[0 .. n - 1];
    assigns \result \from to;
    ensures \result == to;
*/
uint8_t *memmove(uint8_t *to, const uint8_t *from, size_t n);

/*@
    requires n != 0 && \valid(to + (0 .. n - 1));
    terminates \true;
    exits \false;
    assigns to[0 .. n - 1] \from octet;
    assigns \result \from to;
    ensures \result == to;
*/
uint8_t *memset(uint8_t *to, int octet, size_t n);

#endif
