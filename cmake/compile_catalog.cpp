// Build tool: checks the catalog's YAML files and writes them as a C++ array of the image that whydrop loads.
#include <fmt/format.h>

#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "src/cause/catalog.h"
#include "src/cause/catalog_image.h"

int main(int count, char** words) {
  const std::span given(words, static_cast<std::size_t>(count));
  const std::vector<std::string> arguments(given.begin(), given.end());
  if (count < 3) {
    fmt::print(stderr, "usage: compile_catalog OUTPUT FILE...\n");
    return 2;
  }
  const auto catalog = whydrop::read_catalog(std::span(arguments).subspan(2));
  if (!catalog) {
    fmt::print(stderr, "{}\n", catalog.error().message());
    return 1;
  }
  const auto families = catalog->families();
  const auto causes = catalog->causes();
  const auto logs = catalog->logs();
  const auto image = whydrop::write_image(
      {{families.begin(), families.end()}, {causes.begin(), causes.end()}, {logs.begin(), logs.end()}});
  std::FILE* output = std::fopen(arguments[1].c_str(), "w");
  if (output == nullptr) {
    fmt::print(stderr, "{}: cannot be written\n", arguments[1]);
    return 1;
  }
  fmt::print(output,
             "// Generated from src/cause/catalog/*.yaml.\n#include \"src/cause/embedded.h\"\n\n"
             "static constexpr unsigned char kImage[] = {{{}}};\n\n"
             "std::span<const std::uint8_t> whydrop::embedded_catalog() {{ return kImage; }}\n",
             fmt::join(image, ","));
  return std::fclose(output) == 0 ? 0 : 1;
}
