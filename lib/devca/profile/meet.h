/*
 * When are two lists at one place? A place is a text in which some octets below
 * 0x20, which no URI has, stand for what is another from list to list or from
 * certificate to certificate: that of its part.
 */
#ifndef DEVCA_PROFILE_MEET_H
#define DEVCA_PROFILE_MEET_H

#include "devca/profile/template.h"

/* A place of a profile with so many partitions (0: it has none). */
struct spot {
    struct text text;
    unsigned shards;
};

/* Overwrites spot->text. What subject does not know (NULL: nothing at all) is
 * equal to itself only. */
void spot_render(struct spot *spot, const struct template *place,
                 const struct profile_subject *subject);

/*
 * Is the list of a partition at `list` where certificates by `other` look for
 * another one? A list has the same certificates as that of the same partition
 * out of as many. No list is made where a place speaks of a device.
 */
bool spots_meet(const struct spot *list, const struct spot *other);

#endif
