// Names and attributes of findings.
#include "src/verdict/finding.h"

#include <fmt/format.h>

#include <algorithm>

#include "src/verdict/rules.h"

namespace whydrop {

std::string_view name(Vantage vantage) {
  switch (vantage) {
    case Vantage::unknown: return "unknown";
    case Vantage::client: return "client";
    case Vantage::server: return "server";
    case Vantage::path: return "path";
  }
  return "";
}

std::string_view name(CommonFactor::Kind kind) {
  switch (kind) {
    case CommonFactor::Kind::none: return "";
    case CommonFactor::Kind::client: return "client";
    case CommonFactor::Kind::subnet: return "subnet";
    case CommonFactor::Kind::vlan: return "vlan";
    case CommonFactor::Kind::since: return "since";
    case CommonFactor::Kind::until: return "until";
    case CommonFactor::Kind::source_port_half: return "source-port-half";
    case CommonFactor::Kind::rate: return "rate";
    case CommonFactor::Kind::port: return "port";
    case CommonFactor::Kind::server: return "server";
  }
  return "";
}

std::string to_string(const AttributeValue& value) {
  struct Printer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t number) const { return std::to_string(number); }
    std::string operator()(double number) const { return fmt::format("{:.6g}", number); }
    std::string operator()(const std::string& text) const { return text; }
  };
  return std::visit(Printer{}, value);
}

const AttributeValue* Finding::attribute(std::string_view wanted) const {
  const auto found = std::ranges::find(attributes, wanted, &Attribute::name);
  return found == attributes.end() ? nullptr : &found->value;
}

void set_attribute(Finding& finding, std::string_view name, AttributeValue value) {
  const auto known = std::ranges::find(finding.attributes, name, &Attribute::name);
  if (known != finding.attributes.end()) known->value = std::move(value);
  else finding.attributes.push_back({.name = std::string(name), .value = std::move(value)});
}

Evidence packet_evidence(const FlowEvent& event, std::string what) {
  return {.packet = event.packet, .time = event.time, .until = std::nullopt, .what = std::move(what)};
}

Evidence absence_evidence(const FlowEvent& event, const Subject& flow, std::string what) {
  return {.packet = event.packet, .time = event.time, .until = flow.context.end, .what = std::move(what)};
}

}  // namespace whydrop
