// Loading the catalog: the part that the build compiled in, and files that are laid over it.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "src/cause/catalog.h"
#include "src/cause/catalog_image.h"
#include "src/cause/catalog_yaml.h"

namespace whydrop {
namespace {

std::string place_of(const std::string& file, int line) { return fmt::format("{} line {}", file, line); }

Error error_at(const std::string& file, int line, std::string what, std::string way_out = {}) {
  return {.path = file, .what = std::move(what), .where = fmt::format("line {}", line), .way_out = std::move(way_out)};
}

/// Files that were written together: an id stands for one thing only.
class Layer {
 public:
  std::optional<Error> add(const std::string& path, const std::string& text) {
    auto file = parse_catalog_file(path, text);
    if (!file) return file.error();
    for (CauseEntry& cause : file->causes) {
      if (auto error = claim(causes_seen_, "cause", cause.id, path, cause.line)) return error;
      parts.causes.push_back(std::move(cause));
    }
    for (CatalogFile::Family& family : file->families) {
      if (auto error = claim(families_seen_, "family", family.entry.id, path, family.line)) return error;
      parts.families.push_back(std::move(family.entry));
    }
    for (CatalogFile::Log& log : file->logs) {
      if (auto error = claim(logs_seen_, "log", log.guide.id, path, log.line)) return error;
      parts.logs.push_back(std::move(log.guide));
    }
    return std::nullopt;
  }

  CatalogParts parts;

 private:
  struct Seen {
    std::string id;
    std::string where;
  };

  static std::optional<Error> claim(std::vector<Seen>& seen, std::string_view kind, const std::string& id,
                                    const std::string& path, int line) {
    const auto before = std::ranges::find(seen, id, &Seen::id);
    if (before != seen.end()) {
      return error_at(path, line, fmt::format("{} '{}' is given twice", kind, id), "first at " + before->where);
    }
    seen.push_back({id, place_of(path, line)});
    return std::nullopt;
  }

  std::vector<Seen> causes_seen_;
  std::vector<Seen> families_seen_;
  std::vector<Seen> logs_seen_;
};

/// Adds the upper layer's entries; one with a known id takes the place of the old one.
template <typename Entry>
void lay_over(std::vector<Entry>& lower, std::vector<Entry> upper) {
  for (Entry& entry : upper) {
    const auto old = std::ranges::find(lower, entry.id, &Entry::id);
    if (old == lower.end()) lower.push_back(std::move(entry));
    else *old = std::move(entry);
  }
}

/// What one file alone could not tell: references to other entries.
std::optional<Error> dangling_reference(const Catalog& catalog) {
  for (const CauseEntry& cause : catalog.causes()) {
    for (const Explanation& explanation : cause.explains) {
      if (explanation.family == cause.id || catalog.find_family(explanation.family) != nullptr) continue;
      return error_at(cause.file, cause.line,
                      fmt::format("cause '{}' names the unknown family '{}'", cause.id, explanation.family),
                      "list it under families:, with a title");
    }
    for (const LookAlike& look_alike : cause.not_to_confuse_with) {
      if (catalog.find(look_alike.id) != nullptr) continue;
      return error_at(cause.file, cause.line,
                      fmt::format("cause '{}' is not to be confused with the unknown '{}'", cause.id, look_alike.id));
    }
  }
  return std::nullopt;
}

std::expected<std::vector<std::string>, Error> yaml_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    if (at->path().extension() == ".yaml") files.push_back(at->path().string());
  }
  if (failure) {
    return std::unexpected(Error{.path = folder, .what = failure.message(), .where = {}, .way_out = {}});
  }
  if (files.empty()) {
    return std::unexpected(Error{.path = folder, .what = "no *.yaml file in this folder", .where = {}, .way_out = {}});
  }
  std::ranges::sort(files);
  return files;
}

std::expected<CatalogParts, Error> read_files(std::span<const std::string> paths) {
  Layer layer;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.good() && !in.eof()) {
      return std::unexpected(Error{.path = path, .what = "cannot be read", .where = {}, .way_out = {}});
    }
    if (auto error = layer.add(path, text)) return std::unexpected(*error);
  }
  return std::move(layer.parts);
}

std::expected<Catalog, Error> checked(CatalogParts parts) {
  Catalog catalog(std::move(parts));
  if (auto error = dangling_reference(catalog)) return std::unexpected(*error);
  return catalog;
}

}  // namespace

std::expected<Catalog, Error> read_catalog(std::span<const std::string> files) {
  auto parts = read_files(files);
  if (!parts) return std::unexpected(parts.error());
  return checked(std::move(*parts));
}

std::expected<Catalog, Error> load_catalog(std::span<const std::uint8_t> image,
                                           const std::optional<std::string>& extra_dir) {
  CatalogParts parts = read_image(image);
  if (!extra_dir) return Catalog(std::move(parts));
  const auto files = yaml_files(*extra_dir);
  if (!files) return std::unexpected(files.error());
  auto extra = read_files(*files);
  if (!extra) return std::unexpected(extra.error());
  lay_over(parts.families, std::move(extra->families));
  lay_over(parts.causes, std::move(extra->causes));
  lay_over(parts.logs, std::move(extra->logs));
  return checked(std::move(parts));
}

}  // namespace whydrop
