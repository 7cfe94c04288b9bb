// The cause catalog as values: what explains which verdict, what speaks for and against it, how to check and fix it.
//
// The entries are data (catalog/*.yaml, see README.md for every key); all that refers to a verdict, a predicate, a
// family, a system or a placeholder is checked while loading, so that nothing here can dangle.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/cause/diagnosis.h"
#include "src/cause/predicates.h"
#include "src/core/error.h"
#include "src/verdict/finding.h"

namespace whydrop {

struct SystemInfo {
  std::string_view name;
  bool is_cloud;
  std::string_view title;
};
std::span<const SystemInfo> all_systems();

enum class Component : std::uint8_t {
#define COMPONENT(enumerator, id, title, where, ...) enumerator,
#include "src/cause/components.def"
#undef COMPONENT
};

struct ComponentInfo {
  Component id;
  std::string_view name;
  std::string_view title;
  std::string_view where;                     ///< its checks run
  std::span<const std::string_view> systems;  ///< every entry has a check for each
};
std::span<const ComponentInfo> all_components();
inline const ComponentInfo& info(Component id) { return all_components()[static_cast<std::size_t>(id)]; }

enum class Place : std::uint8_t {
#define PLACE(enumerator, id) enumerator,
#include "src/cause/places.def"
#undef PLACE
};
struct PlaceInfo {
  Place id;
  std::string_view name;
};
std::span<const PlaceInfo> all_places();

/// Log-odds of one predicate lie within [-kMaxWeight, kMaxWeight]: beyond that only a proof speaks, see `rules_out`.
inline constexpr double kMaxWeight = 6;

/// All given conditions must hold; an empty list accepts anything.
struct Condition {
  struct AttributeMatch {
    std::string name;
    std::vector<std::string> values;  ///< any of them
  };
  std::vector<Vantage> vantages;
  std::vector<Transport> transports;
  std::vector<AttributeMatch> attributes;

  bool holds_for(const Finding& finding) const;
};

/// How an entry explains one verdict.
struct Explanation {
  VerdictId verdict{};
  Condition when;
  double prior = 0;  ///< P(cause | verdict, when), before the rest of the evidence
  std::string family;
  Place place{};
};

struct EvidenceWeight {
  PredicateId predicate{};
  bool negated = false;       ///< "not NAME": holds and contrary change places
  double weight_for = 0;      ///< added when it holds
  double weight_against = 0;  ///< subtracted when it is contrary
  bool rules_out = false;     ///< contrary: the cause is impossible
};

struct LookAlike {
  std::string id;
  std::string difference;
};

struct CauseEntry {
  std::string id;
  std::string title;
  Component component{};
  std::string summary;
  std::vector<Explanation> explains;  ///< the first that fits counts
  std::vector<EvidenceWeight> evidence;
  std::vector<Check> checks;  ///< commands with placeholders; further ones for a system stand in for the first
  std::string otherwise;      ///< what it means when no check prints what proves it, and where to look then
  std::vector<Fix> fixes;
  std::vector<LookAlike> not_to_confuse_with;
  std::vector<std::string> sources;
  std::string file;
  int line = 0;

  const Explanation* explanation_for(const Finding& finding) const;
};

/// Causes that the packets at one capture point cannot tell apart.
struct FamilyEntry {
  std::string id;
  std::string title;
};

/// What the catalog files hold.
struct CatalogParts {
  std::vector<FamilyEntry> families;
  std::vector<CauseEntry> causes;
  std::vector<LogGuide> logs;
};

class Catalog {
 public:
  explicit Catalog(CatalogParts parts) : parts_(std::move(parts)) {}

  std::span<const CauseEntry> causes() const { return parts_.causes; }
  std::span<const FamilyEntry> families() const { return parts_.families; }
  std::span<const LogGuide> logs() const { return parts_.logs; }
  const CauseEntry* find(std::string_view id) const;
  const FamilyEntry* find_family(std::string_view id) const;
  /// Causes that belong to this family for some verdict.
  std::vector<const CauseEntry*> members_of(std::string_view family) const;
  /// Causes that explain this verdict, the likeliest first.
  std::vector<const CauseEntry*> explaining(VerdictId verdict) const;
  /// The logs of the systems that this cause is checked on.
  std::vector<LogGuide> logs_for(const CauseEntry& cause) const;

 private:
  CatalogParts parts_;
};

/// The catalog in `files`, checked as a whole.
std::expected<Catalog, Error> read_catalog(std::span<const std::string> files);

/// The catalog in `image` (catalog_image.h); entries of `extra_dir`/*.yaml are added to it or replace those of the
/// same id.
std::expected<Catalog, Error> load_catalog(std::span<const std::uint8_t> image,
                                           const std::optional<std::string>& extra_dir);

}  // namespace whydrop
