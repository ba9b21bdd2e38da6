# The CMake package: find_package(tangram) gives tangram::planner and the other rooms.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tangram")
install(EXPORT tangram NAMESPACE tangram:: FILE tangram-targets.cmake DESTINATION "${package_dir}")

cmake_path(GET Highs_LIBRARY PARENT_PATH Highs_DIRECTORY)
if(Highs_BUNDLED)
    install(FILES "${Highs_LIBRARY}" DESTINATION "${CMAKE_INSTALL_LIBDIR}/tangram")
    set(Highs_DIRECTORY "")  # the package finds the installed copy beside itself
endif()
configure_package_config_file(cmake/tangram-config.cmake.in tangram-config.cmake
    INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(tangram-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/tangram-config.cmake"
    "${PROJECT_BINARY_DIR}/tangram-config-version.cmake"
    cmake/FindLibCsv.cmake
    DESTINATION "${package_dir}")

install(FILES LICENSE NOTICE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
