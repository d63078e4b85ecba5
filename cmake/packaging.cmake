# What `cmake --install` gives: libraries, headers, the command with its man page
# and completions, shipped profiles, CMake packages devca and devid, pkg-config
# files.
include(CMakePackageConfigHelpers)

install(TARGETS devid devid_port_wolfcrypt wolfcrypt EXPORT devid-targets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS devca_shared devca_static EXPORT devca-targets
    LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/devca include/devid
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(DIRECTORY pki-templates schema
    DESTINATION ${CMAKE_INSTALL_DATADIR}/devca
    FILES_MATCHING PATTERN *.json PATTERN *.sql)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})

foreach(package devid devca)
    set(folder ${CMAKE_INSTALL_LIBDIR}/cmake/${package})
    configure_package_config_file(cmake/${package}-config.cmake.in
        ${PROJECT_BINARY_DIR}/generated/${package}-config.cmake
        INSTALL_DESTINATION ${folder})
    write_basic_package_version_file(
        ${PROJECT_BINARY_DIR}/generated/${package}-config-version.cmake
        COMPATIBILITY SameMinorVersion)
    install(FILES
        ${PROJECT_BINARY_DIR}/generated/${package}-config.cmake
        ${PROJECT_BINARY_DIR}/generated/${package}-config-version.cmake
        DESTINATION ${folder})
    install(EXPORT ${package}-targets NAMESPACE ${package}::
        DESTINATION ${folder})
    configure_file(cmake/${package}.pc.in
        ${PROJECT_BINARY_DIR}/generated/${package}.pc.config @ONLY)
    # The prefix is known when it is installed, not before.
    install(CODE "
        file(READ \"${PROJECT_BINARY_DIR}/generated/${package}.pc.config\" text)
        string(REPLACE \"%PREFIX%\" \"\${CMAKE_INSTALL_PREFIX}\" text \"\${text}\")
        file(WRITE \"${PROJECT_BINARY_DIR}/generated/${package}.pc\" \"\${text}\")")
    install(FILES ${PROJECT_BINARY_DIR}/generated/${package}.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()

# The command tells its own man page and completions.
if(TARGET devca)
    install(TARGETS devca RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
    set(told "")
    function(devca_tell output)
        set(path ${PROJECT_BINARY_DIR}/generated/${output})
        get_filename_component(folder ${path} DIRECTORY)
        file(MAKE_DIRECTORY ${folder})
        add_custom_command(OUTPUT ${path}
            COMMAND devca ${ARGN} > ${path}.new
            COMMAND ${CMAKE_COMMAND} -E rename ${path}.new ${path}
            DEPENDS devca VERBATIM)
        set(told ${told} ${path} PARENT_SCOPE)
    endfunction()
    devca_tell(devca.1 help --man)
    devca_tell(completion/bash/devca completion bash)
    devca_tell(completion/zsh/_devca completion zsh)
    devca_tell(completion/fish/devca.fish completion fish)
    add_custom_target(devca_told ALL DEPENDS ${told})

    set(told ${PROJECT_BINARY_DIR}/generated)
    install(FILES ${told}/devca.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
    install(FILES ${told}/completion/bash/devca
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
    install(FILES ${told}/completion/zsh/_devca
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
    install(FILES ${told}/completion/fish/devca.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
