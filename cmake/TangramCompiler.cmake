# Compiler settings of everything built here; a consumer of the library inherits only C++20.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

if(TANGRAM_DEVELOPER)
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
    # A designated initialiser names what differs from the defaults, not every field.
    add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror
        -Wno-missing-field-initializers)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
        add_compile_options(-Wno-restrict)  # false alarms on string concatenation: GCC bug 105651
    elseif(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
        add_compile_options(-Wno-deprecated-declarations)  # stable_sort of libstdc++ 12 warns
    endif()
endif()

# clang-tidy runs with every compilation, so the build system knows what to check again. The
# definition makes a change of the rules one of the things that ask for it.
if(TANGRAM_TIDY)
    set(CMAKE_CXX_CLANG_TIDY clang-tidy-19 --quiet)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS .clang-tidy)
    file(SHA256 "${PROJECT_SOURCE_DIR}/.clang-tidy" rules)
    add_compile_definitions(TANGRAM_TIDY_RULES=${rules})
    # Nothing that this build makes is run: preprocessing tells what each file depends on,
    # clang-tidy reports what the compiler would, and the rest need only exist.
    add_compile_options(-Wno-unused-command-line-argument)
    set(CMAKE_CXX_COMPILE_OBJECT
        "<CMAKE_CXX_COMPILER> <DEFINES> <INCLUDES> <FLAGS> -E -o <OBJECT> <SOURCE>")
    set(CMAKE_CXX_CREATE_STATIC_LIBRARY "<CMAKE_COMMAND> -E touch <TARGET>")
    set(CMAKE_CXX_LINK_EXECUTABLE "<CMAKE_COMMAND> -E touch <TARGET>")
endif()

if(TANGRAM_SANITIZE)
    add_compile_options(
        -fsanitize=${TANGRAM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${TANGRAM_SANITIZE})
endif()
