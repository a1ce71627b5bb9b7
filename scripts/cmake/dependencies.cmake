# Everything comes from the distribution's packages; scripts/setup installs them.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json 3.10 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(simdjson REQUIRED)
find_package(RocksDB REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(libjwt REQUIRED IMPORTED_TARGET libjwt)
pkg_check_modules(libzstd REQUIRED IMPORTED_TARGET libzstd)
find_package(prometheus-cpp REQUIRED CONFIG COMPONENTS core)

# The processor's many short-lived records cost a quarter less CPU with it. Optional; sanitizers bring their own.
find_library(JEMALLOC_LIBRARY jemalloc)

if(MATCHPOINT_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
