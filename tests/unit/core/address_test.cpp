// Addresses: their text, and the classes that verdicts and causes ask for.
#include "src/core/address.h"

#include <string>

#include "tests/support/catch.h"

using whydrop::endpoint_text;
using whydrop::IpAddress;
using whydrop::MacAddress;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

TEST_CASE("an address prints as it was written, IPv6 in the form of RFC 5952", "[core]") {
  struct Row {
    std::string written;
    std::string printed;
  };
  const auto row = GENERATE(Row{"10.9.1.2", "10.9.1.2"}, Row{"255.255.255.255", "255.255.255.255"},
                            Row{"2001:DB8::0001", "2001:db8::1"}, Row{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
                            Row{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"}, Row{"0:0:0:0:0:0:0:0", "::"},
                            Row{"0:0:0:0:0:0:0:1", "::1"}, Row{"fe80:0:0:0:0:0:0:0", "fe80::"});
  CHECK(to_string(ip(row.written)) == row.printed);
}

TEST_CASE("text that is not one bare address is not parsed", "[core]") {
  using namespace std::string_view_literals;
  const auto text = GENERATE(""sv, "10.9.1"sv, "10.9.1.2.3"sv, "10.9.1.256"sv, " 10.9.1.2"sv, "10.9.1.2 "sv,
                             "10.9.1.2/24"sv, "10.9.1.2:80"sv, "10.9.1.2\0junk"sv, "fe80::1%eth0"sv, "[::1]"sv,
                             "1::2::3"sv, "2001:db8::/32"sv, "localhost"sv);
  CAPTURE(text);
  CHECK_FALSE(IpAddress::parse(text).has_value());
}

TEST_CASE("an IPv4-mapped address is the IPv4 address that it means", "[core]") {
  CHECK(ip("::ffff:10.9.1.2") == ip("10.9.1.2"));
  CHECK(ip("::ffff:10.9.1.2").is_v4());
  CHECK(to_string(ip("::ffff:a09:102")) == "10.9.1.2");
  CHECK_FALSE(ip("::fffe:10.9.1.2").is_v4());
  CHECK_FALSE(ip("::1:ffff:10.9.1.2").is_v4());
}

TEST_CASE("an address keeps the bytes that it was made of", "[core]") {
  constexpr std::array<std::uint8_t, 4> kFour{10, 9, 1, 2};
  constexpr std::array<std::uint8_t, 16> kSixteen{0xfd, 9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
  CHECK(IpAddress::v4(kFour) == ip("10.9.1.2"));
  CHECK(IpAddress::v6(kSixteen) == ip("fd09:1::2"));
  CHECK(std::ranges::equal(ip("10.9.1.2").family_bytes(), kFour));
  CHECK(std::ranges::equal(ip("fd09:1::2").family_bytes(), kSixteen));
}

TEST_CASE("addresses fall into their classes, and their neighbours do not", "[core]") {
  struct Class {
    const char* name;
    bool (IpAddress::*holds)() const;
    std::vector<std::string_view> members;
    std::vector<std::string_view> near_misses;
  };
  const auto row = GENERATE(
      Class{"unspecified", &IpAddress::is_unspecified, {"0.0.0.0", "::"}, {"0.0.0.1", "1.0.0.0", "::1", "1::"}},
      Class{"loopback", &IpAddress::is_loopback, {"127.0.0.1", "127.255.0.9", "::1"}, {"128.0.0.1", "::2", "1::1"}},
      Class{"multicast",
            &IpAddress::is_multicast,
            {"224.0.0.1", "239.255.255.255", "ff02::1"},
            {"223.255.255.255", "240.0.0.0", "fe80::1"}},
      Class{"broadcast", &IpAddress::is_broadcast, {"255.255.255.255"}, {"255.255.255.254", "10.9.1.255", "ffff::"}},
      Class{"link-local",
            &IpAddress::is_link_local,
            {"169.254.0.0", "169.254.255.255", "fe80::1", "febf::1"},
            {"169.253.0.1", "168.254.0.1", "fec0::1", "fe7f::1"}},
      Class{"private",
            &IpAddress::is_private,
            {"10.0.0.0", "172.16.0.1", "172.31.255.255", "192.168.9.9", "100.64.0.1", "100.127.255.255", "fc00::1",
             "fdff::1"},
            {"11.0.0.0", "172.15.255.255", "172.32.0.0", "192.169.0.0", "100.63.255.255", "100.128.0.0", "fe00::1",
             "fb00::1"}});
  CAPTURE(row.name);
  for (const auto text : row.members) {
    CAPTURE(text);
    CHECK((ip(text).*row.holds)());
  }
  for (const auto text : row.near_misses) {
    CAPTURE(text);
    CHECK_FALSE((ip(text).*row.holds)());
  }
}

TEST_CASE("an endpoint sets an IPv6 address in brackets, and leaves out port 0", "[core]") {
  CHECK(endpoint_text(ip("10.9.2.2"), 443) == "10.9.2.2:443");
  CHECK(endpoint_text(ip("fd09::2"), 443) == "[fd09::2]:443");
  CHECK(endpoint_text(ip("10.9.2.2"), 0) == "10.9.2.2");
  CHECK(endpoint_text(ip("fd09::2"), 0) == "fd09::2");
}

TEST_CASE("a MAC address prints in lower case, and its group bit is the first byte's lowest", "[core]") {
  const MacAddress host{{0x02, 0x00, 0x0A, 0x09, 0xff, 0x01}};
  CHECK(to_string(host) == "02:00:0a:09:ff:01");
  CHECK_FALSE(host.is_group());
  CHECK(MacAddress{{0x01, 0x00, 0x5e, 0, 0, 1}}.is_group());
  CHECK(MacAddress{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}.is_group());
}
