/*
 * The build profile: this header is the plain one. A hardened build finds
 * include/hardened/devid/profile.h in its place, by -Iinclude/hardened in front
 * of -Iinclude, and compiles lib/devid/verify/hardened with the rest; both
 * halves or none. docs/libdevid.md, Hardened.
 */
#ifndef DEVID_PROFILE_H
#define DEVID_PROFILE_H

/* The value of a status, from its row in DEVID_STATUS_TABLE, and back. */
#define DEVID_STATUS_CODE(row) (row)
#define DEVID_STATUS_ROW(code) ((size_t)(code))

/* The name of a function that decides once; a hardened build calls it from the
 * public one, twice. */
#define DEVID_ONCE(function) function

/* A verdict of the port, looked at. */
#define DEVID_CONFIRM(status) (status)

/* What a walk has passed, and whether that is all that it had to. */
#define DEVID_FLOW_BEGIN(walk) ((void)(walk))
#define DEVID_FLOW_PASS(walk, point) ((void)(walk))
#define DEVID_FLOW_CHECK(walk) DEVID_OK

#endif
