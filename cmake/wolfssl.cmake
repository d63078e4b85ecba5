# The target wolfcrypt: wolfSSL's primitives, with every definition and folder
# that a file including its headers needs.
#
# DEVCA_WOLFSSL=source  built from Debian's source package with the settings of
#                       lib/wolfssl/host (fast with fresh keys)
#               system  the distribution's library
#               auto    source where it is there or can be fetched, else system
# DEVCA_WOLFSSL_CACHE   where the fetched sources lie, shared by build folders
# DEVID_WOLFSSL_SRC     another wolfSSL source tree to build from, for host and
#                       devices
#
# The host has a later version than devices (docs/architecture.md); where that
# cannot be fetched it has theirs.
#
# Gives: DEVCA_WOLFSSL_FLAVOUR (source or system), DEVCA_WOLFSSL_VERSION and
# DEVCA_WOLFSSL_SRC, the source tree for builds of the firmware library (empty
# where there is none).
set(DEVCA_WOLFSSL_CACHE ${PROJECT_SOURCE_DIR}/build/wolfssl-src CACHE PATH
    "Where the wolfSSL source packages are kept")
set(DEVID_WOLFSSL_SRC "" CACHE PATH "A wolfSSL source tree of your own")

enable_language(ASM)

# A source tree in `tree`, or nothing with a reason. More arguments are
# fetch-wolfssl.sh's.
function(devca_find_wolfssl_source tree reason folder)
    set(${tree} "" PARENT_SCOPE)
    set(${reason} "" PARENT_SCOPE)
    if(DEVID_WOLFSSL_SRC)
        set(found ${DEVID_WOLFSSL_SRC})
    else()
        set(found ${folder}/wolfssl)
        execute_process(
            COMMAND sh ${PROJECT_SOURCE_DIR}/scripts/fetch-wolfssl.sh ${ARGN}
                ${DEVCA_WOLFSSL_CACHE}
            RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE log)
        if(failed)
            set(${reason} "${log}" PARENT_SCOPE)
            return()
        endif()
    endif()
    if(EXISTS ${found}/wolfcrypt/src/ecc.c)
        set(${tree} ${found} PARENT_SCOPE)
    else()
        set(${reason} "${found}: no wolfSSL source tree" PARENT_SCOPE)
    endif()
endfunction()

# The version that a tree's headers give, or the distribution's revision of it.
function(devca_wolfssl_version result folder)
    file(STRINGS ${folder}/wolfssl/version.h line
        REGEX "define LIBWOLFSSL_VERSION_STRING")
    string(REGEX REPLACE ".*\"([^\"]*)\".*" "\\1" version "${line}")
    if(EXISTS ${folder}/../version)
        file(STRINGS ${folder}/../version version LIMIT_COUNT 1)
    endif()
    set(${result} "${version}" PARENT_SCOPE)
endfunction()

function(devca_wolfcrypt_from_source tree)
    set(names aes asn coding cpuid ecc ed25519 error fe_operations ge_operations
        hash hmac kdf logging memory pwdbased random sha sha256 sha512 sp_int
        wc_encrypt wc_port wolfmath)
    set(sources "")
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
        list(APPEND names sp_x86_64)
        foreach(name aes_asm aes_gcm_asm fe_x25519_asm sha256_asm sha512_asm
                sp_x86_64_asm)
            list(APPEND sources ${tree}/wolfcrypt/src/${name}.S)
        endforeach()
        # The one assembly file that does not read the settings.
        set_source_files_properties(${tree}/wolfcrypt/src/aes_asm.S PROPERTIES
            COMPILE_DEFINITIONS WOLFSSL_X86_64_BUILD)
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64)$")
        list(APPEND names sp_arm64)
    else()
        list(APPEND names sp_c64)
    endif()
    foreach(name IN LISTS names)
        list(APPEND sources ${tree}/wolfcrypt/src/${name}.c)
    endforeach()
    list(APPEND sources ${PROJECT_SOURCE_DIR}/lib/wolfssl/host/vectors.c)

    add_library(wolfcrypt STATIC ${sources})
    set_target_properties(wolfcrypt PROPERTIES
        OUTPUT_NAME devca_wolfcrypt C_EXTENSIONS ON)
    target_link_libraries(wolfcrypt PRIVATE $<BUILD_INTERFACE:devca_hardening>)
    target_compile_definitions(wolfcrypt
        PUBLIC WOLFSSL_USER_SETTINGS PRIVATE _GNU_SOURCE)
    target_include_directories(wolfcrypt SYSTEM PUBLIC
        $<BUILD_INTERFACE:${tree}>
        $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/lib/wolfssl/host>)
    if(DEVCA_SANITIZE)
        target_compile_options(wolfcrypt PRIVATE
            $<$<COMPILE_LANGUAGE:C>:-fsanitize=address>)
    endif()
    # Slower than with optimisation by a factor of ten, and nobody steps through
    # it: optimised in every build. Its warnings are not ours.
    target_compile_options(wolfcrypt PRIVATE -O2 -w -ffunction-sections
        -Werror=implicit-function-declaration
        $<$<AND:$<COMPILE_LANGUAGE:C>,$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>>:-maes>)
