// The cause catalog: tables of names, lookups, and loading from the embedded files and an extra folder.
#include "src/cause/catalog.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "src/cause/catalog_yaml.h"
#include "src/cause/embedded.h"

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
      causes.push_back(std::move(cause));
    }
    for (CatalogFile::Family& family : file->families) {
      if (auto error = claim(families_seen_, "family", family.entry.id, path, family.line)) return error;
      families.push_back(std::move(family.entry));
    }
    return std::nullopt;
  }

  std::vector<FamilyEntry> families;
  std::vector<CauseEntry> causes;

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

std::expected<std::vector<std::filesystem::path>, Error> yaml_files(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) {
    if (at->path().extension() == ".yaml") files.push_back(at->path());
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

std::expected<Layer, Error> folder_layer(const std::string& folder) {
  const auto files = yaml_files(folder);
  if (!files) return std::unexpected(files.error());
  Layer layer;
  for (const std::filesystem::path& path : *files) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.good() && !in.eof()) {
      return std::unexpected(Error{.path = path.string(), .what = "cannot be read", .where = {}, .way_out = {}});
    }
    if (auto error = layer.add(path.string(), text)) return std::unexpected(*error);
  }
  return layer;
}

}  // namespace

std::span<const SystemInfo> all_systems() {
  static constexpr SystemInfo kSystems[] = {
#define SYSTEM(id, is_cloud, title) {id, is_cloud, title},
#include "src/cause/systems.def"
#undef SYSTEM
  };
  return kSystems;
}

std::span<const ComponentInfo> all_components() {
#define COMPONENT(enumerator, id, title, where, ...) \
  static constexpr std::string_view kSystemsOf_##enumerator[] = {__VA_ARGS__};
#include "src/cause/components.def"
#undef COMPONENT
  static constexpr ComponentInfo kComponents[] = {
#define COMPONENT(enumerator, id, title, where, ...) {Component::enumerator, id, title, where, kSystemsOf_##enumerator},
#include "src/cause/components.def"
#undef COMPONENT
  };
  return kComponents;
}

std::span<const PlaceInfo> all_places() {
  static constexpr PlaceInfo kPlaces[] = {
#define PLACE(enumerator, id) {Place::enumerator, id},
#include "src/cause/places.def"
#undef PLACE
  };
  return kPlaces;
}

bool Condition::holds_for(const Finding& finding) const {
  const auto fits = [](const auto& accepted, const auto& value) {
    return accepted.empty() || std::ranges::find(accepted, value) != accepted.end();
  };
  if (!fits(vantages, finding.vantage) || !fits(transports, finding.transport)) return false;
  return std::ranges::all_of(attributes, [&](const AttributeMatch& match) {
    const AttributeValue* value = finding.attribute(match.name);
    return value != nullptr && fits(match.values, to_string(*value));
  });
}

const Explanation* CauseEntry::explanation_for(const Finding& finding) const {
  const auto found = std::ranges::find_if(explains, [&](const Explanation& explanation) {
    return explanation.verdict == finding.verdict && explanation.when.holds_for(finding);
  });
  return found == explains.end() ? nullptr : &*found;
}

const CauseEntry* Catalog::find(std::string_view id) const {
  const auto found = std::ranges::find(causes_, id, &CauseEntry::id);
  return found == causes_.end() ? nullptr : &*found;
}

const FamilyEntry* Catalog::find_family(std::string_view id) const {
  const auto found = std::ranges::find(families_, id, &FamilyEntry::id);
  return found == families_.end() ? nullptr : &*found;
}

std::vector<const CauseEntry*> Catalog::members_of(std::string_view family) const {
  std::vector<const CauseEntry*> members;
  for (const CauseEntry& cause : causes_) {
    if (std::ranges::find(cause.explains, family, &Explanation::family) != cause.explains.end()) {
      members.push_back(&cause);
    }
  }
  return members;
}

std::vector<const CauseEntry*> Catalog::explaining(VerdictId verdict) const {
  std::multimap<double, const CauseEntry*, std::greater<>> by_prior;  // equal ones stay in catalog order
  for (const CauseEntry& cause : causes_) {
    double highest = 0;
    for (const Explanation& explanation : cause.explains) {
      if (explanation.verdict == verdict) highest = std::max(highest, explanation.prior);
    }
    if (highest > 0) by_prior.emplace(highest, &cause);
  }
  std::vector<const CauseEntry*> causes;
  for (const auto& [prior, cause] : by_prior) causes.push_back(cause);
  return causes;
}

std::expected<Catalog, Error> load_catalog(const std::optional<std::string>& extra_dir) {
  Layer embedded;
  for (const EmbeddedFile& file : embedded_catalog()) {
    const std::string path = fmt::format("catalog/{}", file.name);
    if (auto error = embedded.add(path, std::string(file.text))) return std::unexpected(*error);
  }
  if (extra_dir) {
    auto extra = folder_layer(*extra_dir);
    if (!extra) return std::unexpected(extra.error());
    lay_over(embedded.families, std::move(extra->families));
    lay_over(embedded.causes, std::move(extra->causes));
  }
  Catalog catalog(std::move(embedded.families), std::move(embedded.causes));
  if (auto error = dangling_reference(catalog)) return std::unexpected(*error);
  return catalog;
}

}  // namespace whydrop
