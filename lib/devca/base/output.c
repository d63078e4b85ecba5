/* The public face of file.h: <devca/file.h>. */
#include "devca/base/fail.h"
#include "devca/base/file.h"

#include <devca/file.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum devca_code devca_file_read(const char *path, size_t limit,
                                struct devca_content *content,
                                struct devca_error *error)
{
    struct bytes *bytes = calloc(1, sizeof *bytes);
    enum devca_code code;

    content->octets = (struct devid_slice){NULL, 0};
    content->memory = NULL;
    if (!bytes)
        return fail_memory(error);
    code = file_read(path, limit, bytes, error);
    /* An empty file still has octets to point at: none of them. */
    if (code == DEVCA_OK && !bytes->data && !bytes_reserve(bytes, 1))
        code = fail_memory(error);
    content->octets = bytes_slice(bytes);
    content->memory = bytes;
    if (code != DEVCA_OK)
        devca_content_clear(content);
    return code;
}

void devca_content_clear(struct devca_content *content)
{
    struct bytes *bytes = content->memory;

    if (bytes)
        bytes_clear(bytes);
    free(bytes);
    content->octets = (struct devid_slice){NULL, 0};
    content->memory = NULL;
}

enum devca_code devca_folder_sync(const char *folder, struct devca_error *error)
{
    return file_sync_folder(folder)
               ? DEVCA_OK
               : fail(error, DEVCA_E_FILE, folder, NULL, NULL,
                      "cannot be made durable: %s", strerror(errno));
}

struct devca_output {
    struct file_output *file;
    struct devca_error error; /* of the first write that failed */
    enum devca_code code;
};

enum devca_code devca_output_open(struct devca_output **output,
                                  const struct devca_output_target *target,
                                  struct devca_error *error)
{
    struct file_target file = {.path = target->path,
                               .mode = target->secret ? 0600 : 0644,
                               .replace = target->replace,
                               .lazy = target->lazy,
                               .store = target->store};
    struct devca_output *new = calloc(1, sizeof *new);
    enum devca_code code;

    *output = NULL;
    if (!new)
        return fail_memory(error);
    code = file_output_open(&new->file, &file, error);
    if (code != DEVCA_OK) {
        free(new);
        return code;
    }
    *output = new;
    return DEVCA_OK;
}

static enum devca_code write_output(void *context, const void *data, size_t len)
{
    struct devca_output *output = context;

    if (output->code == DEVCA_OK)
        output->code = file_output_write(
            output->file, (struct devid_slice){data, len}, &output->error);
    return output->code;
}

struct devca_sink devca_output_sink(struct devca_output *output)
{
    return (struct devca_sink){write_output, output};
}

bool devca_output_is_standard(const struct devca_output *output)
{
    return file_output_is_standard(output->file);
}

enum devca_code devca_output_restart(struct devca_output *output,
                                     struct devca_error *error)
{
    output->code = file_output_restart(output->file, &output->error);
    if (output->code != DEVCA_OK && error)
        *error = output->error;
    return output->code;
}

enum devca_code devca_output_flush(struct devca_output *output,
                                   struct devca_error *error)
{
    if (output->code == DEVCA_OK)
        output->code = file_output_flush(output->file, &output->error);
    if (output->code != DEVCA_OK && error)
        *error = output->error;
    return output->code;
}

enum devca_code devca_output_place(struct devca_output *output,
                                   struct devca_error *error)
{
    if (output->code == DEVCA_OK)
        output->code = file_output_place(output->file, &output->error);
    if (output->code != DEVCA_OK && error)
        *error = output->error;
    return output->code;
}

enum devca_code devca_output_commit(struct devca_output *output,
                                    struct devca_error *error)
{
    enum devca_code code = output->code;

    if (code == DEVCA_OK) {
        code = file_output_commit(output->file, error);
        free(output);
        return code;
    }
    if (error)
        *error = output->error;
    devca_output_abandon(output);
    return code;
}

void devca_output_abandon(struct devca_output *output)
{
    if (!output)
        return;
    file_output_abandon(output->file);
    free(output);
}
