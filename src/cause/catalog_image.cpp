// The catalog as bytes: one list of fields, walked by a writer and by a reader.
#include "src/cause/catalog_image.h"

#include <cassert>
#include <cstring>
#include <string>
#include <tuple>
#include <type_traits>

namespace whydrop {
namespace {

auto fields(FamilyEntry& family) { return std::tie(family.id, family.title); }
auto fields(Condition::AttributeMatch& match) { return std::tie(match.name, match.values); }
auto fields(Condition& when) { return std::tie(when.vantages, when.transports, when.attributes); }
auto fields(Explanation& explanation) {
  return std::tie(explanation.verdict, explanation.when, explanation.prior, explanation.family, explanation.place);
}
auto fields(EvidenceWeight& weight) {
  return std::tie(weight.predicate, weight.negated, weight.weight_for, weight.weight_against, weight.rules_out);
}
auto fields(Check& check) { return std::tie(check.system, check.where, check.command, check.proves, check.quoted); }
auto fields(Fix& fix) { return std::tie(fix.system, fix.command, fix.note); }
auto fields(LookAlike& look_alike) { return std::tie(look_alike.id, look_alike.difference); }
auto fields(CauseEntry& cause) {
  return std::tie(cause.id, cause.title, cause.component, cause.summary, cause.explains, cause.evidence, cause.checks,
                  cause.otherwise, cause.fixes, cause.not_to_confuse_with, cause.sources, cause.file, cause.line);
}
auto fields(LogGuide& log) {
  return std::tie(log.id, log.system, log.title, log.where, log.command, log.needs, log.nothing, log.denies, log.allows,
                  log.sources);
}
auto fields(CatalogParts& parts) { return std::tie(parts.families, parts.causes, parts.logs); }

template <typename T>
concept Number = std::is_arithmetic_v<T> || std::is_enum_v<T>;

class Writer {
 public:
  std::vector<std::uint8_t> image;

  template <Number T>
  void operator()(T& number) {
    append(&number, sizeof number);
  }
  void operator()(std::string& text) {
    append_size(text.size());
    append(text.data(), text.size());
  }
  template <typename T>
  void operator()(std::vector<T>& list) {
    append_size(list.size());
    for (T& element : list) (*this)(element);
  }
  template <typename T>
  void operator()(T& entry) {
    std::apply([this](auto&... parts) { ((*this)(parts), ...); }, fields(entry));
  }

 private:
  void append_size(std::size_t size) { (*this)(size); }
  void append(const void* bytes, std::size_t count) {
    image.resize(image.size() + count);
    std::memcpy(std::span(image).last(count).data(), bytes, count);
  }
};

class Reader {
 public:
  explicit Reader(std::span<const std::uint8_t> image) : rest_(image) {}

  template <Number T>
  void operator()(T& number) {
    std::memcpy(&number, take(sizeof number).data(), sizeof number);
  }
  void operator()(std::string& text) {
    const auto bytes = take(size());
    text.assign(bytes.begin(), bytes.end());
  }
  template <typename T>
  void operator()(std::vector<T>& list) {
    list.resize(size());
    for (T& element : list) (*this)(element);
  }
  template <typename T>
  void operator()(T& entry) {
    std::apply([this](auto&... parts) { ((*this)(parts), ...); }, fields(entry));
  }

 private:
  std::size_t size() {
    std::size_t count = 0;
    (*this)(count);
    return count;
  }
  std::span<const std::uint8_t> take(std::size_t count) {
    assert(count <= rest_.size());
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

  std::span<const std::uint8_t> rest_;
};

}  // namespace

std::vector<std::uint8_t> write_image(CatalogParts parts) {
  Writer writer;
  writer(parts);
  return std::move(writer.image);
}

CatalogParts read_image(std::span<const std::uint8_t> image) {
  CatalogParts parts;
  Reader reader(image);
  reader(parts);
  return parts;
}

}  // namespace whydrop
