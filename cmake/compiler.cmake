# The language, the warnings, the hardening and the sanitizers of this tree.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()
include(CheckPIESupported)
check_pie_supported(LANGUAGES C)

# What an attacker who found a fault in us or in a library has to get past.
# Without optimisation FORTIFY does nothing but warn.
add_library(devca_hardening INTERFACE)
target_compile_options(devca_hardening INTERFACE
    -fstack-protector-strong -fstack-clash-protection
    $<$<NOT:$<OR:$<CONFIG:Debug>,$<BOOL:${DEVCA_SANITIZE}>>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<OR:$<CONFIG:Debug>,$<BOOL:${DEVCA_SANITIZE}>>>:-D_FORTIFY_SOURCE=2>)
target_link_options(devca_hardening INTERFACE
    LINKER:-z,relro LINKER:-z,now LINKER:-z,noexecstack LINKER:--as-needed)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
    target_compile_options(devca_hardening INTERFACE -fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
    target_compile_options(devca_hardening INTERFACE
        -mbranch-protection=standard)
endif()

add_library(devca_options INTERFACE)
target_link_libraries(devca_options INTERFACE devca_hardening)
target_compile_definitions(devca_options INTERFACE _GNU_SOURCE)
target_compile_options(devca_options INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion
    -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla
    $<$<BOOL:${DEVCA_WERROR}>:-Werror>)
target_include_directories(devca_options INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib)
if(DEVCA_SANITIZE)
    string(TOUPPER ${CMAKE_BUILD_TYPE} type)
    string(APPEND CMAKE_C_FLAGS_${type} " -O1")
    target_compile_options(devca_options INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_link_options(devca_options INTERFACE
        -fsanitize=address,undefined)
endif()
