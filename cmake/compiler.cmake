# The language, the warnings and the sanitizers of every target of this tree.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

add_library(devca_options INTERFACE)
target_compile_definitions(devca_options INTERFACE _GNU_SOURCE)
target_compile_options(devca_options INTERFACE
    -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion
    -Wmissing-prototypes -Wcast-qual -Wwrite-strings -Wvla
    $<$<BOOL:${DEVCA_WERROR}>:-Werror>)
target_include_directories(devca_options INTERFACE
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib)
if(DEVCA_SANITIZE)
    target_compile_options(devca_options INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_link_options(devca_options INTERFACE
        -fsanitize=address,undefined)
endif()
