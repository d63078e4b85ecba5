/* Variants from files. */
#include "variants.h"

#include "special.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_LEN = 8192, ARENA_SIZE = 16 << 20, COLUMNS = 7 };

struct generator {
    struct arena arena;
    struct definitions names;        /* define NAME = text */
    struct definitions certificates; /* certificate NAME = text */
    struct definitions expected;     /* KIND/SWEEP/PATH = status */
    struct keys keys;
    variant_visit *visit;
    void *context;
};

/* What a line of variants.txt says, and a sweep makes. */
struct recipe {
    const char *id;
    const char *expected;
    const char *edits;   /* CERTIFICATE/change; ... */
    const char *chain;   /* certificates by name, the device's first, or none */
    const char *lists;   /* CRLs by name, or none */
    const char *last;    /* cRLNumber last seen of the first one, or nothing */
    const char *purpose; /* that is asked for, or nothing */
};

static char *trim(char *text)
{
    size_t len;

    text += strspn(text, " \t\n");
    len = strlen(text);
    while (len != 0 && strchr(" \t\n", text[len - 1]) != NULL)
        text[--len] = '\0';
    return text;
}

/* The edits of one certificate: "CERTIFICATE/" in front of each is taken
 * off, those of the others are left out. */
static const char *edits_of(struct arena *arena, const char *edits,
                            const char *certificate)
{
    char *out = arena_take(arena, 2 * strlen(edits) + 2);
    char *copy = arena_take(arena, strlen(edits) + 1);
    size_t used = 0;

    memcpy(copy, edits, strlen(edits));
    for (char *rest = copy; rest != NULL;) {
        char *one = trim(strsep(&rest, ";"));
        size_t len = strlen(certificate);

        if (strncmp(one, certificate, len) == 0 && one[len] == '/')
            used += (size_t)sprintf(out + used, "%s;", one + len + 1);
    }
    return out;
}

static struct node *certificate_tree(struct generator *generator,
                                     const char *name, const char *edits)
{
    const char *text =
        definitions_find(&generator->certificates, name, strlen(name));
    struct node *tree;

    if (text == NULL)
        die("no such certificate", name);
    tree = node_parse(&generator->arena, &generator->names, text);
    node_edit(&generator->arena, &generator->names, &tree,
              edits_of(&generator->arena, edits, name));
    return tree;
}

static struct devid_slice octets_at(struct generator *generator,
                                    struct node *tree, const char *path,
                                    struct signing *signing)
{
    struct node **at = node_find(&tree, path);

    return at != NULL ? node_encode_one(&generator->arena, *at, special_octets,
                                        signing)
                      : (struct devid_slice){NULL, 0};
}

/* In memory of its very length, for ASan to watch its ends. */
static struct devid_slice exact(struct devid_slice octets)
{
    uint8_t *copy = malloc(octets.len != 0 ? octets.len : 1);

    if (copy == NULL)
        die("memory", "certificate");
    if (octets.len != 0)
        memcpy(copy, octets.data, octets.len);
    return (struct devid_slice){copy, octets.len};
}

static struct devid_slice sign(struct generator *generator, struct node *tree)
{
    struct signing signing = {&generator->keys, {NULL, 0}};

    signing.tbs = octets_at(generator, tree, "tbs", &signing);
    return exact(
        node_encode(&generator->arena, tree, special_octets, &signing));
}

/* Name, key and key identifier of the certificate "root". */
static void make_anchor(struct generator *generator, struct variant *variant,
                        const char *edits)
{
    struct node *tree = certificate_tree(generator, "root", edits);
    struct signing signing = {&generator->keys, {NULL, 0}};
    struct node **id = node_find(&tree, "rootid");

    variant->root = sign(generator, tree);
    variant->anchor.subject = octets_at(generator, tree, "subject", &signing);
    variant->anchor.public_key = key_point(keys_find(&generator->keys, "root"));
    variant->anchor.key_id =
        node_encode(&generator->arena, (*id)->first, special_octets, &signing);
    variant->anchor.key_usage = 0x60;
}

/* Those that names tells, changed and signed; how many. */
static size_t make_all(struct generator *generator, const char *names,
                       const char *edits, struct devid_slice *out, size_t most)
{
    char copy[LINE_MAX_LEN];
    char *rest = copy;
    size_t count = 0;

    (void)snprintf(copy, sizeof copy, "%s", names);
    while (rest != NULL) {
        char *name = strsep(&rest, " ");

        if (*name == '\0' || strcmp(name, "none") == 0)
            continue;
        if (count == most)
            die("too many", names);
        out[count++] =
            sign(generator, certificate_tree(generator, name, edits));
    }
    return count;
}

static void free_all(const struct devid_slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((void *)(uintptr_t)list[i].data);
}

