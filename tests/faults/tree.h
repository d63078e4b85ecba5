/* Folders of a test: copied, removed, compared. */
#ifndef TESTS_FAULTS_TREE_H
#define TESTS_FAULTS_TREE_H

#include <stdbool.h>

/* Each ends the program with a message when it cannot. */
void tree_remove(const char *folder);
void tree_copy(const char *from, const char *to);

/* A name below `folder` that has none like it below `other`, or more than there
 * are; NULL when there is none. Names are alike that differ in a key's or
 * serial's 8 or more hex digits after a hyphen. Valid until the next call. */
const char *tree_stranger(const char *folder, const char *other);

/* The same names with the same permissions and the same octets. */
bool tree_same(const char *folder, const char *other);

#endif
