/* Building a struct devca_result: values are copied into its memory. */
#ifndef DEVCA_CA_RESULT_H
#define DEVCA_CA_RESULT_H

#include "devca/base/bytes.h"

#include <devca/result.h>

/* Each adds one field after the others. A failure to allocate is remembered and
 * told by result_done(). text may be NULL: the field is then null. */
void result_text(struct devca_result *result, const char *name,
                 const char *text);
void result_slice_text(struct devca_result *result, const char *name,
                       struct devid_slice text);
void result_hex(struct devca_result *result, const char *name,
                struct devid_slice octets);
void result_time(struct devca_result *result, const char *name,
                 devca_seconds seconds);
void result_integer(struct devca_result *result, const char *name,
                    int64_t value);
void result_boolean(struct devca_result *result, const char *name, bool value);

/* Copies octets into the result's memory, followed by a NUL. Empty when memory
 * is short, which result_done() tells. */
struct devid_slice result_keep(struct devca_result *result,
                               struct devid_slice octets);
void result_add_chain(struct devca_result *result, struct devid_slice der);

/* A Name as RFC 4514 text ("CN=Root,O=Acme"), as a field. */
void result_name(struct devca_result *result, const char *name,
                 struct devid_slice dn);

/* Completes record; DEVCA_E_NO_MEMORY when something could not be kept. */
enum devca_code result_done(struct devca_result *result,
                            struct devca_error *error);

#endif