static void make(struct generator *generator, const struct recipe *recipe)
{
    struct variant variant = {.expected = recipe->expected};
    struct arena *arena = &generator->arena;
    struct signing nothing = {&generator->keys, {NULL, 0}};
    const char *edits;

    arena->used = 0;
    edits = node_expand(arena, &generator->names, recipe->edits);
    (void)snprintf(variant.id, sizeof variant.id, "%s", recipe->id);
    (void)snprintf(variant.family, sizeof variant.family, "%.*s",
                   (int)strcspn(recipe->id, "/"), recipe->id);
    variant.chain.count =
        make_all(generator, recipe->chain, edits, variant.list, CHAIN_MAX);
    variant.chain.certificates = variant.list;
    variant.crls.count =
        make_all(generator, recipe->lists, edits, variant.crl, LISTS_MAX);
    variant.crls.list = variant.crl;
    variant.crls.last_numbers = variant.last;
    variant.last[0] =
        node_encode(arena, node_parse(arena, &generator->names, recipe->last),
                    special_octets, &nothing);
    variant.purpose = node_encode(
        arena, node_parse(arena, &generator->names, recipe->purpose),
        special_octets, &nothing);
    make_anchor(generator, &variant, edits);
    generator->visit(&variant, generator->context);
    free_all(variant.list, variant.chain.count);
    free_all(variant.crl, variant.crls.count);
    free_all(&variant.root, 1);
}

enum devid_status variant_judge(const struct variant *variant)
{
    const struct devid_anchors anchors = {&variant->anchor, 1};
    const struct devid_policy policy = {.time = {VARIANT_TIME_DATE, 0},
                                        .clock = DEVID_CLOCK_TIME,
                                        .required_eku = variant->purpose};
    struct devid_identity identity;

    if (variant->crls.count != 0)
        return devid_verify_chain_crls(&variant->chain, &anchors, &policy,
                                       &variant->crls, &identity);
    return devid_verify_chain(&variant->chain, &anchors, &policy, &identity);
}

/* Columns between bars; the rest are "". */
static void split(char *line, char *column[COLUMNS])
{
    static char none[] = "";

    for (size_t i = 0; i < COLUMNS; i++) {
        char *one = line != NULL ? strsep(&line, "|") : none;

        column[i] = trim(one);
    }
}

typedef void line_reader(struct generator *generator, char *line);

/* Calls each line that is neither empty nor a comment; one that begins with a
 * blank goes on where the line before ended. */
static void each_line(struct generator *generator, const char *folder,
                      const char *name, line_reader *reader)
{
    char path[4096];
    char line[LINE_MAX_LEN] = "";
    char next[LINE_MAX_LEN];
    FILE *file;
    bool more = true;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "r");
    if (file == NULL)
        die("cannot read", path);
    while (more) {
        more = fgets(next, sizeof next, file) != NULL;
        if (more && next[0] == '#')
            continue;
        if (more && next[0] == ' ') {
            if (strlen(line) + strlen(next) >= sizeof line)
                die("a long line", line);
            memcpy(line + strlen(line), next, strlen(next) + 1);
            continue;
        }
        if (*trim(line) != '\0')
            reader(generator, line);
        if (more)
            memcpy(line, next, sizeof line);
    }
    (void)fclose(file);
}

/* define NAME = text, certificate NAME = text */
static void read_base(struct generator *generator, char *line)
{
    char *text = strchr(line, '=');
    char *name = strchr(line, ' ');

    if (text == NULL || name == NULL || name > text)
        die("neither define nor certificate", line);
    *text++ = '\0';
    definitions_add(strncmp(line, "define ", 7) == 0 ? &generator->names
                                                     : &generator->certificates,
                    trim(name), trim(text));
}

/* ID | STATUS | EDITS | CHAIN | LISTS | LAST NUMBER | PURPOSE */
static void read_variant(struct generator *generator, char *line)
{
    char *column[COLUMNS];

    split(line, column);
    make(generator,
         &(struct recipe){column[0], column[1], column[2],
                          *column[3] != '\0' ? column[3] : "device ca",
                          column[4], column[5], column[6]});
}

/* The ways to change any TLV. */
enum { ANY, WITH_TLV, LAST };
static const struct kind {
    const char *name;
    const char *edit;
    int where;
} kinds[] = {
    {"long-length", "!L", ANY},
    {"length-of-five", "!5", ANY},
    {"indefinite", "!0", ANY},
    {"constructed-bit", "#^", ANY},
    {"high-tag", "#h", ANY},
    {"beyond-end", "!+", LAST},
    {"null-inside", ">0500", WITH_TLV},
    {"zero-inside", ">00", WITH_TLV},
    {"emptied", "~", ANY},
    {"removed", "-", ANY},
    {"doubled", "*", ANY},
};

