# The imported target wolfcrypt.
find_path(WOLFSSL_INCLUDE wolfssl/options.h REQUIRED)
find_library(WOLFSSL_LIBRARY wolfssl REQUIRED)
add_library(wolfcrypt INTERFACE)
target_link_libraries(wolfcrypt INTERFACE ${WOLFSSL_LIBRARY})
