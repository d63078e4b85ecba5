/* The x509 tests' certificates serve this room too; one program, one file. */
#include "../x509/mint.c"