struct sweep {
    const char *name;
    const char *certificate;
    const char *edits; /* before */
    const char *chain;
    const char *lists;
};

/* The status that the first fitting line of sweep.txt gives, or NULL. */
static const char *expected_of(const struct generator *generator,
                               const char *id)
{
    for (size_t i = 0; i < generator->expected.count; i++) {
        const struct definition *at = &generator->expected.list[i];
        const char *pattern = at->text;
        size_t len = strcspn(pattern, " ");
        char copy[VARIANT_ID];

        (void)snprintf(copy, sizeof copy, "%.*s", (int)len, pattern);
        if (fnmatch(copy, id, 0) == 0)
            return at->name;
    }
    return NULL;
}

static void sweep_one(struct generator *generator, const struct sweep *sweep,
                      const struct kind *kind, const char *place)
{
    const char *path = place + 2;
    char id[VARIANT_ID];
    char edits[LINE_MAX_LEN];
    const char *expected;

    (void)snprintf(id, sizeof id, "%s/%s/%s:%.2s", kind->name, sweep->name,
                   path, place);
    (void)snprintf(edits, sizeof edits, "%s;%s/%s%s", sweep->edits,
                   sweep->certificate, path, kind->edit);
    expected = expected_of(generator, id);
    if (expected == NULL)
        die("sweep.txt does not say what is expected of", id);
    if (strcmp(expected, "-") != 0)
        make(generator, &(struct recipe){id, expected, edits, sweep->chain,
                                         sweep->lists, "", ""});
}

static bool holds_tlv(const struct node *node)
{
    for (const struct node *at = node->first; at != NULL; at = at->next) {
        if (at->tag_len != 0)
            return true;
    }
    return false;
}

/* Places of the TLVs of a tree, one after the other, each ended by 0: is it
 * the last, does it hold others, its tag, its path. */
static char *list_paths(const struct node *node, const char *parent, char *to)
{
    unsigned n = 0;

    for (; node != NULL; node = node->next) {
        char path[VARIANT_ID];

        if (node->tag_len == 0)
            continue;
        if (node->label[0] != '\0')
            (void)snprintf(path, sizeof path, "%s", node->label);
        else
            (void)snprintf(path, sizeof path, "%.100s.%u", parent, n);
        n++;
        to += sprintf(to, "%c%c%02X%s", node->next == NULL ? 'l' : '-',
                      holds_tlv(node) ? 't' : '-', node->tag[0], path) +
              1;
        to = list_paths(node->first, path, to);
    }
    *to = '\0';
    return to;
}

static void run_sweep(struct generator *generator, const struct sweep *sweep,
                      const char *label)
{
    static char paths[1 << 16];
    struct node *tree =
        certificate_tree(generator, sweep->certificate, sweep->edits);
    struct node **top = node_find(&tree, label);
    struct node only;

    if (top == NULL)
        die("no such label", label);
    only = **top;
    only.next = NULL;
    (void)list_paths(&only, "", paths);
    for (const char *at = paths; *at != '\0'; at += strlen(at) + 1) {
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
            if ((kinds[i].where == LAST && at[0] != 'l') ||
                (kinds[i].where == WITH_TLV && at[1] != 't'))
                continue;
            sweep_one(generator, sweep, &kinds[i], at + 2);
        }
    }
}

/* expect | KIND/SWEEP/PATH | STATUS, and sweep | NAME | CERTIFICATE | LABEL |
 * EDITS | CHAIN | LISTS */
static void read_expectation(struct generator *generator, char *line)
{
    char *column[COLUMNS];

    if (strncmp(line, "expect", 6) != 0)
        return;
    split(line, column);
    definitions_add(&generator->expected, column[2], column[1]);
}

static void read_sweep(struct generator *generator, char *line)
{
    char *column[COLUMNS];
    struct sweep sweep;

    if (strncmp(line, "sweep", 5) != 0)
        return;
    split(line, column);
    sweep =
        (struct sweep){column[1], column[2], column[4],
                       *column[5] != '\0' ? column[5] : "device ca", column[6]};
    generator->arena.used = 0;
    run_sweep(generator, &sweep, column[3]);
}

void variants_each(const char *folder, const char *seed, variant_visit *visit,
                   void *context)
{
    struct generator generator = {
        .keys = {.seed = seed}, .visit = visit, .context = context};

    arena_init(&generator.arena, ARENA_SIZE);
    each_line(&generator, folder, "base.txt", read_base);
    each_line(&generator, folder, "variants.txt", read_variant);
    each_line(&generator, folder, "sweep.txt", read_expectation);
    each_line(&generator, folder, "sweep.txt", read_sweep);
    definitions_clear(&generator.names);
    definitions_clear(&generator.certificates);
    definitions_clear(&generator.expected);
    keys_clear(&generator.keys);
    arena_free(&generator.arena);
}
