# Headers compiled once instead of in every file: the standard library, fmt, simdjson and GoogleTest are most of what a small
# file costs. GCC takes a set whatever the level of optimization, but only where the macros of its headers are defined alike:
# hence a set for who links simdjson and one for who does not, each with and without GoogleTest. Sources go on including what
# they use: the presets debug, asan and tsan compile without these sets, and a missing include shows there.

option(MATCHPOINT_PRECOMPILED "Compile the common headers once" ON)

# mp_precompiled(name HEADERS … LIBS …): a set of headers, with the definitions of these libraries.
function(mp_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LIBS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/precompiled/${name}.cc CONTENT "")
  add_library(${name} OBJECT ${CMAKE_BINARY_DIR}/precompiled/${name}.cc)
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()

# Whether `library` is among `libraries` or what they hand on.
function(mp_reaches result library libraries)
  set(found FALSE)
  if(library IN_LIST libraries)
    set(found TRUE)
  endif()
  foreach(link IN LISTS libraries)
    if(NOT found AND TARGET ${link})
      get_target_property(further ${link} INTERFACE_LINK_LIBRARIES)
      mp_reaches(found ${library} "${further}")
    endif()
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# Gives every target in the folder and below its set.
function(mp_precompile_below folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(type MATCHES "STATIC_LIBRARY|EXECUTABLE")
      mp_reaches(formats fmt::fmt "${libraries}")
      mp_reaches(parses simdjson::simdjson "${libraries}")
      set(name mp_precompiled)
      if(parses)
        string(APPEND name _json)
      endif()
      if("GTest::gtest" IN_LIST libraries)
        string(APPEND name _test)
      endif()
      if(formats)
        target_precompile_headers(${target} REUSE_FROM ${name})
      endif()
    endif()
  endforeach()
  get_property(folders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(below IN LISTS folders)
    mp_precompile_below(${below})
  endforeach()
endfunction()

# Called last, when all targets are there.
function(mp_precompile)
  if(NOT MATCHPOINT_PRECOMPILED OR NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    return()
  endif()
  set(common <algorithm> <array> <atomic> <charconv> <chrono> <condition_variable> <cstdint> <filesystem> <functional> <map>
             <memory> <mutex> <optional> <set> <span> <stdexcept> <string> <string_view> <thread> <unordered_map> <utility>
             <variant> <vector> <fmt/format.h>)
  mp_precompiled(mp_precompiled HEADERS ${common} LIBS fmt::fmt)
  mp_precompiled(mp_precompiled_json HEADERS ${common} <simdjson.h> LIBS fmt::fmt simdjson::simdjson)
  if(MATCHPOINT_TESTS)
    mp_precompiled(mp_precompiled_test HEADERS ${common} <gtest/gtest.h> LIBS fmt::fmt GTest::gtest)
    mp_precompiled(mp_precompiled_json_test HEADERS ${common} <simdjson.h> <gtest/gtest.h>
                   LIBS fmt::fmt simdjson::simdjson GTest::gtest)
  endif()
  mp_precompile_below(${CMAKE_SOURCE_DIR})
endfunction()
