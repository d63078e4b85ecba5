/* Certificates and anchors in the forms that others read: one table. */
#ifndef DEVCA_EXPORT_H
#define DEVCA_EXPORT_H

#include <devca/file.h>
#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One of: uid (in product when given), serial, product (its CA and its devices:
 * CA alone for single formats), root, all. The last four are for a format that
 * the CA signs (devca_export_format_signs()), which takes product or root and
 * no sink: days until its nextUpdate (0: 30), dry_run, output and result as
 * devca_revocation_set() has them; output is taken in any case. */
struct devca_export_request {
    const char *product;
    const char *uid;
    const char *serial;
    const char *format;
    bool root;
    bool all;
    bool chain;
    int days;
    bool dry_run;
    struct devca_output *output;
    struct devca_result *result;
};
/* As devca_revocation_set() for revocation-set.
 * DEVCA_E_NOT_FOUND when nothing matches; DEVCA_E_USAGE for an unknown format,
 * one that cannot hold so many, or c-header for a certificate that is no
 * CA's or has no subjectKeyIdentifier; what sink gives. */
DEVCA_API enum devca_code
devca_export(struct devca *devca, const struct devca_export_request *request,
             const struct devca_sink *sink, struct devca_error *error);

/* Formats by name, in the table's order, until NULL. */
DEVCA_API const char *devca_export_format_name(size_t index);
DEVCA_API const char *devca_export_format_text(size_t index);

/* Does the format of this name need the CA's key, and a store to be written? */
DEVCA_API bool devca_export_format_signs(const char *name);

#ifdef __cplusplus
}
#endif
#endif
