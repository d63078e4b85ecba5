/* Of many calls, those that come by a way of their own. */
#ifndef TESTS_FAULTS_WAYS_H
#define TESTS_FAULTS_WAYS_H

#include "faulty_vfs.h"

#include <stdbool.h>

/* The numbers, counted from 1, of those of the first `count` calls that are the
 * first or the last of their way; with `anew` the first alone, and of a way
 * that no earlier call of this function met. 0 stands behind the last. To be
 * freed; NULL when there is no memory. */
unsigned long *ways_due(struct fault_ways *ways, unsigned long count,
                        bool anew);

#endif
