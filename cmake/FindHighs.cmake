# HiGHS through its C interface: target Highs::Highs, to be included as
# <interfaces/highs_c_api.h>.
#
# An installed HiGHS comes first; then the one of the Python package highsbox, which `./dev setup`
# puts below build/venv. Found by path: the CMake files in that package name a folder that does not
# exist. Highs_BUNDLED says that the library must travel with an installation of ours.
set(TANGRAM_VENV "${CMAKE_CURRENT_LIST_DIR}/../build/venv" CACHE PATH
    "Python environment that may hold highsbox")

find_path(Highs_INCLUDE_DIR interfaces/highs_c_api.h PATH_SUFFIXES highs)
find_library(Highs_LIBRARY highs PATHS "${CMAKE_CURRENT_LIST_DIR}/../../tangram")
set(Highs_BUNDLED OFF)

if(NOT Highs_INCLUDE_DIR OR NOT Highs_LIBRARY)
    file(GLOB highsbox "${TANGRAM_VENV}/lib/python3*/site-packages/highsbox/highs_dist")
    unset(Highs_INCLUDE_DIR CACHE)
    unset(Highs_LIBRARY CACHE)
    find_path(Highs_INCLUDE_DIR interfaces/highs_c_api.h
        PATHS ${highsbox} PATH_SUFFIXES include/highs NO_DEFAULT_PATH)
    find_library(Highs_LIBRARY highs PATHS ${highsbox} PATH_SUFFIXES lib NO_DEFAULT_PATH)
endif()
mark_as_advanced(Highs_INCLUDE_DIR Highs_LIBRARY)
if(Highs_LIBRARY MATCHES "/highsbox/")
    set(Highs_BUNDLED ON)
endif()

if(Highs_INCLUDE_DIR)
    file(STRINGS "${Highs_INCLUDE_DIR}/HConfig.h" parts REGEX "HIGHS_VERSION_(MAJOR|MINOR|PATCH) ")
    list(TRANSFORM parts REPLACE "[^0-9]+" "")
    list(JOIN parts "." Highs_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Highs
    REQUIRED_VARS Highs_LIBRARY Highs_INCLUDE_DIR VERSION_VAR Highs_VERSION
    REASON_FAILURE_MESSAGE "install HiGHS, or run ./dev setup")

if(Highs_FOUND AND NOT TARGET Highs::Highs)
    add_library(Highs::Highs SHARED IMPORTED)
    set_target_properties(Highs::Highs PROPERTIES
        IMPORTED_LOCATION "${Highs_LIBRARY}"
        INTERFACE_INCLUDE_DIRECTORIES "${Highs_INCLUDE_DIR}")
endif()
