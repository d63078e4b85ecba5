/*
 * The corpus as a test: every file, and of each a number of mutations that are
 * the same in every run. usage: fuzz_NAME FOLDER
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INPUT_MAX 65536
#define MUTATIONS 300

static uint64_t state = 88172645463325252u;

static uint32_t draw(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32) % below;
}

/* In memory of exactly its size, so that the sanitizer sees one octet beyond.
 */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size ? size : 1);

    if (!exact)
        abort();
    if (size > 0)
        memcpy(exact, data, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static void mutate(const uint8_t *data, size_t size)
{
    static uint8_t copy[INPUT_MAX];
    size_t len;
    int i, j;

    for (i = 0; i < MUTATIONS && size > 0; i++) {
        memcpy(copy, data, size);
        len = size;
        for (j = (int)draw(4); j >= 0; j--)
            copy[draw((uint32_t)size)] = (uint8_t)draw(256);
        if (draw(4) == 0)
            len = draw((uint32_t)size);
        run(copy, len);
    }
}

static int run_file(const char *folder, const char *name)
{
    static uint8_t data[INPUT_MAX];
    char path[1024];
    size_t size;
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (!file)
        return 0;
    size = fread(data, 1, sizeof data, file);
    fclose(file);
    run(data, size);
    mutate(data, size);
    return 1;
}

int main(int count, char **words)
{
    struct dirent *entry;
    DIR *folder = count == 2 ? opendir(words[1]) : NULL;
    int files = 0;

    if (!folder) {
        fputs("usage: fuzz_NAME FOLDER\n", stderr);
        return 2;
    }
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] != '.')
            files += run_file(words[1], entry->d_name);
    closedir(folder);
    run(NULL, 0);
    printf("%d files\n", files);
    return files > 0 ? 0 : 1;
}
