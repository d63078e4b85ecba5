/* Certificates and anchors in the forms that others read: one table. */
#ifndef DEVCA_EXPORT_H
#define DEVCA_EXPORT_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One of: uid (in product when given), serial, product (its CA and its devices:
 * CA alone for single formats), root, all. */
struct devca_export_request {
    const char *product;
    const char *uid;
    const char *serial;
    const char *format;
    bool root;
    bool all;
    bool chain;
};
/* DEVCA_E_NOT_FOUND when nothing matches; DEVCA_E_USAGE for an unknown format
 * or one that cannot hold so many. */
DEVCA_API enum devca_code devca_export(
    struct devca *devca, const struct devca_export_request *request,
    const struct devca_sink *sink, struct devca_error *error);

/* Formats by name, in the table's order, until NULL. */
DEVCA_API const char *devca_export_format_name(size_t index);
DEVCA_API const char *devca_export_format_text(size_t index);

#ifdef __cplusplus
}
#endif
#endif
