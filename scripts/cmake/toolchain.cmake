# Compiler flags, ccache and the linker, for every target of the project.

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # It caches what uses precompiled headers only when told that no macro changes them. Taking the included files from the compiler
  # spares a run of the preprocessor, which does not profit from them, for each file that is not cached.
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  # g++ 12.1 and clang know -fuse-ld=mold.
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wshadow -Wconversion)
if(MATCHPOINT_WERROR)
  add_compile_options(-Werror)
endif()
# GCC 12 reports growth and moves of std::string that it has itself proven impossible; the warnings carry no signal.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized -Wno-array-bounds)
endif()

if(MATCHPOINT_SANITIZE)
  add_compile_options(-fsanitize=${MATCHPOINT_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MATCHPOINT_SANITIZE})
endif()

include_directories(${CMAKE_SOURCE_DIR})
