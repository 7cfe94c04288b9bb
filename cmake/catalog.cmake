# Compiles the cause catalog (src/cause/catalog/*.yaml) into the binary as one generated source file.
file(GLOB catalog_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/cause/catalog/*.yaml)
set(catalog_source ${PROJECT_BINARY_DIR}/generated/catalog.cpp)
add_custom_command(
  OUTPUT ${catalog_source}
  COMMAND ${CMAKE_COMMAND} -DOUTPUT=${catalog_source} "-DFILES=${catalog_files}" -P
          ${PROJECT_SOURCE_DIR}/cmake/embed_catalog.cmake
  DEPENDS ${catalog_files} ${PROJECT_SOURCE_DIR}/cmake/embed_catalog.cmake
  COMMENT "Embedding the cause catalog"
  VERBATIM)
add_library(whydrop_catalog STATIC ${catalog_source})
target_include_directories(whydrop_catalog PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(whydrop_catalog PUBLIC whydrop_flags)
