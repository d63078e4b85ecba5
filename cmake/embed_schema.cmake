# cmake -DSCHEMA_DIR=... -DOUTPUT=... -P embed_schema.cmake
# Writes the table of migrations: every schema/NNN_name.sql, in order. NNN is
# the user_version that a store has afterwards.
file(GLOB scripts ${SCHEMA_DIR}/[0-9][0-9][0-9]_*.sql)
list(SORT scripts)
set(arrays "")
set(rows "")
foreach(script IN LISTS scripts)
    get_filename_component(name ${script} NAME)
    string(REGEX MATCH "^0*([0-9]+)_" unused ${name})
    set(version ${CMAKE_MATCH_1})
    file(READ ${script} octets HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," octets "${octets}")
    string(REGEX REPLACE "((0x..,){15})" "\\1\n" octets "${octets}")
    string(APPEND arrays
        "static const char sql_${version}[] = {\n${octets} 0x00};\n")
    string(APPEND rows "    {${version}, sql_${version}},\n")
endforeach()
file(WRITE ${OUTPUT}.new
    "/* Made from schema/ by cmake/embed_schema.cmake. */\n"
    "#include \"devca/store/migrate.h\"\n\n${arrays}\n"
    "const struct store_migration store_migrations[] = {\n${rows}};\n"
    "const size_t store_migration_count =\n"
    "    sizeof store_migrations / sizeof store_migrations[0];\n")
file(RENAME ${OUTPUT}.new ${OUTPUT})
