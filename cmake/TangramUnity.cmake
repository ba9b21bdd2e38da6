# tangram_unity(<target>)
#
# With TANGRAM_UNITY, compiles the target's sources in units of up to eight, so that the headers
# they share are read, instantiated and checked once for all. Files that define the same name at
# file scope come into different units. Names are found by the look of a line; a clash that escapes
# that is nearly always an error of the compiler, and a rename away. The release build compiles
# every file alone: it finds the include that is missing, and no file sees the helpers of another.
set(TANGRAM_UNIT_FILES_MAX 8)

function(tangram_unity target)
    if(NOT TANGRAM_UNITY)
        return()
    endif()
    get_target_property(sources ${target} SOURCES)
    list(FILTER sources INCLUDE REGEX "\\.cpp$")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${sources})
    foreach(source IN LISTS sources)
        tangram_file_scope_names(names "${source}")
        set(unit 0)
        while(TRUE)
            list(LENGTH files_${unit} files)
            set(shared ${names})
            list(REMOVE_ITEM shared "" ${names_${unit}})
            if(files LESS TANGRAM_UNIT_FILES_MAX AND "${shared}" STREQUAL "${names}")
                break()
            endif()
            math(EXPR unit "${unit} + 1")
        endwhile()
        list(APPEND files_${unit} "${source}")
        list(APPEND names_${unit} ${names})
        set_property(SOURCE "${source}" PROPERTY UNITY_GROUP ${unit})
    endforeach()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP
        UNITY_BUILD_CODE_BEFORE_INCLUDE "// NOLINTNEXTLINE(bugprone-suspicious-include)")
endfunction()

# Types, functions and variables that start a line; not members, which carry their class.
function(tangram_file_scope_names result source)
    file(READ "${source}" text)
    string(REGEX REPLACE "[][;]" " " text "${text}")
    string(REGEX MATCHALL "\n(struct|class|enum class|enum) [A-Za-z0-9_]+|\nusing [A-Za-z0-9_]+ ="
        types "${text}")
    string(REGEX MATCHALL "\n[A-Za-z][^\n({=]* [*&]*[A-Za-z0-9_]+ *[({=]" others "${text}")
    list(FILTER others EXCLUDE REGEX "^\n(namespace|using|struct|class|enum) ")
    set(names ${types} ${others})
    list(TRANSFORM names REPLACE "^.*[ *&]([A-Za-z0-9_]+) *[({=]?$" "\\1")
    list(REMOVE_DUPLICATES names)
    set(${result} "${names}" PARENT_SCOPE)
endfunction()
