# pki-templates/*.json as a C table, sorted by name: -DPROFILE_DIR -DOUTPUT.
file(GLOB documents ${PROFILE_DIR}/*.json)
list(SORT documents)
set(arrays "")
set(rows "")
set(names "")
set(index 0)
string(REPEAT "0x..," 12 line)
foreach(document IN LISTS documents)
    get_filename_component(name ${document} NAME_WE)
    file(READ ${document} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," hex "${hex}")
    string(REGEX REPLACE "(${line})" "\\1\n    " hex "${hex}")
    string(APPEND arrays
        "static const uint8_t document_${index}[] = {\n    ${hex}\n};\n\n")
    string(APPEND rows
        "    {document_${index}, sizeof document_${index}},\n")
    string(APPEND names "    \"${name}\",\n")
    math(EXPR index "${index} + 1")
endforeach()
file(WRITE ${OUTPUT}.new
"/* Made from pki-templates/ by cmake/embed_profiles.cmake. */
#include \"devca/profile/shipped.h\"

#include <string.h>

${arrays}static const char *const names[] = {
${names}};

static const struct devid_slice documents[] = {
${rows}};

bool profile_shipped(const char *name, struct devid_slice *json)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *json = documents[i];
            return true;
        }
    }
    return false;
}

const char *const *profile_shipped_names(size_t *count)
{
    *count = sizeof names / sizeof names[0];
    return names;
}
")
file(RENAME ${OUTPUT}.new ${OUTPUT})
