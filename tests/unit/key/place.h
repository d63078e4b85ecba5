/* What the tests of this room share: fixtures, and a folder of one's own. */
#ifndef TESTS_KEY_PLACE_H
#define TESTS_KEY_PLACE_H

#include "devca/key/pkcs8.h"
#include "devca/key/signer.h"

#include <sys/types.h>

/* The text of tests/unit/key/data/NAME. */
void place_fixture(const char *name, struct bytes *content);

/* A secret's text as bytes; NULL gives an empty one. */
struct bytes place_secret(const char *text);

/* A folder in /tmp, entered; and gone. */
void place_make(void);
void place_remove(void);
void place_put(const char *name, struct devid_slice content, mode_t mode);

/* The last line of a shell command's output, without its newline; its exit
 * status, 127 where the command is missing. */
int place_run(const char *command, char *line, size_t size);

#endif
