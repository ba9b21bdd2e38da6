# tangram_room(<name> [DEPS room...] [LIBS target...] [PRIVATE_LIBS target...])
#
# A room is a folder of src/, a namespace and a static library: target tangram_<name>, alias
# tangram::<name>. Its sources are found by name, subfolders included. DEPS are other rooms and
# LIBS other libraries that its headers may include; PRIVATE_LIBS are seen by its sources alone.
# A room without sources is a header-only library. Code includes "<name>/file.h".
function(tangram_room name)
    cmake_parse_arguments(PARSE_ARGV 1 room "" "" "DEPS;LIBS;PRIVATE_LIBS")
    set(target tangram_${name})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp")

    if(sources)
        add_library(${target} STATIC ${sources})
        set(visibility PUBLIC)
        target_link_libraries(${target} PRIVATE ${room_PRIVATE_LIBS})
        tangram_unity(${target})
    else()
        add_library(${target} INTERFACE)
        set(visibility INTERFACE)
    endif()
    add_library(tangram::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})

    list(TRANSFORM room_DEPS PREPEND tangram::)
    target_link_libraries(${target} ${visibility} ${room_DEPS} ${room_LIBS} fmt::fmt)
    target_compile_features(${target} ${visibility} cxx_std_20)
    target_include_directories(${target} ${visibility}
        "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tangram>")

    install(TARGETS ${target} EXPORT tangram)
    install(DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/${name}/" OPTIONAL
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tangram/${name}" FILES_MATCHING PATTERN "*.h")
endfunction()
