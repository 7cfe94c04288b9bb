# Compiler flags for every target, as one interface library.
add_library(whydrop_flags INTERFACE)
target_compile_options(whydrop_flags INTERFACE
  -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-align -Woverloaded-virtual -Wformat=2 -Wimplicit-fallthrough
  -Wno-missing-field-initializers)  # designated initialisers leave the rest at its default on purpose
# GCC 12 warns of overlaps and overruns inside inlined std::string and std::vector code (GCC bugs 105329, 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(whydrop_flags INTERFACE -Wno-restrict -Wno-array-bounds -Wno-stringop-overread -Wno-stringop-overflow)
else()
  # Inside std::stable_sort of libstdc++ 12.
  target_compile_options(whydrop_flags INTERFACE -Wno-deprecated-declarations)
endif()

if(WHYDROP_SANITIZE OR WHYDROP_FUZZ)
  target_compile_options(whydrop_flags INTERFACE
    -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(whydrop_flags INTERFACE -fsanitize=address,undefined)
endif()
if(WHYDROP_FUZZ)
  target_compile_options(whydrop_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WHYDROP_COVERAGE)
  target_compile_options(whydrop_flags INTERFACE -fprofile-instr-generate -fcoverage-mapping)
  target_link_options(whydrop_flags INTERFACE -fprofile-instr-generate)
endif()

# Link-time optimisation is for the program. Objects carry machine code beside it, so that the many test programs link
# without it (tests/CMakeLists.txt).
if(WHYDROP_LTO)
  set(whydrop_lto_compile -flto=auto -ffat-lto-objects)
  set(whydrop_lto_link -flto=auto -Werror=odr -Werror=lto-type-mismatch)
endif()
