# Compiles the cause catalog (src/cause/catalog/*.yaml) into the binary: checked and turned into an image by a tool.
add_executable(compile_catalog ${PROJECT_SOURCE_DIR}/cmake/compile_catalog.cpp)
target_link_libraries(compile_catalog PRIVATE whydrop_cause)
# It runs once and briefly: not worth optimising at link time.
if(WHYDROP_LTO)
  target_link_options(compile_catalog PRIVATE -fno-lto)
endif()

file(GLOB catalog_files RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cause/catalog/*.yaml)
list(TRANSFORM catalog_files PREPEND ${PROJECT_SOURCE_DIR}/ OUTPUT_VARIABLE catalog_paths)
set(catalog_source ${PROJECT_BINARY_DIR}/generated/catalog.cpp)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/generated)
add_custom_command(
  OUTPUT ${catalog_source}
  COMMAND compile_catalog ${catalog_source} ${catalog_files}
  DEPENDS ${catalog_paths} compile_catalog  # its image holds numbers of enumerators
  WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
  COMMENT "Compiling the cause catalog"
  VERBATIM)
add_library(whydrop_catalog STATIC ${catalog_source})
target_include_directories(whydrop_catalog PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(whydrop_catalog PUBLIC whydrop_flags)
