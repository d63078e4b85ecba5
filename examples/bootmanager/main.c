/*
 * A small boot manager. It holds one trust anchor, and starts the application
 * in flash only when a signer under that anchor has signed it.
 *
 * Flash at IMAGE_BASE: struct image_header, the signer's certificate, its CA's
 * certificate, the signature (Ecdsa-Sig-Value). At APPLICATION_BASE: the
 * application, its vector table first. The signature covers app_len octets
 * from there; the certificates cover themselves.
 */
#include "platform.h"

#include <devid/port.h>
#include <devid/verify.h>

#include ANCHOR_HEADER

#define IMAGE_MAGIC 0x31474D49u /* "IMG1" */

/* OID 1.3.6.1.5.5.7.3.3, codeSigning: a device's certificate has it not. */
static const uint8_t code_signing[] = {0x2B, 0x06, 0x01, 0x05,
                                       0x05, 0x07, 0x03, 0x03};

struct image_header {
    uint32_t magic;
    uint32_t signer_len;
    uint32_t ca_len;
    uint32_t signature_len;
    uint32_t app_len;
};

/* The parts of an image, each inside its own bounds. */
struct image {
    struct devid_slice certificates[2];
    struct devid_slice signature;
    struct devid_slice application;
};

/* Takes len octets off *room, or says that they are not there. */
static bool take(struct devid_slice *room, uint32_t len,
                 struct devid_slice *part)
{
    if (len == 0 || len > room->len)
        return false;
    part->data = room->data;
    part->len = len;
    room->data += len;
    room->len -= len;
    return true;
}

static bool read_image(struct image *image)
{
    const struct image_header *header = (const struct image_header *)IMAGE_BASE;
    struct devid_slice room = {(const uint8_t *)(header + 1),
                               APPLICATION_BASE - IMAGE_BASE - sizeof *header};
    struct devid_slice flash = {(const uint8_t *)APPLICATION_BASE,
                                FLASH_END - APPLICATION_BASE};

    return header->magic == IMAGE_MAGIC &&
           take(&room, header->signer_len, &image->certificates[0]) &&
           take(&room, header->ca_len, &image->certificates[1]) &&
           take(&room, header->signature_len, &image->signature) &&
           take(&flash, header->app_len, &image->application);
}

/* No clock here: what is certain is that it is not before the build. */
static const struct devid_policy policy = {
    .time = {DEVID_TIME_DATE(2025, 1, 1), 0},
    .clock = DEVID_CLOCK_FLOOR,
    .required_eku = {code_signing, sizeof code_signing}};

static enum devid_status verify_image(const struct image *image)
{
    const struct devid_chain chain = {image->certificates, 2};
    const struct devid_anchors anchors = {&ANCHOR_NAME, 1};
    struct devid_identity signer;
    uint8_t hash[DEVID_MAX_HASH];
    enum devid_status status =
        devid_verify_chain(&chain, &anchors, &policy, &signer);

    if (status == DEVID_OK)
        status = devid_port_hash(DEVID_P256, image->application, hash);
    if (status == DEVID_OK)
        status = devid_verify_signature(&signer, (struct devid_slice){hash, 32},
                                        image->signature);
    return status;
}

int main(void)
{
    struct image image;
    enum devid_status status;

    if (!read_image(&image)) {
        platform_say("boot: no image\n");
        return 1;
    }
    status = verify_image(&image);
    if (status != DEVID_OK) {
        platform_say("boot: refused: ");
        platform_say(devid_status_id(status));
        platform_say("\n");
        return 1;
    }
    platform_say("boot: verified\n");
    platform_start(APPLICATION_BASE);
}