endfunction()

function(devca_wolfcrypt_from_system)
    find_path(WOLFSSL_INCLUDE wolfssl/options.h REQUIRED)
    find_library(WOLFSSL_LIBRARY wolfssl REQUIRED)
    add_library(wolfcrypt INTERFACE)
    target_link_libraries(wolfcrypt INTERFACE
        $<BUILD_INTERFACE:${WOLFSSL_LIBRARY}> $<INSTALL_INTERFACE:wolfssl>)
    target_include_directories(wolfcrypt SYSTEM INTERFACE
        $<BUILD_INTERFACE:${WOLFSSL_INCLUDE}>)
endfunction()

if(NOT DEVCA_WOLFSSL MATCHES "^(auto|source|system)$")
    message(FATAL_ERROR "DEVCA_WOLFSSL=${DEVCA_WOLFSSL}: source, system or auto")
endif()
set(DEVCA_WOLFSSL_SRC "")
set(host "")
if(NOT DEVCA_WOLFSSL STREQUAL system AND NOT DEVCA_WOLFSSL_FELL_BACK)
    devca_find_wolfssl_source(DEVCA_WOLFSSL_SRC reason ${DEVCA_WOLFSSL_CACHE})
    # A build folder keeps to what it began with.
    if(NOT DEVCA_WOLFSSL_HOST_FELL_BACK)
        devca_find_wolfssl_source(host host_reason ${DEVCA_WOLFSSL_CACHE}/host
            --host)
    endif()
    if(NOT host AND DEVCA_WOLFSSL_SRC)
        message(STATUS "The host has the devices' wolfSSL:\n${host_reason}")
        set(DEVCA_WOLFSSL_HOST_FELL_BACK ON CACHE INTERNAL "")
        set(host ${DEVCA_WOLFSSL_SRC})
    endif()
    if(NOT host AND DEVCA_WOLFSSL STREQUAL source)
        message(FATAL_ERROR "No wolfSSL source:\n${reason}${host_reason}")
    elseif(NOT host)
        message(STATUS
            "No wolfSSL source, using the system's:\n${reason}${host_reason}")
        set(DEVCA_WOLFSSL_FELL_BACK ON CACHE INTERNAL "")
    endif()
elseif(DEVID_WOLFSSL_SRC)
    set(DEVCA_WOLFSSL_SRC ${DEVID_WOLFSSL_SRC})
elseif(EXISTS ${DEVCA_WOLFSSL_CACHE}/version)
    set(DEVCA_WOLFSSL_SRC ${DEVCA_WOLFSSL_CACHE}/wolfssl)
endif()

if(host)
    set(DEVCA_WOLFSSL_FLAVOUR source)
    set(DEVCA_WOLFSSL_LIBS -ldevca_wolfcrypt)
    devca_wolfcrypt_from_source(${host})
    devca_wolfssl_version(DEVCA_WOLFSSL_VERSION ${host})
else()
    set(DEVCA_WOLFSSL_FLAVOUR system)
    set(DEVCA_WOLFSSL_LIBS -lwolfssl)
    devca_wolfcrypt_from_system()
    devca_wolfssl_version(DEVCA_WOLFSSL_VERSION ${WOLFSSL_INCLUDE})
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/devca_build.h.in
    ${PROJECT_BINARY_DIR}/generated/devca_build.h @ONLY)
message(STATUS
    "wolfCrypt: ${DEVCA_WOLFSSL_FLAVOUR} ${DEVCA_WOLFSSL_VERSION}")
