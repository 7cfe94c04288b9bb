// Which cloud the packets come from.
#include "src/cause/platform.h"

#include <algorithm>

namespace whydrop {
namespace {

// Resolvers, time servers and agents on addresses that a cloud reserves for itself.
struct MarkAddress {
  std::string_view address;
  std::string_view cloud;
};
constexpr MarkAddress kAddresses[] = {
    {"169.254.169.253", "aws"},     {"169.254.169.123", "aws"},   {"fd00:ec2::254", "aws"},
    {"168.63.129.16", "azure"},     {"100.100.2.136", "alibaba"}, {"100.100.2.138", "alibaba"},
    {"100.100.100.200", "alibaba"}, {"183.60.83.19", "tencent"},  {"183.60.82.98", "tencent"},
    {"100.125.1.250", "huawei"},
};

// The metadata address that all clouds share is a resolver in one of them only.
constexpr std::string_view kGcpResolver = "169.254.169.254";
constexpr std::uint16_t kDnsPort = 53;

struct MarkMss {
  std::uint16_t mss;
  std::string_view cloud;
};
constexpr MarkMss kSegmentSizes[] = {{8961, "aws"}, {1420, "gcp"}};

std::string_view cloud_of_mss(const Finding& finding) {
  for (const Flow& flow : finding.exemplars) {
    if (!flow.detail) continue;
    for (const SenderFacts& sender : flow.detail->senders) {
      const auto* const mark = std::ranges::find(kSegmentSizes, sender.mss, &MarkMss::mss);
      if (mark != std::end(kSegmentSizes)) return mark->cloud;
    }
  }
  return {};
}

}  // namespace

std::string_view cloud_of(const Assessment& assessment) {
  for (const MarkAddress& mark : kAddresses) {
    if (assessment.census.host(*IpAddress::parse(mark.address)) != nullptr) return mark.cloud;
  }
  if (assessment.census.service(*IpAddress::parse(kGcpResolver), kDnsPort, Transport::udp) != nullptr) return "gcp";
  for (const Finding& finding : assessment.findings) {
    if (const auto cloud = cloud_of_mss(finding); !cloud.empty()) return cloud;
  }
  return {};
}

}  // namespace whydrop
