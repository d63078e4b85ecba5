#include "devca/base/bytes.h"

#include "devca/base/registers.h"
#include "devid/codec/writer.h"

#include <stdlib.h>
#include <string.h>

void wipe(void *data, size_t len)
{
    if (data && len > 0)
        explicit_bzero(data, len);
}

/* Never inlined: the frame must lie where the callees' frames lay. */
__attribute__((noinline)) void wipe_stack(void)
{
    uint8_t room[32 * 1024];

    wipe(room, sizeof room);
    wipe_registers();
}

__attribute__((noinline)) void wipe_stack_shallow(void)
{
    uint8_t room[8 * 1024];

    wipe(room, sizeof room);
    wipe_registers();
}

bool bytes_reserve(struct bytes *bytes, size_t capacity)
{
    size_t room = bytes->capacity;
    uint8_t *data;

    if (bytes->data && capacity <= bytes->capacity)
        return true;
    if (capacity > SIZE_MAX / 2 - 1)
        return false;
    /* At first what is asked for: what is written in one piece stays so. */
    if (room == 0)
        room = capacity | 63;
    while (room < capacity)
        room = 2 * room + 1;
    data = malloc(room + 1);
    if (!data)
        return false;
    if (bytes->len > 0)
        memcpy(data, bytes->data, bytes->len);
    data[bytes->len] = 0;
    /* Octets beyond len may have been written before. */
    wipe(bytes->data, bytes->capacity);
    free(bytes->data);
    bytes->data = data;
    bytes->capacity = room;
    return true;
}

bool bytes_append(struct bytes *bytes, const void *data, size_t len)
{
    if (len > SIZE_MAX / 2 - 1 - bytes->len ||
        !bytes_reserve(bytes, bytes->len + len))
        return false;
    if (len > 0)
        memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    bytes->data[bytes->len] = 0;
    return true;
}

bool bytes_append_slice(struct bytes *bytes, struct devid_slice slice)
{
    return bytes_append(bytes, slice.data, slice.len);
}

bool bytes_append_text(struct bytes *bytes, const char *text)
{
    return bytes_append(bytes, text, strlen(text));
}

void bytes_clear(struct bytes *bytes)
{
    wipe(bytes->data, bytes->capacity);
    free(bytes->data);
    *bytes = (struct bytes){NULL, 0, 0};
}

#define KEPT_MAX 4096

void bytes_reset(struct bytes *bytes)
{
    if (bytes->capacity > KEPT_MAX)
        bytes_clear(bytes);
    bytes->len = 0;
}

struct devid_slice bytes_slice(const struct bytes *bytes)
{
    return (struct devid_slice){bytes->data, bytes->len};
}

bool bytes_write(struct bytes *bytes, bytes_writer *write, const void *context)
{
    struct devid_writer w;

    devid_writer_init(&w, bytes->data ? bytes->data + bytes->len : NULL,
                      bytes->capacity - bytes->len);
    write(&w, context);
    if (w.len > SIZE_MAX / 2 - 1 - bytes->len)
        return false;
    if (!bytes->data || w.len > bytes->capacity - bytes->len) {
        if (!bytes_reserve(bytes, bytes->len + w.len))
            return false;
        devid_writer_init(&w, bytes->data + bytes->len,
                          bytes->capacity - bytes->len);
        write(&w, context);
    }
    bytes->len += w.len;
    bytes->data[bytes->len] = 0;
    return true;
}
