# tangram_embed_text(<name> <function> <file>)
#
# A library tangram_<name>, alias tangram::<name>, that holds the text of <file>. Its header
# "<name>.h" declares `std::string_view tangram::<function>();`.
function(tangram_embed_text name function file)
    set(target tangram_${name})
    set(dir "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    cmake_path(ABSOLUTE_PATH file)
    file(CONFIGURE OUTPUT "${dir}/${name}.h" @ONLY CONTENT [[
// The text of a file, embedded at build time.
#pragma once

#include <string_view>

namespace tangram {
std::string_view @function@();
}
]])
    add_custom_command(
        OUTPUT "${dir}/${name}.cpp"
        COMMAND "${CMAKE_COMMAND}" -D name=${name} -D function=${function}
            -D input=${file} -D output=${dir}/${name}.cpp
            -P "${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake"
        DEPENDS "${file}" "${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake"
        COMMENT "Embedding ${name}")

    add_library(${target} STATIC "${dir}/${name}.cpp")
    add_library(tangram::${name} ALIAS ${target})
    set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
    target_include_directories(${target} PUBLIC
        "$<BUILD_INTERFACE:${dir}>" "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/tangram>")
    install(TARGETS ${target} EXPORT tangram)
    install(FILES "${dir}/${name}.h" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tangram")
endfunction()
