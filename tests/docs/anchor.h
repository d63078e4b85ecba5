/* What the snippets of docs/libdevid.md include; `devca export --format
 * c-header` writes the like. */
#ifndef DEVID_ANCHOR_ROOT_H
#define DEVID_ANCHOR_ROOT_H

#include <devid/verify.h>

static const uint8_t devid_anchor_root_subject[] = {0x30, 0x00};
static const uint8_t devid_anchor_root_public_key[] = {0x04};

static const struct devid_anchor devid_anchor_root = {
    {devid_anchor_root_subject, sizeof devid_anchor_root_subject},
    {devid_anchor_root_public_key, sizeof devid_anchor_root_public_key},
    {0, 0},
    0x0060};

#endif
