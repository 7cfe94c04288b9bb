# The drop tracer's part in the kernel: compiled for BPF by clang, whatever compiles the rest, and kept in the binary.
find_program(WHYDROP_BPF_CLANG NAMES clang-19 clang DOC "compiles the drop tracer's program for the kernel (BPF)")
find_path(bpf_headers bpf/bpf_core_read.h)
if(NOT WHYDROP_BPF_CLANG OR NOT bpf_headers)
  message(FATAL_ERROR "The drop tracer needs clang-19 (its program in the kernel is BPF) and libbpf-dev: "
    "./dev setup installs both, packages.txt says why")
endif()

set(bpf_source ${PROJECT_SOURCE_DIR}/src/drops/tracer.bpf.c)
set(bpf_object ${PROJECT_BINARY_DIR}/generated/tracer.bpf.o)
set(bpf_embedded ${PROJECT_BINARY_DIR}/generated/tracer_program.cpp)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${bpf_embedded}
  BYPRODUCTS ${bpf_object}
  COMMAND ${WHYDROP_BPF_CLANG} -target bpf -mcpu=v3 -O2 -g -ffreestanding -Wall -Wextra -Werror
    -I ${PROJECT_SOURCE_DIR} -idirafter /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -c ${bpf_source} -o ${bpf_object}
  COMMAND ${CMAKE_COMMAND} -D OBJECT=${bpf_object} -D SOURCE=${bpf_embedded} -P ${PROJECT_SOURCE_DIR}/cmake/embed_program.cmake
  DEPENDS ${bpf_source} ${PROJECT_SOURCE_DIR}/src/drops/shared.h ${PROJECT_SOURCE_DIR}/cmake/embed_program.cmake
  COMMENT "Compiling the drop tracer's program for the kernel"
  VERBATIM)
target_sources(whydrop_drops PRIVATE ${bpf_embedded})
set_source_files_properties(${bpf_embedded} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
